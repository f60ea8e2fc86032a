//! Events as they are stored: what repeats stands in a table of kinds, so that an event is few numbers.

use super::event::{Decoding, Level, Locator};
use super::intern::{GuidId, KindId, OriginId, ShapeId, TextId};
use super::time::{Basis, Precision, Stamp, Ticks};

/// Everything of an event that many others share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    /// Artifact, provider, channel and computer.
    pub origin: OriginId,
    /// Field names.
    pub shape: ShapeId,
    /// Event id in its provider's numbering.
    pub code: u32,
    /// The name that the event itself has; empty where events are told by their ids.
    pub name: TextId,
    /// SID of the user the event was logged for, as text.
    pub user: TextId,
    /// Version of the event's definition.
    pub version: u8,
    /// Level as recorded.
    pub level: Level,
    /// By what its payload was decoded.
    pub decoding: Decoding,
    /// How its time is stated; `None` where it has none.
    pub time: Option<(Precision, Basis)>,
    /// How its place in the artifact is told.
    pub place: PlaceForm,
    /// Whether a digest of the payload's bytes as recorded stands behind the payload.
    pub is_digested: bool,
}

/// The forms of a [`Locator`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceForm {
    /// A numbered record.
    Record,
    /// A record inside a buffer.
    Buffer,
    /// A line of text.
    Line,
    /// A session of a recording.
    Session,
}

/// An event as stored: 56 bytes of numbers beside its payload.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// 100 ns since 1601 UTC, where its kind has a time.
    ticks: i64,
    /// Number and offset of its place.
    place: (u64, u64),
    /// What it shares with others.
    pub kind: KindId,
    /// Process id; 0 where none is recorded.
    pub pid: u32,
    /// Thread id; 0 where none is recorded.
    pub tid: u32,
    /// Activity id.
    pub activity: GuidId,
    /// Related activity id.
    pub related: GuidId,
    /// Arena that holds the payload.
    pub arena: u32,
    /// Where in the arena the payload starts.
    pub start: u32,
    /// Length of the payload in bytes.
    pub length: u32,
}

const _: () = assert!(size_of::<Record>() == 56);

/// Bytes of a payload's digest, where there is one.
pub const DIGEST_BYTES: usize = 8;

impl Record {
    /// A record of a kind, at a place and a time; what is not given is none.
    pub fn new(kind: KindId, stamp: Option<Stamp>, locator: Locator) -> Self {
        Self {
            ticks: stamp.map_or(i64::MAX, |stamp| stamp.ticks.0),
            place: numbers(locator),
            kind,
            pid: 0,
            tid: 0,
            activity: GuidId(0),
            related: GuidId(0),
            arena: 0,
            start: 0,
            length: 0,
        }
    }

    /// What records are in the order of; of an undated one the end of all time.
    pub fn ticks(&self) -> i64 {
        self.ticks
    }

    /// The number that its place is told by.
    pub fn number(&self) -> u64 {
        self.place.0
    }

    /// When it happened, for a record of this kind; absent rather than invented.
    pub fn stamp(&self, kind: &Kind) -> Option<Stamp> {
        kind.time.map(|(precision, basis)| Stamp {
            ticks: Ticks(self.ticks),
            precision,
            basis,
        })
    }

    /// The same record at another time.
    #[must_use]
    pub fn at(self, ticks: Ticks) -> Self {
        Self {
            ticks: ticks.0,
            ..self
        }
    }

    /// Where in the artifact it stands, for a record of this kind.
    pub fn locator(&self, kind: &Kind) -> Locator {
        let (number, offset) = self.place;
        let short = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        match kind.place {
            PlaceForm::Record => Locator::Record { id: number, offset },
            PlaceForm::Buffer => Locator::Buffer {
                buffer: offset,
                inside: short(number),
            },
            PlaceForm::Line => Locator::Line(short(number)),
            PlaceForm::Session => Locator::Session(short(number)),
        }
    }
}

impl PlaceForm {
    /// The form of a place.
    pub fn of(locator: Locator) -> Self {
        match locator {
            Locator::Record { .. } => Self::Record,
            Locator::Buffer { .. } => Self::Buffer,
            Locator::Line(_) => Self::Line,
            Locator::Session(_) => Self::Session,
        }
    }
}

fn numbers(locator: Locator) -> (u64, u64) {
    match locator {
        Locator::Record { id, offset } => (id, offset),
        Locator::Buffer { buffer, inside } => (inside.into(), buffer),
        Locator::Line(number) | Locator::Session(number) => (number.into(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_and_its_kind_say_place_and_time_again() {
        let check = |locator: Locator, stamp: Option<Stamp>| {
            let kind = Kind {
                origin: OriginId(0),
                shape: ShapeId(0),
                code: 1,
                name: TextId(0),
                user: TextId(0),
                version: 0,
                level: Level::INFO,
                decoding: Decoding::Own,
                time: stamp.map(|stamp| (stamp.precision, stamp.basis)),
                place: PlaceForm::of(locator),
                is_digested: false,
            };
            let record = Record::new(KindId(0), stamp, locator);
            assert_eq!(
                (record.locator(&kind), record.stamp(&kind)),
                (locator, stamp)
            );
        };
        let number = u64::MAX - 1;
        let record = Locator::Record {
            id: number,
            offset: u64::MAX,
        };
        check(record, Some(Stamp::utc(Ticks(-5))));
        let buffer = Locator::Buffer {
            buffer: number,
            inside: u32::MAX,
        };
        let rough = Stamp {
            ticks: Ticks(i64::MAX),
            precision: Precision::Second,
            basis: Basis::Guessed,
        };
        check(buffer, Some(rough));
        check(Locator::Line(7), None);
        check(Locator::Session(u32::MAX), Some(Stamp::utc(Ticks(0))));
    }
}
