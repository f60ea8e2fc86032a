//! What an estimate rests on, in words.

use super::estimate::{Measured, Outcome};
use super::steps::{Settings, Step};
use crate::model::{Ticks, Zone};

/// Settings that are told one by one.
const TOLD: usize = 3;

impl Measured {
    /// How the clock was set; `None` where it was not.
    pub(super) fn words_of_settings(&self) -> Option<String> {
        let Settings { steps, unsure, .. } = &self.settings;
        let mut said = Vec::new();
        if !steps.is_empty() {
            let told: Vec<String> = steps.iter().take(TOLD).map(|step| told(*step)).collect();
            let more = match steps.len().saturating_sub(TOLD) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            said.push(format!(
                "the clock was set {}, {}{more}",
                times(steps.len()),
                told.join(", ")
            ));
            said.push(match (self.follows(), steps.len()) {
                (false, _) => {
                    "answers of servers agree better without that, so it moves no times".to_owned()
                }
                (true, 1) => "times before are corrected by that".to_owned(),
                (true, _) => "times before each are corrected by it".to_owned(),
            });
        }
        match self.ambiguous {
            0 => {}
            _ if !self.follows() => {}
            1 => said.push("1 event may lie before or after by time and order, and is put where the log that tells of it has the nearest record".to_owned()),
            many => said.push(format!(
                "{many} events may lie before or after by time and order, and are put where the log that tells of it has the nearest record"
            )),
        }
        if *unsure > 0 {
            said.push(format!(
                "the clock jumped {} in a way that cannot be followed, so its offset is not corrected",
                times(*unsure)
            ));
        }
        (!said.is_empty()).then(|| said.join("; "))
    }
}

/// How many bounds agree, in words.
pub(super) fn counted(
    meets: bool,
    agreeing: usize,
    answers: usize,
    shared: usize,
) -> Option<String> {
    let of_answers = |number: usize| match number {
        1 => "1 answer of a server".to_owned(),
        all => format!("{all} answers of servers"),
    };
    let of_ids = |number: usize| match number {
        1 => "1 id of a request shared with a clock that is known".to_owned(),
        all => format!("{all} ids of requests shared with a clock that is known"),
    };
    let all = match (answers, shared) {
        (0, 0) => return None,
        (answers, 0) => of_answers(answers),
        (0, shared) => of_ids(shared),
        (answers, shared) => {
            let (all, ids) = (of_answers(answers), of_ids(shared));
            return Some(format!(
                "{agreeing} of {} bounds, of {all} and {ids}",
                answers + shared
            ));
        }
    };
    Some(match (meets, answers + shared) {
        (false, _) => format!("{all}, and nothing for the other side"),
        (true, 1) => all,
        (true, _) => format!("{agreeing} of {all}"),
    })
}

/// What the offset rests on; `None` where there is nothing.
pub(super) fn words(found: &Outcome) -> Option<String> {
    let mut said = Vec::new();
    if let Some(counted) = &found.counted {
        said.push(if found.agree || found.meeting.is_none() {
            counted.clone()
        } else {
            format!("{counted}, too few to correct the offset")
        });
    }
    said.extend(found.token.clone());
    (!said.is_empty()).then(|| said.join("; "))
}

/// `by +660.0 s at 2026-03-09 10:25:00.000 UTC`
fn told(step: Step) -> String {
    format!(
        "by {:+.1} s at {} UTC",
        seconds(step.by()),
        Zone::Utc.date_and_time(Ticks(step.new))
    )
}

fn times(number: usize) -> String {
    match number {
        1 => "1 time".to_owned(),
        number => format!("{number} times"),
    }
}

pub(super) fn seconds(ticks: i64) -> f64 {
    Ticks(ticks).seconds_since(Ticks(0))
}
