//! The gap ledger: how long an attempt stood still between its steps, against what is
//! known of how long it may, and what else happened meanwhile.

use super::flow::Rules;
use crate::model::{Attempt, EventId, Gap, GapEdge, InsideEvent, Outcome, Step};
use crate::timeline::{Matchers, Timeline};

/// Shorter stretches without a budget are how programs run, not gaps.
const SHORTEST_SECONDS: f64 = 1.0;
/// Events listed inside one gap; the rest is counted.
const LISTED: usize = 40;

/// The gaps of all attempts: those over their budget first, then by length.
pub(super) fn gaps(timeline: &Timeline, rules: &Rules, attempts: &[Attempt]) -> Vec<Gap> {
    let queries = rules.context.iter().map(|(_, query)| query.on(timeline));
    let mut context = Matchers::new(queries);
    let mut gaps = Vec::new();
    for attempt in attempts {
        let mut own: Vec<EventId> = attempt.steps.iter().map(|step| step.event).collect();
        own.sort_unstable();
        // What merely belongs to the attempt does not divide a wait.
        let steps: Vec<&Step> = attempt.steps.iter().filter(|step| !step.extra).collect();
        for pair in steps.windows(2) {
            let inside =
                |from: &Step, to: &Step| inside((from, to), &own, timeline, rules, &mut context);
            gaps.extend(gap(attempt, pair[0], pair[1], rules, inside));
        }
    }
    gaps.sort_by(|left, right| {
        let over = |gap: &Gap| gap.ratio.filter(|ratio| *ratio > 1.0).unwrap_or(0.0);
        over(right)
            .total_cmp(&over(left))
            .then(right.seconds.total_cmp(&left.seconds))
    });
    for (index, gap) in gaps.iter_mut().enumerate() {
        gap.id = format!("g{}", index + 1);
    }
    gaps
}

fn gap(
    attempt: &Attempt,
    from: &Step,
    to: &Step,
    rules: &Rules,
    inside: impl FnOnce(&Step, &Step) -> (Vec<InsideEvent>, usize),
) -> Option<Gap> {
    let seconds = to.time.seconds_since(from.time);
    let budget = rules.flow(attempt.kind).and_then(|flow| {
        flow.budgets
            .iter()
            .find(|budget| budget.from == from.step && budget.to == to.step)
    });
    if seconds < SHORTEST_SECONDS {
        return None;
    }
    let (inside, inside_total) = inside(from, to);
    Some(Gap {
        id: String::new(),
        attempt: attempt.id.clone(),
        from: GapEdge {
            step: from.step,
            event: from.event,
            time: from.time,
        },
        to: GapEdge {
            step: to.step,
            event: to.event,
            time: to.time,
        },
        seconds,
        budget_seconds: budget.map(|budget| budget.seconds),
        budget_basis: budget.map(|budget| budget.basis.clone()),
        ratio: budget.map(|budget| seconds / budget.seconds),
        inside,
        inside_total,
    })
}

/// Events strictly between two steps that may explain the wait, most telling role first.
fn inside(
    (from, to): (&Step, &Step),
    own: &[EventId],
    timeline: &Timeline,
    rules: &Rules,
    context: &mut Matchers<'_>,
) -> (Vec<InsideEvent>, usize) {
    let mut found = Vec::new();
    let mut total = 0;
    for index in from.event.index() + 1..to.event.index() {
        let Some(event) = u32::try_from(index)
            .ok()
            .and_then(|index| timeline.event(EventId(index)))
        else {
            break;
        };
        if own.binary_search(&event.id()).is_ok() || event.outcome() == Outcome::Noise {
            continue;
        }
        total += 1;
        let candidates = context.candidates(event);
        let fits = candidates
            .iter()
            .find(|place| context.matches(**place, event));
        if let Some(place) = fits {
            found.push((*place, event.id()));
        }
    }
    found.sort_unstable();
    let role = |place: usize| rules.context.get(place).map(|(role, _)| *role);
    let inside = found.iter().take(LISTED).filter_map(|(place, event)| {
        Some(InsideEvent {
            event: *event,
            role: role(*place)?,
        })
    });
    (inside.collect(), total)
}
