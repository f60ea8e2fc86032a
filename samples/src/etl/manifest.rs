//! What traces carry of manifests and images: the manifest events of EventSource providers, and the
//! image identities of merged traces.
//!
//! A manifest may come in several events; only all of them together are XML.

use super::classic::ClassicEvent;
use super::error::{EtlError, length_u16};
use super::event::EtlEvent;
use super::value::Value;

const IMAGE_CLASS: &str = "b3e675d7-2554-4f18-830b-2762732560de";

/// The manifest of a provider as events, each with at most `chunk_bytes` of the XML text.
///
/// # Errors
///
/// `TooLong` for more chunks than the 16-bit count can say.
pub fn manifest_events(
    provider_guid: &str,
    xml: &str,
    chunk_bytes: usize,
) -> Result<Vec<EtlEvent>, EtlError> {
    let chunks = xml.as_bytes().chunks(chunk_bytes.max(1));
    let total = length_u16("a count of chunks", chunks.len())?;
    let chunk = |(number, bytes): (u16, &[u8])| {
        EtlEvent::manifest(provider_guid, 0xFFFE)
            .opcode(0xFE)
            .task(0xFFFE)
            .level(0)
            // Format, major and minor version, and a magic byte.
            .field(Value::Bytes(vec![1, 1, 0, 0x5B]))
            .field(total)
            .field(number)
            .field(Value::Bytes(bytes.to_vec()))
    };
    Ok((0..total).zip(chunks).map(chunk).collect())
}

/// Identity of an image: base, size, process, time stamp and original file name.
pub fn image_identity(
    base: u64,
    size: u64,
    process_id: u32,
    time_stamp: u32,
    name: &str,
) -> ClassicEvent {
    ClassicEvent::new(IMAGE_CLASS, 0)
        .version(2)
        .field(Value::Pointer(base))
        .field(Value::Pointer(size))
        .field(process_id)
        .field(time_stamp)
        .field(name)
}

/// Identity of an image's symbol file.
pub fn image_symbols(base: u64, process_id: u32, guid: &str, age: u32, name: &str) -> ClassicEvent {
    ClassicEvent::new(IMAGE_CLASS, 0x24)
        .version(2)
        .field(Value::Pointer(base))
        .field(process_id)
        .field(Value::Guid(guid.to_owned()))
        .field(age)
        .field(Value::Ansi(name.to_owned()))
}
