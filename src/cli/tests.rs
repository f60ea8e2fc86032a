//! A scenario as the program would show it, for the tests of screens.

use std::sync::Arc;

use clap::Parser as _;

use super::args::Args;
use super::rule_book::rule_book;
use super::stages::{Knowledge, case};
use crate::bundle::{Limits, Passwords, open};
use crate::ingest::Digests;
use crate::model::Report;
use crate::timeline::Timeline;
use crate::tui::RuleBook;

/// What the view is given of a scenario. No path names a place of this machine.
pub(crate) fn scenario(name: &str) -> (Arc<Report>, Arc<Timeline>, RuleBook) {
    let bytes = samples::scenario::build(name).expect("a scenario that is there");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(format!("{name}.zip"));
    std::fs::write(&path, bytes).expect("a temporary file");
    let limits = Limits::default();
    let mut bundle = open(&[path], &limits, &Passwords::default()).expect("an archive");
    for input in &mut bundle.inputs {
        input.path.clone_from(&input.label);
    }
    let args = Args::parse_from(["joinscope", "--quiet", name]);
    let knowledge = Knowledge::load().expect("embedded tables that are sound");
    let Ok(case) = case(&bundle, &knowledge, Digests::Make, &args.evidence) else {
        unreachable!("a scenario can be read");
    };
    let (report, timeline) = (Arc::new(case.report), Arc::new(case.timeline));
    let rules = rule_book(&knowledge.rule_set, &report, &timeline);
    (report, timeline, rules)
}
