//! What rules judge, readied once: who is whose, and which source covers what.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::amount::Amount;
use super::answers::Answers;
use super::hits::{Hit, Hits};
use super::object::{ObjectKind, of_attempt, of_gap, of_token};
use super::set::RuleSet;
use crate::model::{
    Attempt, AttemptKind, ClockLine, DeviceFact, EventId, Gap, TICKS_PER_SECOND, Ticks, Token,
};
use crate::timeline::{DeviceId, EventRef, Source, SourceId, Timeline};

/// The evidence with what the analysis made of it.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'t> {
    /// All events.
    pub timeline: &'t Timeline,
    /// Attempts, by start.
    pub attempts: &'t [Attempt],
    /// Gaps of the attempts.
    pub gaps: &'t [Gap],
    /// Tokens.
    pub tokens: &'t [Token],
    /// The clock of each source, in their order; empty where none was measured.
    pub clocks: &'t [ClockLine],
    /// Id of the attempt that the verdict is about; what led to its failure is told first.
    pub about: Option<&'t str>,
    /// Device facts by name, of captures and of events.
    pub device: &'t BTreeMap<String, DeviceFact>,
}

/// Seconds that a clock which nothing vouches for can be off another one: what machines that set
/// their clocks by a time server keep (assumed).
const UNMEASURED: f64 = 2.0;

/// The evidence readied for one set of rules.
pub(super) struct Scene<'t> {
    pub(super) evidence: Evidence<'t>,
    pub(super) set: &'t RuleSet,
    pub(super) hits: Hits,
    pub(super) answers: Answers,
    /// Attempts that an event is a step of.
    pub(super) steps: FxHashMap<EventId, Vec<usize>>,
    /// Tokens that an event shows, gets or uses.
    pub(super) token_events: FxHashMap<EventId, Vec<usize>>,
    attempt_places: FxHashMap<&'t str, usize>,
    pub(super) attempt_devices: Vec<Option<DeviceId>>,
    /// For each attempt that failed, a later one of the same kind and device that succeeded.
    later_success: Vec<Option<usize>>,
    pub(super) token_devices: Vec<Option<DeviceId>>,
    pub(super) source_devices: Vec<Option<DeviceId>>,
    /// Devices that events name; one without a name where none does.
    pub(super) devices: Vec<Option<DeviceId>>,
    /// First and last time of the whole evidence.
    pub(super) whole: (Ticks, Ticks),
    /// Last time of the evidence of each device, and of that of none.
    ends: BTreeMap<Option<DeviceId>, Ticks>,
    /// Whether times of each source are corrected.
    corrected: Vec<bool>,
    /// What is said of each fact, and of which device, where its source tells: the fact of that name
    /// itself, then those of further captures from the last one back.
    facts: FxHashMap<&'t str, Vec<(&'t str, Option<DeviceId>)>>,
}

impl<'t> Scene<'t> {
    /// Readies the evidence; `only` names the rules that are to be judged, `None` all.
    pub(super) fn new(set: &'t RuleSet, evidence: Evidence<'t>, only: Option<&str>) -> Self {
        let timeline = evidence.timeline;
        let hits = Hits::collect(set, timeline, only);
        let mut steps: FxHashMap<EventId, Vec<usize>> = FxHashMap::default();
        for (place, attempt) in evidence.attempts.iter().enumerate() {
            for step in &attempt.steps {
                steps.entry(step.event).or_default().push(place);
            }
        }
        let mut token_events: FxHashMap<EventId, Vec<usize>> = FxHashMap::default();
        for (place, token) in evidence.tokens.iter().enumerate() {
            for event in token_places(token) {
                token_events.entry(event).or_default().push(place);
            }
        }
        let device_of = |event: EventId| timeline.event(event).and_then(EventRef::device);
        let attempt_devices = evidence
            .attempts
            .iter()
            .map(|attempt| attempt.steps.iter().find_map(|step| device_of(step.event)));
        let attempt_devices: Vec<Option<DeviceId>> = attempt_devices.collect();
        let token_devices = evidence
            .tokens
            .iter()
            .map(|token| token_places(token).find_map(device_of));
        let ids = (0_u32..).map(SourceId).take(timeline.sources().len());
        let source_devices: Vec<Option<DeviceId>> =
            ids.map(|source| timeline.device_of(source)).collect();
        let mut devices: Vec<Option<DeviceId>> =
            source_devices.iter().flatten().copied().map(Some).collect();
        devices.sort_unstable();
        devices.dedup();
        if devices.is_empty() {
            devices.push(None);
        }
        let mut ends: BTreeMap<Option<DeviceId>, Ticks> = BTreeMap::new();
        let (mut first, mut last) = (None, None);
        for (source, device) in timeline.sources().iter().zip(&source_devices) {
            if let Some(end) = source.last {
                let known = ends.entry(*device).or_insert(end);
                *known = (*known).max(end);
                last = Some(last.map_or(end, |last: Ticks| last.max(end)));
            }
            if let Some(begin) = source.first {
                first = Some(first.map_or(begin, |first: Ticks| first.min(begin)));
            }
        }
        Self {
            set,
            hits,
            answers: Answers::new(set.questions.len()),
            steps,
            token_events,
            attempt_places: (0..)
                .zip(evidence.attempts)
                .map(|(place, attempt)| (attempt.id.as_str(), place))
                .collect(),
            facts: facts(&evidence, &source_devices),
            later_success: later_success(evidence.attempts, &attempt_devices),
            attempt_devices,
            token_devices: token_devices.collect(),
            source_devices,
            devices,
            whole: (first.unwrap_or(Ticks(0)), last.unwrap_or(Ticks(0))),
            ends,
            corrected: timeline.corrected(),
            evidence,
        }
    }

