//! Names while they are gathered: what each is a name of, and whether it may be looked for in texts.

use rustc_hash::{FxHashMap, FxHashSet};

use super::shapes::is_well_known_sid;
use super::words::{guid_digits, words};
use crate::catalog::{Catalog, Personal, PersonalKind};
use crate::model::NameKind;

/// Longest name that is gathered, in bytes; what is longer is a text.
const LONGEST: usize = 256;
/// Names that are gathered. Evidence with more is met by [`Names::is_full`].
const MOST: usize = 100_000;
/// Letters that a name needs to be looked for in texts.
const SHORTEST: usize = 3;
/// The same for ids that are neither GUIDs nor SIDs, and for numbers.
const SHORTEST_ID: usize = 6;

/// A name and what it is a name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) kind: NameKind,
    /// Its place in the order in which names were met.
    pub(super) order: usize,
    /// Whether it is replaced wherever it stands; a short or ordinary word only where a field says
    /// that it is a name.
    pub(super) is_telling: bool,
}

/// The names met so far.
pub(super) struct Names<'c> {
    pub(super) personal: &'c Personal,
    /// Words of the catalogue, which must stay readable.
    ordinary: FxHashSet<String>,
    /// By the name in lower case.
    pub(super) found: FxHashMap<String, Name>,
    /// Two names and what stands between them: replaced together, though neither may be telling.
    pub(super) pairs: FxHashSet<(String, char, String)>,
    pub(super) is_full: bool,
}

impl<'c> Names<'c> {
    pub(super) fn new(catalog: &'c Catalog) -> Self {
        Self {
            personal: &catalog.personal,
            ordinary: ordinary(catalog),
            found: FxHashMap::default(),
            pairs: FxHashSet::default(),
            is_full: false,
        }
    }

    /// Whether what was met before still counts when it is met again: with as many pairs as are
    /// gathered, the next one, known or not, says that there are too many.
    pub(super) fn heeds_repeats(&self) -> bool {
        self.pairs.len() >= MOST && !self.is_full
    }

    /// Takes in what a field or a place of this kind holds.
    pub(super) fn learn(&mut self, kind: PersonalKind, value: &str) {
        match kind {
            PersonalKind::Address => self.addresses(value),
            PersonalKind::Name(kind) => {
                if let Some(value) = bare(value) {
                    self.named(kind, value);
                }
            }
        }
    }

    fn named(&mut self, kind: NameKind, value: &str) {
        match kind {
            NameKind::User => self.users(value),
            NameKind::Host => self.host(value),
            NameKind::Domain => self.domain(value),
            NameKind::Tenant => self.tenant(value),
            NameKind::Sid => self.sid(value),
            NameKind::Ip => self.ip(value),
            _ => self.id(kind, value),
        }
    }

    /// One account, or a list of spellings of one.
    fn users(&mut self, value: &str) {
        let is_list = value.contains(", ") && value.contains(['@', '\\']);
        let parts: Vec<&str> = if is_list {
            value.split(", ").collect()
        } else {
            vec![value]
        };
        for part in parts.into_iter().filter_map(bare) {
            self.user(part);
        }
    }

    fn user(&mut self, value: &str) {
        if value.to_ascii_uppercase().starts_with("S-1-") {
            return self.sid(value);
        }
        if let Some((local, domain)) = value.rsplit_once('@') {
            return self.account(local, domain);
        }
        let Some((domain, name)) = value.split_once('\\') else {
            return self.add(NameKind::User, value);
        };
        let name = name.trim_start_matches('\\');
        if self.personal.is_builtin(NameKind::Domain, domain) && domain.contains(' ') {
            return;
        }
        self.domain(domain);
        if let Some(host) = name.strip_suffix('$') {
            self.host(host);
        } else {
            self.add(NameKind::User, name);
            self.pair(domain, '\\', name);
        }
    }

    /// An account as in a mail address.
    pub(super) fn account(&mut self, local: &str, domain: &str) {
        let domain = domain.trim_end_matches('.');
        self.add(NameKind::User, local);
        self.domain(domain);
        self.pair(local, '@', domain);
    }

    /// The owner of a folder of profiles.
    pub(super) fn profile(&mut self, name: &str) {
        // A folder of a domain's account can carry the domain's name behind the account's.
        let account = name.rsplit_once('.').map(|(account, _)| account);
        if account.is_some_and(|account| self.found.contains_key(&account.to_lowercase())) {
            return;
        }
        self.add(NameKind::User, name);
    }

    pub(super) fn sid(&mut self, sid: &str) {
        let sid = sid.trim_matches(['{', '}']);
        if !is_well_known_sid(sid) {
            self.add(NameKind::Sid, sid);
        }
    }

    pub(super) fn ip(&mut self, text: &str) {
        use core::net::IpAddr;
        let text = text.trim_matches(['[', ']']);
        let text = text.split('%').next().unwrap_or(text);
        let Ok(address) = text.parse::<IpAddr>() else {
            return;
        };
        let is_mask = matches!(address, IpAddr::V4(v4) if v4.octets()[0] == 255);
        let is_common = address.is_loopback() || address.is_unspecified() || is_mask;
        if !is_common {
            self.add(NameKind::Ip, text);
        }
    }

