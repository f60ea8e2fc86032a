//! What a trace says of itself as a whole: its counts, its schemas, who logged it and when.

use std::collections::BTreeMap;

use joinscope_etl::decode::Rung;
use joinscope_etl::{
    ClockKind, Damage, EmbeddedCollector, EmbeddedSchemas, LogHeader, LogNote, Record, Scratch,
    Sink, Tally, Trace,
};
use rayon::prelude::*;

use crate::ingest::decoders::Decoders;
use crate::ingest::secrets::Scrubber;
use crate::model::{Batch, NoteValue, Ticks};

/// Names of symbol files that are told at most; the rest is counted.
const SYMBOL_FILES: usize = 32;

/// A trace and what one pass over its headers found.
pub(super) struct Survey<'a> {
    pub(super) trace: Trace<'a>,
    pub(super) tally: Tally,
    schemas: EmbeddedSchemas,
    /// Time of the first event of each session, those about the session itself left out.
    first: BTreeMap<usize, i64>,
    build_lab: Option<String>,
    /// Symbol files that hold the formats of its WPP messages: name, signature and age.
    symbols: Vec<String>,
}

/// One buffer's share of the pass.
#[derive(Default)]
struct Pass {
    tally: Tally,
    first: BTreeMap<usize, i64>,
    schemas: EmbeddedCollector,
    build_lab: Option<String>,
    symbols: Vec<String>,
}

impl Sink for Pass {
    fn record(&mut self, record: &Record<'_>) {
        self.tally.record(record);
        if record.group() != Some(0)
            && let Some(ticks) = record.ticks()
        {
            see_first(&mut self.first, record.buffer().session, ticks);
        }
        self.schemas.record(record);
        match LogNote::of(record) {
            None => {}
            Some(LogNote::BuildLab(lab)) => {
                self.build_lab = Some(String::from_utf8_lossy(lab).into_owned());
            }
            Some(LogNote::SymbolFile {
                signature,
                age,
                name,
            }) => {
                let name = String::from_utf8_lossy(name);
                self.symbols.push(format!("{name} {signature} age {age}"));
            }
        }
    }

    fn damage(&mut self, damage: Damage) {
        self.tally.damage(damage);
    }
}

impl Pass {
    fn merge(mut self, other: Self) -> Self {
        self.tally.merge(other.tally);
        for (session, ticks) in other.first {
            see_first(&mut self.first, session, ticks);
        }
        self.schemas.merge(other.schemas);
        self.build_lab = self.build_lab.or(other.build_lab);
        self.symbols.extend(other.symbols);
        self
    }
}

impl<'a> Survey<'a> {
    pub(super) fn of(trace: Trace<'a>) -> Self {
        let pass = trace
            .buffers
            .par_iter()
            .fold(
                || (Scratch::new(), Pass::default()),
                |(mut scratch, mut pass), span| {
                    trace.read_buffer(span, &mut scratch, &mut pass);
                    (scratch, pass)
                },
            )
            .map(|(_, pass)| pass)
            .reduce(Pass::default, Pass::merge);
        let mut symbols = pass.symbols;
        symbols.sort_unstable();
        symbols.dedup();
        Self {
            tally: pass.tally,
            first: pass.first,
            schemas: pass.schemas.finish(),
            build_lab: pass.build_lab,
            symbols,
            trace,
        }
    }

    /// The decode ladder: the trace's own schemas first.
    pub(super) fn rungs<'d>(&'d self, decoders: &'d Decoders) -> Vec<&'d dyn Rung> {
        std::iter::once(&self.schemas as &dyn Rung)
            .chain(decoders.rungs())
            .collect()
    }

    /// Time of the first event of a session that survived.
    pub(super) fn first_event(&self, session: usize) -> Option<Ticks> {
        self.first.get(&session).copied().map(Ticks)
    }

    /// Name of the session; a trace that lost its header has none.
    pub(super) fn logger(&self) -> String {
        let header = self.trace.header();
        header.map_or_else(String::new, |header| without_secrets(&header.logger_name))
    }

