//! HTTP archives (HAR 1.2) as browsers, proxies and Fiddler export them, read into exchanges.
//!
//! Entries are read one by one and handed on, so that memory follows the largest entry and not the
//! file. What is odd about a value costs that value, what is odd about an entry costs that entry, and
//! of a file that was cut everything in front of the cut is read.
//!
//! Sources: the structure is *specified* (HAR 1.2, W3C Web Performance draft); members that begin
//! with `_` are *observed* in exports of Chromium and *assumed* for Firefox, Fiddler Everywhere and
//! mitmproxy; where they are not understood they are flags. Bodies in an archive are decoded already, so no content coding is left.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod archive;
mod damage;
mod entry;
mod exchange;
mod lenient;
mod message;
mod sniff;
mod time;
mod walk;

pub use archive::{Archive, Page, Tool, read, read_in};
pub use damage::Damage;
pub use sniff::sniff;
