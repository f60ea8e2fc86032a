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
    #[cfg(test)]
    pub(super) fn event(self) -> KeyEvent {
        KeyEvent::new(self.0, self.1)
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
