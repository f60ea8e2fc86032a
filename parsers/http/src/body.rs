//! The body of a message as its recording holds it, not decoded until it is asked for.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::chunked::dechunk;
use crate::coding::{self, Limit};
use crate::error::Error;
use crate::headers::Headers;
use crate::text::{self, BodyText};

/// Base64 as recorders write it: padding may be missing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A body and what must be known to decode it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body<'a> {
    /// What the recording holds.
    pub content: Content<'a>,
    /// Whether chunk framing still stands in the content.
    pub transfer: Transfer,
    /// The `Content-Encoding` list that is still applied to the content, as written; `None` when
    /// there is none or the recorder has removed it.
    pub content_encoding: Option<Cow<'a, str>>,
    /// The `Content-Type` as written; `None` when the recording has none.
    pub content_type: Option<Cow<'a, str>>,
    /// Bytes that the body should have as content holds it: the `Content-Length`, or the size that
    /// the recorder gives. A claim, never to be reserved; `None` when nobody claims.
    pub stated_length: Option<u64>,
}

/// The forms in which recordings hold a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Content<'a> {
    /// The recording says nothing: there was none, or it was not kept.
    #[default]
    Absent,
    /// Bytes as they were sent.
    Bytes(Cow<'a, [u8]>),
    /// Bytes as base64 text (HAR).
    Base64(Cow<'a, str>),
    /// Text that the recorder has decoded (HAR); its bytes are those of UTF-8.
    Text(Cow<'a, str>),
}

impl Content<'_> {
    /// Bytes that it holds in memory, before decoding.
    pub fn stored_len(&self) -> usize {
        match self {
            Self::Absent => 0,
            Self::Bytes(bytes) => bytes.len(),
            Self::Base64(text) | Self::Text(text) => text.len(),
        }
    }
}

/// How the content is framed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transfer {
    /// The content is the body.
    #[default]
    Plain,
    /// The content is a row of chunks (RFC 9112, 7.1).
    Chunked,
}

/// A body with its framing and its codings undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The bytes; those in front of a fault where there was one. Borrowed where nothing was undone.
    pub bytes: Cow<'a, [u8]>,
    /// Fields behind the last chunk.
    pub trailers: Headers<'a>,
    /// What could not be undone, and why; offsets count in the input of the step that failed.
    pub damage: Vec<Error>,
}

