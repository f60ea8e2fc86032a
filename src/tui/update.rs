//! From one state to the next: what each action means in each mode.
//!
//! Pure: no terminal, no clock, no files. After every action the lists are settled, so that
//! what is selected is in sight whatever changed.

use ratatui::layout::{Rect, Size};

use super::action::{Action, Direction, Edit, Effect, Move, Target};
use super::app::{App, Mode, Pane};
use super::detail::Detail;
use super::draw;
use super::events::Rows;
use super::finding;
use super::layout;
use super::list::{List, moved};
use super::steps::decisive;
use crate::export::duration;
use crate::model::{EventId, Strength};

/// Applies an action to the state.
pub(super) fn update(app: &mut App, action: Action) -> Effect {
    app.message = None;
    match action {
        Action::Quit => return Effect::Quit,
        Action::Show(mode) => show(app, mode),
        Action::Move(step) => go(app, step),
        Action::SwitchPane => switch_pane(app),
        Action::Open => open(app),
        Action::Back => back(app),
        Action::Unfold => {
            app.findings.unfold(&app.report);
        }
        Action::Fold => app.findings.fold(&app.report),
        Action::Zoom => zoom(app),
        Action::Seek(target, direction) => seek(app, target, direction),
        Action::Follow(direction) => follow(app, direction),
        Action::Neighbour(direction) => neighbour(app, direction),
        Action::ToggleZero => toggle_zero(app),
        Action::Edit(edit) => app.prompt.edit(&edit),
        Action::Accept => apply_filter(app),
        Action::Resize(size) => app.size = size,
    }
    settle(app);
    Effect::Draw
}

/// Shows a screen. Typing a filter, the help and the verdict are left again by `Back`; the
/// other screens stand for themselves.
fn show(app: &mut App, mode: Mode) {
    if mode == app.mode {
        return;
    }
    match mode {
        Mode::Help | Mode::Verdict => {
            // Going from one to the other does not pile them up.
            if !matches!(app.mode, Mode::Help | Mode::Verdict) {
                app.back.push(app.mode);
            }
            app.scroll = 0;
        }
        Mode::Filter => app.prompt.edit(&Edit::End),
        _ => app.back.clear(),
    }
    app.mode = mode;
    if !matches!(mode, Mode::Help | Mode::Verdict | Mode::Filter) {
        app.pane = Pane::Main;
    }
}

fn go(app: &mut App, step: Move) {
    let height = height(app);
    match (app.mode, app.pane) {
        (Mode::Findings, Pane::Main) => app.findings.go(step, height),
        (Mode::Findings, Pane::Side) => {
            let len = app.findings.lines.len();
            app.findings.cursor.go(step, len, height);
        }
        (Mode::Attempts, Pane::Main) => {
            let before = app.attempts.selected;
            app.attempts.go(step, app.report.attempts.len(), height);
            if app.attempts.selected != before {
                app.steps = List::at(app.attempt().map_or(0, decisive));
            }
        }
        (Mode::Attempts, Pane::Side) => {
            let len = app.attempt().map_or(0, |attempt| attempt.steps.len());
            app.steps.go(step, len, height);
        }
        (Mode::Timeline, Pane::Main) => {
            let len = app.events.rows.len();
            app.events.list.go(step, len, height);
        }
        (Mode::Timeline, Pane::Side) | (Mode::Detail, _) => {
            let last = app.detail.lines.len().saturating_sub(height);
            app.detail.scroll = moved(app.detail.scroll, step, last, height);
        }
        (Mode::Gaps, _) => app.gaps.go(step, app.report.gaps.len(), height),
        (Mode::Blindspots, _) => app.blindspots.go(step, app.report.blindspots.len(), height),
        (Mode::Verdict | Mode::Help, _) => {
            let last = scrolled_lines(app).saturating_sub(height);
            app.scroll = moved(app.scroll, step, last, height);
        }
        (Mode::Filter, _) => {}
    }
}

