//! Which events have a row of the timeline.

use std::sync::Arc;

use super::super::events::Rows;
use crate::catalog::Catalog;
use crate::model::{ArtifactId, Batch, Head, Locator, Stamp, Ticks, Value};
use crate::timeline::Timeline;

/// A timeline of events one second apart: `n` tells nothing, everything else is a step.
fn timeline(events: &str) -> Timeline {
    let mut batch = Batch::new(ArtifactId(0), "a.etl".into());
    let udr = "Microsoft-Windows-User Device Registration";
    let origin = batch.origin("etl", udr, &format!("{udr}/Debug"), "PC");
    for (second, event) in (0_u32..).zip(events.chars()) {
        let code = if event == 'n' { 502 } else { 500 };
        let head = Head {
            stamp: Some(Stamp::utc(Ticks(i64::from(second) * 10_000_000))),
            ..Head::new(origin, code, Locator::Line(second))
        };
        let fields = [
            ("Function", Value::Text("GetCertificates")),
            ("ErrorCode", Value::Hex32(0x8009_2004)),
        ];
        batch.event(&head, &fields);
    }
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    Timeline::build(vec![batch], Arc::new(catalog))
}

/// The rows as event and number of events folded into it.
fn check(events: &str, expected: &[(u32, usize)]) {
    let timeline = timeline(events);
    let rows = Rows::all(&timeline);
    let found: Vec<(u32, usize)> = (0..rows.len())
        .filter_map(|row| Some((rows.get(row)?.0, rows.folded(row))))
        .collect();
    assert_eq!(found, expected, "{events}");
    for event in timeline.events() {
        let row = rows.find(event.id()).expect("every event has a row");
        let own = rows.get(row).expect("the row is there").index();
        assert!((own..=own + rows.folded(row)).contains(&event.id().index()));
    }
}

#[test]
fn a_run_that_tells_nothing_is_one_row() {
    check("", &[]);
    check("ss", &[(0, 0), (1, 0)]);
    check("nsn", &[(0, 0), (1, 0), (2, 0)]);
    check("snnns", &[(0, 0), (1, 2), (4, 0)]);
    check("nnsnn", &[(0, 1), (2, 0), (3, 1)]);
}
