//! From lines to captures: which rows belong together, and what is the rest of
//! a wrapped value.
//!
//! The one hard question is whether a line that looks like a row is one. A
//! wrapped value or a server's message of several lines can hold a colon, so
//! the answer rests on the field table first, then on how the rows before it
//! were written. One pass, no look-ahead.

use joinscope_wire::decode_text;

use crate::debug;
use crate::draft::Draft;
use crate::fields::{self, FieldSpec, Grouping, ValueKind};
use crate::line::{self, Colon, Line, Row, Shape};
use crate::open_row::{OpenRow, limited};
use crate::report::{Problem, Report, SectionKind};

/// Loose lines after which a row with an unknown name is no longer believed.
const MAX_LOOSE_LINES: usize = 3;

/// Reads a text of any encoding; undecodable places are reported.
pub fn parse_bytes(bytes: &[u8]) -> Report {
    let (text, _, replaced) = decode_text(bytes);
    let mut report = parse(&text);
    if replaced > 0 {
        let what = format!("{replaced} places of the text could not be decoded");
        report.problems.insert(0, Problem { line: 0, what });
    }
    report
}

/// Reads a text. Never fails; a text without any known row has no captures.
///
/// Time and memory are linear in the text's length.
pub fn parse(text: &str) -> Report {
    let mut assembly = Assembly::default();
    for (number, line) in (1..).zip(text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        // A progress message is overwritten by carriage returns.
        for part in line.split('\r') {
            assembly.line(number, &line::read(part));
        }
    }
    assembly.finish()
}

/// The state between two lines.
#[derive(Default)]
struct Assembly {
    draft: Draft,
    /// The row whose value may go on in the next line.
    open: Option<OpenRow>,
    /// Canonical name of the row that opened a group.
    group: Option<&'static str>,
    place: Place,
    after_rule: bool,
    /// The blanks before the last frame, which come from pasting.
    frame_indent: usize,
    style: Style,
    /// Lines in succession that belong to no table.
    loose_lines: usize,
}

/// Where in a capture the next row belongs.
#[derive(Clone, Copy, Default, PartialEq)]
enum Place {
    /// In no section: before the first or after the last table.
    #[default]
    Outside,
    /// In a section whose title was printed.
    Titled,
    /// In a section that was made because rows came without a title.
    Untitled,
    /// In the short state at the end of a debug run.
    ShortState,
}

/// How the rows so far were written.
#[derive(Default)]
struct Style {
    spaced_rows: usize,
    column: usize,
    /// Rows in succession that had their colon in `column`.
    agreeing: usize,
}

impl Style {
    fn learn(&mut self, row: &Row<'_>) {
        if row.colon == Colon::Spaced {
            self.spaced_rows += 1;
            self.agreeing = if row.column == self.column {
                self.agreeing + 1
            } else {
                1
            };
            self.column = row.column;
        }
    }

    /// Whether colons are aligned and this one is too far left to be a row's.
    fn is_out_of_line(&self, row: &Row<'_>) -> bool {
        self.agreeing >= 2 && row.column < self.column
    }
}

impl Assembly {
    fn line(&mut self, number: usize, line: &Line<'_>) {
        let after_rule = std::mem::replace(&mut self.after_rule, line.shape == Shape::Rule);
        match line.shape {
            Shape::Blank => self.close(),
            Shape::Rule => {
                self.close();
                self.frame_indent = line.indent;
            }
            Shape::Title(title) if after_rule || fields::section_of_title(title).is_some() => {
                self.title(number, title);
            }
            Shape::Prompt => self.command(line),
            // A server's message can also speak of the command.
            Shape::Heading if !self.goes_on_in(line) => self.command(line),
            Shape::Row(row) => self.row_or_text(number, line, &row),
            Shape::Text | Shape::Heading | Shape::Title(_) => self.text(number, line),
        }
    }

    fn title(&mut self, number: usize, title: &str) {
        self.close();
        let kind = fields::section_of_title(title).unwrap_or(SectionKind::Other);
        if self.begins_another_run(kind) {
            self.end_capture();
        }
        self.begin_section(number, kind, title);
        self.place = Place::Titled;
    }

    /// Device State is always the first table; the other main tables are
    /// printed once. A fragment can begin with any of them.
    fn begins_another_run(&self, kind: SectionKind) -> bool {
        use SectionKind::{
            DeviceDetails, DeviceState, NgcPrerequisites, SsoState, TenantDetails, UserState,
        };
        match kind {
            DeviceState => !self.draft.capture.sections.is_empty(),
            DeviceDetails | TenantDetails | UserState | SsoState | NgcPrerequisites => {
                self.draft.capture.section(kind).is_some()
            }
            _ => false,
        }
    }

    /// A command line ends the capture before it and names the one after it.
    fn command(&mut self, line: &Line<'_>) {
        self.close();
        self.end_capture();
        let names_it = line.body.to_ascii_lowercase().contains("dsregcmd");
        self.draft.command = names_it.then(|| limited(line.body).to_owned());
    }

    fn row_or_text(&mut self, number: usize, line: &Line<'_>, row: &Row<'_>) {
        let section = self
            .draft
            .capture
            .sections
            .last()
            .map(|section| section.kind);
        let section = section.filter(|_| self.place != Place::Outside);
        let spec = fields::find(section, row.name);
        if self.is_row(line, row, spec) {
            self.row(number, line, row, spec);
        } else {
            self.text(number, line);
        }
    }

