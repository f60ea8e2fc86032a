//! The reader of event logs alone, into a sink that only counts.

use std::hint::black_box;

use joinscope_evtx::{Damage, Layout, NameId, Reader, RecordHead, Sink, SystemField, Value};

/// Counts what it is given.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) records: u64,
    pub(crate) values: u64,
}

impl Sink for Counts {
    fn begin(&mut self, _record: RecordHead) {
        self.records += 1;
    }

    fn system(&mut self, _field: SystemField, value: Value<'_>) {
        black_box(value);
        self.values += 1;
    }

    fn field(&mut self, _name: NameId, _text: &str, value: Value<'_>) {
        black_box(value);
        self.values += 1;
    }

    fn discard(&mut self) {
        self.records -= 1;
    }

    fn end(&mut self) {}

    fn damage(&mut self, damage: Damage) {
        unreachable!("the generated log is sound: {damage:?}");
    }
}

/// Reads every chunk of a log.
pub(crate) fn raw(bytes: &[u8]) -> Counts {
    let mut counts = Counts::default();
    let mut reader = Reader::default();
    for span in Layout::of(bytes).chunks {
        reader.read_chunk(bytes, span, &mut counts);
    }
    counts
}
