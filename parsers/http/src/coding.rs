//! Content codings, undone one after another under limits on what comes out.
//!
//! A recorder may keep the name of a coding after undoing it (assumed), so content that does not decode
//! and is text already is taken as it is, and told.

use std::borrow::Cow;

use crate::error::Error;
use crate::expand::{self, Fault};
use crate::message::list;

/// Most codings of one body; real ones have one, rarely two.
const MAX_CODINGS: usize = 8;
/// Less encoded bytes than these can be text by chance.
const TELLING: usize = 16;
/// Bytes that any content may expand to, whatever the ratio: small bodies of one letter are honest.
const FREE_BYTES: u64 = 1 << 20;

/// How far a body may expand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Most bytes that come out, of each coding.
    pub bytes: u64,
    /// Most bytes that come out for each byte of the content, counted above one mebibyte.
    pub ratio: u64,
}

impl Limit {
    /// The bytes that content of that length may become.
    pub(crate) fn allows(self, content_len: usize) -> u64 {
        let by_ratio = (content_len as u64).saturating_mul(self.ratio);
        self.bytes.min(by_ratio.max(FREE_BYTES))
    }
}

/// Undoes the codings of the list, the last first; what comes out before a fault is kept.
pub(crate) fn undo<'a>(
    mut content: Cow<'a, [u8]>,
    codings: &str,
    limit: Limit,
    damage: &mut Vec<Error>,
) -> Cow<'a, [u8]> {
    let allowed = limit.allows(content.len());
    for (place, name) in list(codings).rev().enumerate() {
        if content.is_empty() {
            break;
        }
        if place == MAX_CODINGS {
            damage.push(Error::Limit {
                what: "codings of a body",
                limit: MAX_CODINGS as u64,
                offset: 0,
            });
            break;
        }
        let Some(coding) = Coding::named(name) else {
            let name = name.chars().take(40).collect::<String>();
            damage.push(Error::Unknown {
                what: "coding of a body",
                name: name.to_ascii_lowercase(),
            });
            break;
        };
        content = match coding.expand(&content, allowed) {
            None => continue,
            Some((out, None)) => Cow::Owned(out),
            Some((out, Some((fault, offset)))) => {
                let is_telling = fault == Fault::Invalid
                    || fault == Fault::Truncated && content.len() >= TELLING;
                damage.push(coding.error(fault, offset, allowed));
                if is_telling && std::str::from_utf8(&content).is_ok() {
                    continue;
                }
                Cow::Owned(out)
            }
        };
    }
    content
}

/// The codings that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// What came out, and the fault that ended it with the offset up to which the input was read.
type Expanded = (Vec<u8>, Option<(Fault, u64)>);

impl Coding {
    /// Names from the registry of HTTP content codings; `none` and `utf-8` are
    /// taken for no coding, as nothing else can be meant (assumed).
    fn named(name: &str) -> Option<Self> {
        Some(match &*name.to_ascii_lowercase() {
            "identity" | "none" | "utf-8" | "utf8" => Self::Identity,
            "gzip" | "x-gzip" => Self::Gzip,
            "deflate" => Self::Deflate,
            "br" => Self::Brotli,
            "zstd" => Self::Zstd,
            _ => return None,
        })
    }

    /// `None` when there is nothing to undo.
    fn expand(self, content: &[u8], allowed: u64) -> Option<Expanded> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some(expand::gzip(content, allowed)),
            Self::Deflate => Some(expand::deflate(content, allowed)),
            Self::Brotli => Some(expand::brotli(content, allowed)),
            Self::Zstd => Some(expand::zstd(content, allowed)),
        }
    }

    fn error(self, fault: Fault, offset: u64, allowed: u64) -> Error {
        let what = match self {
            Self::Identity => "body",
            Self::Gzip => "gzip body",
            Self::Deflate => "deflate body",
            Self::Brotli => "brotli body",
            Self::Zstd => "zstd body",
        };
        match fault {
            Fault::Truncated => Error::Truncated { what, offset },
            Fault::Invalid => Error::Invalid { what, offset },
            Fault::Limit => Error::Limit {
                what: "expanded bytes",
                limit: allowed,
                offset,
            },
        }
    }
}
