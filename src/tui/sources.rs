//! What was read, as a tree: containers, the files in them, the streams of each file, and what could
//! not be seen.

use std::collections::BTreeMap;

use super::app::App;
use super::page::{Page, Tone};
use super::placement::Placement;
use super::theme::Theme;
use crate::export::{duration, grouped};
use crate::model::{Basis, Blindspot, ClockLine, EventId, Precision, Report, SourceLine, Zone};
use crate::timeline::{EventRef, Timeline};

/// A row of the tree. Sources and blind spots are named by their places in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SourceRow {
    /// What it is called in what holds it.
    pub(super) name: String,
    pub(super) depth: usize,
    /// The whole path through the archives.
    pub(super) path: String,
    /// The stream, where the row is one.
    pub(super) source: Option<usize>,
    /// Its first event with a time.
    pub(super) first: Option<EventId>,
    /// Blind spots of the row itself.
    pub(super) spots: Vec<usize>,
}

/// A folder, an archive or a file while the tree grows.
#[derive(Debug, Default)]
struct Node {
    below: BTreeMap<String, Self>,
    path: String,
    sources: Vec<usize>,
    spots: Vec<usize>,
}

impl Node {
    fn at(&mut self, path: &str) -> &mut Self {
        let mut node = self;
        let (mut so_far, mut rest) = (0, path);
        while !rest.is_empty() {
            let cut = rest.find(['/', '\\']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(cut);
            // What an archive holds stands behind `!/`.
            let name_len = name.len();
            let name = match name.strip_suffix('!') {
                Some(archive) if !after.is_empty() => archive,
                _ => name,
            };
            if !name.is_empty() {
                let end = so_far + name.len();
                node = node.child(name, path.get(..end).unwrap_or(path));
            }
            let blank = after.len() - after.trim_start_matches(['/', '\\']).len();
            so_far += name_len + blank;
            rest = after.get(blank..).unwrap_or_default();
        }
        node
    }

    fn child(&mut self, name: &str, path: &str) -> &mut Self {
        let child = self.below.entry(name.to_owned()).or_default();
        if child.path.is_empty() {
            path.clone_into(&mut child.path);
        }
        child
    }

    fn list(&self, depth: usize, report: &Report, rows: &mut Vec<SourceRow>) {
        for (name, node) in &self.below {
            // A file of one stream is one row with it.
            let (own, streams) = match node.sources.as_slice() {
                [only] => (Some(*only), &[][..]),
                several => (None, several),
            };
            rows.push(SourceRow {
                name: name.clone(),
                depth,
                path: node.path.clone(),
                source: own,
                first: None,
                spots: node.spots.clone(),
            });
            for place in streams {
                let line = report.sources.get(*place);
                rows.push(SourceRow {
                    name: line.map_or_else(String::new, |line| line.name.clone()),
                    depth: depth + 1,
                    path: node.path.clone(),
                    source: Some(*place),
                    first: None,
                    spots: Vec::new(),
                });
            }
            node.list(depth + 1, report, rows);
        }
    }
}

/// The rows of a report, in the order of names.
pub(super) fn rows(report: &Report, timeline: &Timeline) -> Vec<SourceRow> {
    let mut tree = Node::default();
    for (place, source) in report.sources.iter().enumerate() {
        tree.at(&source.artifact).sources.push(place);
    }
    for (place, spot) in report.blindspots.iter().enumerate() {
        tree.at(&spot.artifact).spots.push(place);
    }
    let mut rows = Vec::new();
    tree.list(0, report, &mut rows);
    for row in &mut rows {
        let source = row.source.and_then(|place| report.sources.get(place));
        row.first = source.and_then(|source| first(source, timeline));
    }
    rows
}

/// How many events of the same instant are looked at for the first one of a source.
const LOOKED_AT: usize = 1000;

/// The event at the time of a source's first one that is of that source.
pub(super) fn first(source: &SourceLine, timeline: &Timeline) -> Option<EventId> {
    let place = timeline.first_at(source.first?);
    let ids = (place..timeline.dated()).take(LOOKED_AT);
    let ids = ids.filter_map(|place| u32::try_from(place).ok().map(EventId));
    ids.map_while(|id| {
        timeline
            .event(id)
            .filter(|event| event.ticks() == source.first)
    })
    .find(|event| {
        let mut also = event.also();
        event.source().to_string() == source.id
            || also.any(|also| also.source.to_string() == source.id)
    })
    .map(EventRef::id)
}

/// The clock of a source in a few words.
pub(super) fn clock(theme: Theme, clock: &ClockLine) -> String {
    match (clock.offset_ms, clock.uncertainty_ms) {
        (Some(offset), Some(uncertainty)) => {
            let around = theme.plus_minus();
            format!("{} {around}{}", signed(offset), span(uncertainty))
        }
        (Some(offset), None) => signed(offset),
        (None, _) => "not measured".to_owned(),
    }
}

fn signed(milliseconds: f64) -> String {
    let sign = if milliseconds < 0.0 { "-" } else { "+" };
    format!("{sign}{}", span(milliseconds.abs()))
}

fn span(milliseconds: f64) -> String {
    if milliseconds < 10_000.0 {
        format!("{:.2}s", milliseconds / 1000.0)
    } else {
        duration(milliseconds / 1000.0).replace(' ', "")
    }
}

/// The source whose clock is typed.
pub(super) fn moved_source(app: &App) -> &str {
    let row = app.sources.get(app.lists.sources.selected);
    let source = row.and_then(|row| app.report.sources.get(row.source?));
    source.map_or("", |source| &source.id)
}

/// What became of sources that were put elsewhere.
pub(super) fn placed(app: &App, before: &Placement, after: &Placement) -> String {
    let said = app.report.sources.iter().filter_map(|source| {
        let id = &source.id;
        match (before.of(source), after.of(source)) {
            (was, is) if was == is => None,
            (_, Some(ticks)) => {
                let milliseconds = ticks as f64 / 10_000.0;
                Some(format!("{id}: {} to its times", signed(milliseconds)))
            }
            (_, None) => Some(format!("{id}: its clock as measured")),
        }
    });
    let zones = app.report.sources.iter().filter_map(|source| {
        let id = &source.id;
        match (before.zone_of(source), after.zone_of(source)) {
            (was, is) if was == is => None,
            (_, Some(minutes)) => {
                let zone = Zone::Offset(minutes).name();
                Some(format!("{id}: times without a zone are in {zone}"))
            }
            (_, None) => Some(format!("{id}: times without a zone are left out")),
        }
    });
    let said: Vec<String> = said.chain(zones).collect();
    format!("{}; r takes it back", said.join(", "))
}

/// The blind spots of a row and of everything in it.
pub(super) fn spots<'r>(report: &'r Report, row: &SourceRow) -> Vec<&'r Blindspot> {
    let own = row.spots.iter();
    own.filter_map(|place| report.blindspots.get(*place))
        .collect()
}

