//! Blind spots of many members of one archive, gathered so that sixty thousand locked members are
//! one sentence and not sixty thousand.

use std::collections::HashMap;

use crate::model::{Blindspot, BlindspotKind};

/// Why a member is not, or not plainly, an artifact. What is equal in it belongs together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) kind: BlindspotKind,
    /// Goes on after "12 members …", e.g. `need a password`.
    pub(super) many: String,
}

/// Members and what was noted about them.
#[derive(Debug, Default)]
pub(super) struct Notes {
    groups: Vec<(Reason, Vec<Note>)>,
    /// Place of each reason in `groups` by its text, which says the kind too.
    places: HashMap<String, usize>,
}

#[derive(Debug)]
struct Note {
    path: String,
    /// The whole sentence for this member alone.
    sentence: String,
}

/// Up to so many members get a blind spot each.
const FEW: usize = 3;

impl Notes {
    /// Notes something about one member.
    pub(super) fn add(&mut self, reason: Reason, path: &str, sentence: String) {
        let note = Note {
            path: path.to_owned(),
            sentence,
        };
        let place = *self
            .places
            .entry(reason.many.clone())
            .or_insert(self.groups.len());
        match self.groups.get_mut(place) {
            Some((_, notes)) => notes.push(note),
            None => self.groups.push((reason, vec![note])),
        }
    }

    /// The blind spots, in the order in which the reasons first came up.
    pub(super) fn into_blindspots(self, archive: &str) -> Vec<Blindspot> {
        let mut blindspots = Vec::new();
        for (reason, notes) in self.groups {
            if notes.len() <= FEW {
                let each = |note: Note| Blindspot::new(reason.kind, note.path, note.sentence);
                blindspots.extend(notes.into_iter().map(each));
            } else {
                blindspots.push(Blindspot::new(
                    reason.kind,
                    archive,
                    together(&reason, archive, &notes),
                ));
            }
        }
        blindspots
    }
}

fn together(reason: &Reason, archive: &str, notes: &[Note]) -> String {
    let short = |note: &Note| {
        let below = note
            .path
            .strip_prefix(archive)
            .and_then(|rest| rest.strip_prefix("!/"));
        below.unwrap_or(&note.path).to_owned()
    };
    let names: Vec<String> = notes.iter().take(FEW).map(short).collect();
    let count = notes.len();
    format!(
        "{count} members {}: {} and {} more.",
        reason.many,
        names.join(", "),
        count - FEW
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_stand_alone_and_many_together() {
        let details = |count: usize| {
            let mut notes = Notes::default();
            for number in 0..count {
                let reason = Reason {
                    kind: BlindspotKind::Locked,
                    many: "need a password".to_owned(),
                };
                notes.add(
                    reason,
                    &format!("a.zip!/{number}.log"),
                    "It needs a password.".to_owned(),
                );
            }
            let blindspots = notes.into_blindspots("a.zip").into_iter();
            blindspots
                .map(|blindspot| (blindspot.artifact, blindspot.detail))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            details(1),
            [("a.zip!/0.log".to_owned(), "It needs a password.".to_owned())]
        );
        assert_eq!(details(3).len(), 3);
        let many = "5 members need a password: 0.log, 1.log, 2.log and 2 more.";
        assert_eq!(details(5), [("a.zip".to_owned(), many.to_owned())]);
    }
}
