//! Attempts, steps, tokens and gaps as spans, events as instants, for the Perfetto viewer.
//!
//! Times are microseconds since the earliest of them, which `otherData.start` names, since microseconds
//! since 1970 leave no digit for what is finer. Each source is a process. Exchanges of HTTP are
//! asynchronous spans, as they overlap.
//! Source: specified (Trace Event Format, JSON object form).

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Story, clean};
use crate::model::{MESSAGE_FIELD, Report, Ticks};
use crate::redact::ShownEvent;

/// Process numbers of what is no source; those of sources lie above.
const ATTEMPTS: u32 = 1;
const TOKENS: u32 = 2;
const GAPS: u32 = 3;
const SOURCES: u32 = 10;

/// Writes the trace. The spans of the whole report stand in it, whichever events are given.
pub(super) fn write(
    events: &mut dyn Iterator<Item = ShownEvent<'_>>,
    story: &Story<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut events = events.peekable();
    let first = events.peek().and_then(|event| event.ticks());
    let start = starts(story.report).chain(first).min();
    let Some(start) = start else {
        return out.write_all(b"{\"traceEvents\":[]}\n");
    };
    let head = json!({ "start": start.rfc3339(), "tool": story.report.tool });
    write!(
        out,
        "{{\"displayTimeUnit\":\"ms\",\"otherData\":{head},\"traceEvents\":["
    )?;
    let mut trace = Trace {
        start,
        is_first: true,
        out,
    };
    trace.names(story.report)?;
    trace.attempts(story.report)?;
    trace.tokens(story.report)?;
    trace.gaps(story.report)?;
    for event in events {
        trace.event(event, story)?;
    }
    out.write_all(b"\n]}\n")
}

/// Times at which spans begin.
fn starts(report: &Report) -> impl Iterator<Item = Ticks> {
    let attempts = report.attempts.iter().map(|attempt| attempt.start);
    let gaps = report.gaps.iter().map(|gap| gap.from.time);
    let tokens = report
        .tokens
        .iter()
        .filter_map(|token| token_span(token).map(|(from, _)| from));
    attempts.chain(gaps).chain(tokens)
}

/// From when to when a token is valid, as far as it says.
fn token_span(token: &crate::model::Token) -> Option<(Ticks, Ticks)> {
    let from = token.not_before.or(token.issued_at);
    let from = from.or(token.acquired.as_ref()?.time)?;
    let to = token.expires_at?;
    (from <= to).then_some((from, to))
}

struct Trace<'o> {
    start: Ticks,
    is_first: bool,
    out: &'o mut dyn Write,
}

