//! History, not state: what a later attempt made good is told, but alarms nobody.

use super::amount::Amount;
use super::evidence::Scene;
use super::matches::{Fold, Occurrence};
use super::rule::Rule;
use crate::model::{Attempt, Severity};

/// The success that took a match back: it stands on an attempt that failed, and a later one of the same
/// kind on the same device succeeded. What is said of the device is no history.
fn taken_back<'t>(occurrence: &Occurrence, scene: &Scene<'t>) -> Option<&'t Attempt> {
    let attempt = occurrence.attempt.filter(|_| !occurrence.of_device)?;
    scene.made_good_by(attempt)
}

/// The last success that took matches back, where every one of them was.
pub(super) fn all_taken_back<'t>(fold: &Fold, scene: &Scene<'t>) -> Option<&'t Attempt> {
    let mut last = None;
    for occurrence in &fold.occurrences {
        last = Some(taken_back(occurrence, scene)?);
    }
    last
}

/// How bad it is: what was made good is at most low.
pub(super) fn severity(fold: &Fold, rule: &Rule, scene: &Scene<'_>) -> Severity {
    match all_taken_back(fold, scene) {
        Some(_) => rule.level.min(Severity::Low),
        None => rule.level,
    }
}

/// The match that speaks for all: the first that still stands, else the first.
pub(super) fn lead<'f>(fold: &'f Fold, scene: &Scene<'_>) -> Option<&'f Occurrence> {
    let mut all = fold.occurrences.iter().filter(|it| it.told.is_some());
    let standing = all.clone().find(|it| taken_back(it, scene).is_none());
    standing.or_else(|| all.next())
}

/// What is said of the success.
pub(super) fn sentence(success: &Attempt) -> String {
    let end = Amount::Time(success.end);
    format!(
        "A later attempt ({}) succeeded at {}.",
        success.id,
        end.text()
    )
}
