//! Opening a gzip file.

use super::{Candidate, Opening};
use crate::bundle::bytes::Bytes;
use crate::bundle::content::Content;
use crate::bundle::gzip::gunzip;
use crate::bundle::names::safe_name;
use crate::bundle::notes::Notes;

impl Opening<'_> {
    /// Its one file is named by its header, else like the gzip file without its last extension.
    pub(super) fn open_gzip(&mut self, outer: &Candidate, bytes: &Bytes, depth: u32) {
        if !self.budget.count_entry(self.limits) {
            self.note_beyond(&outer.path, 1);
            return;
        }
        let room = self.budget.room(self.limits, bytes.len() as u64);
        let gunzipped = match gunzip(bytes, room) {
            Ok(gunzipped) => gunzipped,
            Err(fault) => {
                self.blindspots.push(fault.of(&outer.path));
                return;
            }
        };
        let content = gunzipped.content;
        let size = content.bytes.len() as u64;
        // Within the room that was asked for, so neither can be refused.
        let _ = self.budget.charge(self.limits, size, size);
        let _ = self.budget.hold(self.limits, size);

        let stem = outer
            .name
            .rsplit_once('.')
            .map_or(&*outer.name, |(stem, _)| stem);
        let stored = gunzipped.name.as_deref().unwrap_or(stem);
        let name = safe_name(stored);
        let mut notes = Notes::default();
        let path = self.claim(&outer.path, &name, stored, &mut notes);
        self.blindspots.extend(notes.into_blindspots(&outer.path));
        self.blindspots
            .extend(content.fault.map(|fault| fault.of(&path)));
        let candidate = Candidate {
            path,
            name: name.file_name().into(),
            size,
            content: Content::Memory(content.bytes),
        };
        self.take_in(vec![candidate], &outer.path, depth);
    }
}
