//! `rules/tokens.yaml`: which events get a token and which use one.

use serde::Deserialize;

use crate::catalog::{Catalog, TOKENS};
use crate::timeline::Query;

/// What an event does with a token.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    /// Asks for one.
    Ask,
    /// Gets one.
    Acquire,
    /// Is told that it gets none.
    Refuse,
    /// Sends a request that needs one.
    Use,
}

/// One line of the file.
#[derive(Debug)]
pub(in crate::analyze) struct TokenRule {
    pub(super) role: Role,
    pub(super) when: Query,
    pub(super) fields: TokenFields,
    /// The client, where only one program logs the event.
    pub(super) app: Option<String>,
    /// The service, where no field names a resource.
    pub(super) service: Option<String>,
    /// How long before a use the token may have been got that it is tied to by time alone.
    pub(super) within_seconds: f64,
}

impl TokenRule {
    /// The events that it is about.
    pub(in crate::analyze) fn when(&self) -> &Query {
        &self.when
    }
}

/// Names of the payload fields that tell of a token.
#[derive(Debug)]
pub(super) struct TokenFields {
    pub(super) client: Option<String>,
    pub(super) resource: Option<String>,
    pub(super) authority: Option<String>,
    pub(super) correlation: Option<String>,
    pub(super) user: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    role: Role,
    when: String,
    #[serde(default)]
    client: Option<String>,
    #[serde(default)]
    resource: Option<String>,
    #[serde(default)]
    authority: Option<String>,
    #[serde(default)]
    correlation: Option<String>,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    app: Option<String>,
    #[serde(default)]
    service: Option<String>,
    #[serde(default)]
    within_seconds: f64,
}

/// The lines of the file; `checked` makes a query of a text.
pub(in crate::analyze) fn load(
    catalog: &Catalog,
    checked: impl Fn(&str) -> Result<Query, String>,
) -> Result<Vec<TokenRule>, String> {
    let raw: Vec<RawRule> = TOKENS.read()?;
    raw.into_iter()
        .map(|raw| rule(raw, catalog, &checked))
        .collect()
}

fn rule(
    raw: RawRule,
    catalog: &Catalog,
    checked: impl Fn(&str) -> Result<Query, String>,
) -> Result<TokenRule, String> {
    let fields = TokenFields {
        client: raw.client,
        resource: raw.resource,
        authority: raw.authority,
        correlation: raw.correlation,
        user: raw.user,
    };
    let names = [
        &fields.client,
        &fields.resource,
        &fields.authority,
        &fields.correlation,
        &fields.user,
    ];
    // A field that no event has would be missed in silence.
    for name in names.into_iter().flatten() {
        checked(&format!("{name}:*"))?;
    }
    if let Some(app) = raw
        .app
        .as_deref()
        .filter(|app| catalog.apps.find(app).is_none())
    {
        return Err(format!("application {app} is not in apps.tsv"));
    }
    let unknown = |service: &&str| !catalog.apps.has_service(service);
    if let Some(service) = raw.service.as_deref().filter(unknown) {
        return Err(format!("service {service} is not in apps.tsv"));
    }
    Ok(TokenRule {
        role: raw.role,
        when: checked(&raw.when)?,
        fields,
        app: raw.app,
        service: raw.service,
        within_seconds: raw.within_seconds,
    })
}
