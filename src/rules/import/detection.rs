//! Sigma's detections: selections, their condition, and where they look.

use super::super::condition::Condition;
use super::super::object::ObjectKind;
use super::super::raw::Tree;
use super::condition::{collapsed, rewritten};
use super::logsource::{self, LogSource};
use super::query::{Asked, field_name};
use super::values::Modifiers;
use super::write::{About, Written};
use super::{Document, Faults, texts};
use crate::catalog::Catalog;
use crate::timeline::{FIELDS, Query};

/// Nesting that nobody writes.
const MAX_DEPTH: usize = 16;

/// Fields of every event, by Sigma's names for the attributes of an event's header.
const HEADER: [(&str, &str); 13] = [
    ("EventID", "id"),
    ("Provider_Name", "provider"),
    ("Channel", "channel"),
    ("Computer", "host"),
    ("ComputerName", "host"),
    ("Level", "level"),
    ("Version", "version"),
    ("EventRecordID", "record"),
    ("Execution_ProcessID", "pid"),
    ("Execution_ThreadID", "tid"),
    ("Correlation_ActivityID", "activity"),
    ("Security_UserID", "user"),
    ("System_Provider_Name", "provider"),
];

/// Words of conditions and expressions, which a selection cannot be called by.
const RESERVED: [&str; 19] = [
    "and",
    "or",
    "not",
    "of",
    "all",
    "any",
    "them",
    "contains",
    "first",
    "last",
    "count",
    "true",
    "false",
    "null",
    "yes",
    "no",
    "on",
    "off",
    "condition",
];

/// A detection, translated.
#[derive(Debug)]
pub(super) struct Detection {
    /// Name and query of each selection that the condition asks for; the first may be the log.
    selections: Vec<(String, Asked)>,
    condition: String,
    /// Whether the first selection is the log, which every match is in.
    is_in_log: bool,
    /// All of it as one query.
    pub(super) whole: Asked,
}

/// Reads a detection; faults are noted.
pub(super) fn read(
    document: &Document<'_>,
    catalog: &Catalog,
    faults: &mut Faults,
) -> Option<Detection> {
    let source = logsource::read(document.get("logsource"), faults);
    let Some(Tree::Map(entries)) = document.get("detection") else {
        faults.add("detection", "it is missing");
        return None;
    };
    let before = faults.found.len();
    let mut names: Vec<(String, String)> = Vec::new();
    let mut selections = Vec::new();
    let mut conditions = Vec::new();
    for (key, tree) in entries {
        let place = format!("detection.{key}");
        match key.as_str() {
            "condition" => conditions = texts(Some(tree)),
            "timeframe" => faults.add(place, "it has no translation; correlations have"),
            _ => {
                let mut reader = Reader {
                    catalog,
                    source: source.as_ref(),
                    faults,
                };
                if let Some(query) = reader.selection(&place, tree, MAX_DEPTH) {
                    let own = role(key, &names);
                    names.push((own, key.clone()));
                    selections.push(query);
                }
            }
        }
    }
    // What is wrong with a selection would only be told again of the condition.
    if faults.found.len() > before {
        return None;
    }
    let condition = condition(&conditions, &names);
    let condition = faults.noted("detection.condition", condition)?;
    assembled(source.as_ref()?, names, selections, condition, faults)
}

/// The conditions as one, over our names.
fn condition(conditions: &[String], names: &[(String, String)]) -> Result<String, String> {
    let parts = conditions.iter().map(|text| rewritten(text, names));
    let parts = parts.collect::<Result<Vec<String>, String>>()?;
    match parts.as_slice() {
        [] => Err("it is missing".to_owned()),
        [single] => Ok(single.clone()),
        several => Ok(format!("({})", several.join(") or ("))),
    }
}

