//! Outputs: one small file each over the same report and timeline.
//!
//! The tables below are the only list of formats: `--format`, its help and the tests that
//! run every exporter follow from them.

mod csv;
pub mod html;
mod json;
mod jsonl;
pub mod pcapng;
mod table;
mod text;

use std::io::{self, Write};

use rustc_hash::FxHashMap;

use crate::model::{EventId, Report, Zone};
use crate::timeline::{EventRef, Timeline};

pub use crate::model::{duration, grouped};
pub use text::{clean, wrapped};

/// What an exporter may know beside the report.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Zone that times are shown in, where the format has no zone of its own.
    pub zone: Zone,
    /// Whether to use terminal colours.
    pub colour: bool,
    /// Width to wrap text at.
    pub width: usize,
}

/// A part of the report that can be had alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Everything.
    All,
    /// The gap ledger.
    Gaps,
    /// Tokens, how they were got and used.
    Tokens,
    /// What rules found, ruled out and could not tell.
    Findings,
    /// Sources and what could not be seen.
    Sources,
}

/// Writes a report, or a section of it.
pub struct ReportExporter {
    /// Value of `--format`.
    pub name: &'static str,
    /// Writes it.
    pub write: fn(&Report, &Timeline, Section, View, &mut dyn Write) -> io::Result<()>,
}

/// Writes events.
pub struct EventExporter {
    /// Value of `--format`.
    pub name: &'static str,
    /// Writes the events given, in the order given.
    pub write: fn(&mut dyn Iterator<Item = EventRef<'_>>, &Steps, &mut dyn Write) -> io::Result<()>,
}

/// Every format of a report.
pub static REPORTS: &[ReportExporter] = &[
    ReportExporter {
        name: "text",
        write: text::write,
    },
    ReportExporter {
        name: "json",
        write: json::write,
    },
];

/// Every format of events.
pub static EVENTS: &[EventExporter] = &[
    EventExporter {
        name: "jsonl",
        write: jsonl::write,
    },
    EventExporter {
        name: "csv",
        write: csv::write,
    },
];

/// Which attempt an event is a step of.
#[derive(Debug, Default)]
pub struct Steps(FxHashMap<EventId, String>);

impl Steps {
    /// The steps of a report's attempts.
    pub fn of(report: &Report) -> Self {
        let steps = report.attempts.iter().flat_map(|attempt| {
            attempt
                .steps
                .iter()
                .map(|step| (step.event, attempt.id.clone()))
        });
        Self(steps.collect())
    }

    /// Id of the attempt that the event is a step of.
    pub fn attempt(&self, event: EventId) -> Option<&str> {
        self.0.get(&event).map(String::as_str)
    }
}
