//! The findings screen: what stands under what, and how evidence is reached.

use super::super::action::{Action, Direction, Move, Target};
use super::super::app::{App, Mode, Pane};
use super::super::findings::{Findings, Row};

use super::super::update::update;
use super::{NARROW, WIDE, case, filter, fixture, nothing, play, screen};
use crate::model::{EventId, Report};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Size;

/// Findings by id and what they come from, an id with `~` being a state, against the listed ones:
/// each with its place and how deep it stands.
fn check(findings: &[(&str, &[&str])], expected: &[(usize, usize)]) {
    let report = Report {
        findings: findings
            .iter()
            .map(|(id, causes)| {
                let mut found = fixture::finding(id.trim_start_matches('~'), "title", causes);
                found.background = id.starts_with('~');
                found
            })
            .collect(),
        ..fixture::empty()
    };
    let mut state = Findings::of(&report);
    let mut place = 0;
    while place < state.rows.len() {
        state.list.selected = place;
        state.unfold(&report);
        place += 1;
    }
    let listed: Vec<(usize, usize)> = state
        .rows
        .iter()
        .filter_map(|row| match row {
            Row::Finding { place, depth, .. } => Some((*place, *depth)),
            _ => None,
        })
        .collect();
    assert_eq!(listed, expected, "{findings:?}");
}

#[test]
fn findings_stand_under_what_they_come_from() {
    check(&[], &[]);
    check(&[("f1", &[]), ("f2", &[])], &[(0, 0), (1, 0)]);
    check(
        &[("f1", &[]), ("f2", &["f1"]), ("f3", &["f2"])],
        &[(0, 0), (1, 1), (2, 2)],
    );
    check(
        &[("f1", &[]), ("f2", &[]), ("f3", &["f1"]), ("f4", &["f2"])],
        &[(0, 0), (2, 1), (1, 0), (3, 1)],
    );
    // Of several causes the first one has it.
    check(
        &[("f1", &[]), ("f2", &[]), ("f3", &["f1", "f2"])],
        &[(0, 0), (2, 1), (1, 0)],
    );
    // A state stands under what it explains; one that explains nothing stands alone.
    check(
        &[("f1", &["f2"]), ("~f2", &[]), ("~f3", &[])],
        &[(0, 0), (1, 1), (2, 0)],
    );
    // Causes that are not there, and circles, lose nothing.
    check(&[("f1", &["f9"])], &[(0, 0)]);
    check(
        &[("f1", &["f2"]), ("f2", &["f1"]), ("f3", &["f3"])],
        &[(0, 0), (1, 1), (2, 0)],
    );
    check(&[("~f1", &["f2"]), ("~f2", &["f1"])], &[(0, 0), (1, 1)]);
}

fn press(app: &mut App, keys: &[KeyCode]) {
    for code in keys {
        let key = KeyEvent::new(*code, KeyModifiers::NONE);
        let action = app.keys.action(app.mode, key).expect("the key is bound");
        update(app, action);
    }
}

fn selected(app: &App) -> Option<u32> {
    app.events.selected().map(|EventId(place)| place + 1)
}

#[test]
fn the_home_is_the_finding_of_the_verdict() {
    let app = case(NARROW);
    assert_eq!((app.mode, app.pane), (Mode::Findings, Pane::Main));
    assert!(matches!(
        app.findings.selected(),
        Some(Row::Finding {
            place: 0,
            depth: 0,
            ..
        })
    ));
    assert_eq!(nothing(NARROW).mode, Mode::Phases);
}

#[test]
fn the_token_is_reached_from_home_in_four_keys_at_most() {
    let (enter, tab) = (KeyCode::Enter, KeyCode::Tab);
    let ways: [&[KeyCode]; 3] = [
        &[tab, enter],
        &[enter, enter],
        &[KeyCode::Left, enter, enter, enter],
    ];
    for size in [NARROW, WIDE] {
        for keys in ways {
            let mut app = case(size);
            press(&mut app, keys);
            let shown = if size == WIDE {
                Mode::Timeline
            } else {
                Mode::Detail
            };
            assert_eq!((app.mode, selected(&app)), (shown, Some(2)));
            assert!(keys.len() <= 4);
            press(&mut app, &[KeyCode::Esc]);
            assert_eq!((app.mode, app.pane), (Mode::Findings, Pane::Side));
            press(&mut app, &[KeyCode::Down, enter]);
            assert_eq!(selected(&app), Some(8), "the next line of evidence");
            press(&mut app, &[KeyCode::Esc, KeyCode::Esc]);
            assert_eq!((app.mode, app.pane), (Mode::Findings, Pane::Main));
        }
    }
}

