//! The fields of one payload, encoded into a batch as they are decoded.

// Addresses as text; this program has no network, and `core` has none.
use core::net::{Ipv4Addr, Ipv6Addr};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::Hasher as _;

use joinscope_etl::payload::{Fields, Identity};
use joinscope_etl::{Carved, Ending, Fault, Value as Wire, carve};
use joinscope_wire::push_utf16le;

use super::message::filled;
use crate::ingest::secrets::{Scrubber, is_secret_field};
use crate::model::{
    Batch, FAULT_FIELD, MESSAGE_FIELD, NAME_FIELD, Payload, STRINGS_FIELD, TAIL_FIELD, TextId,
    Ticks, Value, is_added_field,
};

/// Bytes of an undescribed tail that are kept as such; longer ones are carved for texts.
const SHORT_TAIL: usize = 32;

/// Collects what a decoder pushes for one record.
pub(super) struct Collector<'b> {
    pub(super) batch: &'b mut Batch,
    pub(super) scrubber: Scrubber,
    scratch: String,
    /// Where the values of the current record start in the arena.
    pub(super) start: usize,
    /// Names of the current record's values.
    pub(super) names: Vec<TextId>,
    /// The provider's name, where the decoder knows it.
    pub(super) provider: Option<TextId>,
    /// The event's name, where the decoder knows it.
    pub(super) name: TextId,
    /// The event's message with its inserts as the schema has them; empty for none.
    message: String,
}

impl<'b> Collector<'b> {
    pub(super) fn new(batch: &'b mut Batch) -> Self {
        Self {
            batch,
            scrubber: Scrubber::default(),
            scratch: String::new(),
            start: 0,
            names: Vec::new(),
            provider: None,
            name: TextId(0),
            message: String::new(),
        }
    }

    pub(super) fn begin(&mut self) {
        self.start = self.batch.arena.len();
        self.names.clear();
        self.scrubber.take_tokens();
        self.provider = None;
        self.name = TextId(0);
        self.message.clear();
    }

    /// Forgets the values of the current record.
    pub(super) fn discard(&mut self) {
        self.batch.arena.truncate(self.start);
        self.names.clear();
    }

    /// Makes the name a field: an event that its provider numbers is told by its number, and the
    /// same event has no name in an event log.
    pub(super) fn name_is_field(&mut self) {
        let name = self.batch.texts.str(self.name).trim_matches('/').to_owned();
        if !name.is_empty() {
            self.add(NAME_FIELD, Value::Text(&name));
        }
        self.name = TextId(0);
    }

