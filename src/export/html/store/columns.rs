//! What the first draw needs of every event: a few numbers each, in columns, and tables that they
//! point into.
//!
//! Every text goes through [`shown`] here, because the script writes what it is given. Numbers that
//! grow with the rows are stored as differences, which deflate packs to a fraction.

use std::collections::BTreeMap;

use serde::Serialize;

use super::pool::Pool;
use crate::catalog::{ErrorRow, code_text};
use crate::export::html::text::{NAME_CHARS, shown};
use crate::model::{EventId, Report, TICKS_PER_SECOND, Ticks};
use crate::redact::{ShownEvent, ShownTimeline};

/// Bytes of different texts; beyond them titles are clipped short.
const TEXT_BYTES: usize = 32 << 20;
/// Characters of a title then.
const SHORT_CHARS: usize = 60;

/// One entry for each event kept, in the order of the timeline.
#[derive(Default, Serialize)]
pub(super) struct Columns {
    /// The event's place in the timeline, less that of the row before; the first less 0.
    ids: Vec<u32>,
    /// Number of rows with a time; they are the first ones.
    dated: usize,
    /// Whole seconds since 1970 of each dated row, less those of the row before; the first less 0.
    seconds: Vec<i64>,
    /// Ticks of 100 ns into that second.
    ticks: Vec<u32>,
    /// Number of the row's entry in `kinds`.
    kind: Vec<u32>,
    /// Number of the title in `texts`.
    title: Vec<u32>,
    /// Number of the status in `statuses`, plus 1; 0 for none.
    status: Vec<u32>,
    /// `1` for rows that are told without being asked for, `0` for the others.
    telling: String,
    /// Places of rows that are steps of attempts, less that of the one before; the first less 0.
    steps: Vec<usize>,
    /// Number of each such row's entry in `attempts`.
    of: Vec<u32>,
    /// Ids of attempts, one or several with spaces between.
    attempts: Pool<String>,
    kinds: Pool<Kind>,
    origins: Pool<Origin>,
    statuses: Pool<Status>,
    texts: Pool<String>,
    #[serde(skip)]
    text_bytes: usize,
    #[serde(skip)]
    last: Last,
}

/// What differences count from.
#[derive(Default)]
struct Last {
    id: u32,
    second: i64,
}

/// What many events have in common.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
struct Kind {
    origin: u32,
    source: String,
    /// The event's own name, or its id.
    kind: u32,
    name: u32,
    code: u32,
    version: u8,
    level: &'static str,
    rank: u8,
    outcome: &'static str,
    stage: &'static str,
    lane: &'static str,
    weight: u8,
    decoded: &'static str,
}

/// Where events come from; numbers of texts.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
struct Origin {
    format: &'static str,
    provider: u32,
    alias: u32,
    channel: u32,
    host: u32,
    artifact: u32,
}

/// The status that an event carries.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
struct Status {
    number: u32,
    /// The number as a failure code; empty for 0, which is none.
    code: String,
    /// What the catalogue knows it as.
    means: Vec<String>,
}

impl Columns {
    /// Adds an event behind those that are there.
    pub(super) fn push(
        &mut self,
        event: ShownEvent<'_>,
        timeline: ShownTimeline<'_>,
        is_telling: bool,
    ) {
        let id = event.id().0;
        self.ids.push(id.saturating_sub(self.last.id));
        self.last.id = id;
        if let Some(ticks) = event.ticks() {
            let (second, rest) = split(ticks);
            self.dated += 1;
            self.seconds.push(second.saturating_sub(self.last.second));
            self.ticks.push(rest);
            self.last.second = second;
        }
        let kind = self.kind_of(event);
        self.kind.push(kind);
        let short = self.text_bytes > TEXT_BYTES;
        let title = self.text(&event.title(), if short { SHORT_CHARS } else { NAME_CHARS });
        self.title.push(title);
        let status = event.status().map(|number| {
            let code = event.failure_code().unwrap_or_default();
            let means = means(event, timeline);
            let status = Status {
                number,
                code,
                means,
            };
            self.statuses.number(&status) + 1
        });
        self.status.push(status.unwrap_or(0));
        self.telling.push(if is_telling { '1' } else { '0' });
    }

    /// Says of the rows which attempts they are steps of; to be called when all rows are there.
    pub(super) fn name_attempts(&mut self, report: &Report, rows: &[EventId]) {
        let mut steps: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for attempt in &report.attempts {
            for step in &attempt.steps {
                if let Ok(place) = rows.binary_search(&step.event) {
                    let names = steps.entry(place).or_default();
                    if names.last() != Some(&attempt.id.as_str()) {
                        names.push(&attempt.id);
                    }
                }
            }
        }
        let mut last = 0;
        for (place, names) in steps {
            self.steps.push(place - last);
            last = place;
            let number = self.attempts.number(&names.join(" "));
            self.of.push(number);
        }
    }

    fn kind_of(&mut self, event: ShownEvent<'_>) -> u32 {
        let origin = Origin {
            format: event.format(),
            provider: self.text(&event.provider(), NAME_CHARS),
            alias: self.text(&event.provider_alias(), NAME_CHARS),
            channel: self.text(&event.channel(), NAME_CHARS),
            host: self.text(&event.computer(), NAME_CHARS),
            artifact: self.text(&event.path(), NAME_CHARS),
        };
        let kind = Kind {
            origin: self.origins.number(&origin),
            source: event.source().to_string(),
            kind: self.text(&event.kind(), NAME_CHARS),
            name: self.text(&event.name(), NAME_CHARS),
            code: event.code(),
            version: event.version(),
            level: event.level().word(),
            rank: event.level().rank(),
            outcome: event.outcome().word(),
            stage: event.stage().word(),
            lane: event.lane().word(),
            weight: event.weight(),
            decoded: event.decoding().word(),
        };
        self.kinds.number(&kind)
    }

    fn text(&mut self, text: &str, chars: usize) -> u32 {
        let text = shown(text, chars).into_owned();
        let length = text.len();
        let before = self.texts.len();
        let number = self.texts.number(&text);
        if self.texts.len() > before {
            self.text_bytes += length;
        }
        number
    }
}

/// Whole seconds since 1970, and the ticks into the second.
pub(super) fn split(ticks: Ticks) -> (i64, u32) {
    let rest = ticks.0.rem_euclid(TICKS_PER_SECOND);
    (ticks.unix_seconds(), u32::try_from(rest).unwrap_or(0))
}

/// What the catalogue knows the event's failure code as; one sentence for each family that has it.
fn means(event: ShownEvent<'_>, timeline: ShownTimeline<'_>) -> Vec<String> {
    let errors = &timeline.catalog().errors;
    let Some(code) = event.status().filter(|code| *code != 0) else {
        return Vec::new();
    };
    let sentence = |row: &ErrorRow| {
        let name = row.name.unwrap_or(row.code);
        let meaning = row.meaning.unwrap_or("no meaning on record");
        format!(
            "{name} ({}, confidence {}): {meaning}",
            row.family,
            row.confidence.word()
        )
    };
    let known: Vec<String> = errors.of_code(code).map(sentence).collect();
    match (known.is_empty(), errors.facility(code)) {
        (true, Some((_, title))) => vec![format!("{}: {title}", code_text(code))],
        _ => known,
    }
}
