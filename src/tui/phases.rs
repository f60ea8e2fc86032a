//! The phases of an attempt: where each one lies, how it ended, and how long it took against what is
//! usual.

use crate::model::{Attempt, AttemptKind, Outcome, Report, Stage, Ticks};

/// How a phase ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Ok,
    Failed,
    /// Its events are there, and none says how it went.
    Open,
    /// It belongs to such an attempt, and no event shows it.
    NotSeen,
    /// The attempt failed before.
    NotReached,
}

/// A phase as a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Phase {
    pub(super) stage: Stage,
    pub(super) ended: Ended,
    /// Its first and its last event's time, and the end of what came before.
    pub(super) span: Option<Span>,
    /// Code of its last failure.
    pub(super) code: Option<String>,
    /// Its first step in the attempt.
    pub(super) step: Option<usize>,
    /// How many steps it has.
    pub(super) steps: usize,
    /// Worst gap that ends in it, by its place in the report.
    pub(super) gap: Option<usize>,
}

/// Where a phase lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    /// When what came before was over.
    pub(super) since: Ticks,
    pub(super) from: Ticks,
    pub(super) to: Ticks,
}

/// The phases that an attempt of a kind goes through, in their order.
fn expected(kind: AttemptKind) -> &'static [Stage] {
    use Stage::{
        Authenticate, Complete, Discover, Eligibility, Hello, PostJoin, PrepareKey, Prt, Respond,
        Send,
    };
    match kind {
        AttemptKind::HybridJoin => &[
            Eligibility,
            Discover,
            Authenticate,
            PrepareKey,
            Send,
            Respond,
            Complete,
            PostJoin,
        ],
        AttemptKind::EntraJoin | AttemptKind::Register => &[
            Authenticate,
            Discover,
            PrepareKey,
            Send,
            Respond,
            Complete,
            PostJoin,
        ],
        AttemptKind::MdmEnrol => &[Discover, PrepareKey, Send, Respond, Complete],
        AttemptKind::Unjoin => &[PrepareKey, Send, Respond, Complete],
        AttemptKind::Hello => &[Hello, PrepareKey, Send, Respond, Complete],
        AttemptKind::Prt => &[Prt],
    }
}

/// The phases of one attempt of a report.
pub(super) fn phases(report: &Report, attempt: &Attempt) -> Vec<Phase> {
    let mut stages = expected(attempt.kind).to_vec();
    for step in &attempt.steps {
        if step.step != Stage::None && !stages.contains(&step.step) {
            stages.push(step.step);
        }
    }
    let mut phases: Vec<Phase> = stages
        .into_iter()
        .map(|stage| phase(report, attempt, stage))
        .collect();
    let is_over = attempt.outcome == "failure";
    let failed = phases
        .iter()
        .rposition(|phase| phase.ended == Ended::Failed)
        .filter(|_| is_over);
    if let Some(failed) = failed {
        for phase in phases.iter_mut().skip(failed + 1) {
            if phase.ended == Ended::NotSeen {
                phase.ended = Ended::NotReached;
            }
        }
    }
    phases
}

fn phase(report: &Report, attempt: &Attempt, stage: Stage) -> Phase {
    let own = || attempt.steps.iter().filter(|step| step.step == stage);
    let deciding = own().rfind(|step| matches!(step.outcome, Outcome::Success | Outcome::Failure));
    let ended = match (deciding, own().next()) {
        (Some(step), _) if step.outcome == Outcome::Failure => Ended::Failed,
        (Some(_), _) => Ended::Ok,
        (None, Some(_)) => Ended::Open,
        (None, None) => Ended::NotSeen,
    };
    let step = attempt.steps.iter().position(|step| step.step == stage);
    let span = own().next().zip(own().next_back()).map(|(first, last)| {
        let before = attempt.steps.get(..step.unwrap_or(0)).unwrap_or_default();
        let since = before.iter().rfind(|step| !step.extra);
        Span {
            since: since.map_or(first.time, |step| step.time),
            from: first.time,
            to: last.time,
        }
    });
    // Gaps of a report stand worst first.
    let gap = report
        .gaps
        .iter()
        .position(|gap| gap.attempt == attempt.id && gap.token.is_none() && gap.to.step == stage);
    Phase {
        stage,
        ended,
        span,
        code: own()
            .rfind(|step| step.outcome == Outcome::Failure && step.code.is_some())
            .and_then(|step| step.code.clone()),
        step,
        steps: own().count(),
        gap,
    }
}

/// How far the story got: what was reached and what was not, of what the verdict is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// The attempt that it is read from, with its kind.
    pub(super) attempt: String,
    pub(super) reached: Vec<(&'static str, Reached)>,
}

/// Whether a stage was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    Ok,
    Failed,
    /// The attempt failed before.
    Never,
    /// No event shows it.
    Unseen,
}

/// How far the attempt got that the verdict is about, else the last join; and of the stages that are
/// attempts of their own, what came of them.
pub(super) fn reach(report: &Report) -> Reach {
    let is_join = |attempt: &&Attempt| {
        matches!(
            attempt.kind,
            AttemptKind::EntraJoin | AttemptKind::HybridJoin | AttemptKind::Register
        )
    };
    let about = report.verdict.attempt.as_deref();
    let attempts = || report.attempts.iter();
    let blamed = attempts().find(|attempt| Some(attempt.id.as_str()) == about);
    // What was tried before the blamed attempt led to it.
    let before = blamed.and_then(|blamed| {
        attempts()
            .filter(is_join)
            .rfind(|attempt| attempt.start <= blamed.end)
    });
    let join = before.or_else(|| attempts().rfind(is_join));
    let mut reached = Vec::new();
    for phase in join.map(|join| phases(report, join)).unwrap_or_default() {
        let state = match phase.ended {
            Ended::Ok | Ended::Open => Reached::Ok,
            Ended::Failed => Reached::Failed,
            Ended::NotReached => Reached::Never,
            Ended::NotSeen => Reached::Unseen,
        };
        reached.push((phase.stage.word(), state));
    }
    for (word, kind) in [
        ("mdm", AttemptKind::MdmEnrol),
        ("prt", AttemptKind::Prt),
        ("hello", AttemptKind::Hello),
    ] {
        let own = blamed.filter(|attempt| attempt.kind == kind);
        let last = own.or_else(|| attempts().rfind(|attempt| attempt.kind == kind));
        let state = match last.map(|attempt| attempt.outcome) {
            Some("failure") => Reached::Failed,
            Some(_) => Reached::Ok,
            None => Reached::Unseen,
        };
        reached.push((word, state));
    }
    Reach {
        attempt: join.map_or_else(String::new, |join| format!("{} {}", join.id, join.kind)),
        reached,
    }
}
