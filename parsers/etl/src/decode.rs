//! The decode ladder: who can say what a record's payload means.
//!
//! The first rung that knows a record decodes it, and each reading says by what
//! it was made. TraceLogging stands first, because those events describe
//! themselves; the other rungs are given by the caller in the order to ask them.

use crate::header::Header;
use crate::payload::value::Value;
use crate::payload::{Ending, Fields, Identity};
use crate::provider::ProviderTraits;
use crate::record::Record;
use crate::tracelogging::TraceLogging;

/// By what a record was decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decoded {
    /// The event's own description: TraceLogging, or the flag that its payload is one string.
    TraceLogging,
    /// A schema that the trace carries.
    Embedded,
    /// A provider's manifest, shipped or given.
    Manifest,
    /// A WPP message format.
    Wpp,
    /// The layout of a classic or kernel event.
    Mof,
    /// Nothing; the payload is bytes.
    Undecoded,
}

/// What became of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// By what.
    pub decoded: Decoded,
    /// How far; a fault or bytes left make it a partial reading.
    pub ending: Ending,
}

/// One way of decoding.
pub trait Rung: Sync {
    /// Decodes a record that this rung knows, or pushes nothing and gives `None`.
    fn decode(&self, record: &Record<'_>, fields: &mut dyn Fields) -> Option<Reading>;
}

/// Decodes a record by the first of TraceLogging, `rungs` in order, and the flag
/// that its payload is one string.
///
/// A record that none of them knows is [`Decoded::Undecoded`] with its whole
/// payload left.
pub fn decode(record: &Record<'_>, rungs: &[&dyn Rung], fields: &mut dyn Fields) -> Reading {
    if let Header::Event(event) = record.header()
        && let Some(described) = TraceLogging::of(event)
    {
        let provider =
            ProviderTraits::of(event).and_then(|traits| str::from_utf8(traits.name).ok());
        fields.event(Identity {
            provider,
            name: str::from_utf8(described.name()).ok(),
            message: None,
        });
        return Reading {
            decoded: Decoded::TraceLogging,
            ending: described.decode(fields),
        };
    }
    let known = rungs.iter().find_map(|rung| rung.decode(record, fields));
    if let Some(reading) = known {
        return reading;
    }
    let payload = record.payload();
    match record.header() {
        Header::Event(event) if event.is_string_only() => {
            let text = payload.strip_suffix(&[0, 0]).unwrap_or(payload);
            fields.field("Message", Value::Utf16(text));
            Reading {
                decoded: Decoded::TraceLogging,
                ending: Ending {
                    left: 0,
                    fault: None,
                },
            }
        }
        _ => Reading {
            decoded: Decoded::Undecoded,
            ending: Ending {
                left: payload.len(),
                fault: None,
            },
        },
    }
}