impl<'a> Body<'a> {
    /// A body of bytes without framing or coding.
    pub fn plain(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            content: Content::Bytes(bytes.into()),
            ..Self::default()
        }
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.content.stored_len() == 0
    }

    /// The bytes of the body, framing and codings undone.
    ///
    /// Nothing is kept: each call does the work again, and a body that nobody asks for costs none.
    pub fn decoded(&self, limit: Limit) -> Decoded<'_> {
        let mut decoded = match &self.content {
            Content::Absent => Decoded::default(),
            Content::Text(text) => Decoded::of(text.as_bytes()),
            Content::Bytes(bytes) if self.transfer == Transfer::Chunked => {
                let joined = dechunk(bytes);
                Decoded {
                    bytes: joined.bytes,
                    trailers: joined.trailers,
                    damage: joined.damage,
                }
            }
            Content::Bytes(bytes) => Decoded::of(bytes),
            Content::Base64(text) => from_base64(text, limit),
        };
        if let Some(codings) = &self.content_encoding {
            decoded.bytes = coding::undo(decoded.bytes, codings, limit, &mut decoded.damage);
        }
        decoded
    }

    /// The body as text, in the encoding that it or its type names; see [`BodyText`].
    ///
    /// Any bytes can be asked for as text; [`Body::is_textual`] says whether it makes sense.
    pub fn text(&self, limit: Limit) -> BodyText<'_> {
        if let (Content::Text(text), None) = (&self.content, &self.content_encoding) {
            return BodyText {
                text: Cow::Borrowed(text),
                encoding: "UTF-8",
                has_errors: false,
                damage: Vec::new(),
            };
        }
        let decoded = self.decoded(limit);
        let mut damage = decoded.damage;
        let content_type = self.content_type.as_deref();
        let (text, encoding, has_errors) = match decoded.bytes {
            Cow::Borrowed(bytes) => text::decode(cut(bytes, limit, &mut damage), content_type),
            Cow::Owned(bytes) => {
                let (text, encoding, has_errors) = text::decode(&bytes, content_type);
                (Cow::Owned(text.into_owned()), encoding, has_errors)
            }
        };
        BodyText {
            text,
            encoding,
            has_errors,
            damage,
        }
    }

    /// Whether the body is text, by its type, else by its first bytes; those of a coded body are
    /// not looked at, so it is not.
    pub fn is_textual(&self) -> bool {
        let by_type = self.content_type.as_deref().and_then(text::is_text_type);
        by_type.unwrap_or_else(|| match &self.content {
            Content::Text(_) => true,
            Content::Bytes(bytes) => {
                self.content_encoding.is_none() && text::looks_like_text(bytes)
            }
            Content::Absent | Content::Base64(_) => false,
        })
    }

    /// The same body without a borrow; copies borrowed content.
    pub fn into_owned(self) -> Body<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Body {
            content: match self.content {
                Content::Absent => Content::Absent,
                Content::Bytes(bytes) => Content::Bytes(Cow::Owned(bytes.into_owned())),
                Content::Base64(text) => Content::Base64(own(text)),
                Content::Text(text) => Content::Text(own(text)),
            },
            transfer: self.transfer,
            content_encoding: self.content_encoding.map(own),
            content_type: self.content_type.map(own),
            stated_length: self.stated_length,
        }
    }
}

impl<'a> Decoded<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes: Cow::Borrowed(bytes),
            ..Self::default()
        }
    }
}

/// Not more of the bytes than the limit allows to be made into text.
fn cut<'a>(bytes: &'a [u8], limit: Limit, damage: &mut Vec<Error>) -> &'a [u8] {
    let most = usize::try_from(limit.bytes).unwrap_or(usize::MAX);
    match bytes.get(..most).filter(|_| bytes.len() > most) {
        Some(bytes) => {
            damage.push(over(limit, most));
            bytes
        }
        None => bytes,
    }
}

/// The bytes of base64 text, of which white space is passed over and what follows a fault is not
/// read.
fn from_base64<'a>(text: &str, limit: Limit) -> Decoded<'a> {
    let mut decoded = Decoded::default();
    let is_blank = |byte: &u8| byte.is_ascii_whitespace();
    let packed: Cow<'_, [u8]> = if text.bytes().any(|byte| is_blank(&byte)) {
        text.bytes().filter(|byte| !is_blank(byte)).collect()
    } else {
        Cow::Borrowed(text.as_bytes())
    };
    let most = usize::try_from(limit.bytes.div_ceil(3)).unwrap_or(usize::MAX);
    let most = most.saturating_mul(4);
    let mut letters = packed.get(..most).unwrap_or(&packed);
    if letters.len() < packed.len() {
        decoded.damage.push(over(limit, most));
    }
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let sound = letters.iter().take_while(|byte| is_letter(byte)).count();
    let behind = letters.get(sound..).unwrap_or_default();
    let has_padding = behind.len() < 3 && behind.iter().all(|byte| *byte == b'=');
    // One letter of a group of four holds no whole byte.
    let whole = if sound % 4 == 1 { sound - 1 } else { sound };
    if !has_padding || whole != sound {
        decoded.damage.push(Error::Invalid {
            what: "base64 body",
            offset: whole as u64,
        });
    }
    letters = letters.get(..whole).unwrap_or_default();
    decoded.bytes = Cow::Owned(BASE64.decode(letters).unwrap_or_default());
    decoded
}

fn over(limit: Limit, at: usize) -> Error {
    Error::Limit {
        what: "bytes of a body",
        limit: limit.bytes,
        offset: at as u64,
    }
}
