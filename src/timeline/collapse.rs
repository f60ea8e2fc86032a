//! One happening, one event: what stands in an event log and again in a trace, or in two traces
//! that overlap, is told once, with all the places where it stands.
//!
//! Two records are the same happening when provider, event id, name, process, thread and payload
//! are equal and their times differ by no more than two clocks of one device can. Records of one
//! artifact are never the same happening, however alike they are.

use std::hash::Hasher;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::build::Timeline;
use super::order::order;
use super::tokens::PayloadPlace;
use crate::model::{
    ArtifactId, Decoding, GuidId, Kind, Locator, Origin, OriginId, Payload, Record, TextId, Ticks,
    Value, is_added_field,
};

/// How far the times of one happening can be apart in two sources: 1 ms. Of 2,400 pairs of an
/// event log and a trace the greatest distance seen was 13 µs, the log always being the earlier.
const CLOCK_UNCERTAINTY: i64 = 10_000;

/// Payloads of fewer records are looked at by one thread alone: to wake another costs more.
const FEW: usize = 1_000;

/// A further place where an event stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sighting {
    pub(super) origin: OriginId,
    pub(super) locator: Locator,
    /// Where the payload of the record stands that was left out for it.
    pub(super) payload: PayloadPlace,
}

/// What records must have in common before they are compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    provider: u32,
    code: u32,
    version: u8,
    name: u32,
    pid: u32,
    tid: u32,
    /// Digest of the payload, and whether it is that of the raw bytes.
    digest: u64,
    raw: bool,
}

/// A record that is compared.
struct Keyed {
    index: usize,
    artifact: ArtifactId,
    /// The more exact one first.
    keys: [Option<Key>; 2],
}

/// Happenings with one key, in the order of time.
#[derive(Default)]
struct Cluster {
    happenings: Vec<usize>,
    /// For each artifact, the first happening that its next record can be.
    next: FxHashMap<ArtifactId, usize>,
}

/// Records that are alike but for their payloads, none further from the one before it than clocks of one
/// device can be.
struct Run {
    /// Time of the last one.
    ticks: i64,
    /// The artifact of the first one.
    artifact: ArtifactId,
    /// Whether another artifact has some of them.
    is_mixed: bool,
    /// Whether all are of logs that number their records.
    is_numbered: bool,
}

/// One happening.
struct Happening {
    /// Index of the record that stands for it.
    record: usize,
    ticks: i64,
    artifacts: Vec<ArtifactId>,
    /// Keys under which it can be found.
    keys: Vec<Key>,
    sightings: Vec<Sighting>,
}

impl Timeline {
    /// Collapses the records, all of them dated and sorted by time, and gives the further
    /// sightings of those that stay, by the place at which these then stand.
    pub(super) fn collapse(&mut self) -> Vec<(u32, Sighting)> {
        let shared = self.shared_providers();
        if shared.iter().all(Option::is_none) {
            return Vec::new();
        }
        let compared = self.compared(&shared);
        let keyed = self.keyed(&shared, &compared);
        let mut clusters: FxHashMap<Key, Cluster> = FxHashMap::default();
        let mut happenings: Vec<Happening> = Vec::new();
        for Keyed {
            index,
            artifact,
            keys,
        } in keyed
        {
            let record = self.records[index];
            let found = keys.iter().flatten().find_map(|key| {
                let cluster = clusters.get_mut(key)?;
                self.find(cluster, &happenings, &record, artifact)
            });
            let place = found.unwrap_or(happenings.len());
            if found.is_some() {
                self.join(&mut happenings[place], index, artifact);
            } else {
                happenings.push(Happening {
                    record: index,
                    ticks: record.ticks(),
                    artifacts: vec![artifact],
                    keys: Vec::new(),
                    sightings: Vec::new(),
                });
            }
            let happening = &mut happenings[place];
            for key in keys.into_iter().flatten() {
                if !happening.keys.contains(&key) {
                    happening.keys.push(key);
                    clusters.entry(key).or_default().happenings.push(place);
                }
            }
        }
        self.keep(&happenings, &compared)
    }

