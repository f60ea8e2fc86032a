//! The page as the template sees it: texts only, every list cut to what a page can hold.
//!
//! What is cut is counted and said. The page holds every event that it links to, so the links are
//! collected from the very lists that are shown.

use std::collections::BTreeSet;

use serde::Serialize;

use super::attempts::{AttemptView, GapView};
use super::events::{LeftOutKind, PlainRow, Selection};
use super::evidence::{BlindView, CodeView, FactView, SourceView};
use super::findings::{FindingView, RuledOutView};
use super::http::Waterfall;
use super::made::{Made, MadeView, RulesView};
use super::stages::StageBar;
use super::tokens::TokenView;
use super::{attempts, events, evidence, findings, http, made, stages, text, tokens};
use crate::export::{duration, grouped};
use crate::model::{CannotTell, EventId, Report, Ticks, Zone};
use crate::redact::ShownTimeline;
use crate::timeline::FIELDS;

/// Characters of a verdict that is set smaller.
const LONG_HEADLINE: usize = 140;

/// A list as shown, and how many items of it are not.
#[derive(Serialize)]
pub(super) struct Cut<T> {
    pub(super) items: Vec<T>,
    /// Number of items there are, as text.
    pub(super) total: String,
    /// How many are not shown, as text; empty where all are.
    pub(super) left_out: String,
}

/// The items that `keep` lets through by their place and content, viewed.
pub(super) fn cut<'a, S, T>(
    all: &'a [S],
    keep: impl Fn(usize, &S) -> bool,
    view: impl FnMut(&'a S) -> T,
) -> Cut<T> {
    let kept = all
        .iter()
        .enumerate()
        .filter(|(index, item)| keep(*index, item))
        .map(|(_, item)| item);
    let items: Vec<T> = kept.map(view).collect();
    let left_out = all.len() - items.len();
    Cut {
        items,
        total: grouped(all.len()),
        left_out: if left_out > 0 {
            grouped(left_out)
        } else {
            String::new()
        },
    }
}

/// Everything on the page.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    tool: String,
    rules: &'a str,
    zone: String,
    severity: &'static str,
    sign: &'static str,
    headline: &'a str,
    long_headline: bool,
    because: &'a [String],
    /// What was left out; absent where nothing was.
    redaction: Option<String>,
    stage: &'static str,
    verdict_attempt: Option<&'a str>,
    window: Window,
    inputs: Vec<InputView<'a>>,
    events: String,
    undated: String,
    findings: Vec<FindingView<'a>>,
    ruled_out: Vec<RuledOutView<'a>>,
    cannot_tell: &'a [CannotTell],
    stages: StageBar<'a>,
    attempts: Cut<AttemptView<'a>>,
    gaps: Cut<GapView<'a>>,
    tokens: Cut<TokenView<'a>>,
    blindspots: Vec<BlindView<'a>>,
    blindspot_count: String,
    sources: Cut<SourceView<'a>>,
    device: Cut<FactView<'a>>,
    codes: Vec<CodeView>,
    plain: Vec<PlainRow<'a>>,
    kept: Kept,
    /// Fields of the query language, each with what it holds.
    fields: &'static [(&'static str, &'static str)],
    http: Waterfall<'a>,
    rules_run: RulesView<'a>,
    made: MadeView<'a>,
    /// Events that the data blocks hold; the template does not see them.
    #[serde(skip)]
    pub(super) selection: Selection,
}

/// From the first event to the last.
#[derive(Serialize)]
struct Window {
    first: Option<Time>,
    last: Option<Time>,
    length: String,
}

/// A time in the zone of the page and in UTC.
#[derive(Serialize)]
pub(super) struct Time {
    pub(super) shown: String,
    pub(super) utc: String,
}

impl Time {
    pub(super) fn of(ticks: Ticks, zone: Zone) -> Self {
        Self {
            shown: zone.date_and_time(ticks),
            utc: ticks.rfc3339(),
        }
    }
}

#[derive(Serialize)]
struct InputView<'a> {
    path: &'a str,
    size: String,
    sha256: &'a str,
}

/// What the event table holds, and what it does not.
#[derive(Serialize)]
struct Kept {
    rows: String,
    /// Rows that are told without being asked for.
    told: String,
    /// Rows that are not, which a choice of the table shows.
    untold: String,
    /// Events that are not on the page; empty where all are.
    left_out: String,
    kinds: Vec<LeftOutKind>,
    /// Events left out whose kinds are not told of either.
    of_other_kinds: String,
    /// Name of the file that holds every event.
    side_file: Option<String>,
}

