//! From files to artifacts: containers are opened, and what they hold is taken in the same way.
//!
//! Each level goes through four steps: look at all heads in parallel, decide one by one what may be
//! opened (so that limits do not depend on threads), unpack those in parallel, take in one by one.

mod cab;
mod gzip;
mod zip;

use std::ops::Range;
use std::sync::Arc;

use flate2::Decompress;
use rayon::prelude::*;

use super::artifact::Artifact;
use super::bytes::Bytes;
use super::content::{Content, Fault, Fetched, file_tail};
use super::limits::{Budget, Exceeded, Limits};
use super::names::{Paths, SafeName};
use super::notes::{Notes, Reason};
use super::passwords::Passwords;
use super::sniff::{self, Container};
use super::zip::{Lock, Method};
use crate::model::{ArtifactId, Blindspot, BlindspotKind};

/// A bundle while it is being opened.
pub(super) struct Opening<'a> {
    pub(super) limits: &'a Limits,
    pub(super) passwords: &'a Passwords,
    pub(super) budget: Budget,
    pub(super) paths: Paths,
    pub(super) artifacts: Vec<Artifact>,
    pub(super) blindspots: Vec<Blindspot>,
}

/// Something that is an artifact, or a container of some.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) path: Arc<str>,
    pub(super) name: Box<str>,
    pub(super) size: u64,
    pub(super) content: Content,
}

/// What the head of a candidate says.
enum Probe {
    Plain,
    Container(Container),
    /// Something else that has a zip archive at its end.
    PlainWithZip,
}

/// A candidate after it was decided on.
enum Decision {
    Take,
    Open(Container),
    TakeAndOpen(Container),
    Leave,
}

impl Opening<'_> {
    /// Takes in what stands inside `depth` archives, the innermost of them at `archive`.
    pub(super) fn take_in(&mut self, candidates: Vec<Candidate>, archive: &str, depth: u32) {
        let probes: Vec<Result<Probe, Fault>> = candidates
            .par_iter()
            .map_init(
                || Decompress::new(false),
                |state, candidate| probe(candidate, state),
            )
            .collect();
        let mut notes = Notes::default();
        let decisions: Vec<Decision> = candidates
            .iter()
            .zip(probes)
            .map(|(candidate, probe)| self.decide(candidate, probe, depth + 1, &mut notes))
            .collect();
        self.blindspots.extend(notes.into_blindspots(archive));
        let contents: Vec<Option<Fetched>> = candidates
            .par_iter()
            .zip(&decisions)
            .map(|(candidate, decision)| match decision {
                Decision::Open(_) | Decision::TakeAndOpen(_) => Some(candidate.content.fetch()),
                Decision::Take | Decision::Leave => None,
            })
            .collect();
        for ((candidate, decision), fetched) in candidates.into_iter().zip(decisions).zip(contents)
        {
            match (decision, fetched) {
                (Decision::Open(container), Some(fetched)) => {
                    self.open(container, candidate, fetched, depth + 1);
                }
                (Decision::TakeAndOpen(container), Some(fetched)) => {
                    let (path, name) = (Arc::clone(&candidate.path), candidate.name.clone());
                    let (size, content) = (candidate.size, Content::Memory(fetched.bytes.clone()));
                    self.push(candidate, Vec::new());
                    self.open(
                        container,
                        Candidate {
                            path,
                            name,
                            size,
                            content,
                        },
                        fetched,
                        depth + 1,
                    );
                }
                (Decision::Take, _) => self.push(candidate, Vec::new()),
                _ => {}
            }
        }
    }

    fn decide(
        &mut self,
        candidate: &Candidate,
        probe: Result<Probe, Fault>,
        depth: u32,
        notes: &mut Notes,
    ) -> Decision {
        let (container, otherwise) = match probe {
            Ok(Probe::Plain) => return Decision::Take,
            Ok(Probe::Container(container)) => (container, Decision::Open(container)),
            Ok(Probe::PlainWithZip) => (Container::Zip, Decision::TakeAndOpen(Container::Zip)),
            Err(fault) => {
                let many = match fault.kind {
                    BlindspotKind::Locked => "need a password and cannot be read without it",
                    _ => "cannot be read",
                };
                let reason = Reason {
                    kind: fault.kind,
                    many: many.to_owned(),
                };
                notes.add(reason, &candidate.path, fault.detail);
                return Decision::Leave;
            }
        };
        let noun = container.noun();
        if !self.limits.allow_depth(depth) {
            let limit = self.limits.depth;
            let reason = Reason {
                kind: BlindspotKind::Limit,
                many: format!(
                    "are archives below the limit of {limit} inside each other and were not opened"
                ),
            };
            let sentence = format!(
                "This {noun} is number {depth} of archives inside each other, above the limit of {limit}; it was not opened."
            );
            notes.add(reason, &candidate.path, sentence);
            return Decision::Take;
        }
        if let Err(exceeded) = self.budget.hold(self.limits, held(&candidate.content)) {
            note_exceeded(notes, &candidate.path, &exceeded, &format!("This {noun}"));
            return Decision::Leave;
        }
        otherwise
    }

    fn open(&mut self, container: Container, candidate: Candidate, fetched: Fetched, depth: u32) {
        if let Some(fault) = fetched.fault {
            self.blindspots.push(fault.of(&candidate.path));
        }
        match container {
            Container::Zip => self.open_zip(candidate, fetched.bytes, depth),
            Container::Cab => self.open_cab(&candidate, &fetched.bytes, depth),
            Container::Gzip => self.open_gzip(&candidate, &fetched.bytes, depth),
        }
    }

    fn push(&mut self, candidate: Candidate, members: Vec<Artifact>) {
        // There are never so many: `Limits::entries` would have to be raised beyond 32 bits first.
        let id = ArtifactId(u32::try_from(self.artifacts.len()).unwrap_or(u32::MAX));
        self.artifacts.push(candidate.into_artifact(id, members));
    }

    /// A unique path for a member, noted where its stored name climbs out of the archive.
    fn claim(
        &mut self,
        archive: &str,
        name: &SafeName,
        stored: &str,
        notes: &mut Notes,
    ) -> Arc<str> {
        let path = self.paths.claim(format!("{archive}!/{}", name.text));
        if name.climbs {
            let many = "have names that climb out of the archive; they were read under safe names";
            let reason = Reason {
                kind: BlindspotKind::Damaged,
                many: many.to_owned(),
            };
            let sentence = format!(
                "Its name in the archive, {stored:?}, climbs out of the archive; it was read under this name instead."
            );
            notes.add(reason, &path, sentence);
        }
        path
    }

    fn note_beyond(&mut self, archive: &str, beyond: u64) {
        if beyond > 0 {
            let limit = self.limits.entries;
            let detail = format!(
                "The limit of {limit} files was reached: {beyond} members of this archive were not looked at."
            );
            self.blindspots
                .push(Blindspot::new(BlindspotKind::Limit, archive, detail));
        }
    }
}