fn assembled(
    source: &LogSource,
    names: Vec<(String, String)>,
    queries: Vec<Asked>,
    text: String,
    faults: &mut Faults,
) -> Option<Detection> {
    let own: Vec<String> = names.into_iter().map(|(own, _)| own).collect();
    let condition = Condition::parse(&text, &own);
    let condition = faults.noted("detection.condition", condition)?;
    if source.query.is_none() && condition.holds(&mut |_| false) {
        faults.add(
            "detection.condition",
            "it holds where no selection does, and no log is named to look in",
        );
        return None;
    }
    let whole = collapsed(&condition, &queries)?;
    let mut used = vec![false; own.len()];
    condition.visit(&mut |place, _| {
        if let Some(used) = used.get_mut(place) {
            *used = true;
        }
    });
    let mut selections: Vec<(String, Asked)> = own.into_iter().zip(queries).collect();
    let mut used = used.into_iter();
    selections.retain(|_| used.next() == Some(true));
    let Some(query) = source.query else {
        return Some(Detection {
            selections,
            condition: text,
            is_in_log: false,
            whole,
        });
    };
    let log = Asked::Term(query.to_owned());
    let name = role("log", &selections);
    let condition = if text.contains(' ') {
        format!("{name} and ({text})")
    } else {
        format!("{name} and {text}")
    };
    selections.insert(0, (name, log.clone()));
    Some(Detection {
        selections,
        condition,
        is_in_log: true,
        whole: Asked::all(vec![log, whole]),
    })
}

impl Detection {
    /// As a rule of its own.
    pub(super) fn rule(&self, document: &Document<'_>) -> Written {
        let selections = self.selections.iter();
        let selections = selections.map(|(name, query)| (name.clone(), query.to_string()));
        let selections: Vec<(String, String)> = selections.collect();
        let title = document.told_title();
        // What fits every match is that event; another selection may be bound to an event beside it.
        let told = match (selections.as_slice(), self.is_in_log) {
            ([(name, _), ..], true) | ([(name, _)], false) => {
                format!("[[: {{{name}.event}} at {{{name}.time}}]]")
            }
            _ => String::new(),
        };
        Written {
            selections,
            about: About::Event(self.condition.clone()),
            explain: format!("{title}{told}."),
            suffix: String::new(),
            limits: Vec::new(),
        }
    }
}

/// A name for a selection that the language takes and that is not among those given.
pub(super) fn role<T>(name: &str, taken: &[(String, T)]) -> String {
    let letters = name.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '_',
    });
    let mut own: String = letters.collect();
    let is_word = RESERVED.contains(&own.as_str()) || ObjectKind::from_word(&own).is_some();
    let begins = own.starts_with(|letter: char| letter.is_ascii_lowercase());
    if is_word || !begins {
        own.insert_str(0, "s_");
    }
    let numbered = (2..).map(|number| format!("{own}_{number}"));
    let mut names = std::iter::once(own.clone()).chain(numbered);
    let is_free = |name: &String| !taken.iter().any(|(taken, _)| taken == name);
    names.find(is_free).unwrap_or(own)
}

struct Reader<'r> {
    catalog: &'r Catalog,
    source: Option<&'r LogSource>,
    faults: &'r mut Faults,
}

