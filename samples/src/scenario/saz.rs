//! Session archives in a story: what went over the wire, as a recorder with a clock of its own saw it.
//!
//! The story's times are those of the servers; the recorder writes them down by its own clock. Servers
//! say in `Date` when they answered. Tokens have short names, and `{token:NAME}` stands for one.

use serde::Deserialize;

use super::field::Pairs;
use super::moment::Moment;
use super::{ScenarioError, Setting};
use crate::http::Message;
use crate::instant::{TICKS_PER_SECOND, format_rfc3339};
use crate::jwt::Jwt;
use crate::saz::{Saz, SazSession};

/// Seconds from 1601 to 1970.
const UNIX_EPOCH: i64 = 11_644_473_600;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A recording and its sessions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recording {
    pub(super) file: String,
    /// How far the recorder's clock is behind the servers', in milliseconds; negative for ahead.
    #[serde(default)]
    behind_ms: i64,
    /// Minutes east of UTC in which the recorder writes times.
    #[serde(default)]
    offset_minutes: i64,
    /// Tokens by their short names.
    #[serde(default)]
    tokens: Pairs<Token>,
    sessions: Vec<Session>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    issued: Moment,
    expires: Moment,
    /// Claims that are text.
    #[serde(default)]
    claims: Pairs<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Session {
    at: Moment,
    /// Milliseconds from the request to the end of the answer, of which the last tenth is the answer.
    took_ms: u64,
    method: String,
    url: String,
    #[serde(default)]
    asked: Pairs<String>,
    #[serde(default)]
    request: String,
    status: u16,
    reason: String,
    #[serde(default)]
    answered: Pairs<String>,
    #[serde(default)]
    response: String,
    /// Name and id of the process.
    process: Option<(String, u32)>,
}

impl Recording {
    pub(super) fn build(&self, setting: &Setting<'_>) -> Result<Vec<u8>, ScenarioError> {
        let mut saz = Saz::new().stored().offset_minutes(self.offset_minutes);
        for session in &self.sessions {
            saz = saz.session(self.session(session, setting.start)?);
        }
        Ok(saz.to_bytes())
    }

    fn session(&self, session: &Session, start: u64) -> Result<SazSession, ScenarioError> {
        let begun = session.at.resolve(start);
        let took = session.took_ms.saturating_mul(TICKS_PER_SECOND / 1000);
        let host = session.url.split('/').nth(2).unwrap_or_default();
        let mut request = Message::request(&session.method, &session.url).field("Host", host);
        for (name, value) in session.asked.iter() {
            request = request.field(name, &self.filled(value, start)?);
        }
        let mut answer = Message::response(session.status, &session.reason)
            .field("Date", &http_date(begun + took / 10 * 9));
        for (name, value) in session.answered.iter() {
            answer = answer.field(name, &self.filled(value, start)?);
        }
        let request = request.body(self.filled(&session.request, start)?.as_bytes());
        let answer = answer.body(self.filled(&session.response, start)?.as_bytes());
        let behind = self.behind_ms.saturating_mul(10_000);
        let built = SazSession::new(&request.to_bytes())
            .answered(&answer.to_bytes())
            .at(begun.saturating_add_signed(behind.saturating_neg()), took);
        Ok(match &session.process {
            Some((name, id)) => built.process(name, *id),
            None => built,
        })
    }

    /// The text with tokens in their places.
    fn filled(&self, text: &str, start: u64) -> Result<String, ScenarioError> {
        let mut filled = text.to_owned();
        for (name, token) in self.tokens.iter() {
            filled = filled.replace(&format!("{{token:{name}}}"), &token.text(start));
        }
        match filled.split("{token:").nth(1) {
            None => Ok(filled),
            Some(unknown) => Err(ScenarioError::Artifact {
                artifact: self.file.clone(),
                reason: format!(
                    "no token {:?}",
                    unknown.split('}').next().unwrap_or_default()
                ),
            }),
        }
    }
}

impl Token {
    fn text(&self, start: u64) -> String {
        let (issued, expires) = (
            unix(self.issued.resolve(start)),
            unix(self.expires.resolve(start)),
        );
        let claims = self
            .claims
            .iter()
            .fold(Jwt::new(), |token, (name, value)| token.claim(name, value));
        claims.iat(issued).nbf(issued).exp(expires).to_text()
    }
}

fn unix(ticks: u64) -> i64 {
    i64::try_from(ticks / TICKS_PER_SECOND).unwrap_or(i64::MAX) - UNIX_EPOCH
}

/// The form of HTTP's `Date`.
fn http_date(ticks: u64) -> String {
    let text = format_rfc3339(ticks);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let number = |range: std::ops::Range<usize>| part(range).parse::<usize>().unwrap_or_default();
    // The count of FILETIME begins on a Monday.
    let day = ticks / TICKS_PER_SECOND / 86_400 % 7;
    let day = usize::try_from(day).ok().and_then(|day| DAYS.get(day));
    let month = number(5..7)
        .checked_sub(1)
        .and_then(|month| MONTHS.get(month));
    format!(
        "{}, {:02} {} {} {} GMT",
        day.unwrap_or(&"Mon"),
        number(8..10),
        month.unwrap_or(&"Jan"),
        part(0..4),
        part(11..19),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::parse_rfc3339;

    #[test]
    fn days_of_the_week_and_months() {
        let check = |time: &str, expected: &str| {
            assert_eq!(http_date(parse_rfc3339(time).unwrap()), expected);
        };
        check("2026-03-09T10:30:15.9Z", "Mon, 09 Mar 2026 10:30:15 GMT");
        check("2026-08-20T05:46:48Z", "Thu, 20 Aug 2026 05:46:48 GMT");
        check("1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