    /// How many objects there are of a kind.
    pub(super) fn number_of(&self, kind: ObjectKind) -> usize {
        match kind {
            ObjectKind::Attempt => self.evidence.attempts.len(),
            ObjectKind::Token => self.evidence.tokens.len(),
            ObjectKind::Gap => self.evidence.gaps.len(),
            ObjectKind::Clock => self.evidence.clocks.len(),
            ObjectKind::Device => self.devices.len(),
        }
    }

    /// The attempt of this id.
    pub(super) fn attempt_of(&self, id: &str) -> Option<usize> {
        self.attempt_places.get(id).copied()
    }

    /// How far apart two times can be taken wrongly, in ticks: nothing on one clock.
    pub(super) fn doubt(&self, one: &Hit, other: &Hit) -> i64 {
        if self.clock_of(one) == self.clock_of(other) {
            return 0;
        }
        self.uncertainty(one.source)
            .saturating_add(self.uncertainty(other.source))
    }

    /// What shares a clock: a device, or a recording that has its own.
    fn clock_of(&self, hit: &Hit) -> (Option<DeviceId>, Option<SourceId>) {
        let source = self.evidence.timeline.sources().get(hit.source.0 as usize);
        let own = source.is_some_and(Source::has_own_clock);
        match hit.device {
            Some(device) if !own => (Some(device), None),
            _ => (None, Some(hit.source)),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "float to integer casts saturate"
    )]
    fn uncertainty(&self, source: SourceId) -> i64 {
        let clock = self.evidence.clocks.get(source.0 as usize);
        let seconds = match clock {
            Some(clock) => match (clock.uncertainty_ms, clock.offset_ms) {
                (Some(milliseconds), _) => milliseconds / 1000.0,
                // Who gives an offset knows it.
                (None, Some(_)) => 0.0,
                (None, None) => UNMEASURED,
            },
            None => UNMEASURED,
        };
        (seconds * TICKS_PER_SECOND as f64) as i64
    }

    /// Whether a source is a recording of HTTP, which has a clock of its own.
    pub(super) fn is_recording(&self, source: usize) -> bool {
        let source = self.evidence.timeline.sources().get(source);
        source.is_some_and(Source::has_own_clock)
    }