impl Trace<'_> {
    fn line(&mut self, line: &Value) -> io::Result<()> {
        let lead = if self.is_first { "\n" } else { ",\n" };
        self.is_first = false;
        write!(self.out, "{lead}{line}")
    }

    /// Microseconds since the start.
    fn at(&self, ticks: Ticks) -> f64 {
        ticks.0.saturating_sub(self.start.0) as f64 / 10.0
    }

    fn span(
        &mut self,
        (pid, tid): (u32, u32),
        name: &str,
        (from, to): (Ticks, Ticks),
        args: &Value,
    ) -> io::Result<()> {
        let length = to.0.saturating_sub(from.0).max(0) as f64 / 10.0;
        self.line(&json!({
            "ph": "X", "pid": pid, "tid": tid, "name": clean(name), "cat": "joinscope",
            "ts": self.at(from), "dur": length, "args": args,
        }))
    }

    /// What the processes are called.
    fn names(&mut self, report: &Report) -> io::Result<()> {
        let fixed = [(ATTEMPTS, "attempts"), (TOKENS, "tokens"), (GAPS, "gaps")];
        let mut names: Vec<(u32, String)> = Vec::new();
        names.extend(fixed.map(|(pid, name)| (pid, name.to_owned())));
        for (index, source) in (0..).zip(&report.sources) {
            let text = [&source.id, &source.name, &source.artifact].map(|text| clean(text));
            names.push((SOURCES + index, text.join(" ")));
        }
        for (pid, name) in names {
            self.line(&json!({
                "ph": "M", "pid": pid, "tid": 0, "name": "process_name", "args": { "name": name },
            }))?;
            self.line(&json!({
                "ph": "M", "pid": pid, "tid": 0, "name": "process_sort_index",
                "args": { "sort_index": pid },
            }))?;
        }
        Ok(())
    }

    /// Each attempt on a line of its own, with its steps below, each up to the next one.
    fn attempts(&mut self, report: &Report) -> io::Result<()> {
        for (tid, attempt) in (1..).zip(&report.attempts) {
            let name = format!("{} {} {}", attempt.id, attempt.kind, attempt.outcome);
            let args = json!({ "code": attempt.code.as_deref().map(clean), "server": cleaned(&attempt.server_words) });
            self.span((ATTEMPTS, tid), &name, (attempt.start, attempt.end), &args)?;
            let nexts = attempt.steps.iter().skip(1).map(|step| step.time);
            let nexts = nexts.chain([attempt.end]);
            for (step, next) in attempt.steps.iter().zip(nexts) {
                let name = format!("{}: {}", step.step, step.title);
                let args = json!({ "event": step.event, "outcome": step.outcome, "code": step.code.as_deref().map(clean) });
                let from = step
                    .time
                    .clamp(attempt.start, attempt.end.max(attempt.start));
                self.span((ATTEMPTS, tid), &name, (from, next.max(from)), &args)?;
            }
        }
        Ok(())
    }

    fn tokens(&mut self, report: &Report) -> io::Result<()> {
        for (tid, token) in (1..).zip(&report.tokens) {
            let Some(span) = token_span(token) else {
                continue;
            };
            let audience = token.audience_name.or(token.audience.as_deref());
            let name = format!(
                "{} for {}",
                token.id,
                audience.unwrap_or("no stated audience")
            );
            let uses: Vec<_> = token.uses.iter().map(|used| used.event).collect();
            let args = json!({ "verdict": token.verdict, "used": uses });
            self.span((TOKENS, tid), &name, span, &args)?;
        }
        Ok(())
    }

    fn gaps(&mut self, report: &Report) -> io::Result<()> {
        for (tid, gap) in (1..).zip(&report.gaps) {
            let name = format!(
                "{} {} {} to {}",
                gap.id, gap.attempt, gap.from.step, gap.to.step
            );
            let args = json!({
                "seconds": gap.seconds, "budget_seconds": gap.budget_seconds, "ratio": gap.ratio,
                "from": gap.from.event, "to": gap.to.event,
            });
            self.span((GAPS, tid), &name, (gap.from.time, gap.to.time), &args)?;
        }
        Ok(())
    }

    fn event(&mut self, event: ShownEvent<'_>, story: &Story<'_>) -> io::Result<()> {
        let Some(ticks) = event.ticks() else {
            return Ok(());
        };
        let pid = SOURCES.saturating_add(event.source().0);
        let tid = event.tid().or(event.pid()).unwrap_or(0);
        let name = format!(
            "{}/{} {}",
            event.provider_alias(),
            event.kind(),
            event.title()
        );
        let mut args = Map::new();
        args.insert("event".to_owned(), json!(event.id()));
        args.insert("level".to_owned(), json!(event.level().word()));
        args.insert("outcome".to_owned(), json!(event.outcome()));
        args.insert("path".to_owned(), json!(clean(&event.path())));
        args.insert("locator".to_owned(), json!(event.locator().to_string()));
        if let Some(attempt) = story.steps.attempt(event.id()) {
            args.insert("attempt".to_owned(), json!(attempt));
        }
        for (name, value) in event.fields().filter(|(name, _)| name != MESSAGE_FIELD) {
            args.entry(clean(&name))
                .or_insert_with(|| json!(clean(&value.text())));
        }
        let common = json!({
            "pid": pid, "tid": tid, "name": clean(&name), "cat": event.lane().word(),
            "ts": self.at(ticks),
        });
        match event.over().filter(|over| *over > ticks) {
            Some(over) => {
                let id = event.id().to_string();
                self.line(&with(
                    &common,
                    &json!({ "ph": "b", "id": id, "args": args }),
                ))?;
                let end = json!({ "ph": "e", "id": id, "ts": self.at(over) });
                self.line(&with(&common, &end))
            }
            None => self.line(&with(
                &common,
                &json!({ "ph": "i", "s": "t", "args": args }),
            )),
        }
    }
}

fn cleaned(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| clean(text)).collect()
}

/// An object with the members of another added or put in place.
fn with(object: &Value, more: &Value) -> Value {
    let mut object = object.clone();
    if let (Some(all), Some(more)) = (object.as_object_mut(), more.as_object()) {
        all.extend(
            more.iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
    }
    object
}
