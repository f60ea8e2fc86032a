//! The vocabulary: what an event, a source, a blind spot, an attempt and a gap are.
//!
//! Plain data and no I/O: nothing here knows bytes, files, rules or screens, and
//! every later module speaks in these types only.

mod attempt;
mod batch;
mod blindspot;
mod event;
mod finding;
mod intern;
mod packet;
mod recent;
mod record;
mod redaction;
mod report;
mod source;
mod table;
mod time;
mod token;
mod units;
mod value;

pub use attempt::{
    Attempt, AttemptKind, Follows, Gap, GapEdge, GapSpan, InsideEvent, InsideRole, Step,
};
pub use batch::{Batch, Fact, Head, NoteValue, Numbered, Numbers, Passed, ReadNote};
pub use blindspot::{Blindspot, BlindspotKind};
pub use event::{
    Decoding, EventId, FAULT_FIELD, Lane, Level, Locator, MESSAGE_FIELD, NAME_FIELD, Outcome,
    STRINGS_FIELD, Severity, Stage, TAIL_FIELD, is_added_field,
};
pub use finding::{
    CannotTell, EvidenceLine, Finding, FindingSpan, Findings, MissingSource, Occurrences, RuledOut,
};
pub use intern::{GuidId, Interner, KindId, OriginId, ShapeId, TextId};
pub use packet::{LinkType, Packet, PacketDirection, PacketDrop, PacketInterface};
pub use record::{DIGEST_BYTES, Kind, PlaceForm, Record};
pub use redaction::{NameKind, Redaction, RedactionLevel, Removed};
pub use report::{ClockLine, DeviceFact, Falls, Input, Report, SourceLine, Tool, Verdict};
pub use source::{ArtifactId, Origin, Shape};
pub use table::Table;
pub use time::{Basis, Precision, Stamp, TICKS_PER_SECOND, Ticks, Zone, minutes_east};
pub use token::{
    SeenToken, Strength, Token, TokenAcquired, TokenPart, TokenSide, TokenSighting, TokenUse,
    TokenVerdict,
};
pub use units::{clock, duration, grouped};
pub use value::{Payload, Value, hex_text};
