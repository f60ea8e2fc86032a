//! The table of keys: no key means two things, every key does something everywhere it is bound.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::Size;

use super::super::action::{Action, Edit};
use super::super::app::Mode;
use super::super::keymap::{EVERY, GROUPS, Keymap, bindings, pasted};
use super::super::update::update;
use super::{NARROW, WIDE, buffer, case, nothing, play, screen};

fn action(mode: Mode, key: KeyEvent) -> Option<Action> {
    Keymap::default().action(mode, key)
}

fn pressed(letter: char, modifiers: KeyModifiers) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(letter), modifiers)
}

#[test]
fn every_binding_can_be_pressed_in_every_mode_on_every_size() {
    let (tiny, wide) = (Size::new(10, 3), Size::new(120, 16));
    for size in [NARROW, wide, tiny] {
        for mode in EVERY.iter().copied() {
            for key in bindings(mode).filter_map(|binding| binding.keys.first()) {
                let Some(action) = action(mode, key.event()) else {
                    continue;
                };
                for mut app in [case(size), nothing(size)] {
                    play(&mut app, [Action::Show(mode), action.clone()]);
                    buffer(&app);
                }
            }
        }
    }
}

#[test]
fn long_walks_through_all_keys_end_well() {
    for size in [NARROW, WIDE] {
        let mut app = case(size);
        // Steps of different lengths through the table visit its keys in many orders.
        let keys: Vec<_> = GROUPS
            .iter()
            .flat_map(|group| group.bindings)
            .flat_map(|binding| binding.keys)
            .collect();
        for stride in (1..keys.len()).step_by(4) {
            for place in 0..keys.len() {
                let key = keys[place * stride % keys.len()];
                if let Some(action) = action(app.mode, key.event()) {
                    update(&mut app, action);
                }
            }
            buffer(&app);
        }
    }
}

#[test]
fn no_key_means_two_things_in_one_mode() {
    for mode in EVERY.iter().copied() {
        let mut seen = Vec::new();
        for binding in bindings(mode) {
            for key in binding.keys {
                assert!(
                    !seen.contains(key),
                    "{} is bound twice in {mode:?}",
                    key.name()
                );
                seen.push(*key);
            }
        }
    }
}

#[test]
fn one_name_is_one_action() {
    let all = || GROUPS.iter().flat_map(|group| group.bindings);
    for binding in all() {
        let same = all().filter(|other| other.name == binding.name);
        for other in same {
            assert_eq!(binding.action, other.action, "{}", binding.name);
        }
        let others = all().filter(|other| other.action == binding.action);
        for other in others {
            assert_eq!(binding.name, other.name, "{:?}", binding.action);
        }
    }
}

#[test]
fn every_mode_can_be_quit_and_left() {
    for mode in EVERY.iter().copied() {
        let ctrl_c = action(mode, pressed('c', KeyModifiers::CONTROL));
        assert_eq!(ctrl_c, Some(Action::Quit), "{mode:?}");
        let escape = action(mode, KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
        assert_eq!(escape, Some(Action::Back), "{mode:?}");
        let q = action(mode, pressed('q', KeyModifiers::NONE));
        if mode.is_typing() {
            assert_eq!(q, Some(Action::Edit(Edit::Insert("q".to_owned()))));
        } else {
            assert_eq!(q, Some(Action::Quit), "{mode:?}");
        }
    }
}

#[test]
fn the_help_names_every_key_and_what_it_does() {
    let mut app = case(Size {
        width: 120,
        height: 500,
    });
    update(&mut app, Action::Show(Mode::Help));
    let help = screen(&app);
    for binding in GROUPS.iter().flat_map(|group| group.bindings) {
        assert!(
            help.contains(binding.long),
            "{} is not in the help",
            binding.long
        );
        for key in binding.keys {
            assert!(
                help.contains(&key.name()),
                "{} is not in the help",
                key.name()
            );
        }
    }
}

#[test]
fn letters_come_with_and_without_shift() {
    let shifted = action(Mode::Timeline, pressed('G', KeyModifiers::SHIFT));
    assert_eq!(
        shifted,
        action(Mode::Timeline, pressed('G', KeyModifiers::NONE))
    );
    assert!(shifted.is_some());
    let typed = |modifiers| action(Mode::Filter, pressed('@', modifiers));
    assert_eq!(
        typed(KeyModifiers::NONE),
        typed(KeyModifiers::CONTROL | KeyModifiers::ALT)
    );
    assert!(typed(KeyModifiers::NONE).is_some());
}

#[test]
fn keys_that_are_let_go_and_text_pasted_over_a_screen_do_nothing() {
    let mut key = pressed('q', KeyModifiers::NONE);
    key.kind = KeyEventKind::Release;
    assert_eq!(action(Mode::Phases, key), None);
    assert_eq!(pasted(Mode::Timeline, "q"), None);
    assert!(pasted(Mode::Filter, "id:1").is_some());
}
