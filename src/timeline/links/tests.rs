//! Which events are tied, and by what.

use std::sync::Arc;

use joinscope_wire::Guid;

use super::*;
use crate::catalog::Catalog;
use crate::model::{ArtifactId, Batch, Head, Locator, Stamp, Ticks};

const ONE: &str = "5b7d9f10-2c4e-4a68-8b0d-3f5a7c9e1b2d";
const OTHER: &str = "8e0d2c4b-6a19-4f73-b5c8-1d3e5f7a9b0c";

/// An event: seconds after the start, activity, thread, fields.
type Fake<'f> = (i64, Option<&'f str>, u32, &'f [(&'f str, &'f str)]);

fn timeline(fakes: &[Fake<'_>]) -> Timeline {
    let mut batch = Batch::new(ArtifactId(0), "a.evtx".into());
    let origin = batch.origin("evtx", "P", "", "PC");
    for (line, (second, activity, tid, fields)) in (1_u32..).zip(fakes) {
        let activity: Option<Guid> = activity.and_then(|text| text.parse().ok());
        let head = Head {
            stamp: Some(Stamp::utc(Ticks(second * 10_000_000))),
            activity: activity.unwrap_or(Guid([0; 16])),
            pid: 4,
            tid: *tid,
            ..Head::new(origin, line, Locator::Line(line))
        };
        let fields: Vec<(&str, Value<'_>)> = fields
            .iter()
            .map(|(name, text)| (*name, Value::Text(text)))
            .collect();
        batch.event(&head, &fields);
    }
    let catalog = Arc::new(Catalog::embedded().expect("the embedded tables are sound"));
    Timeline::build(vec![batch], catalog)
}

/// From the first of these events the next one that belongs to it is this one, by this.
fn check(fakes: &[Fake<'_>], expected: Option<(u32, Strength)>) {
    let timeline = timeline(fakes);
    let links = Links::of(&timeline);
    let first = timeline.events().next().expect("there is one");
    let found = links.next(&timeline, first, true);
    assert_eq!(
        found.map(|(event, strength)| (event.0, strength)),
        expected,
        "{fakes:?}"
    );
    // And back again.
    if let Some((event, strength)) = found {
        let event = timeline.event(event).expect("it is in the timeline");
        let back = links.next(&timeline, event, false);
        assert_eq!(back, Some((first.id(), strength)));
    }
}

#[test]
fn the_strongest_tie_is_followed() {
    let request: &[(&str, &str)] = &[("client-request-id", ONE)];
    let broker: &[(&str, &str)] = &[("CorrelationID", "{5B7D9F10-2C4E-4A68-8B0D-3F5A7C9E1B2D}")];
    check(
        &[(0, None, 1, request), (9, None, 2, broker)],
        Some((1, Strength::Exact)),
    );
    check(
        &[(0, Some(ONE), 1, &[]), (9, Some(ONE), 2, &[])],
        Some((1, Strength::Exact)),
    );
    check(
        &[(0, Some(ONE), 1, &[]), (9, None, 2, broker)],
        Some((1, Strength::Exact)),
    );
    let quoted: &[(&str, &str)] = &[(
        "ServerResponse",
        r#"{"code":"x","requestid":"5b7d9f10-2c4e-4a68-8b0d-3f5a7c9e1b2d"}"#,
    )];
    check(
        &[(0, None, 1, request), (1, None, 2, quoted)],
        Some((1, Strength::Exact)),
    );
    // A thing says less than a request, even where it is nearer.
    let both: &[(&str, &str)] = &[("DeviceId", OTHER), ("RequestId", ONE)];
    let device: &[(&str, &str)] = &[("DeviceId", OTHER)];
    check(
        &[
            (0, None, 1, both),
            (1, None, 2, device),
            (2, None, 2, request),
        ],
        Some((2, Strength::Exact)),
    );
    check(
        &[(0, None, 1, device), (60, None, 2, device)],
        Some((1, Strength::Identifier)),
    );
}

#[test]
fn time_is_the_last_resort() {
    check(
        &[(0, None, 1, &[]), (1, None, 2, &[]), (2, None, 1, &[])],
        Some((2, Strength::Temporal)),
    );
    check(&[(0, None, 1, &[]), (3, None, 1, &[])], None);
    check(&[(0, None, 0, &[]), (1, None, 0, &[])], None);
    check(
        &[
            (0, None, 1, &[("Message", ONE)]),
            (9, None, 2, &[("Message", ONE)]),
        ],
        None,
    );
    check(
        &[
            (0, None, 1, &[("RequestId", "none")]),
            (9, None, 2, &[("RequestId", "none")]),
        ],
        None,
    );
    check(&[(0, None, 1, &[])], None);
}
