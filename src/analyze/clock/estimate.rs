//! From what is known of one clock to its estimate.

use super::ClockEstimate;
use super::answers::{Evidence, Sides};
use super::meeting::{Bound, Meeting, meeting};
use super::steps::Settings;
use super::words::{counted, seconds, words};
use crate::model::TICKS_PER_SECOND;

/// How far the clocks of servers may be apart before they contradict each other: 2 s.
const SERVERS_APART: i64 = 2 * TICKS_PER_SECOND;

/// What is known of one clock.
#[derive(Debug, Default)]
pub(super) struct Measured {
    pub(super) sides: Sides,
    pub(super) settings: Settings,
    /// Events that may lie on either side of a setting.
    pub(super) ambiguous: usize,
    /// What other clocks say of it, which counts only where servers do not agree on it.
    pub(super) shared: Vec<Bound>,
}

/// What the bounds of a clock come to.
pub(super) struct Outcome {
    pub(super) meeting: Option<Meeting>,
    /// Whether enough of them meet.
    pub(super) agree: bool,
    /// What a token adds to it, in words.
    pub(super) token: Option<String>,
    /// Whether a token contradicts it.
    pub(super) contradicted: bool,
    /// How many there are, in words.
    pub(super) counted: Option<String>,
}

impl Measured {
    /// Whether its settings are followed. A jump that is told as a setting can be time that has passed,
    /// as that of a virtual machine which stood still: then more answers agree without it.
    pub(super) fn follows(&self) -> bool {
        let agreeing =
            |evidence: &Evidence| meeting(&evidence.bounds).map_or(0, |meeting| meeting.agreeing);
        agreeing(&self.sides.recorded) <= agreeing(&self.sides.carried)
    }

    fn evidence(&self) -> &Evidence {
        if self.follows() {
            &self.sides.carried
        } else {
            &self.sides.recorded
        }
    }

    /// Where its offset lies, where servers vouch for it.
    pub(super) fn vouched(&self) -> Option<Bound> {
        let own = outcome(self.evidence(), &[]);
        let vouches = own.agree && !own.contradicted && self.settings.unsure == 0;
        own.meeting.filter(|_| vouches).map(|meeting| Bound {
            low: meeting.low,
            high: meeting.high,
        })
    }

    pub(super) fn estimate(&self) -> ClockEstimate {
        let own = outcome(self.evidence(), &[]);
        let found = if own.agree || self.shared.is_empty() {
            own
        } else {
            outcome(self.evidence(), &self.shared)
        };
        let offset = found.meeting.map(Meeting::offset);
        let uncertainty = found.meeting.map(Meeting::uncertainty);
        let is_off = offset
            .zip(uncertainty)
            .is_some_and(|(offset, within)| offset.abs() > within);
        let settled = found.agree && !found.contradicted && self.settings.unsure == 0;
        ClockEstimate {
            offset,
            uncertainty,
            corrects: settled && is_off,
            settings: self.words_of_settings(),
            steps: self.settings.steps.len(),
            follows: self.follows(),
            basis: words(&found),
        }
    }
}

