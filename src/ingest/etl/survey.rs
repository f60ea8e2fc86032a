//! What a trace says of itself as a whole: its counts, its schemas, who logged it and when.

use std::collections::BTreeMap;

use joinscope_etl::decode::Rung;
use joinscope_etl::{
    ClockKind, Damage, EmbeddedCollector, EmbeddedSchemas, Header, LogHeader, LogNote,
    ProviderTraits, Record, Scratch, Sink, Tally, Trace, TraceIndex,
};
use joinscope_wire::Guid;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::ingest::decoders::Decoders;
use crate::ingest::secrets::Scrubber;
use crate::model::{Batch, NoteValue, Ticks};

/// Names of symbol files that are told at most; the rest is counted.
const SYMBOL_FILES: usize = 32;

/// Where a trace's buffers lie, and what one pass over their headers found.
pub(super) struct Survey {
    pub(super) index: TraceIndex,
    pub(super) tally: Tally,
    schemas: EmbeddedSchemas,
    /// Names that the trace has for providers, wherever in it they stand.
    names: FxHashMap<Guid, String>,
    /// Time of the first event of each session, those about the session itself left out.
    first: BTreeMap<usize, i64>,
    build_lab: Option<String>,
    /// Symbol files that hold the formats of its WPP messages: name, signature and age.
    symbols: Vec<String>,
}

/// The share that some buffers have in the pass.
#[derive(Default)]
pub(super) struct Pass {
    tally: Tally,
    first: BTreeMap<usize, i64>,
    schemas: EmbeddedCollector,
    names: FxHashMap<Guid, String>,
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
        self.see_name(record);
        match LogNote::of(record) {
            None => {}
            Some(LogNote::BuildLab(lab)) => {
                // The first one, like where shares are merged: the same for any shares.
                self.build_lab
                    .get_or_insert_with(|| String::from_utf8_lossy(lab).into_owned());
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
    /// Keeps the name that an event's provider registered with, the first of several.
    fn see_name(&mut self, record: &Record<'_>) {
        if let Header::Event(event) = record.header()
            && !self.names.contains_key(&event.provider())
            && let Some(traits) = ProviderTraits::of(event)
            && let Ok(name) = str::from_utf8(traits.name)
            && !name.is_empty()
        {
            let name = without_secrets(name);
            self.names.insert(event.provider(), name);
        }
    }

    /// With the share of the buffers behind.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.tally.merge(other.tally);
        for (session, ticks) in other.first {
            see_first(&mut self.first, session, ticks);
        }
        self.schemas.merge(other.schemas);
        for (provider, name) in other.names {
            self.names.entry(provider).or_insert(name);
        }
        self.build_lab = self.build_lab.or(other.build_lab);
        self.symbols.extend(other.symbols);
        self
    }
}

impl Survey {
    pub(super) fn of(trace: Trace<'_>) -> Self {
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
        Self::new(trace.into_index(), pass)
    }

    /// From the shares of all buffers.
    pub(super) fn new(index: TraceIndex, pass: Pass) -> Self {
        let mut symbols = pass.symbols;
        symbols.sort_unstable();
        symbols.dedup();
        let schemas = pass.schemas.finish();
        Self {
            tally: pass.tally,
            first: pass.first,
            names: with_names_of(&schemas, pass.names),
            schemas,
            build_lab: pass.build_lab,
            symbols,
            index,
        }
    }

    /// The decode ladder: the trace's own schemas first.
    pub(super) fn rungs<'d>(&'d self, decoders: &'d Decoders) -> Vec<&'d dyn Rung> {
        std::iter::once(&self.schemas as &dyn Rung)
            .chain(decoders.rungs())
            .collect()
    }

    /// The name that the trace has for a provider, if it has one.
    pub(super) fn name_of(&self, provider: Guid) -> Option<&str> {
        self.names.get(&provider).map(String::as_str)
    }

    /// Time of the first event of a session that survived.
    pub(super) fn first_event(&self, session: usize) -> Option<Ticks> {
        self.first.get(&session).copied().map(Ticks)
    }

    /// Name of the session; a trace that lost its header has none.
    pub(super) fn logger(&self) -> String {
        let header = self.index.header();
        header.map_or_else(String::new, |header| without_secrets(&header.logger_name))
    }

    /// Notes for `inspect`.
    pub(super) fn describe(&self, batch: &mut Batch) {
        self.count_buffers(batch);
        self.count_records(batch);
        if let Some(header) = self.index.header() {
            describe_header(header, batch);
            let counts = matches!(
                header.clock_kind,
                ClockKind::PerformanceCounter | ClockKind::CpuCycles
            );
            // Sessions that follow each other in one file each begin with a time of their own.
            batch.counted_from = header
                .start_time
                .filter(|_| counts && self.index.sessions.len() == 1)
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
        let buffers = &self.index.buffers;
        let compressed = buffers
            .iter()
            .filter(|span| span.header.is_compressed())
            .count();
        batch.note("buffers", buffers.len() as u64);
        batch.note("compressed_buffers", compressed as u64);
        batch.note("sessions", self.index.sessions.len() as u64);
        for loss in self.index.losses() {
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

/// Names with those that schemas have for further providers, of several the first by letters.
fn with_names_of(
    schemas: &EmbeddedSchemas,
    mut names: FxHashMap<Guid, String>,
) -> FxHashMap<Guid, String> {
    let mut further: BTreeMap<Guid, &str> = BTreeMap::new();
    for (provider, name) in schemas.providers().filter(|(_, name)| !name.is_empty()) {
        let known = further.entry(provider).or_insert(name);
        *known = name.min(known);
    }
    for (provider, name) in further {
        let name = || without_secrets(name);
        names.entry(provider).or_insert_with(name);
    }
    names
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
