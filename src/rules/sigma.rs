//! Sigma's selections as queries: the same syntax tree, the same evaluation.
//!
//! The form is that of the Sigma specification 2 (*specified*): a map of `field|modifier: value`, all
//! of which must hold; a list of values is an *or*, with `|all` an *and*; a list of maps is an *or*.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::fault::unknown;
use super::raw::Tree;
use crate::timeline::{Comparison, Query};

/// Modifiers that a field may have.
const MODIFIERS: [&str; 13] = [
    "contains",
    "startswith",
    "endswith",
    "re",
    "cidr",
    "gt",
    "gte",
    "lt",
    "lte",
    "all",
    "windash",
    "base64offset",
    "exists",
];

/// Nesting that nobody writes.
const MAX_DEPTH: usize = 16;

/// A selection: a query, a map, or a list of either.
pub(super) fn selection(tree: &Tree) -> Result<Query, String> {
    let query = built_in(tree)?;
    let compiles = query.compiles().map_err(|error| error.to_string());
    compiles.map(|()| query)
}

/// One that tests have seen: its regular expressions are compiled when they are first asked.
pub(super) fn built_in(tree: &Tree) -> Result<Query, String> {
    selection_at(tree, MAX_DEPTH)
}

fn selection_at(tree: &Tree, depth: usize) -> Result<Query, String> {
    let depth = depth.checked_sub(1).ok_or("it nests too deep")?;
    match tree {
        Tree::Text(text) => Query::built_in(text).map_err(|error| error.to_string()),
        Tree::List(parts) if !parts.is_empty() => Ok(Query::any(
            parts
                .iter()
                .map(|part| selection_at(part, depth))
                .collect::<Result<_, _>>()?,
        )),
        Tree::Map(entries) if !entries.is_empty() => Ok(Query::all(
            entries
                .iter()
                .map(|(key, value)| entry(key, value))
                .collect::<Result<_, _>>()?,
        )),
        _ => Err("a selection is a query, a map of fields, or a list of either".to_owned()),
    }
}

/// What the modifiers of a field ask for.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each modifier is there or not, whatever the others are"
)]
pub(super) struct Asked {
    pub(super) how: Option<Comparison>,
    pub(super) all: bool,
    pub(super) windash: bool,
    pub(super) base64: bool,
    pub(super) exists: bool,
}

fn entry(key: &str, value: &Tree) -> Result<Query, String> {
    let mut parts = key.split('|');
    let name = parts.next().unwrap_or_default().trim();
    if name.is_empty() {
        return Err(format!("`{key}` names no field"));
    }
    let mut asked = Asked::default();
    for modifier in parts {
        asked.add(modifier.trim())?;
    }
    if asked.exists {
        let present = Query::term(name, Comparison::Present, "").map_err(|e| e.to_string())?;
        return match value {
            Tree::Bool(true) => Ok(present),
            Tree::Bool(false) => Ok(present.negated()),
            _ => Err(format!("`{key}` is true or false")),
        };
    }
    let values: Vec<&Tree> = match value {
        Tree::List(values) if !values.is_empty() => values.iter().collect(),
        Tree::List(_) | Tree::Map(_) => return Err(format!("`{key}` has no value")),
        single => vec![single],
    };
    let mut queries = Vec::new();
    for value in values {
        queries.push(one(name, value, &asked)?);
    }
    Ok(if asked.all {
        Query::all(queries)
    } else {
        Query::any(queries)
    })
}

impl Asked {
    /// Adds what a modifier asks for.
    pub(super) fn add(&mut self, modifier: &str) -> Result<(), String> {
        let how = match modifier {
            "contains" => Comparison::Contains,
            "startswith" => Comparison::Begins,
            "endswith" => Comparison::Ends,
            "re" => Comparison::Regex,
            "cidr" => Comparison::Range,
            "gt" => Comparison::More,
            "gte" => Comparison::AtLeast,
            "lt" => Comparison::Less,
            "lte" => Comparison::AtMost,
            other => return self.add_switch(other),
        };
        if self.how.replace(how).is_some() {
            return Err("two modifiers say how to compare".to_owned());
        }
        Ok(())
    }

