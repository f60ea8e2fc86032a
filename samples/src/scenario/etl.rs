//! Event traces in a story.
//!
//! An event that stands in a log too has the same fields in both, in the same order; a trace holds
//! neither names nor nulls, so only the values count here. Events are written in the story's order
//! and go to the processors in turn unless they name one.

use serde::Deserialize;

use super::event_log::Provider;
use super::field::{Field, Pairs, Typed};
use super::moment::Moment;
use super::{ScenarioError, Setting};
use crate::etl::{
    Clock, Closure, Compression, EtlEvent, EtlTrace, ProviderTraits, TimeZone, TraceLogging, Value,
    provider_guid_of,
};

/// Channel number of a manifest's first channel plus one: the registration client's Debug channel.
const CHANNEL_DEBUG: u8 = 17;

/// A trace and its events.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventTrace {
    pub(super) file: String,
    /// Name of the logger; the file's name if absent.
    session: Option<String>,
    /// When the session started; the first event's time if absent.
    start: Option<Moment>,
    #[serde(default)]
    clock: ClockName,
    cpus: Option<u16>,
    /// Bytes; 65536 if absent.
    buffer_size: Option<usize>,
    /// Minutes to add to local time to get UTC.
    bias_minutes: Option<i32>,
    /// Buffers that a circular file has room for.
    circular: Option<usize>,
    #[serde(default)]
    storage: Storage,
    #[serde(default)]
    ending: Ending,
    /// Lost events and lost buffers, as the header counts them.
    #[serde(default)]
    lost: [u32; 2],
    events: Vec<Event>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ClockName {
    #[default]
    Default,
    /// Frequency in Hz.
    Qpc(u64),
    SystemTime,
    /// Megahertz.
    CpuCycles(u32),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Storage {
    #[default]
    Plain,
    Xpress,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Ending {
    #[default]
    Stopped,
    /// Copied while it ran.
    Running,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    at: Moment,
    /// Short name of a provider of the story.
    provider: String,
    /// Identifier of a manifest event; 0 if absent.
    #[serde(default)]
    id: u16,
    /// Name of a TraceLogging event. Its provider's GUID is made from its name if it has none.
    name: Option<String>,
    level: Option<u8>,
    version: Option<u8>,
    /// 16 is the first channel of the manifest. Absent means 17 for an event with `text`, else 16.
    channel: Option<u8>,
    task: Option<u16>,
    opcode: Option<u8>,
    keywords: Option<u64>,
    /// Process and thread.
    process: Option<[u32; 2]>,
    cpu: Option<u16>,
    activity: Option<String>,
    related_activity: Option<String>,
    /// The one text that a Debug event holds.
    text: Option<String>,
    /// Named fields in order.
    #[serde(default)]
    fields: Pairs<Field>,
}

impl EventTrace {
    pub(super) fn build(&self, setting: &Setting<'_>) -> Result<Vec<u8>, ScenarioError> {
        let start = self.start(setting.start);
        let behind_at_start = setting.clock.behind(start, setting.start);
        let mut trace = self.session(start.saturating_add_signed(-behind_at_start));
        for event in &self.events {
            let provider = setting.providers.get(&event.provider).ok_or_else(|| {
                self.fault(&format!("no provider {:?} in the story", event.provider))
            })?;
            match event.cpu {
                Some(cpu) => trace.cpu(cpu),
                None => &mut trace,
            };
            let spec = event
                .spec(provider, setting.start)
                .map_err(|reason| self.fault(&reason))?;
            let time = event.at.resolve(setting.start);
            let behind = match self.clock {
                ClockName::SystemTime => setting.clock.behind(time, setting.start),
                // Counted from the beginning.
                _ => behind_at_start,
            };
            trace.at(time.saturating_add_signed(-behind)).event(spec);
            if event.cpu.is_some() {
                trace.cpus_in_turn();
            }
        }
        trace
            .into_bytes()
            .map_err(|fault| self.fault(&fault.to_string()))
    }

    /// When the session started, in true time.
    fn start(&self, story_start: u64) -> u64 {
        let first = self.events.first().map(|event| event.at);
        let start = self.start.or(first);
        start.map_or(story_start, |moment| moment.resolve(story_start))
    }

    /// The trace without events; `start` is what the clock showed then.
    fn session(&self, start: u64) -> EtlTrace {
        let mut trace = EtlTrace::new();
        trace
            .start(start)
            .clock(self.clock.into())
            .cpus(self.cpus.unwrap_or(1))
            .names(
                self.session.as_deref().unwrap_or(&self.file),
                &format!("C:\\Logs\\{}", self.file),
            )
            .lost(self.lost[0], self.lost[1]);
        if let Some(size_bytes) = self.buffer_size {
            trace.buffer_size(size_bytes);
        }
        if let Some(minutes) = self.bias_minutes {
            trace.time_zone(TimeZone::with_bias(minutes));
        }
        if let Some(buffers) = self.circular {
            trace.circular(buffers);
        }
        if self.storage == Storage::Xpress {
            trace.compressed(Compression::Xpress);
        }
        if self.ending == Ending::Running {
            trace.closure(Closure::Running);
        }
        trace
    }

    fn fault(&self, reason: &str) -> ScenarioError {
        ScenarioError::Artifact {
            artifact: self.file.clone(),
            reason: reason.to_owned(),
        }
    }
}

impl Event {
    fn spec(&self, provider: &Provider, start: u64) -> Result<EtlEvent, String> {
        let guid = match (&self.name, provider.guid.as_str()) {
            (_, guid) if !guid.is_empty() => guid.to_owned(),
            (Some(_), _) => provider_guid_of(&provider.name),
            (None, _) => return Err(format!("provider {:?} has no GUID", self.provider)),
        };
        let values = self.values(start)?;
        let mut spec = if let Some(name) = &self.name {
            let named = values.into_iter();
            let schema = named.fold(TraceLogging::new(name), |schema, (name, value)| {
                schema.field(&name, value)
            });
            // A provider that describes its events says its name with them.
            EtlEvent::trace_logging(&guid, schema)
                .id(self.id)
                .traits(ProviderTraits::new(&provider.name))
        } else {
            let channel = match self.text {
                Some(_) => CHANNEL_DEBUG,
                None => CHANNEL_DEBUG - 1,
            };
            let spec = EtlEvent::manifest(&guid, self.id).channel(channel);
            let values = values.into_iter().map(|(_, value)| value);
            values.fold(spec, EtlEvent::field)
        };
        if let Some(channel) = self.channel {
            spec = spec.channel(channel);
        }
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
            spec = spec.keyword(keywords);
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
        Ok(spec)
    }

    /// The text if there is one, then the fields.
    fn values(&self, start: u64) -> Result<Vec<(String, Value)>, String> {
        let text = self.text.iter();
        let mut values: Vec<(String, Value)> = text
            .map(|text| ("Message".to_owned(), Value::Text(text.clone())))
            .collect();
        for (name, field) in self.fields.iter() {
            let value = payload_value(field, start)
                .ok_or_else(|| format!("field {name:?} is of a type that a trace cannot hold"))?;
            values.push((name.clone(), value));
        }
        Ok(values)
    }
}

impl From<ClockName> for Clock {
    fn from(name: ClockName) -> Self {
        match name {
            ClockName::Default => Self::default(),
            ClockName::Qpc(frequency) => Self::Qpc { frequency },
            ClockName::SystemTime => Self::SystemTime,
            ClockName::CpuCycles(mhz) => Self::CpuCycles { mhz },
        }
    }
}

/// The value as a payload holds it, with times counted from the start. Nulls and arrays have no form.
fn payload_value(field: &Field, start: u64) -> Option<Value> {
    let typed = match field {
        Field::Null => return None,
        Field::Text(text) => return Some(Value::Text(text.clone())),
        Field::Typed(typed) => typed,
    };
    Some(match typed {
        Typed::Text(value) => Value::Text(value.clone()),
        Typed::Ansi(value) => Value::Ansi(value.clone()),
        Typed::Int8(value) => Value::Int8(*value),
        Typed::Uint8(value) => Value::UInt8(*value),
        Typed::Int16(value) => Value::Int16(*value),
        Typed::Uint16(value) => Value::UInt16(*value),
        Typed::Int32(value) => Value::Int32(*value),
        Typed::Uint32(value) => Value::UInt32(*value),
        Typed::Int64(value) => Value::Int64(*value),
        Typed::Uint64(value) => Value::UInt64(*value),
        Typed::Float(value) => Value::Float(*value),
        Typed::Double(value) => Value::Double(*value),
        Typed::Bool(value) => Value::Bool(*value),
        Typed::Guid(value) => Value::Guid(value.clone()),
        Typed::SizeT(value) => Value::Pointer(*value),
        Typed::FileTime(moment) => Value::FileTime(moment.resolve(start)),
        Typed::SystemTime(moment) => Value::SystemTime(moment.resolve(start)),
        Typed::Sid(value) => Value::Sid(value.clone()),
        Typed::Hex32(value) => Value::HexInt32(*value),
        Typed::Hex64(value) => Value::HexInt64(*value),
        Typed::Binary(bytes) => Value::Bytes(bytes.0.clone()),
        Typed::Texts(_) | Typed::Uint32s(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    /// Builds a story with one trace whose events are given.
    fn build(events: &str) -> Result<Vec<u8>, ScenarioError> {
        let story = format!(
            "title: t\nstart: 2026-03-02T08:00:00Z\ncomputer: C\nproviders:\n  p: {{name: P, guid: \
             23b8d46b-67dd-40a3-b636-d43e50552c6d, process: [8124, 6120]}}\n  t: {{name: \
             Contoso.Shell}}\nartifacts:\n  - etl:\n      file: a.etl\n      cpus: 2\n      clock: \
             system-time\n      events: [{events}]\n"
        );
        scenario::build_story(&story).map(|mut files| files.remove(0).1)
    }

    fn check_fault(events: &str, expected: &str) {
        let fault = build(events).unwrap_err().to_string();
        assert!(fault.contains(expected), "{fault}");
    }

    #[test]
    fn a_story_is_the_trace_it_describes() {
        let debug = EtlEvent::manifest("23b8d46b-67dd-40a3-b636-d43e50552c6d", 502)
            .channel(17)
            .level(2)
            .process(8124, 6120)
            .field("A::B: text");
        let admin = EtlEvent::manifest("23b8d46b-67dd-40a3-b636-d43e50552c6d", 102)
            .channel(16)
            .process(8124, 6120)
            .field(1_i32)
            .field("DEVICE");
        let schema = TraceLogging::new("Page").field("Step", 3_u32);
        let shell = EtlEvent::trace_logging(&provider_guid_of("Contoso.Shell"), schema)
            .traits(ProviderTraits::new("Contoso.Shell"));
        let mut expected = EtlTrace::new();
        expected
            .start("2026-03-02T08:00:01Z")
            .clock(Clock::SystemTime)
            .cpus(2)
            .names("a.etl", "C:\\Logs\\a.etl")
            .event(debug)
            .at("2026-03-02T08:00:02.5Z")
            .event(admin)
            .at("2026-03-02T08:00:03Z")
            .cpu(1)
            .event(shell);
        let found = build(
            "{at: +1s, provider: p, id: 502, level: 2, text: \"A::B: text\"}, \
             {at: +2.5s, provider: p, id: 102, fields: {Type: {int32: 1}, Name: DEVICE}}, \
             {at: +3s, provider: t, name: Page, cpu: 1, fields: {Step: {uint32: 3}}}",
        );
        assert!(found.unwrap() == expected.to_bytes().unwrap());
    }

    #[test]
    fn what_a_trace_cannot_hold_is_told() {
        check_fault("{at: +1s, provider: q, id: 1}", "no provider \"q\"");
        check_fault("{at: +1s, provider: t, id: 1}", "has no GUID");
        check_fault("{at: +1s, provider: p, id: 1, cpu: 2}", "processor 2");
        check_fault(
            "{at: +1s, provider: p, id: 1, fields: {A: ~}}",
            "field \"A\"",
        );
        check_fault("{at: +1s, provider: p, id: 1, colour: red}", "colour");
    }
}
