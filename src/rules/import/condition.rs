//! Conditions of Sigma over renamed selections, and as one query.

use super::super::condition::Condition;
use super::super::fault::unknown;
use super::query::Asked;

/// Sigma's condition with our names of the selections; names are pairs of ours and Sigma's.
pub(super) fn rewritten(text: &str, names: &[(String, String)]) -> Result<String, String> {
    if text.contains('|') {
        return Err("an aggregation behind `|` has no translation".to_owned());
    }
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut out: Vec<String> = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let lower = word.to_ascii_lowercase();
        if words
            .peek()
            .is_some_and(|next| next.eq_ignore_ascii_case("of"))
        {
            words.next();
            let pattern = words.next().ok_or("it ends too early")?;
            let sign = match lower.as_str() {
                "1" | "any" => " or ",
                "all" => " and ",
                _ => return Err(format!("`{word} of` has no translation")),
            };
            out.push(format!("({})", fitting(pattern, names)?.join(sign)));
        } else if matches!(lower.as_str(), "and" | "or" | "not" | "(" | ")") {
            out.push(lower);
        } else {
            let own = names.iter().find(|(_, sigma)| sigma == word);
            let known = || names.iter().map(|(_, sigma)| sigma.as_str());
            let own = own.ok_or_else(|| unknown("selection", word, known()))?;
            out.push(own.0.clone());
        }
    }
    Ok(out.join(" ").replace("( ", "(").replace(" )", ")"))
}

/// Our names of the selections that a pattern means.
fn fitting<'n>(pattern: &str, names: &'n [(String, String)]) -> Result<Vec<&'n str>, String> {
    let fits = |name: &str| match pattern {
        "them" => !name.starts_with('_'),
        _ => fits(name, pattern),
    };
    let found = names.iter().filter(|(_, sigma)| fits(sigma));
    let found: Vec<&str> = found.map(|(own, _)| own.as_str()).collect();
    if found.is_empty() {
        return Err(format!("no selection fits `{pattern}`"));
    }
    Ok(found)
}

/// Whether a name fits a pattern in which `*` stands for any run.
fn fits(name: &str, pattern: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once('*') else {
        return name == pattern;
    };
    let Some(mut name) = name.strip_prefix(begin) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match name.split_once(part) {
            Some((_, after)) => name = after,
            None => return false,
        }
    }
    name.ends_with(end)
}

/// A condition with its selections put in: one query.
pub(super) fn collapsed(condition: &Condition, selections: &[Asked]) -> Option<Asked> {
    let all = |parts: &[Condition]| -> Option<Vec<Asked>> {
        let parts = parts.iter();
        parts.map(|part| collapsed(part, selections)).collect()
    };
    Some(match condition {
        Condition::And(parts) => Asked::all(all(parts)?),
        Condition::Or(parts) => Asked::any(all(parts)?),
        Condition::Not(inner) => collapsed(inner, selections)?.negated(),
        Condition::Selection(place) => selections.get(*place)?.clone(),
    })
}
