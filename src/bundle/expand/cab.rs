//! Opening a cabinet.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Candidate, Opening, note_exceeded, note_overlap, overlapping};
use crate::bundle::bytes::Bytes;
use crate::bundle::cab::{self, CabFile, Cabinet, Home, Unpacked};
use crate::bundle::content::Content;
use crate::bundle::limits::Exceeded;
use crate::bundle::names::{cab_text, safe_name};
use crate::bundle::notes::{Notes, Reason};
use crate::model::BlindspotKind;

/// A folder that files are in, before and after it is unpacked.
enum Folder {
    Accepted { declared: u64 },
    Unsupported(String),
    Refused(Exceeded),
    Unpacked(Bytes),
}

impl Opening<'_> {
    /// Each folder is unpacked once, all of them in parallel; files are parts of them.
    pub(super) fn open_cab(&mut self, outer: &Candidate, bytes: &Bytes, depth: u32) {
        let mut cabinet = cab::list(bytes, self.budget.entries_left(self.limits));
        let faults = std::mem::take(&mut cabinet.faults);
        self.blindspots
            .extend(faults.into_iter().map(|fault| fault.of(&outer.path)));
        self.note_beyond(&outer.path, cabinet.beyond);
        let folders = self.unpack_folders(outer, bytes, &cabinet);

        let overlaps = overlapping_files(&cabinet.files);
        let mut notes = Notes::default();
        let mut candidates = Vec::new();
        for (file, overlaps) in cabinet.files.iter().zip(overlaps) {
            self.budget.count_entry(self.limits);
            let stored = cab_text(file.name);
            let name = safe_name(&stored);
            let path = self.claim(&outer.path, &name, &stored, &mut notes);
            if overlaps {
                note_overlap(&mut notes, &path);
            } else if let Some(content) = content(file, &folders, &path, &mut notes) {
                let size = content.len() as u64;
                let content = Content::Memory(content);
                candidates.push(Candidate {
                    path,
                    name: name.file_name().into(),
                    size,
                    content,
                });
            }
        }
        self.blindspots.extend(notes.into_blindspots(&outer.path));
        self.take_in(candidates, &outer.path, depth);
    }

    /// The folders that files are in, by number.
    fn unpack_folders(
        &mut self,
        outer: &Candidate,
        bytes: &Bytes,
        cabinet: &Cabinet<'_>,
    ) -> BTreeMap<usize, Folder> {
        let mut folders = BTreeMap::new();
        for file in &cabinet.files {
            if let Home::Folder(index) = file.home
                && let Some(folder) = cabinet.folders.get(index)
            {
                folders
                    .entry(index)
                    .or_insert_with(|| self.accept(folder, bytes));
            }
        }
        let unpacked: Vec<(usize, Unpacked)> = folders
            .par_iter()
            .filter_map(
                |(index, state)| match (state, cabinet.folders.get(*index)) {
                    (Folder::Accepted { declared }, Some(folder)) => {
                        Some((*index, cab::unpack(bytes, folder, *declared)))
                    }
                    _ => None,
                },
            )
            .collect();
        for (index, Unpacked { bytes, fault }) in unpacked {
            self.blindspots
                .extend(fault.map(|fault| fault.of(&outer.path)));
            folders.insert(index, Folder::Unpacked(Bytes::from(bytes)));
        }
        folders
    }

    fn accept(&mut self, folder: &cab::Folder, bytes: &[u8]) -> Folder {
        if let Some(noun) = folder.packing.unsupported() {
            return Folder::Unsupported(noun);
        }
        let (packed, declared) = folder.declared(bytes);
        let charged = self.budget.charge(self.limits, declared, packed);
        match charged.and_then(|()| self.budget.hold(self.limits, declared)) {
            Ok(()) => Folder::Accepted { declared },
            Err(exceeded) => Folder::Refused(exceeded),
        }
    }
}

/// The bytes of a file, or `None` where there are none, which is noted.
fn content(
    file: &CabFile<'_>,
    folders: &BTreeMap<usize, Folder>,
    path: &str,
    notes: &mut Notes,
) -> Option<Bytes> {
    let (kind, many, sentence) = match file.home {
        Home::Folder(index) => match folders.get(&index)? {
            Folder::Unpacked(bytes) => return part(file, bytes, path, notes),
            Folder::Refused(exceeded) => {
                note_exceeded(notes, path, exceeded, "The cabinet folder that it is in");
                return None;
            }
            Folder::Unsupported(noun) => {
                let sentence = format!("It is packed with {noun}, which is not supported.");
                (
                    BlindspotKind::Unsupported,
                    format!("are packed with {noun}, which is not supported"),
                    sentence,
                )
            }
            Folder::Accepted { .. } => return None,
        },
        Home::OtherCabinet => {
            let sentence = "It is partly in another cabinet of the set, so it was not read.";
            let many = "are partly in another cabinet of the set and were not read";
            (
                BlindspotKind::Truncated,
                many.to_owned(),
                sentence.to_owned(),
            )
        }
        Home::Nowhere(index) => {
            let sentence =
                format!("It is said to be in folder {index}, which the cabinet does not have.");
            let many = "are in folders that the cabinet does not have";
            (BlindspotKind::Damaged, many.to_owned(), sentence)
        }
    };
    notes.add(Reason { kind, many }, path, sentence);
    None
}

fn part(file: &CabFile<'_>, folder: &Bytes, path: &str, notes: &mut Notes) -> Option<Bytes> {
    let part = folder.part(file.offset..file.offset.saturating_add(file.size));
    let have = part.len() as u64;
    if have < file.size {
        let reason = Reason {
            kind: BlindspotKind::Truncated,
            many: "are not or not wholly in what could be unpacked of the cabinet".to_owned(),
        };
        let sentence = format!(
            "{have} of {} bytes could be unpacked from the cabinet.",
            file.size
        );
        notes.add(reason, path, sentence);
    }
    (have > 0 || file.size == 0).then_some(part)
}

/// Overlaps are looked for folder by folder.
fn overlapping_files(files: &[CabFile<'_>]) -> Vec<bool> {
    let mut by_folder: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        if let Home::Folder(folder) = file.home {
            by_folder.entry(folder).or_default().push(index);
        }
    }
    let mut overlaps = vec![false; files.len()];
    for indexes in by_folder.into_values() {
        let ranges = indexes.iter().filter_map(|index| files.get(*index));
        let ranges = ranges.map(|file| file.offset..file.offset.saturating_add(file.size));
        for (index, overlap) in indexes.iter().zip(overlapping(ranges)) {
            if let Some(slot) = overlaps.get_mut(*index) {
                *slot = overlap;
            }
        }
    }
    overlaps
}
