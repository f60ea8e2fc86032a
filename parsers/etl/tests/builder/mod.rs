//! A few buffers written by hand, sharing nothing with the parser's layouts.

#![allow(dead_code, reason = "each test file uses a part of it")]

use joinscope_wire::Guid;

/// Bytes of a buffer.
pub(crate) const BUFFER: usize = 0x400;
/// Start of the built logs, 2026-01-02 03:04:05 UTC.
pub(crate) const START: i64 = 134_117_966_450_000_000;
/// Session clock at the start.
const BASE: u64 = 1_000_000;

/// What the log header says.
pub(crate) struct Built {
    pub(crate) start: i64,
    pub(crate) clock: u32,
    pub(crate) pointer_size: u32,
    pub(crate) frequency: u64,
    pub(crate) mode: u32,
    pub(crate) state: u32,
}

impl Default for Built {
    fn default() -> Self {
        Self {
            start: START,
            clock: 1,
            pointer_size: 8,
            frequency: 10_000_000,
            mode: 0,
            state: 1,
        }
    }
}

/// Two processors, whose buffers lie behind each other; events 10, 30 | 20, 40.
pub(crate) fn trace() -> Vec<u8> {
    let mut bytes = header_buffer(&Built::default());
    bytes.extend(data_buffer(1, 0, &[event(10), event(30)]));
    bytes.extend(data_buffer(2, 1, &[event(20), event(40)]));
    bytes
}

/// Two buffers whose streams consist of literals only; events 10 | 20.
pub(crate) fn compressed() -> Vec<u8> {
    let mut bytes = header_buffer(&Built {
        mode: 0x0400_0000,
        state: 3,
        ..Built::default()
    });
    for (sequence, ticks) in [(1, 10), (2, 20)] {
        let plain = event(ticks);
        let mut stream = Vec::new();
        for group in plain.chunks(32) {
            stream.extend([0; 4]);
            stream.extend(group);
        }
        let filled = u32::try_from(0x48 + plain.len()).unwrap();
        bytes.extend(buffer(
            sequence,
            0,
            0,
            0x40,
            1,
            filled,
            &stream,
            stream.len(),
        ));
    }
    bytes
}

pub(crate) fn header_buffer(built: &Built) -> Vec<u8> {
    let mut payload = Vec::new();
    let put = |payload: &mut Vec<u8>, number: u32| payload.extend(number.to_le_bytes());
    put(&mut payload, u32::try_from(BUFFER).unwrap());
    payload.extend([10, 0, 1, 5]);
    for number in [26_100, 2, 0, 0, 156_250, 0, built.mode, 0, 0] {
        put(&mut payload, number);
    }
    for number in [built.pointer_size, 3, 2_500] {
        put(&mut payload, number);
    }
    payload.extend(vec![0; 2 * built.pointer_size as usize]);
    payload.extend((-60_i32).to_le_bytes());
    payload.extend([0; 0xac - 4 + 4]);
    payload.extend(0_u64.to_le_bytes());
    payload.extend(built.frequency.to_le_bytes());
    payload.extend(built.start.to_le_bytes());
    put(&mut payload, built.clock);
    put(&mut payload, 4);
    payload.extend(
        "Example\0example.etl\0"
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    let kind = if built.pointer_size == 8 { 2 } else { 1 };
    let size = u16::try_from(0x20 + payload.len()).unwrap();
    let mut record = vec![2, 0, kind, 0xc0];
    record.extend(size.to_le_bytes());
    record.extend([0; 10]);
    record.extend(BASE.to_le_bytes());
    record.extend([0; 8]);
    record.extend(payload);
    let filled = u32::try_from(0x48 + record.len()).unwrap();
    buffer(0, 0, 4, 1, built.state, filled, &record, BUFFER - 0x48)
}

pub(crate) fn data_buffer(sequence: u64, cpu: u8, records: &[Vec<u8>]) -> Vec<u8> {
    let data = records.concat();
    let filled = u32::try_from(0x48 + data.len()).unwrap();
    buffer(sequence, cpu, 0, 0, 1, filled, &data, BUFFER - 0x48)
}

/// A TraceLogging event with one field, `ticks` after the base.
pub(crate) fn event(ticks: u64) -> Vec<u8> {
    event_at(BASE + ticks)
}

pub(crate) fn event_at(time: u64) -> Vec<u8> {
    event_with(
        time,
        0,
        0,
        [0x5a; 16],
        b"\0Started\0Step\0\x08",
        &5_u32.to_le_bytes(),
    )
}

/// A TraceLogging event with this description behind its size, 10 after the base.
pub(crate) fn described(metadata: &[u8], payload: &[u8]) -> Vec<u8> {
    event_with(BASE + 10, 0, 0, [0x5a; 16], metadata, payload)
}

/// An event that does not describe itself, 10 after the base.
pub(crate) fn plain(provider: Guid, id: u16, keyword: u64, payload: &[u8]) -> Vec<u8> {
    event_with(BASE + 10, id, keyword, provider.0, b"", payload)
}

fn event_with(
    time: u64,
    id: u16,
    keyword: u64,
    provider: [u8; 16],
    metadata: &[u8],
    payload: &[u8],
) -> Vec<u8> {
    let mut record = vec![0, 0, 0x13, 0xc0, u8::from(!metadata.is_empty()), 0, 0, 0];
    record.extend(77_u32.to_le_bytes());
    record.extend(66_u32.to_le_bytes());
    record.extend(time.to_le_bytes());
    record.extend(provider);
    record.extend(id.to_le_bytes());
    record.extend([0, 11, 4, 0, 0, 0]);
    record.extend(keyword.to_le_bytes());
    record.extend([0; 8 + 16]);
    if !metadata.is_empty() {
        let blob = u16::try_from(2 + metadata.len()).unwrap();
        let item = (8 + blob).next_multiple_of(8);
        record.extend(
            [item, 11, 0, blob, blob]
                .map(u16::to_le_bytes)
                .as_flattened(),
        );
        record.extend(metadata);
        record.resize(0x50 + usize::from(item), 0);
    }
    record.extend(payload);
    finish(record)
}

/// A WPP message; its time, if `flags` ask for one, is 77 after the base.
pub(crate) fn message(flags: u16) -> Vec<u8> {
    let mut record = vec![0, 0, 0, 0x90, 10, 0];
    record.extend(flags.to_le_bytes());
    if flags & 2 != 0 {
        record.extend([0x77; 16]);
    }
    if flags & 8 != 0 {
        record.extend((BASE + 77).to_le_bytes());
    }
    finish(record)
}

/// Sets the size in the first two bytes and pads to the next record.
fn finish(mut record: Vec<u8>) -> Vec<u8> {
    let size = u16::try_from(record.len()).unwrap();
    record[..2].copy_from_slice(&size.to_le_bytes());
    record.resize(record.len().next_multiple_of(8), 0xff);
    record
}

#[expect(clippy::too_many_arguments, reason = "the fields of one header")]
fn buffer(
    sequence: u64,
    cpu: u8,
    kind: u16,
    flags: u16,
    state: u32,
    filled: u32,
    data: &[u8],
    room: usize,
) -> Vec<u8> {
    let mut bytes = u32::try_from(0x48 + room).unwrap().to_le_bytes().to_vec();
    bytes.extend([0; 12 + 8]);
    bytes.extend(sequence.to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend([cpu, 8, 42, 0]);
    bytes.extend(state.to_le_bytes());
    bytes.extend(filled.to_le_bytes());
    bytes.extend(flags.to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes.resize(0x48 + room, 0xff);
    bytes
}
