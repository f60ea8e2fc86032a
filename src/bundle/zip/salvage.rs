//! Members of an archive without a usable central directory, by walking the local headers.
//!
//! A copy that broke off loses its directory, which stands at the end, while most members are
//! intact. Where a member's sizes stand behind its data, the data ends at the first place where a
//! descriptor states exactly the distance walked: that cannot be a coincidence of content.

use memchr::memmem;

use super::local::{self, LocalHeader};
use super::{Entry, Extent, Listing};
use crate::bundle::content::Fault;
use crate::model::BlindspotKind;

/// Where a member ends and what stood behind it.
struct Tail {
    data_end: u64,
    /// First byte after the member's descriptor.
    next: u64,
    /// Checksum and unpacked size from the descriptor.
    stated: Option<(u32, u64)>,
    extent: Extent,
}

/// The listing; `reason` is the clause that says why the directory is of no use.
pub(super) fn list(bytes: &[u8], most: u64, reason: &str) -> Listing {
    let mut listing = Listing::default();
    let mut found: u64 = 0;
    let mut place = 0;
    // Number, bytes, and offset of the first.
    let mut gaps: (u64, u64, Option<u64>) = (0, 0, None);
    while let Some((header, local)) = next_header(bytes, place) {
        if header > place && found > 0 {
            gaps.0 += 1;
            gaps.1 += header - place;
            gaps.2.get_or_insert(place);
        }
        let tail = tail(bytes, &local);
        let mut fields = local.fields;
        if let Some((crc, size)) = tail.stated {
            (fields.crc, fields.size) = (crc, size);
        }
        let member = fields.member(local.data..tail.data_end);
        listing.add(
            Entry {
                name: local.name.into(),
                header,
                member,
                extent: tail.extent,
            },
            most,
        );
        found += 1;
        place = tail.next;
        if at_directory(bytes, place) {
            break;
        }
    }
    let detail = match found {
        0 => format!("The archive cannot be opened: {reason}, and no member was found without it."),
        1 => format!("The archive is cut or damaged: {reason}; 1 member was found without it."),
        _ => format!(
            "The archive is cut or damaged: {reason}; {found} members were found without it."
        ),
    };
    let kind = if found == 0 {
        BlindspotKind::Damaged
    } else {
        BlindspotKind::Truncated
    };
    listing.faults.push(Fault::new(kind, detail).at(place));
    if let (count, size, Some(first)) = gaps {
        let detail = format!("{size} bytes in {count} places between members belong to none.");
        listing
            .faults
            .push(Fault::new(BlindspotKind::Damaged, detail).at(first));
    }
    listing
}

/// The next local header at or after a place.
fn next_header(bytes: &[u8], place: u64) -> Option<(u64, LocalHeader<'_>)> {
    let mut place = usize::try_from(place).ok()?;
    loop {
        place += memmem::find(bytes.get(place..)?, &local::SIGNATURE)?;
        match LocalHeader::read(bytes, place as u64) {
            Some(local) if !local.name.is_empty() => return Some((place as u64, local)),
            _ => place += local::SIGNATURE.len(),
        }
    }
}

/// Behind the last member comes the directory, its end record, or the keys of an encrypted one.
fn at_directory(bytes: &[u8], place: u64) -> bool {
    let rest = usize::try_from(place)
        .ok()
        .and_then(|place| bytes.get(place..))
        .unwrap_or_default();
    matches!(
        rest,
        [b'P', b'K', 1, 2, ..] | [b'P', b'K', 5 | 6, 6 | 8, ..]
    )
}

fn tail(bytes: &[u8], local: &LocalHeader<'_>) -> Tail {
    let end = bytes.len() as u64;
    if local.is_streamed() {
        let cut = Tail {
            data_end: end,
            next: end,
            stated: None,
            extent: Extent::CutUnsized,
        };
        return descriptor(bytes, local.data).unwrap_or(cut);
    }
    let claimed = local.data.saturating_add(local.packed);
    let extent = if claimed > end {
        Extent::Cut
    } else {
        Extent::Whole
    };
    let data_end = claimed.min(end);
    Tail {
        data_end,
        next: data_end,
        stated: None,
        extent,
    }
}

/// The first descriptor (APPNOTE 4.3.9) after `data` whose packed size is its distance from there.
/// Its signature is optional, so the places before the next header count too.
fn descriptor(bytes: &[u8], data: u64) -> Option<Tail> {
    let start = usize::try_from(data).ok()?;
    let body = bytes.get(start..)?;
    memmem::find_iter(body, b"PK").find_map(|distance| {
        match body.get(distance + 2..distance + 4)? {
            [7, 8] => stated(body, data, distance, distance + 4),
            [1, 2] | [3, 4] => [12, 20].into_iter().find_map(|length| {
                let at = distance.checked_sub(length)?;
                stated(body, data, at, at).filter(|tail| tail.next == data + distance as u64)
            }),
            _ => None,
        }
    })
}

/// The descriptor whose fields begin at `fields`, if it states that the data ends at `distance`.
///
/// Its sizes are of 64 or 32 bits, and nothing in it says which. The low half of a wide size reads
/// like a narrow one, so what follows decides: the next header, or the end.
fn stated(body: &[u8], data: u64, distance: usize, fields: usize) -> Option<Tail> {
    let number = |at: usize, width: usize| -> Option<u64> {
        let mut wide = [0; 8];
        wide.get_mut(..width)?
            .copy_from_slice(body.get(at..at + width)?);
        Some(u64::from_le_bytes(wide))
    };
    let crc = u32::try_from(number(fields, 4)?).ok()?;
    let of_width = |width: usize| {
        let packed = number(fields + 4, width)?;
        let size = number(fields + 4 + width, width)?;
        let next = fields + 4 + 2 * width;
        (packed == distance as u64).then_some((size, next))
    };
    let follows = |found: &(u64, usize)| matches!(body.get(found.1..), Some([] | [b'P', ..]));
    let (size, next) = of_width(8)
        .filter(follows)
        .or_else(|| of_width(4).filter(follows))
        .or_else(|| of_width(4))?;
    Some(Tail {
        data_end: data + distance as u64,
        next: data + next as u64,
        stated: Some((crc, size)),
        extent: Extent::Whole,
    })
}
