//! Bodies: how large they are when decoded, why one cannot be decoded, and a bounded excerpt.

use std::cell::OnceCell;

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

/// A body without its framing and codings, if it is not empty.
pub(super) struct Opened<'b> {
    body: &'b Body<'b>,
    decoded: Option<Decoded<'b>>,
    text: OnceCell<Option<String>>,
}

impl<'b> Opened<'b> {
    pub(super) fn of(body: &'b Body<'b>) -> Self {
        Self {
            body,
            decoded: (!body.is_empty()).then(|| body.decoded(LIMIT)),
            text: OnceCell::new(),
        }
    }

    /// Bytes as decoded.
    pub(super) fn size(&self) -> u64 {
        let decoded = self.decoded.as_ref();
        decoded.map_or(0, |decoded| decoded.bytes.len() as u64)
    }

    /// Why it could not be decoded whole, in words.
    pub(super) fn fault(&self) -> Option<String> {
        reason(&self.decoded.as_ref()?.damage)
    }

    /// The text of one that is not too large to be looked at; made when it is first asked for.
    pub(super) fn text(&self) -> Option<&str> {
        let made = self
            .text
            .get_or_init(|| text(self.body, self.decoded.as_ref()?));
        made.as_deref()
    }
}

/// Faults in words.
pub(super) fn reason(damage: &[Error]) -> Option<String> {
    let reasons: Vec<String> = damage.iter().map(ToString::to_string).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

fn text(body: &Body<'_>, decoded: &Decoded<'_>) -> Option<String> {
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
