//! Event logs in a story.

use serde::Deserialize;

use super::field::{Field, Hexadecimal, Pairs};
use super::moment::Moment;
use super::{ScenarioError, Setting};
use crate::evtx::{EventSpec, EvtxLog, Form};

/// What the events of a provider have in common. Without a GUID it is a classic source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    pub(super) name: String,
    #[serde(default)]
    pub(super) guid: String,
    pub(super) keywords: Option<u64>,
    pub(super) task: Option<u16>,
    pub(super) process: Option<[u32; 2]>,
    user: Option<String>,
}

/// A log and its events in the order of their record identifiers, which may differ from that of
/// their times.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventLog {
    pub(super) file: String,
    channel: String,
    /// Identifier of the first record; 1 if absent.
    first_record_id: Option<u64>,
    /// Zeroed chunks behind the last one.
    #[serde(default)]
    spare_chunks: usize,
    events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    at: Moment,
    /// Short name of a provider of the story.
    provider: String,
    id: u16,
    level: Option<u8>,
    version: Option<u8>,
    task: Option<u16>,
    opcode: Option<u8>,
    keywords: Option<u64>,
    /// Process and thread.
    process: Option<[u32; 2]>,
    activity: Option<String>,
    related_activity: Option<String>,
    user: Option<String>,
    computer: Option<String>,
    form: Option<FormName>,
    /// Identifiers left unused before this event.
    #[serde(default)]
    skip_ids: u64,
    /// Named fields in order.
    #[serde(default)]
    fields: Pairs<Field>,
    /// Unnamed fields in order.
    #[serde(default)]
    data: Vec<Field>,
    /// Bytes of a classic event.
    bytes: Option<Hexadecimal>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FormName {
    EventData,
    Flat,
    Classic,
    NoPayload,
    Untemplated,
    UserData { element: String, namespace: String },
}

impl EventLog {
    pub(super) fn build(&self, setting: &Setting<'_>) -> Result<Vec<u8>, ScenarioError> {
        let mut log = EvtxLog::new(&self.channel, setting.computer);
        log.spare_chunks(self.spare_chunks);
        if let Some(id) = self.first_record_id {
            log.first_record_id(id);
        }
        for event in &self.events {
            let provider =
                setting
                    .providers
                    .get(&event.provider)
                    .ok_or_else(|| ScenarioError::Artifact {
                        artifact: self.file.clone(),
                        reason: format!("no provider {:?} in the story", event.provider),
                    })?;
            log.skip_ids(event.skip_ids)
                .event(event.spec(provider, setting));
        }
        log.into_bytes().map_err(|source| ScenarioError::EventLog {
            artifact: self.file.clone(),
            source,
        })
    }
}

impl Event {
    fn spec(&self, provider: &Provider, setting: &Setting<'_>) -> EventSpec {
        let start = setting.start;
        let mut spec = if provider.guid.is_empty() {
            EventSpec::classic(&provider.name, self.id)
        } else {
            EventSpec::new(&provider.name, &provider.guid, self.id)
        };
        let shown = setting.clock.shows(self.at.resolve(start), start);
        spec = spec.at(shown);
        if let Some(level) = self.level {
            spec = spec.level(level);
        }
        if let Some(version) = self.version {
            spec = spec.version(version);
        }
        if let Some(task) = self.task.or(provider.task) {
            spec = spec.task(task);
        }
        if let Some(opcode) = self.opcode {
            spec = spec.opcode(opcode);
        }
        if let Some(keywords) = self.keywords.or(provider.keywords) {
            spec = spec.keywords(keywords);
        }
        if let Some([process, thread]) = self.process.or(provider.process) {
            spec = spec.process(process, thread);
        }
        if let Some(activity) = &self.activity {
            spec = spec.activity(activity);
        }
        if let Some(activity) = &self.related_activity {
            spec = spec.related_activity(activity);
        }
        if let Some(user) = self.user.as_ref().or(provider.user.as_ref()) {
            spec = spec.user_sid(user);
        }
        if let Some(computer) = &self.computer {
            spec = spec.computer(computer);
        }
        if let Some(form) = self.form.clone() {
            spec = spec.form(form.into());
        }
        if let Some(bytes) = &self.bytes {
            spec = spec.bytes(&bytes.0);
        }
        let named = self.fields.iter();
        let spec = named.fold(spec, |spec, (name, field)| {
            spec.field(name, field.value(start))
        });
        self.data
            .iter()
            .fold(spec, |spec, field| spec.data(field.value(start)))
    }
}

impl From<FormName> for Form {
    fn from(name: FormName) -> Self {
        match name {
            FormName::EventData => Self::EventData,
            FormName::Flat => Self::FlatEventData,
            FormName::Classic => Self::Classic,
            FormName::NoPayload => Self::NoPayload,
            FormName::Untemplated => Self::Untemplated,
            FormName::UserData { element, namespace } => Self::UserData { element, namespace },
        }
    }
}
