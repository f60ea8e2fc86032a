//! Which device an event is of, where its own format does not say.
//!
//! An event log names the computer in every record; a trace never does. A computer that is renamed
//! stays the same device, and a device's own logs show the change: one name ends where the next
//! begins. A name with a domain and the same one without are one device, unless the name occurs with
//! two domains. A log in which names come back holds events of several computers (forwarded events) and
//! says nothing of devices. A trace is of the device whose logs lie nearest to it, in its own folder
//! or archive or in the ones around it, if that is only one.

use rustc_hash::FxHashMap;

use super::build::Timeline;
use crate::model::{ArtifactId, OriginId, TextId};

/// A device of the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceId(pub u32);

/// The device of each origin.
#[derive(Clone, Debug, Default)]
pub(super) struct Devices {
    by_origin: Vec<Option<DeviceId>>,
    /// By computer name in lower case; a device that was renamed has several.
    by_name: FxHashMap<String, DeviceId>,
}

impl Devices {
    pub(super) fn of(&self, origin: OriginId) -> Option<DeviceId> {
        self.by_origin.get(origin.index()).copied().flatten()
    }
}

/// The computer names of each artifact in the order in which they stand there, runs of one name
/// as one.
#[derive(Debug, Default)]
pub(super) struct NameRuns {
    runs: FxHashMap<ArtifactId, Vec<TextId>>,
}

impl NameRuns {
    /// Adds the runs of a batch; batches of one artifact come in their order.
    pub(super) fn add(&mut self, artifact: ArtifactId, names: impl Iterator<Item = TextId>) {
        for name in names {
            let runs = self.runs.entry(artifact).or_default();
            if runs.last() != Some(&name) {
                runs.push(name);
            }
        }
    }
}

impl Timeline {
    /// Finds the device of each origin.
    pub(super) fn find_devices(&mut self, names: &NameRuns) {
        let numbers = self.name_numbers(names);
        let by_place = self.devices_by_place(&numbers);
        let of_origin = |origin: &crate::model::Origin| {
            let name = self.texts.str(origin.computer).to_lowercase();
            match numbers.get(&name) {
                Some(device) => Some(*device),
                None => nearest(self.path(origin.artifact), &by_place),
            }
        };
        let by_origin = self.origins.items().iter().map(of_origin).collect();
        self.devices = Devices {
            by_origin,
            by_name: numbers,
        };
    }

    /// The device that events know by this name, in any letter case and with or without its domain.
    pub fn device_named(&self, name: &str) -> Option<DeviceId> {
        let name = name.to_lowercase();
        let (short, _) = name.split_once('.').unwrap_or((&name, ""));
        let known = self.devices.by_name.get(&name);
        known.or_else(|| self.devices.by_name.get(short)).copied()
    }

    /// A device for each computer name, in lower case; names of one device share it.
    fn name_numbers(&self, names: &NameRuns) -> FxHashMap<String, DeviceId> {
        let mut parents: Vec<usize> = Vec::new();
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        for origin in self.origins.items() {
            let name = self.texts.str(origin.computer).to_lowercase();
            if !name.is_empty() {
                places.entry(name).or_insert_with(|| {
                    parents.push(parents.len());
                    parents.len() - 1
                });
            }
        }
        for (short, full) in short_and_full(places.keys().map(String::as_str)) {
            if let (Some(short), Some(full)) = (places.get(short), places.get(full)) {
                parents[(*short).max(*full)] = (*short).min(*full);
            }
        }
        for runs in names.runs.values() {
            let mut folded: Vec<usize> = runs
                .iter()
                .filter_map(|name| places.get(&self.texts.str(*name).to_lowercase()).copied())
                .map(|place| root(&parents, place))
                .collect();
            folded.dedup();
            if !is_renaming(&folded) {
                continue;
            }
            for pair in folded.windows(2) {
                // The lower number stands for both, whatever order artifacts come in.
                let (one, other) = (root(&parents, pair[0]), root(&parents, pair[1]));
                parents[one.max(other)] = one.min(other);
            }
        }
        places
            .into_iter()
            .map(|(name, place)| {
                let device = u32::try_from(root(&parents, place)).unwrap_or(u32::MAX);
                (name, DeviceId(device))
            })
            .collect()
    }

