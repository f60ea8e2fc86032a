//! The byte layout of zip archives.
//!
//! With 64-bit fields the narrow ones hold all ones, and the wide ones stand in an extra field whose
//! order is fixed: size, packed size, offset (APPNOTE.TXT 4.5.3).

use super::super::deflate::{self, Deflater};
use super::super::encrypt::{self, AesVendorVersion, Lock};
use super::super::{dos_date_and_time, narrow, short, wide};
use super::{Body, Packing, Sizes, Width, ZipBundle, ZipMember};

const LOCAL_HEADER: u32 = 0x0403_4B50;
const DESCRIPTOR: u32 = 0x0807_4B50;
const CENTRAL_HEADER: u32 = 0x0201_4B50;
const ZIP64_END: u32 = 0x0606_4B50;
const ZIP64_LOCATOR: u32 = 0x0706_4B50;
const END: u32 = 0x0605_4B50;

const FLAG_ENCRYPTED: u16 = 1;
const FLAG_DESCRIPTOR: u16 = 1 << 3;
const FLAG_UTF8: u16 = 1 << 11;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Stands in for the real method of a member under WinZip AES.
const AES: u16 = 99;

/// The whole archive: members, central directory, end.
pub(super) fn write_bundle(bundle: &ZipBundle) -> Vec<u8> {
    let mut out = bundle.prefix.clone();
    let mut directory = Vec::new();
    let mut previous: Option<Written> = None;
    for member in &bundle.members {
        let written = match (&member.body, previous.take()) {
            (Body::PreviousMember, Some(previous)) => previous,
            _ => write_member(&mut out, member),
        };
        write_central_header(&mut directory, member, &written);
        previous = Some(written);
    }
    let directory_at = wide(out.len());
    out.extend(&directory);
    write_end(bundle, &mut out, directory_at, wide(directory.len()));
    out
}

fn write_end(bundle: &ZipBundle, out: &mut Vec<u8>, directory_at: u64, directory_size: u64) {
    let count = wide(bundle.members.len());
    let is_wide = bundle
        .members
        .iter()
        .any(|member| member.width == Width::Zip64)
        || count >= u64::from(u16::MAX)
        || directory_at >= u64::from(u32::MAX);
    if is_wide {
        let end_at = wide(out.len());
        out.extend(ZIP64_END.to_le_bytes());
        // Size of the rest of this record.
        out.extend(44_u64.to_le_bytes());
        out.extend([45, 0, 45, 0]);
        out.extend([0; 8]);
        out.extend(
            [count, count, directory_size, directory_at]
                .map(u64::to_le_bytes)
                .concat(),
        );
        out.extend(ZIP64_LOCATOR.to_le_bytes());
        out.extend([0; 4]);
        out.extend(end_at.to_le_bytes());
        out.extend(1_u32.to_le_bytes());
    }
    let counted = if is_wide {
        u16::MAX
    } else {
        short(bundle.members.len())
    };
    let counted = bundle.claimed_count.unwrap_or(counted).to_le_bytes();
    let sizes = if is_wide {
        [u32::MAX; 2]
    } else {
        [narrow(directory_size), narrow(directory_at)]
    };
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend([counted, counted].concat());
    out.extend(sizes.map(u32::to_le_bytes).concat());
    out.extend(short(bundle.comment.len()).to_le_bytes());
    out.extend(bundle.comment.as_bytes());
}

impl ZipMember {
    fn method(&self) -> u16 {
        match self.packing {
            Packing::Stored => STORED,
            Packing::Deflated => DEFLATED,
        }
    }

    fn flags(&self) -> u16 {
        let encrypted = if self.lock.is_some() {
            FLAG_ENCRYPTED
        } else {
            0
        };
        let descriptor = if self.sizes == Sizes::InDescriptor {
            FLAG_DESCRIPTOR
        } else {
            0
        };
        let utf8 = if self.name.is_ascii() { 0 } else { FLAG_UTF8 };
        encrypted | descriptor | utf8
    }

    /// The fields that both headers share, from "version needed" to the checksum.
    fn common_fields(&self, checksum: u32) -> Vec<u8> {
        let is_aes = matches!(self.lock, Some(Lock::Aes256(..)));
        let version: u16 = match (is_aes, self.width) {
            (true, _) => 51,
            (false, Width::Zip64) => 45,
            (false, Width::Classic) => 20,
        };
        let method = if is_aes { AES } else { self.method() };
        let (date, time) = dos_date_and_time(self.time);
        let shorts = [version, self.flags(), method, time, date]
            .map(u16::to_le_bytes)
            .concat();
        [shorts, checksum.to_le_bytes().to_vec()].concat()
    }

    /// The extra field that names the real method of a member under WinZip AES.
    fn aes_field(&self) -> Vec<u8> {
        let Some(Lock::Aes256(_, version)) = &self.lock else {
            return Vec::new();
        };
        let version: u8 = match version {
            AesVendorVersion::Ae1 => 1,
            AesVendorVersion::Ae2 => 2,
        };
        let [low, high] = self.method().to_le_bytes();
        vec![0x01, 0x99, 7, 0, version, 0, b'A', b'E', 3, low, high]
    }
}

