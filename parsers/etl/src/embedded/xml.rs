//! The tags of an XML text with their attributes; text between tags is passed over.
//!
//! This is what reading a manifest takes and no more: no declarations, no
//! namespaces (prefixes are dropped), no check that tags match. Text that is not
//! XML gives no tags, or senseless ones, never an error.

use std::borrow::Cow;

/// One tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Name without prefix.
    pub(super) name: &'a str,
    /// Whether it ends an element (`</x>`).
    pub(super) is_end: bool,
    /// Whether it begins and ends one (`<x/>`).
    pub(super) is_empty: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The value of an attribute with its entities resolved; `None` when absent. Of
    /// repeated ones the first counts.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut rest = self.attributes;
        while let Some((key, behind)) = rest.split_once('=') {
            let quote = behind.trim_start().chars().next()?;
            if quote != '"' && quote != '\'' {
                return None;
            }
            let (_, behind) = behind.split_once(quote)?;
            let (value, behind) = behind.split_once(quote)?;
            if key.trim() == name {
                return Some(resolve(value));
            }
            rest = behind;
        }
        None
    }
}

/// The tags of a text in order.
pub(super) fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, behind) = rest.split_once('<')?;
            if let Some(comment) = behind.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let (inside, after) = behind.split_at(end_of_tag(behind)?);
            rest = after;
            if inside.starts_with(['?', '!']) {
                continue;
            }
            return Some(tag(inside));
        }
    })
}

/// Where the `>` of a tag is; one inside quotes does not count.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes().position(|byte| match (quote, byte) {
        (None, b'>') => true,
        (None, b'"' | b'\'') => {
            quote = Some(byte);
            false
        }
        (Some(open), _) if open == byte => {
            quote = None;
            false
        }
        _ => false,
    })
}

fn tag(inside: &str) -> Tag<'_> {
    let (is_end, inside) = match inside.strip_prefix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let (is_empty, inside) = match inside.strip_suffix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let (name, attributes) = inside
        .split_once(|character: char| character.is_ascii_whitespace())
        .unwrap_or((inside, ""));
    Tag {
        name: name.rsplit(':').next().unwrap_or(name),
        is_end,
        is_empty,
        attributes,
    }
}

/// Resolves entities; one that is not known stays as it is.
fn resolve(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once('&') {
        text.push_str(before);
        let entity = behind
            .split_once(';')
            .and_then(|(name, after)| Some((character(name)?, after)));
        if let Some((character, after)) = entity {
            text.push(character);
            rest = after;
        } else {
            text.push('&');
            rest = behind;
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

fn character(entity: &str) -> Option<char> {
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = entity.strip_prefix('#')?;
            let number = match number.strip_prefix('x') {
                Some(number) => u32::from_str_radix(number, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tags of `text`, each as `name`, `/name` or `name/`, with its attribute `a`.
    fn check(text: &str, expected: &[(&str, Option<&str>)]) {
        let found: Vec<_> = tags(text)
            .map(|tag| {
                let before = if tag.is_end { "/" } else { "" };
                let behind = if tag.is_empty { "/" } else { "" };
                (
                    format!("{before}{}{behind}", tag.name),
                    tag.attribute("a").map(Cow::into_owned),
                )
            })
            .collect();
        let found: Vec<_> = found
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_deref()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn tags_and_attributes() {
        check("", &[]);
        check("no tag > here", &[]);
        check("<x", &[]);
        check(
            "<?xml a='0'?><!-- <no/> --><w:x a='1'>t<y b=\"a\" a=\"2\"/></w:x>",
            &[("x", Some("1")), ("y/", Some("2")), ("/x", None)],
        );
        check("<x a='b>c'/>", &[("x/", Some("b>c"))]);
        check("<x a='&lt;&#65;&#x42;&no;&'/>", &[("x/", Some("<AB&no;&"))]);
        check("<x a=1 b='2'>", &[("x", None)]);
        check("<!-- never ends <x/>", &[]);
    }
}
