//! Cabinet files, sound and faulty.
//!
//! Source: [MS-CAB]. A folder is one compressed stream through all its files, cut into blocks of
//! 32 KiB of plain bytes; each MSZIP block may refer back to the one before it.

use super::deflate::Deflater;
use super::{DEFAULT_TIME, dos_date_and_time, narrow, short, wide};

const HEADER_SIZE: usize = 36;
const FOLDER_SIZE: usize = 8;
const BLOCK_SIZE: usize = 32_768;
/// The archive bit, and the bit that says the name is UTF-8.
const ATTRIBUTE_ARCHIVE: u16 = 0x20;
const ATTRIBUTE_UTF8: u16 = 0x80;

/// A cabinet that is being described.
#[derive(Debug, Clone, Default)]
pub struct CabBundle {
    folders: Vec<CabFolder>,
    faults: Vec<CabFault>,
}

/// One folder: a run of files that are packed together.
#[derive(Debug, Clone)]
pub struct CabFolder {
    packing: Packing,
    files: Vec<(String, Vec<u8>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Stored,
    MsZip,
}

/// What is wrong with a cabinet. Folders, blocks and files count from zero; one that does not exist
/// changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CabFault {
    /// A block's checksum does not fit its bytes.
    BlockChecksum {
        /// Folder of the block.
        folder: usize,
        /// Block within the folder.
        block: usize,
    },
    /// A file names a folder of its own choice. 0xFFFD to 0xFFFF stand for folders that continue
    /// from or into another cabinet.
    FolderIndex {
        /// File, counted through all folders.
        file: usize,
        /// Folder that it names.
        index: u16,
    },
    /// A file names a size of its own choice.
    FileSize {
        /// File, counted through all folders.
        file: usize,
        /// Size that it names.
        size_bytes: u32,
    },
    /// A block names a size of its plain bytes of its own choice.
    BlockSize {
        /// Folder of the block.
        folder: usize,
        /// Block within the folder.
        block: usize,
        /// Size that it names.
        size_bytes: u16,
    },
}

impl CabBundle {
    /// A cabinet without folders.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a folder.
    #[must_use]
    pub fn folder(mut self, folder: CabFolder) -> Self {
        self.folders.push(folder);
        self
    }

