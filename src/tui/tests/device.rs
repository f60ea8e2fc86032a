//! Facts of several captures: what counts, and what was said before.

use std::sync::Arc;

use super::super::device::State;
use crate::catalog::Catalog;
use crate::model::{ArtifactId, Batch, DeviceFact, Fact, Stamp, Ticks};
use crate::timeline::Timeline;

#[test]
fn captures_that_differ_are_told_apart() {
    let mut batch = Batch::new(ArtifactId(0), Arc::from("a.txt"));
    let mut fact = |capture: u32, name: &str, value: &str| {
        let hour = 8 + capture;
        let time = Ticks::parse(&format!("2026-03-02T{hour:02}:00:00Z"));
        batch.facts.push(Fact {
            name: name.to_owned(),
            value: value.to_owned(),
            stamp: time.map(Stamp::utc),
            capture,
            source: format!("a.txt line {capture}"),
        });
    };
    fact(1, "device_state.AzureAdJoined", "NO");
    fact(0, "device_state.AzureAdJoined", "YES");
    fact(0, "device_details.DeviceId", "1");
    fact(0, "tpm.version", "2.0");
    let catalog = Arc::new(Catalog::embedded().expect("tables that are sound"));
    let timeline = Timeline::build(vec![batch], catalog);
    let mut report = super::fixture::empty();
    for (name, value) in [("device_state.AzureAdJoined", "NO"), ("tpm.version", "2.0")] {
        let (value, source) = (value.to_owned(), "a.txt line 1".to_owned());
        report
            .device
            .insert(name.to_owned(), DeviceFact { value, source });
    }
    let rows = super::super::device::rows(&report, &timeline);
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.value.as_str(), row.state))
        .collect();
    assert_eq!(
        shown,
        [
            ("DeviceId", "1", State::Gone),
            ("AzureAdJoined", "NO", State::Differs),
            ("version", "2.0", State::Given),
        ]
    );
    let history: Vec<&str> = rows[1].history.iter().map(|said| &*said.value).collect();
    assert_eq!(history, ["YES", "NO"], "the oldest first");
}
