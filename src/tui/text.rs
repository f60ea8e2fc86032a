//! Text from evidence on its way to the screen: made safe, measured, cut and wrapped.
//!
//! Evidence is hostile: an event can hold escape sequences, characters that reorder their
//! neighbours, and thousands of marks on one letter. Every text goes through [`safe`], which
//! [`fit`], [`fit_end`] and [`wrap`] apply themselves, so a panel cannot forget it.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::Span;
use serde::de::IgnoredAny;

use crate::export::{clean, duration};

/// Combining marks that one letter may carry; what goes beyond is no writing system.
const MARKS_KEPT: usize = 4;

/// The text without anything that could drive the terminal or hide from the eye.
pub(super) fn safe(text: &str) -> String {
    let mut marks = 0;
    let mut out = String::with_capacity(text.len());
    for letter in clean(text).chars() {
        let letter = if is_invisible(letter) {
            '\u{fffd}'
        } else {
            letter
        };
        if is_mark(letter) {
            marks += 1;
            if marks > MARKS_KEPT {
                // One sign stands for all that is left out.
                if marks == MARKS_KEPT + 1 {
                    out.push('\u{fffd}');
                }
                continue;
            }
        } else {
            marks = 0;
        }
        out.push(letter);
    }
    out
}

/// Characters that take no room yet change what is read, or break a line where none ends.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn is_mark(letter: char) -> bool {
    !letter.is_ascii() && width(letter.encode_utf8(&mut [0; 4])) == 0
}

/// Columns that a text takes on the screen.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        Span::raw(text).width()
    }
}

/// The text letter by letter, each with the marks on it. Nearly all evidence is ASCII, where
/// a letter is a byte.
fn letters(text: &str) -> Vec<Cow<'_, str>> {
    if text.is_ascii() {
        let letters = (0..text.len()).filter_map(|at| text.get(at..=at));
        return letters.map(Cow::Borrowed).collect();
    }
    let span = Span::raw(text);
    let letters = span.styled_graphemes(Style::new());
    letters
        .map(|letter| Cow::Owned(letter.symbol.to_owned()))
        .collect()
}

/// The text in exactly `columns` columns, cut at its end or filled up.
pub(super) fn fit(text: &str, columns: usize, ellipsis: &str) -> String {
    let (mut out, used, rest) = head(text, columns);
    if rest && columns > 0 {
        let (shorter, used, _) = head(text, columns.saturating_sub(width(ellipsis)));
        out = shorter + ellipsis;
        pad(&mut out, columns.saturating_sub(used + width(ellipsis)));
    } else {
        pad(&mut out, columns.saturating_sub(used));
    }
    out
}

/// The same, cut at its beginning: for paths, whose end tells most.
pub(super) fn fit_end(text: &str, columns: usize, ellipsis: &str) -> String {
    let text = safe(text);
    if width(&text) <= columns {
        return fit(&text, columns, ellipsis);
    }
    let room = columns.saturating_sub(width(ellipsis));
    let mut tail = Vec::new();
    let mut used = 0;
    for letter in letters(&text).into_iter().rev() {
        let wide = width(&letter);
        if used + wide > room {
            break;
        }
        used += wide;
        tail.push(letter);
    }
    tail.reverse();
    fit(&format!("{ellipsis}{}", tail.concat()), columns, ellipsis)
}

/// The text in exactly `columns` columns, at their right end.
pub(super) fn fit_right(text: &str, columns: usize, ellipsis: &str) -> String {
    let text = safe(text);
    let blanks = columns.saturating_sub(width(&text));
    fit(&format!("{}{text}", " ".repeat(blanks)), columns, ellipsis)
}

/// What of a text fits into `columns`, the columns it takes, and whether there is more.
fn head(text: &str, columns: usize) -> (String, usize, bool) {
    // Only what can come into sight is looked at, however long the text is.
    let ahead = columns.saturating_add(1).saturating_mul(MARKS_KEPT + 1);
    let end = text
        .char_indices()
        .nth(ahead)
        .map_or(text.len(), |(at, _)| at);
    let near = safe(text.get(..end).unwrap_or_default());
    let mut out = String::new();
    let mut used = 0;
    for letter in letters(&near) {
        let wide = width(&letter);
        if used + wide > columns {
            return (out, used, true);
        }
        used += wide;
        out.push_str(&letter);
    }
    (out, used, end < text.len())
}

fn pad(out: &mut String, blanks: usize) {
    out.extend(std::iter::repeat_n(' ', blanks));
}

/// The text in lines of at most `columns` columns: line ends are kept, long lines are broken
/// between words where that can be, and the blanks that a line begins with are kept.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for line in text.lines() {
        wrap_line(&safe(line), columns, &mut lines);
    }
    lines
}

fn wrap_line(text: &str, columns: usize, lines: &mut Vec<String>) {
    let mut line = String::new();
    let mut used = 0;
    // Where the line can be broken: behind a blank that is not part of its indent, or else
    // behind a sign that parts the words of a long name or path.
    let (mut blank, mut sign) = (None, None);
    for letter in letters(text) {
        let symbol = &*letter;
        let wide = width(symbol);
        if used + wide > columns && !line.is_empty() {
            let rest = if symbol == " " {
                String::new()
            } else {
                blank
                    .or(sign)
                    .map_or_else(String::new, |at| line.split_off(at))
            };
            lines.push(line.trim_end().to_owned());
            (line, blank, sign) = (rest, None, None);
            used = width(&line);
            if symbol == " " {
                continue;
            }
        }
        line.push_str(symbol);
        used += wide;
        match symbol {
            " " if !line.trim_start().is_empty() => blank = Some(line.len()),
            "-" | "/" | "\\" | "!" | "," | ";" | "&" | "_" => sign = Some(line.len()),
            _ => {}
        }
    }
    lines.push(line.trim_end().to_owned());
}

