//! Folding over made-up streams of the registration client's events.

use std::sync::Arc;

use super::*;
use crate::catalog::Catalog;
use crate::model::{ArtifactId, Batch, Head, Locator, Stamp, Ticks, Value};

/// Attempts over events of the registration client, given as seconds, id and request type.
fn attempts(events: &[(f64, u32, i64)]) -> Vec<String> {
    let provider = "Microsoft-Windows-User Device Registration";
    let mut batch = Batch::new(ArtifactId(0), Arc::from("udr.evtx"));
    let start = Ticks::parse("2026-03-02T08:00:00Z").expect("a valid time");
    let origin = batch.origin(
        "evtx",
        provider,
        &format!("{provider}/Admin"),
        "DESKTOP-EXMPL01",
    );
    for (index, (seconds, code, kind)) in events.iter().enumerate() {
        let head = Head {
            stamp: Some(Stamp::utc(start.plus_seconds(*seconds))),
            ..Head::new(
                origin,
                *code,
                Locator::Record {
                    id: index as u64,
                    offset: 0,
                },
            )
        };
        batch.event(&head, &[("JoinRequestType", Value::Int(*kind))]);
    }
    let catalog = Arc::new(Catalog::embedded().expect("the embedded tables are sound"));
    let rules = Rules::embedded(&catalog).expect("the embedded rules are sound");
    let timeline = Timeline::build(vec![batch], catalog);
    let line = |attempt: &Attempt| {
        format!(
            "{} {} {}",
            attempt.kind,
            attempt.outcome,
            attempt.steps.len()
        )
    };
    analyze(&timeline, &rules)
        .attempts
        .iter()
        .map(line)
        .collect()
}

#[test]
fn events_fold_into_the_attempts_that_they_are_of() {
    let check = |events: &[(f64, u32, i64)], expected: &[&str]| {
        // The log goes on, so that silence means something.
        let mut events = events.to_vec();
        events.push((90_000.0, 107, 0));
        assert_eq!(attempts(&events), expected, "{events:?}");
    };
    let join = [
        (0.0, 100, 0),
        (1.0, 101, 0),
        (2.0, 102, 1),
        (3.0, 103, 0),
        (4.0, 104, 0),
        (5.0, 105, 0),
    ];
    check(&join, &["entra-join success 6"]);
    check(&join[..3], &["entra-join incomplete 3"]);
    check(&join[3..], &["entra-join success 3"]);
    check(
        &[(0.0, 102, 8), (1.0, 103, 0), (2.0, 104, 0), (3.0, 110, 8)],
        &["unjoin success 4"],
    );
    // A leave inside an open join takes the requests that follow it.
    check(
        &[
            (0.0, 102, 1),
            (1.0, 102, 8),
            (2.0, 103, 0),
            (3.0, 104, 0),
            (4.0, 110, 8),
            (5.0, 105, 0),
        ],
        &["entra-join success 2", "unjoin success 4"],
    );
    check(
        &[(0.0, 100, 0), (1.0, 100, 0)],
        &["entra-join incomplete 1", "entra-join incomplete 1"],
    );
    check(
        &[(0.0, 4096, 0), (1.0, 100, 0), (2.0, 304, 0)],
        &["hybrid-join failure 3"],
    );
    check(
        &[(0.0, 4096, 0), (1.0, 100, 0), (2.0, 306, 0)],
        &["hybrid-join success 3"],
    );
    check(&[(0.0, 259, 0)], &[]);
}

#[test]
fn an_attempt_at_the_end_of_its_log_is_of_unknown_end() {
    assert_eq!(
        attempts(&[(0.0, 102, 1), (1.0, 103, 0)]),
        ["entra-join unknown 2"]
    );
}

/// Nothing but beginnings: each ends the one before, so that the cost stays linear.
#[test]
fn many_beginnings_are_many_attempts() {
    let events: Vec<(f64, u32, i64)> = (0..20_000)
        .map(|index| (f64::from(index) * 0.01, 100, 0))
        .collect();
    assert_eq!(attempts(&events).len(), 20_000);
}
