//! The sink that an adapter fills: events, device facts and blind spots of one artifact,
//! or of one part of a large one.
//!
//! Batches are made in parallel and share nothing, so pushing takes no lock; ids are
//! local to the batch until the timeline merges it.

use std::collections::BTreeMap;
use std::sync::Arc;

use joinscope_wire::Guid;

use super::blindspot::{Blindspot, BlindspotKind};
use super::event::{Decoding, Level, Locator};
use super::intern::{GuidId, Interner, KindId, OriginId, ShapeId, TextId};
use super::recent::Recent;
use super::record::{Kind, PlaceForm, Record};
use super::source::{ArtifactId, Origin, Shape};
use super::table::Table;
use super::time::{Stamp, Ticks};
use super::token::SeenToken;
use super::value::Value;

/// Everything of an event but its payload.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// When; `None` puts the event among the undated.
    pub stamp: Option<Stamp>,
    /// From [`Batch::origin`].
    pub origin: OriginId,
    /// Event id in its provider's numbering.
    pub code: u32,
    /// From [`Batch::text`]: the name that the event itself has, or `TextId(0)`.
    pub name: TextId,
    /// Version of the event's definition.
    pub version: u8,
    /// Level as recorded.
    pub level: Level,
    /// By what the payload was decoded.
    pub decoding: Decoding,
    /// Digest of the payload's bytes as recorded; 0 where the format does not give them.
    pub digest: u64,
    /// Process id, 0 for none.
    pub pid: u32,
    /// Thread id, 0 for none.
    pub tid: u32,
    /// From [`Batch::text`]: the user's SID, or `TextId(0)`.
    pub user: TextId,
    /// Activity id, zero for none.
    pub activity: Guid,
    /// Related activity id, zero for none.
    pub related: Guid,
    /// Where in the artifact.
    pub locator: Locator,
}

impl Head {
    /// An event of a format that names its own fields, with nothing but its place.
    pub fn new(origin: OriginId, code: u32, locator: Locator) -> Self {
        let none = Guid([0; 16]);
        Self {
            stamp: None,
            origin,
            code,
            name: TextId(0),
            version: 0,
            level: Level::INFO,
            decoding: Decoding::Own,
            digest: 0,
            pid: 0,
            tid: 0,
            user: TextId(0),
            activity: none,
            related: none,
            locator,
        }
    }
}

/// A fact about the device that holds beyond one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Name in `section.field` form, e.g. `device_state.AzureAdJoined`.
    pub name: String,
    /// Value as text.
    pub value: String,
    /// When it was true, where the evidence says.
    pub stamp: Option<Stamp>,
    /// Number of the capture that states it: in its artifact, and in a timeline among all.
    pub capture: u32,
    /// Artifact path and place in it.
    pub source: String,
}

/// What a reading adds to `inspect` and `sources` beside events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadNote {
    /// Key, in snake_case; a dot groups keys.
    pub key: &'static str,
    /// What was found.
    pub value: NoteValue,
}

/// The value of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteValue {
    /// An amount; notes with the same key are added up over the parts of an artifact.
    Count(u64),
    /// A number that states something of the whole artifact.
    Number(i64),
    /// Whether something holds of the whole artifact.
    Flag(bool),
    /// A word about the whole artifact.
    Text(String),
    /// An instant.
    Time(Ticks),
}

impl ReadNote {
    /// Adds the note to others: counts of the same key are added up, of other notes the first stays.
    pub fn add_to(self, notes: &mut Vec<Self>) {
        match notes.iter_mut().find(|note| note.key == self.key) {
            Some(note) => {
                if let (NoteValue::Count(sum), NoteValue::Count(more)) =
                    (&mut note.value, &self.value)
                {
                    *sum += more;
                }
            }
            None => notes.push(self),
        }
    }
}

/// Records of one origin that were counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// How many.
    pub records: usize,
    /// Time of the first one.
    pub first: Option<Ticks>,
    /// Time of the last one.
    pub last: Option<Ticks>,
}

impl Passed {
    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.records += other.records;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = [self.last, other.last].into_iter().flatten().max();
    }
}

/// A numbered record, and where and when it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// The record's number.
    pub id: u64,
    /// Byte offset in the artifact.
    pub offset: u64,
    /// When it happened.
    pub ticks: Option<Ticks>,
}

/// The numbers of the records of one part of a log: where they do not follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// The first record.
    pub first: Numbered,
    /// The last record.
    pub last: Numbered,
    /// Records with those behind them where numbers are missing between the two.
    pub holes: Vec<(Numbered, Numbered)>,
}

impl Numbers {
    /// Takes the next record of a log.
    pub fn note(numbers: &mut Option<Self>, record: Numbered) {
        let Some(numbers) = numbers else {
            *numbers = Some(Self {
                first: record,
                last: record,
                holes: Vec::new(),
            });
            return;
        };
        numbers.holes.extend(numbers.hole_before(record));
        numbers.last = record;
    }

