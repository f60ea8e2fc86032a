//! Lines that are typed: filters and their past, searches, notes, names of actions.

use super::super::action::{Action, Direction, Edit, Effect, Narrow, Target};
use super::super::app::{App, Mode};
use super::super::update::update;
use super::scenarios::expired;
use super::{NARROW, case, filter, play, screen};
use crate::model::EventId;

fn typed(text: &str) -> Action {
    Action::Edit(Edit::Insert(text.to_owned()))
}

fn shown(app: &App) -> (usize, Option<&str>) {
    (app.events.rows.len(), app.events.filter.as_deref())
}

fn line(app: &mut App, mode: Mode, text: &str) {
    play(app, [Action::Show(mode), typed(text), Action::Accept]);
}

#[test]
fn a_filter_is_shown_while_it_is_typed_and_escape_takes_it_back() {
    let mut app = case(NARROW);
    filter(&mut app, "provider:UDR");
    assert_eq!(shown(&app), (6, Some("provider:UDR")));
    play(&mut app, [Action::Show(Mode::Filter), typed(" id:204")]);
    assert_eq!(shown(&app), (1, Some("provider:UDR id:204")));
    // What is no filter yet changes nothing.
    play(&mut app, [typed(" and (")]);
    assert_eq!(shown(&app), (1, Some("provider:UDR id:204")));
    assert_eq!(app.prompt.refusal, None);
    play(&mut app, [Action::Back]);
    assert_eq!(
        (app.mode, shown(&app)),
        (Mode::Timeline, (6, Some("provider:UDR")))
    );
}

#[test]
fn filters_are_undone_and_done_again() {
    let mut app = case(NARROW);
    filter(&mut app, "provider:UDR");
    filter(&mut app, "id:204");
    let undo = || Action::Refilter(Direction::Previous);
    let redo = || Action::Refilter(Direction::Next);
    play(&mut app, [undo()]);
    assert_eq!(shown(&app), (6, Some("provider:UDR")));
    play(&mut app, [undo()]);
    assert_eq!(shown(&app), (13, None));
    play(&mut app, [undo()]);
    assert!(
        app.message
            .as_deref()
            .is_some_and(|it| it.contains("no filter before"))
    );
    play(&mut app, [redo(), redo()]);
    assert_eq!(shown(&app), (1, Some("id:204")));
    // A filter that is put aside can be had back.
    play(&mut app, [Action::Show(Mode::Gaps), Action::Open]);
    assert_eq!(app.events.filter, None);
    play(&mut app, [undo()]);
    assert_eq!(shown(&app), (1, Some("id:204")));
}

#[test]
fn what_is_under_the_cursor_is_let_through_or_left_out() {
    let mut app = case(NARROW);
    filter(&mut app, "id:204");
    play(&mut app, [Action::Back, Action::Narrow(Narrow::From)]);
    assert_eq!(app.events.rows.len(), 12, "{:?}", app.events.filter);
    play(
        &mut app,
        [
            Action::Refilter(Direction::Previous),
            Action::Narrow(Narrow::To),
        ],
    );
    assert_eq!(app.events.rows.len(), 1, "{:?}", app.events.filter);
    play(
        &mut app,
        [Action::Refilter(Direction::Previous), Action::Zoom],
    );
    // Every value of the detail is one that its own event has.
    let event = app.events.selected();
    let terms: Vec<String> = app
        .detail
        .lines
        .iter()
        .filter_map(|line| line.term.clone())
        .collect();
    assert!(terms.len() > 8, "{terms:?}");
    for term in terms {
        let mut app = case(NARROW);
        filter(&mut app, &term);
        assert_eq!(app.prompt.refusal, None, "{term}");
        let event = event.expect("one is selected");
        assert!(app.events.rows.find(event).is_ok(), "{term}");
        filter(&mut app, &format!("not ({term})"));
        assert!(app.events.rows.find(event).is_err(), "{term}");
    }
}

#[test]
fn every_value_of_every_event_can_be_filtered_by() {
    let mut app = case(NARROW);
    play(&mut app, [Action::Show(Mode::Timeline), Action::Zoom]);
    for row in 0..13 {
        app.events.list.selected = row;
        update(&mut app, Action::Neighbour(Direction::Next));
        update(&mut app, Action::Neighbour(Direction::Previous));
        let event = app.events.selected().expect("a row");
        for term in app.detail.lines.iter().filter_map(|line| line.term.clone()) {
            let mut other = case(NARROW);
            filter(&mut other, &term);
            assert!(
                other.events.rows.find(event).is_ok(),
                "{event} {term}: {:?}",
                other.prompt.refusal
            );
        }
    }
}

#[test]
fn fields_and_values_are_completed() {
    let check = |line: &str, presses: usize, expected: &str| {
        let mut app = case(NARROW);
        play(&mut app, [Action::Show(Mode::Filter), typed(line)]);
        play(&mut app, std::iter::repeat_n(Action::Complete, presses));
        assert_eq!(app.prompt.text(), expected, "{line}");
    };
    check("outc", 1, "outcome:");
    check("outcome:f", 1, "outcome:failure");
    check("id:1 and prov", 1, "id:1 and provider:");
    check("provider:U", 1, "provider:UDR");
    check("(not JoinReq", 1, "(not JoinRequestType:");
    check("HttpStatus=", 1, "HttpStatus=400");
    check("zzz", 1, "zzz");
    check("level>=", 1, "level>=verbose");
    check("level>=", 3, "level>=warning");
    check("level>=", 6, "level>=verbose");
}

