//! Turning the records of a trace into events.
//!
//! A record that tells of the trace itself (schemas, session notes, module lists) is no event;
//! neither is a kernel record of a group that is not decoded, of which a trace can hold
//! millions and which names no provider. Both are counted.

use joinscope_etl::decode::{Rung, decode};
use joinscope_etl::embedded::{EVENT_METADATA, is_manifest_part};
use joinscope_etl::packets::Packet;
use joinscope_etl::{Damage, Decoded, Family, Header, Record, Sink};
use joinscope_wire::Guid;

use super::names::Origins;
use super::survey::Survey;
use super::values::{Collector, digest};
use crate::ingest::decoders::Decoders;
use crate::ingest::lift::Lifter;
use crate::model::{Batch, Decoding, Head, Level, Locator, OriginId, Stamp, TextId, Ticks};

/// Classes of the records with which a merge describes modules and the system.
const TRACE_CONTROL: [Guid; 2] = [
    Guid::from_fields(
        0xb3e6_75d7,
        0x2554,
        0x4f18,
        [0x83, 0x0b, 0x27, 0x62, 0x73, 0x25, 0x60, 0xde],
    ),
    Guid::from_fields(
        0x9b79_ee91,
        0xb5fd,
        0x41c0,
        [0xa2, 0x43, 0x42, 0x48, 0xe2, 0x66, 0xe9, 0xd0],
    ),
];

/// Turns records into events of a batch.
pub(super) struct Records<'b, 'd> {
    collector: Collector<'b>,
    rungs: &'d [&'d dyn Rung],
    origins: Origins<'d>,
    lifter: Lifter<'d>,
    counts: Counts,
}

/// Notes of one part, added to the batch at its end.
#[derive(Default)]
struct Counts {
    decoded: [u64; 6],
    partial: u64,
    trace_records: u64,
    kernel_records: u64,
    packets: u64,
}

/// What becomes of a record.
enum Fate {
    Event,
    /// It describes the trace.
    Trace,
    /// A frame of a network capture.
    Packet,
}

impl<'b, 'd> Records<'b, 'd> {
    pub(super) fn new(
        batch: &'b mut Batch,
        survey: &'d Survey,
        rungs: &'d [&'d dyn Rung],
        decoders: &'d Decoders,
    ) -> Self {
        let stream = batch.text(&survey.logger());
        Self {
            collector: Collector::new(batch),
            rungs,
            origins: Origins::new(decoders, survey, stream),
            lifter: Lifter::new(decoders.lifts()),
            counts: Counts::default(),
        }
    }

    /// Adds the counts of the part to its batch.
    pub(super) fn finish(self) {
        let (batch, counts) = (self.collector.batch, self.counts);
        for (decoded, count) in DECODED.iter().zip(counts.decoded) {
            batch.note(decoded.1, count);
        }
        batch.note("partly_decoded", counts.partial);
        batch.note("trace_records", counts.trace_records);
        batch.note("kernel_records_left_out", counts.kernel_records);
        batch.note("packets", counts.packets);
    }

    fn event(&mut self, record: &Record<'_>) {
        self.collector.begin();
        let reading = decode(record, self.rungs, &mut self.collector);
        let undecoded = reading.decoded == Decoded::Undecoded;
        if undecoded && record.provider().is_none() && record.group().is_some() {
            self.collector.discard();
            self.counts.kernel_records += 1;
            return;
        }
        if let Some((slot, _)) = self
            .counts
            .decoded
            .iter_mut()
            .zip(DECODED)
            .find(|(_, (decoded, ..))| *decoded == reading.decoded)
        {
            *slot += 1;
        }
        match reading.decoded {
            Decoded::Wpp => self.collector.first_is_message(),
            _ => self.collector.add_message(),
        }
        if record.family() == Family::Event && reading.decoded != Decoded::TraceLogging {
            self.collector.name_is_field();
        }
        if !reading.ending.is_complete() {
            self.counts.partial += u64::from(!undecoded);
            self.collector.add_rest(reading.ending, record.payload());
        }
        let told = self.collector.provider;
        let origin = self.origins.of(record, told, self.collector.batch);
        self.commit(record, origin, decoding(reading.decoded));
    }

    fn commit(&mut self, record: &Record<'_>, origin: OriginId, decoding: Decoding) {
        let none = Guid([0; 16]);
        let place = record.place();
        let locator = Locator::Buffer {
            buffer: place.buffer,
            inside: place.inside,
        };
        let code = record
            .id()
            .map_or_else(|| record.opcode().map(u32::from), |id| Some(id.into()));
        let head = Head {
            stamp: record.ticks().map(|ticks| Stamp::utc(Ticks(ticks))),
            name: self.collector.name,
            version: record
                .version()
                .and_then(|version| u8::try_from(version).ok())
                .unwrap_or(0),
            level: record.level().map_or(Level::INFO, Level),
            decoding,
            digest: digest(record.payload()),
            pid: record.process_id().unwrap_or(0),
            tid: record.thread_id().unwrap_or(0),
            user: TextId(0),
            activity: record.activity().unwrap_or(none),
            related: record.related_activity().unwrap_or(none),
            ..Head::new(origin, code.unwrap_or(0), locator)
        };
        let Collector {
            batch,
            names,
            start,
            scrubber,
            ..
        } = &mut self.collector;
        self.lifter.add(batch, &head, names, *start);
        let shape = batch.shape(names);
        let event = batch.records.len();
        batch.commit(&head, shape, *start);
        batch.seen(event, scrubber.take_tokens());
    }
}

impl Sink for Records<'_, '_> {
    fn record(&mut self, record: &Record<'_>) {
        match fate(record) {
            Fate::Event => self.event(record),
            Fate::Trace => self.counts.trace_records += 1,
            Fate::Packet => self.counts.packets += 1,
        }
    }

    /// Damage was told of the trace as a whole.
    fn damage(&mut self, _: Damage) {}
}

fn fate(record: &Record<'_>) -> Fate {
    let of_trace = match record.header() {
        Header::Event(event) => {
            if Packet::of(record).is_some() {
                return Fate::Packet;
            }
            is_manifest_part(event)
        }
        Header::Full(full) => {
            full.class() == EVENT_METADATA || TRACE_CONTROL.contains(&full.class())
        }
        Header::System(_) | Header::Compact(_) | Header::PerfInfo(_) => record.group() == Some(0),
        _ => false,
    };
    if of_trace { Fate::Trace } else { Fate::Event }
}

/// How records were decoded, each with the key of its count.
const DECODED: [(Decoded, &str, Decoding); 6] = [
    (
        Decoded::TraceLogging,
        "decoded.tracelogging",
        Decoding::TraceLogging,
    ),
    (Decoded::Embedded, "decoded.embedded", Decoding::Embedded),
    (Decoded::Manifest, "decoded.manifest", Decoding::Manifest),
    (Decoded::Wpp, "decoded.wpp", Decoding::Wpp),
    (Decoded::Mof, "decoded.mof", Decoding::Mof),
    (Decoded::Undecoded, "decoded.undecoded", Decoding::Undecoded),
];

fn decoding(decoded: Decoded) -> Decoding {
    DECODED
        .iter()
        .find(|(known, ..)| *known == decoded)
        .map_or(Decoding::Undecoded, |(_, _, decoding)| *decoding)
}
