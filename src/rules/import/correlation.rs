//! Sigma's correlations of detections in the same file: sequences and counts.

use std::collections::BTreeSet;

use super::super::raw::{Tree, span};
use super::detection::role;
use super::query::Asked;
use super::write::{About, Written};
use super::{Content, Document, Faults, get, texts};

/// A temporal correlation of so many rules has a rule for each order.
const MOST_IN_ANY_ORDER: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// So many events, at least.
    Count(u64),
    InOrder,
    InAnyOrder,
}

/// A correlation, its parts still by the names that Sigma gives them.
#[derive(Debug)]
pub(super) struct Correlation {
    kind: Kind,
    /// Ids or names of rules.
    parts: Vec<String>,
    /// The key that events belong together by.
    by: &'static str,
    is_grouped: bool,
    within: String,
    /// Whether its parts are rules of their own too.
    generates: bool,
}

/// Reads a correlation; faults are noted.
pub(super) fn read(document: &Document<'_>, faults: &mut Faults) -> Option<Correlation> {
    let Some(Tree::Map(entries)) = document.get("correlation") else {
        faults.add("correlation", "it is no map");
        return None;
    };
    let parts = texts(get(entries, "rules"));
    let is_set = |tree: Option<&Tree>| tree == Some(&Tree::Bool(true));
    let generates = is_set(document.get("generate")) || is_set(get(entries, "generate"));
    let group = texts(get(entries, "group-by"));
    for (key, _) in entries {
        let fault = match key.as_str() {
            "type" | "rules" | "group-by" | "timespan" | "condition" | "generate" => continue,
            "aliases" => "fields of different names cannot be tied to each other",
            _ => "it has no translation",
        };
        faults.add(format!("correlation.{key}"), fault);
    }
    let kind = kind(entries, &parts);
    let kind = faults.noted("correlation", kind);
    let by = faults.noted("correlation.group-by", key_of(&group));
    let within = within(get(entries, "timespan"));
    let within = faults.noted("correlation.timespan", within);
    Some(Correlation {
        kind: kind?,
        parts,
        by: by?,
        is_grouped: !group.is_empty(),
        within: within?,
        generates,
    })
}

fn kind(entries: &[(String, Tree)], parts: &[String]) -> Result<Kind, String> {
    let word = get(entries, "type").and_then(Tree::word);
    let condition = match get(entries, "condition") {
        Some(Tree::Map(condition)) => Some(condition.as_slice()),
        Some(_) => return Err("condition: only numbers of events have a translation".to_owned()),
        None => None,
    };
    let kind = match word.as_deref() {
        Some("event_count") if parts.is_empty() => return Err("rules: they are missing".to_owned()),
        Some("event_count") => {
            let condition = condition.ok_or("condition: it is missing")?;
            return Ok(Kind::Count(at_least(condition)?));
        }
        Some("temporal_ordered") => Kind::InOrder,
        Some("temporal") => Kind::InAnyOrder,
        Some(other) => return Err(format!("type: `{other}` has no translation")),
        None => return Err("type: it is missing".to_owned()),
    };
    let distinct: BTreeSet<&String> = parts.iter().collect();
    if parts.len() < 2 || distinct.len() < parts.len() {
        return Err("rules: it takes two different ones or more".to_owned());
    }
    if kind == Kind::InAnyOrder && parts.len() > MOST_IN_ANY_ORDER {
        return Err(format!(
            "rules: more than {MOST_IN_ANY_ORDER} in any order have no translation"
        ));
    }
    // The number of different rules that must be met; here it is always all of them.
    let all = u64::try_from(parts.len()).ok();
    if condition.is_some_and(|condition| at_least(condition).ok() != all) {
        return Err("condition: only all of the rules together have a translation".to_owned());
    }
    Ok(kind)
}

/// The least number that a condition asks for; there must be no upper bound.
fn at_least(condition: &[(String, Tree)]) -> Result<u64, String> {
    let mut least = None;
    for (key, value) in condition {
        let number = match value {
            Tree::Int(number) => u64::try_from(*number).ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| format!("condition.{key}: it is no number"))?;
        match key.as_str() {
            "gte" => least = least.max(Some(number)),
            "gt" => least = least.max(number.checked_add(1)),
            "lt" | "lte" | "eq" => {
                return Err(format!(
                    "condition.{key}: only `gt` and `gte` have a translation"
                ));
            }
            _ => return Err(format!("condition.{key}: it has no translation")),
        }
    }
    let least = least.ok_or("condition: it says no number")?;
    if least == 0 {
        return Err("condition: a count of nothing always holds".to_owned());
    }
    Ok(least)
}

/// The key of sequences and counts that these fields are.
fn key_of(fields: &[String]) -> Result<&'static str, String> {
    let mut key = "device";
    for field in fields {
        let own = match field.as_str() {
            "Computer" | "ComputerName" => continue,
            "Correlation_ActivityID" => "activity",
            "CorrelationId" => "correlation",
            "Execution_ProcessID" => "process",
            _ => {
                return Err(format!(
                    "events are not tied by `{field}`, only by Computer, Correlation_ActivityID, \
                     CorrelationId, Execution_ProcessID"
                ));
            }
        };
        if key != "device" && key != own {
            return Err(format!("events are tied by {key} or by {own}, not by both"));
        }
        key = own;
    }
    Ok(key)
}

fn within(tree: Option<&Tree>) -> Result<String, String> {
    let text = tree.and_then(Tree::word).ok_or("it is missing")?;
    match span(&text) {
        Some(seconds) if seconds > 0.0 && !text.ends_with("ms") => Ok(text),
        _ => Err(format!("`{text}` is no span such as 90s, 5m, 2h, 1d")),
    }
}