    /// A tenant by its id, a domain of it or its name.
    fn tenant(&mut self, value: &str) {
        if value.contains('.') && !value.contains(' ') {
            self.domain(value);
        } else {
            self.add(NameKind::Tenant, value);
        }
    }

    /// A domain of DNS, or a short name of one of Active Directory.
    pub(super) fn domain(&mut self, value: &str) {
        let domain = value.trim_matches(['.', ' ']).to_lowercase();
        if guid_digits(&domain).is_some() {
            return self.id(NameKind::Tenant, &domain);
        }
        if !is_host(&domain) || self.personal.is_public(&domain) {
            return;
        }
        if let Some((label, shared)) = self.personal.shared(&domain) {
            let (label, shared) = (label.to_owned(), shared.to_owned());
            self.add(NameKind::Tenant, &label);
            return self.pair(&label, '.', &shared);
        }
        self.add(NameKind::Domain, &domain);
        let base = base(&domain).to_owned();
        if base.contains('.') {
            self.add(NameKind::Domain, &base);
            let label = base.split('.').next().unwrap_or_default();
            if label.len() > SHORTEST {
                self.add(NameKind::Tenant, label);
            }
        }
    }

    /// A machine, with its domain where that is said.
    pub(super) fn host(&mut self, value: &str) {
        let value = value.trim_matches(['.', ' ', '\\', '$', '[', ']']);
        if value.parse::<core::net::IpAddr>().is_ok() {
            return self.ip(value);
        }
        let host = value.to_lowercase();
        if guid_digits(&host).is_some() {
            return self.id(NameKind::Device, &host);
        }
        if !is_host(&host) || self.personal.is_public(&host) {
            return;
        }
        let Some((label, rest)) = host.split_once('.') else {
            return self.add(NameKind::Host, &host);
        };
        if self.personal.shared(&host).is_some() || base(&host) == host {
            return self.domain(&host);
        }
        self.domain(rest);
        if !self.personal.is_role(label) && !label.starts_with('_') {
            self.add(NameKind::Host, label);
            self.pair(label, '.', rest);
        }
    }

    /// Whatever stands for a host in addresses.
    fn addresses(&mut self, value: &str) {
        for part in value.split([' ', ',', ';', '<', '>', '"']).take(64) {
            // Settings of a proxy name the scheme that it is for.
            let part = match part.split_once('=') {
                Some((scheme, behind)) if !scheme.contains(['?', '#', '/', '.']) => behind,
                _ => part,
            };
            if part.starts_with(['/', '*']) {
                continue;
            }
            let rest = match part.split_once("://") {
                Some((scheme, _)) if !is_of_network(scheme) => continue,
                Some((_, rest)) => rest,
                None => part,
            };
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            self.authority(rest.get(..end).unwrap_or_default());
        }
    }

    /// A host, perhaps with a user before it and a port behind it.
    pub(super) fn authority(&mut self, text: &str) {
        let host = text.rsplit('@').next().unwrap_or_default();
        if let Some(inside) = host.strip_prefix('[') {
            return self.ip(inside.split(']').next().unwrap_or_default());
        }
        if host.parse::<core::net::IpAddr>().is_ok() {
            return self.ip(host);
        }
        let host = host.split(':').next().unwrap_or_default();
        if host.parse::<core::net::Ipv4Addr>().is_ok() {
            return self.ip(host);
        }
        // Words of a proxy's settings and versions of HTTP have no letter, or no dot.
        if host.contains(|letter: char| letter.is_alphabetic()) {
            self.host(host);
        }
    }

    /// An id, or what else is known by its letters alone.
    pub(super) fn id(&mut self, kind: NameKind, value: &str) {
        let value = value.trim_matches(['{', '}']);
        self.add(kind, value);
    }

    fn pair(&mut self, left: &str, between: char, right: &str) {
        if self.pairs.len() >= MOST {
            self.is_full = true;
            return;
        }
        if left.len() + right.len() <= LONGEST {
            let pair = (left.to_lowercase(), between, right.to_lowercase());
            self.pairs.insert(pair);
        }
    }

    fn add(&mut self, kind: NameKind, word: &str) {
        let Some(word) = bare(word) else { return };
        if self.personal.is_builtin(kind, word) {
            return;
        }
        let folded = word.to_lowercase();
        let order = self.found.len();
        if let Some(known) = self.found.get_mut(&folded) {
            if kind < known.kind {
                known.kind = kind;
            }
            return;
        }
        if order >= MOST {
            self.is_full = true;
            return;
        }
        let is_telling = self.is_telling(kind, &folded);
        let name = Name {
            kind,
            order,
            is_telling,
        };
        self.found.insert(folded, name);
    }

    fn is_telling(&self, kind: NameKind, word: &str) -> bool {
        use NameKind::{Certificate, Device, Ip, Mac, Serial, Sid};
        match kind {
            Sid | Ip | Mac => true,
            Device | Serial | Certificate => {
                guid_digits(word).is_some() || word.len() >= SHORTEST_ID
            }
            _ if word.bytes().all(|byte| byte.is_ascii_digit()) => word.len() >= SHORTEST_ID,
            _ => word.chars().count() >= SHORTEST && !self.ordinary.contains(word),
        }
    }
}

