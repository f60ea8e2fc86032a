//! Opening a zip archive.

use std::sync::Arc;

use flate2::Decompress;
use rayon::prelude::*;

use super::{Candidate, Opening, note_exceeded, note_overlap, overlapping};
use crate::bundle::artifact::Artifact;
use crate::bundle::bytes::Bytes;
use crate::bundle::content::{Content, Fault};
use crate::bundle::names::{SafeName, safe_name, zip_text};
use crate::bundle::notes::{Notes, Reason};
use crate::bundle::sniff;
use crate::bundle::zip::{self, Archive, Entry, Extent, Lock, Member, Method};
use crate::model::{ArtifactId, BlindspotKind};

impl Opening<'_> {
    /// Members become candidates, but those of a session archive stay together with it.
    pub(super) fn open_zip(&mut self, outer: Candidate, bytes: Bytes, depth: u32) {
        let archive = Arc::new(Archive {
            bytes,
            passwords: self.passwords.clone(),
        });
        let listing = zip::list(&archive.bytes, self.budget.entries_left(self.limits));
        self.blindspots.extend(
            listing
                .faults
                .into_iter()
                .map(|fault| fault.of(&outer.path)),
        );
        self.note_beyond(&outer.path, listing.beyond);

        let overlaps = overlapping(listing.entries.iter().map(Entry::range));
        let names: Vec<SafeName> = listing
            .entries
            .iter()
            .map(|entry| safe_name(&zip_text(&entry.name)))
            .collect();
        let parts = sniff::session_parts(names.iter().map(|name| name.text.as_str()));
        let is_session = parts.is_some();
        let parts = parts.unwrap_or_else(|| vec![false; names.len()]);

        let mut notes = Notes::default();
        let (mut session, mut others) = (Vec::new(), Vec::new());
        let members = listing
            .entries
            .into_iter()
            .zip(names)
            .zip(overlaps)
            .zip(parts);
        for (((entry, name), overlaps), is_part) in members {
            self.budget.count_entry(self.limits);
            let path = self.claim(&outer.path, &name, &zip_text(&entry.name), &mut notes);
            if overlaps {
                note_overlap(&mut notes, &path);
            } else if let Some((content, size)) = self.admit(&archive, entry, &path, &mut notes) {
                let candidate = Candidate {
                    path,
                    name: name.file_name().into(),
                    size,
                    content,
                };
                if is_part {
                    session.push(candidate);
                } else {
                    others.push(candidate);
                }
            }
        }
        let archive_path = Arc::clone(&outer.path);
        if is_session {
            let members = self.session_members(session, &mut notes);
            let size = archive.bytes.len() as u64;
            let content = match outer.content {
                Content::Member(..) => Content::Memory(archive.bytes.clone()),
                content => content,
            };
            self.push(
                Candidate {
                    size,
                    content,
                    ..outer
                },
                members,
            );
            if let Some(archive) = self.artifacts.last_mut() {
                archive.is_session_archive = true;
            }
        }
        self.blindspots.extend(notes.into_blindspots(&archive_path));
        self.take_in(others, &archive_path, depth);
    }

    /// The parts of a session archive that can be read, by the id that the archive will have.
    fn session_members(&self, parts: Vec<Candidate>, notes: &mut Notes) -> Vec<Artifact> {
        let id = ArtifactId(u32::try_from(self.artifacts.len()).unwrap_or(u32::MAX));
        let faults: Vec<Option<Fault>> = parts
            .par_iter()
            .map_init(
                || Decompress::new(false),
                |state, part| part.content.lock_fault(sniff::HEAD, state),
            )
            .collect();
        let mut members = Vec::new();
        for (part, fault) in parts.into_iter().zip(faults) {
            match fault {
                None => members.push(part.into_artifact(id, Vec::new())),
                Some(fault) => {
                    let many = "need a password and cannot be read without it".to_owned();
                    notes.add(
                        Reason {
                            kind: fault.kind,
                            many,
                        },
                        &part.path,
                        fault.detail,
                    );
                }
            }
        }
        members
    }

    /// The content of a member and its size, or `None` where it cannot be read, which is noted.
    fn admit(
        &mut self,
        archive: &Arc<Archive>,
        entry: Entry,
        path: &str,
        notes: &mut Notes,
    ) -> Option<(Content, u64)> {
        let member = entry.member;
        if let Some((reason, sentence)) = self.refusal(&member, entry.extent) {
            notes.add(reason, path, sentence);
            return None;
        }
        match entry.extent {
            Extent::Whole => {
                let packed = member.data.end - member.data.start;
                if let Err(exceeded) = self.budget.charge(self.limits, member.size, packed) {
                    note_exceeded(notes, path, &exceeded, "It");
                    return None;
                }
                let size = member.size;
                Some((Content::Member(Arc::clone(archive), member), size))
            }
            Extent::Cut => self.admit_cut(archive, &member, Some(member.size), path, notes),
            Extent::CutUnsized => self.admit_cut(archive, &member, None, path, notes),
        }
    }

    fn refusal(&self, member: &Member, extent: Extent) -> Option<(Reason, String)> {
        let (kind, many, sentence) = if let Method::Other(_) = member.method {
            let noun = member.method.noun();
            let sentence = format!(
                "It is packed with {noun}, which is not supported; pack it again with Deflate."
            );
            let many = format!("are packed with {noun}, which is not supported");
            (BlindspotKind::Unsupported, many, sentence)
        } else if member.lock == Lock::Unsupported {
            let sentence =
                "It is encrypted by a method that is not supported; pack it again with AES.";
            let many = "are encrypted by a method that is not supported";
            (
                BlindspotKind::Unsupported,
                many.to_owned(),
                sentence.to_owned(),
            )
        } else if member.lock != Lock::Open && extent != Extent::Whole {
            let sentence =
                "The archive ends inside it, and it is encrypted, so it cannot be unlocked.";
            let many = "are encrypted and cut, so they cannot be unlocked";
            (
                BlindspotKind::Truncated,
                many.to_owned(),
                sentence.to_owned(),
            )
        } else if member.lock != Lock::Open && self.passwords.is_empty() {
            let sentence = "It needs a password, and none was given.";
            let many = "need a password, and none was given";
            (BlindspotKind::Locked, many.to_owned(), sentence.to_owned())
        } else {
            return None;
        };
        Some((Reason { kind, many }, sentence))
    }

    /// A member that the archive ends inside is unpacked at once: only that tells its size.
    fn admit_cut(
        &mut self,
        archive: &Archive,
        member: &Member,
        declared: Option<u64>,
        path: &str,
        notes: &mut Notes,
    ) -> Option<(Content, u64)> {
        let room = self
            .budget
            .room(self.limits, member.data.end - member.data.start);
        let size = declared.unwrap_or(room).min(room);
        let fetched = zip::fetch(
            archive,
            &Member {
                size,
                crc: None,
                ..member.clone()
            },
        );
        let have = fetched.bytes.len() as u64;
        let charged = self.budget.charge(self.limits, have, have);
        if charged
            .and_then(|()| self.budget.hold(self.limits, have))
            .is_err()
        {
            return None;
        }
        let of = declared
            .map(|declared| format!(" of {declared}"))
            .unwrap_or_default();
        let reason = Reason {
            kind: BlindspotKind::Truncated,
            many: "are cut".to_owned(),
        };
        let sentence = format!("The archive ends inside it; {have}{of} bytes could be read.");
        notes.add(reason, path, sentence);
        (have > 0).then_some((Content::Memory(fetched.bytes), have))
    }
}
