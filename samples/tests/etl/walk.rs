//! A reader of trace files for tests, written from the format's description alone: buffers, record
//! frames, and the three kinds of packing.

/// A number of `width` bytes, little-endian.
pub(crate) fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    let field = bytes[at..at + width].iter().rev();
    field.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A 32-bit number as an index.
pub(crate) fn index(bytes: &[u8], at: usize) -> usize {
    usize::try_from(number(bytes, at, 4)).unwrap()
}

pub(crate) struct Buffer {
    pub(crate) size: usize,
    pub(crate) flags: u64,
    pub(crate) kind: u64,
    pub(crate) cpu: u64,
    pub(crate) sequence: u64,
    pub(crate) flushed_at: u64,
    pub(crate) records: Vec<Record>,
}

pub(crate) struct Record {
    pub(crate) family: &'static str,
    pub(crate) ticks: Option<u64>,
    pub(crate) bytes: Vec<u8>,
}

impl Record {
    pub(crate) fn number(&self, at: usize, width: usize) -> u64 {
        number(&self.bytes, at, width)
    }
}

/// All buffers, every frame checked. Stops at a buffer size of zero or 0xFFFFFFFF.
pub(crate) fn walk(file: &[u8]) -> Vec<Buffer> {
    let (mut at, mut buffers) = (0, Vec::new());
    // The state of the first buffer names the format if the mode says "compressed".
    let format = number(file, 0x2C, 4);
    while at < file.len() && index(file, at) != 0 && number(file, at, 4) != 0xFFFF_FFFF {
        let size = index(file, at);
        let buffer = &file[at..at + size];
        buffers.push(read_buffer(buffer, format));
        at += size;
    }
    assert!(file[at..].iter().all(|byte| *byte == 0 || *byte == 0xFF));
    buffers
}

fn read_buffer(buffer: &[u8], format: u64) -> Buffer {
    let fill = index(buffer, 0x30);
    let flags = number(buffer, 0x34, 2);
    let kind = number(buffer, 0x36, 2);
    let content = if flags & 0x40 == 0 {
        assert!(fill <= buffer.len());
        assert!(buffer[fill..].iter().all(|byte| *byte == 0xFF), "filler");
        buffer[0x48..fill].to_vec()
    } else {
        let packed = &buffer[0x48..];
        match format {
            2 => unpack_lznt1(packed),
            3 => unpack_xpress(packed, fill - 0x48),
            4 => unpack_huffman(packed, fill - 0x48),
            other => panic!("format {other}"),
        }
    };
    assert_eq!(content.len(), fill - 0x48, "unpacked length");
    if kind != 4 {
        assert_eq!(index(buffer, 4), fill, "both fill levels");
    }
    Buffer {
        size: buffer.len(),
        flags,
        kind,
        cpu: if flags & 0x20 == 0 {
            number(buffer, 0x28, 1)
        } else {
            number(buffer, 0x28, 2)
        },
        sequence: number(buffer, 0x18, 8),
        flushed_at: number(buffer, 0x10, 8),
        records: read_records(&content),
    }
}

fn read_records(content: &[u8]) -> Vec<Record> {
    assert_eq!(content.len() % 8, 0);
    let (mut at, mut records) = (0, Vec::new());
    while at < content.len() {
        let (family, size_at, time_at) = frame(&content[at..]);
        let size = match family {
            // Nothing says how large these are; the tests write them so that it can be told.
            "unknown" if content[at + 3] == 0xC0 => usize::from(content[at]),
            "unknown" => usize::from(content[at + 4]),
            _ => usize::try_from(number(content, at + size_at, 2)).unwrap(),
        };
        let bytes = content[at..at + size].to_vec();
        let end = (at + size).next_multiple_of(8);
        assert!(
            content[at + size..end].iter().all(|byte| *byte == 0xFF),
            "padding"
        );
        records.push(Record {
            family,
            ticks: time_at.map(|place| number(&bytes, place, 8)),
            bytes,
        });
        at = end;
    }
    records
}

