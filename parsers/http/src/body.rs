//! The body of a message as its recording holds it, not decoded until it is asked for.

use std::borrow::Cow;

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