    /// The records that are compared, with their keys. Payloads are looked at for these alone, and by all
    /// threads.
    fn keyed(&self, shared: &[Option<u32>], compared: &[bool]) -> Vec<Keyed> {
        let all = self.records.iter().zip(compared).enumerate();
        let asked = all.filter(|(_, (_, is_compared))| **is_compared);
        let asked: Vec<usize> = asked.map(|(index, _)| index).collect();
        let keyed = |index: &usize| {
            let record = self.records.get(*index)?;
            let kind = self.kind_of(record)?;
            let provider = shared.get(kind.origin.index()).copied().flatten()?;
            Some(Keyed {
                index: *index,
                artifact: self.artifact_of(kind.origin),
                keys: self.keys(record, kind, provider),
            })
        };
        asked
            .par_iter()
            .with_min_len(FEW)
            .filter_map(keyed)
            .collect()
    }

    /// The runs of records, and for each record the number of its own.
    fn runs(&self, shared: &[Option<u32>]) -> (Vec<Run>, Vec<Option<u32>>) {
        let mut runs: Vec<Run> = Vec::new();
        let mut last: FxHashMap<(u32, u32, u8, u32, u32, u32), u32> = FxHashMap::default();
        let mut enter = |record: &Record| {
            let kind = self.kind_of(record)?;
            let provider = shared.get(kind.origin.index()).copied().flatten()?;
            let artifact = self.artifact_of(kind.origin);
            let (name, event) = (kind.name.0, (kind.code, kind.version));
            let key = (provider, event.0, event.1, name, record.pid, record.tid);
            let ticks = record.ticks();
            let is_numbered = record_number(record, kind).is_some();
            let next = u32::try_from(runs.len()).ok()?;
            let number = last.entry(key).or_insert(next);
            let goes_on = runs
                .get_mut(*number as usize)
                .filter(|run| ticks.saturating_sub(run.ticks) <= CLOCK_UNCERTAINTY);
            if let Some(run) = goes_on {
                run.ticks = ticks;
                run.is_mixed |= run.artifact != artifact;
                run.is_numbered &= is_numbered;
            } else {
                *number = next;
                runs.push(Run {
                    ticks,
                    artifact,
                    is_mixed: false,
                    is_numbered,
                });
            }
            Some(*number)
        };
        let of_records = self.records.iter().map(&mut enter).collect();
        (runs, of_records)
    }

    /// For each record whether it can be a happening that another artifact tells too: what the key holds
    /// beside the payload is the same, and the times are near. Few are, and payloads need not be looked at
    /// to tell.
    fn compared(&self, shared: &[Option<u32>]) -> Vec<bool> {
        let (runs, of_records) = self.runs(shared);
        let run_of = |run: &Option<u32>| runs.get((*run)? as usize);
        // Where logs alone tell it, they tell it by the same number at the same time.
        let mut told: FxHashMap<(u32, u64, i64), (ArtifactId, bool)> = FxHashMap::default();
        let numbered = |run: &Option<u32>, record: &Record| {
            let known = run_of(run)?;
            let kind = self.kind_of(record)?;
            let is_asked = known.is_mixed && known.is_numbered;
            let number = is_asked.then(|| record_number(record, kind)).flatten()?;
            Some((((*run)?, number, record.ticks()), kind.origin))
        };
        for (run, record) in of_records.iter().zip(&self.records) {
            if let Some((key, origin)) = numbered(run, record) {
                let artifact = self.artifact_of(origin);
                let (first, is_shared) = told.entry(key).or_insert((artifact, false));
                *is_shared |= *first != artifact;
            }
        }
        let is_compared = |(run, record): (&Option<u32>, &Record)| match numbered(run, record) {
            Some((key, _)) => told.get(&key).is_some_and(|(_, is_shared)| *is_shared),
            None => run_of(run).is_some_and(|run| run.is_mixed),
        };
        of_records
            .iter()
            .zip(&self.records)
            .map(is_compared)
            .collect()
    }