#[test]
fn a_search_goes_on_with_one_key() {
    let mut app = case(NARROW);
    line(&mut app, Mode::Search, "token has expired");
    assert_eq!(app.mode, Mode::Timeline);
    let found = app.events.selected();
    let seek = |direction| Action::Seek(Target::Match, direction);
    play(&mut app, [seek(Direction::Next)]);
    let told = app.message.clone().unwrap_or_default();
    assert!(
        app.events.selected() != found || told.contains("no match after"),
        "{told}"
    );
    line(&mut app, Mode::Search, "nowhere at all");
    assert!(
        app.message
            .as_deref()
            .is_some_and(|it| it.contains("no match"))
    );
    let mut app = case(NARROW);
    play(&mut app, [seek(Direction::Next)]);
    assert!(
        app.message
            .as_deref()
            .is_some_and(|it| it.contains("nothing was searched"))
    );
}

#[test]
fn marks_and_notes_are_kept_listed_and_gone_to() {
    let mut app = case(NARROW);
    play(&mut app, [Action::Show(Mode::Timeline), Action::ToggleMark]);
    assert_eq!(app.notes.of(EventId(0)), Some(""));
    play(&mut app, [Action::Seek(Target::Failure, Direction::Next)]);
    line(&mut app, Mode::Note, "ask who holds it");
    assert_eq!(app.notes.of(EventId(3)), Some("ask who holds it"));
    play(&mut app, [Action::ToggleMark]);
    assert_eq!(app.notes.len(), 2, "a note is not lost by a key");
    assert!(screen(&app).contains("* [ask who"), "{}", screen(&app));
    play(&mut app, [Action::Seek(Target::Mark, Direction::Previous)]);
    assert_eq!(app.events.selected(), Some(EventId(0)));
    play(&mut app, [Action::Show(Mode::Notes), Action::Open]);
    assert_eq!(
        (app.mode, app.events.selected()),
        (Mode::Detail, Some(EventId(0)))
    );
    play(&mut app, [Action::ToggleMark]);
    assert_eq!(app.notes.len(), 1);
}

#[test]
fn unsaved_marks_are_told_of_before_the_end() {
    let mut app = case(NARROW);
    play(&mut app, [Action::Show(Mode::Timeline), Action::ToggleMark]);
    assert_eq!(update(&mut app, Action::Quit), Effect::Draw);
    assert!(
        app.message
            .as_deref()
            .is_some_and(|it| it.contains("1 mark is saved nowhere"))
    );
    // Another key takes the question back.
    update(&mut app, Action::Back);
    assert_eq!(update(&mut app, Action::Quit), Effect::Draw);
    assert_eq!(update(&mut app, Action::Quit), Effect::Quit);
    app.can_save = true;
    assert_eq!(update(&mut app, Action::Quit), Effect::Quit);
}

#[test]
fn actions_are_done_by_their_names() {
    let mut app = case(NARROW);
    line(&mut app, Mode::Command, "gaps");
    assert_eq!(app.mode, Mode::Gaps);
    line(&mut app, Mode::Command, "next-gap");
    assert_eq!(
        (app.mode, app.events.selected()),
        (Mode::Timeline, Some(EventId(2)))
    );
    line(&mut app, Mode::Command, "e9");
    assert_eq!(app.events.selected(), Some(EventId(8)));
    line(&mut app, Mode::Command, "no such thing");
    assert_eq!(app.mode, Mode::Command);
    assert!(screen(&app).contains("nothing is called no such thing"));
    play(&mut app, [Action::Back]);
    assert_eq!(app.mode, Mode::Detail);
    play(&mut app, [Action::Show(Mode::Command), typed("quit")]);
    assert_eq!(update(&mut app, Action::Accept), Effect::Quit);
}

#[test]
fn from_the_home_the_worst_gap_and_the_failure_of_the_verdict_are_one_key_away() {
    let mut app = case(NARROW);
    play(&mut app, [Action::Seek(Target::Gap, Direction::Next)]);
    assert_eq!(
        (app.mode, app.events.selected()),
        (Mode::Timeline, Some(EventId(2)))
    );
    let mut app = case(NARROW);
    play(&mut app, [Action::Seek(Target::Failure, Direction::Next)]);
    assert_eq!(app.events.selected(), Some(EventId(8)));
    play(&mut app, [Action::Back]);
    assert_eq!(app.mode, Mode::Findings);
}

#[test]
fn exchanges_obey_the_filter_that_is_typed_over_them() {
    let mut app = expired(NARROW);
    play(&mut app, [Action::Show(Mode::Http)]);
    let all = app.http.len();
    play(
        &mut app,
        [Action::Show(Mode::Filter), typed("not endpoint:token")],
    );
    assert_eq!(app.screen(), Mode::Http);
    assert!(!app.http.is_empty() && app.http.len() < all);
    let text = screen(&app);
    assert!(text.contains("hidden by not endpoint:token"), "{text}");
    play(&mut app, [Action::Accept]);
    assert_eq!(app.mode, Mode::Http);
    play(&mut app, [Action::Refilter(Direction::Previous)]);
    assert_eq!(app.http.len(), all);
}