/// Rows that a page of the pane with the keys has.
fn height(app: &App) -> usize {
    let body = layout::areas(app, app.size).body;
    let text = |panel| usize::from(layout::below_title(panel).height);
    match (app.mode, app.pane) {
        (Mode::Findings, Pane::Main) => layout::list_rows(layout::findings(app, body)[0]),
        (Mode::Findings, Pane::Side) => text(layout::findings(app, body)[1]),
        (Mode::Attempts, Pane::Main) => layout::list_rows(layout::attempts(app, body)[0]),
        (Mode::Attempts, Pane::Side) => layout::list_rows(layout::attempts(app, body)[1]),
        (Mode::Timeline | Mode::Filter, Pane::Main) => draw::timeline::rows(app, body),
        (Mode::Timeline | Mode::Filter, Pane::Side)
        | (Mode::Detail | Mode::Verdict | Mode::Help, _) => text(body),
        (Mode::Gaps | Mode::Blindspots, _) => layout::list_rows(layout::list_and_more(body)[0]),
    }
}

fn scrolled_lines(app: &App) -> usize {
    let columns = usize::from(app.size.width);
    match app.mode {
        Mode::Help => draw::help::lines(app, columns).len(),
        Mode::Verdict => draw::verdict::full(app, columns).len(),
        _ => 0,
    }
}

fn switch_pane(app: &mut App) {
    let has_side = match app.mode {
        Mode::Findings | Mode::Attempts => true,
        Mode::Timeline => is_wide(app),
        _ => false,
    };
    app.pane = match app.pane {
        Pane::Main if has_side => Pane::Side,
        _ => Pane::Main,
    };
    if app.mode == Mode::Findings && app.pane == Pane::Side {
        let height = height(app);
        app.findings.enter(height);
    }
}

fn is_wide(app: &App) -> bool {
    layout::timeline(layout::areas(app, app.size).body)
        .1
        .is_some()
}

fn open(app: &mut App) {
    match (app.mode, app.pane) {
        (Mode::Findings, Pane::Main) => {
            if !app.findings.unfold(&app.report) {
                switch_pane(app);
            }
        }
        (Mode::Findings, Pane::Side) => match app.findings.event() {
            Some(event) => jump(app, event),
            None => app.message = Some("this line names no event; evidence does".to_owned()),
        },
        (Mode::Attempts, Pane::Main) => app.pane = Pane::Side,
        (Mode::Attempts, Pane::Side) => {
            let step = app
                .attempt()
                .and_then(|attempt| attempt.steps.get(app.steps.selected));
            if let Some(event) = step.map(|step| step.event) {
                jump(app, event);
            }
        }
        (Mode::Timeline, Pane::Main) if is_wide(app) => app.pane = Pane::Side,
        (Mode::Timeline, _) => zoom(app),
        (Mode::Gaps, _) => {
            let gap = app.report.gaps.get(app.gaps.selected);
            if let Some(event) = gap.map(|gap| gap.from.event) {
                jump(app, event);
            }
        }
        (Mode::Detail | Mode::Blindspots | Mode::Verdict | Mode::Help | Mode::Filter, _) => {}
    }
}

/// Goes to an event in the timeline. A filter that hides it is put aside, and said to be.
fn jump(app: &mut App, event: EventId) {
    if let Some(row) = reveal(app, event) {
        app.back.push(app.mode);
        app.mode = Mode::Timeline;
        app.pane = Pane::Main;
        select(app, row);
    }
}

/// The row of an event, where the timeline has it.
fn reveal(app: &mut App, event: EventId) -> Option<usize> {
    if app.events.rows.find(event).is_err() && app.events.filter.is_some() {
        app.events.show(Rows::all(&app.timeline), None);
        app.message = Some(format!(
            "filter put aside, as it hides {event}; / brings it back"
        ));
    }
    let row = app.events.rows.find(event).ok();
    if row.is_none() {
        app.message = Some(format!("{event} is not in the timeline"));
    }
    row
}

