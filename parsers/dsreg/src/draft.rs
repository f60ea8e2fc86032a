//! The report while it is being made: what is kept, and how much of it.
//!
//! A file of any size can claim to be the tool's output, so the number of kept
//! things is limited; what is beyond is counted and reported, not silently lost.

use crate::debug;
use crate::open_row::limited;
use crate::report::{Capture, Field, Problem, Report, Section, SectionKind};

/// Rows, sections and loose lines kept in one text. A run of the tool has about
/// a hundred.
const MAX_ENTRIES: usize = 200_000;
/// Problems kept in one text.
const MAX_PROBLEMS: usize = 10_000;

#[derive(Default)]
pub(crate) struct Draft {
    report: Report,
    /// The run that is being read; empty between two runs.
    pub(crate) capture: Capture,
    /// A command line that no capture followed yet.
    pub(crate) command: Option<String>,
    entries: usize,
    entries_dropped: usize,
    problems_dropped: usize,
}

impl Draft {
    /// Begins a section, and a capture with it if there is none.
    pub(crate) fn begin_section(&mut self, line: usize, kind: SectionKind, title: &str) {
        if self.admit() {
            self.begin_capture(line);
            let title = limited(title).to_owned();
            self.capture.sections.push(Section {
                kind,
                title,
                line,
                fields: Vec::new(),
            });
        }
    }

    /// Adds a row to the last section.
    pub(crate) fn field(&mut self, field: Field, problem: Option<String>) {
        if !self.admit() {
            return;
        }
        if let Some(what) = problem {
            self.problem(field.line, what);
        }
        if let Some(section) = self.capture.sections.last_mut() {
            section.fields.push(field);
        }
    }

    /// Adds a line that belongs to no table, and a capture with it if there is
    /// none.
    pub(crate) fn loose_line(&mut self, line: usize, body: &str) {
        if self.admit() {
            self.begin_capture(line);
            self.capture
                .debug_lines
                .push(debug::debug_line(line, limited(body)));
        }
    }

    pub(crate) fn end_capture(&mut self) {
        let capture = std::mem::take(&mut self.capture);
        if !capture.is_empty() {
            self.report.captures.push(capture);
        }
    }

    /// Ends the report and says what was left out of it.
    pub(crate) fn finish(mut self) -> Report {
        self.end_capture();
        let dropped = [
            (self.entries_dropped, "rows or lines"),
            (self.problems_dropped, "problems"),
        ];
        for (count, what) in dropped.into_iter().filter(|(count, _)| *count > 0) {
            let what = format!("{count} more {what} were not kept");
            self.report.problems.push(Problem { line: 0, what });
        }
        self.report
    }

    fn begin_capture(&mut self, line: usize) {
        if self.capture.is_empty() {
            self.capture.line = line;
            self.capture.command = self.command.take();
        }
    }

    /// Counts one more thing to keep; `false` when there are too many.
    fn admit(&mut self) -> bool {
        let fits = self.entries < MAX_ENTRIES;
        self.entries += usize::from(fits);
        self.entries_dropped += usize::from(!fits);
        fits
    }

    fn problem(&mut self, line: usize, what: String) {
        if self.report.problems.len() < MAX_PROBLEMS {
            self.report.problems.push(Problem { line, what });
        } else {
            self.problems_dropped += 1;
        }
    }
}
