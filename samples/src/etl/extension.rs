//! Extended data items of events.
//!
//! On disk an item states its own padded size first, then its type, then whether another one follows;
//! the structure that programs see in memory is a different one.

use super::error::{EtlError, length_u16};
use super::identity::{guid_bytes, sid_bytes};
use super::record::PointerSize;
use super::tracelogging::ProviderTraits;

/// One extended data item.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extension {
    /// Related activity identifier.
    RelatedActivity(String),
    /// Account of the writer.
    Sid(String),
    /// Terminal services session.
    TerminalSession(u32),
    /// Instance, parent instance and parent GUID.
    Instance(u32, u32, String),
    /// Match identifier and return addresses, as wide as the event's pointers.
    Stack(u64, Vec<u64>),
    /// Index of a precise sample.
    PebsIndex(u64),
    /// Performance counters.
    Counters(Vec<u64>),
    /// Process state manager key.
    PsmKey(u64),
    /// Event key.
    EventKey(u64),
    /// TraceLogging metadata as bytes, for metadata that is wrong on purpose.
    Schema(Vec<u8>),
    /// Provider traits.
    Traits(ProviderTraits),
    /// Start key of the process.
    ProcessStartKey(u64),
    /// GUID by which the provider is enabled.
    ControlGuid(String),
    /// Difference between counters.
    QpcDelta(u64),
    /// Container.
    ContainerId(String),
    /// Match identifier and key of a stack that is told once.
    StackKey(u64, u64),
    /// A type by number, with its bytes.
    Other(u16, Vec<u8>),
}

impl Extension {
    /// Type number and data.
    fn encode(&self, pointer: PointerSize) -> Result<(u16, Vec<u8>), EtlError> {
        let by_width = |bits32, bits64| u16::from(pointer.choose(bits32, bits64));
        let mut data = Vec::new();
        let kind = match self {
            Self::RelatedActivity(guid) => {
                data.extend(guid_bytes(guid)?);
                0x01
            }
            Self::Sid(sid) => {
                data = sid_bytes(sid)?;
                0x02
            }
            Self::TerminalSession(session) => {
                data.extend(session.to_le_bytes());
                0x03
            }
            Self::Instance(instance, parent, guid) => {
                data.extend(instance.to_le_bytes());
                data.extend(parent.to_le_bytes());
                data.extend(guid_bytes(guid)?);
                0x04
            }
            Self::Stack(match_id, addresses) => {
                data.extend(match_id.to_le_bytes());
                for address in addresses {
                    pointer.encode(*address, &mut data);
                }
                by_width(0x05, 0x06)
            }
            Self::Counters(counters) => {
                data.extend(counters.iter().flat_map(|counter| counter.to_le_bytes()));
                0x08
            }
            Self::StackKey(match_id, key) => {
                // The 32-bit form pads its key to eight bytes.
                data.extend(match_id.to_le_bytes());
                pointer.encode(*key, &mut data);
                data.resize(16, 0);
                by_width(0x11, 0x12)
            }
            Self::ControlGuid(guid) => {
                data.extend(guid_bytes(guid)?);
                0x0E
            }
            Self::ContainerId(guid) => {
                data.extend(guid_bytes(guid)?);
                0x10
            }
            Self::Schema(bytes) => {
                data.clone_from(bytes);
                0x0B
            }
            Self::Traits(traits) => {
                data = traits.encode()?;
                0x0C
            }
            Self::Other(kind, bytes) => {
                data.clone_from(bytes);
                *kind
            }
            Self::PebsIndex(number)
            | Self::PsmKey(number)
            | Self::EventKey(number)
            | Self::ProcessStartKey(number)
            | Self::QpcDelta(number) => {
                data.extend(number.to_le_bytes());
                self.number_kind()
            }
        };
        Ok((kind, data))
    }

    /// Type number of an item that is one 64-bit number.
    fn number_kind(&self) -> u16 {
        match self {
            Self::PebsIndex(_) => 0x07,
            Self::PsmKey(_) => 0x09,
            Self::EventKey(_) => 0x0A,
            Self::ProcessStartKey(_) => 0x0D,
            _ => 0x0F,
        }
    }
}

/// Appends items, each linked to the next.
pub(super) fn write_all(
    extensions: &[Extension],
    pointer: PointerSize,
    out: &mut Vec<u8>,
) -> Result<(), EtlError> {
    for (index, extension) in extensions.iter().enumerate() {
        let (kind, data) = extension.encode(pointer)?;
        let linked = u16::from(index + 1 < extensions.len());
        let padded = (8 + data.len()).next_multiple_of(8);
        let size = length_u16("an extended item", padded)?;
        let data_size = length_u16("an extended item", data.len())?;
        for number in [size, kind, linked, data_size] {
            out.extend(number.to_le_bytes());
        }
        let end = out.len() + padded - 8;
        out.extend(data);
        out.resize(end, 0);
    }
    Ok(())
}
