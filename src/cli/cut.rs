//! The cut of a timeline that the command line asks for.

use super::Stop;
use super::args::Cut;
use crate::model::{Attempt, EventId, Report, Ticks};
use crate::timeline::{EventRef, Query, Timeline};

/// The events that match a query and lie inside bounds.
pub(super) struct Chosen {
    query: Option<Query>,
    since: Option<Ticks>,
    until: Option<Ticks>,
}

impl Chosen {
    /// What a cut says of the events of a timeline.
    pub(super) fn of(cut: &Cut, timeline: &Timeline) -> Result<Self, Stop> {
        let query = cut.query.as_deref();
        let query = query.map(|text| checked_query(text, timeline));
        let query = query.transpose()?;
        let (since, until) = bounds(cut, timeline)?;
        Ok(Self {
            query,
            since,
            until,
        })
    }

    /// The first event of the timeline that was given before.
    pub(super) fn first(&self, timeline: &Timeline) -> Option<EventId> {
        let mut events = self.events(timeline, EventId(0));
        events.next().map(EventRef::id)
    }

    /// The events from one on, in their order.
    pub(super) fn events<'t>(
        &'t self,
        timeline: &'t Timeline,
        from: EventId,
    ) -> impl Iterator<Item = EventRef<'t>> {
        let matcher = self.query.as_ref().map(|query| query.on(timeline));
        let is_wanted = move |event: EventRef<'_>| {
            let matcher = matcher.as_ref();
            matcher.is_none_or(|matcher| matcher.matches(event))
        };
        let is_chosen = move |event: &EventRef<'t>| self.is_inside(*event) && is_wanted(*event);
        timeline.events().skip(from.index()).filter(is_chosen)
    }

    fn is_inside(&self, event: EventRef<'_>) -> bool {
        let Self { since, until, .. } = self;
        match event.ticks() {
            Some(ticks) => {
                since.is_none_or(|since| ticks >= since) && until.is_none_or(|until| ticks < until)
            }
            // An undated event cannot be said to lie inside any bounds.
            None => since.is_none() && until.is_none(),
        }
    }
}

fn checked_query(text: &str, timeline: &Timeline) -> Result<Query, Stop> {
    let query = Query::parse(text).map_err(|error| Stop::Usage(error.to_string()))?;
    query
        .check(timeline.catalog(), Some(timeline))
        .map_err(|error| Stop::Usage(error.to_string()))?;
    Ok(query)
}

/// The bounds of a cut; `--around` narrows those of `--since` and `--until`.
fn bounds(cut: &Cut, timeline: &Timeline) -> Result<(Option<Ticks>, Option<Ticks>), Stop> {
    let time = |text: &String| {
        Ticks::parse(text)
            .ok_or_else(|| Stop::Usage(format!("{text} is no time; use 2026-03-02T08:00:00Z")))
    };
    let (mut since, mut until) = (
        cut.since.as_ref().map(time).transpose()?,
        cut.until.as_ref().map(time).transpose()?,
    );
    if let Some(text) = &cut.around {
        let centre = match EventId::parse(text) {
            Some(id) => timeline
                .event(id)
                .and_then(EventRef::ticks)
                .ok_or_else(|| {
                    Stop::Usage(format!("{text} is no event with a time in this evidence"))
                })?,
            None => time(text)?,
        };
        let (from, to) = (
            centre.plus_seconds(-cut.window),
            centre.plus_seconds(cut.window),
        );
        since = Some(since.map_or(from, |since| since.max(from)));
        until = Some(until.map_or(to, |until| until.min(to)));
    }
    Ok((since, until))
}

/// The attempt that a cut names.
pub(super) fn attempt<'r>(cut: &Cut, report: &'r Report) -> Result<Option<&'r Attempt>, Stop> {
    let Some(id) = &cut.attempt else {
        return Ok(None);
    };
    let attempt = report.attempts.iter().find(|attempt| attempt.id == *id);
    let known = attempt.ok_or_else(|| {
        let count = report.attempts.len();
        Stop::Usage(format!(
            "{id} is none of the {count} attempts in this evidence"
        ))
    });
    known.map(Some)
}

/// Whether an event is a step of an attempt, or happened meanwhile on the same device.
pub(super) fn is_of(event: EventRef<'_>, attempt: &Attempt, timeline: &Timeline) -> bool {
    let device = attempt
        .steps
        .iter()
        .find_map(|step| timeline.event(step.event)?.device());
    let is_meanwhile = event
        .ticks()
        .is_some_and(|ticks| (attempt.start..=attempt.end).contains(&ticks));
    let is_elsewhere = event.device().is_some() && device.is_some() && event.device() != device;
    (is_meanwhile && !is_elsewhere) || attempt.steps.iter().any(|step| step.event == event.id())
}
