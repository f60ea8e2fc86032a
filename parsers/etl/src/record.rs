//! One record, with the questions that every family can be asked.
//!
//! A record borrows its bytes and reads a field when asked. A family that has
//! not the field answers `None`; nothing is made up.

use joinscope_wire::Guid;

use crate::buffer::BufferSpan;
use crate::clock::Clock;
use crate::header::event::Event;
use crate::header::extended::ExtendedItems;
use crate::header::{Family, Header, PointerSize};

/// A record of a trace.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    pub(crate) header: Header<'a>,
    pub(crate) bytes: &'a [u8],
    pub(crate) inside: u32,
    pub(crate) span: &'a BufferSpan,
    pub(crate) clock: &'a Clock,
}

/// Where a record lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Offset of the buffer header in the file.
    pub buffer: u64,
    /// Offset of the record inside the buffer, after expansion if it is compressed.
    pub inside: u32,
    /// Offset of the record in the file; `None` in a compressed buffer.
    pub file: Option<u64>,
}

impl<'a> Record<'a> {
    /// The header, for what only its family has.
    #[inline]
    pub fn header(&self) -> &Header<'a> {
        &self.header
    }

    /// The header's family.
    #[inline]
    pub fn family(&self) -> Family {
        self.header.family()
    }

    /// The whole record, header included.
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where the record lies.
    pub fn place(&self) -> Place {
        let at = self.span.offset.saturating_add(u64::from(self.inside));
        Place {
            buffer: self.span.offset,
            inside: self.inside,
            file: (!self.span.header.is_compressed()).then_some(at),
        }
    }

    /// The buffer that holds the record.
    #[inline]
    pub fn buffer(&self) -> &'a BufferSpan {
        self.span
    }

    /// Processor that filled the record's buffer; the writer ran on it.
    #[inline]
    pub fn cpu(&self) -> u16 {
        self.span.header.cpu
    }

    /// Time in session clock ticks; `None` in a message without time.
    #[inline]
    pub fn raw_time(&self) -> Option<u64> {
        Some(match &self.header {
            Header::Event(event) | Header::Error(event) => event.raw_time(),
            Header::System(system) | Header::Compact(system) => system.raw_time(),
            Header::PerfInfo(perf) => perf.raw_time(),
            Header::Full(full) => full.raw_time(),
            Header::Instance(instance) => instance.event.raw_time(),
            Header::Message(message) => return message.parts().raw_time,
        })
    }

    /// Time as 100 ns ticks since 1601-01-01 UTC; `None` when the record or the
    /// log has none.
    #[inline]
    pub fn ticks(&self) -> Option<i64> {
        self.clock.ticks(self.raw_time()?)
    }

    /// Provider of an event, class of a classic event, message GUID of a WPP message.
    pub fn provider(&self) -> Option<Guid> {
        match &self.header {
            Header::Event(event) | Header::Error(event) => Some(event.provider()),
            Header::Full(full) => Some(full.class()),
            Header::Instance(instance) => Some(instance.event.class()),
            Header::Message(message) => message.parts().guid,
            Header::System(_) | Header::Compact(_) | Header::PerfInfo(_) => None,
        }
    }

    /// Event identifier or WPP message number.
    pub fn id(&self) -> Option<u16> {
        match &self.header {
            Header::Event(event) | Header::Error(event) => Some(event.id()),
            Header::Message(message) => Some(message.number()),
            _ => None,
        }
    }

    /// Version of the payload's layout.
    pub fn version(&self) -> Option<u16> {
        match &self.header {
            Header::Event(event) | Header::Error(event) => Some(u16::from(event.version())),
            Header::Full(full) => Some(full.version()),
            Header::Instance(instance) => Some(instance.event.version()),
            Header::System(system) | Header::Compact(system) => Some(system.version()),
            Header::PerfInfo(perf) => Some(perf.version()),
            Header::Message(_) => None,
        }
    }

    /// Level: 1 critical to 5 verbose, 0 always.
    pub fn level(&self) -> Option<u8> {
        match &self.header {
            Header::Event(event) | Header::Error(event) => Some(event.level()),
            Header::Full(full) => Some(full.level()),
            Header::Instance(instance) => Some(instance.event.level()),
            _ => None,
        }
    }

    /// Opcode of an event, type of a classic or kernel record.
    pub fn opcode(&self) -> Option<u8> {
        match &self.header {
            Header::Event(event) | Header::Error(event) => Some(event.opcode()),
            Header::Full(full) => Some(full.kind()),
            Header::Instance(instance) => Some(instance.event.kind()),
            Header::System(system) | Header::Compact(system) => Some(system.kind()),
            Header::PerfInfo(perf) => Some(perf.kind()),
            Header::Message(_) => None,
        }
    }

    /// Group of a kernel record: 0 log header, 3 process, 5 thread, 0x14 image …
    pub fn group(&self) -> Option<u8> {
        match &self.header {
            Header::System(system) | Header::Compact(system) => Some(system.group()),
            Header::PerfInfo(perf) => Some(perf.group()),
            _ => None,
        }
    }

    /// Task of an event.
    pub fn task(&self) -> Option<u16> {
        self.event().map(Event::task)
    }

    /// Keyword bits of an event.
    pub fn keyword(&self) -> Option<u64> {
        self.event().map(Event::keyword)
    }

    /// Channel number of an event.
    pub fn channel(&self) -> Option<u8> {
        self.event().map(Event::channel)
    }

    /// Process, when the record says it.
    pub fn process_id(&self) -> Option<u32> {
        match &self.header {
            Header::Event(event) | Header::Error(event) => event.process_id(),
            Header::Full(full) => full.process_id(),
            Header::Instance(instance) => instance.event.process_id(),
            Header::System(system) | Header::Compact(system) => system.process_id(),
            Header::Message(message) => message.parts().process_id,
            Header::PerfInfo(_) => None,
        }
    }

    /// Thread, when the record says it.
    pub fn thread_id(&self) -> Option<u32> {
        match &self.header {
            Header::Event(event) | Header::Error(event) => event.thread_id(),
            Header::Full(full) => full.thread_id(),
            Header::Instance(instance) => instance.event.thread_id(),
            Header::System(system) | Header::Compact(system) => system.thread_id(),
            Header::Message(message) => message.parts().thread_id,
            Header::PerfInfo(_) => None,
        }
    }

    /// Activity of an event, when it has one.
    pub fn activity(&self) -> Option<Guid> {
        self.event()?.activity()
    }

    /// Related activity of an event, from its extended items.
    pub fn related_activity(&self) -> Option<Guid> {
        self.event()?.related_activity()
    }

    /// Extended items of an event.
    pub fn extended(&self) -> Option<ExtendedItems<'a>> {
        self.event().map(Event::extended)
    }

    /// Width of pointers in the payload, when the writer said it.
    pub fn pointer_size(&self) -> Option<PointerSize> {
        match &self.header {
            Header::Event(event) | Header::Error(event) => Some(event.pointer_size),
            Header::Full(full) => Some(full.pointer_size),
            Header::Instance(instance) => Some(instance.event.pointer_size),
            Header::System(system) | Header::Compact(system) => Some(system.pointer_size),
            Header::PerfInfo(perf) => Some(perf.pointer_size),
            Header::Message(message) => message.pointer_size(),
        }
    }

    /// What the writer logged: the bytes behind all headers; a WPP message's arguments.
    pub fn payload(&self) -> &'a [u8] {
        match &self.header {
            Header::Event(event) | Header::Error(event) => event.payload(),
            Header::Full(full) => full.payload(),
            Header::Instance(instance) => instance.payload(),
            Header::System(system) | Header::Compact(system) => system.payload(),
            Header::PerfInfo(perf) => perf.payload(),
            Header::Message(message) => message.parts().arguments,
        }
    }

    fn event(&self) -> Option<&Event<'a>> {
        match &self.header {
            Header::Event(event) => Some(event),
            _ => None,
        }
    }
}
