//! A trace that comes piece by piece has the index of the whole, sound or damaged, wherever the
//! pieces end.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod builder;

use builder::{BUFFER, Built, compressed, data_buffer, event, header_buffer, trace};
use joinscope_etl::{BUFFER_HEADER_SIZE, MAX_BUFFER_SIZE, Scan, Scratch, Tally, Trace};

/// Everything that an index says.
fn whole(bytes: &[u8]) -> String {
    format!("{:?}", Trace::open(bytes).map(Trace::into_index))
}

/// The same from pieces of this size; what the scan was not done with is given again.
fn pieces(bytes: &[u8], size: usize) -> String {
    let mut scan = Scan::new();
    let mut window: Vec<u8> = Vec::new();
    for piece in bytes.chunks(size) {
        let before = window.len();
        window.extend(piece);
        let done = scan.add(&window);
        window.drain(..done);
        let is_asked_for = scan.wants() > window.len();
        assert!(is_asked_for, "what was there is read, {before} bytes kept");
        assert!(scan.wants() <= MAX_BUFFER_SIZE as usize + BUFFER_HEADER_SIZE);
    }
    assert_eq!(scan.offset() + window.len() as u64, bytes.len() as u64);
    scan.add_last(&window);
    format!("{:?}", scan.finish())
}

fn check(name: &str, bytes: &[u8]) {
    let expected = whole(bytes);
    for size in [1, 7, 72, 1000, BUFFER, 3 * BUFFER + 1] {
        assert_eq!(pieces(bytes, size), expected, "{name}, pieces of {size}");
    }
}

/// Traces of every kind, by name.
fn traces() -> Vec<(&'static str, Vec<u8>)> {
    let spliced = |mut whole: Vec<u8>, place: usize, bytes: &[u8]| {
        whole.splice(place..place, bytes.iter().copied());
        whole
    };
    let mut appended = trace();
    let second = Built {
        start: builder::START + 1_000,
        ..Built::default()
    };
    appended.extend(header_buffer(&second));
    appended.extend(data_buffer(1, 0, &[event(10)]));
    let mut mixed = trace();
    mixed.extend(compressed());
    let packed = compressed();
    vec![
        ("whole", trace()),
        ("compressed", compressed()),
        ("appended", appended),
        ("appended and compressed", mixed),
        ("without its header", trace()[BUFFER..].to_vec()),
        ("packed without its header", packed[BUFFER..].to_vec()),
        (
            "zeros behind",
            spliced(trace(), 3 * BUFFER, &[0; 2 * BUFFER + 7]),
        ),
        ("filler between", spliced(trace(), BUFFER, &[0xff; BUFFER])),
        (
            "part of a slot",
            spliced(trace(), BUFFER, &[0; BUFFER + 100]),
        ),
        (
            "zeros in packed",
            spliced(compressed(), BUFFER, &[0; BUFFER + 9]),
        ),
        (
            "odd bytes in packed",
            spliced(compressed(), BUFFER, &[0xab; 700]),
        ),
        (
            "a head in packed",
            spliced(compressed(), BUFFER, &packed[BUFFER..BUFFER + 80]),
        ),
        ("no trace", b"something else ".repeat(100)),
    ]
}

#[test]
fn every_prefix_has_the_index_of_the_whole() {
    for (name, bytes) in traces() {
        for length in 0..=bytes.len() {
            let prefix = &bytes[..length];
            let expected = whole(prefix);
            assert_eq!(pieces(prefix, 61), expected, "{name}, cut at {length}");
        }
    }
}

#[test]
fn any_pieces_have_the_index_of_the_whole() {
    for (name, bytes) in traces() {
        check(name, &bytes);
    }
    // More than is looked at to tell what a file is.
    let mut long = trace();
    for sequence in 3..200 {
        long.extend(data_buffer(sequence, 0, &[event(sequence)]));
    }
    check("long", &long);
    for place in [4, 70, 100, 150, 198] {
        let mut harmed = long.clone();
        harmed[place * BUFFER..place * BUFFER + 60].fill(0xee);
        check("harmed", &harmed);
        harmed[place * BUFFER..(place + 2) * BUFFER].fill(0);
        check("emptied", &harmed);
        check("cut", &long[..place * BUFFER + 500]);
    }
    // A claim of sixteen mebibytes, which the file does not have.
    for (name, bytes) in traces() {
        let mut greedy = bytes;
        let place = BUFFER.min(greedy.len() - 4);
        greedy[place..place + 4].copy_from_slice(&MAX_BUFFER_SIZE.to_le_bytes());
        check(name, &greedy);
    }
}

#[test]
fn every_byte_may_be_anything() {
    for (name, bytes) in [("whole", trace()), ("compressed", compressed())] {
        for place in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut changed = bytes.clone();
                changed[place] = value;
                let (index, expected) = (pieces(&changed, 500), whole(&changed));
                assert_eq!(index, expected, "{name}, {value} at {place}");
            }
        }
    }
}

#[test]
fn a_session_reads_a_buffer_from_a_stretch_of_the_file() {
    for bytes in [trace(), compressed()] {
        let trace = Trace::open(&bytes).unwrap();
        let (mut whole, mut parts) = (Tally::default(), Tally::default());
        let mut scratch = Scratch::new();
        for span in &trace.buffers {
            trace.read_buffer(span, &mut scratch, &mut whole);
            let base = span.offset.saturating_sub(5);
            let stretch = &bytes[usize::try_from(base).unwrap()..];
            let stored = span.within(stretch, base);
            let session = trace.session_of(span);
            session.read_buffer(span, stored, &mut scratch, &mut parts);
            assert!(span.within(stretch, span.offset + 1).is_empty());
        }
        assert_eq!(format!("{parts:?}"), format!("{whole:?}"));
        assert!(whole.headers.records() > 0);
    }
}
