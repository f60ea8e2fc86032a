//! Attempts and gaps as the page shows them.
//!
//! The overview lists attempts; the cards below it are folded but for the one that the verdict is
//! about, so that a device with hundreds of token renewals still gives a page that can be read.

use std::borrow::Cow;

use serde::Serialize;

use super::page::{Cut, Time, cut};
use crate::export::duration;
use crate::model::{Attempt, EventId, Gap, GapEdge, InsideEvent, Report, Step, Zone};
use crate::redact::{ShownEvent, ShownTimeline};

/// Attempts on the page; the first ones beyond are counted.
const ATTEMPTS: usize = 500;
/// Steps in one card.
const STEPS: usize = 200;
/// Last steps that are shown however many come before.
const STEPS_AT_END: usize = 50;
/// Gaps on the page, which come worst first.
const GAPS: usize = 200;
/// Shorter stretches between steps are how programs run.
const WAIT_SECONDS: f64 = 1.0;
/// Up to so many attempts, every card is unfolded.
const UNFOLDED: usize = 3;

/// One attempt.
#[derive(Serialize)]
pub(super) struct AttemptView<'a> {
    id: &'a str,
    kind: &'static str,
    outcome: &'static str,
    code: Option<&'a str>,
    /// Symbolic name of the code, where the catalogue has one.
    code_name: &'static str,
    start: Time,
    end: Time,
    length: String,
    longest: Option<LongestView>,
    follows: Option<(&'a str, &'a str)>,
    server_words: &'a [String],
    notes: &'a [String],
    unfolded: bool,
    /// Whether the verdict is about it.
    blamed: bool,
    steps: Cut<StepView<'a>>,
}

impl AttemptView<'_> {
    /// Events that it links to.
    pub(super) fn events(&self) -> impl Iterator<Item = EventId> {
        self.steps.items.iter().map(|step| step.event)
    }
}

#[derive(Serialize)]
struct LongestView {
    length: String,
    from: &'static str,
    to: &'static str,
}

#[derive(Serialize)]
struct StepView<'a> {
    time: Time,
    /// Time since the step before; empty for the first.
    delta: String,
    /// Whether that is long enough to count as a wait.
    wait: bool,
    step: &'static str,
    outcome: &'static str,
    event: EventId,
    /// Provider and event id.
    name: String,
    title: &'a str,
    code: Option<&'a str>,
    quotes: &'a [String],
    extra: bool,
}

/// The attempts of a report.
pub(super) fn attempts<'a>(
    report: &'a Report,
    timeline: ShownTimeline<'a>,
    zone: Zone,
) -> Cut<AttemptView<'a>> {
    let few = report.attempts.len() <= UNFOLDED;
    // The attempt that the verdict is about is shown however late it comes.
    let keep = |index: usize, attempt: &Attempt| index < ATTEMPTS || is_blamed(attempt, report);
    cut(&report.attempts, keep, |attempt| {
        view(attempt, few, report, timeline, zone)
    })
}

/// Whether the verdict is about it.
pub(super) fn is_blamed(attempt: &Attempt, report: &Report) -> bool {
    Some(&attempt.id) == report.verdict.attempt.as_ref()
}

fn view<'a>(
    attempt: &'a Attempt,
    few: bool,
    report: &Report,
    timeline: ShownTimeline<'a>,
    zone: Zone,
) -> AttemptView<'a> {
    let blamed = is_blamed(attempt, report);
    // How an attempt ended stands in its last steps.
    let tail = attempt.steps.len().saturating_sub(STEPS_AT_END);
    let mut before = None;
    AttemptView {
        id: &attempt.id,
        kind: attempt.kind.word(),
        outcome: attempt.outcome,
        code: attempt.code.as_deref(),
        code_name: attempt
            .code
            .as_deref()
            .map_or("", |code| code_name(code, timeline)),
        start: Time::of(attempt.start, zone),
        end: Time::of(attempt.end, zone),
        length: duration(attempt.seconds),
        longest: attempt.longest_gap.as_ref().map(|gap| LongestView {
            length: duration(gap.seconds),
            from: gap.from_step.word(),
            to: gap.to_step.word(),
        }),
        follows: attempt
            .follows
            .as_ref()
            .map(|follows| (follows.relation.as_str(), follows.attempt.as_str())),
        server_words: &attempt.server_words,
        notes: &attempt.notes,
        unfolded: few || blamed,
        blamed,
        steps: cut(
            &attempt.steps,
            |index, _| index < STEPS || index >= tail,
            |step| {
                let since = before
                    .replace(step.time)
                    .map(|before| step.time.seconds_since(before));
                step_view(step, since, timeline, zone)
            },
        ),
    }
}

