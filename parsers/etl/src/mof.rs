//! Layouts of the kernel's classic events that tell who ran: process, thread,
//! image, and the processor part of the system configuration.
//!
//! The kernel logs them with a group and type; a program that enables the kernel
//! provider by class gets the same payloads with a class GUID. Versions that are
//! not listed are left undecoded rather than guessed.
//! Source: specified (MOF classes Process, Thread, Image and SystemConfig); *observed*
//! for process 1, 3 and 4, thread 3, image 0 and 2, processor 3.

use joinscope_wire::{Cursor, Guid};

use crate::decode::{Decoded, Reading, Rung};
use crate::header::{Header, PointerSize};
use crate::payload::field::FieldType;
use crate::payload::types::{InType, OutType};
use crate::payload::value::Value;
use crate::payload::{Ending, Fault, Fields, Identity};
use crate::record::Record;

/// The rung of the decode ladder for these events.
#[derive(Clone, Copy, Debug, Default)]
pub struct KernelEvents;

/// A class of kernel events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Process,
    Thread,
    Image,
    SystemConfig,
}

/// One field of a layout; `Text` is UTF-16 in a room of that many characters.
type Layout = &'static [(&'static str, Kind)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Of(InType),
    Text(usize),
}

const POINTER: Kind = Kind::Of(InType::Pointer);
const BYTE: Kind = Kind::Of(InType::U8);
const WORD: Kind = Kind::Of(InType::U16);
const NUMBER: Kind = Kind::Of(InType::U32);
const CODE: Kind = Kind::Of(InType::Hex32);
const USER: Kind = Kind::Of(InType::WbemSid);
const ANSI: Kind = Kind::Of(InType::Ansi);
const UTF16: Kind = Kind::Of(InType::Utf16);