    /// Adds the message of the event, with its fields in the places that it has for them.
    pub(super) fn add_message(&mut self) {
        if self.message.is_empty() {
            return;
        }
        let values = self.batch.arena.get(self.start..).unwrap_or_default();
        let own = |(name, _): &(&TextId, Value<'_>)| !is_added_field(self.batch.texts.str(**name));
        let values: Vec<Value<'_>> = self
            .names
            .iter()
            .zip(Payload(values))
            .filter(own)
            .map(|(_, value)| value)
            .collect();
        if let Some(text) = filled(&self.message, &values) {
            // The words come with the trace, and beside a name of theirs a value may be a secret.
            let text = self.scrubber.scrub(&text, false).into_owned();
            self.add(MESSAGE_FIELD, Value::Text(&text));
        }
    }

    /// Makes the first field the message: a WPP message is a text before it is fields.
    pub(super) fn first_is_message(&mut self) {
        let message = self.batch.text(MESSAGE_FIELD);
        if let Some(name) = self.names.first_mut() {
            *name = message;
        }
    }

    /// Adds what decoding left: why it stopped, and the bytes behind the last field; of an
    /// undecoded record that is all of them.
    pub(super) fn add_rest(&mut self, ending: Ending, payload: &[u8]) {
        if let Some(fault) = ending.fault {
            self.add(FAULT_FIELD, Value::Text(fault_words(fault)));
        }
        let tail = payload
            .len()
            .checked_sub(ending.left)
            .and_then(|at| payload.get(at..));
        if let Some(tail) = tail.filter(|tail| !tail.is_empty()) {
            if tail.len() <= SHORT_TAIL && carve(tail).next().is_none() {
                self.add(TAIL_FIELD, Value::Bytes(tail));
            } else {
                self.add(TAIL_FIELD, Value::Text(&format!("{} bytes", tail.len())));
                self.add_carved(tail);
            }
        }
    }

    /// Adds the texts that stand in bytes that nothing describes. The bytes themselves are not
    /// kept: a token in them could not be told from anything else.
    fn add_carved(&mut self, bytes: &[u8]) {
        let mut items = Vec::new();
        for carved in carve(bytes) {
            let text = match carved {
                Carved::Ascii(bytes) => String::from_utf8_lossy(bytes),
                Carved::Utf16(bytes) => {
                    self.scratch.clear();
                    push_utf16le(bytes, &mut self.scratch);
                    Cow::Borrowed(&*self.scratch)
                }
            };
            Value::Text(&self.scrubber.scrub(&text, false)).encode(&mut items);
        }
        if !items.is_empty() {
            self.add(STRINGS_FIELD, Value::List(Payload(&items)));
        }
    }

    fn add(&mut self, name: &str, value: Value<'_>) {
        let name = self.batch.text(name);
        self.names.push(name);
        value.encode(&mut self.batch.arena);
    }

    fn encode(&mut self, value: Wire<'_>, secret: bool) {
        let arena = &mut self.batch.arena;
        match value {
            Wire::Utf16(bytes) => {
                self.scratch.clear();
                push_utf16le(bytes, &mut self.scratch);
                Value::Text(&self.scrubber.scrub(&self.scratch, secret)).encode(arena);
            }
            // The code page is not named; ASCII is the same in all of them.
            Wire::Ansi(bytes) | Wire::Utf8(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                Value::Text(&self.scrubber.scrub(&text, secret)).encode(arena);
            }
            Wire::Null => Value::Null.encode(arena),
            Wire::Char(unit) => {
                let letter = char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
                Value::Text(letter.encode_utf8(&mut [0; 4])).encode(arena);
            }
            Wire::Int(number) => Value::Int(number).encode(arena),
            Wire::Uint(number) | Wire::Mapped(number, _) => Value::Uint(number).encode(arena),
            Wire::Port(number) => Value::Uint(u64::from(number)).encode(arena),
            Wire::Hex32(number) | Wire::Code(_, number) => Value::Hex32(number).encode(arena),
            Wire::Hex64(number) => Value::Hex64(number).encode(arena),
            Wire::Float(number) => Value::Float(number).encode(arena),
            Wire::Bool(set) => Value::Bool(set).encode(arena),
            Wire::Guid(guid) => Value::Guid(guid).encode(arena),
            Wire::Sid(bytes) => Value::Sid(bytes).encode(arena),
            Wire::Time(ticks) => Value::Time(Ticks(ticks)).encode(arena),
            Wire::Bytes(bytes) => match self.scrubber.bytes(bytes, secret) {
                Some(remark) => Value::Text(&remark).encode(arena),
                None => Value::Bytes(bytes).encode(arena),
            },
            Wire::Ip4(address) => self.print(format_args!("{}", Ipv4Addr::from(address))),
            Wire::Ip6(address) => self.print(format_args!("{}", Ipv6Addr::from(address))),
            Wire::Socket(bytes) => match socket(bytes) {
                Some(text) => Value::Text(&text).encode(arena),
                None => Value::Bytes(bytes).encode(arena),
            },
            Wire::List(list) => {
                // An array of small numbers may be the bytes of a text.
                if let Some(remark) = self.scrubber.bytes(list.bytes(), secret) {
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

    /// Interns a name. Names come with the events, so what is new among them is looked at like any
    /// other text.
    fn intern(&mut self, name: &str) -> TextId {
        match self.batch.texts.find(name) {
            Some(id) => id,
            None => self.batch.text(&self.scrubber.scrub(name, false)),
        }
    }

    fn print(&mut self, text: std::fmt::Arguments<'_>) {
        self.scratch.clear();
        // Writing to a String cannot fail.
        let _ = self.scratch.write_fmt(text);
        Value::Text(&self.scratch).encode(&mut self.batch.arena);
    }
}

impl Fields for Collector<'_> {
    fn event(&mut self, identity: Identity<'_>) {
        if let Some(provider) = identity.provider.filter(|name| !name.is_empty()) {
            self.provider = Some(self.intern(provider));
        }
        if let Some(name) = identity.name {
            self.name = self.intern(name);
        }
        identity
            .message
            .unwrap_or_default()
            .clone_into(&mut self.message);
    }

    fn field(&mut self, name: &str, value: Wire<'_>) {
        let id = self.intern(name);
        self.names.push(id);
        self.encode(value, is_secret_field(name));
        if let Wire::Mapped(_, text) = value {
            let name = format!("@{}", self.batch.texts.str(id));
            let text = self.scrubber.scrub(text, false).into_owned();
            self.add(&name, Value::Text(&text));
        }
    }
}

/// A digest of the bytes that a record has as its payload; never 0, which stands for none.
pub(super) fn digest(payload: &[u8]) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(payload);
    hasher.finish().max(1)
}

/// Address and port of a SOCKADDR of one of the two families that are met.
fn socket(bytes: &[u8]) -> Option<String> {
    let port = u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?);
    match *bytes.first_chunk()? {
        [2, 0] => {
            let address: [u8; 4] = *bytes.get(4..)?.first_chunk()?;
            Some(format!("{}:{port}", Ipv4Addr::from(address)))
        }
        [23, 0] => {
            let address: [u8; 16] = *bytes.get(8..)?.first_chunk()?;
            Some(format!("[{}]:{port}", Ipv6Addr::from(address)))
        }
        _ => None,
    }
}

fn fault_words(fault: Fault) -> &'static str {
    match fault {
        Fault::Metadata => "the description of the fields is cut or contradicts itself",
        Fault::Short => "the payload ends before its description does",
        Fault::UnknownType(_) => "a field is of a type that is not known",
        Fault::TooDeep => "structures are nested beyond the limit",
        Fault::TooMany => "an array claims more items than fit the payload",
        _ => "the payload does not fit its description",
    }
}
