//! The content of a member: decrypt, unpack, check.
//!
//! What came out before a fault is always given: a log that is readable to its middle is evidence.

use std::borrow::Cow;
use std::cmp::Ordering;

use flate2::Decompress;

use super::lock::Unlocked;
use super::{Archive, Lock, Member, Method};
use crate::bundle::bytes::Bytes;
use crate::bundle::content::{Fault, Fetched};
use crate::bundle::inflate::{End, inflate, inflate_head};
use crate::model::BlindspotKind;

/// The whole content.
pub(in crate::bundle) fn fetch(archive: &Archive, member: &Member) -> Fetched {
    let data = archive.bytes.part(member.data.clone());
    if member.lock == Lock::Open {
        return unpack(&data, member);
    }
    let mut second_best = None;
    for password in archive.passwords.iter() {
        match member.lock.open(&data, password, usize::MAX) {
            Unlocked::Wrong => {}
            Unlocked::Plain(plain) => {
                let fetched = unpack(&Bytes::from(plain), member);
                if fetched.fault.is_none() {
                    return fetched;
                }
                second_best.get_or_insert(doubted(fetched, member.lock));
            }
            Unlocked::Unauthentic(plain) => {
                let fetched = unpack(&Bytes::from(plain), member);
                second_best.get_or_insert(Fetched {
                    fault: Some(unauthentic()),
                    ..fetched
                });
            }
        }
    }
    second_best.unwrap_or_else(|| Fetched::nothing(locked(archive)))
}

/// The first bytes, unchecked.
pub(in crate::bundle) fn head<'a>(
    archive: &'a Archive,
    member: &Member,
    length: usize,
    state: &mut Decompress,
) -> Result<Cow<'a, [u8]>, Fault> {
    let start = usize::try_from(member.data.start).unwrap_or(usize::MAX);
    let end = usize::try_from(member.data.end).unwrap_or(usize::MAX);
    let data = archive.bytes.get(start..end).unwrap_or_default();
    if member.lock == Lock::Open {
        return Ok(match member.method {
            Method::Stored => Cow::Borrowed(data.get(..length).unwrap_or(data)),
            _ => Cow::Owned(packed_head(data, member, length, state)),
        });
    }
    let mut fits = None;
    // Deflate may need more packed than unpacked bytes: its trees come first.
    let packed_length = length.saturating_add(LONGEST_TREES);
    for password in archive.passwords.iter() {
        if let Unlocked::Plain(plain) | Unlocked::Unauthentic(plain) =
            member.lock.open(data, password, packed_length)
        {
            let head = packed_head(&plain, member, length, state);
            // A password that only passes the short check rarely yields anything that unpacks.
            if !head.is_empty() || member.size == 0 {
                return Ok(Cow::Owned(head));
            }
            fits = Some(head);
        }
    }
    fits.map(Cow::Owned).ok_or_else(|| locked(archive))
}

/// Room for the code lengths of one dynamic deflate block, generously.
const LONGEST_TREES: usize = 512;

fn packed_head(data: &[u8], member: &Member, length: usize, state: &mut Decompress) -> Vec<u8> {
    let size = usize::try_from(member.size).unwrap_or(usize::MAX);
    match member.method {
        Method::Deflate => inflate_head(state, data, length.min(size)),
        _ => data.get(..length).unwrap_or(data).to_vec(),
    }
}

fn unpack(data: &Bytes, member: &Member) -> Fetched {
    let (bytes, fault) = match member.method {
        Method::Stored => {
            let bytes = data.part(0..member.size);
            let fault = stored_fault(data.len() as u64, member.size);
            (bytes, fault)
        }
        Method::Deflate => {
            let inflated = inflate(data, member.size);
            let fault = deflate_fault(inflated.end, inflated.output.len() as u64, member.size);
            (Bytes::from(inflated.output), fault)
        }
        Method::Other(_) => return Fetched::nothing(unsupported(member.method)),
    };
    let fault = fault.or_else(|| crc_fault(crc32fast::hash(&bytes), member.crc));
    Fetched { bytes, fault }
}

fn stored_fault(have: u64, declared: u64) -> Option<Fault> {
    match have.cmp(&declared) {
        Ordering::Less => Some(ends_early(have, declared)),
        Ordering::Equal => None,
        Ordering::Greater => Some(goes_on(declared)),
    }
}

pub(super) fn deflate_fault(end: End, have: u64, declared: u64) -> Option<Fault> {
    match end {
        End::Proper if have == declared => None,
        End::Proper | End::Cut => Some(ends_early(have, declared)),
        End::Overlong => Some(goes_on(declared)),
        End::Corrupt => {
            let detail = format!("The packed data is damaged after {have} of {declared} bytes.");
            Some(Fault::new(BlindspotKind::Damaged, detail).at(have))
        }
        End::NoMemory => {
            let detail = format!("There is not enough memory to unpack {declared} bytes.");
            Some(Fault::new(BlindspotKind::Limit, detail))
        }
    }
}

fn ends_early(have: u64, declared: u64) -> Fault {
    let detail = format!("The content ends after {have} of {declared} bytes.");
    Fault::new(BlindspotKind::Truncated, detail).at(have)
}

fn goes_on(declared: u64) -> Fault {
    let detail = format!(
        "The content goes on after the {declared} bytes that its header declares; the rest was not unpacked."
    );
    Fault::new(BlindspotKind::Damaged, detail).at(declared)
}

pub(super) fn crc_fault(found: u32, stated: Option<u32>) -> Option<Fault> {
    let stated = stated?;
    (found != stated).then(|| {
        let detail = format!(
            "The checksum of the content is {found:08x} where the archive has {stated:08x}."
        );
        Fault::new(BlindspotKind::Damaged, detail)
    })
}

fn unsupported(method: Method) -> Fault {
    let detail = format!(
        "The content is packed with {}, which is not supported.",
        method.noun()
    );
    Fault::new(BlindspotKind::Unsupported, detail)
}

/// After ZipCrypto a wrong password and damage look the same, and content made with a wrong
/// password must not be taken for evidence.
fn doubted(fetched: Fetched, lock: Lock) -> Fetched {
    if let Lock::ZipCrypto { .. } = lock {
        let detail = "A password fits the short check, but what it unlocks is not intact: the password is wrong, or the member is damaged.";
        return Fetched::nothing(Fault::new(BlindspotKind::Locked, detail));
    }
    fetched
}

fn unauthentic() -> Fault {
    let detail = "The password fits, but the authentication code does not: the encrypted content was changed or damaged.";
    Fault::new(BlindspotKind::Damaged, detail)
}

fn locked(archive: &Archive) -> Fault {
    let detail = if archive.passwords.is_empty() {
        "The member needs a password, and none was given."
    } else {
        "The member needs a password, and none of those given fits."
    };
    Fault::new(BlindspotKind::Locked, detail)
}
