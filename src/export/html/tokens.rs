//! Tokens as the page shows them.

use serde::Serialize;

use super::attempts::event_name;
use super::page::{Cut, Time, cut};
use crate::export::duration;
use crate::model::{EventId, Report, Strength, Ticks, Token, TokenUse, TokenVerdict, Zone};
use crate::redact::ShownTimeline;

/// Tokens on the page beside those used out of their time.
const TOKENS: usize = 200;
/// Tokens used out of their time.
const WRONG_TOKENS: usize = 500;
/// Uses of one token.
const USES: usize = 20;

/// One token.
#[derive(Serialize)]
pub(super) struct TokenView<'a> {
    id: &'a str,
    verdict: String,
    /// Whether it was used out of its time.
    wrong: bool,
    /// What sort of token it is, where that is not plain from its audience.
    sort: Option<&'static str>,
    audience: &'a str,
    app: &'a str,
    subject: &'a str,
    tenant: &'a str,
    digest: &'a str,
    inside: Option<&'a str>,
    issued: Option<Time>,
    /// The begin of its validity, where that is not its issue.
    begins: Option<Time>,
    expires: Option<Time>,
    lifetime: String,
    /// The expiry is no claim of the token but its answer's.
    is_reckoned: bool,
    /// None or one.
    got: Vec<MomentView>,
    seen: Option<EventId>,
    uses: Vec<MomentView>,
    uses_more: usize,
}

impl TokenView<'_> {
    /// Events that it links to.
    pub(super) fn events(&self) -> impl Iterator<Item = EventId> {
        let moments = self.got.iter().chain(&self.uses);
        moments.map(|moment| moment.event).chain(self.seen)
    }
}

#[derive(Serialize)]
struct MomentView {
    time: Option<Time>,
    event: EventId,
    name: String,
    tie: &'static str,
    /// How it lies to the end of the token's validity.
    after: String,
    late: bool,
}

/// The tokens of a report.
pub(super) fn tokens<'a>(
    report: &'a Report,
    timeline: ShownTimeline<'_>,
    zone: Zone,
) -> Cut<TokenView<'a>> {
    let wrong = (0..)
        .zip(&report.tokens)
        .filter(|(_, token)| is_wrong(token));
    let wrong: Vec<usize> = wrong.map(|(index, _)| index).take(WRONG_TOKENS).collect();
    let keep = |index: usize, _: &Token| index < TOKENS || wrong.binary_search(&index).is_ok();
    cut(&report.tokens, keep, |token| view(token, timeline, zone))
}

/// Whether it was used outside of its life.
pub(super) fn is_wrong(token: &Token) -> bool {
    matches!(token.verdict, TokenVerdict::Late | TokenVerdict::Early)
}

fn view<'a>(token: &'a Token, timeline: ShownTimeline<'_>, zone: Zone) -> TokenView<'a> {
    let time = |ticks: Option<Ticks>| ticks.map(|ticks| Time::of(ticks, zone));
    let moment = |event: EventId, at: Option<Ticks>, strength: Strength| MomentView {
        time: time(at),
        event,
        name: event_name(event, timeline),
        tie: tie(strength),
        after: String::new(),
        late: false,
    };
    let used = |used: &TokenUse| MomentView {
        after: used.seconds_after_expiry.map_or_else(String::new, after),
        late: used
            .seconds_after_expiry
            .is_some_and(|seconds| seconds >= 0.0),
        ..moment(used.event, used.time, used.strength)
    };
    let begins = token
        .not_before
        .filter(|begin| Some(*begin) != token.issued_at);
    let linked = token.acquired.is_none().then(|| token.seen.first());
    TokenView {
        id: &token.id,
        verdict: token.verdict.word().replace('_', " "),
        wrong: is_wrong(token),
        sort: token.sort(),
        audience: token.audience_name.or(token.audience.as_deref()).unwrap_or(
            if token.sort().is_some() {
                ""
            } else {
                "audience not stated"
            },
        ),
        app: token.app_name.or(token.app_id.as_deref()).unwrap_or(""),
        subject: token.subject.as_deref().unwrap_or(""),
        tenant: token.tenant.as_deref().unwrap_or(""),
        digest: token.digest.as_deref().unwrap_or(""),
        inside: token.inside.as_deref(),
        issued: time(token.issued_at),
        begins: time(begins),
        expires: time(token.expires_at),
        is_reckoned: token.expiry_basis == Some("expires_in"),
        lifetime: token.lifetime_seconds.map_or_else(String::new, duration),
        got: token
            .acquired
            .iter()
            .map(|got| moment(got.event, got.time, got.strength))
            .collect(),
        seen: linked.flatten().map(|seen| seen.event),
        uses: token.uses.iter().take(USES).map(used).collect(),
        uses_more: token.uses.len().saturating_sub(USES),
    }
}

fn after(seconds: f64) -> String {
    if seconds < 0.0 {
        format!("{} before it expires", duration(-seconds))
    } else {
        format!("{} after it expired", duration(seconds))
    }
}

/// How sure it is that the event is about this token.
fn tie(strength: Strength) -> &'static str {
    match strength {
        Strength::Exact => "",
        Strength::Identifier => "by the request's id",
        Strength::Temporal => "by the order of time alone",
    }
}
