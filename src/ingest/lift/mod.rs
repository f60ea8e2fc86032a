//! Lifting facts out of texts: what a producer wrote as a sentence becomes fields that queries,
//! flows and rules can ask for.
//!
//! Which texts hold which facts is said by `rules/catalog/texts.tsv`. The text itself stays as
//! it was; a fact is added behind the payload's own fields, and only under a name that these
//! do not have already.

mod marks;
mod scan;

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use marks::{Marks, Present};

use crate::catalog::{Catalog, TextKind, TextRow};
use crate::model::{Batch, Head, Interner, OriginId, Payload, TextId, Value};

/// The texts of a batch.
type Texts = Interner<std::sync::Arc<str>>;

/// Facts that one text gives at most, header lines included.
const MOST: usize = 64;

/// The rows of the table, by provider.
#[derive(Clone, Debug, Default)]
pub(super) struct Lifts {
    by_provider: FxHashMap<String, Rows>,
}

/// The rows of one provider.
#[derive(Clone, Debug, Default)]
struct Rows {
    rows: Vec<TextRow>,
    /// Finds the marks of all rows in one pass, in any letter case; made when it is first needed.
    marks: OnceLock<Marks>,
}

impl Lifts {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut by_provider: FxHashMap<String, Rows> = FxHashMap::default();
        for row in &catalog.texts {
            if let Some(provider) = catalog.events.providers().get(row.provider) {
                let of_provider = by_provider.entry(provider.name.to_ascii_lowercase());
                of_provider.or_default().rows.push(*row);
            }
        }
        Self { by_provider }
    }

    /// What events of this origin and id have facts by.
    fn asked(&self, batch: &Batch, head: &Head) -> Option<Asked<'_>> {
        let provider = batch.texts.str(batch.origins.get(head.origin.0)?.provider);
        let all = self.by_provider.get(&provider.to_ascii_lowercase())?;
        let is_asked = |row: &TextRow| {
            let ids = row.ids;
            ids.is_none_or(|(first, last)| (first..=last).contains(&head.code))
        };
        let rows = all.rows.iter().enumerate();
        let rows: Vec<_> = rows.filter(|(_, row)| is_asked(row)).collect();
        (!rows.is_empty()).then_some(Asked { all, rows })
    }
}

/// Lifts facts while the events of one batch are read; remembers which of them have any.
pub(super) struct Lifter<'l> {
    lifts: &'l Lifts,
    /// By origin and id what events have facts by; most have none.
    asked: FxHashMap<(OriginId, u32), Option<Asked<'l>>>,
    /// The facts of one event as they are encoded.
    encoded: Vec<u8>,
}

/// The rows that events of one id can have facts by.
struct Asked<'l> {
    all: &'l Rows,
    /// Each with its place among all of the provider.
    rows: Vec<(usize, &'l TextRow)>,
}

/// A text that facts may stand in, and the marks in it.
struct Marked<'b> {
    field: &'static str,
    text: Option<&'b str>,
    marks: Present,
}

impl<'l> Lifter<'l> {
    pub(super) fn new(lifts: &'l Lifts) -> Self {
        Self {
            lifts,
            asked: FxHashMap::default(),
            encoded: Vec::new(),
        }
    }

    /// Adds the facts that stand in the texts of an event, whose values are in the arena from
    /// `start` on and whose names are given.
    pub(super) fn add(
        &mut self,
        batch: &mut Batch,
        head: &Head,
        names: &mut Vec<TextId>,
        start: usize,
    ) {
        let (lifts, key) = (self.lifts, (head.origin, head.code));
        let asked = self.asked.entry(key);
        let Some(asked) = asked.or_insert_with(|| lifts.asked(batch, head)) else {
            return;
        };
        let Batch { texts, arena, .. } = batch;
        let values = Payload(arena.get(start..).unwrap_or_default());
        let found = asked.facts(texts, names, values);
        // The facts are pieces of the arena, so they are not put behind it before all are done.
        self.encoded.clear();
        for (name, fact) in found {
            names.push(texts.text(&name));
            let fact = match fact {
                Fact::Text(text) => Value::Text(text),
                Fact::Code(code) => Value::Hex32(code),
            };
            fact.encode(&mut self.encoded);
        }
        arena.extend_from_slice(&self.encoded);
    }
}

