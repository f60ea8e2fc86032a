//! A timeline and its events as outputs may show them. Exporters see these and nothing behind them, so
//! that none can forget to redact.

use std::borrow::Cow;

use super::{Level, Redactor, Shown};
use crate::catalog::{Catalog, EventRow};
use crate::model::{
    Decoding, EventId, Lane, Level as EventLevel, Locator, MESSAGE_FIELD, Outcome, Stage, Ticks,
    Value,
};
use crate::timeline::{DeviceId, EventRef, SourceId, Timeline};

/// A timeline behind a redactor.
#[derive(Clone, Copy, Debug)]
pub struct ShownTimeline<'t> {
    timeline: &'t Timeline,
    redactor: &'t Redactor,
}

impl<'t> ShownTimeline<'t> {
    /// The timeline as this redactor shows it.
    pub fn new(timeline: &'t Timeline, redactor: &'t Redactor) -> Self {
        Self { timeline, redactor }
    }

    /// What redacts it.
    pub fn redactor(self) -> &'t Redactor {
        self.redactor
    }

    /// The event of this id.
    pub fn event(self, id: EventId) -> Option<ShownEvent<'t>> {
        self.timeline.event(id).map(|event| self.show(event))
    }

    /// Every event in order, undated ones last.
    pub fn events(self) -> impl DoubleEndedIterator<Item = ShownEvent<'t>> + ExactSizeIterator {
        self.timeline.events().map(move |event| self.show(event))
    }

    /// An event of it as it may be shown.
    pub fn show(self, event: EventRef<'t>) -> ShownEvent<'t> {
        let redactor = self.redactor;
        ShownEvent { event, redactor }
    }

    /// Number of events with a time; they are the first ones.
    pub fn dated(self) -> usize {
        self.timeline.dated()
    }

    /// The catalogue.
    pub fn catalog(self) -> &'t Catalog {
        self.timeline.catalog()
    }
}

/// An event behind a redactor; methods are named as those of [`EventRef`].
#[derive(Clone, Copy, Debug)]
pub struct ShownEvent<'t> {
    event: EventRef<'t>,
    redactor: &'t Redactor,
}

/// A further place where an event stands.
#[derive(Clone, Debug)]
pub struct ShownPlace<'t> {
    /// Source that this sighting belongs to.
    pub source: SourceId,
    /// Path of the artifact through the archives.
    pub path: Cow<'t, str>,
    /// Where in the artifact.
    pub locator: Locator,
}