/// What bounds come to, those of servers and those of other clocks.
fn outcome(evidence: &Evidence, shared: &[Bound]) -> Outcome {
    let answers = evidence.bounds.len();
    let bounds: Vec<Bound> = evidence.bounds.iter().chain(shared).copied().collect();
    let mut found = meeting(&bounds);
    let agreeing = found.map_or(0, |meeting| meeting.agreeing);
    // One answer may come from a cache or from a server whose own clock is off; an id cannot.
    let enough = agreeing >= 2 || !shared.is_empty();
    let mut contradicted = false;
    let token = match (&mut found, evidence.least) {
        (Some(meeting), Some(least)) if least > meeting.high.saturating_add(SERVERS_APART) => {
            contradicted = true;
            Some(format!(
                "a token was issued {:.1} s after it was seen by that, so the offset is not corrected",
                seconds(least.saturating_sub(meeting.high))
            ))
        }
        (Some(meeting), Some(least)) if (meeting.low + 1..=meeting.high).contains(&least) => {
            meeting.low = least;
            Some("narrowed by a token's time of issue".to_owned())
        }
        (None, Some(least)) if least > SERVERS_APART => Some(format!(
            "a token was seen {:.1} s before it says that it was issued, so the clock is behind by at least that",
            seconds(least)
        )),
        _ => None,
    };
    Outcome {
        meeting: found,
        agree: enough && agreeing * 2 > bounds.len(),
        token,
        contradicted,
        counted: counted(found.is_some(), agreeing, answers, shared.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::steps::Step;
    use super::*;
    use crate::model::Ticks;

    fn bounds(seconds: &[(f64, f64)]) -> Vec<Bound> {
        let ticks = |number: f64| Ticks(0).plus_seconds(number).0;
        let bound = |(low, high): &(f64, f64)| Bound {
            low: ticks(*low),
            high: ticks(*high),
        };
        seconds.iter().map(bound).collect()
    }

    fn evidence(answers: &[(f64, f64)], least: Option<f64>) -> Evidence {
        Evidence {
            bounds: bounds(answers),
            least: least.map(|least| Ticks(0).plus_seconds(least).0),
        }
    }

    fn in_seconds(found: &ClockEstimate) -> Option<(f64, f64, bool)> {
        let (offset, uncertainty) = found.offset.zip(found.uncertainty)?;
        Some((seconds(offset), seconds(uncertainty), found.corrects))
    }

    /// Bounds of answers, the least that a token asks for and bounds of shared ids, in seconds, give
    /// this offset and uncertainty, whether it corrects, and a basis with these words.
    #[track_caller]
    fn check(
        answers: &[(f64, f64)],
        least: Option<f64>,
        shared: &[(f64, f64)],
        expected: Option<(f64, f64, bool)>,
        words: &str,
    ) {
        let measured = Measured {
            sides: Sides {
                carried: evidence(answers, least),
                recorded: Evidence::default(),
            },
            shared: bounds(shared),
            ..Measured::default()
        };
        let found = measured.estimate();
        assert_eq!(in_seconds(&found), expected);
        assert_eq!(found.basis.unwrap_or_default(), words);
    }

    #[test]
    fn the_offset_lies_where_most_answers_meet() {
        check(&[], None, &[], None, "");
        check(
            &[(1.0, 3.0)],
            None,
            &[],
            Some((2.0, 1.0, false)),
            "1 answer of a server, too few to correct the offset",
        );
        check(
            &[(1.0, 3.0), (2.0, 4.0)],
            None,
            &[],
            Some((2.5, 0.5, true)),
            "2 of 2 answers of servers",
        );
        check(
            &[(-1.0, 3.0), (-1.0, 4.0)],
            None,
            &[],
            Some((1.0, 2.0, false)),
            "2 of 2 answers of servers",
        );
        check(
            &[(1.0, 2.0), (5.0, 6.0)],
            None,
            &[],
            Some((1.5, 0.5, false)),
            "1 of 2 answers of servers, too few to correct the offset",
        );
        check(
            &[(1.0, f64::INFINITY)],
            None,
            &[],
            None,
            "1 answer of a server, and nothing for the other side",
        );
    }

    #[test]
    fn a_token_is_not_seen_before_it_is_issued() {
        let answers = [(1.0, 3.0), (1.0, 4.0)];
        let agree = "2 of 2 answers of servers";
        check(&answers, Some(-9.0), &[], Some((2.0, 1.0, true)), agree);
        check(
            &answers,
            Some(2.0),
            &[],
            Some((2.5, 0.5, true)),
            "2 of 2 answers of servers; narrowed by a token's time of issue",
        );
        // Servers need not agree to the second.
        check(&answers, Some(4.5), &[], Some((2.0, 1.0, true)), agree);
        check(
            &answers,
            Some(63.0),
            &[],
            Some((2.0, 1.0, false)),
            "2 of 2 answers of servers; a token was issued 60.0 s after it was seen by that, so the offset is not corrected",
        );
        // It is no answer, and has no other side.
        check(
            &[],
            Some(660.0),
            &[],
            None,
            "a token was seen 660.0 s before it says that it was issued, so the clock is behind by at least that",
        );
        check(&[], Some(-660.0), &[], None, "");
        check(
            &[(1.0, 3.0)],
            Some(2.0),
            &[],
            Some((2.5, 0.5, false)),
            "1 answer of a server, too few to correct the offset; narrowed by a token's time of issue",
        );
    }

    #[test]
    fn shared_ids_count_where_answers_do_not_agree() {
        let shared = [(659.0, 661.0)];
        check(
            &[],
            None,
            &shared,
            Some((660.0, 1.0, true)),
            "1 id of a request shared with a clock that is known",
        );
        check(
            &[(660.0, 663.0)],
            None,
            &shared,
            Some((660.5, 0.5, true)),
            "2 of 2 bounds, of 1 answer of a server and 1 id of a request shared with a clock that is known",
        );
        check(
            &[(1.0, 3.0)],
            None,
            &shared,
            Some((2.0, 1.0, false)),
            "1 of 2 bounds, of 1 answer of a server and 1 id of a request shared with a clock that is known, too few to correct the offset",
        );
        check(
            &[(1.0, 3.0), (1.0, 3.0)],
            None,
            &shared,
            Some((2.0, 1.0, true)),
            "2 of 2 answers of servers",
        );
    }

    /// Answers by times as carried and as recorded; what a clock that was set by 660 s comes to.
    #[track_caller]
    fn check_set(
        carried: &[(f64, f64)],
        recorded: &[(f64, f64)],
        changes: impl Fn(&mut Measured),
        expected: Option<(f64, f64, bool)>,
        words: &str,
    ) {
        let second = TICKS_PER_SECOND;
        let step = Step {
            order: 7,
            old: 12_000_000_100 * second,
            new: 12_000_000_760 * second,
        };
        let mut measured = Measured {
            sides: Sides {
                carried: evidence(carried, None),
                recorded: evidence(recorded, None),
            },
            settings: Settings {
                steps: vec![step],
                ..Settings::default()
            },
            ..Measured::default()
        };
        changes(&mut measured);
        let found = measured.estimate();
        assert_eq!(in_seconds(&found), expected);
        let said = found.settings.unwrap_or_default();
        assert_eq!(said.replace("1981-04-07 ", ""), words);
    }

    #[test]
    fn a_clock_that_was_set() {
        let once = "the clock was set 1 time, by +660.0 s at 21:32:40.000 UTC";
        let follows = format!("{once}; times before are corrected by that");
        let far = [(1.0, 3.0), (661.0, 663.0)];
        let near = [(1.0, 3.0), (1.0, 3.0)];
        check_set(&[], &[], |_| {}, None, &follows);
        check_set(&near, &far, |_| {}, Some((2.0, 1.0, true)), &follows);
        check_set(
            &far,
            &near,
            |_| {},
            Some((2.0, 1.0, true)),
            &format!("{once}; answers of servers agree better without that, so it moves no times"),
        );
        check_set(
            &near,
            &far,
            |measured| measured.ambiguous = 2,
            Some((2.0, 1.0, true)),
            &format!(
                "{follows}; 2 events may lie before or after by time and order, and are put where the log that tells of it has the nearest record"
            ),
        );
        check_set(
            &near,
            &near,
            |measured| {
                measured.settings.steps.clear();
                measured.settings.unsure = 1;
            },
            Some((2.0, 1.0, false)),
            "the clock jumped 1 time in a way that cannot be followed, so its offset is not corrected",
        );
        check_set(
            &[],
            &[],
            |measured| {
                let step = measured.settings.steps.first().copied();
                measured.settings.steps.extend(step);
            },
            None,
            "the clock was set 2 times, by +660.0 s at 21:32:40.000 UTC, by +660.0 s at 21:32:40.000 \
             UTC; times before each are corrected by it",
        );
    }
}
