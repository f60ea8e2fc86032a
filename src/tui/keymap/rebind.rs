//! Keys that the user gives to actions, as a text: `name = key key`, one action a line.

use rustc_hash::FxHashMap;

use super::{Binding, EVERY, GROUPS, Keymap, bindings};
use crate::timeline::nearest;
use crate::tui::chord::Chord;

impl Keymap {
    /// The table with the keys of a text in place of its own.
    ///
    /// A line that begins with `#` is a remark. An action without keys behind the `=` has none.
    ///
    /// # Errors
    /// One sentence a fault: a line that is no such line, a name or a key that there is not, with the
    /// nearest there is, and a key that would mean two things on one screen.
    pub(in crate::tui) fn parse(text: &str) -> Result<Self, Vec<String>> {
        let mut rebound = FxHashMap::default();
        let mut faults = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match parse_line(line) {
                Ok((name, keys)) => drop(rebound.insert(name, keys)),
                Err(fault) => faults.push(format!("line {number}: {fault}")),
            }
        }
        let keymap = Self { rebound };
        faults.extend(keymap.clashes());
        if faults.is_empty() {
            Ok(keymap)
        } else {
            Err(faults)
        }
    }

    /// Keys that mean two things in one mode.
    fn clashes(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for mode in EVERY {
            let mut seen: Vec<(Chord, &'static Binding)> = Vec::new();
            for binding in bindings(*mode) {
                for key in self.of(binding) {
                    let other = seen.iter().find(|(other, _)| other == key);
                    if let Some((_, other)) = other
                        && other.name != binding.name
                        && (self.is_rebound(binding) || self.is_rebound(other))
                    {
                        let (key, one, two) = (key.name(), other.name, binding.name);
                        faults.push(format!("{key} would be both {one} and {two}"));
                    }
                    seen.push((*key, binding));
                }
            }
        }
        faults.sort_unstable();
        faults.dedup();
        faults
    }

    fn is_rebound(&self, binding: &Binding) -> bool {
        self.rebound.contains_key(binding.name)
    }
}

fn parse_line(line: &str) -> Result<(&'static str, Vec<Chord>), String> {
    let (name, keys) = line
        .split_once('=')
        .ok_or_else(|| format!("`{line}` is not of the form name = key"))?;
    let name = name.trim();
    let all = || GROUPS.iter().flat_map(|group| group.bindings);
    let known = all().find(|binding| binding.name == name).ok_or_else(|| {
        let names = all().map(|binding| binding.name.to_owned());
        let near = nearest(name, names);
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        format!("no action is called `{name}`{near}")
    })?;
    let keys = keys.split_whitespace().map(|key| {
        Chord::parse(key).ok_or_else(|| {
            format!("`{key}` is no key; keys are called x, X, Space, Enter, Tab, F1, PgDn, Ctrl-x")
        })
    });
    Ok((known.name, keys.collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::action::Action;
    use crate::tui::app::Mode;

    #[test]
    fn keys_are_given_to_actions_by_name() {
        let keymap = Keymap::parse("# mine\nquit = Q Ctrl-q\n zoom =\n").expect("a sound text");
        let pressed = |key: &str| {
            let chord = Chord::parse(key).expect("a key");
            keymap.action(Mode::Timeline, chord.event())
        };
        assert_eq!(pressed("Q"), Some(Action::Quit));
        assert_eq!(pressed("Ctrl-q"), Some(Action::Quit));
        assert_eq!(pressed("q"), None);
        assert_eq!(pressed("z"), None);
        assert_eq!(
            pressed("g"),
            Keymap::default().action(Mode::Timeline, Chord::parse("g").expect("a key").event())
        );
    }

    #[test]
    fn what_is_not_there_is_refused_with_the_nearest_that_is() {
        let check = |text: &str, expected: &str| {
            let faults = Keymap::parse(text).expect_err(text).join("; ");
            assert!(faults.contains(expected), "{text}: {faults}");
        };
        check(
            "quti = Q",
            "line 1: no action is called `quti`; did you mean `quit`?",
        );
        check("\nquit = Hyper-q", "line 2: `Hyper-q` is no key");
        check("quit", "is not of the form");
        check("quit = j", "j would be both down and quit");
    }

    #[test]
    fn every_key_of_the_table_is_read_by_its_name() {
        for binding in GROUPS.iter().flat_map(|group| group.bindings) {
            for key in binding.keys {
                assert_eq!(Chord::parse(&key.name()), Some(*key), "{}", key.name());
            }
        }
    }
}
