//! What rests on each event: findings, steps, gaps, tokens.
//!
//! Made once from the report, so that the detail of an event finds it by a look-up.

use rustc_hash::FxHashMap;

use super::app::App;
use super::page::Page;
use crate::export::duration;
use crate::model::{EventId, Gap, Report};

/// One thing that rests on an event; things are named by their places in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    Finding { place: usize, role: String },
    RuledOut { place: usize, role: String },
    Step { attempt: usize, step: usize },
    GapBegins(usize),
    GapEnds(usize),
    InsideGap(usize),
    Token { place: usize, how: &'static str },
}

/// What rests on the events of a report.
#[derive(Clone, Debug, Default)]
pub(super) struct Rests(FxHashMap<EventId, Vec<Rest>>);

impl Rests {
    /// Findings first, then steps, gaps and tokens.
    pub(super) fn of_report(report: &Report) -> Self {
        let mut rests = Self::default();
        for (place, finding) in report.findings.iter().enumerate() {
            for line in &finding.evidence {
                let role = line.role.clone();
                rests.add(line.event, Rest::Finding { place, role });
            }
        }
        for (place, entry) in report.ruled_out.iter().enumerate() {
            for line in &entry.evidence {
                let role = line.role.clone();
                rests.add(line.event, Rest::RuledOut { place, role });
            }
        }
        for (attempt, tried) in report.attempts.iter().enumerate() {
            for (step, taken) in tried.steps.iter().enumerate() {
                rests.add(taken.event, Rest::Step { attempt, step });
            }
        }
        for (place, gap) in report.gaps.iter().enumerate() {
            rests.add(gap.from.event, Rest::GapBegins(place));
            rests.add(gap.to.event, Rest::GapEnds(place));
            for inside in &gap.inside {
                rests.add(inside.event, Rest::InsideGap(place));
            }
        }
        for (place, token) in report.tokens.iter().enumerate() {
            let got = token.acquired.iter().map(|got| (got.event, "got"));
            let used = token.uses.iter().map(|used| (used.event, "used"));
            let mut told: Vec<(EventId, &str)> = got.chain(used).collect();
            for seen in &token.seen {
                if told.iter().all(|(event, _)| *event != seen.event) {
                    told.push((seen.event, "seen"));
                }
            }
            for (event, how) in told {
                rests.add(event, Rest::Token { place, how });
            }
        }
        rests
    }

    fn add(&mut self, event: EventId, rest: Rest) {
        let rests = self.0.entry(event).or_default();
        if !rests.contains(&rest) {
            rests.push(rest);
        }
    }

    /// What rests on an event.
    pub(super) fn of(&self, event: EventId) -> &[Rest] {
        self.0.get(&event).map_or(&[], Vec::as_slice)
    }

    /// The tokens that an event is about, by their places in the report.
    pub(super) fn tokens(&self, event: EventId) -> impl Iterator<Item = usize> {
        self.of(event).iter().filter_map(|rest| match rest {
            Rest::Token { place, .. } => Some(*place),
            _ => None,
        })
    }
}

/// Says what rests on an event.
pub(super) fn say(app: &App, event: EventId, page: &mut Page) {
    let rests = app.rests.of(event);
    if rests.is_empty() {
        return;
    }
    page.heading("What rests on this event");
    let report = &app.report;
    for rest in rests {
        match rest {
            Rest::Finding { place, role } => {
                if let Some(finding) = report.findings.get(*place) {
                    let sign = app.theme.finding(finding.severity);
                    let text = format!("{} {}; as {role}", sign.text(), finding.title);
                    page.pair(&format!("finding {}", finding.id), &text);
                }
            }
            Rest::RuledOut { place, role } => {
                if let Some(entry) = report.ruled_out.get(*place) {
                    let sign = app.theme.ruled_out();
                    let text = format!("{} {}; as {role}", sign.glyph, entry.title);
                    page.pair("ruled out", &text);
                }
            }
            Rest::Step { attempt, step } => {
                if let Some(attempt) = report.attempts.get(*attempt) {
                    let count = attempt.steps.len();
                    let word = attempt.steps.get(*step).map_or("", |step| step.step.word());
                    let (kind, number) = (attempt.kind, step + 1);
                    let text = format!("{kind}, {word}, step {number} of {count}");
                    page.pair(&format!("attempt {}", attempt.id), &text);
                }
            }
            Rest::GapBegins(place) => gap(app, *place, "begins here, until", page),
            Rest::GapEnds(place) => gap(app, *place, "ends here, since", page),
            Rest::InsideGap(place) => gap(app, *place, "lies around it, from", page),
            Rest::Token { place, how } => {
                if let Some(token) = report.tokens.get(*place) {
                    let sign = app.theme.token(token.verdict);
                    let text = format!("{how}; {}", sign.text());
                    page.pair(&format!("token {}", token.id), &text);
                }
            }
        }
    }
}

fn gap(app: &App, place: usize, how: &str, page: &mut Page) {
    let Some(gap) = app.report.gaps.get(place) else {
        return;
    };
    let other = if how.starts_with("begins") {
        gap.to.event
    } else {
        gap.from.event
    };
    let text = format!("{} {how} {other}{}", duration(gap.seconds), used(gap));
    page.pair(&format!("gap {}", gap.id), &text);
}

/// How a gap lies to its budget, behind a comma; nothing where no budget is known.
pub(super) fn used(gap: &Gap) -> String {
    let (Some(ratio), Some(budget)) = (gap.ratio, gap.budget_seconds) else {
        return String::new();
    };
    let words = gap.budget_words();
    format!(", {:.0} % of {words} {}", ratio * 100.0, duration(budget))
}