    /// For each origin, a number for its provider where more than one artifact has events of it.
    fn shared_providers(&self) -> Vec<Option<u32>> {
        let mut numbers: FxHashMap<String, (u32, ArtifactId, bool)> = FxHashMap::default();
        let origins = self.origins.items();
        let provider = |origin: &Origin| self.texts.str(origin.provider).to_ascii_lowercase();
        for origin in origins {
            let number = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            let (_, first, shared) =
                numbers
                    .entry(provider(origin))
                    .or_insert((number, origin.artifact, false));
            *shared |= *first != origin.artifact;
        }
        origins
            .iter()
            .map(|origin| {
                let (number, _, shared) = numbers.get(&provider(origin))?;
                shared.then_some(*number)
            })
            .collect()
    }

    /// The keys of a record, the more exact one first.
    fn keys(&self, record: &Record, kind: &Kind, provider: u32) -> [Option<Key>; 2] {
        let key = |digest, raw| Key {
            provider,
            code: kind.code,
            version: kind.version,
            name: kind.name.0,
            pid: record.pid,
            tid: record.tid,
            digest,
            raw,
        };
        let raw = self.digest_of(record).map(|digest| key(digest, true));
        // What nothing describes has no values to compare.
        let decoded = kind.decoding != Decoding::Undecoded;
        [
            raw,
            decoded.then(|| key(self.value_digest(record, kind), false)),
        ]
    }

    /// The happening that a record of this artifact is another sighting of.
    fn find(
        &self,
        cluster: &mut Cluster,
        happenings: &[Happening],
        record: &Record,
        artifact: ArtifactId,
    ) -> Option<usize> {
        let ticks = record.ticks();
        let next = cluster.next.entry(artifact).or_default();
        while let Some(place) = cluster.happenings.get(*next) {
            let happening = happenings.get(*place)?;
            if happening.ticks >= ticks.saturating_sub(CLOCK_UNCERTAINTY)
                && !happening.artifacts.contains(&artifact)
            {
                let is_same = self.is_same(&self.records[happening.record], record);
                return (is_same == Some(true)).then_some(*place);
            }
            *next += 1;
        }
        None
    }

