//! Text of `dsregcmd /status`, as tools and people hand it over.
//!
//! Sources: the published field descriptions (documented) and public transcripts (observed). The
//! text has no formal grammar: frames, alignment, encoding and line ends vary with the way it was
//! saved, and all of these can be chosen here.

mod fields;

use std::fmt::Write;

use crate::text;

pub use fields::{JoinState, Release};

/// Columns between the frame's corners.
const FRAME_WIDTH: usize = 70;
/// Columns that keys are aligned to since the sections were split.
const KEY_WIDTH: usize = 26;

/// How the text becomes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    #[default]
    Utf8,
    /// UTF-8 behind a byte order mark.
    Utf8Marked,
    /// UTF-16 little-endian behind a byte order mark, as PowerShell redirects.
    Utf16Le,
    /// Windows-1252; characters outside it become `?`.
    Windows1252,
}

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineEnds {
    /// Carriage return and line feed.
    #[default]
    CrLf,
    /// Line feed only.
    Lf,
    /// Carriage return twice and line feed, as some redirections make.
    CrCrLf,
}

/// What stands around section titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Frame {
    /// The box that the tool draws.
    #[default]
    Boxed,
    /// The title alone, as after a tidy-up by hand.
    TitleOnly,
}

/// How a key and its value are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyStyle {
    /// Right-aligned key, ` : `, value: what the tool prints.
    #[default]
    Aligned,
    /// Key, `: `, value from the left margin.
    Tight,
}

/// A status text that is being described: sections of keys and values, and the way it is printed.
#[derive(Debug, Clone, Default)]
pub struct DsregText {
    sections: Vec<Section>,
    encoding: Encoding,
    line_ends: LineEnds,
    frame: Frame,
    key_style: KeyStyle,
    wrap_at: Option<usize>,
    indent: usize,
    lines_above: Vec<String>,
}

#[derive(Debug, Clone)]
struct Section {
    title: String,
    fields: Vec<(String, String)>,
}

/// A failed attempt to get a primary refresh token, as releases since 21H1 report it.
#[derive(Debug, Clone)]
pub struct PrtFailure {
    /// Time of the attempt, `2026-03-02 08:15:00.000 UTC`.
    pub time: String,
    /// Status code as printed, `0xc000006d`.
    pub status: String,
    /// Name of the account.
    pub user: String,
    /// Credential in use, `Password` or another.
    pub credential: String,
    /// Identifier that the sign-in log knows, too.
    pub correlation_id: String,
    /// Address asked.
    pub endpoint: String,
    /// Transport error as printed, `0x0` when there was none.
    pub http_error: String,
    /// Status of the answer.
    pub http_status: u16,
    /// OAuth error of the answer.
    pub server_error: String,
    /// Its description.
    pub server_description: String,
}

impl DsregText {
    /// A text without sections.
    pub fn new() -> Self {
        Self::default()
    }

    /// The fields that a release prints for a device in a state, all healthy. The values are
    /// invented; the device is `DESKTOP-EXMPL01`, the tenant Contoso.
    pub fn status(release: Release, state: JoinState) -> Self {
        let mut text = Self::new();
        for (section, key, value) in fields::fields(release, state) {
            text = text.add(section, key, &value);
        }
        text
    }

    /// Opens a section; fields added without naming one go into the last.
    #[must_use]
    pub fn section(mut self, title: &str) -> Self {
        self.sections.push(Section {
            title: title.to_owned(),
            fields: Vec::new(),
        });
        self
    }

    /// Appends a field to the last section. Without a section it stands above all titles.
    #[must_use]
    pub fn field(mut self, key: &str, value: &str) -> Self {
        if self.sections.is_empty() {
            self = self.section("");
        }
        if let Some(section) = self.sections.last_mut() {
            section.fields.push((key.to_owned(), value.to_owned()));
        }
        self
    }

    /// Appends a field to a section, which is opened if there is none of that title.
    #[must_use]
    pub fn add(mut self, title: &str, key: &str, value: &str) -> Self {
        let known = self
            .sections
            .iter_mut()
            .find(|section| section.title == title);
        if let Some(section) = known {
            section.fields.push((key.to_owned(), value.to_owned()));
            return self;
        }
        self.section(title).field(key, value)
    }

    /// Gives every field of this key a new value. A key that is not there changes nothing.
    #[must_use]
    pub fn set(mut self, key: &str, value: &str) -> Self {
        for section in &mut self.sections {
            for field in section.fields.iter_mut().filter(|field| field.0 == key) {
                value.clone_into(&mut field.1);
            }
        }
        self
    }

    /// Whether a field of this key is there.
    pub fn has(&self, key: &str) -> bool {
        self.sections
            .iter()
            .any(|section| section.fields.iter().any(|field| field.0 == key))
    }

