//! The rules as the view shows them: what each is, and how near it came when that is asked for.

use std::sync::Arc;

use crate::analyze::evidence_of;
use crate::model::{ClockLine, Report};
use crate::rules::{PartState, RuleSet};
use crate::timeline::Timeline;
use crate::tui::{NearMiss, NearPart, RuleBook, RuleLine};

/// The rules of a set, which explain themselves by this evidence.
pub(super) fn rule_book(
    set: &Arc<RuleSet>,
    report: &Arc<Report>,
    timeline: &Arc<Timeline>,
) -> RuleBook {
    let rules = set.rules().iter().map(|rule| RuleLine {
        id: rule.id().to_owned(),
        title: rule.title().to_owned(),
        area: rule.area().to_owned(),
        severity: rule.level(),
        stage: rule.stage(),
    });
    let rules = rules.collect();
    let (set, report) = (Arc::clone(set), Arc::clone(report));
    let timeline = Arc::clone(timeline);
    RuleBook {
        rules,
        explain: Arc::new(move |id| near_misses(&set, id, &report, &timeline)),
    }
}

fn near_misses(set: &RuleSet, id: &str, report: &Report, timeline: &Timeline) -> Vec<NearMiss> {
    let clocks: Vec<ClockLine> = report
        .sources
        .iter()
        .map(|source| source.clock.clone())
        .collect();
    let near = set.explain(id, evidence_of(timeline, report, &clocks));
    let part = |part: crate::rules::Part| NearPart {
        holds: part.state == PartState::Holds,
        state: part.state.word(),
        part: part.part,
        detail: part.detail,
    };
    let near = near.unwrap_or_default().into_iter();
    near.map(|near| NearMiss {
        subject: near.subject,
        state: near.state.word(),
        parts: near.parts.into_iter().map(part).collect(),
    })
    .collect()
}
