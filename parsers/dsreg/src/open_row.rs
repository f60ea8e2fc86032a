//! A row whose value may go on in the next line.
//!
//! Consoles cut a line at their width, mail programs break it at a blank, and
//! servers send messages of several lines. The first must be joined without a
//! blank, the others with one.

use std::borrow::Cow;

use crate::fields::{FieldSpec, ValueKind};
use crate::line::{self, Line, Row};
use crate::report::{Field, FieldValue};
use crate::value;

/// Bytes of a value that are kept. The longest real ones, Base64 addresses,
/// have a few hundred.
const MAX_VALUE_BYTES: usize = 65_536;
/// Widths of console windows at which a line is cut inside a word.
const CONSOLE_WIDTHS: &[usize] = &[80, 100, 120, 132, 140, 150, 160, 180, 200, 240];
/// A shorter line was not wrapped by anything.
const SHORTEST_WRAP: usize = 60;

/// A row and what was read of its value.
pub(crate) struct OpenRow {
    name: String,
    spec: Option<&'static FieldSpec>,
    raw: String,
    line: usize,
    group: Option<&'static str>,
    /// Characters of the last line that belongs to the value.
    last_width: usize,
    is_limited: bool,
}

impl OpenRow {
    pub(crate) fn new(
        number: usize,
        line: &Line<'_>,
        row: &Row<'_>,
        spec: Option<&'static FieldSpec>,
        group: Option<&'static str>,
    ) -> Self {
        let raw = limited(row.value).to_owned();
        let is_limited = raw.len() < row.value.len();
        let name = row.name.to_owned();
        Self {
            name,
            spec,
            raw,
            line: number,
            group,
            last_width: line.width,
            is_limited,
        }
    }

    /// The type of the value; an unknown field's is text.
    pub(crate) fn kind(&self) -> ValueKind {
        self.spec.map_or(ValueKind::Text, |spec| spec.kind)
    }

    /// Whether a console cut the last line and this one is the rest of it: the
    /// rest begins where the frame does, while rows are indented further.
    pub(crate) fn is_cut_at(&self, line: &Line<'_>, frame_indent: usize) -> bool {
        let width = self.last_width.saturating_sub(frame_indent);
        CONSOLE_WIDTHS.contains(&width) && line.indent <= frame_indent + 1
    }

    /// Whether a line that is no row is the rest of this value.
    pub(crate) fn goes_on_in(&self, line: &Line<'_>, frame_indent: usize) -> bool {
        let can_be_long = !matches!(
            self.kind(),
            ValueKind::YesNo | ValueKind::Time | ValueKind::Number | ValueKind::Code
        );
        let is_wrapped = self.last_width.saturating_sub(frame_indent) >= SHORTEST_WRAP;
        // A mail program can move a long word to the next line as a whole.
        let is_moved_word = self.raw.is_empty() && !line.body.contains(char::is_whitespace);
        self.is_cut_at(line, frame_indent)
            || self.kind() == ValueKind::Message
            || can_be_long && (is_wrapped || is_moved_word && line.body.contains("://"))
    }

    /// Joins a line that goes on, without a blank if the value is one word or
    /// the console cut it.
    pub(crate) fn append(&mut self, line: &Line<'_>, frame_indent: usize) {
        if self.is_limited {
            return;
        }
        let is_one_word = matches!(
            self.kind(),
            ValueKind::Url
                | ValueKind::Word
                | ValueKind::Guid
                | ValueKind::Thumbprint
                | ValueKind::List
        );
        let rest = if is_one_word {
            line.body
        } else if self.is_cut_at(line, frame_indent) {
            let pasted = line.whole.chars().take(frame_indent.min(line.indent));
            let skipped = pasted.map(char::len_utf8).sum::<usize>();
            let rest = line.whole.get(skipped..).unwrap_or_default();
            rest.trim_end_matches(line::is_blank)
        } else {
            if !self.raw.is_empty() {
                self.raw.push(' ');
            }
            line.body
        };
        let room = MAX_VALUE_BYTES.saturating_sub(self.raw.len());
        let kept = cut_to(rest, room);
        self.is_limited |= kept.len() < rest.len();
        self.raw.push_str(kept);
        self.last_width = line.width;
    }

    /// The field, and what was wrong with its value.
    pub(crate) fn finish(self) -> (Field, Option<String>) {
        let raw = self.raw.trim_matches(line::is_blank);
        let raw = if raw.len() == self.raw.len() {
            self.raw
        } else {
            raw.to_owned()
        };
        let kind = self.spec.map_or(ValueKind::Text, |spec| spec.kind);
        let (value, fits) = value::interpret(kind, &raw);
        let canonical = match self.spec {
            Some(spec) => Cow::Borrowed(spec.name),
            None => Cow::Owned(self.name.clone()),
        };
        let problem = if self.is_limited {
            Some(format!(
                "value of {} is longer than {MAX_VALUE_BYTES} bytes and was cut",
                self.name
            ))
        } else if fits {
            None
        } else {
            Some(format!(
                "value of {} is not {}",
                self.name,
                expectation(kind)
            ))
        };
        debug_assert!(fits || value == FieldValue::Text);
        let known = self.spec.is_some();
        let (line, group) = (self.line, self.group);
        (
            Field {
                name: self.name,
                canonical,
                known,
                value,
                raw,
                line,
                group,
            },
            problem,
        )
    }
}

/// The part of a text that is kept.
pub(crate) fn limited(text: &str) -> &str {
    cut_to(text, MAX_VALUE_BYTES)
}

/// The longest beginning of whole characters that fits.
fn cut_to(text: &str, bytes: usize) -> &str {
    (0..=bytes.min(text.len()))
        .rev()
        .find_map(|end| text.get(..end))
        .unwrap_or_default()
}

/// What a value of a type looks like, for messages.
fn expectation(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::YesNo | ValueKind::Answer => "YES or NO",
        ValueKind::Text | ValueKind::Message | ValueKind::Word => "a text",
        ValueKind::Url => "an absolute address",
        ValueKind::Guid => "a guid",
        ValueKind::Thumbprint => "a hash of 40 hexadecimal digits",
        ValueKind::Time => "a time in UTC",
        ValueKind::TimeSpan => "a span of two times in UTC",
        ValueKind::Code => "a hexadecimal code",
        ValueKind::Number => "a number",
        ValueKind::Test => "the result of a test",
        ValueKind::List => "a list",
    }
}
