//! What actions do to the state.

use super::super::action::{Action, Direction, Edit, Effect, Move, Target};
use super::super::app::{App, Mode, Pane};
use super::super::update::update;
use super::{NARROW, WIDE, case, filter, nothing, play, tried};
use crate::model::EventId;

fn selected(app: &App) -> Option<u32> {
    app.events.selected().map(|EventId(place)| place + 1)
}

#[test]
fn attempts_open_at_the_failed_step_that_the_verdict_is_about() {
    let app = tried(NARROW);
    assert_eq!((app.mode, app.pane), (Mode::Phases, Pane::Main));
    assert_eq!((app.attempts.selected, app.steps.selected), (0, 4));
}

#[test]
fn enter_follows_a_step_to_its_event_and_escape_comes_back() {
    let mut app = tried(NARROW);
    play(&mut app, [Action::Open]);
    assert_eq!(app.pane, Pane::Side);
    play(&mut app, [Action::Open]);
    assert_eq!((app.mode, selected(&app)), (Mode::Detail, Some(9)));
    play(&mut app, [Action::Zoom]);
    assert_eq!(app.mode, Mode::Timeline);
    play(&mut app, [Action::Zoom, Action::Back]);
    assert_eq!(app.mode, Mode::Timeline);
    play(&mut app, [Action::Back]);
    assert_eq!((app.mode, app.pane), (Mode::Phases, Pane::Side));
    play(&mut app, [Action::Back, Action::Back, Action::Back]);
    assert_eq!((app.mode, app.pane), (Mode::Phases, Pane::Main));
}

#[test]
fn on_a_wide_terminal_enter_gives_the_detail_the_keys() {
    let mut app = case(WIDE);
    play(&mut app, [Action::Show(Mode::Timeline), Action::Open]);
    assert_eq!((app.mode, app.pane), (Mode::Timeline, Pane::Side));
    play(&mut app, [Action::Open]);
    assert_eq!(app.mode, Mode::Detail);
    play(&mut app, [Action::Zoom]);
    assert_eq!(app.mode, Mode::Timeline);
    play(&mut app, [Action::SwitchPane, Action::Resize(NARROW)]);
    assert_eq!(app.pane, Pane::Main, "a pane that is gone has no keys");
}

#[test]
fn another_attempt_shows_its_own_steps() {
    let mut app = tried(NARROW);
    play(&mut app, [Action::Move(Move::Down)]);
    assert_eq!((app.attempts.selected, app.steps.selected), (1, 0));
    play(
        &mut app,
        [Action::Open, Action::Move(Move::Down), Action::Open],
    );
    assert_eq!(selected(&app), Some(10));
}

#[test]
fn a_filter_keeps_the_selected_event_or_goes_to_the_next() {
    let mut app = tried(NARROW);
    play(&mut app, [Action::Open, Action::Open]);
    filter(&mut app, "provider:UDR");
    assert_eq!((app.events.rows.len(), selected(&app)), (6, Some(9)));
    filter(&mut app, "id:10 or id:100");
    assert_eq!((app.events.rows.len(), selected(&app)), (2, Some(11)));
    play(&mut app, [Action::Back]);
    assert_eq!((app.events.rows.len(), selected(&app)), (13, Some(11)));
    assert_eq!(app.events.filter, None);
    assert_eq!(
        app.mode,
        Mode::Timeline,
        "the first escape clears the filter"
    );
    filter(&mut app, "");
    assert_eq!((app.events.rows.len(), app.mode), (13, Mode::Timeline));
}

#[test]
fn a_refused_filter_stays_in_the_prompt_with_the_reason() {
    let mut app = case(NARROW);
    for query in ["levl:3", "level>=", "(id:1", "id:1 )", "NoSuchField:1"] {
        filter(&mut app, query);
        assert_eq!(app.mode, Mode::Filter, "{query}");
        assert_eq!(app.prompt.text(), query);
        assert!(app.prompt.refusal.is_some(), "{query}");
        assert_eq!(app.events.rows.len(), 13, "{query}");
        update(&mut app, Action::Edit(Edit::Left));
        assert_eq!(app.prompt.refusal, None);
        update(&mut app, Action::Back);
        assert_eq!((app.mode, app.prompt.text()), (Mode::Timeline, query));
    }
}

#[test]
fn a_filter_that_matches_nothing_hides_everything() {
    let mut app = tried(NARROW);
    filter(&mut app, "id:4711");
    assert_eq!((app.events.rows.len(), selected(&app)), (0, None));
    let moves = [
        Action::Move(Move::Last),
        Action::Open,
        Action::Zoom,
        Action::ToggleZero,
    ];
    play(&mut app, moves);
    assert_eq!(app.mode, Mode::Timeline);
    play(&mut app, [Action::Back]);
    assert_eq!(app.events.rows.len(), 13);
}

