//! The judgement of a mark: whether it announces a secret, how far that reaches, what stands for it.

use std::ops::Range;

use super::jwt::{self, Found};
use super::marks::{BLOBS, Mark, find_each};
use super::names::{Class, class_of, name_start, without_escape};
use super::ordinary::{Giving, is_secret};
use super::units::{skip, unit};
use super::value::{Given, given, head_end, is_spelled_line_end};
use super::walk::{Secret, Walk, scrub};
use super::{element, frames, is_remark, looked_at, removed};

impl Walk<'_, '_> {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn part(&self, place: Range<usize>) -> &str {
        self.text.get(place).unwrap_or_default()
    }

    /// The secret that the mark announces, if it is one.
    pub(super) fn judge(&mut self, mark: Mark, found: Range<usize>) -> Option<Secret> {
        match mark {
            Mark::Jwt => self.jwt(found.start),
            Mark::WrappedJwt => self.wrapped_jwt(found.start),
            Mark::Name => self.named(found, false),
            Mark::NameStart => self.named(found, true),
            Mark::Scheme => self.credential(&found).or_else(|| self.named(found, false)),
            Mark::Blob => self.blob(found),
            Mark::Frame => frames::key_block(self.text, found.end),
            Mark::Address => frames::user_of_address(self.text, found.end),
        }
    }

    fn jwt(&mut self, start: usize) -> Option<Secret> {
        if start < self.barren {
            return None;
        }
        match jwt::find(self.text, start) {
            Found::Nothing => None,
            Found::Barren(end) => {
                self.barren = end;
                None
            }
            Found::Token(end) => {
                let remark = jwt::remark(self.part(start..end), self.depth, self.met);
                Some(Secret::new(self.whole(start..end), remark))
            }
        }
    }

    /// The stretch, and what its end begins: the value of a name, the body of a key. What is
    /// dropped must not hide what would have been.
    fn whole(&self, place: Range<usize>) -> Range<usize> {
        let bytes = self.bytes();
        let mut end = place.end;
        loop {
            let name = self.part(name_start(self.text, place.start, end)..end);
            let next = class_of(name).and_then(|class| match class {
                Class::Header => given(bytes, end, false).map(|given| line_end(bytes, given.start)),
                _ => given(bytes, end, false).map(|given| given.end),
            });
            match next {
                Some(next) if next > end => end = next,
                _ => break,
            }
        }
        let frame = self.part(place.start..end).rfind(frames::BEGIN);
        let key = frame
            .and_then(|at| frames::key_block(self.text, place.start + at + frames::BEGIN.len()));
        place.start..key.map_or(end, |key| key.place.end.max(end))
    }

    fn wrapped_jwt(&self, start: usize) -> Option<Secret> {
        let end = jwt::wrapped_end(self.text, start)?;
        Some(self.dropped("token", start..end))
    }

    /// A remark on what stands here: claims and digest of a token, or that there was something.
    fn dropped(&self, what: &str, place: Range<usize>) -> Secret {
        let place = self.whole(place);
        let value = self.part(place.clone());
        let inside = value.trim();
        let token = match jwt::find(inside, 0) {
            Found::Token(end) => inside.get(..end),
            _ => None,
        };
        let remark = token
            .map(|token| jwt::remark(token, self.depth, self.met))
            .or_else(|| jwt::wrapped_remark(inside, self.depth, self.met))
            .unwrap_or_else(|| removed(what, inside));
        Secret::new(place, remark)
    }

    /// A name with the value that it is given.
    fn named(&mut self, found: Range<usize>, begins: bool) -> Option<Secret> {
        let bytes = self.bytes();
        let after = name_end(bytes, found.end, begins);
        let next = bytes.get(after)?;
        if next.is_ascii_alphanumeric() || matches!(next, b'_' | b'-' | b'.') {
            return None;
        }
        let start = name_start(self.text, self.kept, after);
        let name = self.part(start..after);
        let class = without_escape(self.text, start, name)
            .and_then(class_of)
            .or_else(|| class_of(name))?;
        if let Some(content) = element::content(bytes, self.kept, start, after) {
            return self.content(class, after, content);
        }
        let option = class != Class::Grant && self.is_option(start);
        let given = given(bytes, after, option)?;
        if is_remark(self.part(given.start..self.text.len())) {
            return None;
        }
        // Cookies have blanks and semicolons in them, and an authorization is two words.
        if class == Class::Header && !(given.quoted && given.name_quoted) {
            return self.line(given.start);
        }
        self.value(class, start, given)
    }

    fn value(&mut self, class: Class, name: usize, given: Given) -> Option<Secret> {
        let place = given.start..given.end;
        let value = self.part(place.clone());
        let is_token = matches!(jwt::find(value, 0), Found::Token(end) if end == value.len());
        let head = || self.part(given.start..head_end(self.bytes(), given));
        if !is_token
            && !is_secret(class, value, given.giving)
            && (given.quoted || !is_secret(class, head(), given.giving))
        {
            return None;
        }
        // An authorization code is given in an address, a form or a string, never in a sentence.
        if class == Class::Grant
            && !given.quoted
            && (given.giving == Giving::Colon || !self.begins_parameter(name))
        {
            return None;
        }
        Some(self.dropped("value", place))
    }

