//! Rules: what the evidence means, from YAML files that a support engineer can read and extend.
//!
//! A rule selects events with the one query language, ties them to attempts, tokens, gaps, clocks and
//! the device, and says what follows, why, and what to do. Absence is only claimed where the source
//! was there and covers the time; else the rule *cannot tell*. `docs/RULES.md` lists every rule.

mod amount;
mod answers;
mod bound;
mod candidates;
mod case;
mod check;
mod condition;
mod coverage;
mod evidence;
mod explain;
mod expr;
mod fault;
mod findings;
mod groups;
mod history;
mod hits;
mod import;
mod judge;
mod load;
mod matches;
mod object;
mod page;
mod parts;
mod raw;
mod roles;
mod rule;
mod sequence;
mod set;
mod sigma;
mod subject;
mod template;
mod untold;
mod verdicts;

pub use case::{Case, Expectation, Expected};
pub use evidence::Evidence;
pub use explain::{NearMiss, Part, PartState};
pub use fault::RuleFault;
pub use findings::judge_all;
pub use import::{Imported, ImportedRule, Untranslated};
pub use load::Cases;
pub use rule::Rule;
pub use set::RuleSet;
pub use verdicts::headline;
