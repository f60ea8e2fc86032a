//! Flow files: which events are the steps of which attempt.

use std::fmt;

use serde::Deserialize;

use super::clock::{self, ClockRules};
use super::tokens::{self, TokenRule};
use crate::catalog::{CONTEXT, Catalog, DEVICE, FLOWS, RuleFile};
use crate::model::{AttemptKind, InsideRole, Outcome, Stage};
use crate::timeline::Query;

/// The loaded flow files.
#[derive(Debug)]
pub struct Rules {
    pub(super) flows: Vec<Flow>,
    pub(super) context: Vec<(InsideRole, Query)>,
    pub(super) device: DeviceRules,
    pub(super) clocks: ClockRules,
    pub(super) tokens: Vec<TokenRule>,
}

impl Rules {
    /// Every query that they have on events.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        let steps = self.flows.iter().flat_map(|flow| &flow.steps);
        let context = self.context.iter().map(|(_, when)| when);
        steps
            .map(|step| &step.when)
            .chain(context)
            .chain(self.device.events.iter().map(|line| &line.when))
            .chain(self.tokens.iter().map(TokenRule::when))
            .chain(self.clocks.queries())
    }
}

/// Which facts about devices there are beside those that captures state.
#[derive(Debug, Default)]
pub(super) struct DeviceRules {
    pub(super) events: Vec<FactLine>,
    /// Names of facts whose changes between captures of one device are told.
    pub(super) changes: Vec<String>,
    /// Names of facts that no two devices have the same value of.
    pub(super) own: Vec<String>,
}

/// A fact about the device that an event states.
#[derive(Debug)]
pub(super) struct FactLine {
    pub(super) name: String,
    pub(super) when: Query,
    /// Text with payload fields in braces.
    pub(super) value: String,
}

/// One kind of attempt.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) kind: AttemptKind,
    pub(super) title: String,
    /// Flows of one group share their events: each event belongs to one attempt.
    pub(super) group: String,
    /// Takes attempts whose events do not tell the flow.
    pub(super) fallback: bool,
    /// Stage of the verdict, where it is not that of the failing step.
    pub(super) stage: Option<Stage>,
    /// Payload field that tells attempts at the same time apart.
    pub(super) key: Option<String>,
    /// Silence after which an attempt is over.
    pub(super) idle_seconds: f64,
    pub(super) steps: Vec<FlowStep>,
    pub(super) budgets: Vec<Budget>,
    pub(super) follows: Vec<FollowRule>,
}

#[derive(Debug)]
pub(super) struct FlowStep {
    pub(super) step: Stage,
    pub(super) role: Role,
    pub(super) when: Query,
    /// What the step says whatever the event's own outcome is.
    pub(super) outcome: Option<Outcome>,
    /// Payload fields that quote the server: a field, or a key of the JSON in it.
    pub(super) quote: Vec<String>,
    /// What happened, where the flow can say it better than the catalogue.
    pub(super) title: Option<String>,
    /// Whether the event can show without others that something was tried.
    pub(super) alone: bool,
    /// Belongs to an attempt only where an id ties the event to it.
    pub(super) linked: bool,
    /// The step that the answer is, where one event tells of request and answer.
    pub(super) answer: Option<Stage>,
}

/// What an event does to an attempt.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    /// Begins a new attempt, unless the open one has not come this far yet.
    Open,
    /// A step of the open attempt; begins one whose beginning was not seen.
    Step,
    /// The same, and its outcome is the attempt's unless the end says otherwise.
    Settle,
    /// The same, and the attempt is over.
    End,
    /// Belongs to an attempt that is open or has just ended; says nothing alone.
    Extra,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Budget {
    #[serde(deserialize_with = "word")]
    pub(super) from: Stage,
    #[serde(deserialize_with = "word")]
    pub(super) to: Stage,
    pub(super) seconds: f64,
    pub(super) basis: String,
}

/// An earlier attempt that explains this kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FollowRule {
    #[serde(deserialize_with = "word")]
    pub(super) kind: AttemptKind,
    pub(super) outcome: String,
    pub(super) within_seconds: f64,
    pub(super) relation: String,
    pub(super) note: String,
}

/// A fault in a flow file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowError {
    /// File name.
    pub file: String,
    /// What is wrong.
    pub fault: String,
}

impl fmt::Display for FlowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.fault)
    }
}