impl Candidate {
    fn into_artifact(self, id: ArtifactId, members: Vec<Artifact>) -> Artifact {
        let Self {
            path,
            name,
            size,
            content,
        } = self;
        Artifact {
            id,
            path,
            name,
            size,
            is_session_archive: false,
            members,
            content,
        }
    }
}

fn probe(candidate: &Candidate, state: &mut Decompress) -> Result<Probe, Fault> {
    let head = candidate.content.head(sniff::HEAD, state)?;
    if let Some(container) = sniff::container(&head) {
        return Ok(Probe::Container(container));
    }
    let ends_as_zip = match &candidate.content {
        Content::File(path) => {
            // Most files have no end record, and need not be had as a whole to tell.
            let tail = file_tail(path, sniff::TAIL as u64);
            tail.is_ok_and(|tail| sniff::end_record(&tail).is_some())
                && Bytes::of_file_for_now(path).is_ok_and(|whole| sniff::ends_as_zip(&whole))
        }
        Content::Memory(_) | Content::Member(..) => false,
    };
    Ok(if ends_as_zip {
        Probe::PlainWithZip
    } else {
        Probe::Plain
    })
}

/// Bytes that stay in memory when this content is opened as a container.
fn held(content: &Content) -> u64 {
    match content {
        Content::Member(_, member)
            if member.method != Method::Stored || member.lock != Lock::Open =>
        {
            member.size
        }
        Content::Member(..) | Content::File(_) | Content::Memory(_) => 0,
    }
}

fn note_exceeded(notes: &mut Notes, path: &str, exceeded: &Exceeded, subject: &str) {
    let reason = Reason {
        kind: BlindspotKind::Limit,
        many: exceeded.many(),
    };
    notes.add(
        reason,
        path,
        format!("{subject} {exceeded}; it was not read."),
    );
}

/// Which ranges begin inside an earlier one. Empty ones share nothing.
fn overlapping(ranges: impl Iterator<Item = Range<u64>>) -> Vec<bool> {
    let ranges: Vec<Range<u64>> = ranges.collect();
    let mut order: Vec<usize> = (0..ranges.len()).collect();
    order.sort_by_key(|index| ranges.get(*index).map(|range| range.start));
    let mut overlaps = vec![false; ranges.len()];
    let mut covered = 0;
    for index in order {
        let (Some(range), Some(overlap)) = (ranges.get(index), overlaps.get_mut(index)) else {
            continue;
        };
        *overlap = range.start < covered && !range.is_empty();
        covered = covered.max(range.end);
    }
    overlaps
}

fn note_overlap(notes: &mut Notes, path: &str) {
    let many = "share their bytes with other members, as in archive bombs, and were not read";
    let reason = Reason {
        kind: BlindspotKind::Limit,
        many: many.to_owned(),
    };
    let sentence =
        "It shares its bytes with another member, as in archive bombs, and was not read.";
    notes.add(reason, path, sentence.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ranges_that_begin_inside_earlier_ones_overlap() {
        let check = |ranges: &[Range<u64>], expected: &[bool]| {
            assert_eq!(overlapping(ranges.iter().cloned()), expected, "{ranges:?}");
        };
        check(&[0..10, 10..20, 20..30], &[false, false, false]);
        check(&[20..30, 0..10, 5..15], &[false, false, true]);
        check(&[0..100, 10..20, 30..40], &[false, true, true]);
        check(&[0..10, 0..10], &[false, true]);
        check(&[0..10, 5..5, 10..10], &[false, false, false]);
        check(&[], &[]);
    }
}
