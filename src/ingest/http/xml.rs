//! Facts of an XML body, found in one pass by the last local names of the open elements.
//!
//! References to entities other than the five of XML itself are left out, never expanded. What was
//! found before the document breaks off counts.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::facts::Piece;
use crate::catalog::{FactKind, HttpFact};

/// Elements that are nested deeper are passed over.
const DEEPEST: usize = 64;
/// More of a text is not kept.
const LONGEST_TEXT: usize = 8 << 10;

/// An element that is open.
struct Open {
    name: String,
    /// Its attribute `Name`.
    label: Option<String>,
    /// For which facts its text is wanted.
    wanted: Vec<usize>,
    text: String,
}

impl Open {
    fn is(&self, step: &str) -> bool {
        match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            Some((name, label)) => self.name == name && self.label.as_deref() == Some(label),
            None => self.name == step,
        }
    }
}

/// What each of the facts finds, in the order of the facts.
pub(super) fn pieces(text: &str, facts: &[&HttpFact]) -> Vec<Vec<Piece>> {
    let mut walk = Walk {
        facts,
        found: facts.iter().map(|_| Vec::new()).collect(),
        open: Vec::new(),
        too_deep: 0,
    };
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) => walk.begin(&element),
            Event::Empty(element) => {
                walk.begin(&element);
                walk.end();
            }
            Event::End(_) => walk.end(),
            Event::Text(text) => walk.text(&text),
            Event::CData(text) => walk.text(&text),
            Event::GeneralRef(reference) => walk.reference(&reference),
            Event::Eof => break,
            _ => {}
        }
    }
    walk.found
}

struct Walk<'f> {
    facts: &'f [&'f HttpFact],
    found: Vec<Vec<Piece>>,
    open: Vec<Open>,
    too_deep: usize,
}

impl Walk<'_> {
    fn begin(&mut self, element: &BytesStart<'_>) {
        if self.open.len() >= DEEPEST {
            self.too_deep += 1;
            return;
        }
        self.open.push(Open {
            name: element.local_name().as_ref().to_owned(),
            label: attribute(element, "Name"),
            wanted: Vec::new(),
            text: String::new(),
        });
        let mut wanted = Vec::new();
        for (place, fact) in self.facts.iter().enumerate() {
            let (path, name) = match fact.path.split_once('@') {
                Some((path, name)) => (path, Some(name)),
                None => (fact.path, None),
            };
            if !is_at(&self.open, path) {
                continue;
            }
            let piece = match name {
                Some(name) => attribute(element, name).map(Piece::Text),
                None if fact.kind == FactKind::Has => Some(Piece::Whole),
                None => {
                    wanted.push(place);
                    None
                }
            };
            if let Some(found) = self.found.get_mut(place) {
                found.extend(piece);
            }
        }
        if let Some(open) = self.open.last_mut() {
            open.wanted = wanted;
        }
    }

    fn end(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(open) = self.open.pop() else { return };
        for place in open.wanted {
            if let Some(found) = self.found.get_mut(place) {
                found.push(Piece::Text(open.text.clone()));
            }
        }
    }

    fn text(&mut self, text: &str) {
        let is_here = self.too_deep == 0;
        let open = self.open.last_mut();
        if let Some(open) = open.filter(|open| is_here && !open.wanted.is_empty()) {
            let mut end = text.len().min(LONGEST_TEXT.saturating_sub(open.text.len()));
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            open.text.push_str(text.get(..end).unwrap_or_default());
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>) {
        match reference.resolve_char_ref() {
            Ok(Some(letter)) => self.text(letter.encode_utf8(&mut [0; 4])),
            _ => self.text(match &**reference {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                _ => "",
            }),
        }
    }
}

/// Whether the path is that of the innermost elements.
fn is_at(open: &[Open], path: &str) -> bool {
    let mut innermost = open.iter().rev();
    path.rsplit('/')
        .all(|step| innermost.next().is_some_and(|open| open.is(step)))
}

/// An attribute by its local name.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    /// Elements of these vocabularies have a handful.
    const MOST: usize = 32;
    let mut attributes = element.attributes();
    // Without the search for doubles, which compares each name with all before it.
    let attributes = attributes.with_checks(false).take(MOST).flatten();
    let mut named = attributes.filter(|own| own.key.local_name().as_ref() == name);
    let written = named.next()?.value;
    let value = quick_xml::escape::unescape(&written).ok()?.into_owned();
    (value.len() <= LONGEST_TEXT).then_some(value)
}
