//! Plans that outlive their chunk.
//!
//! Each chunk of a log brings the definitions that its records use once more, so most that a reader
//! meets it has met before. They differ in two ways only: a name is a reference to where the chunk has
//! it, and it stands in the definition itself where the chunk uses it for the first time. So a definition
//! is the same as a known one if all other bytes are equal and every reference leads to an equal name.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::plan::Plan;

/// Definitions of one GUID that are kept: one for each way in which its names can stand in it, in life.
const MOST_ALIKE: usize = 8;
/// Bytes of definitions that are kept; beyond it the library begins anew. Real logs have some hundred KiB.
const MOST_BYTES: usize = 16 << 20;

/// Link to the next name (4 bytes) and hash (2) in front of a name's length.
const NAME_HEAD: usize = 6;

/// What is known of definitions, by their GUIDs.
#[derive(Default)]
pub(crate) struct Library {
    by_guid: FxHashMap<[u8; 16], Vec<Known>>,
    bytes: usize,
}

/// A definition that was read, and what it means at the root of an event or inside of one.
struct Known {
    is_root: bool,
    stream: Box<[u8]>,
    names: Box<[NameUse]>,
    plan: Rc<Plan>,
}

/// A reference to a name.
struct NameUse {
    /// Where it stands in the definition's stream.
    at: usize,
    /// Whether the name itself follows.
    is_first: bool,
    /// The name's length and characters.
    name: Box<[u8]>,
}

impl Library {
    /// The plan of the definition whose stream is `chunk[start..end]`, if it is known.
    pub(crate) fn find(
        &self,
        guid: [u8; 16],
        is_root: bool,
        chunk: &[u8],
        (start, end): (usize, usize),
    ) -> Option<Rc<Plan>> {
        let stream = chunk.get(start..end)?;
        let known = self.by_guid.get(&guid)?.iter();
        let mut known = known.filter(|known| known.is_root == is_root);
        let found = known.find(|known| known.is(stream, chunk, start) == Some(true))?;
        Some(Rc::clone(&found.plan))
    }

    /// Keeps a plan; `references` are the places in the chunk where its definition names something.
    pub(crate) fn keep(
        &mut self,
        guid: [u8; 16],
        is_root: bool,
        chunk: &[u8],
        (start, end): (usize, usize),
        references: &[usize],
        plan: &Rc<Plan>,
    ) {
        let Some(stream) = chunk.get(start..end) else {
            return;
        };
        let names = references
            .iter()
            .map(|place| NameUse::read(chunk, start, *place));
        let Some(names) = names.collect::<Option<Vec<_>>>() else {
            return;
        };
        if self.bytes + stream.len() > MOST_BYTES {
            *self = Self::default();
        }
        let alike = self.by_guid.entry(guid).or_default();
        if alike.len() < MOST_ALIKE {
            self.bytes += stream.len();
            alike.push(Known {
                is_root,
                stream: stream.into(),
                names: names.into(),
                plan: Rc::clone(plan),
            });
        }
    }
}

impl Known {
    /// Whether a stream that begins at `start` of its chunk says the same; `None` where it breaks off.
    fn is(&self, stream: &[u8], chunk: &[u8], start: usize) -> Option<bool> {
        if stream.len() != self.stream.len() {
            return Some(false);
        }
        let mut compared = 0;
        for known in &self.names {
            let own = stream.get(compared..known.at)?;
            let offset = reference(stream, known.at)?;
            let is_first = offset == start + known.at + 4;
            let name = chunk.get(offset.checked_add(NAME_HEAD)?..)?;
            if own != self.stream.get(compared..known.at)?
                || is_first != known.is_first
                || !name.starts_with(&known.name)
            {
                return Some(false);
            }
            compared = known.at + 4;
            if is_first {
                // The name, and the NUL behind it.
                compared += NAME_HEAD + known.name.len() + 2;
            }
        }
        Some(stream.get(compared..)? == self.stream.get(compared..)?)
    }
}

impl NameUse {
    fn read(chunk: &[u8], start: usize, place: usize) -> Option<Self> {
        let offset = reference(chunk, place)?;
        let entry = chunk.get(offset.checked_add(NAME_HEAD)?..)?;
        let count = u16::from_le_bytes(*entry.first_chunk()?);
        Some(Self {
            at: place.checked_sub(start)?,
            is_first: offset == place + 4,
            name: entry.get(..2 + usize::from(count) * 2)?.into(),
        })
    }
}

fn reference(bytes: &[u8], at: usize) -> Option<usize> {
    let offset = u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?);
    usize::try_from(offset).ok()
}