/// Family of a record, where its size stands, and where its time.
fn frame(record: &[u8]) -> (&'static str, usize, Option<usize>) {
    if record[3] == 0x90 {
        return ("message", 0, message_time(record));
    }
    if record[3] != 0xC0 {
        return ("unknown", 0, None);
    }
    match record[2] {
        0x01 | 0x02 => ("system", 4, Some(0x10)),
        0x03 | 0x04 => ("compact", 4, Some(0x10)),
        0x0A | 0x14 => ("full", 0, Some(0x10)),
        0x0B | 0x15 => ("instance", 0, Some(0x10)),
        0x0D => ("error", 0, Some(0x10)),
        0x10 | 0x11 => ("perfinfo", 4, Some(0x08)),
        0x12 | 0x13 => ("event", 0, Some(0x10)),
        _ => ("unknown", 0, None),
    }
}

fn message_time(record: &[u8]) -> Option<usize> {
    let flags = number(record, 6, 2);
    let mut at = 8;
    if flags & 0x01 != 0 {
        at += 4;
    }
    if flags & 0x04 != 0 {
        at += 4;
    } else if flags & 0x02 != 0 {
        at += 16;
    }
    (flags & 0x08 != 0).then_some(at)
}

/// [MS-XCA] 2.4.4.
fn unpack_xpress(packed: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut at, mut flags, mut left, mut nibble_at) = (0, 0, 0, None);
    while out.len() < length {
        if left == 0 {
            flags = number(packed, at, 4);
            (at, left) = (at + 4, 32);
        }
        left -= 1;
        if flags >> left & 1 == 0 {
            out.push(packed[at]);
            at += 1;
            continue;
        }
        let token = usize::try_from(number(packed, at, 2)).unwrap();
        at += 2;
        let (distance, mut count) = ((token >> 3) + 1, token & 7);
        if count == 7 {
            let nibble = if let Some(place) = nibble_at.take() {
                packed[place] >> 4
            } else {
                nibble_at = Some(at);
                at += 1;
                packed[at - 1] & 15
            };
            count = usize::from(nibble) + 7;
            if nibble == 15 {
                let byte = usize::from(packed[at]);
                at += 1;
                count = byte + 22;
                if byte == 255 {
                    count = usize::try_from(number(packed, at, 2)).unwrap();
                    at += 2;
                }
            }
        }
        copy(&mut out, distance, count + 3);
    }
    out
}

/// [MS-XCA] 2.5.
fn unpack_lznt1(packed: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    while at < packed.len() {
        let header = number(packed, at, 2);
        let end = at + 3 + usize::try_from(header & 0xFFF).unwrap();
        let start = out.len();
        at += 2;
        if header & 0x8000 == 0 {
            out.extend(&packed[at..end]);
            at = end;
        }
        while at < end {
            let flags = packed[at];
            at += 1;
            for token in 0..8 {
                if at >= end {
                    break;
                }
                if flags >> token & 1 == 0 {
                    out.push(packed[at]);
                    at += 1;
                    continue;
                }
                let word = usize::try_from(number(packed, at, 2)).unwrap();
                at += 2;
                let mut length_bits = 12;
                while (out.len() - start - 1) >> (16 - length_bits) > 0 {
                    length_bits -= 1;
                }
                let count = (word & ((1 << length_bits) - 1)) + 3;
                copy(&mut out, (word >> length_bits) + 1, count);
            }
        }
    }
    out
}

/// As much of [MS-XCA] 2.2 as a table of equal code lengths needs.
fn unpack_huffman(packed: &[u8], length: usize) -> Vec<u8> {
    assert!(packed[..256].iter().all(|byte| *byte == 0x99));
    assert!(length <= 65_536, "one block");
    let words = packed[256..].chunks(2).map(|word| number(word, 0, 2));
    let bits: Vec<u64> = words
        .flat_map(|word| (0..16).rev().map(move |bit| word >> bit & 1))
        .collect();
    let codes: Vec<u64> = bits
        .chunks_exact(9)
        .map(|code| code.iter().fold(0, |code, bit| code << 1 | bit))
        .collect();
    assert_eq!(codes[length], 256, "end of the stream");
    codes[..length]
        .iter()
        .map(|code| u8::try_from(*code).unwrap())
        .collect()
}

fn copy(out: &mut Vec<u8>, distance: usize, count: usize) {
    for _ in 0..count {
        out.push(out[out.len() - distance]);
    }
}
