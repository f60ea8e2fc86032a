//! A line that is typed, with the lines applied before it.
//!
//! What was typed is never lost: a refused query stays in the line beside the reason, and
//! leaving the prompt keeps the line for the next time.

use super::action::Edit;

/// The prompt's line.
#[derive(Clone, Debug, Default)]
pub(super) struct Prompt {
    text: String,
    /// Byte offset in `text`, always between two characters.
    cursor: usize,
    /// Why the line was refused.
    pub(super) refusal: Option<String>,
    history: Vec<String>,
    /// Place in `history` of what is shown; its length for the newest line.
    shown: usize,
}

impl Prompt {
    /// The line.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The line before the cursor, and after it.
    pub(super) fn halves(&self) -> (&str, &str) {
        self.text.split_at_checked(self.cursor).unwrap_or_default()
    }

    /// Changes the line; any change takes the refusal away.
    pub(super) fn edit(&mut self, edit: &Edit) {
        self.refusal = None;
        let (before, after) = self.halves();
        match edit {
            Edit::Insert(text) => {
                // A pasted text may hold line ends; the line does not.
                let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
                let line = format!("{before}{text}{after}");
                let cursor = self.cursor + text.len();
                self.put(line, cursor);
            }
            Edit::Erase => {
                let kept = without_last(before).len();
                self.cut(kept, self.cursor);
            }
            Edit::EraseAfter => {
                let end = self.cursor + after.chars().next().map_or(0, char::len_utf8);
                self.cut(self.cursor, end);
            }
            Edit::EraseWord => {
                let trimmed = before.trim_end();
                let kept = trimmed.rfind(' ').map_or(0, |blank| blank + 1);
                self.cut(kept, self.cursor);
            }
            Edit::Clear => self.put(String::new(), 0),
            Edit::Left => self.cursor = without_last(before).len(),
            Edit::Right => {
                self.cursor += after.chars().next().map_or(0, char::len_utf8);
            }
            Edit::Home => self.cursor = 0,
            Edit::End => self.cursor = self.text.len(),
            Edit::Older => self.recall(self.shown.saturating_sub(1)),
            Edit::Newer => self.recall(self.shown.saturating_add(1)),
        }
    }

    /// Puts another line in place, the cursor at its end.
    pub(super) fn set(&mut self, text: &str) {
        self.refusal = None;
        self.put(text.to_owned(), text.len());
    }

    /// Puts text in place of what stands between a byte offset and the cursor.
    pub(super) fn replace(&mut self, from: usize, text: &str) {
        let (before, after) = self.halves();
        let head = before.get(..from).unwrap_or(before);
        let line = format!("{head}{text}{after}");
        let cursor = head.len() + text.len();
        self.put(line, cursor);
    }

    /// The lines applied before, the last one behind.
    pub(super) fn history(&self) -> &[String] {
        &self.history
    }

    /// Takes over lines that were applied another time.
    pub(super) fn recall_all(&mut self, history: Vec<String>) {
        self.shown = history.len();
        self.history = history;
    }

    /// Puts lines that were applied another time before its own.
    pub(super) fn inherit(&mut self, earlier: &Self) {
        self.history.splice(0..0, earlier.history.iter().cloned());
        self.shown = self.history.len();
        if self.text.is_empty() {
            self.set(&earlier.text);
        }
    }

    /// Remembers the line as applied.
    pub(super) fn remember(&mut self) {
        let line = self.text.trim().to_owned();
        if !line.is_empty() && self.history.last() != Some(&line) {
            self.history.push(line);
        }
        self.shown = self.history.len();
    }

    fn recall(&mut self, place: usize) {
        let Some(line) = self.history.get(place) else {
            return;
        };
        let (line, length) = (line.clone(), line.len());
        self.shown = place;
        self.put(line, length);
    }

    fn put(&mut self, text: String, cursor: usize) {
        self.text = text;
        self.cursor = cursor;
    }

    fn cut(&mut self, from: usize, to: usize) {
        let head = self.text.get(..from).unwrap_or_default();
        let tail = self.text.get(to..).unwrap_or_default();
        self.put(format!("{head}{tail}"), from);
    }
}

fn without_last(text: &str) -> &str {
    let mut letters = text.chars();
    letters.next_back();
    letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(edits: &[Edit], expected: (&str, &str)) {
        let mut prompt = Prompt::default();
        for edit in edits {
            prompt.edit(edit);
        }
        assert_eq!(prompt.halves(), expected, "{edits:?}");
    }

    fn typed(text: &str) -> Edit {
        Edit::Insert(text.to_owned())
    }

    #[test]
    fn the_line_is_edited_by_characters_not_bytes() {
        check(&[typed("né"), Edit::Left, Edit::Left], ("", "né"));
        check(&[typed("né"), Edit::Erase, typed("ö")], ("nö", ""));
        check(&[typed("日本"), Edit::Home, Edit::EraseAfter], ("", "本"));
        check(&[typed("日本"), Edit::Home, Edit::Right], ("日", "本"));
        check(&[typed("a b c "), Edit::EraseWord], ("a b ", ""));
        check(&[typed("ab"), Edit::Clear], ("", ""));
        check(
            &[Edit::Erase, Edit::EraseAfter, Edit::Left, Edit::Right],
            ("", ""),
        );
        check(&[typed("one\ntwo\u{1b}")], ("onetwo", ""));
    }

    #[test]
    fn applied_lines_can_be_recalled() {
        let mut prompt = Prompt::default();
        for line in ["id:1", "id:2"] {
            prompt.edit(&Edit::Clear);
            prompt.edit(&typed(line));
            prompt.remember();
        }
        let mut recall = |edit: Edit| {
            prompt.edit(&edit);
            prompt.text().to_owned()
        };
        assert_eq!(recall(Edit::Older), "id:2");
        assert_eq!(recall(Edit::Older), "id:1");
        assert_eq!(recall(Edit::Older), "id:1");
        assert_eq!(recall(Edit::Newer), "id:2");
        assert_eq!(recall(Edit::Newer), "id:2");
    }
}
