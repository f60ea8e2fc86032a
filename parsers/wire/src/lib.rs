//! Reading primitives that every format crate shares: a checked cursor and
//! the small Windows types (FILETIME, GUID, SID, UTF-16 text).
//!
//! Nothing here knows a format. Every read is checked and fails with the place
//! in the input, so that an error can be looked up with a hex viewer.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

pub mod cursor;
pub mod error;
pub mod filetime;
pub mod guid;
pub mod sid;
pub mod text;
pub mod utf16;

pub use cursor::Cursor;
pub use error::{Error, Result};
pub use filetime::{Civil, civil_from_ticks, ticks_from_civil};
pub use guid::Guid;
pub use sid::Sid;
pub use text::{TextEncoding, decode_text, sniff_text};
pub use utf16::{
    Utf16Run, is_ascii_utf16le, nul_position, push_ascii_utf16le, push_utf16le,
    push_utf16le_until_nul,
};
