//! Events as the page carries them: columns for what every row shows, and blocks of fields beside.
//!
//! A page must open at once however many events it holds, so that what is drawn first is a few
//! numbers for each event, unpacked in one go. Fields are most of the bytes, and are
//! unpacked block by block when an event is opened or a search asks for them. A block is
//! [`pack`]ed as any other data of the page.

mod columns;
mod fields;
mod pack;
mod pool;

use std::collections::BTreeSet;

use serde::Serialize;

use self::columns::Columns;
use self::fields::{BLOCK, Room, Shapes};
use super::events::Selection;
use super::tracks::{Tracks, micros_since, tracks};
use crate::model::{Attempt, EventId, Lane, Outcome, Report, Stage, TICKS_PER_SECOND, Ticks, Zone};
use crate::redact::{ShownEvent, ShownTimeline};
use crate::timeline::FIELDS;

/// Bytes that all blocks take at most, packed; base64 makes them a third longer.
const PACKED: usize = 17 << 20;
/// Bytes that an event takes packed even where its fields have no room.
const BARE: usize = 16;
/// Attempts that the table can be narrowed to.
const ATTEMPTS: usize = 500;

/// The data blocks of a page.
pub(super) struct Store {
    /// Columns, tables, attempts and tracks.
    pub(super) events: String,
    /// Blocks of fields, in their order.
    pub(super) fields: Vec<String>,
}

/// What the first block holds.
#[derive(Serialize)]
struct First<'a> {
    /// Whole seconds from 1970 that microseconds of spans and tracks count from.
    origin: i64,
    columns: &'a Columns,
    /// Events in a block of fields. Blocks hold told events first, then the others.
    block: usize,
    /// Field names of entries, by number.
    shapes: &'a Shapes,
    attempts: Vec<Span>,
    tracks: Tracks<'a>,
    words: Words<'a>,
}

/// The words that the query language knows.
#[derive(Serialize)]
struct Words<'a> {
    /// Built-in fields.
    fields: Vec<&'static str>,
    /// Names of fields of events, as the catalogue has them.
    known: BTreeSet<&'a str>,
    stages: Vec<&'static str>,
    outcomes: Vec<&'static str>,
    lanes: Vec<&'static str>,
}

fn words(timeline: ShownTimeline<'_>) -> Words<'_> {
    Words {
        fields: FIELDS.iter().map(|(name, _)| *name).collect(),
        known: timeline.catalog().field_names().collect(),
        stages: Stage::ALL.iter().map(|stage| stage.word()).collect(),
        outcomes: Outcome::ALL.iter().map(|outcome| outcome.word()).collect(),
        lanes: Lane::ALL.iter().map(|lane| lane.word()).collect(),
    }
}

/// An attempt as the table's filter needs it.
#[derive(Serialize)]
struct Span {
    id: String,
    kind: &'static str,
    outcome: &'static str,
    start: Option<i64>,
    end: Option<i64>,
}

/// The blocks for a selection.
pub(super) fn store(
    report: &Report,
    timeline: ShownTimeline<'_>,
    selection: &Selection,
    zone: Zone,
) -> Store {
    let mut columns = Columns::default();
    for (id, is_told) in &selection.events {
        if let Some(event) = timeline.event(*id) {
            columns.push(event, timeline, *is_told);
        }
    }
    let ids: Vec<EventId> = selection.events.iter().map(|(id, _)| *id).collect();
    columns.name_attempts(report, &ids);
    let (told, others): (Vec<_>, Vec<_>) = selection.events.iter().partition(|(_, told)| *told);
    let ordered: Vec<(EventId, bool)> = told.into_iter().chain(others).collect();

    // The first block can be packed only when all field names are known, but what it takes has to be
    // known before; without them it is nearly as long.
    let (_, mut packed) = pack::block(&columns);
    let (mut shapes, mut room, mut blocks) = (Shapes::default(), Room::new(), Vec::new());
    let mut rest = ordered.len();
    for events in ordered.chunks(BLOCK) {
        room.is_full = packed + rest * BARE > PACKED;
        let entries = fields::entries(events, timeline, &mut shapes, &mut room);
        let (block, bytes) = pack::block(&entries);
        packed += bytes;
        rest -= events.len();
        blocks.push(block);
    }

    let first = ids
        .first()
        .and_then(|id| timeline.event(*id))
        .and_then(ShownEvent::ticks);
    // Whole seconds, so that a time is its second and the ticks into it.
    let origin = first.map(|ticks| Ticks(ticks.0.div_euclid(TICKS_PER_SECOND) * TICKS_PER_SECOND));
    let span = |attempt: &Attempt| Span {
        id: attempt.id.clone(),
        kind: attempt.kind.word(),
        outcome: attempt.outcome,
        start: micros_since(origin, attempt.start),
        end: micros_since(origin, attempt.end),
    };
    let attempts = report.attempts.iter().take(ATTEMPTS).map(span);
    let first = First {
        origin: origin.map_or(0, Ticks::unix_seconds),
        columns: &columns,
        block: BLOCK,
        shapes: &shapes,
        attempts: attempts.collect(),
        tracks: tracks(report, origin, zone),
        words: words(timeline),
    };
    Store {
        events: pack::block(&first).0,
        fields: blocks,
    }
}
