//! What a trace cannot testify: lost and overwritten events, damage, packets left for elsewhere.

use joinscope_etl::{Damage, DamageKind, Loss, Session};

use super::survey::Survey;
use crate::model::{Batch, Blindspot, BlindspotKind, Ticks};

/// Places of one kind of damage that are named one by one; more are summed up.
const NAMED: usize = 8;

/// Blind spots of the container and of all records; those of single buffers are among them.
pub(super) fn report(survey: &Survey, batch: &mut Batch) {
    let index = &survey.index;
    for (number, (session, loss)) in index.sessions.iter().zip(index.losses()).enumerate() {
        report_loss(session, survey.first_event(number), &loss, batch);
        if session.header.is_none() {
            batch.blindspot(
                BlindspotKind::Damaged,
                "the trace's header buffer is missing: its events have no time",
                Some(0),
            );
        }
    }
    let damage: Vec<Damage> = index
        .damage
        .iter()
        .chain(&survey.tally.damage)
        .copied()
        .collect();
    for kind in KINDS {
        report_damage(*kind, &damage, batch);
    }
}

fn report_loss(session: &Session, first: Option<Ticks>, loss: &Loss, batch: &mut Batch) {
    let missing = |detail: String| Blindspot::new(BlindspotKind::Missing, &*batch.path, detail);
    let started = session
        .header
        .as_ref()
        .and_then(|header| header.start_time)
        .map(Ticks);
    let mut spots = Vec::new();
    if loss.wrapped {
        let since = first.map_or_else(String::new, |first| {
            format!(": it testifies only from {first} on")
        });
        let mut spot = missing(format!(
            "the trace wrapped and its oldest events were overwritten{since}"
        ));
        (spot.from, spot.to) = (started, first);
        spots.push(spot);
    }
    let holes = loss.missing_buffers();
    if holes > 0 {
        spots.push(missing(format!(
            "{holes} buffers are missing between those that are there; events of any time in the trace can be in them"
        )));
    }
    if loss.events > 0 || loss.buffers > 0 {
        spots.push(missing(format!(
            "the logger lost {} events and {} buffers",
            loss.events, loss.buffers
        )));
    }
    batch.blindspots.extend(spots);
}

/// Kinds of damage in the order in which they are told.
const KINDS: &[DamageKind] = &[
    DamageKind::TruncatedFile,
    DamageKind::BufferHeader,
    DamageKind::CompressedStream,
    DamageKind::UndecodedCompression,
    DamageKind::ExpansionLimit,
    DamageKind::Resynchronised,
    DamageKind::UnreadTail,
];

fn report_damage(kind: DamageKind, all: &[Damage], batch: &mut Batch) {
    let mut places: Vec<&Damage> = all.iter().filter(|damage| damage.kind == kind).collect();
    places.sort_by_key(|damage| (damage.offset, damage.inside));
    let (spot, words) = words(kind);
    for damage in places.iter().take(NAMED) {
        let inside = damage.inside.map_or_else(String::new, |inside| {
            format!(", 0x{inside:x} into the expanded buffer")
        });
        batch.blindspot(
            spot,
            format!("{words} ({} bytes{inside})", damage.length),
            Some(damage.offset),
        );
    }
    if let Some(rest) = places.get(NAMED..).filter(|rest| !rest.is_empty()) {
        let bytes: u64 = rest.iter().map(|damage| damage.length).sum();
        batch.blindspot(
            spot,
            format!("{words}: {} more places ({bytes} bytes)", rest.len()),
            rest.first().map(|damage| damage.offset),
        );
    }
}

fn words(kind: DamageKind) -> (BlindspotKind, &'static str) {
    match kind {
        DamageKind::TruncatedFile => (
            BlindspotKind::Truncated,
            "the file ends inside a buffer; whole records before the end were read",
        ),
        DamageKind::BufferHeader => (BlindspotKind::Damaged, "a buffer header cannot be one"),
        DamageKind::CompressedStream => (
            BlindspotKind::Damaged,
            "a compressed buffer does not expand to its end",
        ),
        DamageKind::UndecodedCompression => (
            BlindspotKind::Unsupported,
            "a buffer is compressed in a format that is not decoded",
        ),
        DamageKind::ExpansionLimit => (
            BlindspotKind::Limit,
            "a compressed buffer claims to expand beyond the limit",
        ),
        DamageKind::Resynchronised => (
            BlindspotKind::Damaged,
            "bytes between records are no record; reading went on behind them",
        ),
        _ => (
            BlindspotKind::Damaged,
            "bytes at the end of a buffer are no record",
        ),
    }
}
