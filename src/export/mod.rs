//! Outputs: one small file each over the same report and timeline.
//!
//! The tables below are the only list of formats: `--format`, its help and the tests that
//! run every exporter follow from them.
//!
//! What an exporter gets is redacted already: it sees the report's redacted copy and events behind a
//! redactor, and has no way around it.

mod cell;
mod chrome_trace;
mod csv;
pub mod fleet;
mod har;
pub mod html;
mod json;
mod jsonl;
mod l2tcsv;
mod md;
pub mod pcapng;
mod sarif;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod timesketch;

use std::io::{self, Write};

use rustc_hash::FxHashMap;

use crate::model::{EventId, Lane, Report, Zone};
use crate::redact::{Level, ShownEvent, ShownTimeline};

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
    /// What it is for, in the help of `--format`.
    pub help: &'static str,
    /// The parts of a report that it can write.
    pub sections: &'static [Section],
    /// How much is left out unless the command line says.
    pub redaction: Level,
    /// Whether it shows digests of the evidence, which cost more than to read it.
    pub shows_digests: bool,
    /// Writes it.
    pub write: fn(&Report, ShownTimeline<'_>, Section, View, &mut dyn Write) -> io::Result<()>,
}

/// Writes events.
pub struct EventExporter {
    /// Value of `--format`.
    pub name: &'static str,
    /// What it is for, in the help of `--format`.
    pub help: &'static str,
    /// The events that the format can hold.
    pub holds: Holds,
    /// Whether attempts, tokens and gaps stand in it beside the events.
    pub tells_attempts: bool,
    /// Writes the events given, in the order given.
    write: WriteEvents,
}

type WriteEvents =
    fn(&mut dyn Iterator<Item = ShownEvent<'_>>, &Story<'_>, &mut dyn Write) -> io::Result<()>;

/// Which events a format can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// All.
    Every,
    /// Those with a time: the format has no way to say that there is none.
    Dated,
    /// Exchanges of HTTP with a time.
    Exchanges,
}

impl Holds {
    fn event(self, event: ShownEvent<'_>) -> bool {
        match self {
            Self::Every => true,
            Self::Dated => event.ticks().is_some(),
            Self::Exchanges => event.ticks().is_some() && event.lane() == Lane::Http,
        }
    }
}

impl EventExporter {
    /// Writes the events that the format can hold; gives the number of the others.
    ///
    /// # Errors
    ///
    /// Only those of `out`.
    pub fn write(
        &self,
        events: &mut dyn Iterator<Item = ShownEvent<'_>>,
        story: &Story<'_>,
        out: &mut dyn Write,
    ) -> io::Result<usize> {
        let mut left_out = 0;
        let mut held = events.filter(|event| {
            let is_held = self.holds.event(*event);
            left_out += usize::from(!is_held);
            is_held
        });
        (self.write)(&mut held, story, out)?;
        Ok(left_out)
    }
}

const EVERYWHERE: &[Section] = &[
    Section::All,
    Section::Gaps,
    Section::Tokens,
    Section::Findings,
    Section::Sources,
];

/// Every format of a report.
pub static REPORTS: &[ReportExporter] = &[
    ReportExporter {
        name: "text",
        help: "for reading in a terminal",
        sections: EVERYWHERE,
        redaction: Level::None,
        shows_digests: false,
        write: text::write,
    },
    ReportExporter {
        name: "json",
        help: "joinscope.report/1, for programs",
        sections: EVERYWHERE,
        redaction: Level::None,
        shows_digests: true,
        write: json::write,
    },
    ReportExporter {
        name: "md",
        help: "a summary to paste into a case, in Markdown; redacted unless told otherwise",
        sections: &[Section::All],
        redaction: Level::Standard,
        shows_digests: true,
        write: md::write,
    },
    ReportExporter {
        name: "sarif",
        help: "findings as SARIF 2.1.0",
        sections: &[Section::Findings],
        redaction: Level::None,
        shows_digests: false,
        write: sarif::write,
    },
];

/// Every format of events.
pub static EVENTS: &[EventExporter] = &[
    EventExporter {
        name: "jsonl",
        help: "one JSON object a line, with keys of the Elastic Common Schema",
        holds: Holds::Every,
        tells_attempts: false,
        write: jsonl::write,
    },
    EventExporter {
        name: "csv",
        help: "one row an event, for spreadsheets",
        holds: Holds::Every,
        tells_attempts: false,
        write: csv::write,
    },
    EventExporter {
        name: "timesketch",
        help: "JSON lines for Timesketch; events with a time",
        holds: Holds::Dated,
        tells_attempts: false,
        write: timesketch::write_jsonl,
    },
    EventExporter {
        name: "timesketch-csv",
        help: "the same as CSV",
        holds: Holds::Dated,
        tells_attempts: false,
        write: timesketch::write_csv,
    },
    EventExporter {
        name: "l2tcsv",
        help: "the 17 columns of log2timeline",
        holds: Holds::Every,
        tells_attempts: false,
        write: l2tcsv::write,
    },
    EventExporter {
        name: "chrome-trace",
        help: "Trace Event Format, for the Perfetto viewer; events with a time",
        holds: Holds::Dated,
        tells_attempts: true,
        write: chrome_trace::write,
    },
    EventExporter {
        name: "har",
        help: "the exchanges of HTTP as HAR 1.2, as far as they were kept",
        holds: Holds::Exchanges,
        tells_attempts: false,
        write: har::write,
    },
];

/// What exporters of events know beside the events.
#[derive(Debug)]
pub struct Story<'r> {
    /// The report, redacted.
    pub report: &'r Report,
    /// Steps of its attempts.
    pub steps: Steps,
}

impl<'r> Story<'r> {
    /// The story that a report tells.
    pub fn of(report: &'r Report) -> Self {
        let steps = Steps::of(report);
        Self { report, steps }
    }
}

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
