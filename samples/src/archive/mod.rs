//! Bundles as support engineers receive them: zip and cabinet files, sound and hostile.
//!
//! An archive inside an archive is a member whose bytes are an archive; nothing more is needed.

mod cab;
mod deflate;
mod encrypt;
mod zip;

pub use cab::{CabBundle, CabFault, CabFolder};
pub use encrypt::{AesVendorVersion, Lock};
pub use zip::{ZipBundle, ZipMember};

/// 2026-03-02T08:00:00Z: the time of a member that gives none.
const DEFAULT_TIME: u64 = 134_169_120_000_000_000;

/// Date and time in the form of FAT file systems, which both formats use: two seconds are the finest
/// step, and no time zone is kept. Years outside 1980-2107 become the nearest year inside.
fn dos_date_and_time(ticks: u64) -> (u16, u16) {
    let [year, month, _, day, hour, minute, second, _] = crate::instant::system_time(ticks);
    let year = year.clamp(1980, 2107) - 1980;
    (
        year << 9 | month << 5 | day,
        hour << 11 | minute << 5 | (second / 2),
    )
}

/// The low 32 bits' worth of a length, with all ones for what does not fit.
fn narrow(length: u64) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A length as 64 bits; no platform has longer ones.
fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A count or length of 16 bits, with all ones for what does not fit.
fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}
