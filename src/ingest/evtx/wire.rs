//! Values of the reader as what the System fields of a record need.

use joinscope_evtx::Value as Wire;
use joinscope_wire::{Guid, push_utf16le};

/// Appends an item of an array of bytes or of 16-bit numbers, as the bytes that it was.
pub(super) fn push_number(item: Wire<'_>, bytes: &mut Vec<u8>) {
    let number = match item {
        Wire::Uint(number) => number,
        Wire::Int(number) => number.cast_unsigned(),
        _ => return,
    };
    let [low, high, rest @ ..] = number.to_le_bytes();
    bytes.push(low);
    // A sign fills all bytes of a small number.
    if high != 0 && rest.iter().all(|byte| *byte == 0) {
        bytes.push(high);
    }
}

/// A System number, whatever integer type or text its template gave it; 0 where it is none.
pub(super) fn number(value: Wire<'_>) -> u64 {
    match value {
        Wire::Uint(number) | Wire::Hex64(number) => number,
        Wire::Hex32(number) => number.into(),
        Wire::Int(number) => u64::try_from(number).unwrap_or_default(),
        Wire::Text(text) => text.parse().unwrap_or_default(),
        _ => 0,
    }
}

/// A number as the type that its field has; 0 where it is greater.
pub(super) fn narrow<T: TryFrom<u64> + Default>(number: u64) -> T {
    T::try_from(number).unwrap_or_default()
}

pub(super) fn guid(value: Wire<'_>) -> Guid {
    match value {
        Wire::Guid(guid) => guid,
        Wire::Text(text) => text.parse().unwrap_or(Guid([0; 16])),
        Wire::Utf16(bytes) => {
            let mut text = String::new();
            push_utf16le(trim_nul(bytes), &mut text);
            text.parse().unwrap_or(Guid([0; 16]))
        }
        _ => Guid([0; 16]),
    }
}

/// The text before its first terminating NUL, if any is at its end.
pub(super) fn trim_nul(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_suffix(&[0, 0]) {
        if !bytes.len().is_multiple_of(2) {
            break;
        }
        bytes = rest;
    }
    bytes
}
