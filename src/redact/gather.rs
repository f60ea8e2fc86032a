//! Gathering names: from fields that are known to hold them, from texts by their form, and from behind
//! marks in texts. One pass over everything that outputs can show; what repeats is looked at once.

use aho_corasick::{AhoCorasick, MatchKind};

use super::met::{Met, Named};
use super::names::{Names, bare};
use super::shapes::{Shape, shapes};
use super::words::{guid_digits, is_word_before};
use crate::catalog::{Catalog, PersonalKind};
use crate::model::{NameKind, Report, Value};
use crate::timeline::{EventRef, Timeline};

/// Longest value behind a mark, in bytes.
const LONGEST: usize = 256;

/// Names of everything that the timeline and the report can show.
pub(super) fn gather<'c>(report: &Report, timeline: &'c Timeline) -> Names<'c> {
    let catalog = timeline.catalog();
    let mut gatherer = Gatherer {
        names: Names::new(catalog),
        marks: Marks::new(catalog),
        met: Met::default(),
    };
    for event in timeline.events() {
        gatherer.event(event);
    }
    gatherer.facts(timeline);
    gatherer.report(report);
    gatherer.names
}

struct Gatherer<'c> {
    names: Names<'c>,
    marks: Marks,
    met: Met<'c>,
}

impl<'c> Gatherer<'c> {
    fn event(&mut self, event: EventRef<'c>) {
        let (kinds, is_first) = self.met.kind(event, self.names.personal);
        if is_first || self.names.heeds_repeats() {
            self.names.learn(HOST, event.computer());
            self.names.learn(SID, event.user());
            self.text(event.name());
        }
        for (kind, (_, value)) in kinds.iter().zip(event.fields()) {
            self.value(*kind, value);
        }
    }

    fn value(&mut self, kind: Option<PersonalKind>, value: Value<'c>) {
        if let Value::List(items) = value {
            return items.for_each(|item| self.value(kind, item));
        }
        let Some(named) = Named::of(kind, value) else {
            return;
        };
        if self.met.is_new(named) || self.names.heeds_repeats() {
            self.named(named, value);
        }
    }

    fn named(&mut self, named: Named<'_>, value: Value<'_>) {
        match named {
            Named::Text(kind, text) => {
                if let Some(kind) = kind {
                    self.names.learn(kind, text);
                }
                self.text(text);
            }
            Named::Sid(_) => self.names.learn(SID, &value.text()),
            Named::Guid(kind, _) => self.names.learn(kind, &value.text()),
        }
    }

    fn facts(&mut self, timeline: &Timeline) {
        for fact in timeline.facts() {
            self.named_text(&fact.name, &fact.value);
        }
        for (_, token) in timeline.tokens() {
            self.names
                .learn(USER, token.subject.as_deref().unwrap_or_default());
            self.names
                .learn(TENANT, token.tenant.as_deref().unwrap_or_default());
        }
        for source in timeline.sources() {
            self.names
                .learn(HOST, timeline.text(source.origin.computer));
            self.text(timeline.path(source.origin.artifact));
        }
    }

    fn report(&mut self, report: &Report) {
        for token in &report.tokens {
            self.names
                .learn(USER, token.subject.as_deref().unwrap_or_default());
            self.names
                .learn(TENANT, token.tenant.as_deref().unwrap_or_default());
        }
        for (name, fact) in &report.device {
            // A fact that changed says what it was and what it became.
            for value in fact.value.split(" → ") {
                self.named_text(name, value);
            }
        }
        for spot in &report.blindspots {
            self.text(&spot.artifact);
            self.text(&spot.detail);
        }
        for input in &report.inputs {
            self.text(&input.path);
        }
        self.text(&report.verdict.headline);
        for finding in &report.findings {
            self.text(&finding.explanation);
        }
    }

    fn named_text(&mut self, name: &str, text: &str) {
        if let Some(kind) = self.names.personal.field(name) {
            self.names.learn(kind, text);
        }
        self.text(text);
    }

    fn text(&mut self, text: &str) {
        let names = &mut self.names;
        shapes(text, &mut |shape| match shape {
            Shape::Sid(sid) => names.sid(sid),
            Shape::Account(local, domain) => names.account(local, domain),
            Shape::Ip(ip) => names.ip(ip),
            Shape::Mac(mac) => names.id(NameKind::Mac, mac),
            Shape::Profile(name) => names.profile(name),
            Shape::Authority(authority) => names.authority(authority),
        });
        self.marks
            .values(text, &mut |kind, value| names.learn(kind, value));
    }
}

const HOST: PersonalKind = PersonalKind::Name(NameKind::Host);
const SID: PersonalKind = PersonalKind::Name(NameKind::Sid);
const USER: PersonalKind = PersonalKind::Name(NameKind::User);
const TENANT: PersonalKind = PersonalKind::Name(NameKind::Tenant);

/// How a value stands to its mark.
#[derive(Clone, Copy)]
enum Place {
    /// Right behind it.
    Behind,
    /// Behind what stands between a name and its value.
    Given,
}

