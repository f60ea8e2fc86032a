//! What names people, machines and organisations, and what does not although it looks so: `redact.tsv`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::table::{TableError, optional, rows};
use crate::model::NameKind;

/// What a field or a place in a text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PersonalKind {
    /// Names of one kind.
    Name(NameKind),
    /// Addresses: whatever stands for a host in them names one, unless it is public.
    Address,
}

/// The table by form.
#[derive(Clone, Debug, Default)]
pub struct Personal {
    /// By a field's name in lower case.
    fields: FxHashMap<String, PersonalKind>,
    /// Names of fields that are looked for inside texts as well.
    pub members: Vec<(&'static str, PersonalKind)>,
    /// Marks right behind which a name stands.
    pub marks: Vec<(&'static str, PersonalKind)>,
    /// Domains that everybody knows.
    public: FxHashSet<&'static str>,
    /// Domains in which each organisation has a label of its own.
    shared: FxHashSet<&'static str>,
    /// Labels of hosts that tell a role.
    roles: FxHashSet<&'static str>,
    /// Names that every Windows or every tenant has, by kind and in lower case.
    builtin: FxHashSet<(NameKind, String)>,
}

impl Personal {
    pub(super) fn load(text: &'static str, faults: &mut Vec<TableError>) -> Self {
        let mut loaded = Self::default();
        for row in rows(
            "redact.tsv",
            text,
            ["form", "kind", "name", "basis"],
            faults,
        ) {
            if let Err(fault) = loaded.add(row.cells) {
                faults.push(TableError {
                    table: "redact.tsv",
                    line: row.line,
                    fault,
                });
            }
        }
        loaded
    }

    fn add(&mut self, cells: [&'static str; 4]) -> Result<(), String> {
        let [form, kind, name, basis] = cells;
        optional(basis).ok_or_else(|| format!("{name} has no basis"))?;
        let kind = match kind {
            "address" => PersonalKind::Address,
            word => PersonalKind::Name(
                NameKind::from_word(word).ok_or_else(|| format!("unknown kind {word}"))?,
            ),
        };
        let is_new = match (form, kind) {
            ("field" | "member", kind) => {
                if form == "member" {
                    self.members.push((name, kind));
                }
                self.fields
                    .insert(name.to_ascii_lowercase(), kind)
                    .is_none()
            }
            ("after", kind) => {
                self.marks.push((name, kind));
                true
            }
            ("public", PersonalKind::Name(NameKind::Domain)) => self.public.insert(name),
            ("shared", PersonalKind::Name(NameKind::Tenant)) => self.shared.insert(name),
            ("role", PersonalKind::Name(NameKind::Host)) => self.roles.insert(name),
            ("builtin", PersonalKind::Name(kind)) => {
                self.builtin.insert((kind, name.to_ascii_lowercase()))
            }
            _ => return Err(format!("{form} is no form of this kind")),
        };
        if is_new {
            Ok(())
        } else {
            Err(format!("{name} stands twice"))
        }
    }

    /// What the field of this name holds, in any letter case. Of a device fact the part behind the
    /// last dot is the name.
    pub fn field(&self, name: &str) -> Option<PersonalKind> {
        let name = name.rsplit('.').next().unwrap_or(name);
        self.fields.get(&name.to_ascii_lowercase()).copied()
    }

    /// Whether every Windows or every tenant has this name.
    pub fn is_builtin(&self, kind: NameKind, name: &str) -> bool {
        self.builtin.contains(&(kind, name.to_ascii_lowercase()))
    }

    /// Whether a host in lower case belongs to a domain that everybody knows.
    pub fn is_public(&self, host: &str) -> bool {
        above(host).any(|domain| self.public.contains(domain))
    }

    /// The label of an organisation and the shared domain that it stands in, of a host in lower case.
    pub fn shared<'h>(&self, host: &'h str) -> Option<(&'h str, &'h str)> {
        let domain = above(host).find(|domain| self.shared.contains(domain))?;
        let before = host.strip_suffix(domain)?.strip_suffix('.')?;
        Some((before.rsplit('.').next()?, domain))
    }

    /// Whether a label in lower case tells what a host does, and not which one it is.
    pub fn is_role(&self, label: &str) -> bool {
        self.roles.contains(label)
    }
}

/// A host and the domains that it stands in.
fn above(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |host| Some(host.split_once('.')?.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn hosts_are_public_or_shared_by_their_domains() {
        let catalog = Catalog::embedded().expect("the tables load");
        let personal = &catalog.personal;
        assert!(personal.is_public("login.microsoftonline.com"));
        assert!(!personal.is_public("login.microsoftonline.com.contoso.example"));
        assert!(!personal.is_public("notmicrosoft.com"));
        assert_eq!(
            personal.shared("contoso.mail.onmicrosoft.com"),
            Some(("contoso", "mail.onmicrosoft.com"))
        );
        assert_eq!(personal.shared("onmicrosoft.com"), None);
        assert_eq!(
            personal.field("tenant_details.TenantName"),
            Some(PersonalKind::Name(NameKind::Tenant))
        );
    }

    /// Every endpoint that the other tables know is public here, so that nothing that explains a
    /// request is taken away.
    #[test]
    fn known_endpoints_stay_readable() {
        let catalog = Catalog::embedded().expect("the tables load");
        for host in catalog.endpoints.hosts() {
            let is_address = host.parse::<core::net::IpAddr>().is_ok();
            assert!(is_address || catalog.personal.is_public(host), "{host}");
        }
    }
}
