//! The sink that an adapter fills: events, device facts and blind spots of one artifact,
//! or of one part of a large one.
//!
//! Batches are made in parallel and share nothing, so pushing takes no lock; ids are
//! local to the batch until the timeline merges it.

use std::sync::Arc;

use joinscope_wire::Guid;

use super::blindspot::{Blindspot, BlindspotKind};
use super::event::{Level, Locator, Record};
use super::intern::{GuidId, Interner, OriginId, ShapeId, TextId};
use super::source::{ArtifactId, Origin, Shape};
use super::time::Stamp;
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
    /// Version of the event's definition.
    pub version: u8,
    /// Level as recorded.
    pub level: Level,
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

/// A fact about the device that holds beyond one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Name in `section.field` form, e.g. `device_state.AzureAdJoined`.
    pub name: String,
    /// Value as text.
    pub value: String,
    /// When it was true, where the evidence says.
    pub stamp: Option<Stamp>,
    /// Artifact path and place in it.
    pub source: String,
}

/// What a reading adds to `inspect` and `sources` beside events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadNote {
    /// Key, in snake_case.
    pub key: &'static str,
    /// Amount; notes with the same key are added up over the parts of an artifact.
    pub count: u64,
}

/// The sink for one artifact or one part of it.
#[derive(Debug)]
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
    /// Events in the order of the artifact.
    pub records: Vec<Record>,
    /// Encoded payloads.
    pub arena: Vec<u8>,
    /// What could not be read.
    pub blindspots: Vec<Blindspot>,
    /// Device facts.
    pub facts: Vec<Fact>,
    /// Counts for `inspect`.
    pub notes: Vec<ReadNote>,
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
            records: Vec::new(),
            arena: Vec::new(),
            blindspots: Vec::new(),
            facts: Vec::new(),
            notes: Vec::new(),
        };
        // Id 0 of each table stands for "none".
        batch.texts.text("");
        batch.guids.id(Guid([0; 16]));
        batch.shapes.id(Shape::default());
        batch
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

    /// The same from texts that are already interned.
    pub fn origin_of(
        &mut self,
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
        }))
    }

    /// Interns a payload shape from names that are already interned.
    pub fn shape(&mut self, names: &[TextId]) -> ShapeId {
        ShapeId(self.shapes.known(names).unwrap_or_else(|| {
            self.shapes.id(Shape {
                names: names.into(),
            })
        }))
    }

    /// Adds an event whose values are pushed by `payload`, in the order of the shape's names.
    pub fn push(&mut self, head: &Head, shape: ShapeId, payload: impl FnOnce(&mut Vec<u8>)) {
        let start = self.arena.len();
        payload(&mut self.arena);
        self.commit(head, shape, start);
    }

    /// Adds an event whose encoded values are already in the arena, from `start` on.
    pub fn commit(&mut self, head: &Head, shape: ShapeId, start: usize) {
        // Parts of an artifact are small, so only a payload of gigabytes could overflow here.
        let (Ok(from), Ok(length)) = (
            u32::try_from(start),
            u32::try_from(self.arena.len() - start),
        ) else {
            self.arena.truncate(start);
            self.blindspot(
                BlindspotKind::Limit,
                "more than 4 GiB of field values in one part",
                None,
            );
            return;
        };
        let (activity, related) = (self.guid(head.activity), self.guid(head.related));
        self.records.push(Record {
            stamp: head.stamp,
            origin: head.origin,
            shape,
            code: head.code,
            version: head.version,
            level: head.level,
            pid: head.pid,
            tid: head.tid,
            user: head.user,
            activity,
            related,
            arena: 0,
            start: from,
            length,
            locator: head.locator,
        });
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
        match self.notes.iter_mut().find(|note| note.key == key) {
            Some(note) => note.count += count,
            None => self.notes.push(ReadNote { key, count }),
        }
    }

    fn guid(&mut self, guid: Guid) -> GuidId {
        if guid.is_zero() {
            return GuidId(0);
        }
        GuidId(self.guids.id(guid))
    }
}