impl Asked<'_> {
    /// The facts in the texts of an event that are no fields of it already.
    fn facts<'b>(&self, texts: &Texts, names: &[TextId], values: Payload<'b>) -> Vec<Named<'b>> {
        let mut found: Vec<Named<'_>> = Vec::new();
        let mut last: Option<Marked<'_>> = None;
        for (place, row) in self.rows.iter().copied() {
            // Rows of one field stand together.
            let marked = match last.take().filter(|marked| marked.field == row.field) {
                Some(marked) => marked,
                None => self
                    .all
                    .marked(row.field, text_of(texts, names, values, row.field)),
            };
            let marked = last.insert(marked);
            let Some(text) = marked.text.filter(|_| marked.marks.may_hold(place)) else {
                continue;
            };
            let is_there = |name: &str| {
                let mut found = found.iter();
                let mut names = names.iter().map(|id| texts.str(*id));
                found.any(|(known, _)| known.eq_ignore_ascii_case(name))
                    || names.any(|known| known.eq_ignore_ascii_case(name))
            };
            if !is_there(row.name) {
                add_facts(text, (row, place), self.all, &mut found);
            }
        }
        found
    }
}

impl Rows {
    fn marks(&self) -> &Marks {
        self.marks.get_or_init(|| Marks::of(&self.rows))
    }

    fn marked<'b>(&self, field: &'static str, text: Option<&'b str>) -> Marked<'b> {
        let marks = self.marks();
        Marked {
            field,
            text,
            marks: text.map_or_else(Present::default, |text| marks.present(text)),
        }
    }
}

/// What was found, and its name.
type Named<'b> = (Cow<'static, str>, Fact<'b>);

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fact<'b> {
    Text(&'b str),
    Code(u32),
}

/// The text in the field of this name, in any letter case.
fn text_of<'b>(
    texts: &Texts,
    names: &[TextId],
    mut values: Payload<'b>,
    field: &str,
) -> Option<&'b str> {
    let position = names
        .iter()
        .position(|id| texts.str(*id).eq_ignore_ascii_case(field))?;
    match values.nth(position)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Adds the facts of one row in a text, which stands in this place among all rows of the provider, whose
/// marks end a value.
fn add_facts<'b>(
    text: &'b str,
    (row, place): (&TextRow, usize),
    all: &Rows,
    found: &mut Vec<Named<'b>>,
) {
    let Some(mark) = all.marks().finder(place) else {
        return;
    };
    let room = MOST.saturating_sub(found.len());
    let plain = |found: Option<&'b str>| {
        let found = found.filter(|found| !is_nothing(found));
        found.map(Fact::Text)
    };
    let marks = || {
        all.rows
            .iter()
            .map(|row| row.mark)
            .filter(|mark| !mark.is_empty())
    };
    let fact = match row.kind {
        TextKind::Function => plain(scan::function(text).map(|(_, function)| function)),
        TextKind::Class => plain(scan::function(text).map(|(class, _)| class)),
        TextKind::Value => plain(scan::value(text, mark, marks)),
        TextKind::Word => plain(scan::word(text, mark)),
        TextKind::Before => plain(scan::before(text, mark)),
        TextKind::Quoted => plain(scan::quoted(text, mark)),
        TextKind::Guid => plain(scan::guid(text, mark)),
        TextKind::Rest => plain(scan::rest(text, mark)),
        TextKind::Code => scan::code(text, row.mark).map(Fact::Code),
        TextKind::Lines => {
            let lines = scan::lines(text, mark).filter(|(_, value)| !is_nothing(value));
            let named = |(name, value)| (format!("{}.{name}", row.name).into(), Fact::Text(value));
            return found.extend(lines.map(named).take(room));
        }
    };
    let fact = fact.map(|fact| (row.name.into(), fact));
    found.extend(fact.filter(|_| room > 0));
}

