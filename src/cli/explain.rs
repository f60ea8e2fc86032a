//! `explain`: what the catalogues know of a code or an event.

use std::io::{self, Write};

use crate::catalog::{Catalog, ErrorRow, EventRow, code_text};
use crate::export::clean;
use crate::model::Value;

/// Writes what is known of one word; false where nothing is.
pub(super) fn explain(word: &str, catalog: &Catalog, out: &mut dyn Write) -> io::Result<bool> {
    let rows = catalog.errors.find(word);
    let events = events(word, catalog);
    writeln!(out, "{}", clean(word))?;
    for row in &rows {
        error(row, catalog, out)?;
    }
    for row in &events {
        event(row, catalog, out)?;
    }
    if rows.is_empty() && events.is_empty() {
        return unknown(word, catalog, out);
    }
    Ok(true)
}

/// The catalogue's rows for `UDR/304`, or for a bare id of any provider when nothing else fits.
fn events<'c>(word: &str, catalog: &'c Catalog) -> Vec<&'c EventRow> {
    let Some((provider, id)) = word.rsplit_once('/') else {
        return Vec::new();
    };
    match (catalog.events.provider(provider), id.parse()) {
        (Some(provider), Ok(id)) => catalog.events.of_id(provider, id).collect(),
        _ => Vec::new(),
    }
}

fn error(row: &ErrorRow, catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    let name = row.name.unwrap_or("without a public name");
    writeln!(out, "  {} {name}", row.code)?;
    let family = catalog
        .errors
        .family(row.family)
        .map_or_else(String::new, |what| format!(" ({what})"));
    writeln!(out, "    family      {}{family}", row.family)?;
    writeln!(out, "    stage       {}", row.stage)?;
    for (label, text) in [
        ("meaning", row.meaning),
        ("causes", row.cause),
        ("what to do", row.remedy),
    ] {
        if let Some(text) = text {
            writeln!(out, "    {label:<11} {text}")?;
        }
    }
    writeln!(
        out,
        "    source      {} (confidence {})",
        row.source,
        row.confidence.word()
    )
}

fn event(row: &EventRow, catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    let provider = &catalog.events.providers()[row.provider];
    let version = row
        .version
        .map_or_else(String::new, |version| format!(", version {version}"));
    let channel = if row.channel == "*" {
        "any channel"
    } else {
        row.channel
    };
    writeln!(out, "  {}/{} {}", provider.alias, row.id, row.title)?;
    writeln!(
        out,
        "    provider    {} ({channel}{version})",
        provider.name
    )?;
    writeln!(out, "    stage       {}", row.stage)?;
    let outcome = format!("{:?}", row.outcome).to_lowercase();
    match row.status {
        Some(status) => writeln!(
            out,
            "    outcome     {outcome}, decided by {status} where it is there"
        )?,
        None => writeln!(out, "    outcome     {outcome}")?,
    }
    if let Some(fields) = row.fields {
        let names: Vec<&str> = fields
            .split(';')
            .filter_map(|field| field.split(':').next())
            .collect();
        writeln!(out, "    fields      {}", names.join(", "))?;
    }
    writeln!(out, "    basis       {}", row.basis)
}

/// A code that no row knows can still be placed by its facility.
fn unknown(word: &str, catalog: &Catalog, out: &mut dyn Write) -> io::Result<bool> {
    let code = Value::Text(word)
        .code()
        .or_else(|| u32::from_str_radix(word, 16).ok());
    if let Some((code, (facility, title))) =
        code.and_then(|code| Some((code, catalog.errors.facility(code)?)))
    {
        let code = code_text(code);
        writeln!(
            out,
            "  {code} is not in the catalogue; its facility is {facility}: {title}"
        )?;
        return Ok(true);
    }
    writeln!(
        out,
        "  nothing is known of it; give a code (0x801c03ed, -2145647635, AADSTS50076) or an event (UDR/304)"
    )?;
    Ok(false)
}
