//! The archive: what stands around the entries, and reading them one by one.

use std::borrow::Cow;

use joinscope_http::{Exchange, Instant};
use serde::de::{IgnoredAny, MapAccess};

use crate::damage::Damage;
use crate::entry::Entry;
use crate::exchange::exchange;
use crate::lenient::{List, Members, Object, Scalar, skip};
use crate::time;
use crate::walk::{Fault, Walk};

/// Damaged places that are told one by one.
const MAX_DAMAGE: usize = 1000;

/// What an archive says beside its entries, and what of it could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archive<'a> {
    /// The version of the format as written, `1.2` mostly; `None` when it does not say.
    pub version: Option<Cow<'a, str>>,
    /// The program that wrote it; `None` when it does not say.
    pub creator: Option<Tool<'a>>,
    /// The browser that was recorded; `None` when it does not say.
    pub browser: Option<Tool<'a>>,
    /// The pages that were loaded, in the order of the file.
    pub pages: Vec<Page<'a>>,
    /// How many entries were handed on.
    pub entries: u64,
    /// How many of them began at a time that names no zone.
    pub without_zone: u64,
    /// What could not be read, in the order of the file.
    pub damage: Vec<Damage>,
}

/// A program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tool<'a> {
    /// Its name; empty when not written.
    pub name: Cow<'a, str>,
    /// Its version; `None` when not written.
    pub version: Option<Cow<'a, str>>,
}

/// A page that was loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<'a> {
    /// Its id, by which exchanges name it; empty when not written.
    pub id: Cow<'a, str>,
    /// Its title, often its address; `None` when not written. May hold secrets.
    pub title: Option<Cow<'a, str>>,
    /// When loading began; `None` when not written, or without a zone.
    pub started: Option<Instant>,
}

/// Reads an archive and hands its entries to `sink`, in the order of the file.
///
/// `bytes` are the whole file, UTF-8 with or without a byte order mark. Never fails: what cannot be
/// read is in [`Archive::damage`], what of an entry cannot be read in its own `damage`, with offsets
/// into the file. An exchange's `id` is the place of its entry among those read, from one.
pub fn read<'a>(bytes: &'a [u8], sink: &mut dyn FnMut(Exchange<'a>)) -> Archive<'a> {
    read_in(bytes, None, sink)
}

/// The same with a zone for times of entries that name none, in minutes east of UTC.
pub fn read_in<'a>(
    bytes: &'a [u8],
    zone: Option<i32>,
    sink: &mut dyn FnMut(Exchange<'a>),
) -> Archive<'a> {
    let mark = b"\xEF\xBB\xBF";
    let mut reader = Reader {
        walk: Walk {
            bytes,
            at: if bytes.starts_with(mark) {
                mark.len()
            } else {
                0
            },
        },
        archive: Archive::default(),
        untold: 0,
        // Damage is searched for sound entries at most this often, so that work stays linear.
        budget: bytes.len().saturating_mul(4).saturating_add(1 << 20),
        has_entries: false,
        zone,
        sink,
    };
    match reader.members(true) {
        Err(Stop::At(fault)) => reader.after_fault(fault),
        Ok(()) if !reader.has_entries => {
            let offset = reader.walk.at as u64;
            reader.tell(Damage::NoEntries { offset });
        }
        Ok(()) | Err(Stop::Told) => {}
    }
    let mut archive = reader.archive;
    if reader.untold > 0 {
        archive.damage.push(Damage::More {
            count: reader.untold,
        });
    }
    archive
}

/// Why reading ended in front of the end of the file.
enum Stop {
    /// A value could not be read.
    At(Fault),
    /// The list of entries has no end that could be found; that is told already.
    Told,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::At(fault)
    }
}

/// The state of reading one file.
struct Reader<'a, 's> {
    walk: Walk<'a>,
    archive: Archive<'a>,
    /// Damaged places beyond those that are told.
    untold: u64,
    /// Bytes that may still be tried in search of sound entries.
    budget: usize,
    has_entries: bool,
    /// Minutes east of UTC, for times that name no zone.
    zone: Option<i32>,
    sink: &'s mut dyn FnMut(Exchange<'a>),
}

