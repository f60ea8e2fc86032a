//! Bodies: how large they are when decoded, why one cannot be decoded, and a bounded excerpt.

use joinscope_http::{Body, Content, Decoded, Error, Limit};

use super::fields::Fields;

/// How far one body may expand; the same ratio as archives have.
const LIMIT: Limit = Limit {
    bytes: 64 << 20,
    ratio: 200,
};

/// Bytes of an excerpt.
const LONGEST_EXCERPT: usize = 2 << 10;
/// Larger bodies have no excerpt: a text must be scrubbed whole before it is cut.
const LARGEST_WITH_EXCERPT: usize = 1 << 20;

/// Undoes framing and codings, if there is anything.
pub(super) fn decode<'b>(body: &'b Body<'_>) -> Option<Decoded<'b>> {
    (!body.is_empty()).then(|| body.decoded(LIMIT))
}

/// Why it could not be decoded whole, in words.
pub(super) fn reason(damage: &[Error]) -> Option<String> {
    let reasons: Vec<String> = damage.iter().map(ToString::to_string).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// The text of a decoded body that is not too large to be looked at.
pub(super) fn text(body: &Body<'_>, decoded: &Decoded<'_>) -> Option<String> {
    if let Content::Text(text) = &body.content {
        // A recorder has decoded it; the charset of its type no longer holds.
        return (text.len() <= LARGEST_WITH_EXCERPT).then(|| text.to_string());
    }
    let is_small = decoded.bytes.len() <= LARGEST_WITH_EXCERPT;
    let plain = Body {
        content_type: body.content_type.clone(),
        ..Body::plain(&*decoded.bytes)
    };
    (is_small && plain.is_textual()).then(|| plain.text(LIMIT).text.into_owned())
}

/// Adds an excerpt of the text.
pub(super) fn excerpt(fields: &mut Fields, name: &'static str, text: Option<&str>) {
    if let Some(text) = text {
        fields.excerpt(name, text, LONGEST_EXCERPT);
    }
}
