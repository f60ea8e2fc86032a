//! One event of a timeline, read through its interned names.

use std::borrow::Cow;

use joinscope_wire::Guid;

use super::build::{NO_ROW, Timeline};
use super::devices::DeviceId;
use super::sources::SourceId;
use crate::catalog::{EventRow, RowOutcome, code_text};
use crate::model::{
    ArtifactId, Decoding, EventId, Kind, KindId, Lane, Level, Locator, MESSAGE_FIELD, Origin,
    Outcome, Payload, Record, Stage, Stamp, TextId, Ticks, Value,
};

/// Mark of a status field that holds an HTTP status, where 2xx is success, 1xx and 3xx tell something else, and 0 is
/// no answer.
const HTTP: &str = "http:";

/// An event and the timeline that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct EventRef<'t> {
    pub(super) timeline: &'t Timeline,
    pub(super) record: &'t Record,
    pub(super) kind: &'t Kind,
    pub(super) id: EventId,
}

/// How the value of a field of this name is shown.
pub type Show<'s> = dyn Fn(&str, Value<'_>) -> String + 's;

/// A further place where an event stands.
#[derive(Clone, Copy, Debug)]
pub struct Also<'t> {
    /// Source that this sighting belongs to.
    pub source: SourceId,
    /// Path of the artifact through the archives.
    pub path: &'t str,
    /// Where in the artifact.
    pub locator: Locator,
}

impl<'t> EventRef<'t> {
    /// Its id.
    pub fn id(self) -> EventId {
        self.id
    }

    /// Its time; `None` for an undated event.
    pub fn stamp(self) -> Option<Stamp> {
        self.record.stamp(self.kind)
    }

    /// Its instant; `None` for an undated event.
    pub fn ticks(self) -> Option<Ticks> {
        self.kind.time.map(|_| Ticks(self.record.ticks()))
    }

    /// Ticks of 100 ns that were added to the time that was recorded; 0 where it is not corrected.
    pub fn correction(self) -> i64 {
        let corrections = &self.timeline.corrections;
        corrections.get(self.id.index()).copied().unwrap_or(0)
    }

    /// Its time as it was recorded, where its clock was off and the time is corrected.
    pub fn recorded(self) -> Option<Ticks> {
        let correction = self.correction();
        let ticks = self.ticks().filter(|_| correction != 0)?;
        Some(Ticks(ticks.0.saturating_sub(correction)))
    }

    /// When it was over, as an instant: an exchange of messages stands at its request and says how
    /// long its answer took; anything else is over when it happens.
    pub fn over(self) -> Option<Ticks> {
        let at = self.ticks()?;
        if self.lane() != Lane::Http {
            return Some(at);
        }
        let milliseconds = self.field("duration_ms").and_then(Value::number);
        let milliseconds = milliseconds.filter(|number| *number >= 0.0);
        Some(milliseconds.map_or(at, |number| at.plus_seconds(number / 1000.0)))
    }

    /// Whether it tells of a request that was answered.
    pub fn is_answered(self) -> bool {
        let status = self.field("status").and_then(Value::number);
        self.lane() == Lane::Http && status.is_some_and(|status| status > 0.0)
    }

