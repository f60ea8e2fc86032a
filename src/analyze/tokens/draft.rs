//! A token while the events are gone through, and the token as reported.

use joinscope_wire::Guid;

use super::rules::TokenRule;
use crate::catalog::Catalog;
use crate::model::{
    EventId, SeenToken, Strength, Ticks, Token, TokenAcquired, TokenSighting, TokenUse,
    TokenVerdict,
};
use crate::timeline::{DeviceId, EventRef};

/// The instant of an event on the clock that tokens are judged by, which is that of who issued them.
///
/// The timeline has corrected the times of sources whose clocks are known to be off; others count
/// as recorded.
pub(super) fn judged_time(event: EventRef<'_>) -> Option<Ticks> {
    event.ticks()
}

/// What a request or its answer says of the token.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) client: Option<String>,
    pub(super) resource: Option<String>,
    tenant: Option<String>,
    user: Option<String>,
    service: Option<String>,
}

impl Facts {
    pub(super) fn of(event: EventRef<'_>, rule: &TokenRule, catalog: &Catalog) -> Self {
        let field = |name: &Option<String>| stated(event, name.as_deref()?);
        let resource = field(&rule.fields.resource);
        let known = resource.as_deref().and_then(|id| catalog.apps.find(id));
        Self {
            client: field(&rule.fields.client).or_else(|| rule.app.clone()),
            tenant: field(&rule.fields.authority).and_then(|url| tenant_of(&url)),
            user: field(&rule.fields.user),
            service: match &resource {
                Some(_) => known.and_then(|app| app.service).map(str::to_owned),
                None => rule.service.clone(),
            },
            resource,
        }
    }

    /// The same for a token that opens nothing: one that tells who the user is, or gets others.
    pub(super) fn without_resource(&self) -> Self {
        Self {
            resource: None,
            service: None,
            ..self.clone()
        }
    }

    /// Adds what only the other one says. A service that a resource tells outweighs a rule's.
    pub(super) fn add(&mut self, other: Self) {
        if self.resource.is_none() && other.resource.is_some() || self.service.is_none() {
            self.service = other.service;
        }
        let add = |own: &mut Option<String>, other: Option<String>| *own = own.take().or(other);
        add(&mut self.client, other.client);
        add(&mut self.resource, other.resource);
        add(&mut self.tenant, other.tenant);
        add(&mut self.user, other.user);
    }
}

/// The text of a payload field; `None` where it is absent or says nothing.
pub(super) fn stated(event: EventRef<'_>, name: &str) -> Option<String> {
    let text = event.field(name)?.text().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The tenant's id in the address of a token service. A domain or `common` is no id.
fn tenant_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let tenant = rest.split(['/', '?']).nth(1)?;
    tenant.parse::<Guid>().ok()?;
    Some(tenant.to_ascii_lowercase())
}

/// A token while the events are gone through.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) first: EventId,
    pub(super) device: Option<DeviceId>,
    pub(super) jwt: Option<SeenToken>,
    pub(super) facts: Facts,
    pub(super) acquired: Option<TokenAcquired>,
    /// Place of the rule that tells how it was got.
    pub(super) rule: usize,
    pub(super) seen: Vec<TokenSighting>,
    pub(super) uses: Vec<(TokenUse, Option<Ticks>)>,
    /// It was taken back, or is part of another one.
    pub(super) dropped: bool,
}

impl Draft {
    pub(super) fn new(event: EventRef<'_>, jwt: Option<SeenToken>, facts: Facts) -> Self {
        Self {
            first: event.id(),
            device: event.device(),
            jwt,
            facts,
            acquired: None,
            rule: usize::MAX,
            seen: Vec::new(),
            uses: Vec::new(),
            dropped: false,
        }
    }

    /// Adds what this sighting says and earlier ones did not.
    pub(super) fn learn(&mut self, seen: &SeenToken) {
        if let Some(known) = &mut self.jwt {
            known.part = known.part.or(seen.part);
            known.lifetime_seconds = known.lifetime_seconds.or(seen.lifetime_seconds);
        }
    }

    pub(super) fn audience(&self) -> Option<&str> {
        let own = self.jwt.as_ref().and_then(|jwt| jwt.audience.as_deref());
        own.or(self.facts.resource.as_deref())
    }

