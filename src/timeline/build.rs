//! Merging batches into the one order.

use std::sync::Arc;

use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use super::by_kind::ByKind;
use super::collapse::Sighting;
use super::devices::{DeviceId, Devices, NameRuns};
use super::event::EventRef;
use super::order::{Merged, in_order};
use super::query::{Matchers, Query, Spellings};
use super::sources::{Source, SourceId};
use super::tokens::Tokens;
use crate::catalog::Catalog;
use crate::model::{
    ArtifactId, Batch, Blindspot, DIGEST_BYTES, EventId, Fact, Interner, Kind, KindId, Origin,
    OriginId, Passed, Payload, Record, SeenToken, Shape, ShapeId, TextId, Ticks,
};

/// No row of the catalogue.
pub(super) const NO_ROW: u32 = u32::MAX;

/// All events in one order, undated ones after the dated. A copy shares the payloads.
#[derive(Clone, Debug)]
pub struct Timeline {
    pub(super) catalog: Arc<Catalog>,
    pub(super) texts: Interner<Arc<str>>,
    pub(super) guids: Interner<Guid>,
    pub(super) shapes: Interner<Shape>,
    pub(super) origins: Interner<Origin>,
    pub(super) kinds: Interner<Kind>,
    pub(super) arenas: Vec<Arc<Vec<u8>>>,
    pub(super) records: Vec<Record>,
    /// Catalogue row of each kind.
    pub(super) rows: Vec<u32>,
    /// Events that the catalogue's noise queries match, in their order.
    pub(super) noise: Vec<u32>,
    pub(super) dated: usize,
    pub(super) by_kind: ByKind,
    /// The names that queries are readied with.
    pub(super) spellings: Arc<Spellings>,
    /// Ticks added to the time of each dated event as it was recorded; empty where none is corrected.
    pub(super) corrections: Vec<i64>,
    /// Further places where events stand, in the order of their events.
    pub(super) sightings: Vec<(u32, Sighting)>,
    pub(super) devices: Devices,
    pub(super) paths: FxHashMap<ArtifactId, Arc<str>>,
    counted_from: FxHashMap<ArtifactId, Ticks>,
    /// Records that are no events.
    passed: Vec<(OriginId, Passed)>,
    pub(super) sources: Vec<Source>,
    pub(super) source_of_origin: Vec<SourceId>,
    /// The first origin of each source.
    origin_of_source: Vec<OriginId>,
    facts: Vec<Fact>,
    pub(super) tokens: Vec<(EventId, SeenToken)>,
    blindspots: Vec<Blindspot>,
}

/// The source of an origin.
fn source_of<'s>(
    source_of_origin: &[SourceId],
    sources: &'s mut [Source],
    origin: OriginId,
) -> Option<&'s mut Source> {
    let source = source_of_origin.get(origin.index())?;
    sources.get_mut(source.0 as usize)
}

impl Timeline {
    /// Merges batches, given in the order of their artifacts and parts. Events are sorted by
    /// time; equal times keep the order of artifacts and of places in them, so that the same
    /// evidence gives the same order for any number of threads. What stands in several
    /// artifacts becomes one event.
    pub fn build(batches: Vec<Batch>, catalog: Arc<Catalog>) -> Self {
        let mut timeline = Self {
            catalog,
            texts: Interner::default(),
            guids: Interner::default(),
            shapes: Interner::default(),
            origins: Interner::default(),
            kinds: Interner::default(),
            arenas: Vec::with_capacity(batches.len()),
            records: Vec::new(),
            rows: Vec::new(),
            noise: Vec::new(),
            dated: 0,
            by_kind: ByKind::default(),
            spellings: Arc::default(),
            corrections: Vec::new(),
            sightings: Vec::new(),
            devices: Devices::default(),
            paths: FxHashMap::default(),
            counted_from: FxHashMap::default(),
            passed: Vec::new(),
            sources: Vec::new(),
            source_of_origin: Vec::new(),
            origin_of_source: Vec::new(),
            facts: Vec::new(),
            tokens: Vec::new(),
            blindspots: Vec::new(),
        };
        timeline.texts.text("");
        timeline.guids.id(Guid([0; 16]));
        timeline.shapes.id(Shape::default());
        let mut names = NameRuns::default();
        let mut tokens = Tokens::default();
        let merged = batches.into_iter();
        let merged = merged.map(|batch| timeline.merge(batch, &mut names, &mut tokens));
        let merged: Vec<Merged> = merged.collect();
        timeline.find_devices(&names);
        let (records, mut undated) = in_order(&merged);
        drop(merged);
        timeline.records = records;
        timeline.sightings = timeline.collapse();
        timeline.dated = timeline.records.len();
        timeline.records.append(&mut undated);
        timeline.tokens = tokens.placed(&timeline.records, &timeline.sightings);
        timeline.by_kind = ByKind::of(&timeline.records, timeline.kinds.items().len());
        timeline.find_sources();
        timeline.find_rows();
        timeline.spellings = Arc::new(Spellings::of(&timeline));
        timeline.noise = timeline.find_noise();
        timeline
    }