    pub(super) fn origin(self) -> Option<&'t Origin> {
        self.timeline.origins.get(self.kind.origin.0)
    }

    /// Provider as recorded.
    pub fn provider(self) -> &'t str {
        self.origin()
            .map_or("", |origin| self.timeline.text(origin.provider))
    }

    /// Channel as recorded; empty where the format has none.
    pub fn channel(self) -> &'t str {
        self.origin()
            .map_or("", |origin| self.timeline.text(origin.channel))
    }

    /// Computer as recorded; empty where the format has none.
    pub fn computer(self) -> &'t str {
        self.origin()
            .map_or("", |origin| self.timeline.text(origin.computer))
    }

    /// Format that it was read from.
    pub fn format(self) -> &'static str {
        self.origin().map_or("", |origin| origin.format)
    }

    /// Artifact that it stands in.
    pub fn artifact(self) -> ArtifactId {
        self.origin()
            .map_or(ArtifactId(u32::MAX), |origin| origin.artifact)
    }

    /// Path of the artifact through the archives.
    pub fn path(self) -> &'t str {
        self.timeline.path(self.artifact())
    }

    /// Source that it belongs to.
    pub fn source(self) -> SourceId {
        self.timeline.source_of(self.kind.origin)
    }

    /// Event id in its provider's numbering.
    pub fn code(self) -> u32 {
        self.kind.code
    }

    /// The name that it has itself, as TraceLogging events do; empty where there is none.
    pub fn name(self) -> &'t str {
        self.timeline.text(self.kind.name)
    }

    /// By what its payload was decoded.
    pub fn decoding(self) -> Decoding {
        self.kind.decoding
    }

    /// Version of its definition.
    pub fn version(self) -> u8 {
        self.kind.version
    }

    /// Level as recorded.
    pub fn level(self) -> Level {
        self.kind.level
    }

    /// Process id, where recorded.
    pub fn pid(self) -> Option<u32> {
        (self.record.pid != 0).then_some(self.record.pid)
    }

    /// Thread id, where recorded.
    pub fn tid(self) -> Option<u32> {
        (self.record.tid != 0).then_some(self.record.tid)
    }

    /// SID of the user it was logged for; empty for none.
    pub fn user(self) -> &'t str {
        self.timeline.text(self.kind.user)
    }

    /// Activity id.
    pub fn activity(self) -> Option<Guid> {
        self.timeline
            .guids
            .get(self.record.activity.0)
            .copied()
            .filter(|guid| !guid.is_zero())
    }

    /// Related activity id.
    pub fn related(self) -> Option<Guid> {
        self.timeline
            .guids
            .get(self.record.related.0)
            .copied()
            .filter(|guid| !guid.is_zero())
    }

    /// Where in its artifact it stands.
    pub fn locator(self) -> Locator {
        self.record.locator(self.kind)
    }

    /// The other places where the same happening stands: source, path and place in it.
    pub fn also(self) -> impl ExactSizeIterator<Item = Also<'t>> {
        let all = &self.timeline.sightings;
        let from = all.partition_point(|(event, _)| *event < self.id.0);
        let to = all.partition_point(|(event, _)| *event <= self.id.0);
        let timeline = self.timeline;
        all[from..to].iter().map(move |(_, sighting)| Also {
            source: timeline.source_of(sighting.origin),
            path: timeline
                .origins
                .get(sighting.origin.0)
                .map_or("", |origin| timeline.path(origin.artifact)),
            locator: sighting.locator,
        })
    }

    /// The device that it happened on, where the evidence says.
    pub fn device(self) -> Option<DeviceId> {
        self.timeline.devices.of(self.kind.origin)
    }

    fn payload(self) -> Payload<'t> {
        self.timeline.payload_of(self.record)
    }

    /// The number of what it shares with other events: origin, user and own name among it, and the
    /// names of its fields.
    pub(crate) fn kind_id(self) -> KindId {
        self.record.kind
    }

    /// The names of its payload's fields, in order.
    pub fn field_names(self) -> impl Iterator<Item = &'t str> {
        let shape = self.timeline.shapes.get(self.kind.shape.0);
        let names = shape.map_or(&[][..], |shape| &shape.names);
        names.iter().map(move |name| self.timeline.text(*name))
    }

    /// Its payload: names and values, in order.
    pub fn fields(self) -> impl Iterator<Item = (&'t str, Value<'t>)> {
        self.field_names().zip(self.payload())
    }

    /// The payload field of this name, in any letter case.
    pub fn field(self, name: &str) -> Option<Value<'t>> {
        self.value_at(self.place(name)?)
    }

    /// Where in its payload the first field of this name stands; letter case does not matter.
    fn place(self, name: &str) -> Option<usize> {
        let names = &self.timeline.shapes.get(self.kind.shape.0)?.names;
        let mut names = names.iter().map(|id| self.timeline.text(*id));
        names.position(|known| known.eq_ignore_ascii_case(name))
    }

    /// The first payload field whose name is one of these.
    pub(super) fn field_of(self, names: &[TextId]) -> Option<Value<'t>> {
        self.value_at(self.place_of(names)?)
    }

    /// Where in its payload the first field stands whose name is one of these.
    pub(super) fn place_of(self, names: &[TextId]) -> Option<usize> {
        let shape = &self.timeline.shapes.get(self.kind.shape.0)?.names;
        shape.iter().position(|name| names.contains(name))
    }

    /// The payload field at a place.
    pub(super) fn value_at(self, place: usize) -> Option<Value<'t>> {
        self.payload().nth(place)
    }

    /// The payload field of this name as text, or the member of the JSON text in it that further
    /// names behind dots lead to (`ServerResponse.subcode`).
    pub fn field_or_member(self, path: &str) -> Option<Cow<'t, str>> {
        if let Some(value) = self.field(path) {
            return Some(value.text());
        }
        let (name, members) = path.split_once('.')?;
        let members: Vec<&str> = members.split('.').collect();
        super::query::member(&self.field(name)?.text(), &members).map(Cow::Owned)
    }

    /// The catalogue's row for it.
    pub fn row(self) -> Option<&'t EventRow> {
        let row = *self.timeline.rows.get(self.record.kind.index())?;
        (row != NO_ROW)
            .then(|| self.timeline.catalog.events.rows().get(row as usize))
            .flatten()
    }

    /// The provider's short name, or its own where it has none.
    pub fn provider_alias(self) -> &'t str {
        match self
            .row()
            .and_then(|row| self.timeline.catalog.events.providers().get(row.provider))
        {
            Some(provider) => provider.alias,
            None => self.provider(),
        }
    }

    /// What tells its kind apart from others of its provider: its id where that says something,
    /// else its own name.
    pub fn kind(self) -> Cow<'t, str> {
        match self.name() {
            name if !name.is_empty() && self.row().is_none() => Cow::Borrowed(name),
            _ => Cow::Owned(self.code().to_string()),
        }
    }

    /// Stage that it belongs to.
    pub fn stage(self) -> Stage {
        self.row().map_or(Stage::None, |row| row.stage)
    }

    /// Whether it is one of the events that tell nothing, whatever their level says.
    pub fn is_noise(self) -> bool {
        self.timeline.noise.binary_search(&self.id.0).is_ok()
    }

    /// How much it matters to a join story, 0 to 3. Uncatalogued events are details, and
    /// context when their level says that something went wrong.
    pub fn weight(self) -> u8 {
        if self.is_noise() {
            return 0;
        }
        self.usual_weight()
    }

    /// The same of all events of its kind that are no noise.
    pub(super) fn usual_weight(self) -> u8 {
        self.row()
            .map_or(if self.level().rank() >= 4 { 2 } else { 1 }, |row| {
                row.weight
            })
    }

    /// The status code in its payload, from the field that the catalogue trusts most.
    pub fn status(self) -> Option<u32> {
        let mut names = self.status_fields();
        names.find_map(|name| self.field(name)?.code())
    }

    /// Where in its payload fields stand that can hold its status code, the most trusted first.
    pub(super) fn status_places(self) -> Vec<usize> {
        let places = self.status_fields().filter_map(|name| self.place(name));
        places.collect()
    }

    /// Names of the fields that can hold a status code, the most trusted first.
    fn status_fields(self) -> impl Iterator<Item = &'static str> {
        self.deciding().filter(|name| !name.starts_with(HTTP))
    }

    /// What the catalogue says decides, the most trusted first: names of fields, some behind a mark.
    fn deciding(self) -> impl Iterator<Item = &'static str> {
        let fields = self.row().and_then(|row| row.status);
        let fields = fields.into_iter().flat_map(|fields| fields.split(','));
        fields.map(str::trim)
    }

    /// The HTTP status in its payload, where the catalogue says that one decides.
    fn http_status(self) -> Option<u32> {
        let mut names = self.deciding().filter_map(|name| name.strip_prefix(HTTP));
        names.find_map(|name| self.field(name)?.code())
    }

    /// What it says of the deed that it reports: the status in the payload decides where
    /// there is one, then the catalogue, then the level.
    pub fn outcome(self) -> Outcome {
        if self.is_noise() {
            return Outcome::Noise;
        }
        self.told_outcome()
    }

    /// The same of all events of its kind that are no noise; `None` where each can say for itself.
    pub(super) fn usual_outcome(self) -> Option<Outcome> {
        let names = self.deciding();
        let mut names = names.map(|name| name.strip_prefix(HTTP).unwrap_or(name));
        let says_itself = names.any(|name| self.place(name).is_some());
        (!says_itself).then(|| self.told_outcome())
    }

    fn told_outcome(self) -> Outcome {
        let Some(row) = self.row() else {
            return if self.level().rank() >= 4 {
                Outcome::Failure
            } else {
                Outcome::Unknown
            };
        };
        if let Some(status) = self.http_status() {
            return match status {
                200..300 => Outcome::Success,
                // The client is told to wait, to look elsewhere or that it has the answer already.
                100..200 | 300..400 => Outcome::Info,
                _ => Outcome::Failure,
            };
        }
        match (row.outcome, self.status()) {
            (RowOutcome::Noise, _) => Outcome::Noise,
            (RowOutcome::Info, None | Some(0)) => Outcome::Info,
            (RowOutcome::ByStatus | RowOutcome::Failure, Some(0)) => Outcome::Success,
            (_, Some(status)) if status != 0 => Outcome::Failure,
            (RowOutcome::Success, _) => Outcome::Success,
            (RowOutcome::Failure, _) => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }

    /// The failure code that it carries, as every output prints it.
    pub fn failure_code(self) -> Option<String> {
        self.status().filter(|code| *code != 0).map(code_text)
    }

    /// A template with each `{Field}` replaced by the field's value; `None` where a field is
    /// absent or empty. `{computer}` is the name of the computer that recorded it.
    pub fn filled(self, template: &str) -> Option<String> {
        let (out, is_whole) = self.filled_so_far(template, &|_, value| value.text().into_owned());
        (is_whole && !out.trim().is_empty()).then_some(out)
    }

    /// The template up to the first field that is absent or empty, and whether there is none.
    fn filled_so_far(self, template: &str, show: &Show<'_>) -> (String, bool) {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                return (out, false);
            };
            match self.field(name).filter(|value| !value.is_empty()) {
                _ if name == "computer" => out.push_str(self.computer()),
                Some(value) => out.push_str(&show(name, value)),
                None => return (out, false),
            }
            rest = after;
        }
        out.push_str(rest);
        (out, true)
    }

    /// What happened, in the catalogue's words; provider and id for an uncatalogued event. A title
    /// that names a field the event does not have ends before it.
    pub fn title(self) -> Cow<'t, str> {
        self.title_with(&|_, value| value.text().into_owned())
    }

    /// The title with the values of fields as `show` gives them.
    pub fn title_with(self, show: &Show<'_>) -> Cow<'t, str> {
        match self.row() {
            Some(row) if row.title.contains('{') => {
                let (mut title, is_whole) = self.filled_so_far(row.title, show);
                if !is_whole {
                    title.truncate(title.trim_end_matches([' ', ':']).len());
                }
                Cow::Owned(title)
            }
            Some(row) => Cow::Borrowed(row.title),
            None if !self.name().is_empty() => {
                Cow::Owned(format!("{}: {}", self.provider(), self.name()))
            }
            None => Cow::Owned(format!("{} {}", self.provider(), self.code())),
        }
    }

    /// The rendered message where the evidence brought one, else the title.
    pub fn message(self) -> Cow<'t, str> {
        match self.field(MESSAGE_FIELD) {
            Some(Value::Text(message)) if !message.is_empty() => Cow::Borrowed(message),
            _ => self.title(),
        }
    }

    /// The band that it is drawn in.
    pub fn lane(self) -> Lane {
        lane_of(self.format(), self.provider())
    }
}

/// The band that events of a provider are drawn in, in a format.
pub(super) fn lane_of(format: &str, provider: &str) -> Lane {
    match (format, provider) {
        (_, "Microsoft-Windows-TaskScheduler") => Lane::Task,
        ("dsregcmd", _) => Lane::Device,
        ("etl", _) => Lane::Trace,
        ("saz" | "har", _) => Lane::Http,
        _ => Lane::Evtx,
    }
}
