//! Names of archive members as safe text.
//!
//! Nothing is ever written under these names, so a hostile name can do no harm here; they are made
//! safe because they are shown on terminals and in reports, and because people follow them later.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// A member's name as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SafeName {
    /// Relative, `/` between components, no `.` or `..`, no control characters, never empty.
    pub(super) text: String,
    /// The name as stored was absolute or had `..` in it.
    pub(super) climbs: bool,
}

impl SafeName {
    /// The last component.
    pub(super) fn file_name(&self) -> &str {
        self.text.rsplit('/').next().unwrap_or(&self.text)
    }
}

/// Longest name shown, in bytes. Nested archives repeat the names of the outer ones in each path,
/// so that unbounded names would multiply.
const LONGEST: usize = 512;

/// A name as shown. Backslashes separate, whatever the format says: Windows tools write them.
pub(super) fn safe_name(stored: &str) -> SafeName {
    if is_plain(stored) {
        return SafeName {
            text: stored.to_owned(),
            climbs: false,
        };
    }
    let mut climbs = stored.starts_with(['/', '\\']);
    let mut kept: Vec<Cow<'_, str>> = Vec::new();
    for (place, component) in stored.split(['/', '\\']).enumerate() {
        match component {
            "" | "." => {}
            ".." => climbs = true,
            drive if place == 0 && is_drive(drive) => climbs = true,
            _ => kept.push(safe_component(component)),
        }
    }
    let text = kept.join("/");
    let text = if text.is_empty() {
        "unnamed".to_owned()
    } else {
        shortened(text)
    };
    SafeName { text, climbs }
}

/// Whether a name can be shown as it is: what nearly every name is, told without taking it apart.
fn is_plain(stored: &str) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b'!'..=b'~' | b' ') && !matches!(byte, b'\\' | b':');
    let mut components = stored.as_bytes().split(|byte| *byte == b'/');
    stored.len() <= LONGEST
        && stored.as_bytes().iter().all(is_plain)
        && components.all(|component| !matches!(component, b"" | b"." | b".."))
}

/// One component with everything replaced that steers a terminal or hides what a name says.
pub(super) fn safe_component(component: &str) -> Cow<'_, str> {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if component.contains(steers) {
        Cow::Owned(component.replace(steers, "_"))
    } else {
        Cow::Borrowed(component)
    }
}

fn is_drive(component: &str) -> bool {
    matches!(component.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

/// The end of a name says more than its beginning.
fn shortened(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let mut start = text.len() - LONGEST;
    while !text.is_char_boundary(start) {
        start += 1;
    }
    format!("…{}", text.get(start..).unwrap_or_default())
}

/// The text of a stored zip name: UTF-8 where it says so or is valid as such (many writers leave
/// the flag out), else code page 437, which the format specification names as the default.
pub(super) fn zip_text(stored: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(stored) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(stored.iter().map(|byte| cp437(*byte)).collect()),
    }
}

/// The text of a stored cabinet name: UTF-8 where valid, else the ANSI code page of the machine that
/// wrote it, which is not recorded; Windows-1252 is assumed.
pub(super) fn cab_text(stored: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(stored) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(stored)
                .0
        }
    }
}

fn cp437(byte: u8) -> char {
    const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(upper) => UPPER
            .chars()
            .nth(usize::from(upper))
            .unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// Paths given out so far: a path that comes again gets a number.
#[derive(Debug, Default)]
pub(super) struct Paths {
    /// Path to the highest number given for it. Hashed with a random key, because the paths are
    /// chosen by whoever wrote the archive; nothing is ever listed in the map's order.
    used: HashMap<Arc<str>, u64>,
}

impl Paths {
    /// The path itself, or with ` (2)`, ` (3)` … where it was given out before.
    pub(super) fn claim(&mut self, path: String) -> Arc<str> {
        let path: Arc<str> = path.into();
        let Some(highest) = self.used.get(&path).copied() else {
            self.used.insert(Arc::clone(&path), 1);
            return path;
        };
        let mut number = highest + 1;
        let claimed = loop {
            let candidate: Arc<str> = format!("{path} ({number})").into();
            if !self.used.contains_key(&candidate) {
                break candidate;
            }
            number += 1;
        };
        self.used.insert(path, number);
        self.used.insert(Arc::clone(&claimed), 1);
        claimed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stored: &str, text: &str, climbs: bool) {
        assert_eq!(
            safe_name(stored),
            SafeName {
                text: text.to_owned(),
                climbs
            },
            "{stored:?}"
        );
    }

    #[test]
    fn names_that_stay_inside() {
        check("a/b.evtx", "a/b.evtx", false);
        check("authlogs\\sub\\b.etl", "authlogs/sub/b.etl", false);
        check("./a//b", "a/b", false);
        check("a..b/...", "a..b/...", false);
        check("Zeit: 10.txt", "Zeit: 10.txt", false);
        check("", "unnamed", false);
        check("a/x:", "a/x:", false);
    }

    #[test]
    fn names_that_climb_out() {
        check("../../evil.txt", "evil.txt", true);
        check("a/../../b", "a/b", true);
        check("/etc/passwd", "etc/passwd", true);
        check("C:\\Windows\\x.dll", "Windows/x.dll", true);
        check("\\\\server\\share\\x", "server/share/x", true);
        check("..", "unnamed", true);
    }

    #[test]
    fn nothing_steers_the_terminal() {
        check("a\0b", "a_b", false);
        check("\u{1b}[31mred", "_[31mred", false);
        check("txt.\u{202e}exe", "txt._exe", false);
    }

    #[test]
    fn long_names_keep_their_end() {
        let long = format!("{}é.evtx", "x".repeat(2000));
        let safe = safe_name(&long);
        assert!(safe.text.len() <= LONGEST + '…'.len_utf8() && safe.text.ends_with("xé.evtx"));
        assert_eq!(safe.file_name(), safe.text);
        assert_eq!(safe_name("a/b/c.log").file_name(), "c.log");
    }

    #[test]
    fn stored_bytes_become_text() {
        assert_eq!(zip_text("Gerät".as_bytes()), "Gerät");
        assert_eq!(zip_text(b"Ger\x84t"), "Gerät");
        assert_eq!(zip_text(b"\xff\x80"), "\u{a0}Ç");
        assert_eq!(cab_text(b"Ger\xe4t"), "Gerät");
    }

    #[test]
    fn a_path_that_comes_again_gets_a_number() {
        let mut paths = Paths::default();
        let mut check = |path: &str, expected: &str| {
            assert_eq!(&*paths.claim(path.to_owned()), expected);
        };
        check("a.log", "a.log");
        check("a.log", "a.log (2)");
        check("a.log (3)", "a.log (3)");
        check("a.log", "a.log (4)");
        check("a.log (2)", "a.log (2) (2)");
    }
}
