//! Folding the event stream into attempts, by the steps that the flow files name.
//!
//! Events of one group are shared by several flows (a join and a leave post the same
//! requests): an event goes to the attempt that is open and can take it, the most recently
//! touched first, and an attempt stays undecided between flows until an event tells them apart.

use rustc_hash::FxHashMap;

use super::flow::{Flow, FlowStep, Role, Rules};
use crate::model::{Attempt, Follows, GapSpan, Outcome, Step, Ticks};
use crate::timeline::{EventRef, Matcher, Timeline};

/// How long what merely belongs to an attempt still does so after its end.
const LINGER_SECONDS: f64 = 5.0;
/// How long a step still does: producers log several views of one end at once.
const ECHO_SECONDS: f64 = 1.0;

/// All attempts of a timeline, by start.
pub(super) fn attempts(timeline: &Timeline, rules: &Rules) -> Vec<Attempt> {
    let mut groups: Vec<&str> = rules.flows.iter().map(|flow| flow.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut attempts: Vec<Attempt> = Vec::new();
    for group in groups {
        let flows: Vec<&Flow> = rules
            .flows
            .iter()
            .filter(|flow| flow.group == group)
            .collect();
        let tries = Group::new(&flows, timeline).run(timeline);
        attempts.extend(
            tries
                .iter()
                .map(|attempt| finish(attempt, &flows, timeline)),
        );
    }
    attempts.sort_by_key(|attempt| (attempt.start, attempt.kind));
    for (index, attempt) in attempts.iter_mut().enumerate() {
        attempt.id = format!("a{}", index + 1);
    }
    relate(&mut attempts, rules);
    attempts
}

/// One event as a step of one flow.
#[derive(Clone, Copy)]
struct Hit {
    /// Index into the group's flows.
    flow: usize,
    /// Index into the flow's steps, which is also how far the attempt has come.
    step: usize,
}

/// An event that belongs to an attempt, with all the steps that it can be.
struct Taken<'t> {
    event: EventRef<'t>,
    ticks: Ticks,
    hits: Vec<Hit>,
}

/// An attempt while it is being collected.
struct Try<'t> {
    host: String,
    key: Option<String>,
    /// Flows that it can still be of.
    candidates: Vec<usize>,
    events: Vec<Taken<'t>>,
    ended: Option<Ticks>,
    /// Its first event was not one that begins an attempt.
    headless: bool,
}

struct Group<'f, 't> {
    flows: &'f [&'f Flow],
    matchers: Vec<Vec<Matcher<'t>>>,
    tries: Vec<Try<'t>>,
    /// Tries of one host that may still take events.
    open: FxHashMap<String, Vec<usize>>,
}