fn select(app: &mut App, row: usize) {
    let list = app.events.list;
    app.events.list.selected = row;
    let height = draw::timeline::rows(app, layout::areas(app, app.size).body);
    // A jump within sight does not move the rows under the eye.
    if !(list.top..list.top + height).contains(&row) {
        app.events.list.centre(height);
    }
}

fn back(app: &mut App) {
    match (app.mode, app.pane) {
        (Mode::Filter, _) => {
            app.prompt.refusal = None;
            app.mode = Mode::Timeline;
        }
        (Mode::Findings | Mode::Attempts | Mode::Timeline, Pane::Side) => {
            app.pane = Pane::Main;
        }
        (Mode::Timeline, _) if app.events.filter.is_some() => {
            app.events.show(Rows::all(&app.timeline), None);
            app.message = Some("filter cleared; / brings it back".to_owned());
        }
        (Mode::Detail, _) => {
            app.back.pop();
            app.mode = Mode::Timeline;
        }
        _ => {
            if let Some(mode) = app.back.pop() {
                app.mode = mode;
                // What was followed is shown again in the pane that has it.
                app.pane = if matches!(mode, Mode::Findings | Mode::Attempts) {
                    Pane::Side
                } else {
                    Pane::Main
                };
            }
        }
    }
}

fn zoom(app: &mut App) {
    match app.mode {
        Mode::Detail => back(app),
        Mode::Timeline if app.events.selected().is_some() => {
            app.back.push(Mode::Timeline);
            app.mode = Mode::Detail;
        }
        _ => {}
    }
}

fn seek(app: &mut App, target: Target, direction: Direction) {
    let found = app.events.seek(
        target,
        direction,
        &app.timeline,
        &app.gap_starts,
        &app.evidence,
    );
    let Some(row) = found else {
        app.message = Some(not_found(app, target, direction));
        return;
    };
    select(app, row);
    app.message = match target {
        Target::Failure => None,
        Target::Gap => app
            .events
            .selected()
            .and_then(|event| gap_words(app, event)),
        Target::Evidence => Some(evidence_words(app, row)),
    };
}

/// Goes to the next event that belongs to the selected one, and says by what it does.
fn follow(app: &mut App, direction: Direction) {
    let Some(event) = app.event() else {
        return;
    };
    let forward = direction == Direction::Next;
    let found = app.links().next(&app.timeline, event, forward);
    let Some((event, strength)) = found else {
        app.message = Some(format!("no event {} this one shares an id", way(direction)));
        return;
    };
    let Some(row) = reveal(app, event) else {
        return;
    };
    select(app, row);
    let tie = match strength {
        Strength::Exact => "exact: an id of one request or activity stands in both",
        Strength::Identifier => "identifier: both are about the same thing",
        Strength::Temporal => "temporal: the same thread within two seconds, no id in common",
    };
    app.message = Some(match app.message.take() {
        Some(aside) => format!("{tie}; {aside}"),
        None => tie.to_owned(),
    });
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Next => "after",
        Direction::Previous => "before",
    }
}

fn not_found(app: &App, target: Target, direction: Direction) -> String {
    let what = match target {
        Target::Failure => "failure",
        Target::Gap => "gap",
        Target::Evidence => "evidence of a finding",
    };
    let way = way(direction);
    let shown = match app.events.filter {
        Some(_) => " among the events that the filter shows",
        None => "",
    };
    format!("no {what} {way} this event{shown}")
}

fn gap_words(app: &App, event: EventId) -> Option<String> {
    let gap = app.marks.begins(event, &app.report)?;
    Some(format!(
        "{} begins here: {} from {} to {} of {}",
        gap.id,
        duration(gap.seconds),
        gap.from.step,
        gap.to.step,
        gap.attempt
    ))
}

/// What a row of the timeline is to the findings.
fn evidence_words(app: &App, row: usize) -> String {
    let findings = app.report.findings.iter();
    let words = findings.filter_map(|finding| {
        let mut lines = finding.evidence.iter();
        let line = lines.find(|line| app.events.rows.find(line.event) == Ok(row))?;
        Some(format!("{} of {} {}", line.role, finding.id, finding.title))
    });
    words.collect::<Vec<_>>().join("; ")
}

