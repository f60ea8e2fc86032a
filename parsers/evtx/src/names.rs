//! Field names, each stored once per reader and handed out as a number.

use std::sync::Arc;

use joinscope_wire::{Cursor, Result, push_utf16le};
use rustc_hash::FxHashMap;

/// A field name; ids are dense and count from 0, so a sink can keep a table by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameId(pub u32);

/// The names met so far.
#[derive(Debug, Default)]
pub(crate) struct Names {
    ids: FxHashMap<Arc<str>, NameId>,
    items: Vec<Arc<str>>,
    /// `Data1`, `Data2` …: what items without a name are called.
    unnamed: Vec<NameId>,
}

impl Names {
    pub(crate) fn id(&mut self, name: &str) -> NameId {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let id = NameId(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
        let name: Arc<str> = Arc::from(name);
        self.ids.insert(Arc::clone(&name), id);
        self.items.push(name);
        id
    }

    pub(crate) fn get(&self, id: NameId) -> &str {
        self.items.get(id.0 as usize).map_or("", |name| name)
    }

    /// The name of the item without a name at `position`, counted from 1.
    pub(crate) fn unnamed(&mut self, position: usize) -> NameId {
        while self.unnamed.len() < position {
            let id = self.id(&format!("Data{}", self.unnamed.len() + 1));
            self.unnamed.push(id);
        }
        self.unnamed
            .get(position.saturating_sub(1))
            .copied()
            .unwrap_or(NameId(0))
    }
}

/// Passes over a reference to an element or attribute name and returns the offset in the chunk that it
/// leads to. The name follows in place when it is used for the first time.
pub(crate) fn read_reference(cursor: &mut Cursor<'_>) -> Result<usize> {
    let offset = cursor.u32("name offset")? as usize;
    if offset == cursor.position() {
        name_entry(cursor)?;
    }
    Ok(offset)
}

/// The name whose entry stands at this offset of the chunk.
pub(crate) fn name_at(chunk: &[u8], offset: usize) -> Result<String> {
    let mut entry = Cursor::new(chunk);
    entry.seek(offset, "name entry")?;
    let bytes = name_entry(&mut entry)?;
    let mut name = String::with_capacity(bytes.len() / 2);
    push_utf16le(bytes, &mut name);
    Ok(name)
}

/// Next-name link (4 bytes), hash (2), character count (2), characters, NUL (2).
fn name_entry<'c>(cursor: &mut Cursor<'c>) -> Result<&'c [u8]> {
    cursor.skip(6, "name link and hash")?;
    let count = usize::from(cursor.u16("name length")?);
    let characters = cursor.take(count * 2, "name")?;
    cursor.skip(2, "name terminator")?;
    Ok(characters)
}
