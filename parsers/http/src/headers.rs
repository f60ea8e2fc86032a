//! Header fields in the order of the message, looked up without regard to case.

use std::borrow::Cow;

/// One header field.
///
/// Equal fields are two, as they were sent; bytes above 127 that are not UTF-8 are read as Latin-1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// The name as written; compare without regard to case.
    pub name: Cow<'a, str>,
    /// The value without white space around it; lines of a folded value are joined by one blank.
    pub value: Cow<'a, str>,
}

/// The header fields of a message in their order; empty when the recording has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers<'a>(pub Vec<Header<'a>>);

impl<'a> Headers<'a> {
    /// The value of the first field of that name; `None` when there is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The value of the first field of that name as it is held, borrowing where the field does.
    pub fn first(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut headers = self.0.iter();
        let found = headers.find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.clone())
    }

    /// The values of all fields of that name in their order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let same = move |header: &&Header<'a>| header.name.eq_ignore_ascii_case(name);
        self.0.iter().filter(same).map(|header| &*header.value)
    }

    /// All values of that name as one list, joined by a comma as RFC 9110, 5.3 says; `None` when
    /// there is no such field.
    pub fn joined(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut values = self.all(name);
        let first = values.next()?;
        let Some(second) = values.next() else {
            return Some(Cow::Borrowed(first));
        };
        let mut joined = format!("{first}, {second}");
        for value in values {
            joined.push_str(", ");
            joined.push_str(value);
        }
        Some(Cow::Owned(joined))
    }

    /// Appends a field.
    pub fn push(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        self.0.push(Header {
            name: name.into(),
            value: value.into(),
        });
    }

    /// The same fields without a borrow.
    pub fn into_owned(self) -> Headers<'static> {
        let own = |header: Header<'_>| Header {
            name: Cow::Owned(header.name.into_owned()),
            value: Cow::Owned(header.value.into_owned()),
        };
        Headers(self.0.into_iter().map(own).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_case_and_lists_are_joined() {
        let mut headers = Headers::default();
        headers.push("Via", "a");
        headers.push("DATE", "x");
        headers.push("via", "b");
        headers.push("VIA", "c");
        assert_eq!(headers.get("via"), Some("a"));
        assert_eq!(headers.joined("Via").as_deref(), Some("a, b, c"));
        assert_eq!(headers.joined("date").as_deref(), Some("x"));
        assert_eq!(headers.joined("age"), None);
        assert_eq!(headers.clone().into_owned(), headers);
    }
}