    /// What the key does not say: logs number their records, and name their computer.
    fn is_same(&self, one: &Record, other: &Record) -> Option<bool> {
        let (kind, other_kind) = (self.kind_of(one)?, self.kind_of(other)?);
        let numbered = match (one.locator(kind), other.locator(other_kind)) {
            (Locator::Record { id, .. }, Locator::Record { id: other_id, .. }) => {
                id == other_id && one.stamp(kind) == other.stamp(other_kind)
            }
            _ => true,
        };
        let device = |kind: &Kind| self.devices.of(kind.origin);
        let one_device = match (device(kind), device(other_kind)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        Some(numbered && one_device)
    }

    /// Adds a sighting; the record that tells most stands for the happening.
    fn join(&mut self, happening: &mut Happening, index: usize, artifact: ArtifactId) {
        let (mut kept, mut other) = (happening.record, index);
        if self.tells(other) > self.tells(kept) {
            (kept, other) = (other, kept);
        }
        let more = self.records[other];
        let Some(more_kind) = self.kind_of(&more).copied() else {
            return;
        };
        let record = &mut self.records[kept];
        // What only one of them states is known of the happening.
        if record.activity == GuidId(0) {
            record.activity = more.activity;
        }
        if record.related == GuidId(0) {
            record.related = more.related;
        }
        happening.record = kept;
        happening.artifacts.push(artifact);
        happening.sightings.push(Sighting {
            origin: more_kind.origin,
            locator: more.locator(&more_kind),
            payload: PayloadPlace::of(&more),
        });
    }

    /// How much a record tells: of which computer it is, then what its payload means.
    fn tells(&self, index: usize) -> (bool, bool) {
        let Some(kind) = self.kind_of(&self.records[index]) else {
            return (false, false);
        };
        let named = self
            .origins
            .get(kind.origin.0)
            .is_some_and(|origin| origin.computer != TextId(0));
        (named, kind.decoding != Decoding::Undecoded)
    }

    /// Drops the records that do not stand for a happening, and sorts what stays.
    fn keep(&mut self, happenings: &[Happening], compared: &[bool]) -> Vec<(u32, Sighting)> {
        let seen_again = |happening: &Happening| !happening.sightings.is_empty();
        if !happenings.iter().any(seen_again) {
            return Vec::new();
        }
        let by_record: FxHashMap<usize, &Happening> = happenings
            .iter()
            .map(|happening| (happening.record, happening))
            .collect();
        let kept: Vec<(Record, Option<&Happening>)> = self
            .records
            .iter()
            .enumerate()
            .filter_map(|(index, record)| {
                let happening = by_record.get(&index).copied();
                let is_compared = compared.get(index) == Some(&true);
                (happening.is_some() || !is_compared).then_some((*record, happening))
            })
            .collect();
        let records: Vec<Record> = kept.iter().map(|(record, _)| *record).collect();
        let sorted = order(&records, Record::ticks);
        let mut sightings = Vec::new();
        for (now, before) in (0_u32..).zip(&sorted) {
            let (_, happening) = kept[*before as usize];
            for sighting in happening.iter().flat_map(|happening| &happening.sightings) {
                sightings.push((now, *sighting));
            }
        }
        self.records = sorted
            .iter()
            .map(|place| records[*place as usize])
            .collect();
        sightings
    }

    fn artifact_of(&self, origin: OriginId) -> ArtifactId {
        self.origins
            .get(origin.0)
            .map_or(ArtifactId(u32::MAX), |origin| origin.artifact)
    }

    /// A digest of what the payload says, whatever form its numbers were recorded in.
    fn value_digest(&self, record: &Record, kind: &Kind) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        let names = self
            .shapes
            .get(kind.shape.0)
            .map_or(&[][..], |shape| &shape.names);
        let values = names.iter().zip(self.payload_of(record));
        for (_, value) in values.filter(|(name, _)| !is_added_field(self.texts.str(**name))) {
            add_value(value, &mut hasher);
        }
        hasher.finish()
    }
}

/// The number of a record in its log; traces number nothing.
fn record_number(record: &Record, kind: &Kind) -> Option<u64> {
    match record.locator(kind) {
        Locator::Record { id, .. } => Some(id),
        _ => None,
    }
}

/// Adds a value in the one form that formats agree on: a number by its bits, nothing as nothing.
fn add_value(value: Value<'_>, hasher: &mut impl Hasher) {
    let mut add = |kind: u8, bytes: &[u8]| {
        hasher.write_u8(kind);
        hasher.write_usize(bytes.len());
        hasher.write(bytes);
    };
    let number = |number: u64| number.to_le_bytes();
    match value {
        Value::Null => add(0, b""),
        Value::Text(text) => match text.trim_end_matches('\0') {
            "" => add(0, b""),
            text => add(1, text.as_bytes()),
        },
        Value::Int(signed) => add(2, &number(bits(signed))),
        Value::Uint(unsigned) | Value::Hex64(unsigned) => add(2, &number(unsigned)),
        Value::Hex32(unsigned) => add(2, &number(u64::from(unsigned))),
        Value::Bool(set) => add(2, &number(u64::from(set))),
        Value::Float(float) => add(3, &float.to_bits().to_le_bytes()),
        Value::Guid(guid) => add(4, &guid.0),
        Value::Sid(bytes) => add(5, bytes),
        Value::Bytes(bytes) => add(6, bytes),
        Value::Time(Ticks(ticks)) => add(7, &ticks.to_le_bytes()),
        Value::List(Payload(items)) => {
            add(8, b"");
            Payload(items).for_each(|item| add_value(item, hasher));
        }
    }
}

/// A negative number of at most 32 bits is the same as its unsigned form of that width.
fn bits(signed: i64) -> u64 {
    match i32::try_from(signed) {
        Ok(narrow) => u64::from(narrow.cast_unsigned()),
        Err(_) => signed.cast_unsigned(),
    }
}

#[cfg(test)]
mod tests;
