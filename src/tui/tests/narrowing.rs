//! Filters made of what is under the cursor, on exchanges and what is said of them.

use super::super::action::{Action, Direction, Effect, Move, Narrow};
use super::super::app::{App, Mode, Pane};
use super::super::update::update;
use super::scenarios::expired;
use super::{NARROW, WIDE, play};
use crate::model::EventId;

/// Goes through the lines of what is said; each lets its own event through, or says why it cannot.
fn check(app: &mut App, event: EventId, len: usize) -> (usize, usize) {
    let (mut with, mut without) = (0, 0);
    for line in 0..len {
        // A filter that hides the event has moved the selection.
        let select = |app: &mut App| {
            let row = app.http.iter().position(|other| *other == event);
            app.lists.http.selected = row.expect("no filter");
            app.events.list.selected = app.events.rows.find(event).expect("no filter");
            let size = app.size;
            play(app, [Action::Resize(size)]);
            match app.mode {
                Mode::Detail => app.detail.cursor.selected = line,
                _ => app.about_mut().expect("a text").selected = line,
            }
        };
        select(app);
        assert_eq!(update(app, Action::Narrow(Narrow::To)), Effect::Draw);
        let Some(filter) = app.events.filter.clone() else {
            let told = app.message.clone().unwrap_or_default();
            assert!(
                told.contains("no value to filter by"),
                "line {line}: {told}"
            );
            without += 1;
            continue;
        };
        with += 1;
        assert!(app.events.rows.find(event).is_ok(), "{filter}");
        play(app, [Action::Refilter(Direction::Previous)]);
        select(app);
        update(app, Action::Narrow(Narrow::From));
        let filter = app.events.filter.clone().unwrap_or_default();
        assert!(app.events.rows.find(event).is_err(), "{filter}");
        play(app, [Action::Refilter(Direction::Previous)]);
    }
    (with, without)
}

#[test]
fn what_is_said_of_an_exchange_can_be_filtered_by() {
    for size in [NARROW, WIDE] {
        let mut app = expired(size);
        play(
            &mut app,
            [Action::Show(Mode::Http), Action::Move(Move::Last)],
        );
        let event = app.row_event().expect("an exchange");
        play(&mut app, [Action::SwitchPane]);
        assert_eq!(app.pane, Pane::Side);
        let len = app.about().map_or(0, |about| about.lines.len());
        let (with, without) = check(&mut app, event, len);
        assert!(with > 15 && without > 5, "{with} {without} of {len}");
    }
    let mut app = expired(NARROW);
    play(
        &mut app,
        [Action::Show(Mode::Http), Action::Move(Move::Last)],
    );
    play(&mut app, [Action::Open]);
    let event = app.events.selected().expect("an exchange");
    assert_eq!(app.mode, Mode::Detail);
    let len = app.detail.lines.len();
    let (with, _) = check(&mut app, event, len);
    assert!(with > 15, "{with} of {len}");
}

#[test]
fn exchanges_are_narrowed_to_their_endpoint() {
    let mut app = expired(NARROW);
    play(&mut app, [Action::Show(Mode::Http)]);
    let (all, event) = (app.http.len(), app.row_event().expect("an exchange"));
    play(&mut app, [Action::Narrow(Narrow::To)]);
    assert!(app.http.contains(&event) && app.http.len() < all);
    let few = app.http.len();
    play(
        &mut app,
        [
            Action::Refilter(Direction::Previous),
            Action::Narrow(Narrow::From),
        ],
    );
    assert_eq!(
        (app.http.contains(&event), app.http.len() + few),
        (false, all)
    );
}