    /// Notes for `inspect`.
    pub(super) fn describe(&self, batch: &mut Batch) {
        self.count_buffers(batch);
        self.count_records(batch);
        if let Some(header) = self.trace.header() {
            describe_header(header, batch);
            let counts = matches!(
                header.clock_kind,
                ClockKind::PerformanceCounter | ClockKind::CpuCycles
            );
            // Sessions that follow each other in one file each begin with a time of their own.
            batch.counted_from = header
                .start_time
                .filter(|_| counts && self.trace.sessions.len() == 1)
                .map(Ticks);
        }
        if let Some((first, last)) = self.tally.span {
            batch.state("first", NoteValue::Time(Ticks(first)));
            batch.state("last", NoteValue::Time(Ticks(last)));
        }
        if let Some(lab) = &self.build_lab {
            batch.state("build_lab", NoteValue::Text(without_secrets(lab)));
        }
        if !self.symbols.is_empty() {
            let told = self.symbols.iter().take(SYMBOL_FILES);
            let told: Vec<String> = told.map(|file| without_secrets(file)).collect();
            batch.state("symbol_files", NoteValue::Text(told.join("; ")));
        }
    }

    fn count_buffers(&self, batch: &mut Batch) {
        let buffers = &self.trace.buffers;
        let compressed = buffers
            .iter()
            .filter(|span| span.header.is_compressed())
            .count();
        batch.note("buffers", buffers.len() as u64);
        batch.note("compressed_buffers", compressed as u64);
        batch.note("sessions", self.trace.sessions.len() as u64);
        for loss in self.trace.losses() {
            batch.note("events_lost", u64::from(loss.events));
            batch.note("buffers_lost", u64::from(loss.buffers));
            batch.note("sequence_holes", loss.sequence_holes.len() as u64);
        }
        batch.note("resyncs", self.tally.resyncs);
    }

    fn count_records(&self, batch: &mut Batch) {
        let counts = &self.tally.headers;
        batch.note("events", counts.records());
        for (key, count) in [
            ("by_header.system", counts.system),
            ("by_header.compact", counts.compact),
            ("by_header.perfinfo", counts.perfinfo),
            ("by_header.full", counts.full),
            ("by_header.instance", counts.instance),
            ("by_header.event", counts.event),
            ("by_header.msg", counts.message),
            ("by_header.error", counts.error),
            ("by_header.unknown", counts.unknown),
        ] {
            batch.note(key, count);
        }
        batch.note("embedded_schemas", self.schemas.len() as u64);
    }
}

/// What the writer of a trace called something; such words are looked through like any other.
fn without_secrets(text: &str) -> String {
    Scrubber::default().scrub(text, false).into_owned()
}

fn see_first(first: &mut BTreeMap<usize, i64>, session: usize, ticks: i64) {
    let known = first.entry(session).or_insert(ticks);
    *known = ticks.min(*known);
}

fn describe_header(header: &LogHeader, batch: &mut Batch) {
    let bytes = i64::try_from(header.pointer_size.bytes()).unwrap_or_default();
    let clock = match header.clock_kind {
        ClockKind::PerformanceCounter => "qpc".to_owned(),
        ClockKind::SystemTime => "system".to_owned(),
        ClockKind::CpuCycles => "cpu".to_owned(),
        ClockKind::Unknown(number) => format!("unknown {number}"),
    };
    batch.state("finalised", NoteValue::Flag(header.end_time.is_some()));
    batch.state("os_build", NoteValue::Number(header.os_build.into()));
    batch.state("pointer_size", NoteValue::Number(bytes));
    batch.state("clock", NoteValue::Text(clock));
    batch.state(
        "utc_bias_minutes",
        NoteValue::Number(header.time_zone.bias_minutes.into()),
    );
    batch.state(
        "logger",
        NoteValue::Text(without_secrets(&header.logger_name)),
    );
    if let Some(start) = header.start_time {
        batch.state("started", NoteValue::Time(Ticks(start)));
    }
}
