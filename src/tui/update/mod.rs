//! From one state to the next: what each action means in each mode.
//!
//! Pure: no terminal, no clock, no files. After every action the lists are settled, so that
//! what is selected is in sight whatever changed.

mod filter;
mod jumps;
mod lines;
mod marks;
mod moving;
mod placing;
mod screens;
mod settle;

use super::action::{Action, Copied, Effect};
use super::app::{App, Mode};
use super::arrival;
use super::copy;
use super::shield;
use super::work::{Found, Work};
use filter::{narrow, travel};
use jumps::{arrive_at, follow, seek, toggle_zero};
pub(super) use lines::ask;
use lines::{accept, complete, edit};
use marks::toggle_mark;
use moving::{go, neighbour};
pub(super) use screens::show_near;
use screens::{back, click, open, show, switch_pane, zoom};
use settle::settle;

/// Applies an action to the state.
pub(super) fn update(app: &mut App, action: Action) -> Effect {
    let is_warned = std::mem::take(&mut app.is_warned);
    // What goes on by itself, and a change of the terminal, answer no key.
    let is_answer = !matches!(action, Action::Work | Action::Resize(_));
    // What a password is asked for stays in sight while it is typed.
    if is_answer && app.mode != Mode::Password {
        app.message = None;
    }
    let effect = apply(app, action, is_warned);
    settle(app);
    effect
}

fn apply(app: &mut App, action: Action, is_warned: bool) -> Effect {
    match action {
        Action::Quit => return quit(app, is_warned),
        Action::Show(mode) => show(app, mode),
        Action::Move(step) => go(app, step),
        Action::SwitchPane => switch_pane(app),
        Action::Open => return open(app),
        Action::Back if app.mode == Mode::Password => return lines::unlock(app, None),
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
        Action::ClearZero => app.events.zero = None,
        Action::Narrow(how) => narrow(app, how),
        Action::Refilter(direction) => travel(app, direction),
        Action::ToggleMark => toggle_mark(app),
        Action::Edit(change) => edit(app, &change),
        Action::Complete => complete(app),
        Action::Accept => return accept(app),
        Action::Copy(Copied::Summary) => return Effect::Summarise,
        Action::Copy(what) => return copied(app, what),
        Action::KeepCopy => return kept(app),
        Action::ToggleShield => shield::toggle(app),
        Action::Unplace => return placing::unplace(app),
        Action::Suspend => return Effect::Suspend,
        Action::StopReading => return Effect::StopReading,
        Action::Work => go_on(app),
        Action::Click(place) => click(app, place),
        Action::Resize(size) => app.size = size,
    }
    Effect::Draw
}

/// Ends, unless something would be lost that was not told of yet.
fn quit(app: &mut App, is_warned: bool) -> Effect {
    let lost = app.notes.len();
    if app.can_save || lost == 0 || !app.notes.is_unsaved || is_warned {
        return Effect::Quit;
    }
    let lost = super::text::counted(lost, "mark is", "marks are");
    app.message = Some(format!(
        "{lost} saved nowhere; X writes them out with the events, the same key again quits"
    ));
    app.is_warned = true;
    Effect::Draw
}

fn copied(app: &mut App, what: Copied) -> Effect {
    let Some(redactor) = app.shield.ready() else {
        let wait = "the names to replace are still being gathered; again in a moment, or R first";
        app.message = Some(wait.to_owned());
        return Effect::Draw;
    };
    let Some(text) = copy::text(app, what, redactor) else {
        app.message = Some("there is nothing here to copy".to_owned());
        return Effect::Draw;
    };
    app.copied = Some(text.clone());
    Effect::Copy(text)
}

fn kept(app: &mut App) -> Effect {
    if let Some(text) = &app.copied {
        return Effect::Keep(text.clone());
    }
    app.message = Some("nothing was copied yet".to_owned());
    Effect::Draw
}

/// Does a slice of the work that goes on, and what is to be done when it was the last one.
fn go_on(app: &mut App) {
    match app.work.take() {
        None => arrival::go_on(app),
        Some(Work::Filter(mut filter)) => match filter.go_on(&app.timeline) {
            None => app.work = Some(Work::Filter(filter)),
            Some(rows) => {
                // What was selected meanwhile goes before what was when the work began.
                let anchor = match app.mode {
                    Mode::Filter => filter.anchor,
                    _ => app.events.selected().or(filter.anchor),
                };
                app.events.show(rows, Some(filter.text), anchor);
                let selected = app.events.list.selected;
                jumps::select(app, selected);
            }
        },
        Some(Work::Find(mut search)) => match search.go_on(&app.events, &app.timeline) {
            Found::NotYet => app.work = Some(Work::Find(search)),
            Found::Row(row) => arrive_at(app, Some(row), search.target, search.direction),
            Found::Nothing => arrive_at(app, None, search.target, search.direction),
        },
    }
}
