//! From matches to findings: weaker readings dropped, causes tied, one root first.

use rustc_hash::FxHashSet;

use super::evidence::{Evidence, Scene};
use super::history::{all_taken_back, lead, sentence, severity};
use super::matches::{Fold, Occurrence, Undecided, all};
use super::rule::{Next, Rule};
use super::set::{AREAS, RuleSet};
use super::verdicts::considered;
use crate::model::{Finding, FindingSpan, Findings, Occurrences, Severity};

/// Events that one finding shows.
const EVIDENCE: usize = 40;
/// Occurrences that are compared when findings are tied.
const COMPARED: usize = 200;

/// Judges every rule on the evidence; `only` names the one rule that is wanted.
pub fn judge_all(set: &RuleSet, evidence: Evidence<'_>, only: Option<&str>) -> Findings {
    let scene = Scene::new(set, evidence, only);
    let (folds, undecided) = all(&scene, only);
    let folds = without_weaker(&folds, set);
    let (ruled_out, cannot_tell) = considered(&scene, &folds, &undecided_rules(undecided), only);
    Findings {
        findings: told(&folds, &scene),
        ruled_out,
        cannot_tell,
    }
}

/// One entry a rule, with everything that any of its subjects lacked.
fn undecided_rules(undecided: Vec<Undecided>) -> Vec<Undecided> {
    let mut rules: Vec<Undecided> = Vec::new();
    for one in undecided {
        match rules.iter_mut().find(|known| known.rule == one.rule) {
            Some(known) => known.missing.extend(one.missing),
            None => rules.push(one),
        }
    }
    for one in &mut rules {
        one.missing.sort_unstable();
        one.missing.dedup();
    }
    rules
}

/// The attempts of two matches, where both stand on one; what is about the device belongs to all.
fn both_attempts(one: &Occurrence, other: &Occurrence) -> Option<(usize, usize)> {
    let of_device = one.of_device || other.of_device;
    one.attempt.zip(other.attempt).filter(|_| !of_device)
}

/// Whether two matches are of the same thing: one attempt, or one device at one time.
fn is_same_thing(one: &Occurrence, other: &Occurrence) -> bool {
    match both_attempts(one, other) {
        Some((one, other)) => one == other,
        None => shares_device(one, other) && one.from <= other.to && other.from <= one.to,
    }
}

fn shares_device(one: &Occurrence, other: &Occurrence) -> bool {
    one.device.is_none() || other.device.is_none() || one.device == other.device
}

/// Drops what a stronger rule says better of the same thing.
fn without_weaker(folds: &[Fold], set: &RuleSet) -> Vec<Fold> {
    let id = |fold: &Fold| set.rules.get(fold.rule).map_or("", |rule| rule.id.as_str());
    let is_weaker = |weaker: &Fold, occurrence: &Occurrence| {
        folds.iter().any(|stronger| {
            let rule = set.rules.get(stronger.rule);
            let suppresses = rule.is_some_and(|rule| {
                rule.suppresses
                    .iter()
                    .any(|suppressed| suppressed == id(weaker))
            });
            suppresses
                && stronger
                    .occurrences
                    .iter()
                    .take(COMPARED)
                    .any(|other| is_same_thing(occurrence, other))
        })
    };
    let kept = folds.iter().filter_map(|fold| {
        let mut kept = fold.clone();
        kept.occurrences
            .retain(|occurrence| !is_weaker(fold, occurrence));
        (!kept.occurrences.is_empty()).then_some(kept)
    });
    kept.collect()
}

/// Whether a match of `rule` can come from another: the same attempt, or the same device and not long
/// before. What stands on another attempt of the same kind is another story.
fn can_come_from(effect: &Occurrence, cause: &Occurrence, rule: &Rule, scene: &Scene<'_>) -> bool {
    if let Some((one, other)) = both_attempts(effect, cause) {
        if one == other {
            return true;
        }
        let kind = |place: usize| scene.evidence.attempts.get(place).map(|it| it.kind);
        if kind(one) == kind(other) {
            return false;
        }
    }
    let before = effect.from.seconds_since(cause.from);
    shares_device(effect, cause) && cause.from <= effect.to && before <= rule.caused_within
}