/// How producers print a value that is not there.
fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "(null)" | "NULL" | "<NULL>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ArtifactId, Locator};

    /// An event with one text field gives these facts.
    fn check(provider: &str, code: u32, field: &str, text: &str, expected: &[(&str, &str)]) {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        let lifts = Lifts::of(&catalog);
        let mut batch = Batch::new(ArtifactId(0), "a.etl".into());
        let origin = batch.origin("etl", provider, "", "");
        let mut names = vec![batch.text(field)];
        Value::Text(text).encode(&mut batch.arena);
        let head = Head::new(origin, code, Locator::Line(1));
        Lifter::new(&lifts).add(&mut batch, &head, &mut names, 0);
        let values: Vec<String> = Payload(&batch.arena)
            .map(|value| value.text().into_owned())
            .collect();
        let found: Vec<(&str, &str)> = names
            .iter()
            .map(|name| batch.texts.str(*name))
            .zip(values.iter().map(String::as_str))
            .skip(1)
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    const UDR: &str = "Microsoft-Windows-User Device Registration";
    const AAD: &str = "Microsoft-Windows-AAD";

    #[test]
    fn the_registration_client_s_texts() {
        let check =
            |text: &str, expected: &[(&str, &str)]| check(UDR, 500, "Message", text, expected);
        check("no function here", &[]);
        check(
            "RegistrationController::SendJoinHttpRequest: Sending it to server: drs.contoso.example; Path: /EnrollmentServer/device/11111111-2222-3333-4444-555555555555?api-version=2.0; Method: DELETE.",
            &[
                ("Function", "SendJoinHttpRequest"),
                ("Class", "RegistrationController"),
                ("Server", "drs.contoso.example"),
                (
                    "Path",
                    "/EnrollmentServer/device/11111111-2222-3333-4444-555555555555?api-version=2.0",
                ),
                ("Method", "DELETE"),
                ("DeviceId", "11111111-2222-3333-4444-555555555555"),
            ],
        );
        check(
            "A::B::CreateTransportKey: Failed with error 0x80090016. Ignore.",
            &[
                ("Function", "CreateTransportKey"),
                ("Class", "A::B"),
                ("ErrorCode", "0x80090016"),
            ],
        );
        check(
            "RegReadDwordValue: The registry key value \"HKEY_LOCAL_MACHINE\\SOFTWARE\\X@Y\" does not exist. Using default value 1. Error code: 0x00000002.",
            &[
                ("Function", "RegReadDwordValue"),
                ("ErrorCode", "0x2"),
                ("RegistryValue", "HKEY_LOCAL_MACHINE\\SOFTWARE\\X@Y"),
                ("DefaultValue", "1"),
            ],
        );
        check(
            "C::OnGetJoinResponseCallback: Parsed. Join type: 8, Domain: contoso.example, TenantId: 7, User email: (null).",
            &[
                ("Function", "OnGetJoinResponseCallback"),
                ("Class", "C"),
                ("JoinType", "8"),
                ("Domain", "contoso.example"),
                ("TenantId", "7"),
            ],
        );
        check(
            "W::SendRequest: Request header(s):\r\nUser-Agent: Dsreg/10.0 (Windows 10.0.1.2)\r\nAccept: application/json\r\n",
            &[
                ("Function", "SendRequest"),
                ("Class", "W"),
                ("Header.User-Agent", "Dsreg/10.0 (Windows 10.0.1.2)"),
                ("Header.Accept", "application/json"),
            ],
        );
        check(
            "W::SendRequest: Using WinHTTP to detect proxy.",
            &[
                ("Function", "SendRequest"),
                ("Class", "W"),
                ("ProxyDetectedBy", "WinHTTP"),
            ],
        );
        check(
            "C::On: Done. Server response:\n{\"a\":{\"b\":1}}",
            &[
                ("Function", "On"),
                ("Class", "C"),
                ("ServerResponse", "{\"a\":{\"b\":1}}"),
            ],
        );
    }

    #[test]
    fn the_token_broker_s_texts() {
        check(
            AAD,
            1113,
            "AdditionalInformation",
            "Logged at T.cpp, line: 3, method: T::Send.\r\n\r\nRequest: authority: https://login.microsoftonline.com/7, client: 29d9, redirect URI: , resource: https://enrollment.manage.microsoft.com/, correlation ID (request): 5-6",
            &[
                ("Authority", "https://login.microsoftonline.com/7"),
                ("Client", "29d9"),
                ("Resource", "https://enrollment.manage.microsoft.com/"),
                ("CorrelationID", "5-6"),
                ("Function", "T::Send"),
            ],
        );
        check(AAD, 1113, "Other", "method: x", &[]);
        check("Other", 500, "Message", "A::B: c", &[]);
    }
}