    fn add_switch(&mut self, modifier: &str) -> Result<(), String> {
        let switch = match modifier {
            "all" => &mut self.all,
            "windash" => &mut self.windash,
            "base64offset" => &mut self.base64,
            "exists" => &mut self.exists,
            other => return Err(unknown("modifier", other, MODIFIERS)),
        };
        *switch = true;
        Ok(())
    }
}

fn one(name: &str, value: &Tree, asked: &Asked) -> Result<Query, String> {
    let term = |how, value: &str| Query::term(name, how, value).map_err(|error| error.to_string());
    let Some(text) = value.word() else {
        // Sigma's null: the field is absent or empty.
        return Ok(term(Comparison::Filled, "")?.negated());
    };
    let how = asked.how.unwrap_or(if asked.base64 {
        Comparison::Contains
    } else {
        Comparison::Equal
    });
    let texts = match (asked.windash, asked.base64) {
        (true, _) => dashes(&text),
        (false, true) => encoded(&text),
        (false, false) => vec![text],
    };
    Ok(Query::any(
        texts
            .iter()
            .map(|text| term(how, text))
            .collect::<Result<_, _>>()?,
    ))
}

/// The text with each sign that Windows' programs take for a dash.
pub(super) fn dashes(text: &str) -> Vec<String> {
    let signs = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];
    let with = |sign: char| {
        let mut out = String::new();
        let mut before = ' ';
        for letter in text.chars() {
            let begins = before.is_whitespace() && matches!(letter, '-' | '/');
            out.push(if begins { sign } else { letter });
            before = letter;
        }
        out
    };
    let mut all: Vec<String> = signs.into_iter().map(with).collect();
    all.dedup();
    all
}

/// The three forms that a text takes inside base64, by where in a group of three bytes it begins;
/// letters that its neighbours have a part in are left out.
pub(super) fn encoded(text: &str) -> Vec<String> {
    (0..3_usize)
        .map(|offset| {
            let mut bytes = vec![b' '; offset];
            bytes.extend_from_slice(text.as_bytes());
            let whole = STANDARD_NO_PAD.encode(&bytes);
            let begin = [0, 2, 3].get(offset).copied().unwrap_or_default();
            let end = whole.len() - usize::from(bytes.len() % 3 != 0);
            whole.get(begin..end).unwrap_or_default().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_forms_leave_out_what_neighbours_share() {
        let whole = |text: &str| STANDARD_NO_PAD.encode(text);
        for around in ["secret", "xsecretx", "xxsecretyy", "xxxsecret"] {
            let found = encoded("secret")
                .iter()
                .any(|form| whole(around).contains(form));
            assert!(found, "{around}");
        }
    }

    #[test]
    fn maps_become_queries_or_a_sentence() {
        let map = |entries: &[(&str, Tree)]| {
            let entries = entries.iter().map(|(k, v)| ((*k).to_owned(), v.clone()));
            Tree::Map(entries.collect())
        };
        let text = |text: &str| Tree::Text(text.to_owned());
        let good = |tree: &Tree, same: &str| {
            let query = Query::parse(same).unwrap_or_else(|error| panic!("{same}: {error}"));
            assert_eq!(selection(tree), Ok(query), "{same}");
        };
        good(&map(&[("event", text("UDR/204"))]), "event=UDR/204");
        good(
            &map(&[
                ("event", text("UDR/204")),
                ("HttpStatus|gte", Tree::Int(400)),
            ]),
            "event=UDR/204 HttpStatus>=400",
        );
        good(
            &map(&[("id", Tree::List(vec![Tree::Int(1), Tree::Int(2)]))]),
            "id=1 or id=2",
        );
        let bad = |tree: &Tree, part: &str| {
            let fault = selection(tree).expect_err(part);
            assert!(fault.contains(part), "{fault}");
        };
        bad(&map(&[("A|contian", text("x"))]), "did you mean `contains`");
        bad(&map(&[("A|re", text("("))]), "regular expression");
        bad(&map(&[("A|cidr", text("10.0.0.0"))]), "address range");
        bad(&map(&[("A|exists", text("x"))]), "true or false");
        bad(&Tree::Null, "a selection is");
    }
}
