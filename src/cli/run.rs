//! One function a verb; each reads as the story of that verb.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;

use super::args::{Args, Colour, Cut, Evidence, Redacting, Verb};
use super::cut::{Chosen, attempt, is_of};
use super::output::{Existing, create, make_folder, refuse_existing};
use super::redacting::Wanted;
use super::stages::{Case, Knowledge, Last, last_case, ordered, pool, prepared, reading, zone};
use super::viewing::view;
use super::{Exit, Stop, batch, explain, inspect, making, packets, rules};
use crate::bundle::Bundle;
use crate::export::{EVENTS, REPORTS, Section, Story, View, clean, html};
use crate::ingest::Digests;
use crate::model::{BlindspotKind, Severity};
use crate::redact::{Level, ShownTimeline};
use crate::timeline::EventRef;

/// Runs what was asked for.
pub(super) fn run(args: Args) -> Result<Exit, Stop> {
    match args.verb {
        None if io::stdout().is_terminal() || args.viewing.plain => {
            view(&args.evidence, &args.viewing)
        }
        None => analyze(
            &args.evidence,
            Section::All,
            "text",
            &Redacting::default(),
            None,
        ),
        Some(Verb::Tui { evidence, viewing }) => view(&evidence, &viewing),
        Some(Verb::Analyze {
            evidence,
            format,
            redacting,
            fail_on,
        }) => analyze(
            &evidence,
            Section::All,
            &format,
            &redacting,
            fail_on.as_deref().and_then(Severity::from_word),
        ),
        Some(Verb::Gaps {
            evidence,
            format,
            redacting,
        }) => analyze(&evidence, Section::Gaps, &format, &redacting, None),
        Some(Verb::Tokens {
            evidence,
            format,
            redacting,
        }) => analyze(&evidence, Section::Tokens, &format, &redacting, None),
        Some(Verb::Sources {
            evidence,
            format,
            redacting,
        }) => analyze(&evidence, Section::Sources, &format, &redacting, None),
        Some(Verb::Timeline {
            evidence,
            format,
            cut,
            redacting,
        }) => timeline(&evidence, &format, &cut, &redacting),
        Some(Verb::Report {
            evidence,
            output,
            force,
            redacting,
        }) => report(&evidence, &output, Existing::from_force(force), &redacting),
        Some(Verb::Batch {
            evidence,
            redacting,
            output,
            triage,
            force,
        }) => {
            let wanted = Wanted::read(&redacting, Level::Standard)?;
            let depth = if triage {
                batch::Depth::Triage
            } else {
                batch::Depth::Report
            };
            batch::run(
                &evidence,
                &wanted,
                depth,
                &output,
                Existing::from_force(force),
            )
        }
        Some(Verb::Inspect {
            evidence,
            output: Some(output),
            force,
            ..
        }) => packets::write(&evidence, &output, Existing::from_force(force)),
        #[cfg(all(windows, feature = "tdh"))]
        Some(Verb::Inspect {
            evidence,
            installed_schemas: true,
            ..
        }) => super::installed::print(&evidence),
        Some(Verb::Inspect {
            evidence, format, ..
        }) => inspect_files(&evidence, &format),
        Some(Verb::Findings {
            evidence,
            format,
            redacting,
        }) => analyze(&evidence, Section::Findings, &format, &redacting, None),
        Some(Verb::Rules { what }) => rules::run(&what),
        Some(Verb::Explain { words }) => explain_words(&words),
        Some(Verb::Demo {
            scenario,
            output,
            force,
        }) => demo(scenario.as_deref(), &output, Existing::from_force(force)),
    }
}