impl Reader<'_> {
    /// A selection: keywords, a map, or a list of either.
    fn selection(&mut self, place: &str, tree: &Tree, depth: usize) -> Option<Asked> {
        let Some(depth) = depth.checked_sub(1) else {
            self.faults.add(place, "it nests too deep");
            return None;
        };
        match tree {
            Tree::List(parts) if !parts.is_empty() => {
                let parts: Vec<Option<Asked>> = parts
                    .iter()
                    .map(|part| self.selection(place, part, depth))
                    .collect();
                Some(Asked::any(parts.into_iter().collect::<Option<_>>()?))
            }
            Tree::Map(entries) if !entries.is_empty() => {
                let parts: Vec<Option<Asked>> = entries
                    .iter()
                    .map(|(key, value)| self.entry(&format!("{place}.{key}"), key, value))
                    .collect();
                self.check_layout(place, entries);
                Some(Asked::all(parts.into_iter().collect::<Option<_>>()?))
            }
            keyword if keyword.word().is_some() => self.entry(place, "", keyword),
            _ => {
                self.faults.add(place, "it asks for nothing");
                None
            }
        }
    }

    /// `field|modifier: value`; without a field its values are keywords.
    fn entry(&mut self, place: &str, key: &str, value: &Tree) -> Option<Asked> {
        let mut parts = key.split('|').map(str::trim);
        let field = parts.next().unwrap_or_default();
        let name = if field.is_empty() {
            Ok("text".to_owned())
        } else {
            self.field(field)
        };
        let modifiers = Modifiers::read(parts);
        let (name, modifiers) = (
            self.faults.noted(place, name),
            self.faults.noted(place, modifiers),
        );
        let (name, mut modifiers) = (name?, modifiers?);
        if field.is_empty() {
            modifiers = modifiers.anywhere();
        }
        let values = match value {
            Tree::List(values) if !values.is_empty() => values.iter().collect(),
            Tree::List(_) => {
                self.faults.add(place, "it has no value");
                return None;
            }
            single => vec![single],
        };
        let mut terms = Vec::new();
        for value in values {
            let term = if name == "level" {
                level(value, &modifiers)
            } else {
                modifiers.term(&name, value)
            };
            let term = term.and_then(|term| {
                let query = Query::parse(&term.to_string());
                let checked = query.and_then(|query| query.check(self.catalog, None));
                checked.map(|()| term).map_err(|fault| fault.to_string())
            });
            terms.push(self.faults.noted(place, term)?);
        }
        Some(if modifiers.all {
            Asked::all(terms)
        } else {
            Asked::any(terms)
        })
    }

    /// The query language's name of a field of Sigma.
    fn field(&self, field: &str) -> Result<String, String> {
        if let Some((_, name)) = HEADER.iter().find(|(sigma, _)| *sigma == field) {
            return Ok((*name).to_owned());
        }
        let built_in = FIELDS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(field));
        if let Some((_, meaning)) = built_in {
            return Err(format!("`{field}` means something else here: {meaning}"));
        }
        let name = field_name(field)?;
        let query = Query::parse(&format!("{name}=1"));
        let checked = query.and_then(|query| query.check(self.catalog, None));
        checked.map(|()| name).map_err(|fault| fault.to_string())
    }

    /// Names fields that none of the events asked for by id has, as far as the catalogue tells.
    fn check_layout(&mut self, place: &str, entries: &[(String, Tree)]) {
        let Some(provider) = self.source.and_then(|source| source.provider) else {
            return;
        };
        let ids = entries.iter().find(|(key, _)| key == "EventID");
        let ids: Vec<String> = texts(ids.map(|(_, ids)| ids));
        let contradicts = |id: &str, term: &str| {
            let query = Query::parse(&format!("event=\"{provider}/{id}\" {term}")).ok()?;
            query.contradiction(self.catalog)
        };
        let known = |id: &String| contradicts(id, "").is_none();
        if ids.is_empty() || !ids.iter().all(known) {
            return;
        }
        for (key, _) in entries {
            let field = key.split('|').next().unwrap_or_default();
            let Ok(name) = self.field(field) else {
                continue;
            };
            let faults: Option<Vec<String>> = ids
                .iter()
                .map(|id| contradicts(id, &format!("{name}=\"*\"")))
                .collect();
            if let Some(fault) = faults.and_then(|faults| faults.into_iter().next()) {
                self.faults.add(format!("{place}.{key}"), fault);
            }
        }
    }
}

/// Windows' numbers of levels as words.
fn level(value: &Tree, modifiers: &Modifiers) -> Result<Asked, String> {
    let word = match value {
        Tree::Int(1) => "critical",
        Tree::Int(2) => "error",
        Tree::Int(3) => "warning",
        Tree::Int(4) => "info",
        Tree::Int(5) => "verbose",
        _ => return Err("it is none of the levels 1 to 5".to_owned()),
    };
    if !modifiers.is_equal() {
        return Err("levels are only compared as equal".to_owned());
    }
    Ok(Asked::Term(format!("level={word}")))
}
