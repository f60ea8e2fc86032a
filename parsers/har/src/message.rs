//! The request and the response of an entry as the file has them.

use std::borrow::Cow;

use serde::de::MapAccess;

use crate::lenient::{List, Members, Object, Scalar, Text, skip};

/// A name with its value: a header, or a field of a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pair<'a> {
    pub(crate) name: Scalar<'a>,
    pub(crate) value: Scalar<'a>,
}

/// `postData` of a request, or `content` of a response.
#[derive(Clone, Debug, Default)]
pub(crate) struct Content<'a> {
    pub(crate) mime: Scalar<'a>,
    pub(crate) text: Text<'a>,
    pub(crate) encoding: Scalar<'a>,
    pub(crate) size: Scalar<'a>,
    pub(crate) params: List<Pair<'a>>,
}

/// Flags as they are found: members that begin with `_`, and comments.
pub(crate) type Flags<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Flags of one entry that are kept.
const MAX_FLAGS: usize = 200;

/// A request or a response.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message<'a> {
    pub(crate) method: Scalar<'a>,
    pub(crate) url: Scalar<'a>,
    pub(crate) version: Scalar<'a>,
    pub(crate) status: Scalar<'a>,
    pub(crate) reason: Scalar<'a>,
    pub(crate) headers: List<Pair<'a>>,
    pub(crate) content: Option<Content<'a>>,
    pub(crate) body_size: Scalar<'a>,
    pub(crate) redirect: Scalar<'a>,
    pub(crate) error: Scalar<'a>,
    pub(crate) flags: Flags<'a>,
}

impl<'de> Members<'de> for Pair<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        match &*name {
            "name" => self.name = members.next_value()?,
            "value" => self.value = members.next_value()?,
            _ => skip(members)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Content<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        match &*name {
            "mimeType" => self.mime = members.next_value()?,
            "text" => self.text = members.next_value()?,
            // The specification knows `encoding` for responses alone; tools need it, or
            // a twin with an underscore, for requests with bytes as well (assumed).
            "encoding" | "_encoding" => self.encoding = members.next_value()?,
            "size" => self.size = members.next_value()?,
            "params" => self.params = members.next_value()?,
            _ => skip(members)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Message<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        match &*name {
            "method" => self.method = members.next_value()?,
            "url" => self.url = members.next_value()?,
            "httpVersion" => self.version = members.next_value()?,
            "status" => self.status = members.next_value()?,
            "statusText" => self.reason = members.next_value()?,
            "headers" => self.headers = members.next_value()?,
            "postData" | "content" => {
                let Object(content) = members.next_value()?;
                self.content = Some(content);
            }
            "bodySize" => self.body_size = members.next_value()?,
            "redirectURL" => self.redirect = members.next_value()?,
            "_error" => self.error = members.next_value()?,
            _ => flag(&mut self.flags, name, members)?,
        }
        Ok(())
    }
}

/// Takes a member as a flag if it is one and is no object or list.
pub(crate) fn flag<'de, A: MapAccess<'de>>(
    flags: &mut Flags<'de>,
    name: Cow<'de, str>,
    members: &mut A,
) -> Result<(), A::Error> {
    let is_flag = name.starts_with('_') || name == "comment";
    if !is_flag || flags.len() >= MAX_FLAGS {
        return skip(members);
    }
    if let Some(value) = members.next_value::<Scalar<'de>>()?.any() {
        flags.push((name, value));
    }
    Ok(())
}
