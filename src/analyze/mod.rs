//! From the timeline to attempts, gaps and a verdict: pure functions of immutable input.
//!
//! What a step is, which event opens or ends an attempt, and what explains a gap is data
//! (`rules/flows`, `rules/context.yaml`); nothing here names an event id.

mod clock;
mod device;
mod finish;
mod flow;
mod fold;
mod gap;
mod judging;
#[cfg(test)]
mod tests;
mod tokens;
mod tries;
mod verdict;

pub use clock::{SourceClock, measured, settled};
pub use flow::{FlowError, Rules};
pub use judging::{CaseOutcome, evidence, evidence_of, run_cases};

use std::collections::BTreeMap;

use crate::model::{Attempt, DeviceFact, Gap, Severity, Stage, Token, Verdict};
use crate::timeline::{Links, Timeline};

/// Fewer events are looked at by one thread alone: to wake another costs more.
const FEW: usize = 10_000;

/// What the analysis of a timeline gives.
#[derive(Debug)]
pub struct Analysis {
    /// Every try that was seen, by start.
    pub attempts: Vec<Attempt>,
    /// Stretches between steps, worst first.
    pub gaps: Vec<Gap>,
    /// Tokens, by the first event that shows each.
    pub tokens: Vec<Token>,
    /// What to tell first.
    pub verdict: Verdict,
    /// Facts about the device, of captures and of events.
    pub device: BTreeMap<String, DeviceFact>,
}

impl Analysis {
    /// What stands where nobody asks for an analysis: it says nothing.
    pub fn not_made() -> Self {
        Self {
            attempts: Vec::new(),
            gaps: Vec::new(),
            tokens: Vec::new(),
            verdict: Verdict {
                headline: String::new(),
                severity: Severity::Info,
                stage: Stage::None,
                attempt: None,
                because: Vec::new(),
            },
            device: BTreeMap::new(),
        }
    }
}

/// Analyses a timeline.
pub fn analyze(timeline: &Timeline, rules: &Rules) -> Analysis {
    let attempts = || fold::attempts(timeline, &Links::of(timeline), rules);
    let beside = || {
        let tokens = tokens::tokens(timeline, &rules.tokens);
        (tokens, device::facts(timeline, rules))
    };
    let (mut attempts, (tokens, device)) = if timeline.len() < FEW {
        (attempts(), beside())
    } else {
        rayon::join(attempts, beside)
    };
    finish::authenticate(&mut attempts, &tokens, timeline, rules);
    finish::order(&mut attempts, rules);
    let gaps = gap::gaps(timeline, rules, &attempts, &tokens);
    let mut verdict = verdict::verdict(timeline, rules, &attempts, &gaps);
    verdict.because.extend(tokens::sentences(&tokens));
    Analysis {
        attempts,
        gaps,
        tokens,
        verdict,
        device,
    }
}
