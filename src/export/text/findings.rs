//! Findings as text: each root, then what comes from it; what is ruled out, and what cannot be told.

use std::io;

use super::{Page, clean, colour};
use crate::export::wrapped;
use crate::model::Finding;

/// How much is said of a finding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Short,
    Full,
}

/// Events shown of one finding where it is told in short.
const EVENTS_SHOWN: usize = 6;

impl Page<'_> {
    pub(super) fn findings(&mut self, detail: Detail) -> io::Result<()> {
        let report = self.report;
        if !report.findings.is_empty() || detail == Detail::Full {
            self.title(&format!("FINDINGS  {}", report.findings.len()))?;
        }
        for finding in &report.findings {
            self.finding(finding, detail)?;
        }
        if !report.ruled_out.is_empty() {
            self.title(&format!("RULED OUT  {}", report.ruled_out.len()))?;
            for entry in &report.ruled_out {
                let ids: Vec<String> = entry
                    .evidence
                    .iter()
                    .map(|it| it.event.to_string())
                    .collect();
                let ids = if ids.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", ids.join(", "))
                };
                self.paragraph("  ", &format!("{}: {}{ids}", entry.title, entry.because))?;
            }
        }
        if !report.cannot_tell.is_empty() {
            self.title(&format!("CANNOT TELL  {}", report.cannot_tell.len()))?;
            for entry in &report.cannot_tell {
                self.paragraph("  ", &entry.title)?;
                for missing in &entry.missing {
                    let text = format!("collect {}: {}", missing.artifact, missing.command);
                    self.paragraph("      ", &text)?;
                }
            }
        }
        Ok(())
    }

    fn finding(&mut self, finding: &Finding, detail: Detail) -> io::Result<()> {
        let times = match finding.occurrences.number {
            1 => String::new(),
            number => format!(", {number} times"),
        };
        let causes = if finding.caused_by.is_empty() {
            String::new()
        } else {
            format!(", from {}", finding.caused_by.join(", "))
        };
        let level = if self.view.colour {
            format!(
                "\x1b[{}m{}\x1b[0m",
                colour(finding.severity),
                finding.severity
            )
        } else {
            finding.severity.to_string()
        };
        writeln!(
            self.out,
            "  {:<4}{level}  {}  ({}, {} % sure{times}{causes})",
            finding.id,
            clean(&finding.title),
            clean(&finding.rule),
            finding.confidence,
        )?;
        self.paragraph("      ", &finding.explanation)?;
        if detail == Detail::Full
            && let Some(why) = &finding.why
        {
            self.paragraph("      why: ", why)?;
        }
        let shown = match detail {
            Detail::Short => EVENTS_SHOWN,
            Detail::Full => usize::MAX,
        };
        let events: Vec<String> = finding
            .evidence
            .iter()
            .take(shown)
            .map(|line| format!("{} {}", line.event, line.role))
            .collect();
        if !events.is_empty() {
            self.paragraph("      seen in ", &events.join(", "))?;
        }
        let fixes = match detail {
            Detail::Short => 1,
            Detail::Full => usize::MAX,
        };
        for fix in finding.remediation.iter().take(fixes) {
            self.paragraph("      do: ", fix)?;
        }
        if detail == Detail::Short {
            return Ok(());
        }
        for next in &finding.next {
            self.paragraph("      collect: ", next)?;
        }
        if let Some(limits) = &finding.limits {
            self.paragraph("      limits: ", limits)?;
        }
        Ok(())
    }

    /// Text behind a lead; further lines stand below its beginning.
    fn paragraph(&mut self, lead: &str, text: &str) -> io::Result<()> {
        let width = self.view.width.saturating_sub(lead.len()).max(20);
        let mut lead = lead.to_owned();
        for line in wrapped(&clean(text), width) {
            writeln!(self.out, "{lead}{line}")?;
            lead = " ".repeat(lead.len());
        }
        Ok(())
    }
}
