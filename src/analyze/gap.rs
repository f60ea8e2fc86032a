//! The gap ledger: how long an attempt stood still between its steps, and how long it waited with a
//! token in hand, against what is known of how long it may, and what else happened meanwhile.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::flow::Rules;
use crate::model::{
    Attempt, EventId, Gap, GapEdge, InsideEvent, InsideRole, Outcome, Stage, Step, Token, TokenUse,
};
use crate::timeline::{EventRef, Matchers, Timeline};

/// Shorter stretches without a budget are how programs run, not gaps.
const SHORTEST_SECONDS: f64 = 1.0;
/// Events listed inside one gap; the rest is counted.
const LISTED: usize = 40;

/// The gaps of all attempts: those over their budget first, then by length.
pub(super) fn gaps(
    timeline: &Timeline,
    rules: &Rules,
    attempts: &[Attempt],
    tokens: &[Token],
) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for attempt in attempts {
        // What merely belongs to the attempt does not divide a wait.
        let steps: Vec<&Step> = attempt.steps.iter().filter(|step| !step.extra).collect();
        let pairs = steps.windows(2);
        gaps.extend(pairs.filter_map(|pair| between(attempt, pair[0], pair[1], rules)));
    }
    // An event that is two steps is a request first: that is when a token is used.
    let mut steps: FxHashMap<EventId, (usize, Stage)> = FxHashMap::default();
    for (index, attempt) in attempts.iter().enumerate() {
        for step in &attempt.steps {
            steps.entry(step.event).or_insert((index, step.step));
        }
    }
    for token in tokens {
        gaps.extend(waits(token, attempts, &steps));
    }
    if !gaps.is_empty() {
        let context = Context::of(timeline, rules);
        let by_id: FxHashMap<&str, &Attempt> = attempts
            .iter()
            .map(|attempt| (attempt.id.as_str(), attempt))
            .collect();
        for gap in &mut gaps {
            let own = by_id
                .get(gap.attempt.as_str())
                .map(|attempt| &attempt.steps);
            context.explain(gap, own.map_or(&[], Vec::as_slice));
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

/// The stretch between two consecutive steps.
fn between(attempt: &Attempt, from: &Step, to: &Step, rules: &Rules) -> Option<Gap> {
    let edge = |step: &Step| GapEdge {
        step: step.step,
        event: step.event,
        time: step.time,
    };
    let budget = rules.flow(attempt.kind).and_then(|flow| {
        flow.budgets
            .iter()
            .find(|budget| budget.from == from.step && budget.to == to.step)
    });
    let gap = measured(attempt, edge(from), edge(to));
    (gap.seconds >= SHORTEST_SECONDS).then(|| Gap {
        budget_seconds: budget.map(|budget| budget.seconds),
        budget_basis: budget.map(|budget| budget.basis.clone()),
        ratio: budget.map(|budget| gap.seconds / budget.seconds),
        ..gap
    })
}

/// The stretches from the getting of a token to its use in each attempt, against what the token had
/// left to live. A token of unknown life has no budget, and its waits are in the gaps between steps.
fn waits(
    token: &Token,
    attempts: &[Attempt],
    steps: &FxHashMap<EventId, (usize, Stage)>,
) -> Vec<Gap> {
    let got = token
        .acquired
        .as_ref()
        .and_then(|got| Some((got.event, got.time?)));
    let Some(((event, time), expires)) = got.zip(token.expires_at) else {
        return Vec::new();
    };
    // What surely was this token says more than what came first.
    let mut uses: BTreeMap<usize, (&TokenUse, Stage)> = BTreeMap::new();
    for used in &token.uses {
        if let Some((attempt, stage)) = steps.get(&used.event) {
            let best = uses.entry(*attempt).or_insert((used, *stage));
            if used.strength < best.0.strength {
                *best = (used, *stage);
            }
        }
    }
    let left = expires.seconds_since(time);
    let wait = |(attempt, (used, stage)): (usize, (&TokenUse, Stage))| {
        let from = GapEdge {
            step: Stage::Authenticate,
            event,
            time,
        };
        let to = GapEdge {
            step: stage,
            event: used.event,
            time: used.time?,
        };
        let gap = measured(attempts.get(attempt)?, from, to);
        (gap.seconds >= SHORTEST_SECONDS).then(|| Gap {
            token: Some(token.id.clone()),
            budget_seconds: Some(left).filter(|left| *left > 0.0),
            budget_basis: Some(format!("what token {} had left to live", token.id)),
            ratio: Some(gap.seconds / left).filter(|_| left > 0.0),
            ..gap
        })
    };
    uses.into_iter().filter_map(wait).collect()
}

fn measured(attempt: &Attempt, from: GapEdge, to: GapEdge) -> Gap {
    Gap {
        id: String::new(),
        attempt: attempt.id.clone(),
        token: None,
        seconds: to.time.seconds_since(from.time),
        from,
        to,
        budget_seconds: None,
        budget_basis: None,
        ratio: None,
        inside: Vec::new(),
        inside_total: 0,
    }
}

/// What may explain a wait, found in one pass over the timeline.
struct Context<'t> {
    timeline: &'t Timeline,
    /// The role of each line of the context file, and the events that fit no line before it.
    lines: Vec<(InsideRole, Vec<EventId>)>,
    /// The dated events that tell nothing, in order.
    silent: Vec<EventId>,
}

impl<'t> Context<'t> {
    fn of(timeline: &'t Timeline, rules: &Rules) -> Self {
        let mut lines: Vec<(InsideRole, Vec<EventId>)> = rules
            .context
            .iter()
            .map(|(role, _)| (*role, Vec::new()))
            .collect();
        let queries = rules.context.iter().map(|(_, query)| query);
        let mut matchers = Matchers::new(timeline, queries);
        for event in matchers.events() {
            let fits = matchers.first(event);
            // What it tells is asked of those alone that fit: it takes a look into the payload.
            if let Some((_, events)) = fits.and_then(|place| lines.get_mut(place))
                && event.ticks().is_some()
                && event.outcome() != Outcome::Noise
            {
                events.push(event.id());
            }
        }
        Self {
            timeline,
            lines,
            silent: timeline.silent(),
        }
    }

    /// Fills in what happened strictly inside a gap, most telling role first, the attempt's own steps
    /// left out, and how many events there are in all.
    fn explain(&self, gap: &mut Gap, steps: &[Step]) {
        let (first, end) = self.range(gap);
        let mut own: Vec<EventId> = steps
            .iter()
            .map(|step| step.event)
            .filter(|event| (first..end).contains(&event.index()))
            .collect();
        own.sort_unstable();
        own.dedup();
        let inside = self.lines.iter().flat_map(|(role, events)| {
            let from = events.partition_point(|event| event.index() < first);
            let events = events.get(from..).unwrap_or_default().iter();
            let events = events.take_while(move |event| event.index() < end);
            events.map(|event| InsideEvent {
                event: *event,
                role: *role,
            })
        });
        let inside: Vec<InsideEvent> = inside
            .filter(|inside| own.binary_search(&inside.event).is_err())
            .take(LISTED)
            .collect();
        let before = |place: usize| {
            let silent = self.silent.partition_point(|event| event.index() < place);
            place.saturating_sub(silent)
        };
        let own = own.iter().filter(|event| self.tells(**event)).count();
        gap.inside_total = before(end)
            .saturating_sub(before(first))
            .saturating_sub(own);
        gap.inside = inside;
    }

    fn tells(&self, event: EventId) -> bool {
        let event = self.timeline.event(event);
        event.is_some_and(|event| event.outcome() != Outcome::Noise)
    }

    /// The places strictly between the ends of a gap. An answer is no event of its own: it stands
    /// behind the event that tells of it.
    fn range(&self, gap: &Gap) -> (usize, usize) {
        let first = self.timeline.first_at(gap.from.time);
        let first = first.max(gap.from.event.index() + 1);
        let at_event = |edge: &GapEdge| {
            let event = self.timeline.event(edge.event);
            event.and_then(EventRef::ticks) == Some(edge.time)
        };
        let end = if at_event(&gap.to) {
            gap.to.event.index()
        } else {
            self.timeline.first_at(gap.to.time)
        };
        (first, end.max(first))
    }
}
