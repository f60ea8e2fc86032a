//! From the events of an attempt to the attempt as reported: outcome, code, steps, words.

use super::flow::{Flow, FlowStep, Role, Rules};
use super::tries::{Taken, Try};
use crate::model::{
    Attempt, EventId, Follows, GapSpan, Outcome, Stage, Step, Strength, Ticks, Token,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::timeline::{DeviceId, EventRef, Letters, Source, SourceId, Timeline, json_member};

/// The attempt as reported, still without an id.
pub(super) fn finish(attempt: &Try<'_>, flows: &[&Flow], ends: &Ends<'_>) -> Attempt {
    let index = attempt.flow(flows);
    let flow = flows[index];
    let mut steps = Vec::new();
    let mut settled: Option<Settled> = None;
    for taken in &attempt.events {
        // The event may be a step of several flows; the one of this flow counts.
        let Some(hit) = taken.hits.iter().find(|hit| hit.flow == index) else {
            continue;
        };
        let spec = &flow.steps[hit.step];
        let (sent, answer) = step(taken, spec);
        steps.extend(sent);
        let step = answer;
        if matches!(spec.role, Role::Settle | Role::End) {
            let open = settled
                .as_ref()
                .is_none_or(|settled| settled.role != Role::End);
            if open && matches!(step.outcome, Outcome::Success | Outcome::Failure) {
                settled = Some(Settled {
                    role: spec.role,
                    outcome: step.outcome,
                    code: step.code.clone(),
                });
            }
        }
        steps.push(step);
    }
    // An answer stands behind its request, which is where its event is.
    steps.sort_by_key(|step| step.time);
    let last = attempt.events.last().map(|taken| taken.ticks);
    let end = steps.last().map(|step| step.time).max(last);
    let end = end.unwrap_or_else(|| attempt.start());
    let (outcome, mut notes) = outcome_of(attempt, flow, settled.as_ref(), end, ends);
    if attempt.headless {
        notes.push("its beginning is not in the evidence".to_owned());
    }
    let first_code = || {
        steps
            .iter()
            .filter(|step| step.outcome == Outcome::Failure && !step.extra)
            .find_map(|step| step.code.clone())
    };
    let code = if outcome == "failure" {
        settled.and_then(|settled| settled.code).or_else(first_code)
    } else {
        None
    };
    Attempt {
        id: String::new(),
        kind: flow.kind,
        outcome,
        code,
        start: attempt.start(),
        end,
        seconds: end.seconds_since(attempt.start()),
        server_words: server_words(&steps),
        longest_gap: longest_gap(&steps),
        steps,
        follows: None,
        notes,
    }
}

/// What decided an attempt so far.
struct Settled {
    role: Role,
    outcome: Outcome,
    code: Option<String>,
}

/// The step that the event shows; before it the request, where the event tells of both.
fn step(taken: &Taken<'_>, spec: &FlowStep) -> (Option<Step>, Step) {
    let event = taken.event;
    let quotes = spec.quote.iter();
    let own = Step {
        step: spec.step,
        time: taken.ticks,
        event: event.id(),
        outcome: spec.outcome.unwrap_or_else(|| event.outcome()),
        code: event.failure_code(),
        title: spec
            .title
            .clone()
            .unwrap_or_else(|| event.title().into_owned()),
        quotes: quotes.filter_map(|path| quoted(event, path)).collect(),
        extra: spec.role == Role::Extra,
    };
    let answered = spec.answer.zip(event.over());
    let Some((answer, over)) = answered.filter(|_| event.is_answered()) else {
        return (None, own);
    };
    let sent = Step {
        outcome: Outcome::Success,
        code: None,
        quotes: Vec::new(),
        ..own.clone()
    };
    let answer = Step {
        step: answer,
        time: over,
        title: event.title().into_owned(),
        ..own
    };
    (Some(sent), answer)
}

fn outcome_of(
    attempt: &Try<'_>,
    flow: &Flow,
    settled: Option<&Settled>,
    end: Ticks,
    ends: &Ends<'_>,
) -> (&'static str, Vec<String>) {
    match settled.map(|settled| settled.outcome) {
        Some(Outcome::Success) => return ("success", Vec::new()),
        Some(_) => return ("failure", Vec::new()),
        None => {}
    }
    // Silence proves something only as long as the log goes on.
    let source = attempt.events.last().map(|taken| taken.event.source());
    let last = source.and_then(|source| ends.of_source(source));
    let watched = last.map_or(0.0, |last| last.seconds_since(end));
    if watched < flow.idle_seconds.min(60.0) {
        let note = format!(
            "the log ends {watched:.1} s after its last step, so what came of it is not in the evidence"
        );
        return ("unknown", vec![note]);
    }
    (
        "incomplete",
        vec!["no step after the last one is in the evidence".to_owned()],
    )
}

/// How far the logs of each device go on. Few events a day go to an event log, and the logs of a device
/// are collected together, so one goes on as long as any of them.
pub(super) struct Ends<'t> {
    timeline: &'t Timeline,
    of_device: FxHashMap<DeviceId, Ticks>,
}

impl<'t> Ends<'t> {
    pub(super) fn of(timeline: &'t Timeline) -> Self {
        let mut of_device: FxHashMap<DeviceId, Ticks> = FxHashMap::default();
        for (source, known) in (0_u32..).map(SourceId).zip(timeline.sources()) {
            let device = timeline.device_of(source).filter(|_| is_event_log(known));
            if let (Some(device), Some(last)) = (device, known.last) {
                let end = of_device.entry(device).or_insert(last);
                *end = last.max(*end);
            }
        }
        Self {
            timeline,
            of_device,
        }
    }

