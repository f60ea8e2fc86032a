//! GUIDs and security identifiers in their binary form.
//!
//! The first three groups of a GUID are little-endian, while its text and the name hash are not.

use sha1::{Digest, Sha1};

use super::EtlError;

/// The sixteen bytes that precede the name in the hash of a provider name (specified by the public
/// TraceLogging and EventSource code).
const NAME_SPACE: [u8; 16] = [
    0x48, 0x2C, 0x2D, 0xB2, 0xC3, 0x90, 0x47, 0xC8, 0x87, 0xF8, 0x1A, 0x15, 0xBF, 0xC1, 0x30, 0xFB,
];

/// The GUID, as text in lower case, that TraceLogging and EventSource providers derive from their
/// name. Letters beyond ASCII are hashed as they are.
pub fn provider_guid_of(name: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(NAME_SPACE);
    for unit in name.to_ascii_uppercase().encode_utf16() {
        hash.update(unit.to_be_bytes());
    }
    let hash = hash.finalize();
    let byte = |at: usize| hash.get(at).copied().unwrap_or(0);
    // Byte 7 is the high byte of the third group, whose high digit names the version.
    let third = u16::from_le_bytes([byte(6), byte(7) & 0x0F | 0x50]);
    format!(
        "{:08x}-{:04x}-{third:04x}-{:02x}{:02x}-{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}",
        u32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)]),
        u16::from_le_bytes([byte(4), byte(5)]),
        byte(8),
        byte(9),
        byte(10),
        byte(11),
        byte(12),
        byte(13),
        byte(14),
        byte(15)
    )
}

/// The 16 bytes of a GUID, given with or without braces.
pub(crate) fn guid_bytes(text: &str) -> Result<[u8; 16], EtlError> {
    parse_guid(text).ok_or_else(|| EtlError::Guid {
        text: text.to_owned(),
    })
}

/// The 16 bytes of a GUID, or zeros when there is none.
pub(super) fn guid_bytes_or_zero(text: Option<&String>) -> Result<[u8; 16], EtlError> {
    text.map_or(Ok([0; 16]), |text| guid_bytes(text))
}

/// The binary form of `S-1-<authority>-<number>...`; the authority is big-endian, the rest little.
pub(super) fn sid_bytes(text: &str) -> Result<Vec<u8>, EtlError> {
    parse_sid(text).ok_or_else(|| EtlError::Sid {
        text: text.to_owned(),
    })
}

fn parse_guid(text: &str) -> Option<[u8; 16]> {
    let braced = text.strip_prefix('{').and_then(|t| t.strip_suffix('}'));
    let mut groups = braced.unwrap_or(text).split('-');
    let mut number: u128 = 0;
    for digits in [8_usize, 4, 4, 4, 12] {
        let group = groups.next()?;
        if group.len() != digits || !group.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let value = u64::from_str_radix(group, 16).ok()?;
        number = number << (4 * digits) | u128::from(value);
    }
    if groups.next().is_some() {
        return None;
    }
    let mut bytes = number.to_be_bytes();
    bytes[0..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    Some(bytes)
}

fn parse_sid(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.strip_prefix("S-1-")?.split('-');
    let authority: u64 = parts.next()?.parse().ok()?;
    let numbers: Vec<u32> = parts.map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let count = u8::try_from(numbers.len()).ok().filter(|c| *c <= 15)?;
    let [0, 0, authority @ ..] = authority.to_be_bytes() else {
        return None;
    };
    let mut bytes = vec![1, count];
    bytes.extend(authority);
    bytes.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_are_in_windows_order() {
        let expected = [
            0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD,
            0xEE, 0xFF,
        ];
        for text in [
            "00112233-4455-6677-8899-aabbccddeeff",
            "{00112233-4455-6677-8899-AABBCCDDEEFF}",
        ] {
            assert_eq!(guid_bytes(text), Ok(expected));
        }
        for text in [
            "",
            "{}",
            "00112233-4455-6677-8899-aabbccddeef",
            "+0112233-4455-6677-8899-aabbccddeeff",
            "00112233-4455-6677-8899-aabbccddeeff-0",
        ] {
            assert!(guid_bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn security_identifiers() {
        let system = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
        assert_eq!(sid_bytes("S-1-5-18").unwrap(), system);
        for text in ["", "S-1-", "S-1-5-x", "S-2-5-18", "S-1-99999999999999999-1"] {
            assert!(sid_bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn provider_names_hash_to_known_guids() {
        for (name, guid) in [
            (
                "Microsoft.Windows.Shell.CloudDomainJoin.Client",
                "aa02d1a4-72d8-5f50-d425-7402ea09253a",
            ),
            (
                "Microsoft.Windows.Security.TokenBroker",
                "077b8c4a-e425-578d-f1ac-6fdf1220ff68",
            ),
        ] {
            assert_eq!(provider_guid_of(name), guid, "{name}");
        }
    }
}
