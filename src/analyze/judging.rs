//! Handing the analysis to the rules: their evidence, and the tests inside their files.

use std::sync::Arc;

use super::{Analysis, Rules, analyze};
use crate::catalog::Catalog;
use crate::model::{ClockLine, Report};
use crate::rules::{Evidence, Rule, RuleSet, judge_all};
use crate::timeline::Timeline;

/// What rules judge.
pub fn evidence<'t>(
    timeline: &'t Timeline,
    analysis: &'t Analysis,
    clocks: &'t [ClockLine],
) -> Evidence<'t> {
    Evidence {
        timeline,
        attempts: &analysis.attempts,
        gaps: &analysis.gaps,
        tokens: &analysis.tokens,
        clocks,
        about: analysis.verdict.attempt.as_deref(),
        device: &analysis.device,
    }
}

/// The same from a report that is made already.
pub fn evidence_of<'t>(
    timeline: &'t Timeline,
    report: &'t Report,
    clocks: &'t [ClockLine],
) -> Evidence<'t> {
    Evidence {
        timeline,
        attempts: &report.attempts,
        gaps: &report.gaps,
        tokens: &report.tokens,
        clocks,
        about: report.verdict.attempt.as_deref(),
        device: &report.device,
    }
}

/// What came of a test inside a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseOutcome {
    /// What the test is about.
    pub name: String,
    /// What is wrong; `None` where the rule said what was expected.
    pub fault: Option<String>,
}

/// Runs the tests inside the file of a rule.
pub fn run_cases(
    rule: &Rule,
    set: &RuleSet,
    flows: &Rules,
    catalog: &Arc<Catalog>,
) -> Vec<CaseOutcome> {
    let run = |case: Result<crate::rules::Case, String>| match case {
        Err(fault) => CaseOutcome {
            name: "a test that cannot be run".to_owned(),
            fault: Some(fault),
        },
        Ok(case) => {
            let (timeline, clocks) = super::measured(case.timeline, flows);
            let (timeline, lines) = super::settled(timeline, &clocks);
            let mut analysis = analyze(&timeline, flows);
            analysis.device.extend(case.facts);
            let evidence = evidence(&timeline, &analysis, &lines);
            let said = judge_all(set, evidence, Some(rule.id()));
            CaseOutcome {
                fault: case.expectation.fault(rule.id(), &said),
                name: case.expectation.name,
            }
        }
    };
    set.cases(rule, catalog).into_iter().map(run).collect()
}
