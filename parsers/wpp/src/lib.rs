//! Trace messages of the WPP preprocessor, turned into text.
//!
//! A trace holds of such a message only its source file's GUID, its number and
//! the bytes of its arguments. Text and types stand in TMF texts ([`tmf`]) or
//! in PDBs ([`pdb`]), which the analyst has to have; without them nothing here
//! can guess a meaning. A [`Catalogue`] holds what both of them describe, and
//! [`render`] applies one description to one payload.
//!
//! Nothing here reads the trace itself, opens a file or asks the system.
//! Sources of the formats, and which parts are specified, observed or assumed,
//! stand at the head of each module.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod catalogue;
mod format;
mod grammar;
mod item;
mod message;
mod msf;
pub mod pdb;
mod print;
mod problem;
mod template;
pub mod tmf;
mod value;

pub use catalogue::{Catalogue, Counts};
pub use format::{Context, MAX_TEXT, NamedValue, RenderProblem, Rendered, render};
pub use item::{Base, CodeKind, Item, Sign, TextEnd, TextTail, TextUnit, Width};
pub use message::{Argument, Key, Message, Origin};
pub use problem::{Fault, Place, Problem};
pub use template::Template;
pub use value::{Integer, PointerSize, Value};