impl<'f: 't, 't> Group<'f, 't> {
    fn new(flows: &'f [&'f Flow], timeline: &'t Timeline) -> Self {
        let matchers = flows
            .iter()
            .map(|flow| {
                flow.steps
                    .iter()
                    .map(|step| step.when.on(timeline))
                    .collect()
            })
            .collect();
        Self {
            flows,
            matchers,
            tries: Vec::new(),
            open: FxHashMap::default(),
        }
    }

    fn run(mut self, timeline: &'t Timeline) -> Vec<Try<'t>> {
        for event in timeline.events().take(timeline.dated()) {
            // Steps are catalogued events that matter; anything else is passed over at a glance.
            let (Some(row), Some(ticks)) = (event.row(), event.ticks()) else {
                continue;
            };
            if row.weight == 0 {
                continue;
            }
            let hits = self.hits(event);
            if !hits.is_empty() {
                self.place(Taken { event, ticks, hits });
            }
        }
        let flows = self.flows;
        let shows = |hit: &Hit| flows[hit.flow].steps[hit.step].alone;
        self.tries.retain(|attempt| {
            attempt
                .events
                .iter()
                .flat_map(|taken| &taken.hits)
                .any(|hit| shows(hit) && attempt.candidates.contains(&hit.flow))
        });
        self.tries
    }

    /// The first step of each flow that the event fits.
    fn hits(&self, event: EventRef<'t>) -> Vec<Hit> {
        let fitting = |(flow, matchers): (usize, &Vec<Matcher<'t>>)| {
            matchers
                .iter()
                .position(|matcher| matcher.matches(event))
                .map(|step| Hit { flow, step })
        };
        self.matchers
            .iter()
            .enumerate()
            .filter_map(fitting)
            .collect()
    }

    fn role(&self, hit: Hit) -> Role {
        self.flows[hit.flow].steps[hit.step].role
    }

    fn is_extra(&self, hit: Hit) -> bool {
        self.role(hit) == Role::Extra
    }

    /// Gives the event to the attempt that can take it, or begins one.
    fn place(&mut self, taken: Taken<'t>) {
        let host = taken.event.computer().to_ascii_lowercase();
        let key = self.key(&taken);
        if let Some(index) = self.taker(&taken, &host, key.as_deref()) {
            self.give(index, taken, key);
        } else if !taken.hits.iter().all(|hit| self.is_extra(*hit)) {
            let candidates = taken
                .hits
                .iter()
                .filter(|hit| !self.is_extra(**hit))
                .map(|hit| hit.flow)
                .collect();
            let headless = !taken.hits.iter().any(|hit| self.role(*hit) == Role::Open);
            let index = self.tries.len();
            self.tries.push(Try {
                host: host.clone(),
                key: None,
                candidates,
                events: Vec::new(),
                ended: None,
                headless,
            });
            self.open.entry(host).or_default().push(index);
            self.give(index, taken, key);
        }
    }

    fn key(&self, taken: &Taken<'_>) -> Option<String> {
        let name = self.flows.iter().find_map(|flow| flow.key.as_deref())?;
        let value = taken.event.field(name).filter(|value| !value.is_empty())?;
        Some(value.text().trim_matches(['{', '}']).to_ascii_lowercase())
    }

    /// The open attempt that takes the event, the most recently touched first.
    fn taker(&mut self, taken: &Taken<'_>, host: &str, key: Option<&str>) -> Option<usize> {
        let open = self.open.get_mut(host)?;
        let (tries, flows) = (&self.tries, self.flows);
        open.retain(|index| {
            tries
                .get(*index)
                .is_some_and(|attempt| attempt.is_alive(taken.ticks, flows))
        });
        let can_take = |index: &&usize| {
            tries
                .get(**index)
                .is_some_and(|attempt| attempt.takes(taken, key, flows))
        };
        open.iter().rev().find(can_take).copied()
    }

    fn give(&mut self, index: usize, taken: Taken<'t>, key: Option<String>) {
        let roles: Vec<(usize, Role)> = taken
            .hits
            .iter()
            .map(|hit| (hit.flow, self.role(*hit)))
            .collect();
        let Some(attempt) = self.tries.get_mut(index) else {
            return;
        };
        let telling: Vec<usize> = attempt
            .candidates
            .iter()
            .copied()
            .filter(|flow| {
                roles
                    .iter()
                    .any(|(other, role)| other == flow && *role != Role::Extra)
            })
            .collect();
        if !telling.is_empty() {
            attempt.candidates = telling;
        }
        let ends = roles
            .iter()
            .any(|(flow, role)| *role == Role::End && attempt.candidates.contains(flow));
        if ends {
            attempt.ended = Some(taken.ticks);
        }
        attempt.key = attempt.key.take().or(key);
        let host = attempt.host.clone();
        attempt.events.push(taken);
        // The most recently touched stands last.
        if let Some(open) = self.open.get_mut(&host) {
            open.retain(|other| *other != index);
            open.push(index);
        }
    }
}