    /// Takes over one batch, whose records are left to be mapped onto the ids of the timeline.
    fn merge(&mut self, batch: Batch, names: &mut NameRuns, tokens: &mut Tokens) -> Merged {
        let texts: Vec<TextId> = batch
            .texts
            .items()
            .iter()
            .map(|text| self.texts.shared(text))
            .collect();
        let text = |id: TextId| texts.get(id.index()).copied().unwrap_or(TextId(0));
        let guids: Vec<u32> = batch
            .guids
            .items()
            .iter()
            .map(|guid| self.guids.id(*guid))
            .collect();
        let shapes: Vec<u32> = batch
            .shapes
            .items()
            .iter()
            .map(|shape| {
                self.shapes.id(Shape {
                    names: shape.names.iter().map(|name| text(*name)).collect(),
                })
            })
            .collect();
        let origins: Vec<u32> = batch
            .origins
            .items()
            .iter()
            .map(|origin| {
                self.origins.id(Origin {
                    provider: text(origin.provider),
                    channel: text(origin.channel),
                    computer: text(origin.computer),
                    stream: text(origin.stream),
                    ..*origin
                })
            })
            .collect();
        let kinds: Vec<(KindId, bool)> = batch
            .kinds
            .items()
            .iter()
            .map(|kind| {
                let id = self.kinds.id(Kind {
                    origin: OriginId(origins.get(kind.origin.index()).copied().unwrap_or(0)),
                    shape: ShapeId(shapes.get(kind.shape.index()).copied().unwrap_or(0)),
                    user: text(kind.user),
                    name: text(kind.name),
                    ..*kind
                });
                (KindId(id), kind.time.is_some())
            })
            .collect();
        let computers = batch.computers.iter();
        names.add(batch.artifact, computers.map(|computer| text(*computer)));
        let arena = u32::try_from(self.arenas.len()).unwrap_or(u32::MAX);
        for (place, token) in batch.tokens {
            if let Some(record) = batch.records.get(place as usize) {
                let mut record = *record;
                record.arena = arena;
                tokens.add(&record, token);
            }
        }
        let origin = |id: OriginId| OriginId(origins.get(id.index()).copied().unwrap_or(0));
        let passed = batch.passed.into_iter();
        self.passed
            .extend(passed.map(|(id, passed)| (origin(id), passed)));
        self.arenas.push(batch.arena.into_shared());
        self.paths.insert(batch.artifact, batch.path);
        if let Some(start) = batch.counted_from {
            self.counted_from.insert(batch.artifact, start);
        }
        let captures = self.facts.last().map_or(0, |fact| fact.capture + 1);
        self.facts.extend(batch.facts.into_iter().map(|fact| Fact {
            capture: captures + fact.capture,
            ..fact
        }));
        self.blindspots.extend(batch.blindspots);
        Merged {
            records: batch.records,
            arena,
            kinds,
            guids,
        }
    }

