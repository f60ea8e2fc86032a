//! A message as facts are looked for in it: each of its parts taken apart once.

use joinscope_http::{Exchange, Headers};
use serde_json::Value;

use super::address::{fragment, host_and_path, query};

/// Parameters beyond these are not looked at.
const MOST_PARAMETERS: usize = 256;

/// One message of an exchange. Nothing in it was scrubbed.
pub(super) struct Message<'m> {
    pub(super) headers: &'m Headers<'m>,
    /// Path of the address that was asked for; empty for an answer.
    pub(super) path: &'m str,
    /// Parameters of the address that was asked for, or that the answer sends to.
    pub(super) address: Vec<(String, String)>,
    /// Parameters of the body.
    pub(super) form: Vec<(String, String)>,
    /// The body if it is JSON.
    pub(super) json: Option<Value>,
    /// The body if it is XML.
    pub(super) xml: Option<&'m str>,
    /// The body if it is a page of HTML.
    pub(super) page: Option<&'m str>,
}

impl<'m> Message<'m> {
    /// The request, with the text of its body if that is to be looked at.
    pub(super) fn request(exchange: &'m Exchange<'_>, text: Option<&'m str>) -> Self {
        let request = &exchange.request;
        Self {
            path: host_and_path(&request.url).1,
            ..Self::of(&request.headers, parameters(query(&request.url)), text)
        }
    }

    /// The answer, likewise.
    pub(super) fn answer(exchange: &'m Exchange<'_>, text: Option<&'m str>) -> Option<Self> {
        let headers = &exchange.response.as_ref()?.headers;
        let location = headers.get("location").unwrap_or_default();
        let mut address = parameters(query(location));
        address.extend(parameters(fragment(location)));
        Some(Self::of(headers, address, text))
    }

    fn of(headers: &'m Headers<'m>, address: Vec<(String, String)>, text: Option<&'m str>) -> Self {
        let text = text.map(|text| text.trim_start_matches('\u{feff}').trim_start());
        let begins = |letter| text.filter(|text| text.starts_with(letter));
        let markup = begins('<');
        let stated = headers.get("content-type").unwrap_or_default();
        let is_form = stated.is_empty() || stated.contains("x-www-form-urlencoded");
        let form = text.filter(|_| is_form && markup.is_none() && begins('{').is_none());
        Self {
            headers,
            path: "",
            address,
            form: form.map_or(Vec::new(), parameters),
            json: begins('{')
                .or(begins('['))
                .and_then(|text| serde_json::from_str(text).ok()),
            xml: markup.filter(|text| !is_page(text)),
            page: markup.filter(|text| is_page(text)),
        }
    }
}

/// The first value of a parameter, in any letter case of its name.
pub(super) fn parameter<'p>(parameters: &'p [(String, String)], name: &str) -> Option<&'p str> {
    let mut named = parameters
        .iter()
        .filter(|(own, _)| own.eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value.as_str())
}

fn is_page(text: &str) -> bool {
    /// A comment may stand before the root element.
    const BEGINNING: usize = 256;
    let beginning = text.as_bytes().get(..BEGINNING.min(text.len()));
    let beginning = beginning.unwrap_or_default().to_ascii_lowercase();
    let has = |mark: &str| memchr::memmem::find(&beginning, mark.as_bytes()).is_some();
    has("<!doctype html") || has("<html")
}

/// Names and values of `a=b&c=d`, decoded.
fn parameters(text: &str) -> Vec<(String, String)> {
    let pairs = text.trim().split('&').filter(|pair| !pair.is_empty());
    pairs
        .take(MOST_PARAMETERS)
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

/// The text before it was encoded for a form. Source: URL standard, section 5.1 (specified).
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digit = |place: usize| {
            let digit = bytes.get(place).copied().map(char::from)?.to_digit(16)?;
            u8::try_from(digit).ok()
        };
        let encoded = digit(at + 1).zip(digit(at + 2)).filter(|_| *byte == b'%');
        plain.push(match (encoded, byte) {
            (Some((high, low)), _) => high << 4 | low,
            (None, b'+') => b' ',
            (None, byte) => *byte,
        });
        at += if encoded.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let found = parameters(text);
            let found: Vec<_> = found
                .iter()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .collect();
            assert_eq!(found, expected, "{text}");
        };
        check(
            "client%5Fid=a%20b+c&x=1=2&&y",
            &[("client_id", "a b c"), ("x", "1=2"), ("y", "")],
        );
        check(
            "a=%C3%A4&b=%ff&c=%4&d=%zz",
            &[("a", "ä"), ("b", "\u{fffd}"), ("c", "%4"), ("d", "%zz")],
        );
        check("", &[]);
        assert_eq!(parameters(&"a&".repeat(1000)).len(), MOST_PARAMETERS);
    }
}