    /// Takes every field of this key out.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        for section in &mut self.sections {
            section.fields.retain(|field| field.0 != key);
        }
        self
    }

    /// Takes a section out.
    #[must_use]
    pub fn without_section(mut self, title: &str) -> Self {
        self.sections.retain(|section| section.title != title);
        self
    }

    /// Says that there is no primary refresh token, and puts the failed attempt behind it. The
    /// times of the last good one go away.
    #[must_use]
    pub fn prt_failure(self, failure: &PrtFailure) -> Self {
        let mut text = self
            .set("AzureAdPrt", "NO")
            .without("AzureAdPrtUpdateTime")
            .without("AzureAdPrtExpiryTime");
        let status = failure.http_status.to_string();
        let rows = [
            ("AcquirePrtDiagnostics", "PRESENT"),
            ("Previous Prt Attempt", &failure.time),
            ("Attempt Status", &failure.status),
            ("User Identity", &failure.user),
            ("Credential Type", &failure.credential),
            ("Correlation ID", &failure.correlation_id),
            ("Endpoint URI", &failure.endpoint),
            ("HTTP Method", "POST"),
            ("HTTP Error", &failure.http_error),
            ("HTTP status", &status),
            ("Server Error Code", &failure.server_error),
            ("Server Error Description", &failure.server_description),
        ];
        let rows = rows.map(|(key, value)| (key.to_owned(), value.to_owned()));
        for section in &mut text.sections {
            let prt = section
                .fields
                .iter()
                .position(|field| field.0 == "AzureAdPrtAuthority");
            if let Some(at) = prt {
                section.fields.splice(at + 1..=at, rows.clone());
            }
        }
        text
    }

    /// How the text becomes bytes.
    #[must_use]
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// What ends a line.
    #[must_use]
    pub fn line_ends(mut self, line_ends: LineEnds) -> Self {
        self.line_ends = line_ends;
        self
    }

    /// What stands around titles.
    #[must_use]
    pub fn frame(mut self, frame: Frame) -> Self {
        self.frame = frame;
        self
    }

    /// How keys and values are set.
    #[must_use]
    pub fn key_style(mut self, key_style: KeyStyle) -> Self {
        self.key_style = key_style;
        self
    }

    /// Breaks lines at this many columns, as a console of that width does: the rest of a value
    /// stands on a line without key. A width of zero breaks nothing.
    #[must_use]
    pub fn wrapped_at(mut self, columns: usize) -> Self {
        self.wrap_at = (columns > 0).then_some(columns);
        self
    }

    /// Sets every line in by this many spaces, as pasted into a ticket.
    #[must_use]
    pub fn indented(mut self, spaces: usize) -> Self {
        self.indent = spaces;
        self
    }

    /// Puts a line above all, such as the prompt with the command.
    #[must_use]
    pub fn line_above(mut self, line: &str) -> Self {
        self.lines_above.push(line.to_owned());
        self
    }

    /// The text in its encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        let end = match self.line_ends {
            LineEnds::CrLf => "\r\n",
            LineEnds::Lf => "\n",
            LineEnds::CrCrLf => "\r\r\n",
        };
        let indent = " ".repeat(self.indent);
        let mut out = String::new();
        for line in self.lines() {
            let indent = if line.is_empty() { "" } else { &indent };
            // Writing to a string cannot fail.
            let _ = write!(out, "{indent}{line}{end}");
        }
        match self.encoding {
            Encoding::Utf8 => out.into_bytes(),
            Encoding::Utf8Marked => [b"\xEF\xBB\xBF".as_slice(), out.as_bytes()].concat(),
            Encoding::Utf16Le => [vec![0xFF, 0xFE], text::utf16_le(&out)].concat(),
            Encoding::Windows1252 => text::windows_1252(&out),
        }
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = self.lines_above.clone();
        for section in &self.sections {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            if !section.title.is_empty() {
                lines.extend(self.title_lines(&section.title));
                lines.push(String::new());
            }
            let longest = section
                .fields
                .iter()
                .map(|(key, _)| key.chars().count())
                .max();
            // Before the sections were split, each was aligned to its own longest key.
            let width = if self.is_split() {
                KEY_WIDTH
            } else {
                longest.unwrap_or(0) + 1
            };
            for (key, value) in &section.fields {
                let line = match self.key_style {
                    KeyStyle::Aligned => format!("{key:>width$} : {value}"),
                    KeyStyle::Tight => format!("{key}: {value}"),
                };
                lines.extend(self.wrapped(line.trim_end()));
            }
        }
        lines
    }

    /// Whether the sections are those since 1803.
    fn is_split(&self) -> bool {
        self.sections
            .iter()
            .any(|section| section.title == fields::SSO_STATE)
    }

    fn title_lines(&self, title: &str) -> Vec<String> {
        match self.frame {
            Frame::TitleOnly => vec![title.to_owned()],
            Frame::Boxed => {
                let rule = format!("+{}+", "-".repeat(FRAME_WIDTH));
                let inner = FRAME_WIDTH - 2;
                vec![rule.clone(), format!("| {title:<inner$} |"), rule]
            }
        }
    }

    fn wrapped(&self, line: &str) -> Vec<String> {
        let Some(columns) = self.wrap_at else {
            return vec![line.to_owned()];
        };
        let characters: Vec<char> = line.chars().collect();
        characters
            .chunks(columns)
            .map(|piece| piece.iter().collect())
            .collect()
    }
}

#[cfg(test)]
mod tests;
