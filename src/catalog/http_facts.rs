//! Facts that messages of HTTP hold: where each stands, and the field that it becomes.

use super::endpoints::Endpoints;
use super::table::{TableError, rows};

/// The message that holds the fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactSide {
    /// What was asked.
    Request,
    /// What was answered.
    Response,
    /// What was answered by a server that refused.
    Refusal,
}

/// What the fact is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactForm {
    /// The path of the address: what stands before the segment, in lower case from the begin.
    Path,
    /// The query of the address: a parameter's name.
    Query,
    /// A body of parameters: a parameter's name.
    Form,
    /// A body of JSON: names of members by dots from the outermost one; a leading `..` finds a member
    /// at any depth.
    Json,
    /// A body of XML: the last local names of elements by slashes. `Name[X]` is one whose attribute
    /// `Name` is X; `@name` at the end stands for an attribute.
    Xml,
    /// A header field: its name.
    Header,
    /// The address that the answer sends to: a parameter of its query or fragment.
    Location,
    /// The settings that a page of the sign-in service carries: a member's name.
    Page,
}

/// What becomes of what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// It is the value; several are listed.
    Text,
    /// That it is there and not empty is the value.
    Has,
    /// How many there are.
    Count,
    /// It is the value if it is a whole number.
    Number,
    /// Those that are statuses of a failure, from 400 on.
    Failures,
    /// The number of the sign-in service's error that it names.
    Aadsts,
}

const SIDES: &[(&str, FactSide)] = &[
    ("request", FactSide::Request),
    ("response", FactSide::Response),
    ("refusal", FactSide::Refusal),
];

const FORMS: &[(&str, FactForm)] = &[
    ("path", FactForm::Path),
    ("query", FactForm::Query),
    ("form", FactForm::Form),
    ("json", FactForm::Json),
    ("xml", FactForm::Xml),
    ("header", FactForm::Header),
    ("location", FactForm::Location),
    ("page", FactForm::Page),
];

const KINDS: &[(&str, FactKind)] = &[
    ("text", FactKind::Text),
    ("has", FactKind::Has),
    ("count", FactKind::Count),
    ("number", FactKind::Number),
    ("failures", FactKind::Failures),
    ("aadsts", FactKind::Aadsts),
];

/// One fact. Of several rows with one name the first that finds something counts.
#[derive(Clone, Copy, Debug)]
pub struct HttpFact {
    /// Words of endpoints by comma; `*` for all, and for requests to none.
    endpoints: &'static str,
    /// Which message holds it.
    pub side: FactSide,
    /// What it is a part of.
    pub form: FactForm,
    /// Where it stands there.
    pub path: &'static str,
    /// Name of the field that it becomes.
    pub name: &'static str,
    /// What becomes of what stands there.
    pub kind: FactKind,
}

impl HttpFact {
    /// Whether messages of this endpoint can hold it.
    pub fn is_of(&self, endpoint: Option<&str>) -> bool {
        let is_named = |endpoint| self.endpoints.split(',').any(|own| own == endpoint);
        self.endpoints == "*" || endpoint.is_some_and(is_named)
    }
}

pub(super) fn load(
    endpoints: &Endpoints,
    text: &'static str,
    faults: &mut Vec<TableError>,
) -> Vec<HttpFact> {
    let columns = ["endpoints", "side", "form", "path", "name", "kind", "basis"];
    let mut loaded = Vec::new();
    for row in rows("http_facts.tsv", text, columns, faults) {
        match fact(endpoints, row.cells) {
            Ok(fact) => loaded.push(fact),
            Err(fault) => faults.push(TableError {
                table: "http_facts.tsv",
                line: row.line,
                fault,
            }),
        }
    }
    loaded
}

fn fact(endpoints: &Endpoints, cells: [&'static str; 7]) -> Result<HttpFact, String> {
    let [words, side, form, path, name, kind, _] = cells;
    let is_known = |word: &str| word == "*" || endpoints.rows().iter().any(|row| row.word == word);
    if let Some(unknown) = words.split(',').find(|word| !is_known(word)) {
        return Err(format!("{unknown} is no endpoint"));
    }
    Ok(HttpFact {
        endpoints: words,
        side: named(SIDES, side)?,
        form: named(FORMS, form)?,
        path,
        name,
        kind: named(KINDS, kind)?,
    })
}

fn named<T: Copy>(known: &[(&str, T)], word: &str) -> Result<T, String> {
    known
        .iter()
        .find(|(own, _)| *own == word)
        .map(|(_, value)| *value)
        .ok_or_else(|| format!("unknown word {word}"))
}