    /// The later attempt of the same kind on the same device that succeeded, for one that failed.
    pub(super) fn made_good_by(&self, attempt: usize) -> Option<&'t Attempt> {
        let later = self.later_success.get(attempt).copied().flatten()?;
        self.evidence.attempts.get(later)
    }

    /// Last time that the evidence of a device reaches; that of no device counts for all.
    pub(super) fn end_of(&self, device: Option<DeviceId>) -> Option<Ticks> {
        let own = self.ends.get(&device).copied();
        let of_none = self.ends.get(&None).copied();
        match device {
            Some(_) => own.max(of_none),
            None => self.ends.values().max().copied(),
        }
    }

    /// Whether a source covers a window of a device. A log goes on while the device does; a trace or
    /// recording ends with its last event.
    pub(super) fn covers(
        &self,
        source: SourceId,
        device: Option<DeviceId>,
        (from, to): (Ticks, Ticks),
    ) -> bool {
        let place = source.0 as usize;
        let Some(known) = self.evidence.timeline.sources().get(place) else {
            return false;
        };
        let own = self.source_devices.get(place).copied().flatten();
        let fits = own.is_none() || device.is_none() || own == device;
        // A status text is a photograph: it is there or not, whatever time is asked for.
        if known.origin.format == "dsregcmd" {
            return fits;
        }
        let begins = known.first.is_some_and(|first| first <= from);
        let end = match known.origin.format {
            "evtx" => self.end_of(device),
            _ => known.last,
        };
        fits && begins && end.is_some_and(|end| end >= to)
    }

    /// Whether any source of a kind covers a window of a device.
    pub(super) fn is_covered(
        &self,
        coverage: usize,
        device: Option<DeviceId>,
        window: (Ticks, Ticks),
    ) -> bool {
        let sources = self.hits.covered.get(coverage);
        sources
            .into_iter()
            .flatten()
            .any(|source| self.covers(*source, device, window))
    }

    /// The value of a device fact; of several captures the last one's.
    pub(super) fn fact(&self, name: &str, device: Option<DeviceId>) -> Option<&'t str> {
        let of_device = |(value, own): &(&'t str, Option<DeviceId>)| {
            (own.is_none() || device.is_none() || *own == device).then_some(*value)
        };
        self.facts.get(name)?.iter().find_map(of_device)
    }

    /// A field of an object; the letter case of its name matters for facts of devices alone.
    pub(super) fn object_field(
        &self,
        kind: ObjectKind,
        place: usize,
        name: &str,
    ) -> Option<Amount<'t>> {
        let evidence = &self.evidence;
        match kind {
            ObjectKind::Attempt => of_attempt(evidence.attempts.get(place)?, &folded(name)),
            ObjectKind::Token => {
                let token = evidence.tokens.get(place)?;
                let audience = token.audience.as_deref();
                let app = audience.and_then(|id| evidence.timeline.catalog().apps.find(id));
                of_token(token, app.and_then(|app| app.service), &folded(name))
            }
            ObjectKind::Gap => of_gap(evidence.gaps.get(place)?, &folded(name)),
            ObjectKind::Clock => self.clock_field(place, &folded(name)),
            ObjectKind::Device => {
                let device = self.devices.get(place).copied().flatten();
                let value = self.fact(name, device)?;
                (!value.trim().is_empty()).then(|| Amount::text_of(value))
            }
        }
    }

    fn clock_field(&self, place: usize, name: &str) -> Option<Amount<'t>> {
        let clock = self.evidence.clocks.get(place)?;
        let seconds = |milliseconds: f64| Amount::Span(milliseconds / 1000.0);
        match name {
            "source" => {
                let id = SourceId(u32::try_from(place).ok()?);
                Some(Amount::Text(id.to_string().into()))
            }
            "offset_seconds" => clock.offset_ms.map(seconds),
            "uncertainty_seconds" => clock.uncertainty_ms.map(seconds),
            "corrects" => Some(Amount::Bool(self.corrected.get(place).copied()?)),
            "steps" => Some(Amount::Number(clock.steps as f64)),
            "falls" => Some(Amount::Number(clock.falls.count as f64)),
            "largest_fall" => Some(Amount::Span(clock.falls.largest as f64 / 1e7)),
            "basis" => Some(Amount::text_of(&clock.basis)),
            "recording" => Some(Amount::Bool(self.is_recording(place))),
            _ => None,
        }
    }
}

/// A name in lower case, as most are written.
fn folded(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|letter| letter.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// For each attempt that failed, the next one of the same kind and device that succeeded.
fn later_success(attempts: &[Attempt], devices: &[Option<DeviceId>]) -> Vec<Option<usize>> {
    let mut next: FxHashMap<(AttemptKind, Option<DeviceId>), usize> = FxHashMap::default();
    let mut found = vec![None; attempts.len()];
    // Attempts are sorted by start, so from the last one back the next success is known.
    for (place, attempt) in attempts.iter().enumerate().rev() {
        let key = (attempt.kind, devices.get(place).copied().flatten());
        match attempt.outcome {
            "success" => {
                next.insert(key, place);
            }
            "failure" => {
                let after = |later: &usize| {
                    let later = attempts.get(*later);
                    later.is_some_and(|later| later.end >= attempt.end)
                };
                if let Some(slot) = found.get_mut(place) {
                    *slot = next.get(&key).copied().filter(after);
                }
            }
            _ => {}
        }
    }
    found
}

/// Every event that is about a token.
fn token_places(token: &Token) -> impl Iterator<Item = EventId> {
    let uses = token.uses.iter().map(|used| used.event);
    let acquired = token.acquired.iter().map(|acquired| acquired.event);
    let seen = token.seen.iter().map(|sighting| sighting.event);
    uses.chain(acquired).chain(seen)
}

/// Every fact by its name, and by the name without its capture.
fn facts<'t>(
    evidence: &Evidence<'t>,
    devices: &[Option<DeviceId>],
) -> FxHashMap<&'t str, Vec<(&'t str, Option<DeviceId>)>> {
    let facts = evidence.device.iter().map(|(name, fact)| {
        let device = device_of_fact(&fact.source, evidence.timeline, devices);
        (name.as_str(), (fact.value.as_str(), device))
    });
    let facts: Vec<_> = facts.collect();
    let of_capture = |name: &'t str| name.strip_prefix("capture")?.split_once('.');
    let captured = facts
        .iter()
        .rev()
        .filter_map(|(name, fact)| Some((of_capture(name)?.1, *fact)));
    let mut by_name: FxHashMap<&str, Vec<_>> = FxHashMap::default();
    for (name, fact) in facts.iter().copied().chain(captured) {
        by_name.entry(name).or_default().push(fact);
    }
    by_name
}

fn device_of_fact(
    source: &str,
    timeline: &Timeline,
    devices: &[Option<DeviceId>],
) -> Option<DeviceId> {
    let known = timeline.sources().iter().zip(devices);
    known
        .filter(|(known, _)| source.starts_with(timeline.path(known.origin.artifact)))
        .find_map(|(_, device)| *device)
}