fn step_view<'a>(
    step: &'a Step,
    since: Option<f64>,
    timeline: ShownTimeline<'_>,
    zone: Zone,
) -> StepView<'a> {
    StepView {
        time: Time::of(step.time, zone),
        delta: since.map_or_else(String::new, |seconds| format!("+{}", duration(seconds))),
        wait: since.is_some_and(|seconds| seconds >= WAIT_SECONDS),
        step: step.step.word(),
        outcome: step.outcome.word(),
        event: step.event,
        name: event_name(step.event, timeline),
        title: &step.title,
        code: step.code.as_deref(),
        quotes: &step.quotes,
        extra: step.extra,
    }
}

/// Provider and number of an event, as engineers name it: `UDR 304`.
pub(super) fn event_name(event: EventId, timeline: ShownTimeline<'_>) -> String {
    timeline.event(event).map_or_else(String::new, |event| {
        format!("{} {}", event.provider_alias(), event.kind())
    })
}

/// The symbolic name of a code; empty where the catalogue has none.
fn code_name(code: &str, timeline: ShownTimeline<'_>) -> &'static str {
    timeline
        .catalog()
        .errors
        .find(code)
        .into_iter()
        .find_map(|row| row.name)
        .unwrap_or("")
}

/// One gap.
#[derive(Serialize)]
pub(super) struct GapView<'a> {
    id: &'a str,
    attempt: &'a str,
    /// To sort by.
    seconds: String,
    length: String,
    from: EdgeView<'a>,
    to: EdgeView<'a>,
    budget: String,
    basis: &'a str,
    ratio: String,
    /// Whether it is longer than its budget.
    over: bool,
    inside: Vec<InsideView<'a>>,
    inside_listed: usize,
    inside_more: usize,
}

impl GapView<'_> {
    /// Events that it links to.
    pub(super) fn events(&self) -> impl Iterator<Item = EventId> {
        [self.from.event, self.to.event]
            .into_iter()
            .chain(self.inside.iter().map(|inside| inside.event))
    }
}

#[derive(Serialize)]
struct EdgeView<'a> {
    step: &'static str,
    event: EventId,
    title: Cow<'a, str>,
    time: Time,
}

#[derive(Serialize)]
struct InsideView<'a> {
    event: EventId,
    role: &'static str,
    outcome: &'static str,
    /// Time since the gap began.
    after: String,
    name: String,
    title: Cow<'a, str>,
    /// Listed events right after it that say the same.
    alike: usize,
}

impl InsideView<'_> {
    fn says_same(&self, other: &Self) -> bool {
        (self.role, self.outcome, &self.name, &self.title)
            == (other.role, other.outcome, &other.name, &other.title)
    }
}

/// The gaps of a report.
pub(super) fn gaps<'a>(
    report: &'a Report,
    timeline: ShownTimeline<'a>,
    zone: Zone,
) -> Cut<GapView<'a>> {
    cut(
        &report.gaps,
        |index, _| index < GAPS,
        |gap| gap_view(gap, timeline, zone),
    )
}

fn gap_view<'a>(gap: &'a Gap, timeline: ShownTimeline<'a>, zone: Zone) -> GapView<'a> {
    let edge = |edge: &GapEdge| EdgeView {
        step: edge.step.word(),
        event: edge.event,
        title: timeline
            .event(edge.event)
            .map_or(Cow::Borrowed(""), ShownEvent::title),
        time: Time::of(edge.time, zone),
    };
    let mut inside: Vec<InsideView<'a>> = Vec::new();
    for next in gap
        .inside
        .iter()
        .filter_map(|inside| inside_view(inside, gap, timeline))
    {
        match inside.last_mut() {
            Some(last) if last.says_same(&next) => last.alike += 1,
            _ => inside.push(next),
        }
    }
    GapView {
        id: &gap.id,
        attempt: &gap.attempt,
        seconds: format!("{:.3}", gap.seconds),
        length: duration(gap.seconds),
        from: edge(&gap.from),
        to: edge(&gap.to),
        budget: gap.budget_seconds.map_or_else(String::new, duration),
        basis: gap.budget_basis.as_deref().unwrap_or(""),
        ratio: gap
            .ratio
            .map_or_else(String::new, |ratio| format!("{ratio:.2}")),
        over: gap.ratio.is_some_and(|ratio| ratio > 1.0),
        inside_listed: gap.inside.len(),
        inside_more: gap.inside_total.saturating_sub(gap.inside.len()),
        inside,
    }
}

fn inside_view<'a>(
    inside: &InsideEvent,
    gap: &Gap,
    timeline: ShownTimeline<'a>,
) -> Option<InsideView<'a>> {
    let event = timeline.event(inside.event)?;
    let after = event
        .ticks()
        .map(|ticks| format!("+{}", duration(ticks.seconds_since(gap.from.time))));
    Some(InsideView {
        event: inside.event,
        role: inside.role.word(),
        outcome: event.outcome().word(),
        after: after.unwrap_or_default(),
        name: event_name(inside.event, timeline),
        title: event.title(),
        alike: 0,
    })
}