    /// Groups origins of one stream into sources, in the order of artifacts.
    fn find_sources(&mut self) {
        // Producers do not agree on the letter case of channels and computers.
        let mut keys: FxHashMap<(ArtifactId, &'static str, String, String), SourceId> =
            FxHashMap::default();
        for (place, origin) in (0..).zip(self.origins.items()) {
            let next = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
            let folded = |id: TextId| self.texts.str(id).to_lowercase();
            let key = (
                origin.artifact,
                origin.format,
                folded(origin.stream),
                folded(origin.computer),
            );
            let id = *keys.entry(key).or_insert(next);
            if id == next {
                self.origin_of_source.push(OriginId(place));
                self.sources.push(Source {
                    origin: *origin,
                    events: 0,
                    shared: 0,
                    passed: 0,
                    counted_from: self.counted_from.get(&origin.artifact).copied(),
                    first: None,
                    last: None,
                });
            }
            self.source_of_origin.push(id);
        }
        self.count_sources();
    }

    /// Counts the events of each source, and from when to when they go.
    pub(super) fn count_sources(&mut self) {
        for source in &mut self.sources {
            (source.events, source.shared, source.first, source.last) = (0, 0, None, None);
            source.passed = 0;
        }
        for (origin, passed) in &self.passed {
            let id = self.source_of_origin.get(origin.index());
            if let Some(source) = id.and_then(|id| self.sources.get_mut(id.0 as usize)) {
                source.passed += passed.records;
                source.cover([passed.first, passed.last]);
            }
        }
        let (kinds, of_origin) = (self.kinds.items(), &self.source_of_origin);
        let time = |event: u32| {
            let record = self.records.get(event as usize)?;
            Some(record.stamp(kinds.get(record.kind.index())?)?.ticks)
        };
        // Events of a kind have times all or none, and stand in the order of these.
        for (id, kind) in (0..).map(KindId).zip(kinds) {
            let places = self.by_kind.places(id);
            if let (Some(first), Some(last)) = (places.first(), places.last())
                && let Some(source) = source_of(of_origin, &mut self.sources, kind.origin)
            {
                source.events += places.len();
                source.cover([time(*first), time(*last)]);
            }
        }
        let mut before = None;
        for (event, sighting) in &self.sightings {
            let own = self.records.get(*event as usize);
            let own = own.and_then(|record| kinds.get(record.kind.index()));
            if let Some(kind) = own.filter(|_| before.replace(*event) != Some(*event))
                && let Some(source) = source_of(of_origin, &mut self.sources, kind.origin)
            {
                source.shared += 1;
            }
            if let Some(source) = source_of(of_origin, &mut self.sources, sighting.origin) {
                source.events += 1;
                source.shared += 1;
                source.cover([time(*event); 2]);
            }
        }
    }

    /// The device of a source, where the evidence says.
    pub fn device_of(&self, source: SourceId) -> Option<DeviceId> {
        self.devices
            .of(*self.origin_of_source.get(source.0 as usize)?)
    }

    pub(super) fn source_of(&self, origin: OriginId) -> SourceId {
        self.source_of_origin
            .get(origin.index())
            .copied()
            .unwrap_or(SourceId(u32::MAX))
    }

    /// Looks each kind up in the catalogue.
    fn find_rows(&mut self) {
        let mut known: FxHashMap<(OriginId, u32, u8), u32> = FxHashMap::default();
        let (origins, texts, catalog) = (&self.origins, &self.texts, &self.catalog);
        let row_of = |kind: &Kind| {
            let origin = origins.get(kind.origin.0)?;
            let (provider, channel) = (texts.str(origin.provider), texts.str(origin.channel));
            let events = &catalog.events;
            let row = events.find(provider, channel, kind.code, kind.version)?;
            u32::try_from(row).ok()
        };
        let rows = self.kinds.items().iter().map(|kind| {
            let key = (kind.origin, kind.code, kind.version);
            let row = known.entry(key);
            *row.or_insert_with(|| row_of(kind).unwrap_or(NO_ROW))
        });
        self.rows = rows.collect();
    }

    /// What a record shares with others of its kind.
    pub(super) fn kind_of(&self, record: &Record) -> Option<&Kind> {
        self.kinds.get(record.kind.0)
    }

    /// The digest of a record's payload as it was recorded, where its format gives it.
    pub(super) fn digest_of(&self, record: &Record) -> Option<u64> {
        let kind = self.kind_of(record).filter(|kind| kind.is_digested);
        kind?;
        let end = record.start as usize + record.length as usize;
        let arena = self.arenas.get(record.arena as usize)?;
        let bytes = arena.get(end..end + DIGEST_BYTES)?;
        Some(u64::from_le_bytes(*bytes.first_chunk()?))
    }

    pub(super) fn payload_of(&self, record: &Record) -> Payload<'_> {
        let start = record.start as usize;
        let bytes = self
            .arenas
            .get(record.arena as usize)
            .and_then(|arena| arena.get(start..start + record.length as usize));
        Payload(bytes.unwrap_or_default())
    }