    /// Whether a parameter of an address or a form can begin at this place.
    fn begins_parameter(&self, at: usize) -> bool {
        let before = self.bytes().get(self.kept..at).unwrap_or_default();
        before
            .last()
            .is_none_or(|byte| byte.is_ascii_whitespace() || b"?&;\"'%\\".contains(byte))
    }

    /// Whether a name that begins here is an option of a command line.
    fn is_option(&self, start: usize) -> bool {
        let begin = |before: Option<&u8>| {
            before.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''))
        };
        let bytes = self.bytes();
        let before = |at: usize| at.checked_sub(1).and_then(|at| bytes.get(at));
        // Dashes are letters of a name.
        match bytes.get(start) {
            Some(b'-') => begin(before(start)),
            _ => before(start) == Some(&b'/') && begin(before(start - 1)),
        }
    }

    /// The content of an element. What its begin tag says besides is scrubbed for itself.
    fn content(&self, class: Class, after: usize, content: element::Content) -> Option<Secret> {
        let place = content.start..content.end;
        let value = self.part(place.clone());
        let letters = letters(value);
        if is_remark(value) || !is_secret(class, &letters, Giving::Exact) {
            return None;
        }
        let tag = self.part(after..content.start);
        let Secret { instead, .. } = self.dropped("value", place);
        let instead = format!("{}{instead}", scrub(tag, self.depth, self.met));
        Some(Secret::new(after..content.end, instead))
    }

    /// A header's value, up to the end of its line. Of a token in it the claims are kept.
    fn line(&self, start: usize) -> Option<Secret> {
        let bytes = self.bytes();
        let end = line_end(bytes, start);
        let value = self.part(start..end);
        looked_at(value.len());
        if !is_secret(Class::Password, value, Giving::Exact) || frames::is_bare_scheme(value) {
            return None;
        }
        let token = first_token(value);
        let remark = match token {
            Some(token) => jwt::remark(token, self.depth, self.met),
            None => removed("header value", value.trim()),
        };
        Some(Secret::new(self.whole(start..end), remark))
    }

    /// The word behind an authentication scheme.
    fn credential(&mut self, found: &Range<usize>) -> Option<Secret> {
        let bytes = self.bytes();
        let start = skip(bytes, found.end, b" \t+");
        if start == found.end {
            return None;
        }
        let end = frames::credential_end(bytes, start);
        let word = self.part(start..end);
        let is_basic = self.part(found.clone()).eq_ignore_ascii_case("basic");
        frames::is_credential(word, is_basic).then(|| self.dropped("token", start..end))
    }

    fn blob(&self, found: Range<usize>) -> Option<Secret> {
        if !BLOBS.contains(&self.part(found.clone())) {
            return None;
        }
        let start = match self.part(found.clone()).split_once('=') {
            Some((name, _)) => found.start + name.len() + 1,
            None => found.start,
        };
        let end = frames::credential_end(self.bytes(), start);
        (end - start >= frames::SHORTEST_BLOB).then(|| self.dropped("token", start..end))
    }
}

/// The first JWT in a text.
fn first_token(text: &str) -> Option<&str> {
    let mut barren = 0;
    for found in find_each(text.as_bytes()) {
        let start = found.range.start;
        if found.mark != Mark::Jwt || start < barren {
            continue;
        }
        match jwt::find(text, start) {
            Found::Nothing => {}
            Found::Barren(end) => barren = end,
            Found::Token(end) => return text.get(start..end),
        }
    }
    None
}

/// A value's letters without blanks and line ends, as they were before they were encoded.
fn letters(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut letters = String::new();
    let mut at = 0;
    while let Some(unit) = unit(bytes, at) {
        at += unit.length;
        if !unit.letter.is_ascii_whitespace() {
            letters.push(char::from(unit.letter));
        }
    }
    letters
}

/// The end of a name that a mark ends at `at`, with the number that may follow; `begins` says that
/// the mark is only the begin of the name.
fn name_end(bytes: &[u8], at: usize, begins: bool) -> usize {
    /// Cookies that were cut in pieces are numbered.
    const LONGEST: usize = 32;
    let rest = bytes.get(at..).unwrap_or_default();
    let further = rest
        .iter()
        .take(LONGEST)
        .take_while(|byte| byte.is_ascii_digit() || begins && byte.is_ascii_alphanumeric());
    at + further.count()
}

/// The end of a line, also of one whose end the text around spells out.
fn line_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let real = memchr::memchr2(b'\r', b'\n', rest).map_or(bytes.len(), |length| start + length);
    let line = bytes.get(start..real).unwrap_or_default();
    memchr::memchr_iter(b'\\', line)
        .map(|at| start + at)
        .find(|at| is_spelled_line_end(bytes, *at))
        .unwrap_or(real)
}