/// Everything about a row.
pub(super) fn about(app: &App, row: usize, page: &mut Page) {
    let Some(row) = app.sources.get(row) else {
        return;
    };
    page.text(&row.path, Tone::Heading);
    let source = row.source.and_then(|place| app.report.sources.get(place));
    match source {
        Some(source) => stream(app, row, source, page),
        None => page.text(&contents(app, row), Tone::Plain),
    }
    let inputs = app.report.inputs.iter();
    let is_own = |path: &str| row.depth == 0 && path.ends_with(&row.path);
    for input in inputs.filter(|input| is_own(&input.path)) {
        let size = usize::try_from(input.bytes).map_or_else(|_| input.bytes.to_string(), grouped);
        page.pair("size", &format!("{size} bytes"));
        page.pair("SHA-256", &input.sha256);
    }
    page.aside();
    let spots = spots(&app.report, row);
    page.heading(&format!("Could not be seen {}", spots.len()));
    if spots.is_empty() {
        let sign = app.theme.ruled_out();
        let text = format!("{} nothing is known to be missing here", sign.glyph);
        page.text(&text, Tone::Plain);
    }
    for spot in spots {
        let sign = app.theme.blindspot(spot.kind);
        page.pair(&sign.text(), &spot.detail);
        if let Some(offset) = spot.offset {
            page.pair("at", &format!("byte 0x{offset:x}"));
        }
        if spot.from.is_some() || spot.to.is_some() {
            let time = |ticks: Option<_>| {
                ticks.map_or_else(|| "?".to_owned(), |ticks| app.zone.date_and_time(ticks))
            };
            let (from, to) = (time(spot.from), time(spot.to));
            page.pair("may hide", &format!("{from} to {to} {}", app.zone.name()));
        }
    }
}

