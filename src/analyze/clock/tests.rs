//! Clocks over made-up evidence: what was set, what servers said, and what the times come to.

use std::sync::Arc;

use super::*;
use crate::catalog::Catalog;
use crate::model::{
    ArtifactId, Batch, Head, Locator, SeenToken, Stamp, TICKS_PER_SECOND, Ticks, Value,
};

const START: i64 = 13_400_000_000;
const ID: &str = "8e0d2c4b-6a19-4f73-b5c8-1d3e5f7a9b0c";

fn at(second: i64) -> Ticks {
    Ticks((START + second) * TICKS_PER_SECOND)
}

/// A record of a log: its second, its event id and its fields.
type Line<'a> = (i64, u32, &'a [(&'a str, Value<'a>)]);

/// Evidence of one device and of a recording, with all times in seconds.
struct Case {
    batches: Vec<Batch>,
}

impl Case {
    fn new() -> Self {
        Self {
            batches: Vec::new(),
        }
    }

    fn batch(&mut self, path: &str) -> &mut Batch {
        let artifact = ArtifactId(u32::try_from(self.batches.len()).unwrap_or_default());
        self.batches.push(Batch::new(artifact, path.into()));
        self.batches.last_mut().expect("one was pushed")
    }

    /// A log: the second of each record, its event id and its fields.
    fn log(mut self, provider: &str, events: &[Line<'_>]) -> Self {
        let channel = if provider.ends_with("General") {
            "System".to_owned()
        } else {
            format!("{provider}/Admin")
        };
        let batch = self.batch(&format!("{provider}.evtx"));
        let origin = batch.origin("evtx", provider, &channel, "PC");
        for (id, (second, code, fields)) in (1..).zip(events) {
            let head = Head {
                stamp: Some(Stamp::utc(at(*second))),
                ..Head::new(origin, *code, Locator::Record { id, offset: 0 })
            };
            batch.event(&head, fields);
        }
        self
    }

    /// Settings of the device's clock: from, to, reason.
    fn set(self, settings: &[(i64, i64, u64)]) -> Self {
        let fields: Vec<[(&str, Value<'_>); 3]> = settings
            .iter()
            .map(|(old, new, reason)| {
                [
                    ("NewTime", Value::Time(at(*new))),
                    ("OldTime", Value::Time(at(*old))),
                    ("Reason", Value::Uint(*reason)),
                ]
            })
            .collect();
        let events: Vec<Line<'_>> = settings
            .iter()
            .zip(&fields)
            .map(|((_, new, _), fields)| (*new, 1, fields.as_slice()))
            .collect();
        self.log("Microsoft-Windows-Kernel-General", &events)
    }

    /// Requests of the registration client that were answered: the second of both on the device's
    /// clock, and the second that the server states.
    fn joins(self, joins: &[(i64, i64)]) -> Self {
        let answers: Vec<String> = joins
            .iter()
            .map(|(_, server)| {
                let time = at(*server).rfc3339();
                format!("{{\"requestid\":\"{ID}\",\"time\":\"{time}\"}}")
            })
            .collect();
        let fields: Vec<[(&str, Value<'_>); 1]> = answers
            .iter()
            .map(|answer| [("ServerResponse", Value::Text(answer))])
            .collect();
        let mut events: Vec<Line<'_>> = Vec::new();
        for ((second, _), fields) in joins.iter().zip(&fields) {
            events.push((*second, 103, &[]));
            events.push((*second, 204, fields));
        }
        self.log("Microsoft-Windows-User Device Registration", &events)
    }

    /// A recording: the second of each exchange, which takes a second, and the second that the server
    /// states in `Date`. The first carries the id of the joins.
    fn exchanges(mut self, exchanges: &[(i64, i64)]) -> Self {
        let batch = self.batch("a.saz");
        let origin = batch.origin("saz", "HTTP", "", "");
        for (number, (second, server)) in (1_u32..).zip(exchanges) {
            let head = Head {
                stamp: Some(Stamp::utc(at(*second))),
                ..Head::new(origin, 200, Locator::Session(number))
            };
            let id = if number == 1 { ID } else { "" };
            batch.event(
                &head,
                &[
                    ("duration_ms", Value::Float(1000.0)),
                    ("server_date", Value::Time(at(*server))),
                    ("server_time", Value::Text("2001-01-01T00:00:00Z")),
                    ("client-request-id", Value::Text(id)),
                ],
            );
        }
        self
    }

    /// The same with the time in the answer's JSON alone.
    fn exchanges_in_json(mut self, exchanges: &[(i64, i64)]) -> Self {
        let batch = self.batch("a.har");
        let origin = batch.origin("har", "HTTP", "", "");
        for (number, (second, server)) in (1_u32..).zip(exchanges) {
            let head = Head {
                stamp: Some(Stamp::utc(at(*second))),
                ..Head::new(origin, 400, Locator::Session(number))
            };
            let time = at(*server).rfc3339();
            batch.event(
                &head,
                &[
                    ("duration_ms", Value::Float(1000.0)),
                    ("server_time", Value::Text(&time)),
                ],
            );
        }
        self
    }

    /// A trace of the device: its start if its times are counted from there, and the second of each
    /// event in one buffer.
    fn trace(mut self, counted_from: Option<i64>, seconds: &[i64]) -> Self {
        let batch = self.batch("a.etl");
        batch.counted_from = counted_from.map(at);
        let origin = batch.origin("etl", "Contoso.Trace", "Trace", "");
        for (inside, second) in (0_u32..).zip(seconds) {
            let head = Head {
                stamp: Some(Stamp::utc(at(*second))),
                ..Head::new(origin, 7, Locator::Buffer { buffer: 0, inside })
            };
            batch.event(&head, &[]);
        }
        self
    }

    /// A token in the last event so far.
    fn token(mut self, issued: i64) -> Self {
        let batch = self.batches.last_mut().expect("an event");
        let token = SeenToken {
            digest: "d".to_owned(),
            issued_at: Some(at(issued)),
            ..SeenToken::default()
        };
        batch.seen(batch.records.len() - 1, vec![token]);
        self
    }

    /// Every event as `path second`, where corrected as `path second<recorded`, in the order of the
    /// timeline; then what is said of each clock once.
    fn told(self) -> String {
        let catalog = Arc::new(Catalog::embedded().expect("the embedded tables are sound"));
        let rules = Rules::embedded(&catalog).expect("the embedded rules are sound");
        let timeline = Timeline::build(self.batches, catalog);
        let (timeline, settings) = on_one_clock(timeline, &rules);
        let estimates = estimates(&timeline, settings, &rules);
        let amount = |event: EventRef<'_>| {
            let estimate = &estimates[event.source().0 as usize];
            let offset = estimate.offset.filter(|_| estimate.corrects).unwrap_or(0);
            estimate.amount(offset, event)
        };
        let amounts: Vec<i64> = timeline.events().map(amount).collect();
        let timeline = timeline.align(&amounts);
        let second = |ticks: Ticks| ticks.seconds_since(at(0));
        let line = |event: EventRef<'_>| {
            let name = event.format();
            let time = event.ticks().map(second).unwrap_or_default();
            let recorded = event.recorded().map(second);
            let recorded = recorded.map_or_else(String::new, |time| format!("<{time}"));
            format!("{name} {time}{recorded}")
        };
        let mut told: Vec<String> = timeline.events().map(line).collect();
        let mut said: Vec<String> = estimates
            .into_iter()
            .flat_map(|estimate| [estimate.basis, estimate.settings])
            .flatten()
            .collect();
        said.sort_unstable();
        said.dedup();
        told.extend(said);
        told.join("\n")
    }
}

/// The story of a case has these lines, in this order; others may stand between.
#[track_caller]
fn check(case: Case, expected: &[&str]) {
    let told = case.told();
    let mut rest = told.lines();
    for line in expected {
        assert!(
            rest.any(|told| told == *line || told.starts_with(&format!("{line}; "))),
            "no {line:?} in its place in\n{told}"
        );
    }
}

#[test]
fn without_an_answer_the_axis_is_made_continuous() {
    check(
        Case::new()
            .set(&[(0, 660, 1)])
            .joins(&[(-10, 650), (700, 700)])
            .trace(None, &[-5, 690]),
        &[
            "evtx 650<-10",
            "etl 655<-5",
            "evtx 660",
            "etl 690",
            "evtx 700",
            &set(660),
        ],
    );
}

/// What is said of a setting by 660 s.
fn set(new: i64) -> String {
    let by = crate::model::Zone::Utc.date_and_time(at(new));
    format!("the clock was set 1 time, by +660.0 s at {by} UTC")
}

#[test]
fn answers_before_and_after_a_setting_give_one_offset() {
    let joins = [(-10, 653), (700, 703)];
    check(
        Case::new().set(&[(0, 660, 1)]).joins(&joins),
        &[
            "evtx 653.5<-10",
            "evtx 663.5<660",
            "evtx 703.5<700",
            "2 of 2 answers of servers",
            &set(660),
        ],
    );
    // The clock was wrong for no time at all: it had stood still.
    check(
        Case::new()
            .set(&[(0, 660, 1)])
            .joins(&[(-10, -7), (700, 703)]),
        &[
            "evtx -6.5<-10",
            "evtx 703.5<700",
            "2 of 2 answers of servers",
        ],
    );
}

#[test]
fn time_that_has_passed_is_no_setting() {
    check(
        Case::new()
            .set(&[(0, 660, 2), (700, 700, 3)])
            .trace(None, &[-5, 690]),
        &["etl -5", "evtx 660", "etl 690", "evtx 700"],
    );
}

#[test]
fn a_clock_put_back_is_told_by_the_order_of_records() {
    check(
        Case::new()
            .set(&[(1000, 400, 1)])
            .trace(None, &[100, 950, 450, 1100]),
        &[
            "etl -500<100",
            "etl 350<950",
            "evtx 400",
            "etl 450",
            "etl 1100",
        ],
    );
    check(
        Case::new().set(&[(1000, 400, 1)]).trace(None, &[450, 500]),
        &[
            "evtx 400",
            "etl 450",
            "etl 500",
            &format!(
                "the clock was set 1 time, by -600.0 s at {} UTC; times before are corrected by \
                 that; 2 events may lie before or after by time and order, and are put where the log that tells of it has the nearest record",
                crate::model::Zone::Utc.date_and_time(at(400))
            ),
        ],
    );
}

#[test]
fn times_that_are_counted_on_do_not_show_a_setting() {
    check(
        Case::new()
            .set(&[(0, 660, 1)])
            .trace(Some(-20), &[-5, 50, 700]),
        &["etl 655<-5", "evtx 660", "etl 710<50", "etl 1360<700"],
    );
    check(
        Case::new().set(&[(0, 660, 1)]).trace(Some(670), &[690]),
        &["evtx 660", "etl 690"],
    );
}

#[test]
fn an_exchange_counts_once_and_a_token_narrows_or_contradicts() {
    let exchanges = [(0, 10), (20, 30)];
    check(
        Case::new().exchanges(&exchanges),
        &["saz 10<0", "saz 30<20", "2 of 2 answers of servers"],
    );
    check(
        Case::new().exchanges(&exchanges).token(31),
        &[
            "saz 10.5<0",
            "saz 30.5<20",
            "2 of 2 answers of servers; narrowed by a token's time of issue",
        ],
    );
    check(
        Case::new().exchanges(&exchanges).token(-400),
        &["saz 10<0", "saz 30<20", "2 of 2 answers of servers"],
    );
    check(
        Case::new().exchanges(&exchanges).token(92),
        &[
            "saz 0",
            "saz 20",
            "2 of 2 answers of servers; a token was issued 60.0 s after it was seen by that, so the offset is not corrected",
        ],
    );
}

#[test]
fn an_answer_without_a_date_is_dated_by_its_json() {
    check(
        Case::new().exchanges_in_json(&[(0, 10), (20, 30)]),
        &["har 10<0", "har 30<20", "2 of 2 answers of servers"],
    );
}

#[test]
fn one_answer_that_two_events_tell_of_is_one() {
    check(
        Case::new().joins(&[(-10, -7), (-10, -7)]),
        &["1 answer of a server, too few to correct the offset"],
    );
}

#[test]
fn a_shared_id_vouches_for_the_clock_of_the_device() {
    // The device is 660 s behind, and its one answer alone would not do.
    check(
        Case::new()
            .joins(&[(-659, 0)])
            .exchanges(&[(0, 0), (20, 20), (40, 40)]),
        &[
            "2 of 2 bounds, of 1 answer of a server and 1 id of a request shared with a clock that is known",
            "3 of 3 answers of servers",
        ],
    );
    // With the id alone in two exchanges there is nothing to tell.
    check(
        Case::new().joins(&[(-659, 0)]).exchanges(&[(0, 0)]),
        &["1 answer of a server, too few to correct the offset"],
    );
}
