//! One event, described by what it says.

use super::Value;

/// How a record carries what its provider said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Form {
    /// Named fields in a nested fragment with its own template: what Windows 10 and 11 write.
    #[default]
    EventData,
    /// Named fields inside the one template of the record.
    FlatEventData,
    /// Unnamed fields as one string array, and the event's bytes if any: classic sources.
    Classic,
    /// Fields as child elements of an element of the provider's own.
    UserData {
        /// Name of that element.
        element: String,
        /// Its XML namespace.
        namespace: String,
    },
    /// No payload element at all. Fields are not written.
    NoPayload,
    /// A record without any template: all is text, as in forwarded events that were rendered.
    Untemplated,
}

/// Description of one event. Times are FILETIME ticks, identifiers are text.
///
/// Malformed identifiers are reported when the log is written.
#[derive(Debug, Clone, PartialEq)]
pub struct EventSpec {
    pub(super) provider: String,
    pub(super) provider_guid: Option<String>,
    pub(super) event_id: u16,
    pub(super) qualifiers: Option<u16>,
    pub(super) version: u8,
    pub(super) level: u8,
    pub(super) task: u16,
    pub(super) opcode: u8,
    pub(super) keywords: u64,
    pub(super) time: u64,
    pub(super) written: Option<u64>,
    pub(super) activity: Option<String>,
    pub(super) related_activity: Option<String>,
    pub(super) process_id: u32,
    pub(super) thread_id: u32,
    pub(super) user_sid: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) computer: Option<String>,
    pub(super) form: Form,
    pub(super) fields: Vec<(String, Value)>,
    pub(super) bytes: Vec<u8>,
}

impl EventSpec {
    /// An informational event of a provider that has a manifest. An empty GUID text means none.
    pub fn new(provider: &str, provider_guid: &str, event_id: u16) -> Self {
        Self {
            provider: provider.to_owned(),
            provider_guid: (!provider_guid.is_empty()).then(|| provider_guid.to_owned()),
            event_id,
            qualifiers: None,
            version: 0,
            level: 4,
            task: 0,
            opcode: 0,
            keywords: 0x8000_0000_0000_0000,
            time: 0,
            written: None,
            activity: None,
            related_activity: None,
            process_id: 0,
            thread_id: 0,
            user_sid: None,
            channel: None,
            computer: None,
            form: Form::EventData,
            fields: Vec::new(),
            bytes: Vec::new(),
        }
    }

    /// An informational event of a classic source: no GUID, a qualifier, unnamed fields.
    pub fn classic(source: &str, event_id: u16) -> Self {
        let mut event = Self::new(source, "", event_id)
            .form(Form::Classic)
            .qualifiers(0x8000);
        event.keywords = 0x0080_0000_0000_0000;
        event
    }

    /// When it happened, in FILETIME ticks. Without this the time is zero, which is 1601.
    #[must_use]
    pub fn at(mut self, ticks: u64) -> Self {
        self.time = ticks;
        self
    }

    /// When the record says it was written, if that differs from when it happened.
    #[must_use]
    pub fn written_at(mut self, ticks: u64) -> Self {
        self.written = Some(ticks);
        self
    }

    /// 1 critical, 2 error, 3 warning, 4 information, 5 verbose; 0 means "log always".
    #[must_use]
    pub fn level(mut self, level: u8) -> Self {
        self.level = level;
        self
    }

    /// Version of the event's definition.
    #[must_use]
    pub fn version(mut self, version: u8) -> Self {
        self.version = version;
        self
    }

    /// Task number.
    #[must_use]
    pub fn task(mut self, task: u16) -> Self {
        self.task = task;
        self
    }

    /// Operation code.
    #[must_use]
    pub fn opcode(mut self, opcode: u8) -> Self {
        self.opcode = opcode;
        self
    }

    /// Keyword bits.
    #[must_use]
    pub fn keywords(mut self, keywords: u64) -> Self {
        self.keywords = keywords;
        self
    }

    /// Upper half of a classic event identifier.
    #[must_use]
    pub fn qualifiers(mut self, qualifiers: u16) -> Self {
        self.qualifiers = Some(qualifiers);
        self
    }

    /// Process and thread that wrote it.
    #[must_use]
    pub fn process(mut self, process_id: u32, thread_id: u32) -> Self {
        self.process_id = process_id;
        self.thread_id = thread_id;
        self
    }

    /// Activity identifier of the Correlation element.
    #[must_use]
    pub fn activity(mut self, guid: &str) -> Self {
        self.activity = Some(guid.to_owned());
        self
    }

    /// Related activity identifier of the Correlation element.
    #[must_use]
    pub fn related_activity(mut self, guid: &str) -> Self {
        self.related_activity = Some(guid.to_owned());
        self
    }

    /// Account in whose context it was written.
    #[must_use]
    pub fn user_sid(mut self, sid: &str) -> Self {
        self.user_sid = Some(sid.to_owned());
        self
    }

    /// A channel other than the log's, as in a log of forwarded events.
    #[must_use]
    pub fn channel(mut self, channel: &str) -> Self {
        self.channel = Some(channel.to_owned());
        self
    }

    /// A computer name other than the log's, as before a rename.
    #[must_use]
    pub fn computer(mut self, computer: &str) -> Self {
        self.computer = Some(computer.to_owned());
        self
    }

    /// How the fields are carried.
    #[must_use]
    pub fn form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// Appends a named field.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    /// Appends an unnamed field.
    #[must_use]
    pub fn data(self, value: impl Into<Value>) -> Self {
        self.field("", value)
    }

    /// The bytes that a classic event carries beside its strings.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes = bytes.to_vec();
        self
    }
}