    /// Whether what looks like a row is one.
    fn is_row(&self, line: &Line<'_>, row: &Row<'_>, spec: Option<&FieldSpec>) -> bool {
        let in_message = self
            .open
            .as_ref()
            .is_some_and(|open| open.kind() == ValueKind::Message);
        let in_table = self.is_between_tables();
        match (row.colon, spec) {
            (Colon::Spaced | Colon::Doubled, Some(spec)) => {
                // A group's member tells nothing without its table.
                !self.draft.capture.sections.is_empty() || spec.grouping != Grouping::Member
            }
            (Colon::Tight, Some(_)) => {
                // Server messages have lines such as `Correlation ID: …`.
                !(debug::is_debug(line.body) || in_message && self.style.spaced_rows > 0)
            }
            (Colon::Spaced | Colon::Doubled, None) => {
                let is_rest = self.open.is_some() && self.style.is_out_of_line(row);
                in_table && !is_rest && !self.is_cut_at(line)
            }
            (Colon::Tight, None) => {
                in_table && self.style.spaced_rows == 0 && !debug::is_debug(line.body)
            }
        }
    }

    fn is_cut_at(&self, line: &Line<'_>) -> bool {
        self.open
            .as_ref()
            .is_some_and(|open| open.is_cut_at(line, self.frame_indent))
    }

    fn row(
        &mut self,
        number: usize,
        line: &Line<'_>,
        row: &Row<'_>,
        spec: Option<&'static FieldSpec>,
    ) {
        self.close();
        self.loose_lines = 0;
        if let Some(spec) = spec {
            self.find_place(number, spec);
        }
        self.style.learn(row);
        let group = self.join_group(spec);
        self.open = Some(OpenRow::new(number, line, row, spec, group));
    }

    /// The group that a row belongs to; an unknown row leaves it open.
    fn join_group(&mut self, spec: Option<&'static FieldSpec>) -> Option<&'static str> {
        let spec = spec?;
        match spec.grouping {
            Grouping::Member => return self.group,
            Grouping::Head => self.group = Some(spec.name),
            Grouping::Alone => self.group = None,
        }
        None
    }

    /// Makes a section for a known row that stands outside of a titled one.
    fn find_place(&mut self, number: usize, spec: &FieldSpec) {
        let is_first_row = spec.name == "AzureAdJoined";
        match self.place {
            Place::Titled => {}
            Place::Outside | Place::Untitled if is_first_row && self.has(spec.name) => {
                self.end_capture();
                self.begin_section(number, spec.section, "");
                self.place = Place::Untitled;
            }
            Place::Untitled | Place::ShortState if self.last_kind_has(spec) => {}
            Place::ShortState => self.begin_section(number, spec.section, ""),
            Place::Outside | Place::Untitled => {
                self.begin_section(number, spec.section, "");
                self.place = Place::Untitled;
            }
        }
    }

    fn has(&self, canonical: &str) -> bool {
        self.draft.capture.find(canonical).is_some()
    }

    /// Whether the last section was made without a title for such fields.
    fn last_kind_has(&self, spec: &FieldSpec) -> bool {
        self.draft.capture.sections.last().is_some_and(|section| {
            section.title.is_empty()
                && fields::FIELDS
                    .iter()
                    .any(|other| other.name == spec.name && other.section == section.kind)
        })
    }

    /// A line that is no row: the rest of a value, a bare title, a debug line
    /// or something else between the tables.
    fn text(&mut self, number: usize, line: &Line<'_>) {
        let is_title = fields::section_of_title(line.body).is_some();
        let is_own_line = is_title || debug::is_debug(line.body);
        if self.is_cut_at(line) || !is_own_line && self.goes_on_in(line) {
            self.go_on(line);
            return;
        }
        self.close();
        if is_title {
            self.title(number, line.body);
        } else if is_own_line {
            self.debug_line(number, line.body);
        } else if is_footer(line.body) {
            self.place = Place::Outside;
        } else if self.is_between_tables() || self.is_in_debug_output() {
            self.loose_lines += 1;
            self.draft.loose_line(number, line.body);
        }
    }

    /// Other texts can follow without a sign that the output is over, so only
    /// a few loose lines in succession are believed to belong to it.
    fn is_between_tables(&self) -> bool {
        self.place != Place::Outside && self.loose_lines < MAX_LOOSE_LINES
    }

    fn debug_line(&mut self, number: usize, body: &str) {
        if body.starts_with(debug::FIRST_LINE) && !self.draft.capture.sections.is_empty() {
            self.end_capture();
        }
        if body.starts_with(debug::END_MARK) {
            self.place = Place::ShortState;
        }
        self.loose_lines = 0;
        self.draft.loose_line(number, body);
    }

    /// Debug output holds sentences that no table lists; before the first
    /// section everything after the first debug line belongs to it.
    fn is_in_debug_output(&self) -> bool {
        self.draft.capture.sections.is_empty() && !self.draft.capture.debug_lines.is_empty()
    }

    fn goes_on_in(&self, line: &Line<'_>) -> bool {
        self.open
            .as_ref()
            .is_some_and(|open| open.goes_on_in(line, self.frame_indent))
    }

    fn go_on(&mut self, line: &Line<'_>) {
        if let Some(open) = &mut self.open {
            open.append(line, self.frame_indent);
        }
    }

    /// Ends the row whose value was open.
    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let (field, problem) = open.finish();
            self.draft.field(field, problem);
        }
    }

    /// Ends the run; what follows is written in its own way.
    fn end_capture(&mut self) {
        self.draft.end_capture();
        self.place = Place::Outside;
        self.group = None;
        self.style = Style::default();
        self.loose_lines = 0;
    }

    fn begin_section(&mut self, number: usize, kind: SectionKind, title: &str) {
        self.draft.begin_section(number, kind, title);
        self.loose_lines = 0;
        self.group = None;
    }

    fn finish(mut self) -> Report {
        self.close();
        self.draft.finish()
    }
}

/// The last line that newer generations print.
fn is_footer(body: &str) -> bool {
    body.starts_with("For more information, please visit")
}