/// Marks in texts that announce names, with an automaton that finds them.
struct Marks {
    automaton: Option<AhoCorasick>,
    kinds: Vec<(Place, PersonalKind)>,
}

impl Marks {
    fn new(catalog: &Catalog) -> Self {
        let (mut patterns, mut kinds) = (Vec::new(), Vec::new());
        for (mark, kind) in &catalog.personal.marks {
            patterns.extend([(*mark).to_owned(), mark.replace('/', "\\/")]);
            kinds.extend([(Place::Behind, *kind); 2]);
        }
        for (name, kind) in &catalog.personal.members {
            patterns.push((*name).to_owned());
            kinds.push((Place::Given, *kind));
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns);
        Self {
            automaton: automaton.ok(),
            kinds,
        }
    }

    /// The values of a text's marks.
    fn values(&self, text: &str, found: &mut dyn FnMut(PersonalKind, &str)) {
        let Some(automaton) = &self.automaton else {
            return;
        };
        for mark in automaton.find_iter(text) {
            let Some((place, kind)) = self.kinds.get(mark.pattern().as_usize()) else {
                continue;
            };
            let rest = text.get(mark.end()..).unwrap_or_default();
            let value = match place {
                Place::Behind => Some(segment(rest)),
                Place::Given if is_word_before(text, mark.start()) => None,
                Place::Given => given(rest),
            };
            if let Some(value) = value.and_then(bare)
                && is_fitting(*kind, *place, value)
            {
                found(*kind, value);
            }
        }
    }
}

/// Whether a value that a text gives can be a name of the kind; sentences have words where fields
/// have values.
fn is_fitting(kind: PersonalKind, place: Place, value: &str) -> bool {
    let is_id = guid_digits(value).is_some()
        || (value.len() >= 16 && value.contains(|letter: char| letter.is_ascii_digit()));
    match (kind, place) {
        (PersonalKind::Name(NameKind::Device | NameKind::Certificate), _) => is_id,
        (PersonalKind::Name(NameKind::Tenant), Place::Behind) => is_id || value.contains('.'),
        // Short names such as `tid` are given numbers as well.
        (PersonalKind::Name(_), Place::Given) => {
            is_id || value.contains(|letter: char| letter.is_alphabetic())
        }
        _ => true,
    }
}

/// Up to the end of a segment of an address.
fn segment(rest: &str) -> &str {
    cut(rest, |letter| {
        letter.is_whitespace() || "/\\?#&\"'<>;,)]}".contains(letter)
    })
}

/// The value behind a name: `": "value"`, `=value&`, `>value<`, `" : value`, `: value`.
fn given(rest: &str) -> Option<&str> {
    let bytes = rest.as_bytes();
    let mut at = 0;
    let (mut separated, mut quoted) = (false, None);
    while let Some(byte) = bytes.get(at).filter(|_| at < 32) {
        match byte {
            b':' | b'=' | b'>' if !separated => separated = true,
            b'"' | b'\'' if separated => {
                quoted = Some(char::from(*byte));
                at += 1;
                break;
            }
            b' ' | b'\t' | b'\\' | b'"' | b'\'' => {}
            _ => break,
        }
        at += 1;
    }
    if !separated {
        return None;
    }
    let rest = rest.get(at..)?;
    Some(match quoted {
        Some(mark) => cut(rest, |letter| {
            letter == mark || matches!(letter, '\\' | '\n' | '\r')
        }),
        None => cut(rest, |letter| {
            letter.is_whitespace() || "&;,\"'<>{}()[]".contains(letter)
        })
        .trim_end_matches('.'),
    })
}

/// The text up to a letter that ends it, or a bounded beginning of it.
fn cut(text: &str, ends: impl Fn(char) -> bool) -> &str {
    let mut letters = text.char_indices();
    let end = letters.find(|(at, letter)| ends(*letter) || *at >= LONGEST);
    text.get(..end.map_or(text.len(), |(at, _)| at))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let catalog = Catalog::embedded().expect("the tables load");
        let mut found = Vec::new();
        Marks::new(&catalog).values(text, &mut |_, value| found.push(value.to_owned()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn values_stand_behind_names() {
        const ID: &str = "5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18";
        check(
            &format!("{{\"TenantId\":\"{ID}\",\"TenantName\":\"Contoso Ltd\"}}"),
            &[ID, "Contoso Ltd"],
        );
        check("{\\\"upn\\\":\\\"a@b.example\\\"}", &["a@b.example"]);
        check("grant=x&username=ada%40b.example&y", &["ada%40b.example"]);
        check("<Upn>ada@b.example</Upn>", &["ada@b.example"]);
        check("DeviceId: {0a9e4d37-61bc-4852-8f13-d7c52b06e9a1}", &[]);
        check("Device Name : PC-7.", &["PC-7"]);
        check(
            &format!("https://login.microsoftonline.com/{ID}/oauth2"),
            &[ID],
        );
        check(&format!("https:\\/\\/login.windows.net\\/{ID}\\/x"), &[ID]);
        check("https://login.microsoftonline.com/common/oauth2", &[]);
        check("the DeviceId is wrong: do it again", &[]);
        check("NotUpn: x, the upn of a user", &[]);
    }
}