/// Numbers of the documents that are parts of a correlation and no rules of their own.
pub(super) fn used(documents: &[Document<'_>], contents: &[Option<Content>]) -> BTreeSet<usize> {
    let mut used = BTreeSet::new();
    let mut kept = BTreeSet::new();
    for document in documents {
        // A correlation that could not be read has parts all the same.
        let Some(Tree::Map(entries)) = document.get("correlation") else {
            continue;
        };
        let found = documents
            .iter()
            .position(|known| known.number == document.number);
        let content = found.and_then(|place| contents.get(place)?.as_ref());
        let generates =
            matches!(content, Some(Content::Correlation(correlation)) if correlation.generates);
        for name in texts(get(entries, "rules")) {
            let place = place_of(documents, &name);
            let number = place.and_then(|place| Some(documents.get(place)?.number));
            if generates {
                kept.extend(number);
            } else {
                used.extend(number);
            }
        }
    }
    used.difference(&kept).copied().collect()
}

/// The document with this id or name.
fn place_of(documents: &[Document<'_>], name: &str) -> Option<usize> {
    let is_meant =
        |key: &str, document: &Document<'_>| document.words(key).is_some_and(|own| own == name);
    let mut places = documents.iter();
    places.position(|document| is_meant("id", document) || is_meant("name", document))
}

impl Correlation {
    /// As rules: one, or one for each order.
    pub(super) fn rules(
        &self,
        document: &Document<'_>,
        documents: &[Document<'_>],
        contents: &[Option<Content>],
        faults: &mut Faults,
    ) -> Vec<Written> {
        let mut roles: Vec<(String, Asked)> = Vec::new();
        for name in &self.parts {
            let whole = part(name, documents, contents);
            if let Some((title, whole)) = faults.noted("correlation.rules", whole) {
                let own = role(&title, &roles);
                roles.push((own, whole));
            }
        }
        if roles.len() < self.parts.len() {
            return Vec::new();
        }
        let title = document.told_title();
        match self.kind {
            Kind::Count(number) => vec![self.count(number, roles, &title)],
            Kind::InOrder => vec![self.sequence(&roles, &title, String::new())],
            Kind::InAnyOrder => {
                let numbered = (1..).zip(orders(&roles));
                let each = numbered.map(|(number, order)| {
                    self.sequence(&order, &title, format!("order-{number}"))
                });
                each.collect()
            }
        }
    }

    fn count(&self, number: u64, roles: Vec<(String, Asked)>, title: &str) -> Written {
        let name = match roles.as_slice() {
            [(name, _)] => name.clone(),
            _ => "counted".to_owned(),
        };
        let queries = roles.into_iter().map(|(_, query)| query).collect();
        Written {
            selections: vec![(name.clone(), Asked::any(queries).to_string())],
            about: About::Count(format!(
                "{{ select: {name}, at_least: {number}, by: {}, within: {} }}",
                self.by, self.within
            )),
            explain: format!(
                "{title}: {number} events or more within {}[[, the last one {{{name}.event}} at {{{name}.time}}]].",
                self.within
            ),
            suffix: String::new(),
            limits: self.limits(),
        }
    }

    fn sequence(&self, roles: &[(String, Asked)], title: &str, suffix: String) -> Written {
        let names: Vec<&str> = roles.iter().map(|(name, _)| name.as_str()).collect();
        let told = names
            .iter()
            .map(|name| format!("{{{name}.event}} at {{{name}.time}}"));
        let told: Vec<String> = told.collect();
        let selections = roles.iter();
        Written {
            selections: selections
                .map(|(name, query)| (name.clone(), query.to_string()))
                .collect(),
            about: About::Sequence(format!(
                "{{ order: [{}], by: {}, within: {} }}",
                names.join(", "),
                self.by,
                self.within
            )),
            explain: format!("{title}: {}.", told.join(", then ")),
            suffix,
            limits: self.limits(),
        }
    }

    fn limits(&self) -> Vec<String> {
        let ungrouped = "The Sigma rule groups by nothing; here events of one device are tied";
        let grouped = self.is_grouped;
        (!grouped)
            .then(|| ungrouped.to_owned())
            .into_iter()
            .collect()
    }
}

/// Title and query of a detection that a correlation names.
fn part(
    name: &str,
    documents: &[Document<'_>],
    contents: &[Option<Content>],
) -> Result<(String, Asked), String> {
    let place = place_of(documents, name);
    let place = place.ok_or_else(|| format!("`{name}` is no rule of this file"))?;
    let document = documents.get(place);
    let own = document.and_then(|document| document.words("name").or(document.words("title")));
    match contents.get(place).and_then(Option::as_ref) {
        Some(Content::Detection(detection)) => {
            Ok((own.unwrap_or_default(), detection.whole.clone()))
        }
        Some(Content::Correlation(_)) => Err(format!(
            "`{name}` is a correlation itself, which has no translation"
        )),
        None => Err(format!("`{name}` could not be translated")),
    }
}

/// Every order of a few.
fn orders(roles: &[(String, Asked)]) -> Vec<Vec<(String, Asked)>> {
    let mut found = vec![Vec::new()];
    for _ in roles {
        let longer = found.into_iter().flat_map(|order: Vec<(String, Asked)>| {
            let rest = roles.iter().filter(|role| !order.contains(role));
            let longer = rest.map(|role| {
                let mut longer = order.clone();
                longer.push(role.clone());
                longer
            });
            longer.collect::<Vec<_>>()
        });
        found = longer.collect();
    }
    found
}