/// JSON text with one member a line; nothing for text that is not a JSON object or array.
///
/// Only blanks outside strings change, so that order, spelling and numbers stay as recorded.
pub(super) fn indented_json(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) || serde_json::from_str::<IgnoredAny>(text).is_err() {
        return None;
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        if quoted {
            out.push(letter);
            match letter {
                '\\' => out.extend(letters.next()),
                '"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match letter {
            '{' | '[' => {
                while letters.next_if(|next| next.is_whitespace()).is_some() {}
                out.push(letter);
                if let Some(close) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            '"' => {
                quoted = true;
                out.push(letter);
            }
            letter if letter.is_whitespace() => {}
            letter => out.push(letter),
        }
    }
    Some(out)
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    pad(out, depth * 2);
}

/// A span between two instants with its sign, without blanks: `+213ms`, `-10m09s`, `+<1ms`.
pub(super) fn delta(seconds: f64) -> String {
    let sign = if seconds < 0.0 { '-' } else { '+' };
    let size = seconds.abs();
    if size > 0.0 && size < 0.0005 {
        // Nought would say that both happened at once.
        return format!("{sign}<1ms");
    }
    format!("{sign}{}", duration(size).replace(' ', ""))
}

/// A count and its noun: `1 event`, `2,000 events`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    let noun = if count == 1 { one } else { many };
    format!("{} {noun}", crate::export::grouped(count))
}

/// The first line of a text, for a place that has room for one.
pub(super) fn first_line(text: &str) -> Cow<'_, str> {
    let text = text.trim_start();
    match text.split_once(['\r', '\n']) {
        Some((line, rest)) if !rest.trim().is_empty() => Cow::Owned(format!("{line} ...")),
        Some((line, _)) => Cow::Borrowed(line),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_can_drive_the_terminal() {
        let check = |text: &str, expected: &str| assert_eq!(safe(text), expected, "{text:?}");
        check("plain", "plain");
        check("\u{1b}]0;title\u{7}", "\u{fffd}]0;title\u{fffd}");
        check("\u{9b}31m", "\u{fffd}31m");
        check("a\u{202e}b\u{2066}c\u{61c}", "a\u{fffd}b\u{fffd}c\u{fffd}");
        check("pass\u{200b}word\u{ad}", "pass\u{fffd}word\u{fffd}");
        check("a\u{2028}b\r\n\tc\u{7f}", "a\u{fffd}b   c\u{fffd}");
        check(
            &format!("e{}", "\u{301}".repeat(500)),
            "e\u{301}\u{301}\u{301}\u{301}\u{fffd}",
        );
        check("\u{e0041}tag\u{feff}", "\u{fffd}tag\u{fffd}");
    }

    #[test]
    fn every_control_character_is_neutralised() {
        for code in (0..0x20).chain(0x7f..0xa0) {
            let letter = char::from_u32(code).expect("a control character");
            assert!(
                !safe(&letter.to_string()).chars().any(char::is_control),
                "{code:x}"
            );
        }
    }

    #[test]
    fn cells_have_exactly_the_width_asked_for() {
        let check = |text: &str, columns: usize, expected: &str| {
            assert_eq!(fit(text, columns, "~"), expected, "{text:?} in {columns}");
            assert_eq!(width(&fit(text, columns, "~")), columns);
            assert_eq!(width(&fit_end(text, columns, "~")), columns);
            assert_eq!(width(&fit_right(text, columns, "~")), columns);
        };
        check("abc", 5, "abc  ");
        check("abcdef", 5, "abcd~");
        check("abcde", 5, "abcde");
        check("日本語テキスト", 5, "日本~");
        check("日本語テキスト", 6, "日本~ ");
        check("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}~");
        check("", 3, "   ");
        check("abc", 0, "");
        check("abc", 1, "~");
        assert_eq!(fit_end("one/two/three", 6, "~"), "~three");
        assert_eq!(fit_right("7", 3, "~"), "  7");
    }

    #[test]
    fn long_texts_wrap_between_words_and_inside_long_ones() {
        let check = |text: &str, columns: usize, expected: &[&str]| {
            assert_eq!(wrap(text, columns), expected, "{text:?} in {columns}");
        };
        check("aa bb cc", 5, &["aa bb", "cc"]);
        check("aaaaaaa b", 3, &["aaa", "aaa", "a b"]);
        check("one\n  two three", 7, &["one", "  two", "three"]);
        check("日本語", 4, &["日本", "語"]);
        check("a\n\nb", 9, &["a", "", "b"]);
        check("", 9, &[]);
        check("日", 1, &["日"]);
        check(
            "zip!/some-long-name.evtx",
            12,
            &["zip!/some-", "long-", "name.evtx"],
        );
        check("Ünï-code-näme", 9, &["Ünï-code-", "näme"]);
    }

    #[test]
    fn json_is_indented_and_otherwise_untouched() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(indented_json(text).as_deref(), expected, "{text}");
        };
        check(
            r#"{"b":1.50,"a":[ {} , "x,{}\"y" ]}"#,
            Some("{\n  \"b\": 1.50,\n  \"a\": [\n    {},\n    \"x,{}\\\"y\"\n  ]\n}"),
        );
        check("{\"a\":", None);
        check("plain", None);
        check("12", None);
        check(&"[".repeat(100_000), None);
    }

    #[test]
    fn deltas_have_a_sign_and_no_blanks() {
        assert_eq!(
            [0.0, 0.213, 609.0, -27.0, -0.0003].map(delta),
            ["+0ms", "+213ms", "+10m09s", "-27.0s", "-<1ms"]
        );
    }
}
