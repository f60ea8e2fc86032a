//! Extended items between an event's header and its payload.
//!
//! On disk an item has an 8-byte head and 8-byte alignment; this is not the
//! in-memory EVENT_HEADER_EXTENDED_DATA_ITEM that documentation describes. An
//! item's own bit says whether another follows.

use crate::bytes::array_at;

/// Bytes of an item's head.
const HEAD: usize = 8;
/// Linkage bit: another item follows.
const LINKED: u16 = 1;

/// What an extended item holds (EVENT_HEADER_EXT_TYPE).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExtendedKind(pub u16);

impl ExtendedKind {
    /// GUID of the related activity.
    pub const RELATED_ACTIVITY: Self = Self(1);
    /// Binary SID of the user.
    pub const SID: Self = Self(2);
    /// u32 terminal session.
    pub const TERMINAL_SESSION: Self = Self(3);
    /// Instance numbers and class of the parent.
    pub const INSTANCE: Self = Self(4);
    /// u64 match number, then u32 addresses.
    pub const STACK_32: Self = Self(5);
    /// u64 match number, then u64 addresses.
    pub const STACK_64: Self = Self(6);
    /// u64 PEBS index.
    pub const PEBS_INDEX: Self = Self(7);
    /// u64 performance counters.
    pub const COUNTERS: Self = Self(8);
    /// u64 PSM key.
    pub const PSM_KEY: Self = Self(9);
    /// u64 event key.
    pub const EVENT_KEY: Self = Self(10);
    /// TraceLogging metadata.
    pub const TRACE_LOGGING: Self = Self(11);
    /// Provider traits.
    pub const PROVIDER_TRAITS: Self = Self(12);
    /// u64 that names a process once and for all.
    pub const PROCESS_START_KEY: Self = Self(13);
    /// GUID of the provider that was enabled.
    pub const CONTROL_GUID: Self = Self(14);
    /// u64 difference of performance counters.
    pub const COUNTER_DELTA: Self = Self(15);
    /// GUID of the container.
    pub const CONTAINER: Self = Self(16);
    /// Key of a stack that is logged once, 32 bit.
    pub const STACK_KEY_32: Self = Self(17);
    /// Key of a stack that is logged once, 64 bit.
    pub const STACK_KEY_64: Self = Self(18);
}

/// One extended item; kinds that are not known are handed out as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtendedItem<'a> {
    /// What it holds.
    pub kind: ExtendedKind,
    /// The data without head and padding.
    pub data: &'a [u8],
}

/// The items of one event, in order.
#[derive(Clone, Debug)]
pub struct ExtendedItems<'a> {
    rest: &'a [u8],
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    More,
    End,
    Broken,
}

impl<'a> ExtendedItems<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self {
            rest,
            state: State::More,
        }
    }

    pub(super) fn none(rest: &'a [u8]) -> Self {
        Self {
            rest,
            state: State::End,
        }
    }

    /// The bytes behind the items handed out so far.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether the chain ended at an item whose sizes cannot be; what is behind
    /// it cannot be told from payload.
    pub fn is_broken(&self) -> bool {
        self.state == State::Broken
    }
}

impl<'a> Iterator for ExtendedItems<'a> {
    type Item = ExtendedItem<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.state != State::More {
            return None;
        }
        let Some((item, linked, rest)) = split_item(self.rest) else {
            self.state = State::Broken;
            return None;
        };
        self.rest = rest;
        if !linked {
            self.state = State::End;
        }
        Some(item)
    }
}

#[inline]
fn split_item(bytes: &[u8]) -> Option<(ExtendedItem<'_>, bool, &[u8])> {
    let [s0, s1, k0, k1, l0, l1, d0, d1] = array_at::<HEAD>(bytes, 0)?;
    let total = usize::from(u16::from_le_bytes([s0, s1]));
    let data = usize::from(u16::from_le_bytes([d0, d1]));
    if total % HEAD != 0 {
        return None;
    }
    let (item, rest) = bytes.split_at_checked(total)?;
    let item = ExtendedItem {
        kind: ExtendedKind(u16::from_le_bytes([k0, k1])),
        data: item.get(HEAD..)?.get(..data)?,
    };
    Some((item, u16::from_le_bytes([l0, l1]) & LINKED != 0, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads items and gives (kind, data length) of each, the bytes left and
    /// whether the chain broke.
    fn check(bytes: &[u8], expected: &[(u16, usize)], left: usize, broken: bool) {
        let mut items = ExtendedItems::new(bytes);
        let found: Vec<_> = items
            .by_ref()
            .map(|item| (item.kind.0, item.data.len()))
            .collect();
        assert_eq!(found, expected);
        assert_eq!((items.rest().len(), items.is_broken()), (left, broken));
    }

    #[test]
    fn chains() {
        let one = [16, 0, 3, 0, 0, 0, 4, 0, 9, 0, 0, 0, 0, 0, 0, 0];
        let mut two = one.to_vec();
        two[4] = 1;
        two.extend([8, 0, 0x77, 0, 0, 0, 0, 0, 1, 2, 3]);
        check(&one, &[(3, 4)], 0, false);
        check(&two, &[(3, 4), (0x77, 0)], 3, false);
        check(&two[..16], &[(3, 4)], 0, true);
        check(&[], &[], 0, true);
    }

    #[test]
    fn sizes_that_cannot_be() {
        check(&[0; 16], &[], 16, true);
        check(&[12, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[], 12, true);
        check(&[8, 0, 1, 0, 0, 0, 1, 0], &[], 8, true);
        check(&[16, 0, 1, 0, 0, 0, 0, 0], &[], 8, true);
    }
}