fn analyze(
    evidence: &Evidence,
    section: Section,
    format: &str,
    redacting: &Redacting,
    fail_on: Option<Severity>,
) -> Result<Exit, Stop> {
    let exporter = REPORTS.iter().find(|exporter| exporter.name == format);
    let exporter =
        exporter.ok_or_else(|| Stop::Usage(format!("{format} is no format of a report")))?;
    let wanted = Wanted::read(redacting, exporter.redaction)?;
    let Some((bundle, knowledge)) = prepared(evidence, Knowledge::with_given)? else {
        return Ok(Exit::Unreadable);
    };
    let digests = if exporter.shows_digests {
        Digests::Make
    } else {
        Digests::Skip
    };
    let case = last_case(&bundle, &knowledge, digests, evidence)?;
    let view = View {
        zone: zone(&evidence.tz, Some(&case.report))?,
        colour: colour(evidence),
        width: width(),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let redactor = wanted.redactor(&case);
    let shown = ShownTimeline::new(&case.timeline, &redactor);
    (exporter.write)(
        &redactor.report(&case.report),
        shown,
        section,
        view,
        &mut out,
    )?;
    out.flush()?;
    let worst = case.report.findings.iter().map(|finding| finding.severity);
    let worst = worst.chain([case.report.verdict.severity]).max();
    let found = fail_on.is_some_and(|severity| worst >= Some(severity));
    Ok(if found {
        Exit::Found
    } else {
        exit(&case, &bundle)?
    })
}

fn timeline(
    evidence: &Evidence,
    format: &str,
    cut: &Cut,
    redacting: &Redacting,
) -> Result<Exit, Stop> {
    let exporter = EVENTS.iter().find(|exporter| exporter.name == format);
    let exporter =
        exporter.ok_or_else(|| Stop::Usage(format!("{format} is no format of events")))?;
    let redaction = Wanted::read(redacting, Level::None)?;
    // No format of events tells findings, but names are gathered from them too.
    let knowledge = match redaction.level() {
        Level::None => Knowledge::of_events,
        _ => Knowledge::with_given,
    };
    let Some((bundle, knowledge)) = prepared(evidence, knowledge)? else {
        return Ok(Exit::Unreadable);
    };
    let threads = pool(evidence)?;
    let ordered = threads.install(|| ordered(&bundle, &knowledge, Digests::Skip, evidence))?;
    let chosen = Chosen::of(cut, &ordered.timeline)?;
    let first = chosen.first(&ordered.timeline);
    // Where no event is told of, nobody asks what it is a step of.
    let is_asked = exporter.tells_attempts
        || redaction.level() != Level::None
        || cut.attempt.is_some()
        || first.is_some();
    let case = if is_asked {
        threads.install(|| ordered.judged(&bundle, &knowledge))
    } else {
        ordered.unjudged(&bundle)
    };
    let case = Last::new(case);
    let attempt = attempt(cut, &case.report)?;
    let is_of =
        |event: &EventRef<'_>| attempt.is_none_or(|attempt| is_of(*event, attempt, &case.timeline));
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let redactor = redaction.redactor(&case);
    let shown = ShownTimeline::new(&case.timeline, &redactor);
    let events = first.into_iter();
    let events = events.flat_map(|first| chosen.events(&case.timeline, first));
    let events = events.filter(is_of);
    let mut events = events.map(|event| shown.show(event));
    let report = redactor.report(&case.report);
    let left_out = exporter.write(&mut events, &Story::of(&report), &mut out)?;
    out.flush()?;
    if !evidence.quiet {
        if left_out > 0 {
            writeln!(
                io::stderr(),
                "{left_out} events left out, which {format} cannot hold: {}",
                exporter.help
            )?;
        }
        if let Some(redaction) = redactor.redaction() {
            writeln!(io::stderr(), "{redaction}")?;
        }
    }
    exit(&case, &bundle)
}

fn report(
    evidence: &Evidence,
    output: &Path,
    existing: Existing,
    redacting: &Redacting,
) -> Result<Exit, Stop> {
    let wanted = Wanted::read(redacting, Level::Standard)?;
    let Some((bundle, knowledge)) = prepared(evidence, Knowledge::with_given)? else {
        return Ok(Exit::Unreadable);
    };
    // A wrong output path fails here, before the work.
    let beside = making::side_path(output);
    refuse_existing(&beside, existing)?;
    let mut out = create(output, existing)?;
    let case = last_case(&bundle, &knowledge, Digests::Make, evidence)?;
    let redactor = wanted.redactor(&case);
    let report = redactor.report(&case.report);
    let timeline = ShownTimeline::new(&case.timeline, &redactor);
    let side = (!html::holds_all(timeline)).then_some(beside);
    html::write_made(
        &report,
        timeline,
        zone(&evidence.tz, Some(&case.report))?,
        &making::made(evidence, &knowledge, side.as_deref()),
        &mut out,
    )?;
    if let Some(side) = &side {
        let mut out = create(side, existing)?;
        making::write_events(&report, timeline, &mut out)?;
        out.flush()?;
        if !evidence.quiet {
            writeln!(io::stderr(), "every event written to {}", side.display())?;
        }
    }
    out.flush()?;
    if !evidence.quiet {
        writeln!(io::stderr(), "{}", clean(&case.report.verdict.headline))?;
        writeln!(io::stderr(), "report written to {}", output.display())?;
        if let Some(redaction) = &report.redaction {
            writeln!(io::stderr(), "{redaction}")?;
        }
    }
    exit(&case, &bundle)
}

fn inspect_files(evidence: &Evidence, format: &str) -> Result<Exit, Stop> {
    let Some((bundle, knowledge)) = prepared(evidence, Knowledge::with_given)? else {
        return Ok(Exit::Unreadable);
    };
    let reading =
        pool(evidence)?.install(|| reading(&bundle, &knowledge, Digests::Make, evidence))?;
    let mut out = BufWriter::new(io::stdout().lock());
    inspect::write(&bundle, &reading, format, &mut out)?;
    out.flush()?;
    let spots = reading
        .batches
        .iter()
        .flat_map(|batch| &batch.blindspots)
        .chain(&bundle.blindspots);
    let harmed = spots.clone().any(|spot| spot.kind.harms_evidence());
    Ok(
        match reading
            .artifacts
            .iter()
            .any(|artifact| artifact.format.is_some())
        {
            true if harmed => Exit::Partial,
            true => Exit::Done,
            false => Exit::Unreadable,
        },
    )
}

fn explain_words(words: &[String]) -> Result<Exit, Stop> {
    let knowledge = Knowledge::load()?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut known = true;
    for word in words {
        known &= match knowledge.rule_set.rule(word) {
            Some(rule) => rules::show(rule, &knowledge.rule_set, &mut out).map(|()| true)?,
            None => explain::explain(word, &knowledge.catalog, &mut out)?,
        };
    }
    out.flush()?;
    if known {
        Ok(Exit::Done)
    } else {
        Err(Stop::Usage("not everything could be explained".to_owned()))
    }
}

fn demo(scenario: Option<&str>, folder: &Path, existing: Existing) -> Result<Exit, Stop> {
    let names = samples::scenario::names();
    let name = scenario.unwrap_or("preprovisioning-mdm-blocked");
    if !names.contains(&name) {
        return Err(Stop::Usage(format!(
            "there is no scenario {name}; there are: {}",
            names.join(", ")
        )));
    }
    let bundle =
        samples::scenario::build(name).map_err(|error| Stop::Internal(error.to_string()))?;
    make_folder(folder)?;
    let path = folder.join(format!("{name}.zip"));
    let mut out = create(&path, existing)?;
    out.write_all(&bundle)?;
    out.flush()?;
    writeln!(io::stdout(), "{}", path.display())?;
    Ok(Exit::Done)
}

/// How a run ends whose results were written.
fn exit(case: &Case, bundle: &Bundle) -> Result<Exit, Stop> {
    let (exit, words) = outcome(case, bundle);
    if let Some(words) = words {
        writeln!(io::stderr(), "joinscope: {words}")?;
    }
    Ok(exit)
}

/// How a run ends, and what there is to say of it.
pub(super) fn outcome(case: &Case, bundle: &Bundle) -> (Exit, Option<String>) {
    if case.is_unread() {
        let words = clean(&nothing_read(case, bundle));
        return (Exit::Unreadable, Some(words));
    }
    (
        if case.is_harmed() {
            Exit::Partial
        } else {
            Exit::Done
        },
        None,
    )
}

/// One sentence on why there was nothing to read.
fn nothing_read(case: &Case, bundle: &Bundle) -> String {
    let told = case
        .report
        .blindspots
        .iter()
        .find(|spot| spot.kind != BlindspotKind::Skipped);
    match (told, bundle.artifacts.as_slice()) {
        (Some(spot), [] | [_]) => format!("{}: {}", spot.artifact, spot.detail),
        (None, [only]) if only.size == 0 => format!("{} is empty", only.path),
        (_, []) => "there is no file in what was given".to_owned(),
        _ => format!(
            "none of {} files is of a format that can be read; `joinscope inspect` lists them",
            bundle.artifacts.len()
        ),
    }
}

pub(super) fn colour(evidence: &Evidence) -> bool {
    match evidence.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            io::stdout().is_terminal() && !refused
        }
    }
}

/// Width of the terminal; text in a pipe is not wrapped tighter than a page.
fn width() -> usize {
    match crossterm::terminal::size() {
        Ok((columns, _)) if io::stdout().is_terminal() => usize::from(columns).max(40),
        _ => 100,
    }
}
