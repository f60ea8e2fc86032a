//! Manifest events by schemas that stand outside of the trace: shipped tables,
//! or manifests that an analyst gives.
//!
//! The builds that a schema and an event come from often differ. An event is read
//! by the schema of its own version; where that is missing or does not fit, by
//! the one of the same event that fits best. The schema of another provider or
//! another event is never tried, and what does not fit shows in the [`Ending`].

use std::cmp::Reverse;

use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use crate::decode::{Decoded, Reading, Rung};
use crate::embedded::Manifest;
use crate::header::{Header, PointerSize};
use crate::payload::schema::{EventSchema, ValueMaps};
use crate::payload::value::Value;
use crate::payload::{Ending, Fault, Fields};
use crate::record::Record;

/// Layouts of one event that are kept; those of all builds of a provider are fewer.
const MAX_CANDIDATES: usize = 64;

/// Schemas by provider, event and version.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    events: FxHashMap<(Guid, u16), Vec<Candidate>>,
    maps: FxHashMap<Guid, ValueMaps>,
    schemas: usize,
}

/// A schema that an event may be read by.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    version: Option<u8>,
    schema: EventSchema,
}

/// How well a schema fits, the better the greater: nothing missing or left over,
/// bytes left over, bytes missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Unreadable,
    Short,
    Tail,
    Complete,
}

impl Manifests {
    /// Adds a schema of an event; `None` as version stands for every version that has
    /// none of its own. A schema that is there already is not added again, and neither
    /// is one beyond what an event can reasonably have; both give `false`.
    pub fn add(
        &mut self,
        provider: Guid,
        id: u16,
        version: Option<u8>,
        schema: EventSchema,
    ) -> bool {
        let candidates = self.events.entry((provider, id)).or_default();
        let candidate = Candidate { version, schema };
        let is_new = candidates.len() < MAX_CANDIDATES && !candidates.contains(&candidate);
        if is_new {
            candidates.push(candidate);
            self.schemas += 1;
        }
        is_new
    }

    /// Adds the value maps of a provider; of two maps of one name the first stays.
    pub fn add_maps(&mut self, provider: Guid, maps: ValueMaps) {
        let known = self.maps.entry(provider).or_default();
        for (name, map) in maps {
            known.entry(name).or_insert(map);
        }
    }

    /// Adds what a manifest says and gives the number of schemas that were new; none
    /// when it does not name its provider by a GUID.
    pub fn add_manifest(&mut self, manifest: Manifest) -> usize {
        let Some(provider) = manifest.provider else {
            return 0;
        };
        self.add_maps(provider, manifest.maps);
        let events = manifest.events.into_iter();
        events
            .filter_map(|(id, version, schema)| {
                self.add(provider, id, Some(version), schema).then_some(())
            })
            .count()
    }

    /// Number of schemas.
    pub fn len(&self) -> usize {
        self.schemas
    }

    /// Whether there is no schema.
    pub fn is_empty(&self) -> bool {
        self.schemas == 0
    }

