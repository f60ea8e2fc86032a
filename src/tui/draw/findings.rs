//! The findings, and what is said of the selected one.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::columns::{Align, Cell, Selection, Table, cell, column};
use super::{Keys, about, hint, title_of};
use crate::model::Finding;
use crate::tui::app::{App, Pane};
use crate::tui::findings::{Fold, Row};
use crate::tui::layout::{below_title, findings, reach};
use crate::tui::phases::{Ended, Reached};
use crate::tui::theme::STRONG;

/// How far the tree is indented at most; the chain goes on without.
const DEEPEST: usize = 6;

/// ```text
/// ─> Findings 3 ─────────────────────────────────────────────────────────────
///   id   severity    sure   what
/// > f1   × HIGH       97 % [-] Token expired before it was used
///   f2   ! MEDIUM     88 %       The join was refused
///   Ruled out 1
///        √ ruled out           The server could not be reached
/// ── f1 × HIGH  lines 1-11 of 30 ────────────────────────────────────────────
///   what was seen, what to do, evidence
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let panes = findings(app, body);
    draw_reach(app, frame, reach(body));
    draw_list(app, frame, panes.list);
    let names = [&*name(app), "evidence"];
    about::draw(app, frame, &panes.pages, &app.findings.about, names);
}

/// ```text
///  a2 entra-join: √ discover √ send × respond   not reached: complete   not seen: mdm, prt
/// ```
///
/// Where that does not fit, the stages go that were reached before the last one, then those not seen.
fn draw_reach(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let ways = [(usize::MAX, true), (1, true), (1, false)];
    let lines = ways.map(|(reached, unseen)| reach_line(app, reached, unseen));
    let fits = |line: &&Line<'_>| line.width() <= usize::from(area.width);
    if let Some(line) = lines.iter().find(fits).or(lines.last()) {
        line.render(area, frame.buffer_mut());
    }
}

/// The line with the last so many stages that were reached, beside those that failed.
fn reach_line(app: &App, reached: usize, unseen: bool) -> Line<'static> {
    let reach = &app.reach;
    let lead = match reach.attempt.as_str() {
        "" => " no join in the evidence: ".to_owned(),
        attempt => format!(" {attempt}: "),
    };
    let mut spans = vec![Span::styled(lead, STRONG)];
    let with = |state: Reached| {
        let all = reach.reached.iter();
        all.filter(move |(_, its)| *its == state)
    };
    let left_out = with(Reached::Ok).count().saturating_sub(reached);
    let mut passed = 0;
    for (word, state) in &reach.reached {
        let sign = match state {
            Reached::Ok => {
                passed += 1;
                app.theme.phase(Ended::Ok)
            }
            Reached::Failed => app.theme.phase(Ended::Failed),
            Reached::Never | Reached::Unseen => continue,
        };
        if *state == Reached::Failed || passed > left_out {
            spans.push(Span::styled(format!("{} {word} ", sign.glyph), sign.style));
        }
    }
    for (state, lead) in [
        (Reached::Never, " not reached: "),
        (Reached::Unseen, " not seen: "),
    ] {
        let words: Vec<&str> = with(state).map(|(word, _)| *word).collect();
        if !words.is_empty() && (unseen || state == Reached::Never) {
            spans.push(Span::styled(lead, STRONG));
            spans.push(Span::raw(format!("{} ", words.join(", "))));
        }
    }
    Line::from(spans)
}

fn draw_list(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let report = &app.report;
    let mut title = format!("Findings {}", report.findings.len());
    for (count, words) in [
        (report.ruled_out.len(), "ruled out"),
        (report.cannot_tell.len(), "cannot tell"),
    ] {
        if count > 0 {
            title.extend([", ", &count.to_string(), " ", words]);
        }
    }
    title_of(app, frame, area, Keys::of(app, Pane::Main), &title);
    let rows = &app.findings.rows;
    if rows.is_empty() {
        let none = "  no rule found anything, and none was ruled out";
        hint(frame, below_title(area), none);
        return;
    }
    let columns = [
        column("id", 4, Align::Left),
        column("severity", 11, Align::Left),
        column("sure", 5, Align::Right),
        column("    what", 0, Align::Left),
    ];
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(area),
    };
    let has_keys = app.pane == Pane::Main;
    let mut places = below_title(area).rows();
    if let Some(place) = places.next() {
        table.heading().render(place, frame.buffer_mut());
    }
    let listed = rows.iter().enumerate().skip(app.findings.list.top);
    for (place, (number, row)) in places.zip(listed) {
        let title = match row {
            Row::RuledOutTitle => format!("  Ruled out {}", app.report.ruled_out.len()),
            Row::CannotTellTitle => format!("  Cannot tell {}", app.report.cannot_tell.len()),
            _ => {
                let selection = Selection::of(number, app.findings.list, has_keys);
                table.draw_row(frame, place, selection, cells(app, *row));
                continue;
            }
        };
        Line::styled(title, app.theme.heading()).render(place, frame.buffer_mut());
    }
}

fn cells(app: &App, row: Row) -> Vec<Cell<'_>> {
    let report = &app.report;
    let plain = |sign: crate::tui::theme::Sign, title: &str| {
        vec![
            cell(""),
            Cell(sign.text().into(), sign.style),
            cell(""),
            cell(format!("    {title}")),
        ]
    };
    match row {
        Row::Finding { place, depth, fold } => report
            .findings
            .get(place)
            .map_or_else(Vec::new, |finding| found(app, finding, depth, fold)),
        Row::RuledOut(place) => report
            .ruled_out
            .get(place)
            .map_or_else(Vec::new, |entry| plain(app.theme.ruled_out(), &entry.title)),
        Row::CannotTell(place) => report
            .cannot_tell
            .get(place)
            .map_or_else(Vec::new, |entry| {
                plain(app.theme.cannot_tell(), &entry.title)
            }),
        Row::RuledOutTitle | Row::CannotTellTitle => Vec::new(),
    }
}

fn found<'a>(app: &App, finding: &'a Finding, depth: usize, fold: Fold) -> Vec<Cell<'a>> {
    let sign = app.theme.finding(finding.severity);
    let indent = "  ".repeat(depth.min(DEEPEST));
    let kind = if finding.background { "state: " } else { "" };
    let title = &finding.title;
    let what = match fold {
        Fold::Nothing => format!("    {indent}{kind}{title}"),
        Fold::Open => format!("[-] {kind}{title}"),
        Fold::Closed(count) => format!("[+{count}] {kind}{title}"),
    };
    let style = if depth == 0 { STRONG } else { Style::new() };
    vec![
        cell(&*finding.id),
        Cell(sign.text().into(), sign.style),
        cell(format!("{} %", finding.confidence)),
        Cell(Cow::Owned(what), style),
    ]
}

/// What the lines are about.
fn name(app: &App) -> String {
    let report = &app.report;
    match app.findings.selected() {
        Some(Row::Finding { place, .. }) => {
            report
                .findings
                .get(place)
                .map_or_else(String::new, |finding| {
                    let sign = app.theme.finding(finding.severity);
                    format!("{} {}", finding.id, sign.text())
                })
        }
        Some(Row::RuledOut(_)) => app.theme.ruled_out().text(),
        Some(Row::CannotTell(_)) => app.theme.cannot_tell().text(),
        Some(Row::RuledOutTitle | Row::CannotTellTitle) | None => "Verdict".to_owned(),
    }
}