    /// The hole between the last record and the one behind it, if there is one.
    pub fn hole_before(&self, record: Numbered) -> Option<(Numbered, Numbered)> {
        (record.id > self.last.id.saturating_add(1)).then_some((self.last, record))
    }
}

/// The sink for one artifact or one part of it.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The artifact that is read.
    pub artifact: ArtifactId,
    /// Its path through the archives.
    pub path: Arc<str>,
    /// Texts of this batch.
    pub texts: Interner<Arc<str>>,
    /// GUIDs of this batch.
    pub guids: Interner<Guid>,
    /// Shapes of this batch.
    pub shapes: Interner<Shape>,
    /// Origins of this batch.
    pub origins: Interner<Origin>,
    /// Kinds of this batch's events.
    pub kinds: Interner<Kind>,
    /// Kinds and shapes of the events before, one of which the next one most likely is of.
    recent: Recent,
    /// The origin of the last event.
    last_origin: Option<OriginId>,
    /// The computers that its events are of, in their order, runs of one as one; those without are left
    /// out.
    pub computers: Vec<TextId>,
    /// Events in the order of the artifact.
    pub records: Table<Record>,
    /// Encoded payloads.
    pub arena: Table<u8>,
    /// What could not be read.
    pub blindspots: Vec<Blindspot>,
    /// Device facts.
    pub facts: Vec<Fact>,
    /// What `inspect` shows beside events.
    pub notes: Vec<ReadNote>,
    /// Tokens that stood in events, by the event's place in `records`.
    pub tokens: Vec<(u32, SeenToken)>,
    /// When the session began whose times are counted on from there, so that setting the clock does
    /// not show in them; said by one part of the artifact.
    pub counted_from: Option<Ticks>,
    /// Records that nobody asked for, by origin: they are counted and are no events.
    pub passed: BTreeMap<OriginId, Passed>,
    /// How the records of a log are numbered.
    pub numbers: Option<Numbers>,
    /// GUIDs of the providers that events were read of, by name, where the format has them.
    pub providers: BTreeMap<TextId, Guid>,
}

impl Batch {
    /// An empty batch for one artifact.
    pub fn new(artifact: ArtifactId, path: Arc<str>) -> Self {
        let mut batch = Self {
            artifact,
            path,
            texts: Interner::default(),
            guids: Interner::default(),
            shapes: Interner::default(),
            origins: Interner::default(),
            kinds: Interner::default(),
            recent: Recent::default(),
            last_origin: None,
            computers: Vec::new(),
            records: Table::default(),
            arena: Table::default(),
            blindspots: Vec::new(),
            facts: Vec::new(),
            notes: Vec::new(),
            tokens: Vec::new(),
            counted_from: None,
            passed: BTreeMap::new(),
            numbers: None,
            providers: BTreeMap::new(),
        };
        // Id 0 of each table stands for "none".
        batch.texts.text("");
        batch.guids.id(Guid([0; 16]));
        batch.shapes.id(Shape::default());
        batch
    }

    /// Gives back the memory that only a batch needs that grows.
    pub fn seal(&mut self) {
        self.texts.seal();
        self.guids.seal();
        self.shapes.seal();
        self.origins.seal();
        self.kinds.seal();
    }

    /// The same batch once more; its events and payloads are shared, not copied.
    #[must_use]
    pub fn share(&mut self) -> Self {
        // A clone of what is shared copies nothing.
        drop((self.records.share(), self.arena.share()));
        self.clone()
    }

    /// Interns a text.
    pub fn text(&mut self, text: &str) -> TextId {
        self.texts.text(text)
    }

    /// Interns the origin of a run of events.
    pub fn origin(
        &mut self,
        format: &'static str,
        provider: &str,
        channel: &str,
        computer: &str,
    ) -> OriginId {
        let (provider, channel) = (self.texts.text(provider), self.texts.text(channel));
        let computer = self.texts.text(computer);
        self.origin_of(format, provider, channel, computer)
    }

    /// The same from texts that are already interned; the channel is the stream.
    pub fn origin_of(
        &mut self,
        format: &'static str,
        provider: TextId,
        channel: TextId,
        computer: TextId,
    ) -> OriginId {
        self.origin_in(channel, format, provider, channel, computer)
    }

    /// The same in a stream that holds events of many channels: a trace's session.
    pub fn origin_in(
        &mut self,
        stream: TextId,
        format: &'static str,
        provider: TextId,
        channel: TextId,
        computer: TextId,
    ) -> OriginId {
        OriginId(self.origins.id(Origin {
            artifact: self.artifact,
            format,
            provider,
            channel,
            computer,
            stream,
        }))
    }