/// Findings in the order in which they are to be told.
fn told(folds: &[Fold], scene: &Scene<'_>) -> Vec<Finding> {
    let rules = &scene.set.rules;
    let Some(named) = folds
        .iter()
        .map(|fold| rules.get(fold.rule))
        .collect::<Option<Vec<&Rule>>>()
    else {
        return Vec::new();
    };
    let causes: Vec<Vec<usize>> = folds
        .iter()
        .zip(&named)
        .map(|(fold, rule)| {
            let is_cause = |other: &usize| {
                let by_name = rule.caused_by.contains(&named[*other].id);
                by_name && comes_from(fold, &folds[*other], rule, scene)
            };
            (0..folds.len()).filter(is_cause).collect()
        })
        .collect();
    let leads = leads_to_failure(folds, &named, &causes, scene);
    let rank = |place: usize| {
        let rule = named[place];
        let area = AREAS.iter().position(|area| *area == rule.area);
        let from = folds[place].occurrences.first().map(|it| it.from);
        (
            !leads[place],
            std::cmp::Reverse(severity(&folds[place], rule, scene)),
            area.unwrap_or(AREAS.len()),
            from,
            rule.id.as_str(),
        )
    };
    let mut ranked: Vec<usize> = (0..folds.len()).collect();
    ranked.sort_by_key(|place| rank(*place));
    let is_background = |place: usize| named[place].background;
    let has_effect = |place: usize| causes.iter().any(|causes| causes.contains(&place));
    let is_root = |place: usize| {
        let own = causes[place].iter().all(|cause| is_background(*cause));
        // A state that explains something is told with what it explains.
        own && !(is_background(place) && has_effect(place))
    };
    let mut order: Vec<usize> = Vec::new();
    for root in ranked.iter().filter(|place| is_root(**place)) {
        tell(*root, &ranked, &causes, &is_background, &mut order);
    }
    for place in &ranked {
        if !order.contains(place) {
            order.push(*place);
        }
    }
    let id = |place: usize| {
        let position = order.iter().position(|other| *other == place);
        format!("f{}", position.unwrap_or(place) + 1)
    };
    order
        .iter()
        .map(|place| {
            let mut caused_by = nearest_causes(*place, &causes, &is_background);
            caused_by.sort_by_key(|cause| order.iter().position(|other| other == cause));
            let caused_by = caused_by.into_iter().map(id).collect();
            finding(id(*place), &folds[*place], named[*place], caused_by, scene)
        })
        .collect()
}

/// For each finding, whether the failure that the verdict is about is told by it or by what comes from
/// it.
fn leads_to_failure(
    folds: &[Fold],
    named: &[&Rule],
    causes: &[Vec<usize>],
    scene: &Scene<'_>,
) -> Vec<bool> {
    let about = scene.evidence.about.and_then(|id| scene.attempt_of(id));
    let tells = |place: &usize| {
        let mut occurrences = folds[*place].occurrences.iter();
        severity(&folds[*place], named[*place], scene) > Severity::Low
            && !named[*place].background
            && occurrences.any(|it| it.attempt == about && it.tells_failure)
    };
    let mut leads = vec![false; folds.len()];
    let mut open: Vec<usize> = (0..folds.len()).filter(tells).collect();
    while let Some(place) = open.pop() {
        if !std::mem::replace(&mut leads[place], true) {
            open.extend(&causes[place]);
        }
    }
    leads
}

/// Tells a finding and the states that explain it, and then whatever comes from what is told and from
/// nothing else that is still to be told.
fn tell(
    root: usize,
    ranked: &[usize],
    causes: &[Vec<usize>],
    is_background: &impl Fn(usize) -> bool,
    order: &mut Vec<usize>,
) {
    let mut next = Some(root);
    while let Some(place) = next {
        order.push(place);
        let states = ranked
            .iter()
            .filter(|other| causes[place].contains(other) && is_background(**other));
        for state in states {
            if !order.contains(state) {
                order.push(*state);
            }
        }
        let is_next = |other: &usize| {
            let mut faults = causes[*other]
                .iter()
                .filter(|cause| !is_background(**cause));
            let comes_from_told = faults.clone().any(|cause| order.contains(cause));
            comes_from_told && faults.all(|cause| order.contains(cause)) && !order.contains(other)
        };
        next = ranked.iter().copied().find(is_next);
    }
}