    /// The service that it opens, as its audience or else a rule tells.
    pub(super) fn service<'s>(&'s self, catalog: &Catalog) -> Option<&'s str> {
        match self.audience() {
            Some(audience) => catalog.apps.find(audience).and_then(|app| app.service),
            None => self.facts.service.as_deref(),
        }
    }

    /// Whether it can be the token that these facts are about.
    pub(super) fn fits(&self, facts: &Facts, catalog: &Catalog) -> bool {
        match (self.audience(), &facts.resource) {
            (Some(own), Some(other)) => is_same_audience(own, other, catalog),
            _ => true,
        }
    }

    /// Takes over how it was got, unless a better rule has told it already. Whether it changed.
    pub(super) fn is_got(&mut self, event: EventRef<'_>, rule: usize, strength: Strength) -> bool {
        if rule >= self.rule {
            return false;
        }
        self.rule = rule;
        self.acquired = Some(TokenAcquired {
            event: event.id(),
            time: event.over(),
            strength,
        });
        true
    }

    pub(super) fn is_used(&mut self, event: EventRef<'_>, strength: Strength) {
        let used = TokenUse {
            event: event.id(),
            time: event.ticks(),
            seconds_after_expiry: None,
            strength,
        };
        self.uses.push((used, judged_time(event)));
    }

    /// Makes another draft, of the same request, a part of this one, which is the token itself.
    pub(super) fn absorb(&mut self, other: &mut Self) {
        other.dropped = true;
        self.first = self.first.min(other.first);
        self.facts.add(other.facts.clone());
        if other.rule < self.rule {
            self.rule = other.rule;
            self.acquired = other.acquired.take().map(|acquired| TokenAcquired {
                strength: Strength::Identifier,
                ..acquired
            });
        }
        self.uses.append(&mut other.uses);
    }

    /// The token as reported, still without ids.
    pub(super) fn finish(self, catalog: &Catalog) -> Token {
        let jwt = self.jwt.unwrap_or_default();
        let facts = self.facts;
        let audience = jwt.audience.or(facts.resource);
        let app_id = jwt.app.or(facts.client);
        let app = app_id.as_deref().map(|id| catalog.apps.find(id));
        let name = |id: &str| catalog.apps.find(id).map(|app| app.name);
        // The service counts from a moment before its answer arrived, so that the token is surely
        // dead by then, and may be a little earlier.
        let got = self.acquired.as_ref().and_then(|got| got.time);
        let reckoned = got
            .zip(jwt.lifetime_seconds)
            .map(|(got, seconds)| (got.plus_seconds(seconds), "expires_in"));
        let claimed = jwt.expires_at.map(|end| (end, "exp"));
        let (expires_at, expiry_basis) = claimed.or(reckoned).unzip();
        let verdict = verdict(jwt.not_before, expires_at, &self.uses);
        let after = |at: Option<Ticks>| Some(at?.seconds_since(expires_at?));
        let begin = jwt.issued_at.or(jwt.not_before);
        let lives = jwt
            .expires_at
            .zip(begin)
            .map(|(end, begin)| end.seconds_since(begin));
        Token {
            id: String::new(),
            digest: Some(jwt.digest).filter(|digest| !digest.is_empty()),
            inside: jwt.inside,
            audience_name: audience.as_deref().and_then(name),
            audience,
            app_name: app.flatten().map(|app| app.name),
            app_known: app.map(|app| app.is_some()),
            app_id,
            tenant: jwt.tenant.or(facts.tenant),
            subject: jwt.subject.or(facts.user),
            scopes: jwt.scopes,
            methods: jwt.methods,
            version: jwt.version,
            algorithm: jwt.algorithm,
            form: jwt.form,
            issued_at: jwt.issued_at,
            not_before: jwt.not_before,
            expires_at,
            expiry_basis,
            lifetime_seconds: lives.or(jwt.lifetime_seconds),
            part: jwt.part,
            is_opaque: jwt.is_opaque,
            acquired: self.acquired,
            seen: self.seen,
            uses: self
                .uses
                .into_iter()
                .map(|(used, at)| TokenUse {
                    seconds_after_expiry: after(at),
                    ..used
                })
                .collect(),
            verdict,
        }
    }
}

/// Whether two names of an audience are names of one.
pub(super) fn is_same_audience(one: &str, other: &str, catalog: &Catalog) -> bool {
    let bare = |id: &str| id.trim_end_matches('/').to_ascii_lowercase();
    let service = |id: &str| catalog.apps.find(id).and_then(|app| app.service);
    bare(one) == bare(other) || service(one).is_some() && service(one) == service(other)
}

/// A token must not be accepted at or after its expiry, nor before the begin of its validity
/// (RFC 7519, 4.1.4 and 4.1.5). Whoever issued it may allow for a clock that is off; that is not
/// for the evidence to assume.
fn verdict(
    begin: Option<Ticks>,
    end: Option<Ticks>,
    uses: &[(TokenUse, Option<Ticks>)],
) -> TokenVerdict {
    let mut times = uses.iter().map(|(_, at)| *at);
    let is = |bound: Option<Ticks>, compare: fn(&Ticks, &Ticks) -> bool| {
        let times = uses.iter().filter_map(|(_, at)| *at);
        bound.is_some_and(|bound| times.into_iter().any(|at| compare(&at, &bound)))
    };
    if is(end, Ticks::ge) {
        TokenVerdict::Late
    } else if is(begin, Ticks::lt) {
        TokenVerdict::Early
    } else if end.is_none() || times.any(|at| at.is_none()) {
        TokenVerdict::Unknown
    } else if uses.is_empty() {
        TokenVerdict::Unused
    } else {
        TokenVerdict::InTime
    }
}
