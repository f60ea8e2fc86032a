//! Event logs: any bytes as a whole file, and as one chunk behind a sound header. Whatever stands
//! in them, records begin and end in turn, values can be touched, and damage has a place.

#![no_main]

use joinscope_evtx::{
    CHUNK_SIZE, ChunkSpan, Damage, FILE_HEADER_SIZE, Layout, NameId, Reader, RecordHead, Sink,
    SystemField, Value,
};
use libfuzzer_sys::fuzz_target;

/// Touches everything and keeps nothing.
#[derive(Default)]
struct Drain {
    open: bool,
    touched: usize,
    file_length: u64,
}

impl Drain {
    fn touch(&mut self, value: Value<'_>) {
        self.touched += match value {
            Value::Utf16(bytes) | Value::Sid(bytes) | Value::Bytes(bytes) => {
                bytes.iter().map(|byte| usize::from(*byte)).sum()
            }
            Value::Text(text) => text.chars().count(),
            Value::List(list) => {
                list.for_each(|item| self.touch(item));
                1
            }
            _ => 1,
        };
    }
}

impl Sink for Drain {
    fn begin(&mut self, record: RecordHead) {
        assert!(!self.open);
        assert!(record.offset < self.file_length);
        self.open = true;
    }

    fn system(&mut self, _: SystemField, value: Value<'_>) {
        assert!(self.open);
        self.touch(value);
    }

    fn field(&mut self, _: NameId, text: &str, value: Value<'_>) {
        assert!(self.open);
        self.touched += text.len();
        self.touch(value);
    }

    fn discard(&mut self) {
        assert!(self.open);
        self.open = false;
    }

    fn end(&mut self) {
        assert!(self.open);
        self.open = false;
    }

    fn damage(&mut self, damage: Damage) {
        assert!(!damage.detail.is_empty());
        assert!(damage.offset <= self.file_length);
    }
}

fn read(file: &[u8], spans: &[ChunkSpan]) {
    let mut reader = Reader::default();
    let mut drain = Drain {
        file_length: file.len() as u64,
        ..Drain::default()
    };
    for span in spans {
        reader.read_chunk(file, *span, &mut drain);
        assert!(!drain.open);
    }
}

fuzz_target!(|bytes: &[u8]| {
    Layout::sniff(bytes);
    let layout = Layout::of(bytes);
    read(bytes, &layout.chunks);
    // The same bytes as the chunk itself, padded to its size, so that short inputs reach records.
    let mut file = vec![0; FILE_HEADER_SIZE];
    file.extend_from_slice(bytes.get(..CHUNK_SIZE).unwrap_or(bytes));
    file.resize(FILE_HEADER_SIZE + CHUNK_SIZE, 0);
    let span = ChunkSpan {
        offset: FILE_HEADER_SIZE as u64,
        length: CHUNK_SIZE,
        ids: None,
    };
    read(&file, &[span]);
});