    /// The schema to read a payload by; `None` when the event is not known at all.
    fn choose(
        &self,
        provider: Guid,
        id: u16,
        version: u8,
        payload: &[u8],
        pointer: PointerSize,
    ) -> Option<&EventSchema> {
        let candidates = self.events.get(&(provider, id))?;
        if let [only] = &candidates[..] {
            return Some(&only.schema);
        }
        let maps = self.maps.get(&provider);
        let fit = |schema: &EventSchema| {
            let ending = schema.decode(maps, payload, pointer, &mut |_: &str, _: Value<'_>| {});
            Fit::of(ending)
        };
        let exact = candidates
            .iter()
            .find(|candidate| candidate.version == Some(version))
            .or_else(|| {
                candidates
                    .iter()
                    .find(|candidate| candidate.version.is_none())
            });
        if let Some(exact) = exact
            && fit(&exact.schema) >= Fit::Tail
        {
            return Some(&exact.schema);
        }
        // The last of equals would win, so that the order is turned: of equally good
        // ones the first that was added counts.
        let best = candidates
            .iter()
            .rev()
            .max_by_key(|candidate| (fit(&candidate.schema), Reverse(candidate.distance(version))));
        best.map(|candidate| &candidate.schema)
    }
}

impl Candidate {
    /// How far its version is from that of an event; nothing for a schema of every version.
    fn distance(&self, version: u8) -> u8 {
        self.version.map_or(0, |own| own.abs_diff(version))
    }
}

impl Fit {
    fn of(ending: Ending) -> Self {
        match ending.fault {
            None if ending.left == 0 => Self::Complete,
            None => Self::Tail,
            Some(Fault::Short) => Self::Short,
            Some(_) => Self::Unreadable,
        }
    }
}

impl Rung for Manifests {
    fn decode(&self, record: &Record<'_>, fields: &mut dyn Fields) -> Option<Reading> {
        let Header::Event(event) = record.header() else {
            return None;
        };
        let provider = event.provider();
        let payload = event.payload();
        let pointer = record.pointer_size().unwrap_or(PointerSize::Eight);
        let schema = self.choose(provider, event.id(), event.version(), payload, pointer)?;
        fields.event(schema.identity());
        let ending = schema.decode(self.maps.get(&provider), payload, pointer, fields);
        Some(Reading {
            decoded: Decoded::Manifest,
            ending,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::payload::schema::{Extent, Field, FieldKind, SchemaEnd};
    use crate::payload::types::{InType, OutType};

    fn schema(name: &str, end: SchemaEnd, types: &[InType]) -> EventSchema {
        let field = |(index, input): (usize, &InType)| Field {
            name: format!("F{index}"),
            kind: FieldKind::Value(*input, OutType::Plain),
            length: Extent::Own,
            count: Extent::Own,
            map: None,
        };
        EventSchema {
            provider_name: Arc::from(""),
            name: name.to_owned(),
            message: Arc::from(""),
            fields: types.iter().enumerate().map(field).collect(),
            top_level: types.len(),
            end,
        }
    }

    /// Which of the schemas reads a payload of `length` bytes of an event's `version`.
    fn check(known: &[(Option<u8>, &EventSchema)], version: u8, length: usize, expected: &str) {
        let mut manifests = Manifests::default();
        for (of, schema) in known {
            manifests.add(Guid([1; 16]), 7, *of, (*schema).clone());
        }
        let payload = vec![0; length];
        let choose =
            |provider, id| manifests.choose(provider, id, version, &payload, PointerSize::Eight);
        let chosen = choose(Guid([1; 16]), 7).map(|schema| &*schema.name);
        assert_eq!(chosen, Some(expected), "version {version}, {length} bytes");
        assert_eq!(choose(Guid([2; 16]), 7), None);
        assert_eq!(choose(Guid([1; 16]), 8), None);
    }

    #[test]
    fn the_own_version_stands_unless_it_is_short_and_another_is_not() {
        use InType::U32;
        let one = schema("one", SchemaEnd::Last, &[U32]);
        let two = schema("two", SchemaEnd::Last, &[U32, U32]);
        let three = schema("three", SchemaEnd::Last, &[U32, U32, U32]);
        let known = [(Some(1), &one), (Some(2), &two), (Some(3), &three)];
        check(&known, 2, 8, "two");
        // A tail is usual for the own version, and never makes way for another.
        check(&known, 2, 12, "two");
        check(&known, 2, 4, "one");
        check(&known, 9, 12, "three");
        check(&known, 9, 16, "three");
        // Two are equally short: the nearer version counts.
        check(&[(Some(2), &two), (Some(3), &three)], 9, 4, "three");
        check(&[(Some(3), &three)], 1, 4, "three");
    }

    #[test]
    fn a_schema_of_every_version_gives_way_to_that_of_a_version() {
        use InType::{U32, U64};
        let old = schema("old", SchemaEnd::Last, &[U64]);
        let any = schema("any", SchemaEnd::AnyField, &[U32, U32, U32]);
        let known = [(None, &any), (Some(0), &old)];
        check(&known, 0, 8, "old");
        check(&known, 1, 8, "any");
        check(&known, 0, 12, "old");
        check(&known, 0, 4, "any");
    }

    #[test]
    fn the_same_schema_counts_once() {
        let one = schema("one", SchemaEnd::Last, &[InType::U32]);
        let mut manifests = Manifests::default();
        assert!(manifests.add(Guid([1; 16]), 7, Some(0), one.clone()));
        assert!(!manifests.add(Guid([1; 16]), 7, Some(0), one.clone()));
        assert!(manifests.add(Guid([1; 16]), 7, Some(1), one));
        assert_eq!(manifests.len(), 2);
    }
}
