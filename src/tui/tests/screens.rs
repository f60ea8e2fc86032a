//! What each screen looks like at two sizes, and what no screen ever shows.

use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};

use super::super::action::{Action, Direction, Move, Target};
use super::super::app::{App, Mode};
use super::super::keymap::EVERY;
use super::super::theme::Theme;
use super::super::update::update;
use super::super::{Options, draw, lists};
use super::{NARROW, WIDE, buffer, case, filter, nothing, options, play, screen};
use crate::model::Zone;

/// Holds a screen at both sizes against what was accepted.
fn check(name: &str, prepare: impl Fn(&mut App)) {
    for size in [NARROW, WIDE] {
        let mut app = case(size);
        prepare(&mut app);
        let settings = {
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path("../snapshots");
            settings.set_omit_expression(true);
            settings
        };
        let name = format!("{name}_{}x{}", size.width, size.height);
        settings.bind(|| insta::assert_snapshot!(name, screen(&app)));
    }
}

/// Goes to the event of the step that failed.
fn to_the_failure(app: &mut App) {
    play(
        app,
        [Action::Show(Mode::Phases), Action::Open, Action::Open],
    );
}

#[test]
fn findings() {
    check("findings", |_| ());
}

#[test]
fn findings_evidence() {
    check("findings_evidence", |app| {
        play(app, [Action::SwitchPane, Action::Move(Move::Down)]);
    });
}

#[test]
fn findings_consequence() {
    check("findings_consequence", |app| {
        let down = Action::Move(Move::Down);
        play(app, [down.clone(), down, Action::SwitchPane]);
    });
}

#[test]
fn findings_folded() {
    check("findings_folded", |app| {
        play(app, [Action::Fold, Action::Move(Move::Down)]);
    });
}

#[test]
fn findings_cannot_tell() {
    check("findings_cannot_tell", |app| {
        play(app, [Action::Move(Move::Last)]);
    });
}

#[test]
fn attempts() {
    check("attempts", |app| {
        update(app, Action::Show(Mode::Phases));
    });
}

#[test]
fn attempts_second() {
    check("attempts_rollback", |app| {
        play(app, [Action::Show(Mode::Phases), Action::Move(Move::Down)]);
    });
}

#[test]
fn timeline() {
    check("timeline", |app| {
        play(
            app,
            [Action::Show(Mode::Timeline), Action::Move(Move::Last)],
        );
    });
}

#[test]
fn timeline_from_a_step() {
    check("timeline_from_step", |app| {
        to_the_failure(app);
        update(app, Action::ToggleZero);
    });
}

#[test]
fn timeline_filtered() {
    check("timeline_filtered", |app| {
        filter(app, "provider:UDR and level<=info");
    });
}

#[test]
fn filter_refused() {
    check("filter_refused", |app| filter(app, "levl>=warn"));
}

#[test]
fn detail() {
    check("detail", |app| {
        to_the_failure(app);
        update(app, Action::Zoom);
    });
}

#[test]
fn detail_of_hostile_text() {
    check("detail_hostile", |app| {
        filter(app, "provider:Contoso-Agent id:7");
        update(app, Action::Zoom);
    });
}

#[test]
fn gaps() {
    check("gaps", |app| play(app, [Action::Show(Mode::Gaps)]));
}

#[test]
fn gap_in_the_timeline() {
    let next = Action::Seek(Target::Gap, Direction::Next);
    check("timeline_gap", |app| {
        play(app, [Action::Show(Mode::Timeline), next.clone()]);
    });
}

#[test]
fn blindspots() {
    check("blindspots", |app| {
        play(app, [Action::Show(Mode::Blindspots)]);
    });
}

#[test]
fn verdict() {
    check("verdict", |app| play(app, [Action::Show(Mode::Verdict)]));
}

#[test]
fn help() {
    check("help", |app| {
        play(
            app,
            [Action::Show(Mode::Timeline), Action::Show(Mode::Help)],
        );
    });
}

#[test]
fn nothing_at_all_has_screens_too() {
    for mode in EVERY.iter().copied() {
        let mut app = nothing(NARROW);
        play(
            &mut app,
            [Action::Show(mode), Action::Open, Action::Move(Move::Down)],
        );
        let screen = screen(&app);
        assert!(
            screen.contains("No attempt to join was found"),
            "{mode:?}:\n{screen}"
        );
    }
}