impl Try<'_> {
    fn start(&self) -> Ticks {
        self.events.first().map_or(Ticks(0), |taken| taken.ticks)
    }

    /// The flow that it is of: the one that is left, or the one that takes undecided attempts.
    fn flow(&self, flows: &[&Flow]) -> usize {
        let fallback = self.candidates.iter().find(|index| flows[**index].fallback);
        fallback
            .or(self.candidates.first())
            .copied()
            .unwrap_or_default()
    }

    fn is_alive(&self, now: Ticks, flows: &[&Flow]) -> bool {
        if let Some(ended) = self.ended {
            return now.seconds_since(ended) <= LINGER_SECONDS;
        }
        let idle = self
            .candidates
            .iter()
            .filter_map(|index| flows.get(*index))
            .map(|flow| flow.idle_seconds);
        let last = self.events.last().map_or(now, |taken| taken.ticks);
        now.seconds_since(last) <= idle.fold(0.0, f64::max)
    }

    fn takes(&self, taken: &Taken<'_>, key: Option<&str>, flows: &[&Flow]) -> bool {
        if let (Some(own), Some(other)) = (self.key.as_deref(), key)
            && own != other
        {
            return false;
        }
        taken
            .hits
            .iter()
            .filter(|hit| self.candidates.contains(&hit.flow))
            .any(|hit| {
                match flows[hit.flow].steps[hit.step].role {
                    Role::Extra => true,
                    // The last words of an attempt can follow its end.
                    Role::Step | Role::Settle => self
                        .ended
                        .is_none_or(|ended| taken.ticks.seconds_since(ended) <= ECHO_SECONDS),
                    _ if self.ended.is_some() => false,
                    // An opening step that the attempt is already past begins another one.
                    Role::Open => self
                        .reached(hit.flow, flows)
                        .is_none_or(|step| step < hit.step),
                    Role::End => true,
                }
            })
    }

    /// How far it has come in a flow: the highest step but extras.
    fn reached(&self, flow: usize, flows: &[&Flow]) -> Option<usize> {
        let counts =
            |hit: &&Hit| hit.flow == flow && flows[flow].steps[hit.step].role != Role::Extra;
        self.events
            .iter()
            .flat_map(|taken| &taken.hits)
            .filter(counts)
            .map(|hit| hit.step)
            .max()
    }
}

/// The attempt as reported, still without an id.
fn finish(attempt: &Try<'_>, flows: &[&Flow], timeline: &Timeline) -> Attempt {
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
        let step = step(taken, spec);
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
    let end = attempt
        .events
        .last()
        .map_or(attempt.start(), |taken| taken.ticks);
    let (outcome, mut notes) = outcome_of(attempt, flow, settled.as_ref(), end, timeline);
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

fn step(taken: &Taken<'_>, spec: &FlowStep) -> Step {
    Step {
        step: spec.step,
        time: taken.ticks,
        event: taken.event.id(),
        outcome: spec.outcome.unwrap_or_else(|| taken.event.outcome()),
        code: taken.event.failure_code(),
        title: spec
            .title
            .clone()
            .unwrap_or_else(|| taken.event.title().into_owned()),
        quotes: spec
            .quote
            .iter()
            .filter_map(|path| quoted(taken.event, path))
            .collect(),
        extra: spec.role == Role::Extra,
    }
}

fn outcome_of(
    attempt: &Try<'_>,
    flow: &Flow,
    settled: Option<&Settled>,
    end: Ticks,
    timeline: &Timeline,
) -> (&'static str, Vec<String>) {
    match settled.map(|settled| settled.outcome) {
        Some(Outcome::Success) => return ("success", Vec::new()),
        Some(_) => return ("failure", Vec::new()),
        None => {}
    }
    // Silence proves something only as long as the log goes on.
    let source = attempt.events.last().map(|taken| taken.event.source());
    let last = source
        .and_then(|id| timeline.sources().get(id.0 as usize))
        .and_then(|source| source.last);
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

/// The server's words in the order of the steps, without repeats.
fn server_words(steps: &[Step]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for quote in steps.iter().flat_map(|step| &step.quotes) {
        if !words.contains(quote) {
            words.push(quote.clone());
        }
    }
    words
}

/// Text of a payload field, or of a key of the JSON object in it (`ServerResponse.message`).
fn quoted(event: EventRef<'_>, path: &str) -> Option<String> {
    const LONGEST: usize = 600;
    let (name, key) = path
        .split_once('.')
        .map_or((path, None), |(name, key)| (name, Some(key)));
    let value = event.field(name)?;
    let text = match key {
        None => value.text().trim().to_owned(),
        Some(key) => {
            let object: serde_json::Value = serde_json::from_str(&value.text()).ok()?;
            match object.get(key)? {
                serde_json::Value::String(text) => text.trim().to_owned(),
                serde_json::Value::Number(number) => number.to_string(),
                _ => return None,
            }
        }
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