/// The causes without those that are causes of another of them: the last link of each chain. States
/// are kept.
fn nearest_causes(
    place: usize,
    causes: &[Vec<usize>],
    is_background: &impl Fn(usize) -> bool,
) -> Vec<usize> {
    let leads_to = |from: usize, to: usize| {
        let (mut open, mut seen) = (vec![to], Vec::new());
        while let Some(place) = open.pop() {
            if causes[place].contains(&from) {
                return true;
            }
            seen.push(place);
            let further = causes[place].iter().filter(|cause| !seen.contains(cause));
            open.extend(further);
        }
        false
    };
    let own = &causes[place];
    let is_nearest =
        |cause: &usize| is_background(*cause) || !own.iter().any(|other| leads_to(*cause, *other));
    own.iter().copied().filter(is_nearest).collect()
}

fn comes_from(effect: &Fold, cause: &Fold, rule: &Rule, scene: &Scene<'_>) -> bool {
    effect.occurrences.iter().take(COMPARED).any(|effect| {
        cause
            .occurrences
            .iter()
            .take(COMPARED)
            .any(|cause| can_come_from(effect, cause, rule, scene))
    })
}

/// How often it occurred: in how many attempts, where each match stands on one.
fn number(fold: &Fold, attempts: usize) -> usize {
    let stands = |it: &Occurrence| it.attempt.is_some() && !it.of_device;
    if fold.more == 0 && fold.occurrences.iter().all(stands) {
        attempts
    } else {
        fold.occurrences.len() + fold.more
    }
}

fn finding(
    id: String,
    fold: &Fold,
    rule: &Rule,
    caused_by: Vec<String>,
    scene: &Scene<'_>,
) -> Finding {
    let id_of = |attempt: usize| {
        let attempt = scene.evidence.attempts.get(attempt);
        attempt.map(|attempt| attempt.id.clone())
    };
    let mut seen: FxHashSet<usize> = FxHashSet::default();
    let attempts = fold.occurrences.iter().filter_map(|it| it.attempt);
    let attempts = attempts.filter(|attempt| seen.insert(*attempt));
    let attempts: Vec<String> = attempts.filter_map(id_of).collect();
    let mut evidence = Vec::new();
    for line in fold.occurrences.iter().flat_map(|it| &it.evidence) {
        if evidence.len() < EVIDENCE && !evidence.contains(line) {
            evidence.push(line.clone());
        }
    }
    let lead = lead(fold, scene);
    let told = lead.and_then(|it| it.told.as_ref());
    let mut explanation = told.map_or_else(String::new, |told| told.explanation.clone());
    if let Some(success) = all_taken_back(fold, scene) {
        explanation.push(' ');
        explanation.push_str(&sentence(success));
    }
    let span = FindingSpan {
        from: fold
            .occurrences
            .iter()
            .map(|it| it.from)
            .min()
            .unwrap_or(scene.whole.0),
        to: fold
            .occurrences
            .iter()
            .map(|it| it.to)
            .max()
            .unwrap_or(scene.whole.1),
    };
    let next = rule.next.iter().filter_map(|next| match next {
        Next::Text(text) => Some(text.clone()),
        Next::Coverage(place) => {
            let row = scene.set.coverage.get(*place)?;
            Some(format!("{}: {} ({})", row.title, row.artifact, row.command))
        }
    });
    Finding {
        id,
        rule: rule.id.clone(),
        title: rule.title.clone(),
        severity: severity(fold, rule, scene),
        confidence: told.map_or(rule.base, |told| told.confidence),
        stage: rule.stage,
        attempt: lead.and_then(|it| id_of(it.attempt?)),
        explanation,
        why: told.and_then(|told| told.why.clone()),
        limits: rule.limits.clone(),
        remediation: rule.fix.clone(),
        next: next.collect(),
        evidence,
        caused_by,
        background: rule.background,
        occurrences: Occurrences {
            number: number(fold, attempts.len()),
            attempts,
        },
        span,
    }
}