    /// How far a source tells of its device.
    fn of_source(&self, source: SourceId) -> Option<Ticks> {
        let own = self.timeline.sources().get(source.0 as usize)?;
        let device = self.timeline.device_of(source);
        match device.filter(|_| is_event_log(own)) {
            Some(device) => self.of_device.get(&device).copied(),
            None => own.last,
        }
    }
}

fn is_event_log(source: &Source) -> bool {
    source.origin.format == "evtx"
}

/// The server's words in the order of the steps, without repeats.
fn server_words(steps: &[Step]) -> Vec<String> {
    let mut known: FxHashSet<&str> = FxHashSet::default();
    let quotes = steps.iter().flat_map(|step| &step.quotes);
    let new = quotes.filter(|quote| known.insert(quote));
    new.cloned().collect()
}

/// Text of a payload field, or of a key of the JSON object in it (`ServerResponse.message`).
pub(super) fn quoted(event: EventRef<'_>, path: &str) -> Option<String> {
    const LONGEST: usize = 600;
    let (name, key) = path
        .split_once('.')
        .map_or((path, None), |(name, key)| (name, Some(key)));
    let value = event.field(name)?;
    let text = match key {
        None => value.text().trim().to_owned(),
        Some(key) => match json_member(&value.text(), &[key], Letters::Exact)? {
            serde_json::Value::String(text) => text.trim().to_owned(),
            serde_json::Value::Number(number) => number.to_string(),
            _ => return None,
        },
    };
    // What producers write where the server said nothing.
    let silent = text.is_empty() || text.trim_matches(['<', '>']).eq_ignore_ascii_case("null");
    (!silent).then(|| text.chars().take(LONGEST).collect())
}

/// The longest stretch between two consecutive steps, extras left out.
fn longest_gap(steps: &[Step]) -> Option<GapSpan> {
    let main: Vec<&Step> = steps.iter().filter(|step| !step.extra).collect();
    let spans = main.windows(2).map(|pair| GapSpan {
        from_step: pair[0].step,
        to_step: pair[1].step,
        seconds: pair[1].time.seconds_since(pair[0].time),
    });
    // The first of equals is kept.
    spans.reduce(|longest, span| {
        if span.seconds > longest.seconds {
            span
        } else {
            longest
        }
    })
}

/// Makes the getting of a token a step of the attempt that used it. A tie by the order of time alone
/// counts only while the attempt would not be over for want of anything happening.
pub(super) fn authenticate(
    attempts: &mut [Attempt],
    tokens: &[Token],
    timeline: &Timeline,
    rules: &Rules,
) {
    let mut owners: FxHashMap<EventId, usize> = FxHashMap::default();
    for (index, attempt) in attempts.iter().enumerate() {
        for step in &attempt.steps {
            owners.entry(step.event).or_insert(index);
        }
    }
    for token in tokens {
        let Some((got, at)) = token
            .acquired
            .as_ref()
            .and_then(|got| Some((got, got.time?)))
        else {
            continue;
        };
        // A token can serve several attempts; each is told once.
        let mut told = None;
        for used in &token.uses {
            let Some(index) = owners.get(&used.event).copied() else {
                continue;
            };
            let Some(attempt) = attempts.get_mut(index).filter(|_| told != Some(index)) else {
                continue;
            };
            let idle = rules
                .flow(attempt.kind)
                .map_or(0.0, |flow| flow.idle_seconds);
            let apart = used.time.map_or(f64::MAX, |used| used.seconds_since(at));
            if apart < 0.0 || used.strength == Strength::Temporal && apart > idle {
                continue;
            }
            told = Some(index);
            let Some(event) = timeline.event(got.event) else {
                continue;
            };
            attempt
                .steps
                .retain(|step| step.event != got.event || !step.extra);
            if attempt.steps.iter().all(|step| step.event != got.event) {
                attempt.steps.push(Step {
                    step: Stage::Authenticate,
                    time: at,
                    event: got.event,
                    outcome: Outcome::Success,
                    code: None,
                    title: event.title().into_owned(),
                    quotes: Vec::new(),
                    extra: false,
                });
                measure(attempt);
            }
        }
    }
}

/// Puts the steps in order again and measures the attempt by them.
fn measure(attempt: &mut Attempt) {
    attempt.steps.sort_by_key(|step| step.time);
    if let Some(first) = attempt.steps.first() {
        attempt.start = attempt.start.min(first.time);
    }
    attempt.seconds = attempt.end.seconds_since(attempt.start);
    attempt.longest_gap = longest_gap(&attempt.steps);
}

/// Puts attempts in order, gives them their ids and names what explains them.
pub(super) fn order(attempts: &mut [Attempt], rules: &Rules) {
    attempts.sort_by_key(|attempt| (attempt.start, attempt.kind));
    for (index, attempt) in attempts.iter_mut().enumerate() {
        attempt.id = format!("a{}", index + 1);
    }
    relate(attempts, rules);
}

/// Names the earlier attempt that explains a later one.
fn relate(attempts: &mut [Attempt], rules: &Rules) {
    for index in 0..attempts.len() {
        let Some(flow) = rules.flow(attempts[index].kind) else {
            continue;
        };
        let start = attempts[index].start;
        for rule in &flow.follows {
            let cause = attempts
                .iter()
                .filter(|other| other.kind == rule.kind && other.outcome == rule.outcome)
                .rfind(|other| {
                    let seconds = start.seconds_since(other.end);
                    (0.0..=rule.within_seconds).contains(&seconds)
                });
            if let Some(id) = cause.map(|cause| cause.id.clone()) {
                attempts[index].follows = Some(Follows {
                    attempt: id,
                    relation: rule.relation.clone(),
                });
                attempts[index].notes.push(rule.note.clone());
                break;
            }
        }
    }
}
