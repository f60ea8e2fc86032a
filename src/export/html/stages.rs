//! The stage bar: how far the device got, stage by stage.
//!
//! Join stages come from one join attempt, because a bar blended from several would show a device
//! that never was; `mdm`, `prt` and `hello` come from one attempt of that kind as a whole, the last
//! where the verdict is about none. Which attempts were taken is said on the page.

use serde::Serialize;

use super::attempts::is_blamed;
use crate::export::fleet::StageLine;
use crate::model::{Attempt, AttemptKind, EventId, Outcome, Report, Stage, Step};

/// The bar.
#[derive(Serialize)]
pub(super) struct StageBar<'a> {
    stages: Vec<StageView<'a>>,
    /// Ids and kinds of the attempts that it was read from.
    read_from: Vec<(&'a str, &'static str)>,
}

impl StageBar<'_> {
    /// Events that it links to.
    pub(super) fn events(&self) -> impl Iterator<Item = EventId> {
        self.stages.iter().filter_map(|stage| stage.event)
    }

    /// Each stage as it stands in the index over many bundles.
    pub(super) fn lines(&self) -> Vec<StageLine> {
        let line = |stage: &StageView<'_>| StageLine {
            stage: stage.word.to_owned(),
            state: stage.state.to_owned(),
            at_fault: stage.at_fault,
        };
        self.stages.iter().map(line).collect()
    }
}

#[derive(Serialize)]
struct StageView<'a> {
    word: &'static str,
    state: &'static str,
    /// Name of the state in the style sheet.
    class: &'static str,
    /// The event that decided the state.
    event: Option<EventId>,
    /// What that event says.
    title: &'a str,
    code: Option<&'a str>,
    /// Whether the verdict is about this stage.
    at_fault: bool,
}

/// Stages of a join, in order.
const JOIN_STAGES: [Stage; 8] = [
    Stage::Eligibility,
    Stage::Discover,
    Stage::Authenticate,
    Stage::PrepareKey,
    Stage::Send,
    Stage::Respond,
    Stage::Complete,
    Stage::PostJoin,
];

/// Stages that are attempts of their own.
const WHOLE_STAGES: [(Stage, AttemptKind); 3] = [
    (Stage::Mdm, AttemptKind::MdmEnrol),
    (Stage::Prt, AttemptKind::Prt),
    (Stage::Hello, AttemptKind::Hello),
];

const JOIN_KINDS: [AttemptKind; 3] = [
    AttemptKind::EntraJoin,
    AttemptKind::HybridJoin,
    AttemptKind::Register,
];

/// The bar for a report.
pub(super) fn bar(report: &Report) -> StageBar<'_> {
    let at_fault = report.verdict.stage;
    let join = telling_join(report);
    let join_stages =
        JOIN_STAGES.map(|stage| view(stage, join.map(|attempt| of_join(attempt, stage)), at_fault));
    let mut read_from: Vec<&Attempt> = join.into_iter().collect();
    let mut stages = Vec::from(join_stages);
    for (stage, kind) in WHOLE_STAGES {
        let attempt = telling(report, kind);
        stages.push(view(stage, attempt.map(of_whole), at_fault));
        read_from.extend(attempt);
    }
    StageBar {
        stages,
        read_from: read_from
            .iter()
            .map(|attempt| (attempt.id.as_str(), attempt.kind.word()))
            .collect(),
    }
}

/// The join attempt that the verdict is about, else the last one before what it is about, else the last.
fn telling_join(report: &Report) -> Option<&Attempt> {
    let mut joins = report
        .attempts
        .iter()
        .filter(|attempt| JOIN_KINDS.contains(&attempt.kind));
    let Some(blamed) = report
        .attempts
        .iter()
        .find(|attempt| is_blamed(attempt, report))
    else {
        return joins.next_back();
    };
    if JOIN_KINDS.contains(&blamed.kind) {
        return Some(blamed);
    }
    // What was tried before the blamed attempt led to it; what came later is another story.
    let before = joins.clone().rfind(|attempt| attempt.start <= blamed.end);
    before.or_else(|| joins.next_back())
}

/// The attempt of this kind that the verdict is about, else the last.
fn telling(report: &Report, kind: AttemptKind) -> Option<&Attempt> {
    let mut attempts = report
        .attempts
        .iter()
        .filter(|attempt| attempt.kind == kind);
    attempts
        .clone()
        .find(|attempt| is_blamed(attempt, report))
        .or_else(|| attempts.next_back())
}

/// What decided a stage, and how.
struct Decided<'a> {
    state: State,
    step: Option<&'a Step>,
}

#[derive(Clone, Copy)]
enum State {
    Ok,
    Failed,
    /// Its events are there, and none says how it went.
    Open,
    NotSeen,
}

