//! Tokens: which there were, how each was got, when it was used, and whether that was in time.
//!
//! A token that stands in the evidence itself is known by its digest and says how long it lives.
//! Of most only the getting is logged: these are tokens too, of unknown lifetime. A request that
//! needs a token and does not show it is tied to one by an id, or by the order of time alone, and
//! each tie says which.

mod draft;
mod rules;
#[cfg(test)]
mod tests;

pub(super) use rules::{TokenRule, load};

use rustc_hash::FxHashMap;

use draft::{Draft, Facts, is_same_audience, judged_time, stated};
use rules::Role;

use crate::catalog::Catalog;
use crate::model::{
    EventId, SeenToken, Strength, Ticks, Token, TokenPart, TokenSide, TokenSighting, TokenVerdict,
};
use crate::timeline::{DeviceId, EventRef, Matchers, Timeline};

/// The tokens of a timeline, by the first event that shows each.
pub(super) fn tokens(timeline: &Timeline, rules: &[TokenRule]) -> Vec<Token> {
    let mut drafts = Drafts {
        rules,
        catalog: timeline.catalog(),
        all: Vec::new(),
        by_digest: FxHashMap::default(),
        by_request: FxHashMap::default(),
        asked: FxHashMap::default(),
        got: FxHashMap::default(),
    };
    let mut matchers = Matchers::new(timeline, rules.iter().map(|rule| &rule.when));
    let mut seen = timeline.tokens();
    for event in timeline.events() {
        let here = seen.iter().take_while(|(id, _)| *id == event.id()).count();
        let (own, rest) = seen.split_at(here);
        seen = rest;
        let own = drafts.seen(event, own);
        if let Some(place) = matchers.first(event) {
            drafts.apply(place, event, &own);
        }
        drafts.carried(event, &own);
    }
    drafts.finish()
}

/// What the verdict says of tokens that were used out of their time.
pub(super) fn sentences(tokens: &[Token]) -> Vec<String> {
    let line = |token: &Token| {
        let name = token
            .audience_name
            .or(token.audience.as_deref())
            .unwrap_or("an unnamed audience");
        let tie = |strength| match strength {
            Strength::Temporal => ", as far as the order of time tells which token it was",
            _ => "",
        };
        match token.verdict {
            TokenVerdict::Late => {
                let late = |seconds: &f64| *seconds >= 0.0;
                // What surely was this token says more than what came first.
                let used = token
                    .uses
                    .iter()
                    .filter(|used| used.seconds_after_expiry.as_ref().is_some_and(late))
                    .min_by_key(|used| used.strength)?;
                let seconds = used.seconds_after_expiry?;
                Some(format!(
                    "token {} for {name} was used {seconds:.1} s after it had expired ({}){}",
                    token.id,
                    used.event,
                    tie(used.strength)
                ))
            }
            TokenVerdict::Early => {
                let begin = token.not_before?;
                let used = token
                    .uses
                    .iter()
                    .find(|used| used.time.is_some_and(|time| time < begin))?;
                let seconds = begin.seconds_since(used.time?);
                Some(format!(
                    "token {} for {name} was used {seconds:.1} s before it became valid ({}){}",
                    token.id,
                    used.event,
                    tie(used.strength)
                ))
            }
            _ => None,
        }
    };
    tokens.iter().filter_map(line).collect()
}

struct Drafts<'r, 't> {
    rules: &'r [TokenRule],
    catalog: &'t Catalog,
    all: Vec<Draft>,
    by_digest: FxHashMap<&'t str, usize>,
    /// The last token of a request, by correlation.
    by_request: FxHashMap<String, usize>,
    /// What a request asked for.
    asked: FxHashMap<String, Facts>,
    /// Tokens of a device and service in the order in which they were got, with the time.
    got: FxHashMap<Holder, Vec<(usize, Ticks)>>,
}

/// Who holds tokens for what: a device, and a service's word.
type Holder = (Option<DeviceId>, String);

/// A token that stands in an event and is not carried by another one.
#[derive(Clone, Copy)]
struct Own {
    place: usize,
    side: Option<TokenSide>,
    part: Option<TokenPart>,
}

/// What is handed over without any rule that tells of it is got by this, which every rule outranks.
const NO_RULE: usize = usize::MAX - 1;