impl<'a> Reader<'a, '_> {
    /// Reads an object: the file's own or its `log`. The members of `log` are
    /// taken at the top as well, as the name alone tells them.
    fn members(&mut self, is_top: bool) -> Result<(), Stop> {
        if !self.walk.take(b'{') {
            return Err(self.here().into());
        }
        if self.walk.take(b'}') {
            return Ok(());
        }
        loop {
            let name = self.walk.value::<Scalar<'a>>()?.text().unwrap_or_default();
            if !self.walk.take(b':') {
                return Err(self.here().into());
            }
            match &*name {
                "log" if is_top => self.members(false)?,
                "entries" => self.entries()?,
                "version" => self.archive.version = self.walk.value::<Scalar<'a>>()?.text(),
                "creator" => self.archive.creator = Some(self.walk.value::<Object<Tool<'a>>>()?.0),
                "browser" => self.archive.browser = Some(self.walk.value::<Object<Tool<'a>>>()?.0),
                "pages" => self.archive.pages = self.walk.value::<List<Page<'a>>>()?.members,
                _ => drop(self.walk.value::<IgnoredAny>()?),
            }
            if !self.walk.take(b',') {
                return if self.walk.take(b'}') {
                    Ok(())
                } else {
                    Err(self.here().into())
                };
            }
        }
    }

    /// Tells what broke around the entries, and looks for them behind it.
    fn after_fault(&mut self, fault: Fault) {
        let offset = self.walk.at as u64;
        if self.has_entries {
            // Behind the entries nothing is missed but the end of the file.
            let what = "archive";
            let length = (self.walk.bytes.len() - self.walk.at) as u64;
            self.tell(if fault.is_end {
                Damage::Truncated { what, offset }
            } else {
                Damage::Invalid {
                    what,
                    offset,
                    length,
                }
            });
            return;
        }
        for found in memchr::memmem::find_iter(self.walk.rest(), b"\"entries\"") {
            let mut behind = self.walk.clone();
            behind.at += found + b"\"entries\"".len();
            if behind.take(b':') && behind.peek() == Some(b'[') {
                let length = found as u64;
                self.walk = behind;
                let what = "head of the archive";
                self.tell(Damage::Invalid {
                    what,
                    offset,
                    length,
                });
                // What follows the list is of no use without what stands in front of it.
                let _ = self.entries();
                return;
            }
        }
        let offset = fault.at as u64;
        self.tell(Damage::NoEntries { offset });
    }

    /// Reads the list of entries.
    fn entries(&mut self) -> Result<(), Stop> {
        if !self.walk.take(b'[') {
            // Something else of that name.
            self.walk.value::<IgnoredAny>()?;
            return Ok(());
        }
        self.has_entries = true;
        if self.walk.take(b']') {
            return Ok(());
        }
        loop {
            if self.walk.peek().is_none() {
                return Err(self.list_ends_early());
            }
            if !self.entry() {
                return Err(Stop::Told);
            }
            while !self.walk.take(b',') {
                if self.walk.take(b']') {
                    return Ok(());
                }
                if self.walk.peek().is_none() {
                    return Err(self.list_ends_early());
                }
                if !self.salvage(self.here()) {
                    return Err(Stop::Told);
                }
            }
        }
    }

    fn list_ends_early(&mut self) -> Stop {
        let offset = self.walk.at as u64;
        let what = "list of entries";
        self.tell(Damage::Truncated { what, offset });
        Stop::Told
    }

    /// Reads the entry that begins here, or the next that can be read; `false` when none can.
    fn entry(&mut self) -> bool {
        let start = self.walk.at;
        match self.walk.value::<Object<Entry<'a>>>() {
            Ok(Object(entry)) => {
                if is_entry(&entry) {
                    self.hand_on(entry, start);
                } else {
                    self.tell(Damage::Invalid {
                        what: "entry",
                        offset: start as u64,
                        length: (self.walk.at - start) as u64,
                    });
                }
                true
            }
            Err(fault) => self.salvage(fault),
        }
    }

    /// Looks behind a damaged place for an entry, hands it on, and tells what was passed over;
    /// `false` when there is none.
    fn salvage(&mut self, fault: Fault) -> bool {
        let start = self.walk.at;
        while self.budget > 0 && self.walk.find_next_object() {
            let object = self.walk.at;
            match self.walk.value::<Object<Entry<'a>>>() {
                Ok(Object(entry)) if is_entry(&entry) => {
                    let length = (object - start) as u64;
                    let (what, offset) = ("entry", start as u64);
                    self.tell(Damage::Invalid {
                        what,
                        offset,
                        length,
                    });
                    self.hand_on(entry, object);
                    return true;
                }
                Ok(_) => self.budget = self.budget.saturating_sub(self.walk.at - object),
                Err(fault) => {
                    self.budget = self.budget.saturating_sub(fault.at - object + 1);
                    self.walk.at = object + 1;
                }
            }
        }
        self.walk.at = self.walk.bytes.len();
        let (what, offset) = ("entry", start as u64);
        let length = (self.walk.at - start) as u64;
        self.tell(if fault.is_end {
            Damage::Truncated { what, offset }
        } else {
            Damage::Invalid {
                what,
                offset,
                length,
            }
        });
        false
    }

    fn hand_on(&mut self, entry: Entry<'a>, offset: usize) {
        self.archive.entries += 1;
        let place = self.archive.entries;
        if matches!(&entry.started, Scalar::Text(text) if time::is_without_zone(text)) {
            self.archive.without_zone += 1;
        }
        (self.sink)(exchange(entry, place, offset as u64, self.zone));
    }

    fn here(&self) -> Fault {
        Fault {
            at: self.walk.at,
            is_end: self.walk.rest().trim_ascii_start().is_empty(),
        }
    }

    fn tell(&mut self, damage: Damage) {
        if self.archive.damage.len() < MAX_DAMAGE {
            self.archive.damage.push(damage);
        } else {
            self.untold += 1;
        }
    }
}

/// Whether an object is an entry rather than another object of an archive.
fn is_entry(entry: &Entry<'_>) -> bool {
    let request = entry.request.as_ref();
    request.is_some_and(|request| request.url != Scalar::Absent || request.method != Scalar::Absent)
}

impl<'de> Members<'de> for Tool<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        match &*name {
            "name" => {
                self.name = members
                    .next_value::<Scalar<'de>>()?
                    .text()
                    .unwrap_or_default();
            }
            "version" => self.version = members.next_value::<Scalar<'de>>()?.text(),
            _ => skip(members)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Page<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        match &*name {
            "id" => {
                self.id = members
                    .next_value::<Scalar<'de>>()?
                    .text()
                    .unwrap_or_default();
            }
            "title" => self.title = members.next_value::<Scalar<'de>>()?.text(),
            "startedDateTime" => {
                let started = members.next_value::<Scalar<'de>>()?.text();
                self.started = started.and_then(|text| time::instant(&text, None));
            }
            _ => skip(members)?,
        }
        Ok(())
    }
}
