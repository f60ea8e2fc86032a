//! Turning what the reader pushes into events.

use joinscope_evtx::{
    Damage, DamageKind, NameId, RecordHead, Sink, SystemField, Value as Wire, Way,
};
use joinscope_wire::{Guid, Sid, is_ascii_utf16le, push_ascii_utf16le, push_utf16le};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::lift::{Lifter, Lifts};
use super::super::secrets::Scrubber;
use super::super::wants::{RecordKind, Wants};
use super::heads::{Form, Heads, Raw};
use super::names::{Known, Names};
use super::texts::{Place, Texts};
use super::wire::{guid, narrow, number, push_number, trim_nul};
use crate::model::{
    Batch, BlindspotKind, Head, Level, Locator, MESSAGE_FIELD, Numbered, Numbers, OriginId, Passed,
    Payload, Stamp, TextId, Ticks, Value,
};
use ::evtx::mta::{MtaEvent, MtaFile};

/// The System fields of one record.
#[derive(Clone, Copy)]
struct System {
    head: RecordHead,
    provider: TextId,
    channel: TextId,
    computer: TextId,
    user: TextId,
    event_id: u32,
    qualifiers: u16,
    version: u8,
    level: u8,
    task: u16,
    opcode: u8,
    keywords: u64,
    time: Option<i64>,
    record_id: Option<u64>,
    pid: u32,
    tid: u32,
    activity: Guid,
    related: Guid,
}

impl System {
    fn new(head: RecordHead) -> Self {
        let none = Guid([0; 16]);
        Self {
            head,
            provider: TextId(0),
            channel: TextId(0),
            computer: TextId(0),
            user: TextId(0),
            event_id: 0,
            qualifiers: 0,
            version: 0,
            level: Level::INFO.0,
            task: 0,
            opcode: 0,
            keywords: 0,
            time: None,
            record_id: None,
            pid: 0,
            tid: 0,
            activity: none,
            related: none,
        }
    }
}

/// Shorter texts, in bytes of UTF-16LE, are encoded as fast as they are found again.
const SHORTEST_REMEMBERED: usize = 10;

/// What was met in batches before.
pub(super) struct Met<'m> {
    /// What is known of each name that the reader has given.
    pub(super) names: &'m mut Names,
    /// Texts of System fields.
    pub(super) heads: &'m mut Heads,
    /// Texts that were met a short while ago.
    pub(super) texts: &'m mut Texts,
}

/// Turns what the reader pushes into events of a batch.
pub(super) struct Records<'b> {
    batch: &'b mut Batch,
    messages: Option<&'b MtaFile>,
    open_chunk: Option<u64>,
    scrubber: Scrubber,
    lifter: Lifter<'b>,
    system: System,
    /// Where the values of the current record start in the arena.
    start: usize,
    /// Names of the current record's values.
    names: Vec<TextId>,
    met: Met<'b>,
    origin: Option<((TextId, TextId, TextId), OriginId)>,
    scratch: String,
    /// What is wanted of the records; `None` for all.
    wants: Option<&'b Wants>,
    /// What that said in this batch, by origin, id and level.
    wanted: FxHashMap<(OriginId, u32, u8), bool>,
    /// Whether the current record is no event, as nobody wants it.
    is_passed: bool,
    /// Origins that have an event in this batch.
    seen: FxHashSet<OriginId>,
    /// Whose record the last event was.
    computer: TextId,
    /// How many records were read.
    read: u64,
}

impl<'b> Records<'b> {
    pub(super) fn new(
        batch: &'b mut Batch,
        messages: Option<&'b MtaFile>,
        lifts: &'b Lifts,
        met: Met<'b>,
        wants: Option<&'b Wants>,
        open_chunk: Option<u64>,
    ) -> Self {
        met.names.begin();
        met.heads.begin();
        Self {
            batch,
            messages,
            open_chunk,
            scrubber: Scrubber::default(),
            lifter: Lifter::new(lifts),
            system: System::new(RecordHead {
                id: 0,
                offset: 0,
                ticks: 0,
                way: Way::Direct,
            }),
            start: 0,
            names: Vec::new(),
            met,
            origin: None,
            scratch: String::new(),
            wants,
            wanted: FxHashMap::default(),
            is_passed: false,
            seen: FxHashSet::default(),
            computer: TextId(0),
            read: 0,
        }
    }