impl<'t> Drafts<'_, 't> {
    /// Notes the tokens that stand in an event; gives the places of those that are not carried by
    /// another one.
    fn seen(&mut self, event: EventRef<'t>, own: &'t [(EventId, SeenToken)]) -> Vec<Own> {
        let mut places = Vec::new();
        for (_, token) in own {
            let next = self.all.len();
            let place = *self.by_digest.entry(&token.digest).or_insert(next);
            if place == next {
                self.all
                    .push(Draft::new(event, Some(token.clone()), Facts::default()));
            }
            if let Some(draft) = self.all.get_mut(place) {
                draft.learn(token);
                draft.seen.push(TokenSighting {
                    event: event.id(),
                    time: event.ticks(),
                });
            }
            if token.inside.is_none() {
                places.push(Own {
                    place,
                    side: token.side,
                    part: token.part,
                });
            }
        }
        places
    }

    /// What the messages of an exchange carry is used with the request, and got with the answer.
    fn carried(&mut self, event: EventRef<'t>, own: &[Own]) {
        for token in own {
            let Some(draft) = self.all.get_mut(token.place) else {
                continue;
            };
            match token.side {
                Some(TokenSide::Request) => draft.is_used(event, Strength::Exact),
                Some(TokenSide::Response) if draft.is_got(event, NO_RULE, Strength::Exact) => {
                    self.hold(token.place, event);
                }
                Some(TokenSide::Response) | None => {}
            }
        }
    }

    fn apply(&mut self, place: usize, event: EventRef<'t>, own: &[Own]) {
        let Some(rule) = self.rules.get(place) else {
            return;
        };
        let name = rule.fields.correlation.as_deref();
        let request = name
            .and_then(|name| stated(event, name))
            .map(|id| id.trim_matches(['{', '}']).to_ascii_lowercase());
        let mut facts = Facts::of(event, rule, self.catalog);
        match rule.role {
            Role::Ask => {
                if let Some(request) = request {
                    self.asked.insert(request, facts);
                }
            }
            Role::Acquire => {
                let asked = request.as_ref().and_then(|request| self.asked.get(request));
                facts.add(asked.cloned().unwrap_or_default());
                self.acquire(place, event, own, request, facts);
            }
            Role::Refuse => {
                if let Some(request) = request {
                    self.refuse(&request);
                }
            }
            Role::Use => self.use_of(rule, event, own, request.as_deref()),
        }
    }

    fn acquire(
        &mut self,
        rule: usize,
        event: EventRef<'t>,
        own: &[Own],
        request: Option<String>,
        facts: Facts,
    ) {
        if own
            .iter()
            .any(|token| token.side == Some(TokenSide::Response))
        {
            self.answered(rule, event, own, request.as_deref(), &facts);
            return;
        }
        let known = request
            .as_ref()
            .and_then(|request| self.by_request.get(request))
            .copied()
            .filter(|place| self.fits(*place, &facts));
        let itself = own
            .iter()
            .map(|token| token.place)
            .find(|place| self.is_handed_over(*place, &facts));
        let place = match (itself, known) {
            (Some(itself), known) => {
                self.merge(itself, known);
                itself
            }
            (None, Some(known)) => known,
            (None, None) => {
                self.all.push(Draft::new(event, None, Facts::default()));
                self.all.len() - 1
            }
        };
        if let Some(request) = request {
            self.by_request.insert(request, place);
        }
        let Some(draft) = self.all.get_mut(place) else {
            return;
        };
        draft.facts.add(facts);
        let strength = match (itself, &draft.jwt) {
            (None, Some(_)) => Strength::Identifier,
            _ => Strength::Exact,
        };
        if draft.is_got(event, rule, strength) {
            self.hold(place, event);
        }
    }

    /// An answer that hands tokens over: each is what its name in the answer says.
    fn answered(
        &mut self,
        rule: usize,
        event: EventRef<'t>,
        own: &[Own],
        request: Option<&str>,
        facts: &Facts,
    ) {
        let handed = own
            .iter()
            .filter(|token| token.side == Some(TokenSide::Response));
        let opens = |token: &&Own| !matches!(token.part, Some(TokenPart::Id | TokenPart::Refresh));
        let opening = handed.clone().find(opens).map(|token| token.place);
        for token in handed {
            if Some(token.place) == opening
                && let Some(request) = request
            {
                let known = self.by_request.insert(request.to_owned(), token.place);
                self.merge(token.place, known.filter(|known| self.fits(*known, facts)));
            }
            let Some(draft) = self.all.get_mut(token.place) else {
                continue;
            };
            // Only what opens a service is for the resource that was asked for.
            draft.facts.add(if opens(&token) {
                facts.clone()
            } else {
                facts.without_resource()
            });
            if draft.is_got(event, rule, Strength::Exact) {
                self.hold(token.place, event);
            }
        }
    }

    /// Notes that the device has the token from now on.
    fn hold(&mut self, place: usize, event: EventRef<'t>) {
        let Some(draft) = self.all.get(place) else {
            return;
        };
        let key = draft
            .service(self.catalog)
            .map(|service| (draft.device, service.to_owned()));
        if let Some((key, time)) = key.zip(judged_time(event)) {
            self.got.entry(key).or_default().push((place, time));
        }
    }

    fn fits(&self, place: usize, facts: &Facts) -> bool {
        let draft = self.all.get(place);
        draft.is_some_and(|draft| !draft.dropped && draft.fits(facts, self.catalog))
    }

    /// Whether a token that stands in the event is the one that was asked for, and not one that the
    /// request itself carried: it is for the resource, or tells the client who the user is.
    fn is_handed_over(&self, place: usize, facts: &Facts) -> bool {
        let Some(audience) = self.all.get(place).and_then(Draft::audience) else {
            return false;
        };
        let mut wanted = [&facts.resource, &facts.client]
            .into_iter()
            .flatten()
            .peekable();
        wanted.peek().is_none()
            || wanted.any(|wanted| is_same_audience(audience, wanted, self.catalog))
    }

    /// Makes what was known of a request a part of the token that came of it.
    fn merge(&mut self, itself: usize, known: Option<usize>) {
        let Some(known) = known.filter(|known| *known != itself) else {
            return;
        };
        if let Ok([itself, known]) = self.all.get_disjoint_mut([itself, known])
            && known.jwt.is_none()
        {
            itself.absorb(known);
        }
    }

    /// Takes back what a request seemed to have got. A token that was seen or used is there.
    fn refuse(&mut self, request: &str) {
        if let Some(place) = self.by_request.remove(request)
            && let Some(draft) = self.all.get_mut(place)
        {
            draft.dropped |= draft.jwt.is_none() && draft.uses.is_empty();
        }
    }

    fn use_of(
        &mut self,
        rule: &TokenRule,
        event: EventRef<'t>,
        own: &[Own],
        request: Option<&str>,
    ) {
        let ties: Vec<(usize, Strength)> = if own.is_empty() {
            let known = request.and_then(|request| self.by_request.get(request).copied());
            let known = known.map(|place| (place, Strength::Identifier));
            let last = || Some((self.last_got(rule, event)?, Strength::Temporal));
            known.or_else(last).into_iter().collect()
        } else {
            // What the messages of an exchange carry is told by them.
            own.iter()
                .filter(|token| token.side.is_none())
                .map(|token| (token.place, Strength::Exact))
                .collect()
        };
        for (place, strength) in ties {
            if let Some(draft) = self.all.get_mut(place) {
                draft.is_used(event, strength);
            }
        }
    }

    /// The token that the event's device got last before it for the rule's service.
    fn last_got(&mut self, rule: &TokenRule, event: EventRef<'_>) -> Option<usize> {
        let at = judged_time(event)?;
        let key = (event.device(), rule.service.clone()?);
        let got = self.got.get_mut(&key)?;
        // What was taken back stays so: each is passed over once.
        while got
            .last()
            .is_some_and(|(place, _)| self.all.get(*place).is_none_or(|draft| draft.dropped))
        {
            got.pop();
        }
        let (place, time) = *got.last()?;
        (0.0..=rule.within_seconds)
            .contains(&at.seconds_since(time))
            .then_some(place)
    }

    fn finish(self) -> Vec<Token> {
        let catalog = self.catalog;
        let mut kept: Vec<Draft> = self
            .all
            .into_iter()
            .filter(|draft| !draft.dropped)
            .collect();
        // Tokens of one event stay in the order in which they stand in it.
        kept.sort_by_key(|draft| draft.first);
        let mut tokens: Vec<Token> = kept
            .into_iter()
            .map(|draft| draft.finish(catalog))
            .collect();
        let mut ids: FxHashMap<String, String> = FxHashMap::default();
        for (index, token) in tokens.iter_mut().enumerate() {
            token.id = format!("t{}", index + 1);
            if let Some(digest) = &token.digest {
                ids.insert(digest.clone(), token.id.clone());
            }
        }
        for token in &mut tokens {
            token.inside = token
                .inside
                .as_ref()
                .and_then(|digest| ids.get(digest).cloned());
        }
        tokens
    }
}