fn kept(selection: &Selection, timeline: ShownTimeline<'_>, made: &Made, zone: Zone) -> Kept {
    let (kinds, of_other_kinds) = events::left_out_kinds(&selection.left_out, timeline, zone);
    Kept {
        rows: grouped(selection.events.len()),
        told: grouped(selection.told),
        untold: some(selection.events.len() - selection.told),
        left_out: some(selection.left_out.len()),
        kinds,
        of_other_kinds: some(of_other_kinds),
        side_file: made::side_file(timeline, made),
    }
}

/// A count as text; empty for none.
fn some(count: usize) -> String {
    match count {
        0 => String::new(),
        count => grouped(count),
    }
}

/// The page for a report.
pub(super) fn page<'a>(
    report: &'a Report,
    timeline: ShownTimeline<'a>,
    zone: Zone,
    made: &Made,
) -> Page<'a> {
    let attempts = attempts::attempts(report, timeline, zone);
    let gaps = attempts::gaps(report, timeline, zone);
    let tokens = tokens::tokens(report, timeline, zone);
    let device = evidence::device(report);
    let stages = stages::bar(report);
    let findings = findings::findings(report, timeline, zone);
    let ruled_out = findings::ruled_out(report, timeline);
    let http = http::waterfall(report, timeline, zone);
    let linked: BTreeSet<EventId> = attempts
        .items
        .iter()
        .flat_map(AttemptView::events)
        .chain(gaps.items.iter().flat_map(GapView::events))
        .chain(tokens.items.iter().flat_map(TokenView::events))
        .chain(device.items.iter().filter_map(|fact| fact.event))
        .chain(stages.events())
        .chain(findings.iter().flat_map(FindingView::events))
        .chain(ruled_out.iter().flat_map(RuledOutView::events))
        .chain(http.events())
        .filter(|event| timeline.event(*event).is_some())
        .collect();
    let selection = events::select(report, timeline, &linked, events::MOST);
    let blindspots = evidence::blindspots(report, zone);
    Page {
        tool: format!("{} {}", report.tool.name, report.tool.version),
        rules: &report.tool.rules_digest,
        zone: zone.name(),
        severity: report.verdict.severity.word(),
        sign: findings::sign(report.verdict.severity),
        headline: &report.verdict.headline,
        long_headline: report.verdict.headline.chars().count() > LONG_HEADLINE,
        fields: FIELDS,
        because: &report.verdict.because,
        redaction: report.redaction.as_ref().map(ToString::to_string),
        stage: report.verdict.stage.word(),
        verdict_attempt: report.verdict.attempt.as_deref(),
        window: window(timeline, zone),
        inputs: report
            .inputs
            .iter()
            .map(|input| InputView {
                path: &input.path,
                size: text::size(input.bytes),
                sha256: &input.sha256,
            })
            .collect(),
        events: text::count_of(report.event_count, "event"),
        undated: if report.undated_count > 0 {
            grouped(report.undated_count)
        } else {
            String::new()
        },
        findings,
        ruled_out,
        cannot_tell: &report.cannot_tell,
        stages,
        attempts,
        gaps,
        tokens,
        blindspots,
        blindspot_count: grouped(report.blindspots.len()),
        sources: evidence::sources(report, zone),
        device,
        codes: evidence::codes(report, timeline),
        plain: linked
            .iter()
            .filter_map(|event| timeline.event(*event))
            .map(|event| events::plain(event, zone))
            .collect(),
        kept: kept(&selection, timeline, made, zone),
        http,
        rules_run: made::rules_run(report, made),
        made: made::view(report, timeline, made),
        selection,
    }
}

fn window(timeline: ShownTimeline<'_>, zone: Zone) -> Window {
    let mut dated = timeline
        .events()
        .take(timeline.dated())
        .filter_map(crate::redact::ShownEvent::ticks);
    let (first, last) = (dated.next(), dated.next_back());
    let last = last.or(first);
    let length = first.zip(last).map_or_else(String::new, |(first, last)| {
        duration(last.seconds_since(first))
    });
    Window {
        first: first.map(|ticks| Time::of(ticks, zone)),
        last: last.map(|ticks| Time::of(ticks, zone)),
        length,
    }
}