fn neighbour(app: &mut App, direction: Direction) {
    let step = match direction {
        Direction::Next => Move::Down,
        Direction::Previous => Move::Up,
    };
    let len = app.events.rows.len();
    app.events.list.go(step, len, 1);
}

fn toggle_zero(app: &mut App) {
    let selected = app.events.selected();
    if app.events.zero == selected {
        app.events.zero = None;
        return;
    }
    if app.event().is_some_and(|event| event.ticks().is_none()) {
        app.message = Some("this event has no time to count from".to_owned());
        return;
    }
    app.events.zero = selected;
}

/// Applies what the prompt holds; a refused line stays in the prompt, with the reason.
fn apply_filter(app: &mut App) {
    let text = app.prompt.text().trim().to_owned();
    if text.is_empty() {
        app.events.show(Rows::all(&app.timeline), None);
        app.mode = Mode::Timeline;
        return;
    }
    match Rows::filtered(&text, &app.timeline) {
        Ok(rows) => {
            app.events.show(rows, Some(text));
            app.prompt.remember();
            app.mode = Mode::Timeline;
            let height = draw::timeline::rows(app, layout::areas(app, app.size).body);
            app.events.list.centre(height);
        }
        Err(error) => app.prompt.refusal = Some(error.to_string()),
    }
}

/// Brings every selection into its list and into sight, and the detail up to date.
fn settle(app: &mut App) {
    let body = layout::areas(app, app.size).body;
    settle_findings(app, body);
    let [attempts, steps] = layout::attempts(app, body);
    app.attempts
        .settle(app.report.attempts.len(), layout::list_rows(attempts));
    app.steps = draw::steps::settled(app, steps);
    let rows = draw::timeline::rows(app, body);
    app.events.list.settle(app.events.rows.len(), rows);
    let listed = layout::list_rows(layout::list_and_more(body)[0]);
    app.gaps.settle(app.report.gaps.len(), listed);
    app.blindspots.settle(app.report.blindspots.len(), listed);
    let height = usize::from(layout::below_title(body).height);
    if matches!(app.mode, Mode::Help | Mode::Verdict) {
        app.scroll = app.scroll.min(scrolled_lines(app).saturating_sub(height));
    }
    if app.mode == Mode::Timeline && !is_wide(app) {
        app.pane = Pane::Main;
    }
    settle_detail(app, body.as_size(), height);
}

/// Brings the selected finding into sight, and what is said of it up to date.
fn settle_findings(app: &mut App, body: Rect) {
    let [list, page] = layout::findings(app, body);
    app.findings.settle_list(layout::list_rows(list));
    if app.mode != Mode::Findings {
        return;
    }
    let columns = layout::page_columns(page);
    let lines = finding::lines(app, columns);
    app.findings.show(lines);
    let height = usize::from(layout::below_title(page).height);
    let (len, top) = (app.findings.lines.len(), app.findings.cursor.top);
    app.findings.cursor.settle(len, height);
    if app.pane == Pane::Main {
        // Without the keys, what was read stays in sight.
        app.findings.cursor.top = top.min(len.saturating_sub(height));
    }
}

/// Makes the lines of the detail where it is in sight.
fn settle_detail(app: &mut App, body: Size, height: usize) {
    let body = Rect::from(((0, 0).into(), body));
    let panel = match app.mode {
        Mode::Detail => body,
        Mode::Timeline | Mode::Filter => match layout::timeline(body).1 {
            Some(panel) => panel,
            None => return,
        },
        _ => return,
    };
    let columns = usize::from(layout::detail_inside(panel).width);
    if !app.detail.is_of(app.events.selected(), columns) {
        app.detail = Detail::of(app, columns);
    }
    let last = app.detail.lines.len().saturating_sub(height);
    app.detail.scroll = app.detail.scroll.min(last);
}
