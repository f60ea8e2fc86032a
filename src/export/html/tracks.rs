//! What the timeline draws beside events: gaps and lives of tokens, as the page's script needs them.

use serde::Serialize;

use super::text::{NAME_CHARS, shown};
use crate::export::duration;
use crate::model::{Gap, Report, TICKS_PER_SECOND, Ticks, Token, Zone};

const TICKS_PER_MICROSECOND: i64 = TICKS_PER_SECOND / 1_000_000;

/// Gaps and tokens that are drawn at most.
const MOST: usize = 200;

/// Beside the events.
#[derive(Serialize)]
pub(super) struct Tracks<'a> {
    /// Minutes that the page's zone is east of UTC.
    zone_minutes: i32,
    /// The attempt that the verdict is about, which the timeline begins with.
    attempt: Option<&'a str>,
    gaps: Vec<GapTrack<'a>>,
    tokens: Vec<TokenTrack<'a>>,
}

/// Times in microseconds since the origin.
#[derive(Serialize)]
struct GapTrack<'a> {
    id: &'a str,
    attempt: &'a str,
    from: i64,
    to: i64,
    /// Longer than its budget.
    over: bool,
    text: String,
}

#[derive(Serialize)]
struct TokenTrack<'a> {
    id: &'a str,
    text: String,
    wrong: bool,
    /// From when it is valid; none where it does not say.
    from: Option<i64>,
    to: Option<i64>,
    got: Option<i64>,
    uses: Vec<UseTrack>,
}

#[derive(Serialize)]
struct UseTrack {
    at: i64,
    event: String,
    late: bool,
}

/// Tracks whose times count from `origin`.
pub(super) fn tracks(report: &Report, origin: Option<Ticks>, zone: Zone) -> Tracks<'_> {
    let since = |ticks| micros_since(origin, ticks);
    Tracks {
        zone_minutes: match zone {
            Zone::Utc => 0,
            Zone::Offset(minutes) => minutes,
        },
        attempt: report.verdict.attempt.as_deref(),
        gaps: report
            .gaps
            .iter()
            .take(MOST)
            .filter_map(|gap| of_gap(gap, since))
            .collect(),
        tokens: report
            .tokens
            .iter()
            .take(MOST)
            .map(|token| of_token(token, since))
            .collect(),
    }
}

/// Microseconds from the origin to a time.
pub(super) fn micros_since(origin: Option<Ticks>, ticks: Ticks) -> Option<i64> {
    Some(ticks.0.checked_sub(origin?.0)? / TICKS_PER_MICROSECOND)
}

fn of_gap(gap: &Gap, since: impl Fn(Ticks) -> Option<i64>) -> Option<GapTrack<'_>> {
    let length = duration(gap.seconds);
    let (from, to) = (gap.from.step.word(), gap.to.step.word());
    let ratio = gap
        .ratio
        .map(|ratio| format!(", {ratio:.1} times its budget"));
    Some(GapTrack {
        id: &gap.id,
        attempt: &gap.attempt,
        from: since(gap.from.time)?,
        to: since(gap.to.time)?,
        over: gap.ratio.is_some_and(|ratio| ratio > 1.0),
        text: format!(
            "{} {length} from {from} to {to}{}",
            gap.id,
            ratio.unwrap_or_default()
        ),
    })
}

fn of_token(token: &Token, since: impl Fn(Ticks) -> Option<i64>) -> TokenTrack<'_> {
    let audience = token.audience_name.or(token.audience.as_deref());
    let name = audience.or(token.sort()).unwrap_or("audience not stated");
    let verdict = token.verdict.word();
    let uses = token.uses.iter().take(MOST).filter_map(|used| {
        Some(UseTrack {
            at: since(used.time?)?,
            event: used.event.to_string(),
            late: used
                .seconds_after_expiry
                .is_some_and(|seconds| seconds >= 0.0),
        })
    });
    TokenTrack {
        id: &token.id,
        text: shown(
            &format!("{} {name}, {}", token.id, verdict.replace('_', " ")),
            NAME_CHARS,
        )
        .into_owned(),
        wrong: super::tokens::is_wrong(token),
        from: token.not_before.or(token.issued_at).and_then(&since),
        to: token.expires_at.and_then(&since),
        got: token.acquired.as_ref().and_then(|got| since(got.time?)),
        uses: uses.collect(),
    }
}
