//! Tokens as text: those used out of their time first.

use std::io;

use super::{Page, clean};
use crate::model::duration;
use crate::model::{EventId, Strength, Ticks, Token, TokenUse, TokenVerdict};

/// Tokens shown beside other sections; the rest is counted.
pub(super) const TOKENS_SHOWN: usize = 12;
/// Uses shown of one token.
const USES_SHOWN: usize = 6;

impl Page<'_> {
    pub(super) fn tokens(&mut self, shown: usize) -> io::Result<()> {
        let tokens = &self.report.tokens;
        let got = tokens.iter().filter(|token| token.digest.is_none()).count();
        let unseen = match got {
            0 => String::new(),
            got => format!(", {got} of them known by the request alone"),
        };
        self.title(&format!("TOKENS  {}{unseen}", tokens.len()))?;
        if tokens.is_empty() {
            return writeln!(self.out, "  none in the evidence");
        }
        let mut order: Vec<&Token> = tokens.iter().collect();
        order.sort_by_key(|token| {
            !matches!(token.verdict, TokenVerdict::Late | TokenVerdict::Early)
        });
        for token in order.iter().take(shown) {
            self.token(token)?;
        }
        match tokens.len().checked_sub(shown) {
            Some(more) if more > 0 => writeln!(self.out, "  and {more} more: joinscope tokens"),
            _ => Ok(()),
        }
    }

    fn token(&mut self, token: &Token) -> io::Result<()> {
        let named = |name: Option<&str>, id: Option<&String>| match (name, id) {
            (Some(name), _) => name.to_owned(),
            (None, Some(id)) => clean(id),
            (None, None) => "not stated".to_owned(),
        };
        let word = token.verdict.word().replace('_', " ");
        writeln!(
            self.out,
            "  {:<4}{word:<8} {}, client {}",
            token.id,
            what(token, &named(token.audience_name, token.audience.as_ref())),
            named(token.app_name, token.app_id.as_ref()),
        )?;
        self.of_whom(token)?;
        self.validity(token)?;
        match &token.acquired {
            Some(acquired) => {
                let tie = tie(acquired.strength);
                self.moment("got", acquired.time, acquired.event, tie)?;
            }
            None => writeln!(self.out, "      how it was got is not in the evidence")?,
        }
        if let (None, true, Some(seen)) =
            (&token.acquired, token.uses.is_empty(), token.seen.first())
        {
            self.moment("seen", seen.time, seen.event, "")?;
        }
        for used in token.uses.iter().take(USES_SHOWN) {
            let tie = format!("{}{}", after(token, used), tie(used.strength));
            self.moment("used", used.time, used.event, &tie)?;
        }
        match token.uses.len().saturating_sub(USES_SHOWN) {
            0 => Ok(()),
            more => writeln!(self.out, "      and {more} more uses"),
        }
    }

    /// Subject, tenant and digest, as far as there are any.
    fn of_whom(&mut self, token: &Token) -> io::Result<()> {
        let parts = [
            ("of", &token.subject),
            ("tenant", &token.tenant),
            ("sha256", &token.digest),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter_map(|(label, text)| Some(format!("{label} {}", clean(text.as_ref()?))))
            .collect();
        if parts.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "      {}", parts.join(", "))
    }

    fn validity(&mut self, token: &Token) -> io::Result<()> {
        let time = |ticks: Ticks| self.view.zone.date_and_time(ticks);
        let mut parts = Vec::new();
        if let Some(issued) = token.issued_at {
            parts.push(format!("issued {}", time(issued)));
        }
        if let Some(begin) = token
            .not_before
            .filter(|begin| Some(*begin) != token.issued_at)
        {
            parts.push(format!("valid from {}", time(begin)));
        }
        match token.expires_at {
            Some(end) => parts.push(format!("valid until {}{}", time(end), reckoned(token))),
            None => parts.push("when it expires is not in the evidence".to_owned()),
        }
        if let Some(seconds) = token.lifetime_seconds {
            parts.push(format!("lives {}", duration(seconds)));
        }
        writeln!(self.out, "      {}", parts.join(", "))
    }

    fn moment(
        &mut self,
        what: &str,
        time: Option<Ticks>,
        event: EventId,
        more: &str,
    ) -> io::Result<()> {
        let time = time.map_or_else(
            || "undated".to_owned(),
            |ticks| self.view.zone.date_and_time(ticks),
        );
        let name = self.name(event);
        let place = self.place(event);
        writeln!(self.out, "      {what:<5}{time}  {name} ({place}){more}")
    }
}

/// How a use lies to the end of the token's validity, or else to the getting of it.
fn after(token: &Token, used: &TokenUse) -> String {
    if let Some(seconds) = used.seconds_after_expiry {
        return if seconds < 0.0 {
            format!(", {} before it expires", duration(-seconds))
        } else {
            format!(", {} after it expired", duration(seconds))
        };
    }
    let got = token.acquired.as_ref().and_then(|acquired| acquired.time);
    got.zip(used.time).map_or_else(String::new, |(got, used)| {
        format!(", {} after it was got", duration(used.seconds_since(got)))
    })
}

/// What sort of token it is, and whom it is for; one that gets others is for nobody.
fn what(token: &Token, audience: &str) -> String {
    match token.sort() {
        Some(sort) if token.audience.is_none() => sort.to_owned(),
        Some(sort) => format!("{sort} for {audience}"),
        None => format!("for {audience}"),
    }
}

/// Says so where the expiry is no claim of the token.
fn reckoned(token: &Token) -> &'static str {
    match token.expiry_basis {
        Some("expires_in") => " at the latest (expires_in)",
        _ => "",
    }
}

/// How sure it is that the event is about this token.
fn tie(strength: Strength) -> &'static str {
    match strength {
        Strength::Exact => "",
        Strength::Identifier => ", by the request's id",
        Strength::Temporal => ", by the order of time alone",
    }
}
