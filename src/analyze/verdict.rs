//! The one sentence to say first, and what it rests on.
//!
//! Attempts stand on each other in the order of their kinds: what failed first in that
//! order, and did not succeed later, is what the sentence is about. Everything it says is
//! counted from attempts; causes beyond them are the business of rules.

use super::flow::Rules;
use crate::catalog::ErrorRow;
use crate::model::{Attempt, AttemptKind, Gap, Severity, Stage, Verdict};
use crate::timeline::Timeline;

/// The verdict over all attempts.
pub(super) fn verdict(
    timeline: &Timeline,
    rules: &Rules,
    attempts: &[Attempt],
    gaps: &[Gap],
) -> Verdict {
    // Leaving is no goal that a device could fail to reach.
    let goals = AttemptKind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != AttemptKind::Unjoin);
    // The last try that came to an end tells how things stand; one that did not takes nothing back.
    let last = |kind: AttemptKind, ended: bool| {
        attempts.iter().rfind(|attempt| {
            attempt.kind == kind && matches!(attempt.outcome, "success" | "failure") == ended
        })
    };
    let faulty = goals
        .clone()
        .filter_map(|kind| last(kind, true))
        .find(|attempt| attempt.outcome == "failure");
    let open = goals
        .clone()
        .filter(|kind| last(*kind, true).is_none())
        .filter_map(|kind| last(kind, false))
        .find(|attempt| attempt.outcome == "incomplete");
    match (faulty, open) {
        (Some(attempt), _) => failed(attempt, timeline, rules, attempts, gaps),
        (None, Some(attempt)) => unfinished(attempt, rules, attempts, gaps),
        (None, None) => faultless(timeline, rules, attempts, gaps),
    }
}

fn failed(
    attempt: &Attempt,
    timeline: &Timeline,
    rules: &Rules,
    attempts: &[Attempt],
    gaps: &[Gap],
) -> Verdict {
    let flow = rules.flow(attempt.kind);
    let failing = attempt.failing_step();
    let stage = flow
        .and_then(|flow| flow.stage)
        .or(failing.map(|step| step.step))
        .unwrap_or(Stage::None);
    let code = attempt.code.as_deref();
    let known = code.and_then(|code| {
        timeline
            .catalog()
            .errors
            .find(code)
            .into_iter()
            .next()
            .copied()
    });
    let title = rules.title(attempt.kind);
    // Where the server gave a reason it was a refusal, not an accident on the way.
    let deed = if attempt.server_words.is_empty() {
        "failed"
    } else {
        "was refused"
    };
    let mut headline = match standing_on(attempt, attempts) {
        Some(base) => format!("{} succeeded, but {title} {deed}", rules.title(base.kind)),
        None => format!("{title} {deed}"),
    };
    if let Some(code) = code {
        let name = known
            .and_then(|row| row.name)
            .map_or_else(String::new, |name| format!(" {name}"));
        headline = format!("{headline} with {code}{name}");
    }
    if !attempt.server_words.is_empty() {
        headline = format!(
            "{headline}; the server said “{}”",
            attempt.server_words.join(": ")
        );
    }
    let mut because = tally(rules, attempts);
    because.extend(known.map(|row| explained(&row)).into_iter().flatten());
    because.extend(rollbacks(attempts));
    because.extend(late(gaps, rules, attempts));
    Verdict {
        headline,
        severity: Severity::High,
        stage,
        attempt: Some(attempt.id.clone()),
        because,
    }
}

/// The successful attempt that this one could only be made after.
fn standing_on<'a>(attempt: &Attempt, attempts: &'a [Attempt]) -> Option<&'a Attempt> {
    attempts.iter().rfind(|other| {
        other.outcome == "success"
            && other.start <= attempt.end
            && other.kind < attempt.kind
            && other.kind != AttemptKind::Unjoin
    })
}

fn unfinished(attempt: &Attempt, rules: &Rules, attempts: &[Attempt], gaps: &[Gap]) -> Verdict {
    let last = attempt.steps.iter().rfind(|step| !step.extra);
    let stage = last.map_or(Stage::None, |step| step.step);
    let after = last.map_or_else(String::new, |step| format!(" after: {}", step.title));
    let headline = format!(
        "{} began and was not brought to an end; nothing is seen of it{after}",
        rules.title(attempt.kind)
    );
    let mut because = tally(rules, attempts);
    because.extend(late(gaps, rules, attempts));
    Verdict {
        headline,
        severity: Severity::Medium,
        stage,
        attempt: Some(attempt.id.clone()),
        because,
    }
}

