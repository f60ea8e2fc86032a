//! What both sides of a comparison have in common: a record as names and texts.
//!
//! The crate's JSON writes numbers, GUIDs, times and bytes as text of its own choice, and does not
//! tell an absent value from an empty text; the normal form is that of the JSON, brackets of GUIDs
//! and empties left out.

#![allow(dead_code, reason = "each test file takes the part that it needs")]
#![expect(
    clippy::unwrap_used,
    reason = "a comparison that cannot be made is a test that fails"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use joinscope_evtx::{
    ChunkSpan, Damage, Layout, NameId, Reader, RecordHead, Sink, SystemField, Value, Way,
};
use joinscope_wire::{Sid, push_utf16le};

/// One record: its number, and its fields by name. System fields have `System.` before theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flat {
    pub(crate) id: u64,
    /// Values of each name; their order is not kept by the JSON, so it is none here.
    pub(crate) fields: BTreeMap<String, Vec<String>>,
}

impl Flat {
    pub(crate) fn new(id: u64) -> Self {
        Self {
            id,
            fields: BTreeMap::new(),
        }
    }

    /// Adds a value, unless it is empty.
    pub(crate) fn add(&mut self, name: &str, text: String) {
        if !text.is_empty() {
            self.fields.entry(name.to_owned()).or_default().push(text);
        }
    }

    /// The record when all of it is there.
    pub(crate) fn done(mut self) -> Self {
        self.fields.values_mut().for_each(|values| values.sort());
        self
    }
}

/// Takes down what the reader pushes.
#[derive(Default)]
pub(crate) struct Notebook {
    pub(crate) records: Vec<Flat>,
    pub(crate) damages: Vec<Damage>,
    /// Records that were read from the chunk's bytes.
    pub(crate) direct: usize,
    names: BTreeMap<u32, String>,
    open: bool,
}

impl Sink for Notebook {
    fn begin(&mut self, record: RecordHead) {
        assert!(!self.open, "a record begins inside another");
        self.open = true;
        self.direct += usize::from(record.way == Way::Direct);
        self.records.push(Flat::new(record.id));
    }

    fn system(&mut self, field: SystemField, value: Value<'_>) {
        let record = self.records.last_mut().unwrap();
        let name = format!("System.{field:?}");
        match value {
            Value::List(list) => list.for_each(|item| record.add(&name, normal(item))),
            value => record.add(&name, normal(value)),
        }
    }

    fn field(&mut self, name: NameId, text: &str, value: Value<'_>) {
        assert!(self.open, "a field outside a record");
        assert_eq!(
            self.names.entry(name.0).or_insert_with(|| text.to_owned()),
            text,
            "an id has one name"
        );
        let record = self.records.last_mut().unwrap();
        match value {
            Value::List(list) => list.for_each(|item| record.add(text, normal(item))),
            value => record.add(text, normal(value)),
        }
    }

    fn discard(&mut self) {
        assert!(self.open, "a record is discarded that has not begun");
        self.open = false;
        self.direct -= 1;
        self.records.pop();
    }

    fn end(&mut self) {
        assert!(self.open, "a record ends that has not begun");
        self.open = false;
        let record = self.records.pop().unwrap();
        self.records.push(record.done());
    }

    fn damage(&mut self, damage: Damage) {
        self.damages.push(damage);
    }
}

thread_local! {
    /// One reader for all that a test reads, so that what it knows of other chunks is tried as well.
    static READER: RefCell<Reader> = RefCell::default();
}

/// Reads one chunk.
pub(crate) fn read_chunk(file: &[u8], span: ChunkSpan) -> Notebook {
    let mut notebook = Notebook::default();
    READER.with_borrow_mut(|reader| reader.read_chunk(file, span, &mut notebook));
    assert!(!notebook.open, "the last record ends");
    notebook
}

/// Reads all chunks of a file in their order.
pub(crate) fn read_file(file: &[u8]) -> Notebook {
    let mut all = Notebook::default();
    let mut reader = Reader::default();
    for span in Layout::of(file).chunks {
        reader.read_chunk(file, span, &mut all);
    }
    all
}

/// A value in the normal form.
pub(crate) fn normal(value: Value<'_>) -> String {
    match value {
        Value::Null => String::new(),
        Value::Utf16(bytes) => {
            let mut text = String::new();
            push_utf16le(bytes, &mut text);
            text_form(&text)
        }
        Value::Text(text) => text_form(text),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Hex32(number) => format!("0x{number:x}"),
        Value::Hex64(number) => format!("0x{number:x}"),
        Value::Float(number) => number.to_string(),
        Value::Bool(set) => set.to_string(),
        Value::Guid(guid) => guid.to_string().to_lowercase(),
        Value::Sid(bytes) => sid(bytes),
        Value::Bytes(bytes) => hex(bytes),
        Value::Time(ticks) => time(ticks),
        Value::List(_) => String::from("a list in a list"),
    }
}

/// A text: GUIDs lose their brackets, as they do where they stand as values.
pub(crate) fn text_form(text: &str) -> String {
    let text = text.trim_end_matches('\0');
    let inner = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    match inner {
        Some(inner)
            if inner.len() == 36
                && inner
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || byte == b'-') =>
        {
            inner.to_lowercase()
        }
        _ => text.to_owned(),
    }
}

/// A SID; bytes that are none are no value. An authority beyond 32 bits is written in hexadecimal by
/// us, as specified, and in decimal by the crate.
fn sid(bytes: &[u8]) -> String {
    let text = Sid::from_bytes(bytes).map_or_else(|_| String::new(), |sid| sid.to_text());
    let decimal = |part: &str| {
        let number = part
            .strip_prefix("0x")
            .and_then(|digits| u64::from_str_radix(digits, 16).ok());
        number.map_or_else(|| part.to_owned(), |number| number.to_string())
    };
    text.split('-').map(decimal).collect::<Vec<_>>().join("-")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}").unwrap();
        text
    })
}

/// `2026-03-02T08:00:00.0000000Z`, by the civil-from-days rule for the Gregorian calendar.
fn time(ticks: i64) -> String {
    let (seconds, part) = (ticks.div_euclid(10_000_000), ticks.rem_euclid(10_000_000));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 0000-03-01; FILETIME counts from 1601-01-01.
    let days = days + 584_694;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{part:07}Z")
}
