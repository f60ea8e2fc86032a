//! A key as it is bound, pressed and named.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chord(pub(super) KeyCode, pub(super) KeyModifiers);

/// A key alone.
pub(super) const fn key(code: KeyCode) -> Chord {
    Chord(code, KeyModifiers::NONE)
}

/// A letter, large or small.
pub(super) const fn letter(letter: char) -> Chord {
    key(KeyCode::Char(letter))
}

/// A letter with the control key held.
pub(super) const fn ctrl(letter: char) -> Chord {
    Chord(KeyCode::Char(letter), KeyModifiers::CONTROL)
}

impl Chord {
    /// What was pressed. A letter says itself whether shift was held.
    pub(super) fn of(key: KeyEvent) -> Self {
        let both = KeyModifiers::CONTROL | KeyModifiers::ALT;
        let modifiers = key.modifiers & both;
        // AltGr comes as both; it is part of typing a letter such as `@`.
        let is_typed = modifiers == both && matches!(key.code, KeyCode::Char(_));
        Self(
            key.code,
            if is_typed {
                KeyModifiers::NONE
            } else {
                modifiers
            },
        )
    }

    /// The key event that a terminal sends for it.
    pub(super) fn event(self) -> KeyEvent {
        KeyEvent::new(self.0, self.1)
    }

    /// The key of a name, as [`Self::name`] gives it; letters of names of keys may be small.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (modifiers, rest) = match name.get(..5) {
            Some(lead) if lead.eq_ignore_ascii_case("ctrl-") && name.len() > 5 => {
                (KeyModifiers::CONTROL, name.get(5..)?)
            }
            _ => (KeyModifiers::NONE, name),
        };
        let mut letters = rest.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            return (!letter.is_control()).then_some(Self(KeyCode::Char(letter), modifiers));
        }
        let code = match rest.to_ascii_lowercase().as_str() {
            "space" => KeyCode::Char(' '),
            "enter" => KeyCode::Enter,
            "tab" => KeyCode::Tab,
            "shift-tab" => KeyCode::BackTab,
            "esc" => KeyCode::Esc,
            "del" => KeyCode::Delete,
            "insert" => KeyCode::Insert,
            "backspace" => KeyCode::Backspace,
            "pgup" => KeyCode::PageUp,
            "pgdn" => KeyCode::PageDown,
            "home" => KeyCode::Home,
            "end" => KeyCode::End,
            "up" => KeyCode::Up,
            "down" => KeyCode::Down,
            "left" => KeyCode::Left,
            "right" => KeyCode::Right,
            other => {
                let number = other.strip_prefix('f')?.parse().ok()?;
                (1..=12).contains(&number).then_some(KeyCode::F(number))?
            }
        };
        Some(Self(code, modifiers))
    }

    /// Its name, as the help prints it.
    pub(super) fn name(self) -> String {
        let name = match self.0 {
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::Char(letter) => letter.to_string(),
            KeyCode::F(number) => format!("F{number}"),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            KeyCode::BackTab => "Shift-Tab".to_owned(),
            KeyCode::Esc => "Esc".to_owned(),
            KeyCode::Delete => "Del".to_owned(),
            code => format!("{code:?}"),
        };
        if self.1.contains(KeyModifiers::CONTROL) {
            format!("Ctrl-{name}")
        } else {
            name
        }
    }
}