    /// For each folder and archive, the only device of the logs in it; `None` for several.
    fn devices_by_place(
        &self,
        numbers: &FxHashMap<String, DeviceId>,
    ) -> FxHashMap<String, Option<DeviceId>> {
        let mut by_place: FxHashMap<String, Option<DeviceId>> = FxHashMap::default();
        for origin in self.origins.items() {
            let name = self.texts.str(origin.computer).to_lowercase();
            let Some(device) = numbers.get(&name) else {
                continue;
            };
            for place in places_around(self.path(origin.artifact)) {
                by_place
                    .entry(place.to_owned())
                    .and_modify(|known| *known = known.filter(|known| known == device))
                    .or_insert(Some(*device));
            }
        }
        by_place
    }
}

/// Names without a domain, each with the only name of that computer that has one.
fn short_and_full<'n>(names: impl Iterator<Item = &'n str>) -> Vec<(&'n str, &'n str)> {
    let (full, short): (Vec<&str>, Vec<&str>) = names.partition(|name| name.contains('.'));
    let only_full = |short: &&'n str| {
        let mut fitting = full.iter().filter(|full| {
            let rest = full.strip_prefix(short);
            rest.is_some_and(|rest| rest.starts_with('.'))
        });
        let first = fitting.next()?;
        // The first part of an address is no name.
        let is_name = short.contains(|letter: char| !letter.is_ascii_digit());
        (is_name && fitting.next().is_none()).then_some((*short, *first))
    };
    short.iter().filter_map(only_full).collect()
}

/// Whether no name comes back after another: the sequence that renaming leaves.
fn is_renaming(names: &[usize]) -> bool {
    let mut seen = names.to_vec();
    seen.sort_unstable();
    seen.windows(2).all(|pair| pair[0] != pair[1])
}

fn root(parents: &[usize], mut place: usize) -> usize {
    while let Some(parent) = parents.get(place).filter(|parent| **parent != place) {
        place = *parent;
    }
    place
}

/// The device of the nearest place that has any.
fn nearest(path: &str, by_place: &FxHashMap<String, Option<DeviceId>>) -> Option<DeviceId> {
    places_around(path)
        .find_map(|place| by_place.get(place))
        .copied()
        .flatten()
}

/// The folders and archives around a path, the innermost first, the whole bundle last.
fn places_around(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |place| place_around(place)).skip(1)
}

fn place_around(place: &str) -> Option<&str> {
    match place.rfind('/') {
        Some(end) => Some(place[..end].trim_end_matches('!')),
        None => (!place.is_empty()).then_some(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_around_a_path() {
        let check = |path: &str, expected: &[&str]| {
            assert_eq!(places_around(path).collect::<Vec<_>>(), expected);
        };
        check("a.etl", &[""]);
        check(
            "case/a.zip!/logs/x.etl",
            &["case/a.zip!/logs", "case/a.zip", "case", ""],
        );
    }

    #[test]
    fn a_name_with_its_domain_is_the_same_computer() {
        let check = |names: &[&str], expected: &[(&str, &str)]| {
            assert_eq!(short_and_full(names.iter().copied()), expected, "{names:?}");
        };
        check(
            &["pc1", "pc1.contoso.example"],
            &[("pc1", "pc1.contoso.example")],
        );
        check(&["pc1", "pc1.contoso.example", "pc1.fabrikam.example"], &[]);
        check(&["pc1", "pc10.contoso.example"], &[]);
        check(&["10", "10.0.0.1"], &[]);
        check(&["pc1", "pc2"], &[]);
    }

    #[test]
    fn a_name_that_comes_back_is_no_renaming() {
        assert!(is_renaming(&[]));
        assert!(is_renaming(&[3, 1, 2]));
        assert!(!is_renaming(&[1, 2, 1]));
    }
}
