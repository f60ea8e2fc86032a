//! One thing that happened, and the closed vocabularies that describe it.

use std::fmt;

/// An event of a timeline: its place in the one order, undated events last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub u32);

impl EventId {
    /// The id as an index into the timeline.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The event that `e123` names; whether it exists only the timeline knows.
    pub fn parse(text: &str) -> Option<Self> {
        text.strip_prefix('e')?
            .parse::<u32>()
            .ok()?
            .checked_sub(1)
            .map(Self)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "e{}", u64::from(self.0) + 1)
    }
}

impl serde::Serialize for EventId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where in its artifact an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Locator {
    /// A numbered record (EVTX) and its byte offset in the artifact.
    Record {
        /// The record's own number.
        id: u64,
        /// Byte offset in the artifact.
        offset: u64,
    },
    /// A record inside a buffer of a trace.
    Buffer {
        /// Byte offset of the buffer in the artifact.
        buffer: u64,
        /// Byte offset of the record inside the buffer, after expansion if it is compressed.
        inside: u32,
    },
    /// A line of text, counted from 1.
    Line(u32),
    /// A numbered session of an HTTP recording.
    Session(u32),
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record { id, offset } => write!(f, "record {id} @ 0x{offset:x}"),
            Self::Buffer { buffer, inside } => write!(f, "buffer 0x{buffer:x} + 0x{inside:x}"),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Session(number) => write!(f, "session {number}"),
        }
    }
}

/// Level as its producer recorded it (ETW numbering); unknown numbers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Level(pub u8);

impl Level {
    /// Informational, the level of evidence that states none.
    pub const INFO: Self = Self(4);

    /// The word for it; level 0 is what producers use for "always log".
    pub fn word(self) -> &'static str {
        match self.0 {
            0 => "always",
            1 => "critical",
            2 => "error",
            3 => "warning",
            4 => "info",
            5 => "verbose",
            _ => "other",
        }
    }

    /// Rank for comparison: verbose 1, info (and always, and unknown) 2, warning 3, error 4, critical 5.
    pub fn rank(self) -> u8 {
        match self.0 {
            1 => 5,
            2 => 4,
            3 => 3,
            5 => 1,
            _ => 2,
        }
    }

    /// The rank that a word of a query names.
    pub fn rank_of(word: &str) -> Option<u8> {
        Some(match word.to_ascii_lowercase().as_str() {
            "verbose" | "debug" => 1,
            "info" | "information" | "informational" | "always" => 2,
            "warning" | "warn" => 3,
            "error" | "err" => 4,
            "critical" | "fatal" => 5,
            _ => return None,
        })
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word used in every output.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The value that a word names.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
    };
}
pub(super) use words;

words! {
    /// The stage of a device's way into Entra that an event, a code or a finding belongs to.
    Stage {
        /// None in particular.
        None = "none",
        /// Edition, scope, name, clock.
        Eligibility = "eligibility",
        /// Finding realm and registration service.
        Discover = "discover",
        /// Getting a token.
        Authenticate = "authenticate",
        /// Making keys and the request.
        PrepareKey = "prepare-key",
        /// Sending the request.
        Send = "send",
        /// The service's answer.
        Respond = "respond",
        /// Certificate installed and state written, or removed.
        Complete = "complete",
        /// What Windows does right after.
        PostJoin = "post-join",
        /// Device management enrolment.
        Mdm = "mdm",
        /// Primary refresh token.
        Prt = "prt",
        /// Windows Hello for Business.
        Hello = "hello",
        /// Reaching the endpoints at all.
        Network = "network",
        /// The device's clock.
        Time = "time",
    }
}

words! {
    /// What an event says about the deed it reports.
    Outcome {
        /// It worked.
        Success = "success",
        /// It did not.
        Failure = "failure",
        /// The event tells something else.
        Info = "info",
        /// Background chatter that never counts as activity.
        Noise = "noise",
        /// The evidence does not say.
        Unknown = "unknown",
    }
}

words! {
    /// How bad it is.
    Severity {
        /// Nothing at fault.
        Info = "info",
        /// Worth knowing.
        Low = "low",
        /// Degrades something.
        Medium = "medium",
        /// Breaks a stage.
        High = "high",
        /// Breaks the device.
        Critical = "critical",
    }
}

words! {
    /// The band of the timeline that an event is drawn in.
    Lane {
        /// Windows event logs.
        Evtx = "evtx",
        /// ETW traces.
        Trace = "trace",
        /// Task scheduler, whatever format it came in.
        Task = "task",
        /// Device facts such as dsregcmd output.
        Device = "device",
        /// Requests and their answers, from recordings of HTTP.
        Http = "http",
    }
}

words! {
    /// By what a payload got its names and types.
    Decoding {
        /// By its own format, which always says them.
        Own = "own",
        /// By the event itself: TraceLogging, or the mark that it is one string.
        TraceLogging = "tracelogging",
        /// By a schema that the trace carries.
        Embedded = "embedded",
        /// By a provider's manifest, shipped or given.
        Manifest = "manifest",
        /// By the format of a WPP message.
        Wpp = "wpp",
        /// By the layout of a classic or kernel event.
        Mof = "mof",
        /// By nothing: texts were carved from it.
        Undecoded = "undecoded",
    }
}

/// Name of the payload field that holds a rendered message (from an `.MTA` file or a
/// forwarded event), where the evidence brought one.
pub const MESSAGE_FIELD: &str = "@message";

/// Name of the payload field that holds the name (task and opcode) of an event that its provider
/// numbers, where a schema brought one.
pub const NAME_FIELD: &str = "@name";

/// Name of the payload field that holds texts carved from a payload without a layout.
pub const STRINGS_FIELD: &str = "@strings";

/// Name of the payload field that holds what stands behind the last field that the layout knows.
pub const TAIL_FIELD: &str = "@tail";

/// Name of the payload field that says why decoding stopped before the last field.
pub const FAULT_FIELD: &str = "@fault";

/// Whether a payload field was added while reading and does not stand in the evidence as such.
pub fn is_added_field(name: &str) -> bool {
    name.starts_with('@')
}