    /// Adds the count of records to the batch.
    pub(super) fn finish(self) {
        if self.read > 0 {
            self.batch.note("records", self.read);
        }
    }

    /// Interns a System text; `field` is the place of its field among those that are texts.
    fn intern(&mut self, field: usize, value: Wire<'_>) -> TextId {
        let (form, bytes) = match value {
            Wire::Utf16(bytes) => (Form::Utf16, bytes),
            Wire::Text(text) => (Form::Utf8, text.as_bytes()),
            Wire::Sid(bytes) => (Form::Sid, bytes),
            _ => return TextId(0),
        };
        let (batch, raw) = (&mut *self.batch, Raw { form, bytes });
        let known = self
            .met
            .heads
            .find(field, raw, |shown| batch.texts.shared(shown));
        known.unwrap_or_else(|| self.intern_new(field, raw))
    }

    /// The same of one that is not remembered.
    #[cold]
    fn intern_new(&mut self, field: usize, raw: Raw<'_>) -> TextId {
        self.scratch.clear();
        match raw.form {
            Form::Utf16 => drop(push_utf16le(trim_nul(raw.bytes), &mut self.scratch)),
            Form::Utf8 => self
                .scratch
                .push_str(str::from_utf8(raw.bytes).unwrap_or_default()),
            Form::Sid => {
                if let Ok(sid) = Sid::from_bytes(raw.bytes) {
                    self.scratch.push_str(&sid.to_text());
                }
            }
        }
        let id = self.batch.text(&self.scrubber.scrub(&self.scratch, false));
        // One with a token must be met again, to be counted for its own event.
        if !self.scrubber.has_tokens()
            && let Some(shown) = self.batch.texts.get(id.0)
        {
            self.met.heads.keep(field, raw, shown.clone(), id);
        }
        id
    }

    /// Most texts are ASCII and hold no secret; these go straight to where they stay.
    fn encode_wide(&mut self, bytes: &[u8], secret: bool) {
        let arena = &mut self.batch.arena;
        let is_remembered = !secret && bytes.len() >= SHORTEST_REMEMBERED;
        let place = is_remembered.then(|| Place::of(bytes));
        if let Some(encoded) = place.and_then(|place| self.met.texts.find(place, bytes)) {
            return arena.extend_from_slice(encoded);
        }
        if secret || !is_ascii_utf16le(bytes) {
            self.scratch.clear();
            push_utf16le(bytes, &mut self.scratch);
            return Value::Text(&self.scrubber.scrub(&self.scratch, secret)).encode(arena);
        }
        let start = arena.len();
        let fill = |arena: &mut Vec<u8>| push_ascii_utf16le(bytes, arena);
        let text = Value::encode_text(arena, bytes.len() / 2, fill);
        if let Some(instead) = self.scrubber.instead_of(text) {
            arena.truncate(start);
            Value::Text(&instead).encode(arena);
        } else if let Some(place) = place
            // One with a token must be met again, to be counted for its own event.
            && !self.scrubber.has_tokens()
            && let Some(encoded) = arena.get(start..)
        {
            self.met.texts.keep(place, bytes, encoded);
        }
    }