#[test]
fn every_size_can_be_drawn() {
    for (width, height) in [
        (10, 3),
        (1, 1),
        (0, 0),
        (3, 40),
        (200, 2),
        (119, 9),
        (120, 10),
        (200, 40),
    ] {
        for mode in EVERY.iter().copied() {
            for mut app in [case(NARROW), nothing(NARROW)] {
                play(
                    &mut app,
                    [Action::Resize(Size { width, height }), Action::Show(mode)],
                );
                buffer(&app);
                play(
                    &mut app,
                    [Action::Zoom, Action::Move(Move::Last), Action::SwitchPane],
                );
                buffer(&app);
            }
        }
    }
}

/// A resize is told only after the frame that already has the new size may have been drawn.
#[test]
fn a_frame_of_another_size_than_the_state_knows_can_be_drawn() {
    let app = case(WIDE);
    let backend = ratatui::backend::TestBackend::new(20, 5);
    let mut terminal = ratatui::Terminal::new(backend).expect("a test terminal");
    terminal
        .draw(|frame| draw::draw(&app, frame))
        .expect("a test terminal");
}

#[test]
fn the_selection_stays_in_sight_when_the_terminal_changes() {
    let mut app = case(WIDE);
    play(
        &mut app,
        [Action::Show(Mode::Timeline), Action::Move(Move::Last)],
    );
    for height in (4..40).rev().chain(4..40) {
        update(&mut app, Action::Resize(Size { width: 80, height }));
        assert!(
            screen(&app).contains("> undated"),
            "{height}:\n{}",
            screen(&app)
        );
    }
}

#[test]
fn no_cell_of_any_screen_holds_a_character_that_drives_terminals() {
    for size in [NARROW, WIDE] {
        for query in ["id:7", "level>=verbose"] {
            let mut app = case(size);
            filter(&mut app, query);
            for action in [Action::Move(Move::Down), Action::Zoom] {
                update(&mut app, action);
                for cell in buffer(&app).content() {
                    let is_hostile = |letter: char| {
                        letter.is_control()
                            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
                    };
                    assert!(
                        !cell.symbol().chars().any(is_hostile),
                        "{:?}",
                        cell.symbol()
                    );
                    assert!(cell.symbol().chars().count() <= 6, "{:?}", cell.symbol());
                }
            }
        }
    }
}

#[test]
fn without_colour_there_is_none_and_the_selection_is_still_seen() {
    for mode in EVERY.iter().copied() {
        let mut app = case(WIDE);
        app.theme = Theme::new(Options {
            color: false,
            ..options()
        });
        update(&mut app, Action::Show(mode));
        let buffer = buffer(&app);
        let colored =
            |cell: &ratatui::buffer::Cell| cell.fg != Color::Reset || cell.bg != Color::Reset;
        assert!(!buffer.content().iter().any(colored), "{mode:?}");
        let reversed = |cell: &ratatui::buffer::Cell| cell.modifier.contains(Modifier::REVERSED);
        let is_empty = app.lists.of(mode).is_some() && lists::len(&app, mode) == 0;
        if !matches!(mode, Mode::Verdict | Mode::Help | Mode::Detail) && !is_empty {
            assert!(buffer.content().iter().any(reversed), "{mode:?}");
        }
    }
}

#[test]
fn ascii_terminals_get_ascii_signs_and_lines() {
    for mode in EVERY.iter().copied() {
        let mut app = case(NARROW);
        app.theme = Theme::new(Options {
            ascii: true,
            ..options()
        });
        // What was said with other signs is said anew in another width.
        play(&mut app, [WIDE, NARROW].map(Action::Resize));
        // The made-up case has other characters in one event only.
        filter(&mut app, "not id:7");
        update(&mut app, Action::Show(mode));
        assert!(screen(&app).is_ascii(), "{}", screen(&app));
    }
}

#[test]
fn times_are_shown_in_the_zone_that_is_named() {
    let mut app = case(NARROW);
    app.zone = Zone::Offset(-330);
    to_the_failure(&mut app);
    let screen = screen(&app);
    assert!(
        screen.contains("UTC-05:30") && screen.contains("02:40:22.900"),
        "{screen}"
    );
}
