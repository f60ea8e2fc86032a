//! Files that the analyst gives: what they are, by their content, and what they add.

use std::panic::{AssertUnwindSafe, catch_unwind};

use joinscope_etl::Manifests;
use joinscope_etl::embedded::{Manifest, read_manifest};
use joinscope_etl::wevt::{is_program, read_program};
use joinscope_wire::{Guid, decode_text};
use joinscope_wpp::pdb;
use rustc_hash::FxHashMap;

use super::Added;
use super::wpp::WppMessages;

/// Problems that are told one by one.
const TOLD: usize = 4;

/// What a given file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenKind {
    /// A Windows program: EXE, DLL, SYS or MUI.
    Program,
    /// A manifest in XML.
    Manifest,
    /// A TMF text.
    Tmf,
    /// A PDB.
    Pdb,
}

impl GivenKind {
    /// Bytes from a file's beginning that are enough to tell.
    pub const HEAD: usize = 4096;

    /// What a file is, from its first [`Self::HEAD`] bytes or all of it; `None` for anything else.
    pub fn of(head: &[u8]) -> Option<Self> {
        let head = head.get(..Self::HEAD).unwrap_or(head);
        if is_program(head) || head.starts_with(b"MZ") {
            return Some(Self::Program);
        }
        if pdb::container(head).is_some() {
            return Some(Self::Pdb);
        }
        let (text, ..) = decode_text(head);
        let text = text.trim_start();
        if text.starts_with('<') && text.contains("instrumentationManifest") {
            return Some(Self::Manifest);
        }
        let is_tmf =
            text.lines().any(|line| line.starts_with("#typev ")) || text.starts_with("// PDB:");
        is_tmf.then_some(Self::Tmf)
    }
}

/// Everything that was given.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pub(super) manifests: Manifests,
    pub(super) wpp: WppMessages,
    names: FxHashMap<Guid, Box<str>>,
    /// Names that channels suggest, for providers that nothing else names.
    suggested: FxHashMap<Guid, Box<str>>,
    channels: FxHashMap<(Guid, u8), Box<str>>,
}

impl Given {
    pub(super) fn add(&mut self, bytes: &[u8]) -> Added {
        let Some(kind) = GivenKind::of(bytes) else {
            return Added::nothing("neither a program, a manifest, a TMF text nor a PDB");
        };
        // Readers do not fail on any bytes that were tried; one that did would end the program.
        let added = catch_unwind(AssertUnwindSafe(|| match kind {
            GivenKind::Program => self.add_program(bytes),
            GivenKind::Manifest => self.add_xml(bytes),
            GivenKind::Tmf => self.add_tmf(bytes),
            GivenKind::Pdb => self.add_pdb(bytes),
        }));
        let added = added.unwrap_or_else(|_| {
            Added::nothing("reading it failed inside this program; please report the file")
        });
        Added {
            kind: Some(kind),
            ..added
        }
    }

    pub(super) fn name(&self, guid: Guid) -> Option<&str> {
        self.names.get(&guid).map(|name| &**name)
    }

    pub(super) fn suggested_name(&self, guid: Guid) -> Option<&str> {
        self.suggested.get(&guid).map(|name| &**name)
    }

    pub(super) fn channel(&self, guid: Guid, number: u8) -> Option<&str> {
        self.channels.get(&(guid, number)).map(|word| &**word)
    }

    fn add_program(&mut self, bytes: &[u8]) -> Added {
        let read = read_program(bytes);
        if read.manifests.is_empty() && read.unreadable == 0 {
            return Added::nothing("it carries no provider's manifest");
        }
        let mut added = self.add_manifests(read.manifests, Naming::Suggested);
        if read.unreadable > 0 {
            let parts = read.unreadable;
            added
                .problems
                .push(format!("{parts} parts of its manifests cannot be read"));
        }
        added
    }

    fn add_xml(&mut self, bytes: &[u8]) -> Added {
        let (text, ..) = decode_text(bytes);
        let manifests = read_manifest(&text);
        if manifests.is_empty() {
            return Added::nothing("there is no provider in it");
        }
        self.add_manifests(manifests, Naming::Stated)
    }

    fn add_manifests(&mut self, manifests: Vec<Manifest>, naming: Naming) -> Added {
        let mut added = Added::default();
        for manifest in manifests {
            let Some(guid) = manifest.provider else {
                let name = &manifest.name;
                added
                    .problems
                    .push(format!("provider '{name}' has no GUID"));
                continue;
            };
            let names = match naming {
                Naming::Stated => &mut self.names,
                Naming::Suggested => &mut self.suggested,
            };
            if !manifest.name.is_empty() {
                names
                    .entry(guid)
                    .or_insert_with(|| Box::from(&*manifest.name));
            }
            for (number, name) in &manifest.channels {
                let word = name.rsplit('/').next().unwrap_or(name);
                self.channels
                    .entry((guid, *number))
                    .or_insert_with(|| Box::from(word));
            }
            let events = manifest.events.len();
            added.known_before += events;
            let new = self.manifests.add_manifest(manifest);
            added.known_before -= new;
            added.events += new;
            added.providers += usize::from(events > 0);
        }
        added
    }

    fn add_tmf(&mut self, bytes: &[u8]) -> Added {
        let (text, ..) = decode_text(bytes);
        let before = self.wpp.catalogue.counts();
        let problems = self.wpp.catalogue.add_tmf(&text);
        self.added_messages(before, problems.iter().map(ToString::to_string))
    }

    fn add_pdb(&mut self, bytes: &[u8]) -> Added {
        let before = self.wpp.catalogue.counts();
        match self.wpp.catalogue.add_pdb(bytes) {
            Ok(pdb) => self.added_messages(before, pdb.problems.iter().map(ToString::to_string)),
            Err(error) => Added::nothing(&error.to_string()),
        }
    }

    fn added_messages(
        &self,
        before: joinscope_wpp::Counts,
        problems: impl ExactSizeIterator<Item = String>,
    ) -> Added {
        let counts = self.wpp.catalogue.counts();
        let further = problems.len().saturating_sub(TOLD);
        let mut problems: Vec<String> = problems.take(TOLD).collect();
        if further > 0 {
            problems.push(format!("{further} further problems"));
        }
        let messages = counts.messages - before.messages;
        let conflicts = counts.conflicts - before.conflicts;
        let known_before = counts.duplicates - before.duplicates + conflicts;
        if conflicts > 0 {
            problems.push(format!(
                "{conflicts} messages contradict those of an earlier file, which count"
            ));
        }
        if messages == 0 && known_before == 0 && problems.is_empty() {
            problems.push("there is no message in it".to_owned());
        }
        Added {
            messages,
            known_before,
            problems,
            ..Added::default()
        }
    }
}

/// Whether a manifest states its provider's name or only suggests it.
#[derive(Clone, Copy)]
enum Naming {
    Stated,
    Suggested,
}
