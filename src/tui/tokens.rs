//! Tokens: what each says of itself, and the events that it was got, seen and used in.

use super::about;
use super::app::App;
use super::page::{Page, Tone};
use super::rests::used;
use crate::export::duration;
use crate::model::{EventId, Strength, Ticks, Token, TokenUse};

/// What a token is for, in the words of the table of known ones.
pub(super) fn audience(token: &Token) -> String {
    let named = token.audience_name.or(token.audience.as_deref());
    match (token.sort(), named) {
        (Some(sort), None) => sort.to_owned(),
        (Some(sort), Some(name)) => format!("{name} ({sort})"),
        (None, Some(name)) => name.to_owned(),
        (None, None) => "not stated".to_owned(),
    }
}

/// The client that a token was issued to.
pub(super) fn client(token: &Token) -> &str {
    let named = token.app_name.or(token.app_id.as_deref());
    named.unwrap_or("not stated")
}

/// When a token's life begins, as far as the evidence says: as it says itself, else when it was got.
pub(super) fn begin(token: &Token) -> Option<Ticks> {
    let got = token.acquired.as_ref().and_then(|got| got.time);
    token.not_before.or(token.issued_at).or(got)
}

/// Times of its uses, and the last of them.
pub(super) fn uses(token: &Token) -> impl DoubleEndedIterator<Item = Ticks> {
    token.uses.iter().filter_map(|used| used.time)
}

/// Everything about a token beside the events that tell of it.
pub(super) fn about(app: &App, row: usize, page: &mut Page) {
    let Some(token) = app.report.tokens.get(row) else {
        return;
    };
    claims(app, token, page);
    let gaps = app.report.gaps.iter();
    for gap in gaps.filter(|gap| gap.token.as_ref() == Some(&token.id)) {
        let (from, to) = (gap.from.step, gap.to.step);
        let text = format!("{}, {from} to {to}{}", duration(gap.seconds), used(gap));
        page.pair(&format!("gap {}", gap.id), &text);
    }
    let own: Vec<EventId> = events(token).into_iter().map(|(event, _)| event).collect();
    for finding in &app.report.findings {
        if finding
            .evidence
            .iter()
            .any(|line| own.contains(&line.event))
        {
            let sign = app.theme.finding(finding.severity);
            let text = format!("{} {}", sign.text(), finding.title);
            page.pair(&format!("finding {}", finding.id), &text);
        }
    }
    page.aside();
    about::events(app, "Events", &events(token), page);
    for used in &token.uses {
        if let Some(words) = lateness(token, used) {
            let text = format!("{words}{}", tie(used.strength));
            page.pair(&format!("{} used", used.event), &text);
        }
    }
}

/// The claims of a token, and what the analysis makes of it.
pub(super) fn claims(app: &App, token: &Token, page: &mut Page) {
    let sign = app.theme.token(token.verdict);
    page.heading(&format!("Token {}: {}", token.id, sign.text()));
    let time = |ticks: Option<Ticks>| {
        ticks.map_or_else(String::new, |ticks| {
            format!("{} {}", app.zone.date_and_time(ticks), app.zone.name())
        })
    };
    let named = |name: Option<&str>, id: Option<&str>| match (name, id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (name, id) => name.or(id).unwrap_or("not stated").to_owned(),
    };
    page.pair_if("sort", token.sort().unwrap_or_default());
    let audience = named(token.audience_name, token.audience.as_deref());
    page.pair("audience", &audience);
    page.pair("client", &named(token.app_name, token.app_id.as_deref()));
    page.pair_if("subject", token.subject.as_deref().unwrap_or_default());
    page.pair_if("tenant", token.tenant.as_deref().unwrap_or_default());
    page.pair_if("issued (iat)", &time(token.issued_at));
    page.pair_if("valid from (nbf)", &time(token.not_before));
    match token.expires_at {
        Some(_) => {
            let basis = token.expiry_basis.unwrap_or("exp");
            page.pair(&format!("expires ({basis})"), &time(token.expires_at));
        }
        None => page.pair("expires", "not in the evidence"),
    }
    page.pair_if(
        "lives",
        &token.lifetime_seconds.map_or_else(String::new, duration),
    );
    page.pair_if("scopes", token.scopes.as_deref().unwrap_or_default());
    page.pair_if("methods (amr)", &token.methods.join(", "));
    let form = [&token.form, &token.algorithm, &token.version];
    let form: Vec<&str> = form.into_iter().flatten().map(String::as_str).collect();
    page.pair_if("form", &form.join(", "));
    page.pair_if("inside", token.inside.as_deref().unwrap_or_default());
    match &token.digest {
        Some(digest) => page.pair("SHA-256 begins", digest),
        None => page.text("the token itself is not in the evidence", Tone::Quiet),
    }
    if token.acquired.is_none() {
        page.text("how it was got is not in the evidence", Tone::Quiet);
    }
}

/// The events that tell of a token, in the order of the timeline.
fn events(token: &Token) -> Vec<(EventId, &'static str)> {
    let got = token.acquired.iter().map(|got| (got.event, "got"));
    let used = token.uses.iter().map(|used| (used.event, "used"));
    let mut events: Vec<_> = got.chain(used).collect();
    for seen in &token.seen {
        if events.iter().all(|(event, _)| *event != seen.event) {
            events.push((seen.event, "seen"));
        }
    }
    events.sort_by_key(|(event, _)| *event);
    events
}

/// How a use lies to the end of the token's life, or else to the getting of it.
fn lateness(token: &Token, used: &TokenUse) -> Option<String> {
    if let Some(seconds) = used.seconds_after_expiry {
        return Some(if seconds < 0.0 {
            format!("{} before it expires", duration(-seconds))
        } else {
            format!("{} after it expired", duration(seconds))
        });
    }
    let got = token.acquired.as_ref()?.time?;
    let seconds = used.time?.seconds_since(got);
    Some(format!("{} after it was got", duration(seconds)))
}

/// How sure it is that an event is about a token.
fn tie(strength: Strength) -> &'static str {
    match strength {
        Strength::Exact => "",
        Strength::Identifier => ", by the request's id",
        Strength::Temporal => ", by the order of time alone",
    }
}
