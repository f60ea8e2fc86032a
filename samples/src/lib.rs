//! Synthetic evidence, written from a high-level description.
//!
//! Nothing here shares a layout, a constant or a type with the parsers: a mistake made in a parser
//! cannot be made again here and so cancel itself out. All output is a pure function of the input;
//! where variation is wanted it comes from a seed.

pub mod archive;
pub mod base64;
pub mod damage;
pub mod dsreg;
pub mod etl;
pub mod evtx;
pub mod har;
pub mod http;
pub mod instant;
pub mod json;
pub mod jwt;
pub mod planted;
pub mod program;
pub mod saz;
pub mod scenario;
pub mod text;
