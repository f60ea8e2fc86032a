//! Record headers, one file per structure.
//!
//! The first four bytes of a record name its header. A header here is a view:
//! its fixed part is known to be present, and fields are read when asked for.
//! The 32 and 64 in header types is the pointer width of the *writer*: a 64-bit
//! file holds records of both, so it is never taken from the file.
//! Source: public descriptions of the trace headers; *observed* unless a file says
//! otherwise.

pub mod event;
pub mod extended;
pub mod full;
pub mod instance;
pub mod message;
pub mod perfinfo;
pub mod system;

use crate::bytes::array_at;

use event::Event;
use full::Full;
use instance::Instance;
use message::Message;
use perfinfo::PerfInfo;
use system::System;

/// Width of a pointer in a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PointerSize {
    /// 32-bit writer.
    Four,
    /// 64-bit writer.
    Eight,
}

impl PointerSize {
    /// From a number of bytes; `None` for anything but 4 and 8.
    pub fn from_bytes(bytes: u32) -> Option<Self> {
        match bytes {
            4 => Some(Self::Four),
            8 => Some(Self::Eight),
            _ => None,
        }
    }

    /// As a number of bytes.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Four => 4,
            Self::Eight => 8,
        }
    }
}

/// The families of records, both widths together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Kernel records with thread, process and times.
    System,
    /// Kernel records without processor times.
    Compact,
    /// Kernel records with nothing but a time.
    PerfInfo,
    /// Classic events (EVENT_TRACE_HEADER).
    Full,
    /// Classic events with instance numbers.
    Instance,
    /// Manifest and TraceLogging events (EVENT_HEADER).
    Event,
    /// WPP messages.
    Message,
    /// Records that the logger marked as faulty.
    Error,
}

/// A record's header.
#[derive(Clone, Copy, Debug)]
pub enum Header<'a> {
    /// SYSTEM_TRACE_HEADER.
    System(System<'a>),
    /// SYSTEM_TRACE_HEADER without the processor times.
    Compact(System<'a>),
    /// PERFINFO_TRACE_HEADER.
    PerfInfo(PerfInfo<'a>),
    /// EVENT_TRACE_HEADER.
    Full(Full<'a>),
    /// EVENT_INSTANCE_GUID_HEADER.
    Instance(Instance<'a>),
    /// EVENT_HEADER.
    Event(Event<'a>),
    /// MESSAGE_TRACE_HEADER.
    Message(Message<'a>),
    /// The error header; laid out as EVENT_HEADER as far as is known.
    Error(Event<'a>),
}

/// What the first bytes of a record say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// A known header, with the record's size in bytes.
    Record { size: usize },
    /// Filler: the data of the buffer ends here.
    Filler,
    /// Nothing that is known.
    Unknown,
}

/// Filler between and behind records.
const FILLER: [u8; 4] = [0xff; 4];

/// Looks at the first eight bytes of a record without believing its size.
#[inline]
pub(crate) fn marker(bytes: &[u8]) -> Marker {
    let Some([s0, s1, kind, family, m0, m1, ..]) = array_at::<8>(bytes, 0) else {
        return Marker::Unknown;
    };
    let at_0 = usize::from(u16::from_le_bytes([s0, s1]));
    let at_4 = usize::from(u16::from_le_bytes([m0, m1]));
    match (family, kind) {
        (0xc0, 0x01..=0x04 | 0x10 | 0x11) => Marker::Record { size: at_4 },
        (0xc0, 0x0a | 0x0b | 0x0d | 0x12..=0x15) | (0x90..=0x9f, _) => {
            Marker::Record { size: at_0 }
        }
        _ if [s0, s1, kind, family] == FILLER => Marker::Filler,
        _ => Marker::Unknown,
    }
}

impl<'a> Header<'a> {
    /// The header of a record of exactly `bytes`.
    ///
    /// `None` when the marker is not known or the fixed part does not fit.
    #[inline]
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        use PointerSize::{Eight, Four};
        let [_, _, kind, family] = array_at::<4>(bytes, 0)?;
        if family != 0xc0 {
            return (family >> 4 == 9)
                .then(|| Message::parse(bytes))?
                .map(Header::Message);
        }
        match kind {
            0x12 => Event::parse(bytes, Four).map(Header::Event),
            0x13 => Event::parse(bytes, Eight).map(Header::Event),
            0x11 => PerfInfo::parse(bytes, Eight).map(Header::PerfInfo),
            0x10 => PerfInfo::parse(bytes, Four).map(Header::PerfInfo),
            0x14 => Full::parse(bytes, Eight).map(Header::Full),
            0x0a => Full::parse(bytes, Four).map(Header::Full),
            0x02 => System::parse(bytes, Eight).map(Header::System),
            0x01 => System::parse(bytes, Four).map(Header::System),
            0x04 => System::parse_compact(bytes, Eight).map(Header::Compact),
            0x03 => System::parse_compact(bytes, Four).map(Header::Compact),
            0x15 => Instance::parse(bytes, Eight).map(Header::Instance),
            0x0b => Instance::parse(bytes, Four).map(Header::Instance),
            0x0d => Event::parse(bytes, Eight).map(Header::Error),
            _ => None,
        }
    }

    /// The family.
    pub fn family(&self) -> Family {
        match self {
            Self::System(_) => Family::System,
            Self::Compact(_) => Family::Compact,
            Self::PerfInfo(_) => Family::PerfInfo,
            Self::Full(_) => Family::Full,
            Self::Instance(_) => Family::Instance,
            Self::Event(_) => Family::Event,
            Self::Message(_) => Family::Message,
            Self::Error(_) => Family::Error,
        }
    }
}

/// Whether bytes that follow a guessed record could: another record that fits,
/// filler, or the end.
pub(crate) fn continues(bytes: &[u8]) -> bool {
    match marker(bytes) {
        Marker::Record { size } => size >= 8 && size <= bytes.len(),
        Marker::Filler => true,
        Marker::Unknown => bytes.len() < 8,
    }
}

/// A process or thread number; the value that stands for "none" is `None`.
pub(crate) fn known_id(number: u32) -> Option<u32> {
    (number != u32::MAX).then_some(number)
}
