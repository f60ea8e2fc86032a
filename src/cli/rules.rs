//! `rules`: listing, showing, checking and testing rules, and why one did or did not find something.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::args::{Evidence, RuleFolders, RuleVerb};
use super::output::Existing;
use super::stages::{Knowledge, Last, case};
use super::{Exit, Stop, import, input};
use crate::analyze::{self, run_cases};
use crate::catalog::Catalog;
use crate::export::clean;
use crate::ingest::Digests;
use crate::rules::{Cases, PartState, Rule, RuleSet};

/// Folders nested deeper than this are nobody's rules.
const MAX_DEPTH: usize = 8;

/// Runs what was asked for.
pub(super) fn run(what: &RuleVerb) -> Result<Exit, Stop> {
    let mut out = BufWriter::new(io::stdout().lock());
    let exit = match what {
        RuleVerb::List { folders } => list(folders, &mut out)?,
        RuleVerb::Show { id, folders } => {
            let knowledge = Knowledge::load_with(&folders.rules, Cases::Read)?;
            show(
                named(&knowledge.rule_set, id)?,
                &knowledge.rule_set,
                &mut out,
            )?;
            Exit::Done
        }
        RuleVerb::Check { folders } => check(folders, &mut out)?,
        RuleVerb::Test { ids, folders } => test(ids, folders, &mut out)?,
        RuleVerb::Explain { id, evidence } => explain(id, evidence, &mut out)?,
        RuleVerb::Docs { folders } => {
            let knowledge = Knowledge::load_with(&folders.rules, Cases::Read)?;
            out.write_all(knowledge.rule_set.page().as_bytes())?;
            Exit::Done
        }
        RuleVerb::Import {
            file,
            output,
            force,
        } => import::run(file, output, Existing::from_force(*force), &mut out)?,
    };
    out.flush()?;
    Ok(exit)
}

/// The embedded rules with those of these folders.
pub(super) fn load(folders: &[PathBuf], catalog: &Catalog, cases: Cases) -> Result<RuleSet, Stop> {
    let (set, faults) = RuleSet::with_files(catalog, &files(folders)?, cases);
    if faults.is_empty() {
        return Ok(set);
    }
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Err(Stop::Usage(faults.join("\n")))
}

/// Path and text of every rule file in these folders, by path.
fn files(folders: &[PathBuf]) -> Result<Vec<(String, String)>, Stop> {
    let mut found = Vec::new();
    for folder in folders {
        collect(folder, MAX_DEPTH, &mut found)
            .map_err(|error| Stop::Usage(format!("{}: {error}", folder.display())))?;
    }
    found.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path)
            .map_err(|error| Stop::Usage(format!("{}: {error}", path.display())))?;
        Ok((path.to_string_lossy().replace('\\', "/"), text))
    };
    found.into_iter().map(read).collect()
}

fn collect(path: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() {
            // Attempts have files of their own, which are no rules.
            let is_flows = path.file_name().is_some_and(|name| name == "flows");
            if depth > 0 && !is_flows {
                collect(&path, depth - 1, found)?;
            }
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
    Ok(())
}

fn named<'s>(set: &'s RuleSet, id: &str) -> Result<&'s Rule, Stop> {
    set.rule(id).ok_or_else(|| {
        let near = crate::timeline::nearest(id, set.ids().map(str::to_owned));
        let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        Stop::Usage(format!("no rule is called {id}{near}"))
    })
}

fn list(folders: &RuleFolders, out: &mut dyn Write) -> Result<Exit, Stop> {
    let knowledge = Knowledge::load_with(&folders.rules, Cases::Skip)?;
    for rule in knowledge.rule_set.rules() {
        writeln!(
            out,
            "{:<9} {:<10} {:<34} {}",
            rule.level(),
            clean(rule.area()),
            clean(rule.id()),
            clean(rule.title())
        )?;
    }
    Ok(Exit::Done)
}

