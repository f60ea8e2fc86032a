//! Text files of no particular kind: logs, web headers, notes.

use serde::Deserialize;

use crate::text;

/// A text file. Lines end as Windows ends them unless the story says otherwise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FreeText {
    pub(super) file: String,
    text: String,
    #[serde(default)]
    encoding: Encoding,
    #[serde(default)]
    line_ends: LineEnds,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Encoding {
    #[default]
    Utf8,
    Utf16Le,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LineEnds {
    #[default]
    Crlf,
    Lf,
}

impl FreeText {
    pub(super) fn build(&self) -> Vec<u8> {
        let text = match self.line_ends {
            LineEnds::Crlf => self.text.replace('\n', "\r\n"),
            LineEnds::Lf => self.text.clone(),
        };
        match self.encoding {
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Utf16Le => [vec![0xFF, 0xFE], text::utf16_le(&text)].concat(),
            Encoding::Windows1252 => text::windows_1252(&text),
        }
    }
}