fn faultless(timeline: &Timeline, rules: &Rules, attempts: &[Attempt], gaps: &[Gap]) -> Verdict {
    let mut kinds: Vec<AttemptKind> = attempts
        .iter()
        .filter(|attempt| attempt.outcome == "success")
        .map(|attempt| attempt.kind)
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let titles: Vec<&str> = kinds.iter().map(|kind| rules.title(*kind)).collect();
    let headline = match (titles.as_slice(), attempts.is_empty(), timeline.is_empty()) {
        (_, _, true) => "No event could be read".to_owned(),
        (_, true, _) => {
            "No attempt to join, register, enrol or get a token is in the evidence".to_owned()
        }
        ([], ..) => "No attempt failed, and of none is the end in the evidence".to_owned(),
        (titles, ..) => format!("{} succeeded; no attempt failed", titles.join(", ")),
    };
    let mut because = tally(rules, attempts);
    because.extend(rollbacks(attempts));
    because.extend(late(gaps, rules, attempts));
    Verdict {
        headline,
        severity: Severity::Info,
        stage: Stage::None,
        attempt: None,
        because,
    }
}

/// One sentence for each kind of attempt: how many, and what came of them.
fn tally(rules: &Rules, attempts: &[Attempt]) -> Vec<String> {
    let line = |kind: &AttemptKind| {
        let of_kind: Vec<&Attempt> = attempts
            .iter()
            .filter(|attempt| attempt.kind == *kind)
            .collect();
        let mut parts = Vec::new();
        for outcome in ["success", "failure", "incomplete", "unknown"] {
            let count = of_kind
                .iter()
                .filter(|attempt| attempt.outcome == outcome)
                .count();
            let words = match outcome {
                "success" => "succeeded",
                "failure" => "failed",
                "incomplete" => "did not end",
                _ => "of unknown end",
            };
            if count > 0 {
                parts.push(format!("{count} {words}"));
            }
        }
        (!of_kind.is_empty()).then(|| {
            let noun = if of_kind.len() == 1 {
                "attempt"
            } else {
                "attempts"
            };
            format!(
                "{}: {} {noun}, {}",
                rules.title(*kind),
                of_kind.len(),
                parts.join(", ")
            )
        })
    };
    AttemptKind::ALL.iter().filter_map(line).collect()
}

/// What the catalogue knows of the code.
fn explained(row: &ErrorRow) -> Vec<String> {
    let sure = if row.confidence == crate::catalog::Confidence::Low {
        " (low confidence)"
    } else {
        ""
    };
    let line = |label: &str, text: Option<&str>| text.map(|text| format!("{label}{sure}: {text}"));
    [
        line(row.code, row.meaning),
        line("usual cause", row.cause),
        line("what to do", row.remedy),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn rollbacks(attempts: &[Attempt]) -> Option<String> {
    let count = attempts
        .iter()
        .filter(|attempt| {
            attempt
                .follows
                .as_ref()
                .is_some_and(|follows| follows.relation == "rollback")
        })
        .count();
    let all = attempts
        .iter()
        .filter(|attempt| attempt.kind == AttemptKind::Unjoin)
        .count();
    (count > 0).then(|| {
        format!("{count} of {all} times that the device left Entra, it was Windows rolling back after a failed MDM enrolment")
    })
}

/// Gaps beyond their budget.
fn late(gaps: &[Gap], rules: &Rules, attempts: &[Attempt]) -> Vec<String> {
    let line = |gap: &Gap| {
        let (ratio, budget) = (gap.ratio.filter(|ratio| *ratio > 1.0)?, gap.budget_seconds?);
        let title = attempts
            .iter()
            .find(|attempt| attempt.id == gap.attempt)
            .map_or("", |attempt| rules.title(attempt.kind));
        Some(format!(
            "{title} {}: {:.1} s passed between {} and {}, {ratio:.*} times {} {budget:.0} s",
            gap.attempt,
            gap.seconds,
            gap.from.step,
            gap.to.step,
            if ratio < 2.0 { 2 } else { 1 },
            gap.budget_words()
        ))
    };
    gaps.iter().filter_map(line).collect()
}
