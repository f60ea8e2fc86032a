//! A summary to paste into a case: verdict, causes with their evidence, what to do, what to collect,
//! what could not be seen. Nothing from the evidence becomes markup.

use std::io::{self, Write};

use super::{Section, View, clean};
use crate::model::{EvidenceLine, Finding, Report, duration, grouped};
use crate::redact::ShownTimeline;

/// Findings told with their evidence; the rest by their titles.
const FINDINGS: usize = 12;
/// Events shown of one finding.
const EVENTS: usize = 8;
/// Gaps and blind spots shown.
const LINES: usize = 8;

/// Writes the summary.
pub(super) fn write(
    report: &Report,
    timeline: ShownTimeline<'_>,
    _section: Section,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page {
        report,
        timeline,
        view,
        out,
    };
    page.verdict()?;
    page.findings()?;
    page.attempts()?;
    page.gaps()?;
    page.wanted()?;
    page.blindspots()?;
    page.sources()
}

struct Page<'a> {
    report: &'a Report,
    timeline: ShownTimeline<'a>,
    view: View,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn verdict(&mut self) -> io::Result<()> {
        let verdict = &self.report.verdict;
        writeln!(self.out, "# {}\n", inert(&verdict.headline))?;
        writeln!(
            self.out,
            "Severity **{}**, stage **{}**. Times are in {}.\n",
            verdict.severity,
            verdict.stage,
            self.view.zone.name()
        )?;
        self.bullets(&verdict.because)
    }

    fn bullets(&mut self, texts: &[String]) -> io::Result<()> {
        for text in texts {
            writeln!(self.out, "- {}", inert(text))?;
        }
        Ok(())
    }

    fn head(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "\n## {title}\n")
    }

    fn findings(&mut self) -> io::Result<()> {
        let findings = &self.report.findings;
        if findings.is_empty() {
            return Ok(());
        }
        self.head("What was found")?;
        for finding in findings.iter().take(FINDINGS) {
            self.finding(finding)?;
        }
        for finding in findings.iter().skip(FINDINGS) {
            writeln!(
                self.out,
                "- {} {} ({})",
                finding.id,
                inert(&finding.title),
                finding.severity
            )?;
        }
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let from = if finding.caused_by.is_empty() {
            String::new()
        } else {
            format!(", comes from {}", finding.caused_by.join(", "))
        };
        writeln!(
            self.out,
            "### {} {}\n\n{}, {} % sure, rule {}{from}\n\n{}\n",
            finding.id,
            inert(&finding.title),
            finding.severity,
            finding.confidence,
            inert(&finding.rule),
            inert(&finding.explanation),
        )?;
        if let Some(why) = &finding.why {
            writeln!(self.out, "{}\n", inert(why))?;
        }
        for line in finding.evidence.iter().take(EVENTS) {
            self.evidence(line)?;
        }
        match finding.evidence.len().saturating_sub(EVENTS) {
            0 => {}
            more => writeln!(self.out, "- and {more} more")?,
        }
        for fix in &finding.remediation {
            writeln!(self.out, "- **Do:** {}", inert(fix))?;
        }
        for next in &finding.next {
            writeln!(self.out, "- **Collect:** {}", inert(next))?;
        }
        if let Some(limits) = &finding.limits {
            writeln!(self.out, "- **Limits:** {}", inert(limits))?;
        }
        writeln!(self.out)
    }

    fn evidence(&mut self, line: &EvidenceLine) -> io::Result<()> {
        let Some(event) = self.timeline.event(line.event) else {
            return Ok(());
        };
        let time = event.ticks().map_or_else(
            || "undated".to_owned(),
            |ticks| self.view.zone.date_and_time(ticks),
        );
        let recorded = event.recorded().map_or_else(String::new, |ticks| {
            format!(" (recorded {})", self.view.zone.date_and_time(ticks))
        });
        writeln!(
            self.out,
            "- {time}{recorded} {} {}/{} {} ({}: {}, {})",
            line.event,
            inert(&event.provider_alias()),
            inert(&event.kind()),
            inert(&event.title()),
            inert(&line.role),
            inert(&event.path()),
            event.locator(),
        )
    }

    fn attempts(&mut self) -> io::Result<()> {
        self.head("Attempts")?;
        if self.report.attempts.is_empty() {
            return writeln!(self.out, "None in the evidence.");
        }
        writeln!(self.out, "| id | what | outcome | code | start | length |")?;
        writeln!(self.out, "|---|---|---|---|---|---|")?;
        for attempt in &self.report.attempts {
            writeln!(
                self.out,
                "| {} | {} | {} | {} | {} | {} |",
                attempt.id,
                attempt.kind,
                attempt.outcome,
                inert(attempt.code.as_deref().unwrap_or_default()),
                self.view.zone.date_and_time(attempt.start),
                duration(attempt.seconds),
            )?;
        }
        Ok(())
    }

    fn gaps(&mut self) -> io::Result<()> {
        if self.report.gaps.is_empty() {
            return Ok(());
        }
        self.head("Longest waits")?;
        for gap in self.report.gaps.iter().take(LINES) {
            let budget = match (gap.budget_seconds, gap.ratio) {
                (Some(budget), Some(ratio)) => format!(
                    ", {:.0} % of {} {}",
                    ratio * 100.0,
                    gap.budget_words(),
                    duration(budget)
                ),
                _ => String::new(),
            };
            writeln!(
                self.out,
                "- {} {}: {} from {} to {}, from {}{budget}",
                gap.id,
                gap.attempt,
                duration(gap.seconds),
                gap.from.step,
                gap.to.step,
                self.view.zone.date_and_time(gap.from.time),
            )?;
        }
        Ok(())
    }

    /// What is missing, each once, with the questions that it would answer.
    fn wanted(&mut self) -> io::Result<()> {
        let mut wanted: Vec<(&str, &str, Vec<&str>)> = Vec::new();
        for entry in &self.report.cannot_tell {
            for missing in &entry.missing {
                let known = wanted
                    .iter_mut()
                    .find(|(name, ..)| *name == missing.artifact);
                match known {
                    Some((_, _, titles)) => titles.push(&entry.title),
                    None => wanted.push((&missing.artifact, &missing.command, vec![&entry.title])),
                }
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        self.head("What to collect")?;
        for (artifact, command, titles) in wanted {
            writeln!(
                self.out,
                "- {}: {} (would tell: {})",
                inert(artifact),
                inert(command),
                inert(&titles.join("; ")),
            )?;
        }
        Ok(())
    }

    fn blindspots(&mut self) -> io::Result<()> {
        let spots = &self.report.blindspots;
        if spots.is_empty() {
            return Ok(());
        }
        self.head("What could not be seen")?;
        for spot in spots.iter().take(LINES) {
            writeln!(
                self.out,
                "- {}: {}: {}",
                spot.kind,
                inert(&spot.artifact),
                inert(&spot.detail)
            )?;
        }
        match spots.len().saturating_sub(LINES) {
            0 => Ok(()),
            more => writeln!(self.out, "- and {more} more"),
        }
    }

    fn sources(&mut self) -> io::Result<()> {
        let report = self.report;
        self.head("Evidence")?;
        for input in &report.inputs {
            writeln!(
                self.out,
                "- {}, {} bytes, SHA-256 {}",
                inert(&input.path),
                input.bytes,
                inert(&input.sha256)
            )?;
        }
        writeln!(
            self.out,
            "\n{} events from {} sources, {} of them undated; joinscope {}, rules {}.",
            grouped(report.event_count),
            report.sources.len(),
            report.undated_count,
            report.tool.version,
            report.tool.rules_digest,
        )?;
        match &report.redaction {
            Some(redaction) => writeln!(self.out, "\n{redaction}"),
            None => Ok(()),
        }
    }
}

/// Text from the evidence that stays text: no emphasis, code, link, picture, mention, table or tag.
fn inert(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        let is_scheme = letter == ':'
            && text
                .get(at + 1..)
                .is_some_and(|rest| rest.starts_with("//"));
        let is_host = letter == '.' && text.get(..at).is_some_and(|before| before.ends_with("www"));
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            letter => {
                if is_scheme || is_host || "\\`*_[]|~#@$".contains(letter) {
                    out.push('\\');
                }
                out.push(letter);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_becomes_no_markup() {
        let check = |text: &str, expected: &str| assert_eq!(inert(text), expected);
        check("plain: text, (1) 0x80180014", "plain: text, (1) 0x80180014");
        check("![x](https://a.example)", r"!\[x\](https\://a.example)");
        check("</script>|`x`", r"&lt;/script&gt;\|\`x\`");
        check("www.a.example @team", r"www\.a.example \@team");
        check("a\n# b", r"a \# b");
    }
}