#[test]
fn a_jump_puts_aside_the_filter_that_hides_its_event() {
    let mut app = case(NARROW);
    filter(&mut app, "provider:Contoso-Agent");
    play(&mut app, [Action::Show(Mode::Gaps), Action::Open]);
    assert_eq!(
        (app.events.filter.as_deref(), selected(&app)),
        (None, Some(3))
    );
    assert!(
        app.message
            .as_deref()
            .is_some_and(|message| message.contains("put aside"))
    );
    assert_eq!(app.prompt.text(), "provider:Contoso-Agent");
}

#[test]
fn failures_and_gaps_are_sought_in_both_directions() {
    let seek = |target, direction| Action::Seek(target, direction);
    let check = |from: usize, action: Action, expected: Option<u32>, told: bool| {
        let mut app = case(NARROW);
        play(&mut app, [Action::Show(Mode::Timeline)]);
        play(
            &mut app,
            std::iter::repeat_n(Action::Move(Move::Down), from - 1),
        );
        update(&mut app, action.clone());
        assert_eq!(selected(&app), expected, "{action:?} from e{from}");
        assert_eq!(
            app.message.is_some(),
            told,
            "{action:?} from e{from}: {:?}",
            app.message
        );
    };
    check(1, seek(Target::Failure, Direction::Next), Some(4), true);
    check(4, seek(Target::Failure, Direction::Next), Some(9), true);
    check(9, seek(Target::Failure, Direction::Next), Some(9), true);
    check(
        13,
        seek(Target::Failure, Direction::Previous),
        Some(9),
        true,
    );
    check(1, seek(Target::Failure, Direction::Previous), Some(1), true);
    check(1, seek(Target::Gap, Direction::Next), Some(3), true);
    // The other gap is no longer than it may be.
    check(3, seek(Target::Gap, Direction::Next), Some(3), true);
    check(8, seek(Target::Gap, Direction::Previous), Some(3), true);
    check(8, seek(Target::Gap, Direction::Next), Some(8), true);
}

#[test]
fn linked_events_are_followed_with_the_tie_named() {
    let mut app = case(NARROW);
    play(&mut app, [Action::Show(Mode::Timeline)]);
    let before = selected(&app);
    update(&mut app, Action::Follow(Direction::Previous));
    assert_eq!(selected(&app), before, "{:?}", app.message);
    let told = app.message.as_deref().unwrap_or_default();
    assert!(told.contains("no event before"), "{told}");
    let told = |app: &App| app.message.clone().unwrap_or_default();
    update(&mut app, Action::Follow(Direction::Next));
    assert_eq!(selected(&app), Some(2));
    assert!(told(&app).starts_with("exact"), "{}", told(&app));
    // A filter that hides the next one is put aside, and the detail stays open.
    filter(&mut app, "id:101");
    play(&mut app, [Action::Zoom]);
    update(&mut app, Action::Follow(Direction::Next));
    assert_eq!((selected(&app), app.mode), (Some(3), Mode::Detail));
    assert!(told(&app).contains("put aside"), "{}", told(&app));
}

#[test]
fn times_are_counted_from_the_zero_until_it_is_set_again() {
    let mut app = tried(NARROW);
    play(&mut app, [Action::Open, Action::Open, Action::ToggleZero]);
    assert_eq!(app.events.zero, Some(EventId(8)));
    play(
        &mut app,
        [Action::Zoom, Action::Move(Move::First), Action::ToggleZero],
    );
    assert_eq!(app.events.zero, Some(EventId(0)));
    play(&mut app, [Action::ToggleZero]);
    assert_eq!(app.events.zero, None);
    play(&mut app, [Action::Move(Move::Last), Action::ToggleZero]);
    assert_eq!(app.events.zero, None, "an undated event is no zero");
    assert!(app.message.is_some());
}

#[test]
fn the_detail_follows_the_selection_and_scrolls() {
    let mut app = tried(NARROW);
    play(
        &mut app,
        [Action::Open, Action::Open, Action::Move(Move::Last)],
    );
    let end = app.detail.cursor.selected;
    assert!(end > 0);
    play(&mut app, [Action::Move(Move::Down)]);
    assert_eq!(app.detail.cursor.selected, end, "the end is the end");
    play(&mut app, [Action::Neighbour(Direction::Next)]);
    assert_eq!((selected(&app), app.detail.cursor.selected), (Some(10), 0));
    play(&mut app, [Action::Neighbour(Direction::Previous)]);
    assert_eq!(selected(&app), Some(9));
}

#[test]
fn help_and_verdict_return_to_where_they_were_asked_for() {
    let mut app = case(NARROW);
    let asked = [Mode::Gaps, Mode::Help, Mode::Verdict, Mode::Help].map(Action::Show);
    play(&mut app, asked);
    play(&mut app, [Action::Move(Move::Last), Action::Back]);
    assert_eq!(app.mode, Mode::Gaps);
    play(&mut app, [Action::Back]);
    assert_eq!(app.mode, Mode::Gaps);
}

#[test]
fn only_quitting_ends_it() {
    let mut app = nothing(NARROW);
    for action in [Action::Open, Action::Back, Action::Accept, Action::Zoom] {
        assert_eq!(update(&mut app, action), Effect::Draw);
    }
    assert_eq!(update(&mut app, Action::Quit), Effect::Quit);
}