    /// The events that the catalogue's noise queries match, in order.
    pub fn noise(&self) -> impl ExactSizeIterator<Item = EventId> {
        self.noise.iter().map(|event| EventId(*event))
    }

    /// The events that the catalogue's noise queries match; a test holds that all of them parse.
    fn find_noise(&self) -> Vec<u32> {
        let queries: Vec<Query> = self
            .catalog
            .noise
            .iter()
            .filter_map(|query| Query::parse(query).ok())
            .collect();
        let mut matchers = Matchers::new(self, &queries);
        let noise = matchers.in_stretches(|known, events| {
            let noise = events.iter().filter(|event| known.any(**event));
            noise.map(|event| event.id().0).collect::<Vec<_>>()
        });
        noise.concat()
    }

    /// Number of events, undated ones included.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no event at all.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Number of events that have a time; these come first.
    pub fn dated(&self) -> usize {
        self.dated
    }

    /// The event with this id.
    pub fn event(&self, id: EventId) -> Option<EventRef<'_>> {
        let record = self.records.get(id.index())?;
        Some(EventRef {
            timeline: self,
            record,
            kind: self.kind_of(record)?,
            id,
        })
    }

    /// All events: by time, then the undated.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = EventRef<'_>> + ExactSizeIterator {
        let kinds = self.kinds.items();
        (0..self.records.len()).map(|index| EventRef {
            timeline: self,
            record: &self.records[index],
            kind: &kinds[self.records[index].kind.index()],
            id: EventId(u32::try_from(index).unwrap_or(u32::MAX)),
        })
    }

    /// Index of the first dated event at or after an instant.
    pub fn first_at(&self, ticks: Ticks) -> usize {
        self.records[..self.dated].partition_point(|record| record.ticks() < ticks.0)
    }

    /// The streams that were read.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Path of an artifact that events or facts came from.
    pub fn path(&self, artifact: ArtifactId) -> &str {
        self.paths.get(&artifact).map_or("", |path| path)
    }

    /// A text by its id, e.g. of a source's channel.
    pub fn text(&self, id: TextId) -> &str {
        self.texts.str(id)
    }

    /// Whether any event has a payload field of this name.
    pub fn knows_field(&self, name: &str) -> bool {
        self.texts.find(name).is_some_and(|id| {
            self.shapes
                .items()
                .iter()
                .any(|shape| shape.names.contains(&id))
        })
    }

    /// Every payload field name, sorted.
    pub fn field_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .shapes
            .items()
            .iter()
            .flat_map(|shape| shape.names.iter().map(|name| self.texts.str(*name)))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The catalogue that the events were looked up in.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Device facts, in the order of artifacts.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Tokens that stand in events, in the order of these; an event has each token once.
    pub fn tokens(&self) -> &[(EventId, SeenToken)] {
        &self.tokens
    }

    /// What could not be read, in the order of artifacts.
    pub fn blindspots(&self) -> &[Blindspot] {
        &self.blindspots
    }
}
