//! The report as text for a terminal or a case note.

mod clocks;
mod findings;
mod tokens;

use std::io::{self, Write};

use super::{Section, View, table};
use crate::model::{Attempt, Blindspot, EventId, Gap, InsideEvent, Outcome, Report, Severity};
use crate::model::{duration, grouped};
use crate::redact::{ShownEvent, ShownTimeline};

/// Inside events shown for each gap.
const INSIDE_SHOWN: usize = 8;
/// Gaps shown; the rest is counted.
const GAPS_SHOWN: usize = 12;

/// Writes the report, or a section of it.
pub(super) fn write(
    report: &Report,
    timeline: ShownTimeline<'_>,
    section: Section,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page {
        report,
        timeline,
        view,
        out,
    };
    match section {
        Section::All => page.all(),
        Section::Gaps => page.gaps(usize::MAX),
        Section::Tokens => page.tokens(usize::MAX),
        Section::Findings => page.findings(findings::Detail::Full),
        Section::Sources => {
            page.sources()?;
            page.clocks()?;
            page.blindspots(Grouping::Single)
        }
    }
}

/// Whether what is the same for many artifacts shares a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grouping {
    Alike,
    Single,
}

struct Page<'a> {
    report: &'a Report,
    timeline: ShownTimeline<'a>,
    view: View,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn all(&mut self) -> io::Result<()> {
        self.head()?;
        self.verdict()?;
        self.findings(findings::Detail::Short)?;
        self.attempts()?;
        self.gaps(GAPS_SHOWN)?;
        self.tokens(tokens::TOKENS_SHOWN)?;
        self.device()?;
        self.sources()?;
        self.clocks()?;
        self.blindspots(Grouping::Alike)
    }

    fn head(&mut self) -> io::Result<()> {
        let report = self.report;
        let inputs: Vec<String> = report
            .inputs
            .iter()
            .map(|input| clean(&input.path))
            .collect();
        let events = grouped(report.event_count);
        writeln!(
            self.out,
            "joinscope {}  {}",
            report.tool.version,
            inputs.join("  ")
        )?;
        writeln!(
            self.out,
            "{events} events from {} sources, {} of them undated; times in {}",
            report.sources.len(),
            report.undated_count,
            self.view.zone.name()
        )?;
        match &report.redaction {
            Some(redaction) => writeln!(self.out, "{redaction}"),
            None => Ok(()),
        }
    }

    fn title(&mut self, title: &str) -> io::Result<()> {
        let title = if self.view.colour {
            format!("\x1b[1m{title}\x1b[0m")
        } else {
            title.to_owned()
        };
        writeln!(self.out, "\n{title}")
    }

    fn verdict(&mut self) -> io::Result<()> {
        let verdict = &self.report.verdict;
        self.title(&format!(
            "VERDICT  severity {}, stage {}",
            verdict.severity, verdict.stage
        ))?;
        for line in wrapped(&clean(&verdict.headline), self.view.width.saturating_sub(2)) {
            let line = if self.view.colour {
                format!("\x1b[{}m{line}\x1b[0m", colour(verdict.severity))
            } else {
                line
            };
            writeln!(self.out, "  {line}")?;
        }
        for because in &verdict.because {
            self.bullet(because)?;
        }
        Ok(())
    }

    fn bullet(&mut self, text: &str) -> io::Result<()> {
        let mut lead = "  - ";
        for line in wrapped(&clean(text), self.view.width.saturating_sub(4)) {
            writeln!(self.out, "{lead}{line}")?;
            lead = "    ";
        }
        Ok(())
    }

    fn attempts(&mut self) -> io::Result<()> {
        self.title(&format!("ATTEMPTS  {}", self.report.attempts.len()))?;
        if self.report.attempts.is_empty() {
            return writeln!(self.out, "  none in the evidence");
        }
        for attempt in &self.report.attempts {
            self.attempt(attempt)?;
        }
        Ok(())
    }

    fn attempt(&mut self, attempt: &Attempt) -> io::Result<()> {
        let code = attempt
            .code
            .as_ref()
            .map_or_else(String::new, |code| format!(" {code}"));
        let gap = attempt
            .longest_gap
            .as_ref()
            .map_or_else(String::new, |gap| {
                format!(
                    "; longest gap {} {} to {}",
                    duration(gap.seconds),
                    gap.from_step,
                    gap.to_step
                )
            });
        writeln!(
            self.out,
            "  {:<4}{:<12} {}{code}  {}, {} long{gap}",
            attempt.id,
            attempt.kind,
            attempt.outcome,
            self.view.zone.date_and_time(attempt.start),
            duration(attempt.seconds),
        )?;
        if let Some(follows) = &attempt.follows {
            writeln!(
                self.out,
                "      {} of {}",
                follows.relation, follows.attempt
            )?;
        }
        if !attempt.server_words.is_empty() {
            writeln!(
                self.out,
                "      the server said: {}",
                clean(&attempt.server_words.join(": "))
            )?;
        }
        for note in &attempt.notes {
            writeln!(self.out, "      note: {}", clean(note))?;
        }
        for step in &attempt.steps {
            let name = self
                .timeline
                .event(step.event)
                .map_or_else(String::new, |event| {
                    format!("{}/{}", event.provider_alias(), event.kind())
                });
            let code = step
                .code
                .as_ref()
                .map_or_else(String::new, |code| format!(" {code}"));
            writeln!(
                self.out,
                "      {}  {} {:<12} {:<13} {}{code}  ({})",
                self.view.zone.time_of_day(step.time),
                glyph(step.outcome),
                step.step,
                clean(&name),
                clean(&step.title),
                self.place(step.event),
            )?;
        }
        Ok(())
    }

    fn gaps(&mut self, shown: usize) -> io::Result<()> {
        self.title(&format!(
            "GAPS  {} of 1 s or more between steps",
            self.report.gaps.len()
        ))?;
        for gap in self.report.gaps.iter().take(shown) {
            self.gap(gap)?;
        }
        match self.report.gaps.len().checked_sub(shown) {
            Some(more) if more > 0 => {
                writeln!(self.out, "  and {more} shorter ones: joinscope gaps")
            }
            _ => Ok(()),
        }
    }

    fn gap(&mut self, gap: &Gap) -> io::Result<()> {
        let budget = match (gap.budget_seconds, gap.ratio) {
            (Some(budget), Some(ratio)) => {
                format!(
                    ", {:.0} % of {} {}",
                    ratio * 100.0,
                    gap.budget_words(),
                    duration(budget)
                )
            }
            _ => String::new(),
        };
        writeln!(
            self.out,
            "  {:<4}{:>9}  {} {} ({}) to {} ({}), from {}{budget}",
            gap.id,
            duration(gap.seconds),
            gap.attempt,
            gap.from.step,
            self.name(gap.from.event),
            gap.to.step,
            self.name(gap.to.event),
            self.view.zone.date_and_time(gap.from.time),
        )?;
        let mut listed = 0;
        for (index, run) in runs(self.timeline, gap).iter().enumerate() {
            if index == INSIDE_SHOWN {
                break;
            }
            listed += run.len();
            self.inside(run)?;
        }
        let rest = gap.inside_total.saturating_sub(listed);
        let noun = if rest == 1 { "event" } else { "events" };
        if rest > 0 {
            writeln!(self.out, "        and {rest} other {noun}")
        } else {
            Ok(())
        }
    }

    /// A run of events of one kind inside a gap, on one line.
    fn inside(&mut self, run: &[InsideEvent]) -> io::Result<()> {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return Ok(());
        };
        let Some(event) = self.timeline.event(first.event) else {
            return Ok(());
        };
        let time = event
            .ticks()
            .map_or_else(String::new, |ticks| self.view.zone.time_of_day(ticks));
        let ids = if run.len() == 1 {
            self.place(first.event)
        } else {
            format!("{} times, {} to {}", run.len(), first.event, last.event)
        };
        let (name, title) = (self.name(first.event), clean(&event.title()));
        writeln!(
            self.out,
            "        {time}  {:<8} {name} {title}  ({ids})",
            first.role
        )
    }

    /// Provider and id, e.g. `UDR/102`.
    fn name(&self, event: EventId) -> String {
        let name =
            |event: ShownEvent<'_>| clean(&format!("{}/{}", event.provider_alias(), event.kind()));
        self.timeline.event(event).map_or_else(String::new, name)
    }

    fn device(&mut self) -> io::Result<()> {
        if self.report.device.is_empty() {
            return Ok(());
        }
        self.title("DEVICE")?;
        let rows: Vec<Vec<String>> = self
            .report
            .device
            .iter()
            .map(|(name, fact)| vec![clean(name), clean(&fact.value)])
            .collect();
        table::write(self.out, &["fact", "value"], &rows)
    }

    fn sources(&mut self) -> io::Result<()> {
        self.title(&format!("SOURCES  {}", self.report.sources.len()))?;
        let time = |ticks: Option<crate::model::Ticks>| {
            ticks.map_or_else(
                || "-".to_owned(),
                |ticks| self.view.zone.date_and_time(ticks),
            )
        };
        let row = |source: &crate::model::SourceLine| {
            vec![
                source.id.clone(),
                grouped(source.events),
                grouped(source.shared),
                time(source.first),
                time(source.last),
                clean(&source.host),
                clean(if source.name.is_empty() {
                    source.format
                } else {
                    &source.name
                }),
                clean(&source.artifact),
            ]
        };
        let rows: Vec<Vec<String>> = self.report.sources.iter().map(row).collect();
        table::write(
            self.out,
            &[
                "id", "events", "shared", "first", "last", "host", "name", "artifact",
            ],
            &rows,
        )
    }

    fn blindspots(&mut self, grouping: Grouping) -> io::Result<()> {
        self.title(&format!("BLIND SPOTS  {}", self.report.blindspots.len()))?;
        let mut spots: Vec<&Blindspot> = self.report.blindspots.iter().collect();
        // What harms the evidence first; what is the same for many artifacts together.
        spots.sort_by(|left, right| (left.kind, &left.detail).cmp(&(right.kind, &right.detail)));
        for alike in
            spots.chunk_by(|left, right| left.kind == right.kind && left.detail == right.detail)
        {
            let (Some(first), count) = (alike.first(), alike.len()) else {
                continue;
            };
            let offset = first
                .offset
                .map_or_else(String::new, |offset| format!(" at 0x{offset:x}"));
            let detail = clean(&first.detail);
            if count == 1 || grouping == Grouping::Single {
                for spot in alike {
                    writeln!(
                        self.out,
                        "  {:<12} {}{offset}: {detail}",
                        spot.kind,
                        clean(&spot.artifact)
                    )?;
                }
            } else {
                let names: Vec<&str> = alike
                    .iter()
                    .take(3)
                    .map(|spot| file_name(&spot.artifact))
                    .collect();
                let more = if count > 3 { ", …" } else { "" };
                let names = clean(&names.join(", "));
                writeln!(
                    self.out,
                    "  {:<12} {count} files: {detail} ({names}{more})",
                    first.kind
                )?;
            }
        }
        Ok(())
    }
}