const PROCESS_1: Layout = &[
    ("PageDirectoryBase", POINTER),
    ("ProcessId", NUMBER),
    ("ParentId", NUMBER),
    ("SessionId", NUMBER),
    ("ExitStatus", CODE),
    ("UserSID", USER),
    ("ImageFileName", ANSI),
];
const PROCESS_2: Layout = &[
    ("UniqueProcessKey", POINTER),
    ("ProcessId", NUMBER),
    ("ParentId", NUMBER),
    ("SessionId", NUMBER),
    ("ExitStatus", CODE),
    ("UserSID", USER),
    ("ImageFileName", ANSI),
    ("CommandLine", UTF16),
];
const PROCESS_3: Layout = &[
    ("UniqueProcessKey", POINTER),
    ("ProcessId", NUMBER),
    ("ParentId", NUMBER),
    ("SessionId", NUMBER),
    ("ExitStatus", CODE),
    ("DirectoryTableBase", POINTER),
    ("UserSID", USER),
    ("ImageFileName", ANSI),
    ("CommandLine", UTF16),
];
const PROCESS_4: Layout = &[
    ("UniqueProcessKey", POINTER),
    ("ProcessId", NUMBER),
    ("ParentId", NUMBER),
    ("SessionId", NUMBER),
    ("ExitStatus", CODE),
    ("DirectoryTableBase", POINTER),
    ("Flags", CODE),
    ("UserSID", USER),
    ("ImageFileName", ANSI),
    ("CommandLine", UTF16),
    ("PackageFullName", UTF16),
    ("ApplicationId", UTF16),
];
const THREAD_2: Layout = &[
    ("ProcessId", NUMBER),
    ("TThreadId", NUMBER),
    ("StackBase", POINTER),
    ("StackLimit", POINTER),
    ("UserStackBase", POINTER),
    ("UserStackLimit", POINTER),
    ("StartAddr", POINTER),
    ("Win32StartAddr", POINTER),
    ("TebBase", POINTER),
    ("SubProcessTag", NUMBER),
];
const THREAD_3: Layout = &[
    ("ProcessId", NUMBER),
    ("TThreadId", NUMBER),
    ("StackBase", POINTER),
    ("StackLimit", POINTER),
    ("UserStackBase", POINTER),
    ("UserStackLimit", POINTER),
    ("Affinity", POINTER),
    ("Win32StartAddr", POINTER),
    ("TebBase", POINTER),
    ("SubProcessTag", NUMBER),
    ("BasePriority", BYTE),
    ("PagePriority", BYTE),
    ("IoPriority", BYTE),
    ("ThreadFlags", BYTE),
];
const THREAD_4: Layout = &[
    ("ProcessId", NUMBER),
    ("TThreadId", NUMBER),
    ("StackBase", POINTER),
    ("StackLimit", POINTER),
    ("UserStackBase", POINTER),
    ("UserStackLimit", POINTER),
    ("Affinity", POINTER),
    ("Win32StartAddr", POINTER),
    ("TebBase", POINTER),
    ("SubProcessTag", NUMBER),
    ("BasePriority", BYTE),
    ("PagePriority", BYTE),
    ("IoPriority", BYTE),
    ("ThreadFlags", BYTE),
    ("ThreadName", UTF16),
];
const IMAGE_0: Layout = &[
    ("ImageBase", POINTER),
    ("ImageSize", NUMBER),
    ("FileName", UTF16),
];
const IMAGE_1: Layout = &[
    ("ImageBase", POINTER),
    ("ImageSize", POINTER),
    ("ProcessId", NUMBER),
    ("FileName", UTF16),
];
const IMAGE_2: Layout = &[
    ("ImageBase", POINTER),
    ("ImageSize", POINTER),
    ("ProcessId", NUMBER),
    ("ImageChecksum", CODE),
    ("TimeDateStamp", NUMBER),
    ("Reserved0", NUMBER),
    ("DefaultBase", POINTER),
    ("Reserved1", NUMBER),
    ("Reserved2", NUMBER),
    ("Reserved3", NUMBER),
    ("Reserved4", NUMBER),
    ("FileName", UTF16),
];
const IMAGE_3: Layout = &[
    ("ImageBase", POINTER),
    ("ImageSize", POINTER),
    ("ProcessId", NUMBER),
    ("ImageChecksum", CODE),
    ("TimeDateStamp", NUMBER),
    ("SignatureLevel", BYTE),
    ("SignatureType", BYTE),
    ("Reserved0", WORD),
    ("DefaultBase", POINTER),
    ("Reserved1", NUMBER),
    ("Reserved2", NUMBER),
    ("Reserved3", NUMBER),
    ("Reserved4", NUMBER),
    ("FileName", UTF16),
];
/// What follows the names differs by version and is left over.
const PROCESSOR: Layout = &[
    ("MHz", NUMBER),
    ("NumberOfProcessors", NUMBER),
    ("MemSize", NUMBER),
    ("PageSize", NUMBER),
    ("AllocationGranularity", NUMBER),
    ("ComputerName", Kind::Text(256)),
    ("DomainName", Kind::Text(134)),
];

/// The layout of a class's event with its name.
fn layout(class: Class, kind: u8, version: u16) -> Option<(&'static str, Layout)> {
    Some(match (class, kind, version) {
        (Class::Process, 1..=4 | 39, _) => {
            let layout = match version {
                1 => PROCESS_1,
                2 => PROCESS_2,
                3 => PROCESS_3,
                4 => PROCESS_4,
                _ => return None,
            };
            let name = match kind {
                1 => "Process/Start",
                2 => "Process/End",
                3 => "Process/DCStart",
                4 => "Process/DCEnd",
                _ => "Process/Defunct",
            };
            (name, layout)
        }
        (Class::Thread, 1..=4, _) => {
            let layout = match version {
                2 => THREAD_2,
                3 => THREAD_3,
                4 => THREAD_4,
                _ => return None,
            };
            let name = match kind {
                1 => "Thread/Start",
                2 => "Thread/End",
                3 => "Thread/DCStart",
                _ => "Thread/DCEnd",
            };
            (name, layout)
        }
        (Class::Image, 2 | 3 | 4 | 10, _) => {
            let layout = match version {
                0 => IMAGE_0,
                1 => IMAGE_1,
                2 => IMAGE_2,
                3 => IMAGE_3,
                _ => return None,
            };
            let name = match kind {
                2 => "Image/Unload",
                3 => "Image/DCStart",
                4 => "Image/DCEnd",
                _ => "Image/Load",
            };
            (name, layout)
        }
        (Class::SystemConfig, 10, 2..) => ("SystemConfig/CPU", PROCESSOR),
        _ => return None,
    })
}