/// Writes one rule in full.
pub(super) fn show(rule: &Rule, set: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(set.entry(rule).as_bytes())
}

fn check(folders: &RuleFolders, out: &mut dyn Write) -> Result<Exit, Stop> {
    let catalog = Catalog::embedded()
        .map_err(|faults| Stop::Internal(faults.iter().map(ToString::to_string).collect()))?;
    let (set, mut faults) = RuleSet::with_files(&catalog, &files(&folders.rules)?, Cases::Read);
    faults.extend(set.unsound(&catalog));
    faults.sort();
    for fault in &faults {
        writeln!(out, "{}", clean(&fault.to_string()))?;
    }
    writeln!(out, "{} rules, {} faults", set.rules().len(), faults.len())?;
    Ok(if faults.is_empty() {
        Exit::Done
    } else {
        Exit::Found
    })
}

fn test(ids: &[String], folders: &RuleFolders, out: &mut dyn Write) -> Result<Exit, Stop> {
    let knowledge = Knowledge::load_with(&folders.rules, Cases::Read)?;
    let set = &knowledge.rule_set;
    let rules: Vec<&Rule> = if ids.is_empty() {
        set.rules().iter().collect()
    } else {
        ids.iter()
            .map(|id| named(set, id))
            .collect::<Result<_, _>>()?
    };
    let (mut run, mut failed) = (0, 0);
    for rule in rules {
        for case in run_cases(rule, set, &knowledge.rules, &knowledge.catalog) {
            run += 1;
            if let Some(fault) = case.fault {
                failed += 1;
                writeln!(
                    out,
                    "{}: {}: {}",
                    rule.id(),
                    clean(&case.name),
                    clean(&fault)
                )?;
            }
        }
    }
    writeln!(out, "{run} tests, {failed} failed")?;
    Ok(if failed == 0 { Exit::Done } else { Exit::Found })
}

fn explain(id: &str, evidence: &Evidence, out: &mut dyn Write) -> Result<Exit, Stop> {
    let knowledge = Last::new(Knowledge::with_given(evidence)?);
    let rule = named(&knowledge.rule_set, id)?;
    let Some(bundle) = input::bundle(evidence)? else {
        return Ok(Exit::Unreadable);
    };
    let case = case(&bundle, &knowledge, Digests::Skip, evidence)?;
    let report = &case.report;
    writeln!(out, "{}  {}", rule.id(), clean(rule.title()))?;
    for finding in report.findings.iter().filter(|finding| finding.rule == id) {
        writeln!(
            out,
            "  found {} times: {}",
            finding.occurrences.number,
            clean(&finding.explanation)
        )?;
    }
    for entry in report.ruled_out.iter().filter(|entry| entry.rule == id) {
        writeln!(out, "  ruled out: {}", clean(&entry.because))?;
    }
    for entry in report.cannot_tell.iter().filter(|entry| entry.rule == id) {
        for missing in &entry.missing {
            writeln!(
                out,
                "  cannot tell without {}: {}",
                missing.name, missing.artifact
            )?;
        }
    }
    let clocks: Vec<_> = report
        .sources
        .iter()
        .map(|source| source.clock.clone())
        .collect();
    let judged = analyze::evidence_of(&case.timeline, report, &clocks);
    let near = knowledge.rule_set.explain(id, judged).unwrap_or_default();
    if near.is_empty() {
        writeln!(
            out,
            "  nothing in the evidence is of the kind that it looks at"
        )?;
    }
    for near in near {
        writeln!(out, "  {}: {}", clean(&near.subject), near.state.word())?;
        for part in near.parts {
            let mark = if part.state == PartState::Holds {
                "ok  "
            } else {
                "NOT "
            };
            writeln!(
                out,
                "    {mark} {} ({})",
                clean(&part.part),
                part.state.word()
            )?;
            if !part.detail.is_empty() {
                writeln!(out, "         {}", clean(&part.detail))?;
            }
        }
    }
    Ok(Exit::Done)
}
