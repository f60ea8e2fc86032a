//! joinscope finds out, offline, why a Windows device did not join, register with, or get a
//! token from Microsoft Entra ID.
//!
//! The modules are listed in the order in which evidence flows through them; `tests/layering.rs`
//! holds what each may use, and `docs/ARCHITECTURE.md` tells the story.

pub mod cli;

pub mod model;

pub mod catalog;

pub mod bundle;

pub mod ingest;

pub mod timeline;

pub mod rules;

pub mod analyze;

pub mod report;

pub mod redact;

pub mod export;

pub mod tui;
