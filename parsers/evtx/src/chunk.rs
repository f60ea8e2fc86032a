//! Reading the records of one chunk into a [`Sink`].
//!
//! One chunk is one unit of work: it holds its own names and definitions, so chunks of a
//! file can be read in any order and in parallel. Nothing here starts a thread.

use std::sync::Arc;

use evtx::{ChunkFlags, EvtxChunkData, ParserSettings};

use crate::apply::{Plans, Walk};
use crate::elements::Place;
use crate::layout::ChunkSpan;
use crate::library::Library;
use crate::names::{NameId, Names};
use crate::sound::{Next, SoundRecords};
use crate::value::Value;

/// Receives the records of a chunk: `begin`, then any number of `system` and `field`, each in document
/// order, then `end`; `damage` at any time.
pub trait Sink {
    /// A record starts.
    fn begin(&mut self, record: RecordHead);
    /// One of the record's own fields that has a value.
    fn system(&mut self, field: SystemField, value: Value<'_>);
    /// The same of an unsigned integer, which most of them are.
    fn system_number(&mut self, field: SystemField, number: u64) {
        self.system(field, Value::Uint(number));
    }
    /// Whether the rest is wanted, asked once provider, channel, computer, id, level and time are given, if
    /// there is a rest: what is not wanted is not read, so that no damage in it is seen either.
    fn wants_payload(&mut self) -> bool {
        true
    }
    /// A field of the payload. Items without a name are called `Data1`, `Data2` …; fields of
    /// nested elements have dotted names.
    fn field(&mut self, name: NameId, text: &str, value: Value<'_>);
    /// The record that was begun is to be forgotten: it will begin again.
    fn discard(&mut self);
    /// The record is complete.
    fn end(&mut self);
    /// Something could not be read.
    fn damage(&mut self, damage: Damage);
}

/// A record's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordHead {
    /// Record number; unique and rising within a log.
    pub id: u64,
    /// Offset of the record in the file.
    pub offset: u64,
    /// When it was written, 100 ns ticks since 1601-01-01 UTC, from the header.
    pub ticks: i64,
    /// How it is read.
    pub way: Way,
}

/// How a record is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the chunk's bytes: the chunk is sound, and the record of a usual form.
    Direct,
    /// By the `evtx` crate, which knows how to go on after damage.
    Crate,
}

/// Damage met on the way, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What kind.
    pub kind: DamageKind,
    /// Offset in the file.
    pub offset: u64,
    /// What was expected and found, for the engineer.
    pub detail: String,
}

/// What kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamageKind {
    /// The chunk gave no records at all.
    Chunk,
    /// The chunk's bytes are not those its checksum was made from; its records were read.
    Checksum,
    /// The file ends inside the chunk; what was there was read.
    Truncated,
    /// A record could not be read.
    Record,
    /// A record was read, but not all of its fields.
    Fields,
}

macro_rules! system_fields {
    ($($(#[$doc:meta])* $variant:ident = $element:literal $(@ $attribute:literal)?),* $(,)?) => {
        /// The fields of a record's System element.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum SystemField { $($(#[$doc])* $variant),* }

        impl SystemField {
            const TABLE: &[(Self, &str, Option<&str>)] = &[
                $((Self::$variant, $element, system_fields!(@attribute $($attribute)?))),*
            ];
        }
    };
    (@attribute) => { None };
    (@attribute $attribute:literal) => { Some($attribute) };
}

system_fields! {
    /// Provider name.
    ProviderName = "Provider" @ "Name",
    /// Provider GUID.
    ProviderGuid = "Provider" @ "Guid",
    /// Event id.
    EventId = "EventID",
    /// High half of a classic event's id.
    Qualifiers = "EventID" @ "Qualifiers",
    /// Version of the event's definition.
    Version = "Version",
    /// Level.
    Level = "Level",
    /// Task.
    Task = "Task",
    /// Opcode.
    Opcode = "Opcode",
    /// Keyword mask.
    Keywords = "Keywords",
    /// Time of the event.
    TimeCreated = "TimeCreated" @ "SystemTime",
    /// Record number as the producing log knew it; differs from the header in exported logs.
    EventRecordId = "EventRecordID",
    /// Activity id.
    ActivityId = "Correlation" @ "ActivityID",
    /// Related activity id.
    RelatedActivityId = "Correlation" @ "RelatedActivityID",
    /// Process id.
    ProcessId = "Execution" @ "ProcessID",
    /// Thread id.
    ThreadId = "Execution" @ "ThreadID",
    /// Channel.
    Channel = "Channel",
    /// Computer name.
    Computer = "Computer",
    /// SID of the user.
    UserId = "Security" @ "UserID",
}

impl SystemField {
    /// Whether it tells which event it is, of which log and when.
    pub(crate) fn tells_kind(self) -> bool {
        matches!(
            self,
            Self::ProviderName
                | Self::Channel
                | Self::Computer
                | Self::EventId
                | Self::Level
                | Self::TimeCreated
        )
    }

    pub(crate) fn element(name: &str) -> Option<Self> {
        Self::TABLE
            .iter()
            .find(|row| row.1 == name && row.2.is_none())
            .map(|row| row.0)
    }

    pub(crate) fn attribute(element: &str, name: &str) -> Option<Self> {
        Self::TABLE
            .iter()
            .find(|row| row.1 == element && row.2 == Some(name))
            .map(|row| row.0)
    }
}

/// Reads chunks; keeps field names and what definitions mean from one chunk to the next.
pub struct Reader {
    names: Names,
    library: Library,
    plans: Plans,
    settings: Arc<ParserSettings>,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            names: Names::default(),
            library: Library::default(),
            plans: Plans::default(),
            settings: Arc::new(ParserSettings::default()),
        }
    }
}