/// Texts and ids that can be or hold a name.
impl<'t> ShownEvent<'t> {
    /// Provider as recorded.
    pub fn provider(self) -> Cow<'t, str> {
        self.redactor.text(self.event.provider())
    }

    /// The provider's short name, or its own where it has none.
    pub fn provider_alias(self) -> Cow<'t, str> {
        self.redactor.text(self.event.provider_alias())
    }

    /// Channel as recorded; empty where the format has none.
    pub fn channel(self) -> Cow<'t, str> {
        self.redactor.text(self.event.channel())
    }

    /// Computer as recorded; empty where the format has none.
    pub fn computer(self) -> Cow<'t, str> {
        self.redactor.host(self.event.computer())
    }

    /// SID of the user it was logged for; empty for none.
    pub fn user(self) -> Cow<'t, str> {
        self.redactor.user(self.event.user())
    }

    /// Path of the artifact through the archives.
    pub fn path(self) -> Cow<'t, str> {
        self.redactor.text(self.event.path())
    }

    /// The name that it has itself; empty where there is none.
    pub fn name(self) -> Cow<'t, str> {
        self.redactor.text(self.event.name())
    }

    /// What tells its kind apart from others of its provider.
    pub fn kind(self) -> Cow<'t, str> {
        self.redacted(self.event.kind())
    }

    /// What happened, in the catalogue's words.
    pub fn title(self) -> Cow<'t, str> {
        if self.redactor.level() == Level::None {
            return self.event.title();
        }
        let show =
            |name: &str, value: Value<'_>| self.redactor.field(name, value).text().into_owned();
        self.redacted(self.event.title_with(&show))
    }

    /// The rendered message where the evidence brought one, else the title.
    pub fn message(self) -> Cow<'t, str> {
        match self.event.field(MESSAGE_FIELD) {
            Some(Value::Text(message))
                if !message.is_empty() && self.redactor.level() != Level::Strict =>
            {
                self.redactor.text(message)
            }
            _ => self.title(),
        }
    }

    /// Activity id.
    pub fn activity(self) -> Option<String> {
        let id = self.event.activity()?.to_string();
        Some(self.redactor.text(&id).into_owned())
    }

    /// Related activity id.
    pub fn related(self) -> Option<String> {
        let id = self.event.related()?.to_string();
        Some(self.redactor.text(&id).into_owned())
    }

    /// The other places where the same happening stands.
    pub fn also(self) -> impl ExactSizeIterator<Item = ShownPlace<'t>> {
        self.event.also().map(move |also| ShownPlace {
            source: also.source,
            path: self.redactor.text(also.path),
            locator: also.locator,
        })
    }

    /// Its payload: names and values, in order.
    pub fn fields(self) -> impl Iterator<Item = (Cow<'t, str>, Shown<'t>)> {
        let redactor = self.redactor;
        self.event
            .fields()
            .map(move |(name, value)| (redactor.text(name), redactor.field(name, value)))
    }

    /// The payload field of this name, in any letter case.
    pub fn field(self, name: &str) -> Option<Shown<'t>> {
        let value = self.event.field(name)?;
        Some(self.redactor.field(name, value))
    }

    fn redacted(self, text: Cow<'t, str>) -> Cow<'t, str> {
        match text {
            Cow::Borrowed(text) => self.redactor.text(text),
            Cow::Owned(text) => match self.redactor.text(&text) {
                Cow::Owned(redacted) => Cow::Owned(redacted),
                Cow::Borrowed(_) => Cow::Owned(text),
            },
        }
    }
}

/// What can hold no name.
impl<'t> ShownEvent<'t> {
    /// Its id.
    pub fn id(self) -> EventId {
        self.event.id()
    }

    /// Its instant; `None` for an undated event.
    pub fn ticks(self) -> Option<Ticks> {
        self.event.ticks()
    }

    /// When it was over.
    pub fn over(self) -> Option<Ticks> {
        self.event.over()
    }

    /// Its time as it was recorded, where that is corrected.
    pub fn recorded(self) -> Option<Ticks> {
        self.event.recorded()
    }

    /// Format that it was read from.
    pub fn format(self) -> &'static str {
        self.event.format()
    }

    /// Source that it belongs to.
    pub fn source(self) -> SourceId {
        self.event.source()
    }

    /// The device that it happened on, where the evidence says.
    pub fn device(self) -> Option<DeviceId> {
        self.event.device()
    }

    /// Event id in its provider's numbering.
    pub fn code(self) -> u32 {
        self.event.code()
    }

    /// Version of its definition.
    pub fn version(self) -> u8 {
        self.event.version()
    }

    /// By what its payload was decoded.
    pub fn decoding(self) -> Decoding {
        self.event.decoding()
    }

    /// Level as recorded.
    pub fn level(self) -> EventLevel {
        self.event.level()
    }

    /// Process id, where recorded.
    pub fn pid(self) -> Option<u32> {
        self.event.pid()
    }

    /// Thread id, where recorded.
    pub fn tid(self) -> Option<u32> {
        self.event.tid()
    }

    /// Where in its artifact it stands.
    pub fn locator(self) -> Locator {
        self.event.locator()
    }

    /// The catalogue's row for it.
    pub fn row(self) -> Option<&'t EventRow> {
        self.event.row()
    }

    /// Stage that it belongs to.
    pub fn stage(self) -> Stage {
        self.event.stage()
    }

    /// How much it matters to a join story, 0 to 3.
    pub fn weight(self) -> u8 {
        self.event.weight()
    }

    /// The status code in its payload.
    pub fn status(self) -> Option<u32> {
        self.event.status()
    }

    /// The failure code that it carries.
    pub fn failure_code(self) -> Option<String> {
        self.event.failure_code()
    }

    /// What it says of the deed that it reports.
    pub fn outcome(self) -> Outcome {
        self.event.outcome()
    }

    /// The band that it is drawn in.
    pub fn lane(self) -> Lane {
        self.event.lane()
    }
}