/// What the central directory must know of a written member.
#[derive(Debug, Clone)]
struct Written {
    at: u64,
    size: u64,
    packed_size: u64,
    checksum: u32,
}

fn write_member(out: &mut Vec<u8>, member: &ZipMember) -> Written {
    let (packed, size, checksum) = pack(member);
    let payload = match &member.lock {
        None => packed,
        Some(Lock::Aes256(password, _)) => encrypt::aes_256(&packed, password, &member.name),
        Some(Lock::ZipCrypto(password)) => {
            let [.., check] = match member.sizes {
                Sizes::InHeader => checksum.to_le_bytes(),
                // The checksum is not known yet, so the time stands in for it.
                Sizes::InDescriptor => {
                    (u32::from(dos_date_and_time(member.time).1) << 16).to_le_bytes()
                }
            };
            encrypt::zip_crypto(&packed, password, &member.name, check)
        }
    };
    let keeps_checksum = !matches!(member.lock, Some(Lock::Aes256(_, AesVendorVersion::Ae2)));
    let checksum = if keeps_checksum { checksum } else { 0 };
    let written = Written {
        at: wide(out.len()),
        size: member.claims.size.unwrap_or(size),
        packed_size: member.claims.packed_size.unwrap_or(wide(payload.len())),
        checksum: member.claims.checksum.unwrap_or(checksum),
    };
    write_local_header(out, member, &written);
    out.extend(payload);
    if member.sizes == Sizes::InDescriptor {
        out.extend(DESCRIPTOR.to_le_bytes());
        out.extend(written.checksum.to_le_bytes());
        match member.width {
            Width::Zip64 => out.extend(
                [written.packed_size, written.size]
                    .map(u64::to_le_bytes)
                    .concat(),
            ),
            Width::Classic => out.extend(
                [narrow(written.packed_size), narrow(written.size)]
                    .map(u32::to_le_bytes)
                    .concat(),
            ),
        }
    }
    written
}

/// The packed bytes, and size and checksum of the plain ones.
fn pack(member: &ZipMember) -> (Vec<u8>, u64, u32) {
    let bytes: &[u8] = match &member.body {
        Body::Zeros(count) => {
            let (packed, checksum) = deflate::zeros(*count);
            return (packed, *count, checksum);
        }
        Body::Bytes(bytes) => bytes,
        Body::PreviousMember => &[],
    };
    let packed = match member.packing {
        Packing::Stored => bytes.to_vec(),
        Packing::Deflated => {
            let mut deflater = Deflater::new();
            deflater.feed(bytes);
            deflater.finish()
        }
    };
    (packed, wide(bytes.len()), crc32fast::hash(bytes))
}

fn write_local_header(out: &mut Vec<u8>, member: &ZipMember, written: &Written) {
    let known = member.sizes == Sizes::InHeader;
    let (checksum, packed_size, size) = if known {
        (written.checksum, written.packed_size, written.size)
    } else {
        (0, 0, 0)
    };
    let mut extra = member.aes_field();
    let sizes = match member.width {
        Width::Classic => [narrow(packed_size), narrow(size)],
        Width::Zip64 => {
            extra.extend([1, 0, 16, 0]);
            extra.extend([size, packed_size].map(u64::to_le_bytes).concat());
            [u32::MAX; 2]
        }
    };
    out.extend(LOCAL_HEADER.to_le_bytes());
    out.extend(member.common_fields(checksum));
    out.extend(sizes.map(u32::to_le_bytes).concat());
    out.extend(
        [short(member.name.len()), short(extra.len())]
            .map(u16::to_le_bytes)
            .concat(),
    );
    out.extend(member.name.as_bytes());
    out.extend(extra);
}

fn write_central_header(out: &mut Vec<u8>, member: &ZipMember, written: &Written) {
    let mut extra = member.aes_field();
    let [packed_size, size, at] = match member.width {
        Width::Classic => [written.packed_size, written.size, written.at].map(narrow),
        Width::Zip64 => {
            extra.extend([1, 0, 24, 0]);
            let fields = [written.size, written.packed_size, written.at];
            extra.extend(fields.map(u64::to_le_bytes).concat());
            [u32::MAX; 3]
        }
    };
    // Attributes of a folder or of an archive-bit file, as Windows sets them.
    let attributes: u32 = if member.name.ends_with('/') {
        0x10
    } else {
        0x20
    };
    out.extend(CENTRAL_HEADER.to_le_bytes());
    out.extend(63_u16.to_le_bytes());
    out.extend(member.common_fields(written.checksum));
    out.extend([packed_size, size].map(u32::to_le_bytes).concat());
    out.extend(
        [short(member.name.len()), short(extra.len())]
            .map(u16::to_le_bytes)
            .concat(),
    );
    // Comment length, disk number, internal attributes.
    out.extend([0; 6]);
    out.extend(attributes.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend(member.name.as_bytes());
    out.extend(extra);
}
