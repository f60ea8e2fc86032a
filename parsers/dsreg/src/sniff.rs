//! Whether a text is the tool's output and not a log that mentions it.
//!
//! A mention is not enough: a good part of the lines must have the tool's
//! shape, and some of them must be rows or titles that nothing else prints.

use joinscope_wire::decode_text;

use crate::debug;
use crate::fields;
use crate::line::{self, Colon, Shape};

/// Lines that are looked at.
const MAX_LINES: usize = 400;

/// Whether the head of a file, in any encoding, is the tool's output.
///
/// The head may end anywhere; a few kilobytes are enough.
pub fn sniff_bytes(head: &[u8]) -> bool {
    sniff(&decode_text(head).0)
}

/// Whether the head of a text is the tool's output, with or without frames, or
/// the beginning of a debug run.
pub fn sniff(head: &str) -> bool {
    let mut seen = Evidence::default();
    let mut after_rule = false;
    for text in head
        .split(['\n', '\r'])
        .filter(|text| !text.is_empty())
        .take(MAX_LINES)
    {
        let line = line::read(text);
        seen.line(&line, after_rule);
        after_rule = line.shape == Shape::Rule;
    }
    seen.is_enough()
}

/// What was counted.
#[derive(Default)]
struct Evidence<'a> {
    /// Lines that are not blank.
    lines: usize,
    /// Lines of the tool's shape, frames and prompts included.
    fitting: usize,
    /// Known titles inside a frame.
    titles: usize,
    /// Known names, each once.
    names: Vec<&'a str>,
    debug_lines: usize,
}

impl<'a> Evidence<'a> {
    fn line(&mut self, line: &line::Line<'a>, after_rule: bool) {
        let fits = match line.shape {
            Shape::Blank => return,
            Shape::Rule | Shape::Prompt | Shape::Heading => true,
            Shape::Title(title) => {
                let is_known = fields::section_of_title(title).is_some();
                self.titles += usize::from(is_known && after_rule);
                is_known
            }
            Shape::Row(_) | Shape::Text if debug::is_debug(line.body) => {
                self.debug_lines += 1;
                true
            }
            Shape::Row(row) => self.row(row.name, row.colon),
            Shape::Text => fields::section_of_title(line.body).is_some(),
        };
        self.lines += 1;
        self.fitting += usize::from(fits);
    }

    fn row(&mut self, name: &'a str, colon: Colon) -> bool {
        let Some(spec) = fields::find(None, name) else {
            return colon == Colon::Spaced && self.titles > 0;
        };
        if !self.names.contains(&spec.name) {
            self.names.push(spec.name);
        }
        true
    }

    fn is_enough(&self) -> bool {
        let framed = self.titles >= 1 && !self.names.is_empty() && self.fitting * 3 >= self.lines;
        let has_first_row = self.names.contains(&"AzureAdJoined");
        let most_fit = self.fitting * 2 >= self.lines;
        let bare = has_first_row && self.names.len() >= 4 && most_fit;
        let debug_run = self.debug_lines >= 4 && most_fit;
        framed || bare || debug_run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        assert_eq!(sniff(text), expected, "{text}");
    }

    const FRAMED: &str = "+-----+\r\n| Device State |\r\n+-----+\r\n\r\n  AzureAdJoined : NO\r\n";

    #[test]
    fn output_of_the_tool() {
        check(FRAMED, true);
        check(&format!("C:\\>dsregcmd /status\n\n{FRAMED}"), true);
        check(
            "AzureAdJoined: YES\nEnterpriseJoined: NO\nDeviceId: x\nThumbprint: y",
            true,
        );
        check("+----+\n| SSO State |\n+----+\n AzureAdPrt : NO\n", true);
        check(
            "dsregcmd::wmain logging initialized.\nPreJoinChecks Complete.\n\
             preCheckResult: Join\nisJoined: undefined\nisSystem: YES",
            true,
        );
    }

    #[test]
    fn in_utf16() {
        let bytes: Vec<u8> = FRAMED.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(sniff_bytes(&bytes));
        assert!(sniff_bytes(&bytes[..bytes.len() - 1]));
    }

    #[test]
    fn other_texts() {
        check("", false);
        check(
            "run dsregcmd /status and look for AzureAdJoined : YES\n",
            false,
        );
        check(
            "2024-01-02 03:04:05 dsregcmd /status\n2024-01-02 03:04:06 AzureAdJoined : YES\n",
            false,
        );
        check("+----+\n| Services |\n+----+\n  Name : Spooler\n", false);
        check("AzureAdJoined : YES\nDomainJoined : NO\n", false);
        let log = "Access Type : DIRECT\nDevice Name : x\nDeviceId : y\nTenantId : z\n";
        check(log, false);
        let buried = format!("{}{FRAMED}", "12:00 something happened\n".repeat(30));
        check(&buried, false);
    }
}
