//! Writes small PDBs. It shares nothing with the reader but the documentation.
//!
//! The streams lie in pages that alternate between the streams, so that no
//! reader can take a stream for one piece of the file.

#![expect(
    clippy::unwrap_used,
    reason = "a sample that does not fit its numbers is a mistake of the test"
)]

/// A PDB that is being described.
pub(crate) struct Pdb {
    pub(crate) page_size: usize,
    pub(crate) guid: [u8; 16],
    pub(crate) age: u32,
    pub(crate) modules: Vec<Module>,
    /// Symbols that belong to no module.
    pub(crate) global_symbols: Vec<u8>,
}

/// A module and its symbol records.
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) symbols: Vec<u8>,
}

impl Pdb {
    pub(crate) fn new(page_size: usize) -> Self {
        Self {
            page_size,
            guid: *b"0123456789abcdef",
            age: 3,
            modules: Vec::new(),
            global_symbols: Vec::new(),
        }
    }

    pub(crate) fn module(mut self, name: &str, symbols: &[Vec<u8>]) -> Self {
        self.modules.push(Module {
            name: name.into(),
            symbols: symbols.concat(),
        });
        self
    }

    pub(crate) fn global(mut self, symbols: &[Vec<u8>]) -> Self {
        self.global_symbols = symbols.concat();
        self
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        container(self.page_size, &self.streams())
    }

    /// Old directory, identity, types, modules, item types, globals, modules' own.
    fn streams(&self) -> Vec<Vec<u8>> {
        let mut identity = Vec::new();
        identity.extend(20_000_404_u32.to_le_bytes());
        identity.extend(0_u32.to_le_bytes());
        identity.extend(1_u32.to_le_bytes());
        identity.extend(self.guid);
        let mut streams = vec![vec![], identity, vec![], self.dbi(), vec![]];
        streams.push(self.global_symbols.clone());
        for module in &self.modules {
            streams.push([&4_u32.to_le_bytes()[..], &module.symbols, b"LINES"].concat());
        }
        streams
    }

    pub(crate) fn dbi(&self) -> Vec<u8> {
        let mut list = Vec::new();
        for (at, module) in self.modules.iter().enumerate() {
            list.extend([0; 4 + 28 + 2]);
            list.extend(u16::try_from(at + 6).unwrap().to_le_bytes());
            let size = u32::try_from(module.symbols.len() + 4).unwrap();
            list.extend(size.to_le_bytes());
            list.extend(0_u32.to_le_bytes());
            list.extend(5_u32.to_le_bytes());
            list.extend([0; 16]);
            list.extend(module.name.as_bytes());
            list.push(0);
            list.extend(b"x.obj\0");
            list.resize(list.len().next_multiple_of(4), 0);
        }
        let mut dbi = Vec::new();
        dbi.extend((-1_i32).to_le_bytes());
        dbi.extend(19_990_903_u32.to_le_bytes());
        dbi.extend(self.age.to_le_bytes());
        dbi.extend([0; 8]);
        dbi.extend(5_u16.to_le_bytes());
        dbi.extend([0; 2]);
        dbi.extend(u32::try_from(list.len()).unwrap().to_le_bytes());
        dbi.resize(64, 0);
        dbi.extend(list);
        dbi
    }
}

/// A symbol record of a kind.
pub(crate) fn symbol(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut content = content.to_vec();
    content.resize(content.len().next_multiple_of(4), 0);
    let length = u16::try_from(content.len() + 2).unwrap();
    [&length.to_le_bytes()[..], &kind.to_le_bytes(), &content].concat()
}

/// An annotation with these strings.
pub(crate) fn annotation(strings: &[&str]) -> Vec<u8> {
    let mut content = vec![0x10, 0, 0, 0, 1, 0];
    content.extend(u16::try_from(strings.len()).unwrap().to_le_bytes());
    for string in strings {
        content.extend(string.as_bytes());
        content.push(0);
    }
    symbol(0x1019, &content)
}

/// A container with these streams.
pub(crate) fn container(page_size: usize, streams: &[Vec<u8>]) -> Vec<u8> {
    // Page 0 is the head, pages 1 and 2 are the maps of free pages.
    let mut pages: Vec<Vec<u8>> = vec![vec![0; page_size]; 3];
    let mut numbers: Vec<Vec<u32>> = vec![Vec::new(); streams.len()];
    let longest = streams.iter().map(Vec::len).max().unwrap_or(0);
    for turn in 0..longest.div_ceil(page_size) {
        for (stream, numbers) in streams.iter().zip(&mut numbers) {
            let Some(part) = stream.chunks(page_size).nth(turn) else {
                continue;
            };
            numbers.push(add_page(&mut pages, page_size, part));
        }
    }
    let mut directory = Vec::new();
    directory.extend(u32::try_from(streams.len()).unwrap().to_le_bytes());
    for stream in streams {
        // An empty stream is written as one that does not exist.
        let size = u32::try_from(stream.len()).unwrap();
        let size = if size == 0 { u32::MAX } else { size };
        directory.extend(size.to_le_bytes());
    }
    directory.extend(
        numbers
            .concat()
            .iter()
            .flat_map(|number| number.to_le_bytes()),
    );
    with_directory(page_size, pages, &directory)
}

/// A container of pages, the first three reserved, and a directory over them.
pub(crate) fn with_directory(
    page_size: usize,
    mut pages: Vec<Vec<u8>>,
    directory: &[u8],
) -> Vec<u8> {
    let mut map = Vec::new();
    for part in directory.chunks(page_size) {
        map.extend(add_page(&mut pages, page_size, part).to_le_bytes());
    }
    assert!(map.len() <= page_size);
    let map_page = add_page(&mut pages, page_size, &map);
    let head = head(page_size, pages.len(), directory.len(), map_page);
    pages[0][..head.len()].copy_from_slice(&head);
    pages.concat()
}

fn head(page_size: usize, pages: usize, directory: usize, map_page: u32) -> Vec<u8> {
    let mut head = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0".to_vec();
    let fields = [page_size, 1, pages, directory, 0];
    head.extend(
        fields
            .iter()
            .flat_map(|field| u32::try_from(*field).unwrap().to_le_bytes()),
    );
    head.extend(map_page.to_le_bytes());
    head
}

fn add_page(pages: &mut Vec<Vec<u8>>, page_size: usize, content: &[u8]) -> u32 {
    let mut page = content.to_vec();
    page.resize(page_size, 0);
    pages.push(page);
    u32::try_from(pages.len() - 1).unwrap()
}