impl Reader {
    /// The name behind an id that a sink was given.
    pub fn name(&self, id: NameId) -> &str {
        self.names.get(id)
    }

    /// Reads the records of the chunk at `span` of `file`.
    pub fn read_chunk(&mut self, file: &[u8], span: ChunkSpan, sink: &mut impl Sink) {
        self.read_chunk_in(file, 0, span, sink);
    }

    /// The same of a piece of the file that begins at `base`.
    pub fn read_chunk_in(
        &mut self,
        piece: &[u8],
        base: u64,
        span: ChunkSpan,
        sink: &mut impl Sink,
    ) {
        let start = span.offset.checked_sub(base);
        let start = start.and_then(|start| usize::try_from(start).ok());
        let bytes = piece.get(start.unwrap_or(usize::MAX)..).unwrap_or_default();
        let bytes = bytes.get(..span.length).unwrap_or(bytes);
        let damage = |kind, detail: String| Damage {
            kind,
            offset: span.offset,
            detail,
        };
        let Some(done) = self.read_sound_chunk(bytes, span.offset, sink) else {
            return;
        };
        let mut data = match EvtxChunkData::new(bytes.to_vec(), false) {
            Ok(data) => data,
            Err(error) => return sink.damage(damage(DamageKind::Chunk, chain(&error))),
        };
        if bytes.len() < crate::CHUNK_SIZE {
            let detail = format!("{} of {} bytes are there", bytes.len(), crate::CHUNK_SIZE);
            sink.damage(damage(DamageKind::Truncated, detail));
        } else if let Some(detail) = checksum_fault(&data) {
            sink.damage(damage(DamageKind::Checksum, detail));
        }
        let mut chunk = match data.parse(Arc::clone(&self.settings)) {
            Ok(chunk) => chunk,
            Err(error) => return sink.damage(damage(DamageKind::Chunk, chain(&error))),
        };
        self.plans.clear();
        let mut spare = Vec::new();
        for record in chunk.iter().skip(done) {
            match record {
                Ok(mut record) => {
                    let head = RecordHead {
                        id: record.event_record_id,
                        offset: span.offset + record.binxml_offset.saturating_sub(24),
                        ticks: ticks(record.timestamp),
                        way: Way::Crate,
                    };
                    sink.begin(head);
                    let chunk = record.chunk.data;
                    let mut walk = Walk {
                        chunk,
                        plans: &mut self.plans,
                        library: &mut self.library,
                        names: &mut self.names,
                        sink,
                        unnamed: 0,
                        wanted: None,
                        spare: &mut spare,
                    };
                    if let Err(error) = walk.record(&mut record) {
                        let detail = format!("record {}: {error}", head.id);
                        sink.damage(Damage {
                            kind: DamageKind::Fields,
                            offset: head.offset,
                            detail,
                        });
                    }
                    sink.end();
                }
                Err(error) => sink.damage(record_damage(&error, span.offset)),
            }
        }
    }

    /// Reads the records of a chunk whose checksums are right without the `evtx` crate, up to the
    /// first one of an unusual form; returns how many, `None` for all.
    fn read_sound_chunk(&mut self, chunk: &[u8], base: u64, sink: &mut impl Sink) -> Option<usize> {
        let Some(mut records) = SoundRecords::of(chunk) else {
            return Some(0);
        };
        self.plans.clear();
        let mut spare = Vec::new();
        let mut done = 0;
        loop {
            match records.next() {
                Next::End => return None,
                Next::Unusual => return Some(done),
                Next::Record {
                    id,
                    ticks,
                    offset,
                    end,
                } => {
                    sink.begin(RecordHead {
                        id,
                        offset: base + offset as u64,
                        ticks,
                        way: Way::Direct,
                    });
                    let mut walk = Walk {
                        chunk,
                        plans: &mut self.plans,
                        library: &mut self.library,
                        names: &mut self.names,
                        sink,
                        unnamed: 0,
                        wanted: None,
                        spare: &mut spare,
                    };
                    if walk.chunk_stream(offset + 24, end, Place::Root, 0).is_err() {
                        sink.discard();
                        return Some(done);
                    }
                    sink.end();
                    done += 1;
                }
            }
        }
    }
}

/// Which checksum of a whole chunk is wrong; a chunk that says it has none has no fault.
fn checksum_fault(data: &EvtxChunkData) -> Option<String> {
    if data.header.flags.contains(ChunkFlags::NO_CRC32) {
        return None;
    }
    let what = match (
        data.validate_header_checksum(),
        data.validate_data_checksum(),
    ) {
        (true, true) => return None,
        (false, true) => "its header",
        (true, false) => "its records",
        (false, false) => "its header and its records",
    };
    Some(format!("the checksum of {what} is wrong"))
}

fn record_damage(error: &evtx::err::EvtxError, chunk_offset: u64) -> Damage {
    let offset = match error {
        evtx::err::EvtxError::FailedToReadRecordAt { offset, .. } => chunk_offset + offset,
        _ => chunk_offset,
    };
    Damage {
        kind: DamageKind::Record,
        offset,
        detail: chain(error),
    }
}

/// The error with what caused it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    text.replace(['\n', '\r'], " ")
}

/// 100 ns ticks since 1601 of a time that the record header states as a FILETIME.
fn ticks(time: evtx::Timestamp) -> i64 {
    const UNIX_EPOCH_SECONDS: i64 = 11_644_473_600;
    let hundreds = i64::from(time.subsec_nanosecond() / 100);
    (time.as_second() + UNIX_EPOCH_SECONDS) * 10_000_000 + hundreds
}