/// The last step of the stage that says how it went decides.
fn of_join(attempt: &Attempt, stage: Stage) -> Decided<'_> {
    let mut steps = attempt.steps.iter().filter(|step| step.step == stage);
    let deciding = steps
        .clone()
        .rfind(|step| matches!(step.outcome, Outcome::Success | Outcome::Failure));
    match deciding {
        Some(step) if step.outcome == Outcome::Failure => Decided {
            state: State::Failed,
            step: Some(step),
        },
        Some(step) => Decided {
            state: State::Ok,
            step: Some(step),
        },
        None => match steps.next_back() {
            Some(step) => Decided {
                state: State::Open,
                step: Some(step),
            },
            None => Decided {
                state: State::NotSeen,
                step: None,
            },
        },
    }
}

fn of_whole(attempt: &Attempt) -> Decided<'_> {
    let last_with = |outcome| attempt.steps.iter().rfind(|step| step.outcome == outcome);
    let (state, step) = match attempt.outcome {
        "success" => (State::Ok, last_with(Outcome::Success)),
        "failure" => (State::Failed, last_with(Outcome::Failure)),
        _ => (State::Open, None),
    };
    Decided {
        state,
        step: step.or(attempt.steps.last()),
    }
}

fn view(stage: Stage, decided: Option<Decided<'_>>, at_fault: Stage) -> StageView<'_> {
    let Decided { state, step } = decided.unwrap_or(Decided {
        state: State::NotSeen,
        step: None,
    });
    let (class, words) = match state {
        State::Ok => ("ok", "ok"),
        State::Failed => ("failed", "failed"),
        State::Open => ("open", "end not seen"),
        State::NotSeen => ("absent", "not seen"),
    };
    StageView {
        word: stage.word(),
        state: words,
        class,
        event: step.map(|step| step.event),
        title: step.map_or("", |step| &step.title),
        code: step.and_then(|step| step.code.as_deref()),
        at_fault: stage == at_fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Severity, Ticks};

    fn attempt(
        id: &str,
        kind: AttemptKind,
        outcome: &'static str,
        start: i64,
        steps: &[(Stage, Outcome)],
    ) -> Attempt {
        let step = |&(step, outcome): &(Stage, Outcome)| Step {
            step,
            time: Ticks(start),
            event: EventId(0),
            outcome,
            code: None,
            title: String::new(),
            quotes: Vec::new(),
            extra: false,
        };
        Attempt {
            id: id.to_owned(),
            kind,
            outcome,
            code: None,
            start: Ticks(start),
            end: Ticks(start),
            seconds: 0.0,
            steps: steps.iter().map(step).collect(),
            longest_gap: None,
            server_words: Vec::new(),
            follows: None,
            notes: Vec::new(),
        }
    }

    fn report(blamed: Option<&str>, attempts: Vec<Attempt>) -> Report {
        let mut report = Report::empty("");
        report.verdict.severity = Severity::High;
        report.verdict.stage = Stage::Mdm;
        report.verdict.attempt = blamed.map(str::to_owned);
        report.attempts = attempts;
        report
    }

    fn attempts() -> Vec<Attempt> {
        use Outcome::{Failure, Info, Success};
        vec![
            attempt(
                "a1",
                AttemptKind::EntraJoin,
                "failure",
                1,
                &[(Stage::Send, Success), (Stage::Respond, Failure)],
            ),
            attempt(
                "a2",
                AttemptKind::EntraJoin,
                "success",
                2,
                &[
                    (Stage::Send, Failure),
                    (Stage::Send, Success),
                    (Stage::Complete, Info),
                ],
            ),
            attempt(
                "a3",
                AttemptKind::MdmEnrol,
                "failure",
                3,
                &[(Stage::Respond, Failure)],
            ),
            attempt(
                "a4",
                AttemptKind::EntraJoin,
                "incomplete",
                4,
                &[(Stage::Discover, Info)],
            ),
        ]
    }

    /// States that are not `absent`, as `stage:state` words, after the attempts they were read from.
    fn check(blamed: Option<&str>, attempts: Vec<Attempt>, expected: &str) {
        let report = report(blamed, attempts);
        let bar = bar(&report);
        let from = bar.read_from.iter().map(|(id, _)| (*id).to_owned());
        let seen = bar.stages.iter().filter(|stage| stage.class != "absent");
        let words: Vec<String> = from
            .chain(seen.map(|stage| format!("{}:{}", stage.word, stage.class)))
            .collect();
        assert_eq!(words.join(" "), expected);
        assert_eq!(bar.stages.len(), 11);
    }

    #[test]
    fn the_bar_shows_the_attempt_that_led_to_the_verdict() {
        check(
            Some("a3"),
            attempts(),
            "a2 a3 send:ok complete:open mdm:failed",
        );
        check(
            Some("a1"),
            attempts(),
            "a1 a3 send:ok respond:failed mdm:failed",
        );
        check(None, attempts(), "a4 a3 discover:open mdm:failed");
        check(None, Vec::new(), "");
    }
}
