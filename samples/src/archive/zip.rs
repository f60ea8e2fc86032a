//! Zip archives, sound and hostile.
//!
//! Source: APPNOTE.TXT 6.3.10. A member is described twice, beside its bytes and in the central
//! directory; readers differ in which one they believe, so lies are told in both.

mod layout;

use super::DEFAULT_TIME;
use super::encrypt::{AesVendorVersion, Lock};

/// A zip archive that is being described.
#[derive(Debug, Clone, Default)]
pub struct ZipBundle {
    members: Vec<ZipMember>,
    prefix: Vec<u8>,
    comment: String,
    claimed_count: Option<u16>,
}

/// One member. The name is written as it is given, so `../` and `C:\` are possible; a name that ends
/// in `/` and has no bytes is a folder.
#[derive(Debug, Clone)]
pub struct ZipMember {
    name: String,
    body: Body,
    packing: Packing,
    sizes: Sizes,
    width: Width,
    lock: Option<Lock>,
    time: u64,
    claims: Claims,
}

#[derive(Debug, Clone)]
enum Body {
    Bytes(Vec<u8>),
    Zeros(u64),
    /// No bytes of its own: the central directory points at the member before.
    PreviousMember,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Stored,
    Deflated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sizes {
    InHeader,
    InDescriptor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    Classic,
    Zip64,
}

/// What the headers say instead of the truth.
#[derive(Debug, Clone, Default)]
struct Claims {
    size: Option<u64>,
    packed_size: Option<u64>,
    checksum: Option<u32>,
}

impl ZipBundle {
    /// An archive without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a member.
    #[must_use]
    pub fn member(mut self, member: ZipMember) -> Self {
        self.members.push(member);
        self
    }

    /// Appends a deflated member.
    #[must_use]
    pub fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.member(ZipMember::new(name, bytes).deflated())
    }

    /// Bytes before the first member, as in a self-extracting archive. Offsets count from the start
    /// of the file, these bytes included.
    #[must_use]
    pub fn prefix(mut self, bytes: &[u8]) -> Self {
        self.prefix = bytes.to_vec();
        self
    }

    /// The archive's comment. Only its first 65535 bytes can be read back.
    #[must_use]
    pub fn comment(mut self, comment: &str) -> Self {
        comment.clone_into(&mut self.comment);
        self
    }

    /// A number of members that the end record gives instead of the true one.
    #[must_use]
    pub fn claiming_count(mut self, count: u16) -> Self {
        self.claimed_count = Some(count);
        self
    }

    /// The archive.
    pub fn to_bytes(&self) -> Vec<u8> {
        layout::write_bundle(self)
    }
}

impl ZipMember {
    /// A stored member.
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        Self::with_body(name, Body::Bytes(bytes.to_vec()))
    }

    /// A deflated member of this many zeros: a thousandfold of its packed size.
    pub fn bomb(name: &str, size_bytes: u64) -> Self {
        Self::with_body(name, Body::Zeros(size_bytes)).deflated()
    }

    /// An entry of the central directory that points at the bytes of the member before it. As the
    /// first member it is an empty one.
    pub fn overlapping(name: &str) -> Self {
        Self::with_body(name, Body::PreviousMember).deflated()
    }

    fn with_body(name: &str, body: Body) -> Self {
        Self {
            name: name.to_owned(),
            body,
            packing: Packing::Stored,
            sizes: Sizes::InHeader,
            width: Width::Classic,
            lock: None,
            time: DEFAULT_TIME,
            claims: Claims::default(),
        }
    }

    /// Packs it with deflate.
    #[must_use]
    pub fn deflated(mut self) -> Self {
        self.packing = Packing::Deflated;
        self
    }

    /// Puts sizes and checksum behind the bytes, as a writer that cannot seek does.
    #[must_use]
    pub fn sizes_behind(mut self) -> Self {
        self.sizes = Sizes::InDescriptor;
        self
    }

    /// Gives sizes and offset in 64-bit fields.
    #[must_use]
    pub fn zip64(mut self) -> Self {
        self.width = Width::Zip64;
        self
    }

    /// Locks it with traditional encryption.
    #[must_use]
    pub fn zip_crypto(self, password: &str) -> Self {
        self.locked(Lock::ZipCrypto(password.to_owned()))
    }

    /// Locks it with WinZip AES-256, version AE-2.
    #[must_use]
    pub fn aes_256(self, password: &str) -> Self {
        self.locked(Lock::Aes256(password.to_owned(), AesVendorVersion::Ae2))
    }

    /// Locks it in the given way.
    #[must_use]
    pub fn locked(mut self, lock: Lock) -> Self {
        self.lock = Some(lock);
        self
    }

    /// Time of last change, in FILETIME ticks; two seconds are the finest step.
    #[must_use]
    pub fn modified_at(mut self, ticks: u64) -> Self {
        self.time = ticks;
        self
    }

    /// A size of the plain bytes that all headers give instead of the true one.
    #[must_use]
    pub fn claiming_size(mut self, size_bytes: u64) -> Self {
        self.claims.size = Some(size_bytes);
        self
    }

    /// A size of the packed bytes that all headers give instead of the true one. A larger one
    /// reaches into the members behind.
    #[must_use]
    pub fn claiming_packed_size(mut self, size_bytes: u64) -> Self {
        self.claims.packed_size = Some(size_bytes);
        self
    }

    /// A checksum that all headers give instead of the true one.
    #[must_use]
    pub fn claiming_checksum(mut self, checksum: u32) -> Self {
        self.claims.checksum = Some(checksum);
        self
    }
}
