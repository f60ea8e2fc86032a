//! Names of providers: the traits that an event may carry, and the rule by which
//! most TraceLogging and EventSource providers get their GUID from their name.

use joinscope_wire::Guid;

use crate::bytes::{guid_at, nul8_position, u8_fixed, u16_at};
use crate::header::event::Event;
use crate::header::extended::ExtendedKind;
use crate::sha1::sha1;

/// What the name is hashed behind: the namespace of the rule.
const NAMESPACE: [u8; 16] = [
    0x48, 0x2c, 0x2d, 0xb2, 0xc3, 0x90, 0x47, 0xc8, 0x87, 0xf8, 0x1a, 0x15, 0xbf, 0xc1, 0x30, 0xfb,
];
/// Trait type of the provider group.
const GROUP: u8 = 1;
/// Trait type of the GUID to decode by.
const DECODE: u8 = 2;

/// What a provider said of itself when it registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderTraits<'a> {
    /// The provider's name, UTF-8 as written.
    pub name: &'a [u8],
    /// The group that the provider belongs to.
    pub group: Option<Guid>,
    /// The GUID that stands for the provider in schemas.
    pub decode: Option<Guid>,
}

impl<'a> ProviderTraits<'a> {
    /// The traits in an event's extended items; `None` when it has none or they are cut.
    pub fn of(event: &Event<'a>) -> Option<Self> {
        Self::parse(event.item(ExtendedKind::PROVIDER_TRAITS)?.data)
    }

    /// Reads the data of the extended item. Traits of other types are passed over;
    /// of repeated ones the last counts.
    pub fn parse(data: &'a [u8]) -> Option<Self> {
        let size = usize::from(u16_at(data, 0)?);
        let rest = data.get(2..size)?;
        let end = nul8_position(rest)?;
        let mut traits = Self {
            name: rest.get(..end)?,
            group: None,
            decode: None,
        };
        let mut rest = rest.get(end + 1..)?;
        while let Some(size) = u16_at(rest, 0) {
            let (item, behind) = rest.split_at_checked(usize::from(size).max(3))?;
            match u8_fixed(item, 2) {
                GROUP => traits.group = guid_at(item, 3),
                DECODE => traits.decode = guid_at(item, 3),
                _ => {}
            }
            rest = behind;
        }
        Some(traits)
    }
}

/// The GUID that the name-hash rule gives a provider.
///
/// Not every provider follows the rule: a GUID that differs proves nothing, one
/// that agrees proves the name. Only ASCII letters change case, as in the names seen.
/// Source: *observed* (EventSource and TraceLogging registration), confirmed on real names.
pub fn guid_from_name(name: &str) -> Guid {
    let mut message = NAMESPACE.to_vec();
    for unit in name.to_ascii_uppercase().encode_utf16() {
        message.extend(unit.to_be_bytes());
    }
    let mut guid = *sha1(&message).first_chunk().unwrap_or(&[0; 16]);
    // The version of a name-based GUID.
    guid[7] = guid[7] & 0x0f | 0x50;
    Guid(guid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_windows_providers() {
        for (name, guid) in [
            (
                "Microsoft.Windows.Security.TokenBroker",
                "077b8c4a-e425-578d-f1ac-6fdf1220ff68",
            ),
            (
                "microsoft.windows.security.cloudap",
                "bb8dd8e5-3650-5ca7-4fea-46f75f152414",
            ),
            (
                "Microsoft.Windows.Shell.CloudDomainJoin.Client",
                "aa02d1a4-72d8-5f50-d425-7402ea09253a",
            ),
        ] {
            assert_eq!(guid_from_name(name).to_string(), guid, "{name}");
        }
    }

    /// Traits of `name` followed by `items`, and what they must give.
    fn check(name: &[u8], items: &[u8], expected: Option<(Option<Guid>, Option<Guid>)>) {
        let mut data = vec![0, 0];
        data.extend(name);
        data.push(0);
        data.extend(items);
        data[0] = u8::try_from(data.len()).unwrap();
        let traits = ProviderTraits::parse(&data);
        assert_eq!(traits.map(|traits| (traits.group, traits.decode)), expected);
        assert!(traits.is_none_or(|traits| traits.name == name));
        for length in 0..data.len() {
            assert_eq!(ProviderTraits::parse(&data[..length]), None);
        }
    }

    #[test]
    fn traits() {
        let group = [&[19, 0, 1][..], &[7; 16]].concat();
        let decode = [&[19, 0, 2][..], &[8; 16]].concat();
        let unknown = [5, 0, 9, 1, 2];
        check(b"Contoso.Join", &[], Some((None, None)));
        check(b"", &group, Some((Some(Guid([7; 16])), None)));
        check(
            b"Contoso",
            &[&unknown[..], &group, &decode].concat(),
            Some((Some(Guid([7; 16])), Some(Guid([8; 16])))),
        );
        check(b"Contoso", &group[..10], None);
    }
}