/// The inside events of a gap in runs of the same role and kind.
fn runs(timeline: ShownTimeline<'_>, gap: &Gap) -> Vec<Vec<InsideEvent>> {
    let kind = |inside: &InsideEvent| {
        let event = timeline.event(inside.event);
        (
            inside.role,
            event.map(|event| (event.provider().into_owned(), event.code())),
        )
    };
    gap.inside
        .chunk_by(|left, right| kind(left) == kind(right))
        .map(<[_]>::to_vec)
        .collect()
}

/// The last part of a path through folders and archives.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A word for the outcome, so that no colour is needed.
fn glyph(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "ok  ",
        Outcome::Failure => "FAIL",
        Outcome::Info | Outcome::Noise => "info",
        Outcome::Unknown => "?   ",
    }
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "32",
        Severity::Low | Severity::Medium => "33",
        Severity::High | Severity::Critical => "31",
    }
}

/// Text from evidence made safe for a terminal: control characters become visible and
/// cannot move the cursor, change colours or break lines.
pub fn clean(text: &str) -> String {
    let visible = |letter: char| match letter {
        '\r' | '\n' | '\t' => ' ',
        letter if steers(letter) => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(visible).collect()
}

/// Whether a letter steers what shows it: a control character, or a mark that reorders what is shown
/// around it. A line end is none: formats have uses for it.
pub(super) fn steers(letter: char) -> bool {
    (letter.is_control() && !matches!(letter, '\n' | '\r'))
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text in lines of at most `width` characters, broken between words where it can be.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let needed = if line.is_empty() {
            0
        } else {
            line.chars().count() + 1
        };
        if needed + word.chars().count() > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_cannot_drive_the_terminal() {
        assert_eq!(
            clean("a\x1b[31mb\r\nc\u{202e}d\0"),
            "a\u{fffd}[31mb  c\u{fffd}d\u{fffd}"
        );
    }

    #[test]
    fn text_wraps_between_words() {
        assert_eq!(
            wrapped("aaaa bbbb cccc dddd eeee ffff", 20),
            ["aaaa bbbb cccc dddd", "eeee ffff"]
        );
        assert_eq!(wrapped("", 20), Vec::<String>::new());
    }
}
