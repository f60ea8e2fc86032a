//! Everything about one event as lines of text: what it says, its fields, where it stands.
//!
//! The lines are made when another event is selected or the width changes, not in each frame.

use super::app::App;
use super::http;
use super::list::List;
use super::page::{Page, PageLine, Tone};
use super::rests::{self, Rest};
use super::terms;
use super::text::indented_json;
use super::tokens::claims;
use crate::export::clean;
use crate::model::{
    Basis, Decoding, EventId, Lane, MESSAGE_FIELD, Outcome, Precision, Stamp, Value, Zone,
};
use crate::timeline::EventRef;

/// Characters of one value that are shown; the rest is counted.
const VALUE_SHOWN: usize = 32_768;

/// The detail of one event.
#[derive(Clone, Debug, Default)]
pub(super) struct Detail {
    /// Event and width that `lines` were made for.
    made_for: Option<(EventId, usize)>,
    /// The note that they were made with.
    note: Option<String>,
    pub(super) lines: Vec<PageLine>,
    /// Selected line, and the first one in sight.
    pub(super) cursor: List,
}

impl Detail {
    /// The detail of the selected event in this width; the same event keeps its place.
    pub(super) fn of(app: &App, columns: usize) -> Self {
        let Some(event) = app.event() else {
            return Self::default();
        };
        let before = &app.detail;
        let is_same = before
            .made_for
            .is_some_and(|(shown, _)| shown == event.id());
        Self {
            made_for: Some((event.id(), columns)),
            note: app.notes.of(event.id()).map(str::to_owned),
            lines: lines(app, event, columns),
            cursor: if is_same {
                before.cursor
            } else {
                List::default()
            },
        }
    }

    /// Has the detail of an event keep its place, which stood in another case until now.
    pub(super) fn carry(&mut self, event: EventId, cursor: List) {
        self.made_for = Some((event, usize::MAX));
        self.cursor = cursor;
    }

    /// Whether the lines are still what is to be said of this event in this width.
    pub(super) fn is_of(&self, app: &App, columns: usize) -> bool {
        let event = app.events.selected();
        let note = event.and_then(|event| app.notes.of(event));
        self.made_for == event.map(|event| (event, columns)) && self.note.as_deref() == note
    }

    /// A query for the value in the selected line.
    pub(super) fn term(&self) -> Option<&str> {
        self.lines.get(self.cursor.selected)?.term.as_deref()
    }
}

fn lines(app: &App, event: EventRef<'_>, columns: usize) -> Vec<PageLine> {
    let mut page = Page::new(columns);
    page.text(&event.title(), Tone::Heading);
    if let Some(note) = app.notes.of(event.id()) {
        page.pair("your mark", if note.is_empty() { "set" } else { note });
    }
    page.pair("time", &time(event.stamp(), app.zone));
    let sign = app.theme.outcome(event.outcome());
    let (outcome, level) = (event.outcome(), event.level().word());
    let said = format!("{}, recorded as level {level}", sign.text());
    page.pair_of("outcome", &said, &terms::of("outcome", outcome.word()));
    let stage = event.stage().word();
    page.pair_of("stage", stage, &terms::of("stage", stage));
    if let (Lane::Http, Some(seconds)) = (event.lane(), http::seconds(event)) {
        page.pair("answered after", &crate::export::duration(seconds));
    }
    quotes(app, event, &mut page);
    code(app, event, &mut page);
    rests::say(app, event.id(), &mut page);
    for token in app.rests.tokens(event.id()) {
        if let Some(token) = app.report.tokens.get(token) {
            claims(app, token, &mut page);
        }
    }
    if event.lane() == Lane::Http {
        http::request(app, event, &mut page);
        http::answer(app, event, &mut page);
    } else {
        fields(app, event, &mut page);
    }
    provenance(app, event, &mut page);
    page.lines
}

fn time(stamp: Option<Stamp>, zone: Zone) -> String {
    let Some(stamp) = stamp else {
        return "none that the evidence vouches for".to_owned();
    };
    let basis = match stamp.basis {
        Basis::Utc => "",
        Basis::LocalWithOffset => ", recorded as local time with its offset",
        Basis::Guessed => ", recorded as local time; the offset is taken from elsewhere",
    };
    let precision = match stamp.precision {
        Precision::Tick => "",
        Precision::Milli => ", to the millisecond",
        Precision::Second => ", to the second",
    };
    let shown = zone.date_and_time(stamp.ticks);
    let exact = stamp.ticks;
    format!(
        "{shown} {} (exactly {exact}){precision}{basis}",
        zone.name()
    )
}

/// What the server said with it, as the steps that it is quote it.
fn quotes(app: &App, event: EventRef<'_>, page: &mut Page) {
    let mut said: Vec<&String> = Vec::new();
    for rest in app.rests.of(event.id()) {
        if let Rest::Step { attempt, step } = rest {
            let attempt = app.report.attempts.get(*attempt);
            let step = attempt.and_then(|attempt| attempt.steps.get(*step));
            said.extend(step.iter().flat_map(|step| &step.quotes));
        }
    }
    said.dedup();
    for quote in said {
        page.pair("server said", &format!("\"{quote}\""));
    }
}