    fn encode(&mut self, value: Wire<'_>, secret: bool) {
        let arena = &mut self.batch.arena;
        match value {
            Wire::Utf16(bytes) => self.encode_wide(trim_nul(bytes), secret),
            Wire::Text(text) => Value::Text(&self.scrubber.scrub(text, secret)).encode(arena),
            Wire::Null => Value::Null.encode(arena),
            Wire::Int(number) => Value::Int(number).encode(arena),
            Wire::Uint(number) => Value::Uint(number).encode(arena),
            Wire::Hex32(number) => Value::Hex32(number).encode(arena),
            Wire::Hex64(number) => Value::Hex64(number).encode(arena),
            Wire::Float(number) => Value::Float(number).encode(arena),
            Wire::Bool(set) => Value::Bool(set).encode(arena),
            Wire::Guid(guid) => Value::Guid(guid).encode(arena),
            Wire::Sid(bytes) => Value::Sid(bytes).encode(arena),
            Wire::Bytes(bytes) => match self.scrubber.bytes(bytes, secret) {
                Some(remark) => Value::Text(&remark).encode(arena),
                None => Value::Bytes(bytes).encode(arena),
            },
            Wire::Time(ticks) => Value::Time(Ticks(ticks)).encode(arena),
            Wire::List(list) => {
                // An array of small numbers may be the bytes of a text.
                let mut numbers = Vec::new();
                list.for_each(|item| push_number(item, &mut numbers));
                if let Some(remark) = self.scrubber.bytes(&numbers, secret) {
                    return Value::Text(&remark).encode(arena);
                }
                // Items are encoded into the arena's end first, then taken back as one value.
                let start = self.batch.arena.len();
                list.for_each(|item| self.encode(item, secret));
                let items = self.batch.arena.split_off(start);
                Value::List(Payload(&items)).encode(&mut self.batch.arena);
            }
        }
    }

    /// Adds the message that was exported with the log, where there is one.
    fn add_message(&mut self) {
        let Some(messages) = self.messages else {
            return;
        };
        let system = &self.system;
        let info = messages.rendering_info(&MtaEvent {
            provider: self.batch.texts.str(system.provider),
            record_number: system.head.id,
            event_record_id: system.record_id.unwrap_or(system.head.id),
            qualifiers: system.qualifiers,
            level: system.level,
            task: system.task,
            opcode: system.opcode,
            keywords: system.keywords,
        });
        if let Some(message) = info.and_then(|info| info.message) {
            let name = self.batch.text(MESSAGE_FIELD);
            self.names.push(name);
            self.encode(Wire::Text(message), false);
        }
    }

    /// Counts the record, which is no event.
    fn pass(&mut self, ticks: Option<Ticks>) {
        let origin = self.origin();
        self.batch.passed.entry(origin).or_default().add(Passed {
            records: 1,
            first: ticks,
            last: ticks,
        });
        self.batch.note("passed_records", 1);
    }

    fn origin(&mut self) -> OriginId {
        let key = (
            self.system.provider,
            self.system.channel,
            self.system.computer,
        );
        match self.origin {
            Some((known, id)) if known == key => id,
            _ => {
                let id = self.batch.origin_of("evtx", key.0, key.1, key.2);
                self.origin = Some((key, id));
                id
            }
        }
    }
}