    /// Makes something wrong.
    #[must_use]
    pub fn fault(mut self, fault: CabFault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The cabinet.
    pub fn to_bytes(&self) -> Vec<u8> {
        let files = self.file_table();
        let files_at = HEADER_SIZE + FOLDER_SIZE * self.folders.len();
        let mut folder_table = Vec::new();
        let mut blocks = Vec::new();
        for (number, folder) in self.folders.iter().enumerate() {
            let at = files_at + files.len() + blocks.len();
            let (count, bytes) = self.blocks(number, folder);
            blocks.extend(bytes);
            let method: u16 = match folder.packing {
                Packing::Stored => 0,
                Packing::MsZip => 1,
            };
            folder_table.extend(narrow(wide(at)).to_le_bytes());
            folder_table.extend([count, method].map(u16::to_le_bytes).concat());
        }
        let total = files_at + files.len() + blocks.len();
        let header = self.header(total, files_at);
        [header, folder_table, files, blocks].concat()
    }

    fn header(&self, total: usize, files_at: usize) -> Vec<u8> {
        let file_count = self.folders.iter().map(|folder| folder.files.len()).sum();
        let mut out = b"MSCF".to_vec();
        let fields = [0, narrow(wide(total)), 0, narrow(wide(files_at)), 0];
        out.extend(fields.map(u32::to_le_bytes).concat());
        // Version 1.3, minor first.
        out.extend([3, 1]);
        // Counts, then no flags, set 0, cabinet 0.
        let shorts = [short(self.folders.len()), short(file_count), 0, 0, 0];
        out.extend(shorts.map(u16::to_le_bytes).concat());
        out
    }

    fn file_table(&self) -> Vec<u8> {
        let (date, time) = dos_date_and_time(DEFAULT_TIME);
        let mut out = Vec::new();
        let mut file_number = 0;
        for (folder_number, folder) in self.folders.iter().enumerate() {
            let mut start = 0;
            for (name, bytes) in &folder.files {
                let (mut size, mut index) = (narrow(wide(bytes.len())), short(folder_number));
                for fault in &self.faults {
                    match fault {
                        CabFault::FolderIndex { file, index: named } if *file == file_number => {
                            index = *named;
                        }
                        CabFault::FileSize { file, size_bytes } if *file == file_number => {
                            size = *size_bytes;
                        }
                        _ => {}
                    }
                }
                let utf8 = if name.is_ascii() { 0 } else { ATTRIBUTE_UTF8 };
                let shorts = [index, date, time, ATTRIBUTE_ARCHIVE | utf8];
                out.extend([size, narrow(wide(start))].map(u32::to_le_bytes).concat());
                out.extend(shorts.map(u16::to_le_bytes).concat());
                out.extend(name.bytes().chain([0]));
                start += bytes.len();
                file_number += 1;
            }
        }
        out
    }

    /// The blocks of a folder and their count.
    fn blocks(&self, folder_number: usize, folder: &CabFolder) -> (u16, Vec<u8>) {
        let plain = folder
            .files
            .iter()
            .map(|(_, bytes)| bytes.as_slice())
            .collect::<Vec<_>>()
            .concat();
        let mut out = Vec::new();
        let mut history: &[u8] = &[];
        let mut count = 0;
        for (number, piece) in plain.chunks(BLOCK_SIZE).enumerate() {
            let packed = match folder.packing {
                Packing::Stored => piece.to_vec(),
                Packing::MsZip => ms_zip_block(piece, history),
            };
            out.extend(self.block(folder_number, number, piece.len(), &packed));
            history = piece;
            count += 1;
        }
        (count, out)
    }

    fn block(&self, folder: usize, number: usize, plain_size: usize, packed: &[u8]) -> Vec<u8> {
        let mut plain_size = short(plain_size);
        let mut flip = 0;
        for fault in &self.faults {
            match fault {
                CabFault::BlockChecksum { folder: f, block }
                    if (*f, *block) == (folder, number) =>
                {
                    flip = 0xA5A5_A5A5;
                }
                CabFault::BlockSize {
                    folder: f,
                    block,
                    size_bytes,
                } if (*f, *block) == (folder, number) => {
                    plain_size = *size_bytes;
                }
                _ => {}
            }
        }
        let sizes = [short(packed.len()), plain_size]
            .map(u16::to_le_bytes)
            .concat();
        let checksum = checksum(&sizes, checksum(packed, 0)) ^ flip;
        [&checksum.to_le_bytes(), sizes.as_slice(), packed].concat()
    }
}

impl CabFolder {
    /// A folder whose bytes are kept as they are.
    pub fn stored() -> Self {
        Self {
            packing: Packing::Stored,
            files: Vec::new(),
        }
    }

    /// A folder packed with MSZIP.
    pub fn ms_zip() -> Self {
        Self {
            packing: Packing::MsZip,
            files: Vec::new(),
        }
    }

    /// Appends a file. The name is written as it is given.
    #[must_use]
    pub fn file(mut self, name: &str, bytes: &[u8]) -> Self {
        self.files.push((name.to_owned(), bytes.to_vec()));
        self
    }
}

fn ms_zip_block(plain: &[u8], history: &[u8]) -> Vec<u8> {
    let mut deflater = Deflater::after(history);
    deflater.feed(plain);
    [b"CK".as_slice(), &deflater.finish()].concat()
}

/// Exclusive-or of all 32-bit words; the bytes left over count in reverse order ([MS-CAB] 3.1).
fn checksum(bytes: &[u8], seed: u32) -> u32 {
    let (words, rest) = bytes.as_chunks::<4>();
    let sum = words
        .iter()
        .fold(seed, |sum, word| sum ^ u32::from_le_bytes(*word));
    sum ^ rest
        .iter()
        .fold(0, |last, byte| last << 8 | u32::from(*byte))
}