/// What the failure code means. One number can have several meanings; all are given.
fn code(app: &App, event: EventRef<'_>, page: &mut Page) {
    let Some(code) = event.status().filter(|code| *code != 0) else {
        return;
    };
    page.heading(&format!(
        "Code {}",
        event.failure_code().unwrap_or_default()
    ));
    let errors = &app.timeline.catalog().errors;
    let mut rows: Vec<_> = errors.of_code(code).collect();
    // The meaning that fits the event's stage is the likeliest.
    rows.sort_by_key(|row| row.stage != event.stage());
    if rows.is_empty() {
        let facility = errors.facility(code).map_or("", |(_, title)| title);
        page.text("not in the catalogue", Tone::Quiet);
        page.pair_if("facility", facility);
    }
    for row in rows {
        page.pair(row.family, row.name.unwrap_or("-"));
        page.pair_if("meaning", row.meaning.unwrap_or_default());
        page.pair_if("usual cause", row.cause.unwrap_or_default());
        page.pair_if("what to do", row.remedy.unwrap_or_default());
    }
}

fn fields(app: &App, event: EventRef<'_>, page: &mut Page) {
    page.heading("Fields");
    let before = page.lines.len();
    for (own, value) in event.fields() {
        let name = if own == MESSAGE_FIELD { "message" } else { own };
        let term = terms::of_field(own, value);
        page.pair_of(name, &shown(value, app.zone), &term);
    }
    if page.lines.len() == before {
        page.text("none", Tone::Quiet);
    }
}

/// A value as text: JSON with one member a line, times in the zone, and negative numbers also
/// as the status codes that they often are.
pub(super) fn shown(value: Value<'_>, zone: Zone) -> String {
    match value {
        Value::Time(ticks) => format!("{} {}", zone.date_and_time(ticks), zone.name()),
        Value::Int(number) if number < 0 => match value.code() {
            Some(code) => format!("{number} (0x{code:08x})"),
            None => number.to_string(),
        },
        other => {
            let text = other.text();
            match text.char_indices().nth(VALUE_SHOWN) {
                Some((end, _)) => {
                    let more = text.get(end..).map_or(0, |rest| rest.chars().count());
                    let head = text.get(..end).unwrap_or_default();
                    format!(
                        "{head}\n({} more characters are not shown)",
                        crate::export::grouped(more)
                    )
                }
                None => indented_json(&text).unwrap_or_else(|| text.into_owned()),
            }
        }
    }
}

fn provenance(app: &App, event: EventRef<'_>, page: &mut Page) {
    page.heading("Where it stands");
    page.pair("event", &event.id().to_string());
    page.pair("artifact", &clean(event.path()));
    page.pair("place", &event.locator().to_string());
    page.pair(
        "source",
        &format!("{}, read as {}", event.source(), event.format()),
    );
    for also in event.also() {
        let place = format!("{} ({}), {}", clean(also.path), also.source, also.locator);
        page.pair("stands also in", &place);
    }
    if event.decoding() != Decoding::Own {
        page.pair("decoded by", event.decoding().word());
    }
    let alias = event.provider_alias();
    let provider = event.provider();
    let term = terms::of("provider", provider);
    if alias != provider {
        page.pair_of("provider", &format!("{provider} ({alias})"), &term);
    } else if !provider.is_empty() {
        page.pair_of("provider", provider, &term);
    }
    let kind = format!("{}, version {}", event.code(), event.version());
    page.pair_of("event id", &kind, &terms::of_kind(event));
    clock(app, event, page);
    let named = |page: &mut Page, name: &str, field: &str, value: &str| {
        if !value.is_empty() {
            page.pair_of(name, value, &terms::of(field, value));
        }
    };
    named(page, "event name", "name", event.name());
    named(page, "channel", "channel", event.channel());
    named(page, "computer", "host", event.computer());
    let number = |number: Option<u32>| number.map_or_else(String::new, |id| id.to_string());
    named(page, "process", "pid", &number(event.pid()));
    named(page, "thread", "tid", &number(event.tid()));
    named(page, "user", "user", event.user());
    let guid = |id: Option<joinscope_wire::Guid>| id.map_or_else(String::new, |id| id.to_string());
    named(page, "activity", "activity", &guid(event.activity()));
    let related = guid(event.related());
    named(page, "related activity", "activity", &related);
}

/// The time as it was recorded, and what is known of the clock that it was recorded by.
fn clock(app: &App, event: EventRef<'_>, page: &mut Page) {
    if let Some(ticks) = event.recorded() {
        page.pair("time recorded", &ticks.rfc3339());
        let added = event.correction() as f64 / crate::model::TICKS_PER_SECOND as f64;
        page.pair("added to it", &super::text::delta(added));
    }
    let source = usize::try_from(event.source().0).ok();
    let source = source.and_then(|place| app.report.sources.get(place));
    if let Some(source) = source {
        let offset = super::sources::clock(app.theme, &source.clock);
        page.pair("its clock", &format!("{offset}: {}", source.clock.basis));
    }
}

/// What a row of the timeline says of an event: the catalogue's title, else the message that
/// the evidence brought, else its fields.
pub(super) fn gist(event: EventRef<'_>) -> String {
    if event.row().is_some() {
        let title = event.title().into_owned();
        return match event.failure_code() {
            Some(code) if event.outcome() == Outcome::Failure => format!("{code} {title}"),
            _ => title,
        };
    }
    if let Some(Value::Text(message)) = event.field(MESSAGE_FIELD)
        && !message.trim().is_empty()
    {
        return super::text::first_line(message).into_owned();
    }
    let fields = event.fields().filter(|(_, value)| !value.is_empty());
    let mut out = String::new();
    for (name, value) in fields {
        // A row shows no more than this on any terminal.
        if out.len() > 400 {
            break;
        }
        if !out.is_empty() {
            out.push_str("  ");
        }
        out.push_str(name);
        out.push('=');
        out.extend(value.text().chars().take(200));
    }
    if out.is_empty() {
        return "(uncatalogued, empty)".to_owned();
    }
    out
}