impl std::error::Error for FlowError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFlow {
    #[serde(deserialize_with = "word")]
    kind: AttemptKind,
    title: String,
    group: String,
    #[serde(default)]
    fallback: bool,
    #[serde(default)]
    stage: Option<String>,
    #[serde(default)]
    key: Option<String>,
    idle_seconds: f64,
    steps: Vec<RawStep>,
    #[serde(default)]
    budgets: Vec<Budget>,
    #[serde(default)]
    follows: Vec<FollowRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    #[serde(deserialize_with = "word")]
    step: Stage,
    role: Role,
    when: String,
    #[serde(default)]
    outcome: Option<String>,
    #[serde(default)]
    quote: Vec<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default = "yes")]
    alone: bool,
    #[serde(default)]
    linked: bool,
    #[serde(default)]
    answer: Option<String>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContext {
    #[serde(deserialize_with = "word")]
    role: InsideRole,
    when: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDevice {
    events: Vec<RawFact>,
    changes: Vec<String>,
    own: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    name: String,
    when: String,
    value: String,
}

impl Rules {
    /// Loads the embedded flow files; every query is checked against the catalogue.
    ///
    /// # Errors
    /// Every fault of every file. A test holds that there is none.
    pub fn embedded(catalog: &Catalog) -> Result<Self, Vec<FlowError>> {
        let mut faults = Vec::new();
        let mut flows = Vec::new();
        for file in FLOWS {
            match load_flow(file, catalog) {
                Ok(flow) => flows.push(flow),
                Err(fault) => faults.push(FlowError {
                    file: file.path.to_owned(),
                    fault,
                }),
            }
        }
        // Kinds are declared in the order in which they stand on each other.
        flows.sort_by_key(|flow| flow.kind);
        let mut fault = |file: &str, fault| {
            faults.push(FlowError {
                file: file.to_owned(),
                fault,
            });
        };
        let context = load_context(catalog)
            .map_err(|text| fault("context.yaml", text))
            .unwrap_or_default();
        let device = load_device(catalog)
            .map_err(|text| fault("device.yaml", text))
            .unwrap_or_default();
        let clocks = clock::load(|text| checked(text, catalog))
            .map_err(|text| fault("clocks.yaml", text))
            .unwrap_or_default();
        let tokens = tokens::load(catalog, |text| checked(text, catalog))
            .map_err(|text| fault("tokens.yaml", text))
            .unwrap_or_default();
        if faults.is_empty() {
            Ok(Self {
                flows,
                context,
                device,
                clocks,
                tokens,
            })
        } else {
            Err(faults)
        }
    }

    /// What a kind of attempt is called in sentences.
    pub fn title(&self, kind: AttemptKind) -> &str {
        self.flow(kind).map_or(kind.word(), |flow| &flow.title)
    }

    pub(super) fn flow(&self, kind: AttemptKind) -> Option<&Flow> {
        self.flows.iter().find(|flow| flow.kind == kind)
    }
}

fn load_flow(file: &RuleFile, catalog: &Catalog) -> Result<Flow, String> {
    let raw: RawFlow = file.read()?;
    let steps = raw
        .steps
        .into_iter()
        .map(|step| load_step(step, catalog))
        .collect::<Result<_, _>>()?;
    Ok(Flow {
        kind: raw.kind,
        title: raw.title,
        group: raw.group,
        fallback: raw.fallback,
        stage: raw
            .stage
            .as_deref()
            .map(|text| named(text, Stage::from_word))
            .transpose()?,
        key: raw.key,
        idle_seconds: raw.idle_seconds,
        steps,
        budgets: raw.budgets,
        follows: raw.follows,
    })
}

fn load_step(raw: RawStep, catalog: &Catalog) -> Result<FlowStep, String> {
    Ok(FlowStep {
        step: raw.step,
        role: raw.role,
        when: checked(&raw.when, catalog)?,
        outcome: raw
            .outcome
            .as_deref()
            .map(|text| named(text, Outcome::from_word))
            .transpose()?,
        quote: raw.quote,
        title: raw.title,
        alone: raw.alone && raw.role != Role::Extra,
        linked: raw.linked,
        answer: raw
            .answer
            .as_deref()
            .map(|text| named(text, Stage::from_word))
            .transpose()?,
    })
}

fn load_context(catalog: &Catalog) -> Result<Vec<(InsideRole, Query)>, String> {
    let raw: Vec<RawContext> = CONTEXT.read()?;
    raw.into_iter()
        .map(|line| Ok((line.role, checked(&line.when, catalog)?)))
        .collect()
}

fn load_device(catalog: &Catalog) -> Result<DeviceRules, String> {
    let raw: RawDevice = DEVICE.read()?;
    let line = |line: RawFact| {
        Ok(FactLine {
            when: checked(&line.when, catalog)?,
            name: line.name,
            value: line.value,
        })
    };
    let events: Result<_, String> = raw.events.into_iter().map(line).collect();
    Ok(DeviceRules {
        events: events?,
        changes: raw.changes,
        own: raw.own,
    })
}

fn checked(text: &str, catalog: &Catalog) -> Result<Query, String> {
    let query = Query::parse(text).map_err(|error| format!("{text}: {error}"))?;
    query
        .check(catalog, None)
        .map_err(|error| format!("{text}: {error}"))?;
    Ok(query)
}

fn named<T>(text: &str, from_word: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    from_word(text).ok_or_else(|| format!("unknown word {text}"))
}

/// A word of one of the closed vocabularies.
trait Word: Sized {
    fn of(word: &str) -> Option<Self>;
}

macro_rules! words {
    ($($name:ident),*) => {$(
        impl Word for $name {
            fn of(word: &str) -> Option<Self> {
                Self::from_word(word)
            }
        }
    )*};
}
words!(AttemptKind, InsideRole, Stage);

fn word<'de, D: serde::Deserializer<'de>, T: Word>(deserializer: D) -> Result<T, D::Error> {
    let word = String::deserialize(deserializer)?;
    T::of(&word).ok_or_else(|| serde::de::Error::custom(format!("unknown word {word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flow_is_read_as_it_was_prepared() {
        for file in FLOWS {
            assert!(file.prepared::<RawFlow>().is_some(), "{}", file.path);
        }
        assert!(CONTEXT.prepared::<Vec<RawContext>>().is_some());
        assert!(DEVICE.prepared::<RawDevice>().is_some());
    }

    #[test]
    fn the_embedded_flows_load_without_fault() {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        let rules = Rules::embedded(&catalog).unwrap_or_else(|faults| panic!("{faults:#?}"));
        for kind in AttemptKind::ALL {
            assert!(rules.flow(*kind).is_some(), "{kind} has no flow file");
        }
    }
}