fn stream(app: &App, row: &SourceRow, source: &SourceLine, page: &mut Page) {
    page.pair("source", &source.id);
    page.pair("read as", source.format);
    page.pair_if("stream", &source.name);
    page.pair_if("computer", &source.host);
    let shared = match source.shared {
        0 => String::new(),
        shared => format!(", {} of them also in another source", grouped(shared)),
    };
    page.pair("events", &format!("{}{shared}", grouped(source.events)));
    let zone = app.zone.name();
    match (source.first, source.last) {
        (Some(first), Some(last)) => {
            let length = duration(last.seconds_since(first));
            let (first, last) = (app.zone.date_and_time(first), app.zone.date_and_time(last));
            page.pair("from", &format!("{first} {zone}"));
            page.pair("to", &format!("{last} {zone}, {length}"));
        }
        _ => page.pair("times", "none that the evidence vouches for"),
    }
    page.heading("Its clock");
    let first = row.first.and_then(|id| app.timeline.event(id));
    if let Some(stamp) = first.and_then(EventRef::stamp) {
        let zone = match stamp.basis {
            Basis::Utc => "recorded in UTC",
            Basis::LocalWithOffset => "recorded as local time with its offset",
            Basis::Guessed => "recorded as local time; the offset is taken from elsewhere (Z)",
        };
        let precision = match stamp.precision {
            Precision::Tick => "100 ns",
            Precision::Milli => "the millisecond",
            Precision::Second => "the second",
        };
        page.pair("zone", &format!("{zone}, to {precision}"));
    }
    page.pair("to be added", &clock(app.theme, &source.clock));
    page.pair("rests on", &source.clock.basis);
    if source.clock.steps > 0 {
        let steps = crate::tui::text::counted(source.clock.steps, "time", "times");
        page.pair("was set", &steps);
    }
    page.heading("The file");
    page.pair("SHA-256", &source.sha256);
}

/// What a container holds.
fn contents(app: &App, row: &SourceRow) -> String {
    let is_inside = |path: &str| path.starts_with(&row.path);
    let inside = app.report.sources.iter();
    let inside: Vec<_> = inside
        .filter(|source| is_inside(&source.artifact))
        .collect();
    let events = inside.iter().map(|source| source.events).sum();
    let sources = crate::tui::text::counted(inside.len(), "source", "sources");
    let events = crate::tui::text::counted(events, "event", "events");
    let spots = app.report.blindspots.iter();
    let spots = spots.filter(|spot| is_inside(&spot.artifact)).count();
    let spots = crate::tui::text::counted(spots, "blind spot", "blind spots");
    if inside.is_empty() {
        return format!("no events were read from it; {spots}");
    }
    format!("holds {sources} with {events}; {spots}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_grow_into_a_tree() {
        let mut tree = Node::default();
        for path in [
            "case.zip!/logs/a.evtx",
            "case.zip!/logs/b.evtx",
            "case.zip!/inner.cab!/c.txt",
            "d.txt",
        ] {
            tree.at(path);
        }
        let report = super::super::tests::fixture::empty();
        let mut rows = Vec::new();
        tree.list(0, &report, &mut rows);
        let shown: Vec<String> = rows
            .iter()
            .map(|row| format!("{}{} = {}", " ".repeat(row.depth), row.name, row.path))
            .collect();
        assert_eq!(
            shown,
            [
                "case.zip = case.zip",
                " inner.cab = case.zip!/inner.cab",
                "  c.txt = case.zip!/inner.cab!/c.txt",
                " logs = case.zip!/logs",
                "  a.evtx = case.zip!/logs/a.evtx",
                "  b.evtx = case.zip!/logs/b.evtx",
                "d.txt = d.txt",
            ]
        );
    }
}