impl Class {
    fn of(record: &Record<'_>) -> Option<Self> {
        match (record.header(), record.group(), record.opcode()) {
            // Loading an image is logged in the group of its process.
            (_, Some(0x03), Some(10)) | (_, Some(0x14), _) => Some(Self::Image),
            (_, Some(0x03), _) => Some(Self::Process),
            (_, Some(0x05), _) => Some(Self::Thread),
            (_, Some(0x0b), _) => Some(Self::SystemConfig),
            (Header::Full(full), ..) => Self::of_guid(full.class()),
            _ => None,
        }
    }

    fn of_guid(class: Guid) -> Option<Self> {
        const TAIL: [u8; 8] = [0x9d, 0xda, 0x00, 0xc0, 0x4f, 0xd7, 0xba, 0x7c];
        const PROCESS: Guid = Guid::from_fields(0x3d6f_a8d0, 0xfe05, 0x11d0, TAIL);
        const THREAD: Guid = Guid::from_fields(0x3d6f_a8d1, 0xfe05, 0x11d0, TAIL);
        const IMAGE: Guid = Guid::from_fields(
            0x2cb1_5d1d,
            0x5fc1,
            0x11d2,
            [0xab, 0xe1, 0x00, 0xa0, 0xc9, 0x11, 0xf5, 0x18],
        );
        const SYSTEM_CONFIG: Guid = Guid::from_fields(
            0x0185_3a65,
            0x418f,
            0x4f36,
            [0xae, 0xfc, 0xdc, 0x0f, 0x1d, 0x2f, 0xd2, 0x35],
        );
        match class {
            PROCESS => Some(Self::Process),
            THREAD => Some(Self::Thread),
            IMAGE => Some(Self::Image),
            SYSTEM_CONFIG => Some(Self::SystemConfig),
            _ => None,
        }
    }
}

impl Rung for KernelEvents {
    fn decode(&self, record: &Record<'_>, fields: &mut dyn Fields) -> Option<Reading> {
        let kind = record.opcode()?;
        let (name, layout) = layout(Class::of(record)?, kind, record.version()?)?;
        let payload = record.payload();
        fields.event(Identity {
            provider: None,
            name: Some(name),
            message: None,
        });
        Some(Reading {
            decoded: Decoded::Mof,
            ending: walk(layout, payload, pointer_size(record, layout), fields),
        })
    }
}

/// The width that the header says, unless only the other fits the payload.
///
/// Seen in traces whose 32-bit writer passed on records of a 64-bit kernel.
fn pointer_size(record: &Record<'_>, layout: Layout) -> PointerSize {
    let said = record.pointer_size().unwrap_or(PointerSize::Eight);
    let other = match said {
        PointerSize::Four => PointerSize::Eight,
        PointerSize::Eight => PointerSize::Four,
    };
    let fits = |pointer| {
        let ending = walk(
            layout,
            record.payload(),
            pointer,
            &mut |_: &str, _: Value<'_>| (),
        );
        ending.is_complete()
    };
    if matches!(record.header(), Header::Full(_)) && !fits(said) && fits(other) {
        other
    } else {
        said
    }
}

fn walk(
    layout: Layout,
    payload: &[u8],
    pointer: PointerSize,
    fields: &mut (impl Fields + ?Sized),
) -> Ending {
    let mut cursor = Cursor::new(payload);
    let mut fault = None;
    for (name, kind) in layout {
        let (input, length) = match *kind {
            Kind::Of(input) => (input, None),
            Kind::Text(room) => (InType::Utf16, Some(room)),
        };
        let kind = FieldType {
            input,
            output: OutType::Plain,
            pointer,
            length,
        };
        // A string that is not there is missing, not empty.
        let value = match input {
            InType::Utf16 | InType::Ansi if cursor.is_empty() => None,
            _ => kind.read(&mut cursor),
        };
        let Some(value) = value else {
            fault = Some(Fault::Short);
            break;
        };
        fields.field(name, value);
    }
    Ending {
        left: cursor.remaining(),
        fault,
    }
}
