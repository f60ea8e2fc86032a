//! Facts that stand inside a text field: which words announce them, and what they are called.

use super::events::Events;
use super::table::{TableError, optional, rows};

/// How far the fact reaches from its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// The function that the text begins with, without its class.
    Function,
    /// The class of that function.
    Class,
    /// To the end of the clause: `; `, a line end, or `, ` before another mark.
    Value,
    /// One word.
    Word,
    /// The word before the mark.
    Before,
    /// What follows in double quotes.
    Quoted,
    /// A status code in hexadecimal.
    Code,
    /// A GUID.
    Guid,
    /// Lines of `Name: value`, each a fact of its own.
    Lines,
    /// Everything that follows.
    Rest,
}

const KINDS: &[(&str, TextKind)] = &[
    ("function", TextKind::Function),
    ("class", TextKind::Class),
    ("value", TextKind::Value),
    ("word", TextKind::Word),
    ("before", TextKind::Before),
    ("quoted", TextKind::Quoted),
    ("code", TextKind::Code),
    ("guid", TextKind::Guid),
    ("lines", TextKind::Lines),
    ("rest", TextKind::Rest),
];

/// One fact that texts of a provider can hold.
#[derive(Clone, Copy, Debug)]
pub struct TextRow {
    /// Index into [`Events::providers`].
    pub provider: usize,
    /// First and last event id; `None` for any.
    pub ids: Option<(u32, u32)>,
    /// The payload field that holds the text.
    pub field: &'static str,
    /// How far the fact reaches.
    pub kind: TextKind,
    /// What announces it; empty where its place does.
    pub mark: &'static str,
    /// Name of the field that it becomes.
    pub name: &'static str,
}

pub(super) fn load(
    events: &Events,
    text: &'static str,
    faults: &mut Vec<TableError>,
) -> Vec<TextRow> {
    let columns = ["provider", "ids", "field", "kind", "mark", "name"];
    let mut loaded = Vec::new();
    for row in rows("texts.tsv", text, columns, faults) {
        match text_row(events, row.cells) {
            Ok(row) => loaded.push(row),
            Err(fault) => faults.push(TableError {
                table: "texts.tsv",
                line: row.line,
                fault,
            }),
        }
    }
    loaded
}

fn text_row(events: &Events, cells: [&'static str; 6]) -> Result<TextRow, String> {
    let [provider, ids, field, kind, mark, name] = cells;
    let kind = KINDS
        .iter()
        .find(|(word, _)| *word == kind)
        .map(|(_, kind)| *kind)
        .ok_or_else(|| format!("unknown kind {kind}"))?;
    let placed = matches!(kind, TextKind::Function | TextKind::Class);
    let mark = optional(mark).unwrap_or_default();
    if placed != mark.is_empty() {
        return Err("every kind but function and class needs a mark".to_owned());
    }
    Ok(TextRow {
        provider: events
            .provider(provider)
            .ok_or_else(|| format!("provider {provider} is not in providers.tsv"))?,
        ids: id_range(ids)?,
        field,
        kind,
        mark,
        name,
    })
}

/// `*`, one id or `first-last`.
fn id_range(text: &str) -> Result<Option<(u32, u32)>, String> {
    if text == "*" {
        return Ok(None);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let id = |text: &str| text.parse().map_err(|_| format!("event ids {text}"));
    Ok(Some((id(first)?, id(last)?)))
}
