//! Attempts, their steps, and the stretches of time between them.

use std::fmt;

use super::event::{EventId, Outcome, Stage, words};
use super::time::Ticks;

words! {
    /// What was tried.
    AttemptKind {
        /// Entra join.
        EntraJoin = "entra-join",
        /// Leaving Entra.
        Unjoin = "unjoin",
        /// Hybrid join.
        HybridJoin = "hybrid-join",
        /// Registration of a personal device.
        Register = "register",
        /// Device management enrolment.
        MdmEnrol = "mdm-enrol",
        /// Primary refresh token, got or renewed.
        Prt = "prt",
        /// Windows Hello for Business provisioning.
        Hello = "hello",
    }
}

/// One step of an attempt, as one event shows it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Step {
    /// The stage word.
    pub step: Stage,
    /// When.
    pub time: Ticks,
    /// The event that shows it.
    pub event: EventId,
    /// What the event says of it.
    pub outcome: Outcome,
    /// Code, e.g. `0x80180014`, where the event carries one.
    pub code: Option<String>,
    /// What happened, in the catalogue's words.
    pub title: String,
    /// The server's own words, where the event quotes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<String>,
    /// Belongs to the attempt without being one of the steps that it consists of.
    #[serde(skip)]
    pub extra: bool,
}

/// Another attempt that explains this one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Follows {
    /// Id of the earlier attempt.
    pub attempt: String,
    /// What this one is to it, e.g. `rollback`.
    pub relation: String,
}

/// One try at something, made of steps.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Attempt {
    /// Id, e.g. `a3`.
    pub id: String,
    /// What was tried.
    pub kind: AttemptKind,
    /// `success`, `failure`, `incomplete` or `unknown`.
    pub outcome: &'static str,
    /// Code of the decisive failure.
    pub code: Option<String>,
    /// First step's time.
    pub start: Ticks,
    /// Last step's time.
    pub end: Ticks,
    /// `end` minus `start`.
    pub seconds: f64,
    /// Steps in time order.
    pub steps: Vec<Step>,
    /// The longest stretch between two consecutive steps.
    pub longest_gap: Option<GapSpan>,
    /// The server's own words in this attempt, first seen first.
    pub server_words: Vec<String>,
    /// The attempt that explains this one.
    pub follows: Option<Follows>,
    /// What the evidence leaves open about it, in sentences.
    pub notes: Vec<String>,
}

impl Attempt {
    /// The step that it failed with: the last one that did.
    pub fn failing_step(&self) -> Option<&Step> {
        let mut steps = self.steps.iter();
        steps.rfind(|step| step.outcome == Outcome::Failure && !step.extra)
    }
}

/// A stretch between two consecutive steps, by their words.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct GapSpan {
    /// The step before.
    pub from_step: Stage,
    /// The step after.
    pub to_step: Stage,
    /// Its length.
    pub seconds: f64,
}

/// One end of a gap.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct GapEdge {
    /// The step's word.
    pub step: Stage,
    /// The step's event.
    pub event: EventId,
    /// When.
    pub time: Ticks,
}

words! {
    /// Why an event inside a gap is worth showing.
    InsideRole {
        /// It reports a failure.
        Failure = "failure",
        /// Power source, sleep, energy saver.
        Power = "power",
        /// Boot or shutdown.
        Boot = "boot",
        /// A scheduled task ran, was held or failed.
        Task = "task",
        /// Key or chip work.
        Key = "key",
        /// Something was tried once more.
        Retry = "retry",
        /// Network went or came.
        Network = "network",
        /// The clock changed.
        Clock = "clock",
        /// A policy value was set.
        Policy = "policy",
        /// Another step of the same device's story.
        Step = "step",
    }
}

/// An event that happened inside a gap.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct InsideEvent {
    /// Which.
    pub event: EventId,
    /// Why it is worth showing.
    pub role: InsideRole,
}

impl Gap {
    /// What its budget is, in front of a duration.
    pub fn budget_words(&self) -> &'static str {
        if self.token.is_some() {
            "the token's remaining"
        } else {
            "its usual"
        }
    }
}

/// A stretch of time between two consecutive steps of an attempt, or from the getting of a token to
/// its use in one.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Gap {
    /// Id, e.g. `g2`.
    pub id: String,
    /// Id of the attempt.
    pub attempt: String,
    /// Id of the token whose remaining life is the budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The step before.
    pub from: GapEdge,
    /// The step after.
    pub to: GapEdge,
    /// Its length.
    pub seconds: f64,
    /// How long this stretch may take, where that is known.
    pub budget_seconds: Option<f64>,
    /// What the budget rests on.
    pub budget_basis: Option<String>,
    /// `seconds / budget_seconds`.
    pub ratio: Option<f64>,
    /// What else happened inside, most telling first.
    pub inside: Vec<InsideEvent>,
    /// Events inside, those listed in `inside` included and chatter left out.
    pub inside_total: usize,
}