impl Sink for Records<'_> {
    fn begin(&mut self, record: RecordHead) {
        self.system = System::new(record);
        self.start = self.batch.arena.len();
        self.names.clear();
        self.scrubber.take_tokens();
        self.is_passed = false;
    }

    #[inline]
    fn system(&mut self, field: SystemField, value: Wire<'_>) {
        // A record begins with nothing.
        if value == Wire::Null {
            return;
        }
        match field {
            SystemField::ProviderName => self.system.provider = self.intern(0, value),
            SystemField::Channel => self.system.channel = self.intern(1, value),
            SystemField::Computer => self.system.computer = self.intern(2, value),
            SystemField::UserId => self.system.user = self.intern(3, value),
            SystemField::EventId
            | SystemField::Qualifiers
            | SystemField::Version
            | SystemField::Level
            | SystemField::Task
            | SystemField::Opcode
            | SystemField::Keywords
            | SystemField::ProcessId
            | SystemField::ThreadId
            | SystemField::EventRecordId => self.system_number(field, number(value)),
            SystemField::TimeCreated => {
                if let Wire::Time(ticks) = value {
                    self.system.time = Some(ticks);
                }
            }
            SystemField::ActivityId => self.system.activity = guid(value),
            SystemField::RelatedActivityId => self.system.related = guid(value),
            SystemField::ProviderGuid => {}
        }
    }

    fn system_number(&mut self, field: SystemField, number: u64) {
        let system = &mut self.system;
        match field {
            SystemField::EventId => system.event_id = narrow(number),
            SystemField::Qualifiers => system.qualifiers = narrow(number),
            SystemField::Version => system.version = narrow(number),
            SystemField::Level => system.level = narrow(number),
            SystemField::Task => system.task = narrow(number),
            SystemField::Opcode => system.opcode = narrow(number),
            SystemField::Keywords => system.keywords = number,
            SystemField::ProcessId => system.pid = narrow(number),
            SystemField::ThreadId => system.tid = narrow(number),
            SystemField::EventRecordId => system.record_id = Some(number),
            _ => self.system(field, Wire::Uint(number)),
        }
    }

    fn wants_payload(&mut self) -> bool {
        let Some(wants) = self.wants else {
            return true;
        };
        let System {
            event_id,
            level,
            computer,
            ..
        } = self.system;
        // One record of each origin stays, and one wherever the computer changes: they say what the
        // log is of.
        let origin = self.origin();
        let says_of_log = !self.seen.contains(&origin) || computer != self.computer;
        let wanted = self.wanted.entry((origin, event_id, level));
        let is_wanted = *wanted.or_insert_with(|| {
            wants.payload(RecordKind {
                provider: self.batch.texts.str(self.system.provider),
                channel: self.batch.texts.str(self.system.channel),
                id: event_id,
                level: Level(level),
            })
        });
        self.is_passed = !says_of_log && !is_wanted;
        !self.is_passed
    }

    fn field(&mut self, name: NameId, text: &str, value: Wire<'_>) {
        let (batch, scrubber) = (&mut *self.batch, &self.scrubber);
        let scrub = |text: &str| scrubber.scrub(text, false).into();
        let known = self
            .met
            .names
            .know(name, text, scrub, |shown| batch.texts.shared(shown));
        let Some(Known { id, secret, .. }) = known else {
            return;
        };
        let secret = *secret;
        self.names.push(*id);
        self.encode(value, secret);
    }

    fn discard(&mut self) {
        self.batch.arena.truncate(self.start);
    }

    fn end(&mut self) {
        let system = self.system;
        // A FILETIME of zero is how producers leave a time out.
        let ticks = [system.time, Some(system.head.ticks)]
            .into_iter()
            .flatten()
            .find(|ticks| *ticks > 0);
        let numbered = Numbered {
            id: system.head.id,
            offset: system.head.offset,
            ticks: ticks.map(Ticks),
        };
        Numbers::note(&mut self.batch.numbers, numbered);
        if self.read == 0 {
            // Notes are shown in the order in which they came up.
            self.batch.note("records", 0);
        }
        self.read += 1;
        if system.head.way == Way::Crate {
            self.batch.note("fallback_records", 1);
        }
        if self.is_passed {
            return self.pass(numbered.ticks);
        }
        self.add_message();
        let locator = Locator::Record {
            id: system.head.id,
            offset: system.head.offset,
        };
        let head = Head {
            stamp: ticks.map(|ticks| Stamp::utc(Ticks(ticks))),
            version: system.version,
            level: Level(system.level),
            pid: system.pid,
            tid: system.tid,
            user: system.user,
            activity: system.activity,
            related: system.related,
            ..Head::new(self.origin(), system.event_id, locator)
        };
        self.lifter
            .add(self.batch, &head, &mut self.names, self.start);
        let shape = self.batch.shape(&self.names);
        let place = self.batch.records.len();
        self.batch.commit(&head, shape, self.start);
        if self.scrubber.has_tokens() {
            self.batch.seen(place, self.scrubber.take_tokens());
        }
        if self.wants.is_some() {
            self.seen.insert(head.origin);
            self.computer = system.computer;
        }
    }

    fn damage(&mut self, damage: Damage) {
        if damage.kind == DamageKind::Checksum && self.open_chunk == Some(damage.offset) {
            return self.batch.note("open_chunks", 1);
        }
        let (kind, note) = match damage.kind {
            DamageKind::Chunk => (BlindspotKind::Damaged, "damaged_chunks"),
            DamageKind::Checksum => (BlindspotKind::Damaged, "wrong_checksums"),
            DamageKind::Truncated => (BlindspotKind::Truncated, "truncated_chunks"),
            DamageKind::Record => (BlindspotKind::Damaged, "damaged_records"),
            DamageKind::Fields => (BlindspotKind::Damaged, "partly_read_records"),
        };
        self.batch
            .blindspot(kind, damage.detail, Some(damage.offset));
        self.batch.note(note, 1);
    }
}