#[test]
fn what_comes_from_a_root_is_folded_and_titles_are_passed_over() {
    let mut app = case(NARROW);
    let rows = |app: &App| app.findings.rows.len();
    assert_eq!(rows(&app), 7);
    play(&mut app, [Action::Move(Move::Down), Action::Fold]);
    assert_eq!((rows(&app), app.findings.list.selected), (7, 0));
    play(&mut app, [Action::Fold, Action::Fold]);
    assert_eq!(rows(&app), 5);
    for row in [2, 4, 4] {
        update(&mut app, Action::Move(Move::Down));
        assert_eq!(app.findings.list.selected, row);
    }
    for row in [2, 0, 0] {
        update(&mut app, Action::Move(Move::Up));
        assert_eq!(app.findings.list.selected, row);
    }
    update(&mut app, Action::Unfold);
    assert_eq!(rows(&app), 7);
}

#[test]
fn every_line_can_be_brought_into_sight() {
    for (size, tree) in [(NARROW, 3), (WIDE, 3), (Size::new(40, 12), 5)] {
        for row in 0..tree {
            let mut app = case(size);
            play(&mut app, std::iter::repeat_n(Action::Move(Move::Down), row));
            play(&mut app, [Action::SwitchPane, Action::Move(Move::First)]);
            for number in 0..app.findings.about.lines.len() {
                assert_eq!(app.findings.about.selected, number);
                let line = &app.findings.about.lines[number];
                let text = format!("{}{}", line.name, line.text);
                let shown = screen(&app);
                assert!(shown.contains(text.trim_end()), "{text}:\n{shown}");
                update(&mut app, Action::Move(Move::Down));
            }
        }
    }
}

#[test]
fn a_line_of_evidence_stays_selected_when_the_terminal_changes() {
    let mut app = case(WIDE);
    play(&mut app, [Action::SwitchPane, Action::Move(Move::Down)]);
    for size in [NARROW, Size::new(40, 12), WIDE] {
        update(&mut app, Action::Resize(size));
        assert_eq!(app.findings.about.event(), Some(EventId(7)), "{size:?}");
    }
}

#[test]
fn a_line_that_names_no_event_leads_nowhere() {
    let mut app = case(NARROW);
    let to_the_text = [Action::SwitchPane, Action::Move(Move::First), Action::Open];
    play(&mut app, to_the_text);
    assert_eq!(app.mode, Mode::Findings);
    assert!(app.message.is_some());
}

#[test]
fn evidence_is_sought_in_the_timeline_in_both_directions() {
    let check = |query: &str, direction, expected: &[u32]| {
        let mut app = case(NARROW);
        filter(&mut app, query);
        let from = match direction {
            Direction::Next => Move::First,
            Direction::Previous => Move::Last,
        };
        update(&mut app, Action::Move(from));
        for event in expected {
            update(&mut app, Action::Seek(Target::Evidence, direction));
            assert_eq!(selected(&app), Some(*event), "{query} {direction:?}");
            let told = app.message.clone().unwrap_or_default();
            assert!(told.contains(" of f"), "{told}");
        }
        update(&mut app, Action::Seek(Target::Evidence, direction));
        assert_eq!(selected(&app), expected.last().copied());
        let told = app.message.clone().unwrap_or_default();
        assert!(told.contains("no evidence"), "{told}");
    };
    check("", Direction::Next, &[2, 4, 8, 9, 10, 12, 13]);
    check("", Direction::Previous, &[12, 10, 9, 8, 4, 2]);
    check("provider:UDR", Direction::Next, &[2, 8, 9, 10]);
}
