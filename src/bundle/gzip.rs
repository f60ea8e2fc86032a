//! A file packed by gzip (RFC 1952, specified): one file, possibly in several members that follow
//! each other.
//!
//! Its unpacked size is stated only modulo 4 GiB, so it is unpacked when the bundle is opened, up to
//! a ceiling, and kept.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;

use super::bytes::Bytes;
use super::content::{Fault, Fetched};
use super::names;
use crate::model::BlindspotKind;

/// An unpacked gzip file.
#[derive(Debug)]
pub(super) struct Gunzipped {
    /// The name in its header, where it has one.
    pub(super) name: Option<String>,
    pub(super) content: Fetched,
}

/// The content, or `Err` with the fault where it unpacks to more than `ceiling` bytes.
pub(super) fn gunzip(packed: &[u8], ceiling: u64) -> Result<Gunzipped, Fault> {
    let mut decoder = MultiGzDecoder::new(packed);
    let name = decoder.header().and_then(|header| header.filename());
    let name = name.map(|name| names::cab_text(name).into_owned());
    let mut output = Vec::new();
    let hint = usize::try_from(stated_size(packed).min(ceiling)).unwrap_or(0);
    // A hint that memory cannot meet is no reason to fail: the content may be smaller.
    let _ = output.try_reserve(hint);
    let result = decoder
        .by_ref()
        .take(ceiling.saturating_add(1))
        .read_to_end(&mut output);
    if output.len() as u64 > ceiling {
        let detail = format!(
            "The file unpacks to more than the {ceiling} bytes that its {} packed ones are allowed.",
            packed.len()
        );
        return Err(Fault::new(BlindspotKind::Limit, detail));
    }
    let fault = result.err().map(|error| fault(&error, output.len() as u64));
    Ok(Gunzipped {
        name,
        content: Fetched {
            bytes: Bytes::from(output),
            fault,
        },
    })
}

/// The size that the trailer states, unless deflate could not reach it.
fn stated_size(packed: &[u8]) -> u64 {
    let stated = packed
        .last_chunk()
        .map_or(0, |trailer| u32::from_le_bytes(*trailer));
    u64::from(stated).min((packed.len() as u64).saturating_mul(1032))
}

fn fault(error: &io::Error, have: u64) -> Fault {
    let (kind, what) = match error.kind() {
        io::ErrorKind::UnexpectedEof => (BlindspotKind::Truncated, "ends inside its packed data"),
        _ => (
            BlindspotKind::Damaged,
            "is damaged, fails its checksum, or is followed by something else",
        ),
    };
    Fault::new(
        kind,
        format!("The file {what}; {have} bytes could be unpacked."),
    )
    .at(have)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(name: Option<&str>, content: &[u8]) -> Vec<u8> {
        let builder = match name {
            Some(name) => flate2::GzBuilder::new().filename(name),
            None => flate2::GzBuilder::new(),
        };
        let mut encoder = builder.write(Vec::new(), flate2::Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn check(packed: &[u8], expected: (&[u8], Option<BlindspotKind>)) {
        let content = gunzip(packed, 1000).unwrap().content;
        assert_eq!(
            (&*content.bytes, content.fault.map(|fault| fault.kind)),
            expected
        );
    }

    #[test]
    fn whole_cut_and_damaged() {
        let packed = gzip(Some("trace.etl"), b"hello hello hello");
        assert_eq!(
            gunzip(&packed, 1000).unwrap().name.as_deref(),
            Some("trace.etl")
        );
        check(&packed, (b"hello hello hello", None));
        check(
            &[gzip(None, b"one "), gzip(None, b"two")].concat(),
            (b"one two", None),
        );
        check(
            &packed[..packed.len() - 4],
            (b"hello hello hello", Some(BlindspotKind::Truncated)),
        );
        let mut damaged = packed.clone();
        let crc = damaged.len() - 8;
        damaged[crc] ^= 1;
        check(
            &damaged,
            (b"hello hello hello", Some(BlindspotKind::Damaged)),
        );
        check(&gzip(None, b""), (b"", None));
        check(b"\x1f\x8b\x08", (b"", Some(BlindspotKind::Truncated)));
    }

    #[test]
    fn the_ceiling_holds() {
        let fault = gunzip(&gzip(None, &[0; 2000]), 1999).unwrap_err();
        assert_eq!(fault.kind, BlindspotKind::Limit);
        assert!(gunzip(&gzip(None, &[0; 2000]), 2000).is_ok());
    }
}
