//! Endpoints of sign-in, registration and enrolment: by which method, host, path and body a request to
//! each is recognised.

use rustc_hash::FxHashMap;

use super::table::{TableError, optional, rows};
use crate::model::Stage;

/// One way to recognise an endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// Its number, which is the id of the events that are requests to it; never 0.
    pub id: u32,
    /// Its name in one word.
    pub word: &'static str,
    /// Stage that a request to it belongs to.
    pub stage: Stage,
    /// What the row rests on.
    pub basis: &'static str,
    methods: &'static str,
    hosts: Hosts,
    path: &'static str,
    body: Option<&'static str>,
}

/// Groups of hosts, a bit for each.
type Groups = u32;

#[derive(Clone, Copy, Debug)]
enum Hosts {
    Any,
    Of(Groups),
}

/// What tells a request's endpoint.
pub struct Asked<'r> {
    /// Method, in any letter case.
    pub method: &'r str,
    /// Host without a port, in any letter case.
    pub host: &'r str,
    /// Path without its query.
    pub path: &'r str,
    /// Query without its question mark; empty where there is none.
    pub query: &'r str,
    /// Whether the body has a text in it; asked only where the rest of a row fits.
    pub body_has: &'r dyn Fn(&str) -> bool,
}

/// The endpoints and the hosts that they are on.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    rows: Vec<Endpoint>,
    /// Groups by a host's name, which stands for the hosts below it as well.
    names: FxHashMap<&'static str, Groups>,
    /// Groups by the first label of a host.
    first_labels: FxHashMap<&'static str, Groups>,
}

impl Endpoints {
    pub(super) fn load(
        hosts: &'static str,
        endpoints: &'static str,
        faults: &mut Vec<TableError>,
    ) -> Self {
        let mut loaded = Self::default();
        let groups = loaded.load_hosts(hosts, faults);
        let columns = [
            "id", "word", "method", "hosts", "path", "body", "stage", "basis",
        ];
        for row in rows("endpoints.tsv", endpoints, columns, faults) {
            match loaded.endpoint(row.cells, &groups) {
                Ok(endpoint) => loaded.rows.push(endpoint),
                Err(fault) => faults.push(TableError {
                    table: "endpoints.tsv",
                    line: row.line,
                    fault,
                }),
            }
        }
        loaded
    }

    /// Names of hosts that the table gives in full.
    pub fn hosts(&self) -> impl Iterator<Item = &'static str> {
        self.names.keys().copied()
    }

    fn load_hosts(
        &mut self,
        text: &'static str,
        faults: &mut Vec<TableError>,
    ) -> FxHashMap<&'static str, Groups> {
        let mut groups: FxHashMap<&'static str, Groups> = FxHashMap::default();
        for row in rows("hosts.tsv", text, ["group", "host", "basis"], faults) {
            let [group, host, _] = row.cells;
            let next = u32::try_from(groups.len())
                .ok()
                .and_then(|at| 1_u32.checked_shl(at));
            let bit = groups.get(group).copied().or(next);
            let (map, key) = match host.strip_suffix(".*") {
                Some(label) => (&mut self.first_labels, label),
                None => (&mut self.names, host),
            };
            let fault = match bit {
                None => format!("{group} is one group too many"),
                Some(bit) => {
                    groups.insert(group, bit);
                    match map.insert(key, bit) {
                        None => continue,
                        Some(_) => format!("{host} stands twice"),
                    }
                }
            };
            faults.push(TableError {
                table: "hosts.tsv",
                line: row.line,
                fault,
            });
        }
        groups
    }

    fn endpoint(
        &self,
        cells: [&'static str; 8],
        groups: &FxHashMap<&'static str, Groups>,
    ) -> Result<Endpoint, String> {
        let [id, word, methods, hosts, path, body, stage, basis] = cells;
        let id = id.parse().ok().filter(|id| *id != 0);
        let id = id.ok_or_else(|| "the id is no number above 0".to_owned())?;
        let stage = Stage::from_word(stage).ok_or_else(|| format!("unknown stage {stage}"))?;
        let other = |known: &&Endpoint| {
            (known.id == id || known.word == word)
                && (known.id, known.word, known.stage) != (id, word, stage)
        };
        if let Some(other) = self.rows.iter().find(other) {
            return Err(format!("{id} is {} in another row", other.word));
        }
        if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err("paths are compared in lower case".to_owned());
        }
        let group = |name| {
            let group = groups.get(name).copied();
            group.ok_or_else(|| format!("{name} is not in hosts.tsv"))
        };
        let hosts = match hosts {
            "*" => Hosts::Any,
            names => Hosts::Of(
                names
                    .split(',')
                    .try_fold(0, |all, name| Ok::<Groups, String>(all | group(name)?))?,
            ),
        };
        Ok(Endpoint {
            id,
            word,
            stage,
            basis,
            methods,
            hosts,
            path,
            body: optional(body),
        })
    }

    /// All rows, in the order in which they are tried.
    pub fn rows(&self) -> &[Endpoint] {
        &self.rows
    }

    /// The endpoint that a request goes to, if it is a known one.
    pub fn find(&self, asked: &Asked<'_>) -> Option<&Endpoint> {
        let groups = self.groups_of(&asked.host.to_ascii_lowercase());
        let path = asked.path.to_ascii_lowercase();
        let path = path.strip_suffix('/').unwrap_or(&path);
        let with_query = format!("{path}?{}", asked.query.to_ascii_lowercase());
        self.rows.iter().find(|row| {
            let is_on_host = match row.hosts {
                Hosts::Any => true,
                Hosts::Of(own) => own & groups != 0,
            };
            let place = if row.path.contains('?') {
                &with_query
            } else {
                path
            };
            is_on_host
                && takes(row.methods, asked.method)
                && is_like(place, row.path)
                && row.body.is_none_or(|text| (asked.body_has)(text))
        })
    }

    /// The groups that a host in lower case is in: by its name, by those it is below, by its begin.
    fn groups_of(&self, host: &str) -> Groups {
        let host = host.strip_suffix('.').unwrap_or(host);
        let (first, _) = host.split_once('.').unwrap_or_default();
        let mut groups = self.first_labels.get(first).copied().unwrap_or(0);
        let mut rest = Some(host);
        while let Some(name) = rest {
            groups |= self.names.get(name).copied().unwrap_or(0);
            rest = name.split_once('.').map(|(_, rest)| rest);
        }
        groups
    }
}

/// Whether a list of methods has this one; `*` has all but the one that opens a tunnel, whose content
/// is not known.
fn takes(methods: &str, method: &str) -> bool {
    match methods {
        "*" => !method.eq_ignore_ascii_case("CONNECT"),
        list => list.split(',').any(|own| own.eq_ignore_ascii_case(method)),
    }
}

/// Whether a text is what the pattern says, in which `*` stands for anything.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let begin = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(begin) else {
        return false;
    };
    let Some(end) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            return false;
        };
        rest = behind;
    }
    rest.ends_with(end)
}

#[cfg(test)]
mod tests;