/// Words of the catalogue: what events, fields and providers are called, and what codes mean.
fn ordinary(catalog: &Catalog) -> FxHashSet<String> {
    let mut ordinary = FxHashSet::default();
    for row in catalog.events.rows() {
        ordinary.extend(words(row.title));
    }
    for provider in catalog.events.providers() {
        ordinary.extend(words(provider.name));
        ordinary.extend(words(provider.alias));
    }
    for row in catalog.errors.rows() {
        for text in [row.meaning, row.cause, row.remedy].into_iter().flatten() {
            ordinary.extend(words(text));
        }
    }
    ordinary.extend(catalog.field_names().flat_map(words));
    ordinary
}

/// The value without blanks, quotation marks and what stands for no value; `None` for a text.
pub(super) fn bare(value: &str) -> Option<&str> {
    let value = value.trim().trim_matches(['"', '\'']).trim();
    let is_nothing = matches!(
        value.to_ascii_lowercase().as_str(),
        "" | "-"
            | "--"
            | "n/a"
            | "null"
            | "<null>"
            | "(null)"
            | "none"
            | "unknown"
            | "not set"
            | "not found"
            | "yes"
            | "no"
            | "true"
            | "false"
            | "0"
            | "00000000-0000-0000-0000-000000000000"
    );
    (!is_nothing && value.len() <= LONGEST && !value.contains(['\n', '\r'])).then_some(value)
}

/// Whether a text has the form of a host's name.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.contains(|letter: char| letter.is_alphabetic())
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'))
}

/// Whether a host stands behind the scheme; applications have schemes of their own.
fn is_of_network(scheme: &str) -> bool {
    const SCHEMES: &[&str] = &[
        "http", "https", "ldap", "ldaps", "ftp", "ws", "wss", "smb", "net.tcp",
    ];
    SCHEMES.contains(&scheme.to_ascii_lowercase().as_str())
}

/// The part of a host that somebody registered: its last two labels, or three where the second to
/// last is one of those that countries keep for kinds of owners.
fn base(host: &str) -> &str {
    const KINDS: &[&str] = &[
        "co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go",
    ];
    let labels: Vec<&str> = host.split('.').collect();
    let count = match labels.as_slice() {
        [.., _, kind, country] if country.len() == 2 && KINDS.contains(kind) => 3,
        _ => 2,
    };
    let cut = labels.len().saturating_sub(count);
    let skipped: usize = labels.iter().take(cut).map(|label| label.len() + 1).sum();
    host.get(skipped..).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: PersonalKind, value: &str, expected: &[&str]) {
        let catalog = Catalog::embedded().expect("the tables load");
        let mut names = Names::new(&catalog);
        names.learn(kind, value);
        let mut found: Vec<(usize, String)> = names
            .found
            .iter()
            .map(|(word, name)| {
                let mark = if name.is_telling { "" } else { " (field only)" };
                (name.order, format!("{} {word}{mark}", name.kind))
            })
            .collect();
        found.sort();
        let found: Vec<String> = found.into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, expected, "{value}");
    }

    #[test]
    fn names_are_taken_apart() {
        let user = |value, expected: &[&str]| {
            check(PersonalKind::Name(NameKind::User), value, expected);
        };
        user(
            "ada@contoso.example",
            &["user ada", "domain contoso.example", "tenant contoso"],
        );
        user(
            r"CONTOSO\ada, ada@contoso.example",
            &["domain contoso", "user ada", "domain contoso.example"],
        );
        user(r"NT AUTHORITY\SYSTEM", &[]);
        user("System", &[]);
        user(r"AzureAD\AdaLovell", &["user adalovell"]);
        user("device", &["user device (field only)"]);
        user("a", &["user a (field only)"]);
        user("S-1-5-18", &[]);
        user(r"CONTOSO\PC7$", &["domain contoso", "host pc7"]);
        check(
            PersonalKind::Name(NameKind::Domain),
            "5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18",
            &["tenant 5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18"],
        );
    }

    #[test]
    fn hosts_have_domains() {
        let address = |value, expected: &[&str]| check(PersonalKind::Address, value, expected);
        address("https://login.microsoftonline.com/common", &[]);
        address(
            "http=fs.corp.contoso.example:8080;10.1.2.3:80",
            &[
                "domain corp.contoso.example",
                "domain contoso.example",
                "tenant contoso",
                "ip 10.1.2.3",
            ],
        );
        address(
            "https://contoso-my.sharepoint.com/x",
            &["tenant contoso-my"],
        );
        address(
            "files.contoso.co.uk",
            &[
                "domain contoso.co.uk",
                "tenant contoso",
                "host files (field only)",
            ],
        );
        address("127.0.0.1:8888 [::1]:80", &[]);
        address("ms-app-redir://sign-in/x", &[]);
        address("1.1 gw7 (squid/4.1)", &["host gw7"]);
    }
}
