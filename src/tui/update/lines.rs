//! Lines that are typed: what each is for, what it does when it is applied, and leaving it.

use super::jumps::{enter_timeline, jump, seek};
use super::{apply, filter, placing};
use crate::model::EventId;
use crate::tui::action::{Direction, Edit, Effect, Move, Target};
use crate::tui::app::{App, Mode};
use crate::tui::choice::{Choice, Chosen, offers};
use crate::tui::completion::Completion;
use crate::tui::list::moved;
use crate::tui::secret::Secret;

/// Begins to type a line.
pub(super) fn begin(app: &mut App, mode: Mode) {
    app.choice.completion = None;
    if app.mode.is_typing() {
        leave(app);
    }
    match mode {
        Mode::Filter => filter::begin(app),
        Mode::Search => {
            if !app.mode.shows_events() {
                enter_timeline(app);
            }
            app.search.edit(&Edit::Clear);
        }
        Mode::Note => {
            let Some(event) = app.events.selected() else {
                return;
            };
            if !app.mode.shows_events() {
                app.message = Some("notes are written on events".to_owned());
                return;
            }
            let note = app.notes.of(event).unwrap_or_default().to_owned();
            app.note.set(&note);
        }
        Mode::Clock | Mode::Zone => {
            if !placing::begin(app, mode) {
                return;
            }
        }
        Mode::Password => {
            if !app.is_asked {
                app.message = Some("no password is asked for".to_owned());
                return;
            }
            app.secret = Secret::default();
        }
        _ => app.choice = Choice::default(),
    }
    if mode != Mode::Filter {
        app.under = app.mode;
        app.mode = mode;
    }
    if let Some(line) = app.line_mut() {
        line.edit(&Edit::End);
    }
}

/// Leaves the line without applying it.
pub(super) fn leave(app: &mut App) {
    if app.mode == Mode::Filter {
        filter::restore(app);
    }
    app.mode = app.under;
}

/// Changes the line. A filter shows what it lets through while it is typed.
pub(super) fn edit(app: &mut App, edit: &Edit) {
    app.choice.completion = None;
    let mode = app.mode;
    if matches!(mode, Mode::Command | Mode::Export) {
        let step = match edit {
            Edit::Older => Some(Move::Up),
            Edit::Newer => Some(Move::Down),
            _ => None,
        };
        let last = offers(app).len().saturating_sub(1);
        let selected = &mut app.choice.list.selected;
        if let Some(step) = step {
            *selected = moved(*selected, step, last, 1);
            return;
        }
        *selected = 0;
    }
    if mode == Mode::Password {
        app.secret.edit(edit);
        return;
    }
    if let Some(line) = app.line_mut() {
        let before = line.text().to_owned();
        line.edit(edit);
        let is_changed = line.text() != before;
        if is_changed && mode == Mode::Filter {
            filter::preview(app);
        }
    }
}

/// Completes the word before the cursor: a field's name or a value of it, a name of an action.
pub(super) fn complete(app: &mut App) {
    match app.mode {
        Mode::Filter => {
            let completion = match app.choice.completion.take() {
                Some(before) => before.next(),
                None => Completion::of(app),
            };
            match completion.word() {
                Some(word) => {
                    app.prompt.replace(completion.from, &word);
                    app.choice.completion = Some(completion);
                    filter::preview(app);
                }
                None => app.prompt.refusal = Some("nothing known begins like that".to_owned()),
            }
        }
        Mode::Command | Mode::Export => {
            let selected = app.choice.list.selected;
            if let Some(offer) = offers(app).get(selected) {
                let name = offer.name.clone();
                app.choice.line.set(&name);
                app.choice.list.selected = 0;
            }
        }
        _ => {}
    }
}

/// Applies the line.
pub(super) fn accept(app: &mut App) -> Effect {
    app.choice.completion = None;
    match app.mode {
        Mode::Filter => filter::accept(app),
        Mode::Search => {
            app.mode = app.under;
            if app.search.text().trim().is_empty() {
                return Effect::Draw;
            }
            app.search.remember();
            seek(app, Target::Match, Direction::Next);
        }
        Mode::Note => {
            app.mode = app.under;
            if let Some(event) = app.events.selected() {
                let text = app.note.text().trim().to_owned();
                if text.is_empty() && app.notes.of(event).is_some() {
                    app.notes.toggle(event);
                } else if !text.is_empty() {
                    app.notes.write(event, text);
                }
            }
        }
        Mode::Clock | Mode::Zone => return placing::accept(app),
        Mode::Password => {
            let password = std::mem::take(&mut app.secret);
            return unlock(app, Some(password).filter(|password| !password.is_empty()));
        }
        Mode::Command | Mode::Export => return choose(app),
        _ => {}
    }
    Effect::Draw
}

/// Asks for a password. A line that is being typed is left for it.
pub(in crate::tui) fn ask(app: &mut App, is_again: bool) {
    app.is_asked = true;
    begin(app, Mode::Password);
    let asked = if is_again {
        "that opens nothing; password (Esc goes on without)"
    } else {
        "part of it is locked; password (Esc goes on without)"
    };
    app.message = Some(asked.to_owned());
}

/// Goes on with what is locked, with a password or without one.
pub(super) fn unlock(app: &mut App, password: Option<Secret>) -> Effect {
    app.is_asked = false;
    app.secret = Secret::default();
    app.mode = app.under;
    Effect::Unlock(password)
}

/// Does what was chosen: an event that is named is gone to, an action is applied.
fn choose(app: &mut App) -> Effect {
    let typed = app.choice.line.text().trim().to_owned();
    let event = EventId::parse(&typed).filter(|_| app.mode == Mode::Command);
    if let Some(event) = event {
        app.mode = app.under;
        jump(app, event);
        return Effect::Draw;
    }
    let offers = offers(app);
    // A name that is typed in full goes before what is selected.
    let offer = offers
        .iter()
        .find(|offer| offer.name == typed)
        .or_else(|| offers.get(app.choice.list.selected));
    let Some(choice) = offer.map(|offer| offer.choice.clone()) else {
        app.choice.line.refusal = Some(format!("nothing is called {typed}"));
        return Effect::Draw;
    };
    app.mode = app.under;
    match choice {
        Chosen::Action(action) => apply(app, action, false),
        Chosen::Way(place) => Effect::Export(place),
    }
}

/// Brings the selected offer into sight.
pub(super) fn settle(app: &mut App, height: usize) {
    if matches!(app.mode, Mode::Command | Mode::Export) {
        let len = offers(app).len();
        app.choice.list.settle(len, height);
    }
}