    /// Interns a payload shape from names that are already interned.
    pub fn shape(&mut self, names: &[TextId]) -> ShapeId {
        let recent = self.recent.shape(names);
        let is_same = |shape: &Shape| *shape.names == *names;
        if !self.shapes.get(recent.0).is_some_and(is_same) {
            *recent = ShapeId(self.shapes.known(names).unwrap_or_else(|| {
                self.shapes.id(Shape {
                    names: names.into(),
                })
            }));
        }
        *recent
    }

    /// Adds an event whose values are pushed by `payload`, in the order of the shape's names.
    pub fn push(&mut self, head: &Head, shape: ShapeId, payload: impl FnOnce(&mut Vec<u8>)) {
        let start = self.arena.len();
        payload(&mut self.arena);
        self.commit(head, shape, start);
    }

    /// Adds an event whose encoded values are already in the arena, from `start` on.
    pub fn commit(&mut self, head: &Head, shape: ShapeId, start: usize) {
        let end = self.arena.len();
        if head.digest != 0 {
            self.arena.extend_from_slice(&head.digest.to_le_bytes());
        }
        // Parts of an artifact are small, so only a payload of gigabytes could overflow here.
        let (Ok(from), Ok(length)) = (u32::try_from(start), u32::try_from(end - start)) else {
            self.arena.truncate(start);
            self.blindspot(
                BlindspotKind::Limit,
                "more than 4 GiB of field values in one part",
                None,
            );
            return;
        };
        self.note_computer(head.origin);
        let (activity, related) = (self.guid(head.activity), self.guid(head.related));
        let kind = self.kind(&Kind {
            origin: head.origin,
            shape,
            code: head.code,
            name: head.name,
            user: head.user,
            version: head.version,
            level: head.level,
            decoding: head.decoding,
            time: head.stamp.map(|stamp| (stamp.precision, stamp.basis)),
            place: PlaceForm::of(head.locator),
            is_digested: head.digest != 0,
        });
        let mut record = Record::new(kind, head.stamp, head.locator);
        (record.pid, record.tid) = (head.pid, head.tid);
        (record.activity, record.related) = (activity, related);
        (record.start, record.length) = (from, length);
        self.records.push(record);
    }

    /// Notes which computer an event is of, where that changes.
    fn note_computer(&mut self, origin: OriginId) {
        if self.last_origin.replace(origin) == Some(origin) {
            return;
        }
        let origin = self.origins.get(origin.0);
        let computer = origin.map_or(TextId(0), |origin| origin.computer);
        if computer != TextId(0) && self.computers.last() != Some(&computer) {
            self.computers.push(computer);
        }
    }

    fn kind(&mut self, kind: &Kind) -> KindId {
        let recent = self.recent.kind(kind);
        if self.kinds.get(recent.0) != Some(kind) {
            *recent = KindId(self.kinds.id(*kind));
        }
        *recent
    }

    /// The events with what they share with others.
    pub fn events(&self) -> impl Iterator<Item = (&Record, &Kind)> {
        let kinds = self.kinds.items();
        let records = self.records.iter();
        records.filter_map(|record| Some((record, kinds.get(record.kind.index())?)))
    }

    /// Adds an event with its fields; for formats of few events.
    pub fn event(&mut self, head: &Head, fields: &[(&str, Value<'_>)]) {
        let names: Vec<TextId> = fields
            .iter()
            .map(|(name, _)| self.texts.text(name))
            .collect();
        let shape = self.shape(&names);
        self.push(head, shape, |arena| {
            for (_, value) in fields {
                value.encode(arena);
            }
        });
    }

    /// Adds the tokens that stood in the event at this place of [`Batch::records`]; none where no
    /// event came to stand there.
    pub fn seen(&mut self, place: usize, tokens: Vec<SeenToken>) {
        if let Ok(event) = u32::try_from(place)
            && place < self.records.len()
        {
            self.tokens
                .extend(tokens.into_iter().map(|token| (event, token)));
        }
    }

    /// Adds a blind spot of this artifact.
    pub fn blindspot(
        &mut self,
        kind: BlindspotKind,
        detail: impl Into<String>,
        offset: Option<u64>,
    ) {
        let spot = Blindspot::new(kind, &*self.path, detail);
        self.blindspots.push(match offset {
            Some(offset) => spot.at(offset),
            None => spot,
        });
    }

    /// Adds to a count that `inspect` shows.
    pub fn note(&mut self, key: &'static str, count: u64) {
        let value = NoteValue::Count(count);
        ReadNote { key, value }.add_to(&mut self.notes);
    }

    /// Says something of the whole artifact that `inspect` shows.
    pub fn state(&mut self, key: &'static str, value: NoteValue) {
        ReadNote { key, value }.add_to(&mut self.notes);
    }

    fn guid(&mut self, guid: Guid) -> GuidId {
        if guid.is_zero() {
            return GuidId(0);
        }
        GuidId(self.guids.id(guid))
    }
}
