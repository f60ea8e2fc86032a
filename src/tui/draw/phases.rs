//! The phases of the selected attempt, one bar each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::attempts::relation;
use super::bar::Bar;
use super::columns::{Align, Cell, MARK, Selection, Table, cell, column};
use super::title;
use crate::export::duration;
use crate::model::{Attempt, Gap};
use crate::tui::app::App;
use crate::tui::density::Stretch;
use crate::tui::layout::below_title;
use crate::tui::phases::{Ended, Phase, phases};
use crate::tui::rests::used;
use crate::tui::text::wrap;
use crate::tui::theme::DIM;

/// Columns before the bar: the phase, how it ended, how long it took and what is usual.
const BEFORE: usize = 13 + 14 + 11 + 8;

/// ```text
/// ── a2 entra-join × failure 0x801c03ed ────────────────────────────────────
///   phase        ended              took   usual 10:20:00         10:30:15
///   discover     √ ok             440 ms         █
///   prepare-key  √ ok         10 m 10 s  60.0 s  █░▓▓▓▓▓▓▓▓▓▓▓▓▓█
///   respond      × FAIL           150 ms                                 █
///   complete     · not reached           ·································
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some(attempt) = app.attempt() else {
        title(app, frame, area, "Phases");
        return;
    };
    title(app, frame, area, &heading(app, attempt));
    let inside = below_title(area);
    let room = usize::from(inside.width).saturating_sub(MARK + BEFORE);
    let stretch = Stretch {
        from: attempt.start,
        to: attempt.end,
    };
    let columns = [
        column("phase", 12, Align::Left),
        column("ended", 13, Align::Left),
        column("took", 10, Align::Right),
        column("usual", 7, Align::Right),
        column(ends(app, stretch, room), 0, Align::Left),
    ];
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: inside,
    };
    let phases = phases(&app.report, attempt);
    let mut rows = inside.rows();
    if let Some(row) = rows.next() {
        table.heading().render(row, frame.buffer_mut());
    }
    for (phase, row) in phases.iter().zip(rows.by_ref()) {
        let cells = cells(app, attempt, phase, stretch, room);
        table.draw_row(frame, row, Selection::None, cells);
    }
    // What is said below is not worth the row that parts it from the bars where there is only one.
    let mut rows = rows.skip(1);
    for (text, style) in below(app, attempt, &phases) {
        let room = usize::from(inside.width).saturating_sub(MARK);
        for line in wrap(&text, room) {
            let Some(row) = rows.next() else {
                return;
            };
            Line::styled(format!("  {line}"), style).render(row, frame.buffer_mut());
        }
    }
}

fn heading(app: &App, attempt: &Attempt) -> String {
    let sign = app.theme.attempt(attempt.outcome);
    let code = attempt.code.as_deref().unwrap_or_default();
    let text = format!("{} {} {} {code}", attempt.id, attempt.kind, sign.text());
    format!("{}, {}", text.trim_end(), duration(attempt.seconds))
}

/// The times at both ends of the bars.
fn ends(app: &App, stretch: Stretch, room: usize) -> String {
    let end = |ticks| {
        let time = app.zone.time_of_day(ticks);
        time.get(..8).unwrap_or_default().to_owned()
    };
    let (from, to) = (end(stretch.from), end(stretch.to));
    format!("{from}{to:>left$}", left = room.saturating_sub(8))
}

fn cells<'a>(
    app: &App,
    attempt: &Attempt,
    phase: &Phase,
    stretch: Stretch,
    room: usize,
) -> Vec<Cell<'a>> {
    let sign = app.theme.phase(phase.ended);
    let gap = phase.gap.and_then(|place| app.report.gaps.get(place));
    let over = gap.filter(|gap| gap.ratio.is_some_and(|ratio| ratio > 1.0));
    let is_shown = phase.span.is_some();
    // Most events tell that something is done, so a phase lasts from the end of what came before.
    let took = phase.span.map(|span| span.to.seconds_since(span.since));
    let took = took.map(|seconds| match seconds {
        0.0 => "-".to_owned(),
        seconds => duration(seconds),
    });
    let usual = gap.and_then(|gap| gap.budget_seconds).map(duration);
    let bad = app.theme.phase(Ended::Failed).style;
    let style = match (phase.ended, over) {
        (Ended::Failed, _) | (_, Some(_)) => bad,
        _ if is_shown => Style::new(),
        _ => DIM,
    };
    let took_style = if over.is_some() { bad } else { Style::new() };
    let bar = bar(app, attempt, phase, over, Bar::new(stretch, room));
    vec![
        cell(phase.stage.word()),
        Cell(sign.text().into(), sign.style),
        Cell(took.unwrap_or_default().into(), took_style),
        cell(usual.unwrap_or_default()),
        Cell(bar.into(), style),
    ]
}

fn bar(app: &App, attempt: &Attempt, phase: &Phase, over: Option<&Gap>, mut bar: Bar) -> String {
    let signs = app.theme.bar();
    let Some(span) = phase.span else {
        bar.all(signs.dotted);
        return bar.text();
    };
    bar.fill(span.since, span.to, signs.wait);
    if let Some(gap) = over
        && let Some(budget) = gap.budget_seconds
    {
        bar.fill(gap.from.time.plus_seconds(budget), gap.to.time, signs.over);
    }
    let own = attempt.steps.iter().filter(|step| step.step == phase.stage);
    for step in own {
        let sign = match step.outcome {
            crate::model::Outcome::Failure => signs.late,
            _ => signs.own,
        };
        bar.mark(step.time, sign);
    }
    bar.text()
}

/// What the bars mean, gaps over their budgets, and what else there is to say of the attempt.
fn below(app: &App, attempt: &Attempt, phases: &[Phase]) -> Vec<(String, Style)> {
    let mut texts = Vec::new();
    let bad = app.theme.phase(Ended::Failed);
    for gap in phases
        .iter()
        .filter_map(|phase| app.report.gaps.get(phase.gap?))
    {
        if gap.ratio.is_some_and(|ratio| ratio > 1.0) {
            let (from, to) = (gap.from.step, gap.to.step);
            let text = format!(
                "{} {} {} from {from} to {to}{}",
                bad.glyph,
                gap.id,
                duration(gap.seconds),
                used(gap)
            );
            texts.push((text, bad.style));
        }
    }
    if !attempt.server_words.is_empty() {
        let words = attempt.server_words.join(": ");
        texts.push((format!("the server said: \"{words}\""), Style::new()));
    }
    let relation = relation(attempt);
    if !relation.is_empty() {
        texts.push((relation, Style::new()));
    }
    for note in &attempt.notes {
        texts.push((format!("note: {note}"), Style::new()));
    }
    let signs = app.theme.bar();
    let legend = format!(
        "{} its events  {} a failure  {} waiting  {} longer than usual  {}{} no event",
        signs.own, signs.late, signs.wait, signs.over, signs.dotted, signs.dotted
    );
    texts.push((legend, DIM));
    texts
}
