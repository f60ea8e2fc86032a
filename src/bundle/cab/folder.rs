//! Unpacking one folder of a cabinet, block by block.
//!
//! Each block names its unpacked size and carries a checksum. MSZIP blocks are deflate streams of
//! their own that refer back to the 32 KiB before them ([MS-MCI]); LZX keeps its state over all
//! blocks. So nothing behind a broken block can be trusted, and unpacking ends there.

use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::Decompress;
use joinscope_wire::Cursor;
use lzxd::{Lzxd, WindowSize};

use super::{Folder, Packing};
use crate::bundle::content::Fault;
use crate::bundle::inflate::{self, End};
use crate::model::BlindspotKind;

/// A folder as far as it could be unpacked.
#[derive(Debug)]
pub(in crate::bundle) struct Unpacked {
    pub(in crate::bundle) bytes: Vec<u8>,
    /// Its offset is an offset in the cabinet.
    pub(in crate::bundle) fault: Option<Fault>,
}

/// One data block.
pub(super) struct Block<'a> {
    /// Offset of its header in the cabinet.
    offset: u64,
    checksum: u32,
    /// Everything in the header that the checksum covers: both sizes and the reserved bytes.
    header: &'a [u8],
    pub(super) data: &'a [u8],
    pub(super) unpacked: usize,
}

/// Size of a block's header without reserved bytes.
pub(super) const BLOCK_HEADER: usize = 8;
/// Most that one block may unpack to; also how far MSZIP refers back.
const BLOCK: usize = 32 * 1024;

/// Unpacks at most `declared` bytes, the sum that the block headers gave.
pub(in crate::bundle) fn unpack(cabinet: &[u8], folder: &Folder, declared: u64) -> Unpacked {
    let mut bytes = Vec::new();
    let room = usize::try_from(declared).unwrap_or(usize::MAX);
    if bytes.try_reserve_exact(room).is_err() {
        let detail = format!("There is not enough memory to unpack {declared} bytes.");
        return Unpacked {
            bytes,
            fault: Some(Fault::new(BlindspotKind::Limit, detail)),
        };
    }
    let fault = unpack_onto(&mut bytes, cabinet, folder).err();
    Unpacked { bytes, fault }
}

fn unpack_onto(output: &mut Vec<u8>, cabinet: &[u8], folder: &Folder) -> Result<(), Fault> {
    let mut state = State::new(folder.packing)?;
    for block in blocks(cabinet, folder) {
        let block = block?;
        block.check()?;
        let before = output.len();
        if let Err(reason) = state.unpack(&block, output) {
            return Err(block.fault(&format!("does not unpack ({reason})")));
        }
        let unpacked = output.len() - before;
        if unpacked != block.unpacked {
            return Err(block.fault(&format!(
                "unpacks to {unpacked} of {} bytes",
                block.unpacked
            )));
        }
    }
    Ok(())
}

enum State {
    Stored,
    MsZip(Decompress),
    Lzx(Box<Lzxd>),
}

impl State {
    fn new(packing: Packing) -> Result<Self, Fault> {
        match packing {
            Packing::Stored => Ok(Self::Stored),
            Packing::MsZip => Ok(Self::MsZip(Decompress::new(false))),
            Packing::Lzx(window) => {
                let size = window_size(window).ok_or_else(|| {
                    let detail = format!("The LZX window of 2^{window} bytes does not exist.");
                    Fault::new(BlindspotKind::Damaged, detail)
                })?;
                Ok(Self::Lzx(Box::new(Lzxd::new(size))))
            }
            Packing::Quantum | Packing::Unknown(_) => Err(Fault::new(
                BlindspotKind::Unsupported,
                "The packing is not supported.",
            )),
        }
    }

    fn unpack(&mut self, block: &Block<'_>, output: &mut Vec<u8>) -> Result<(), String> {
        match self {
            Self::Stored => output.extend_from_slice(block.data),
            Self::MsZip(state) => {
                let packed = block
                    .data
                    .strip_prefix(b"CK")
                    .ok_or("it has no MSZIP signature")?;
                let end = mszip(state, packed, output, block.unpacked);
                match end {
                    End::Proper | End::Cut => {}
                    End::Overlong => return Err("it goes on after its declared size".to_owned()),
                    End::Corrupt | End::NoMemory => {
                        return Err("its deflate stream is damaged".to_owned());
                    }
                }
            }
            Self::Lzx(state) => {
                // The decoder asserts on some damage. Its state is not used again after that.
                let unpacked = catch_unwind(AssertUnwindSafe(|| {
                    let unpacked = state.decompress_next(block.data, block.unpacked);
                    unpacked.map(|bytes| output.extend_from_slice(bytes))
                }));
                match unpacked {
                    Ok(result) => result.map_err(|error| error.to_string())?,
                    Err(_) => return Err("its LZX stream is damaged".to_owned()),
                }
            }
        }
        Ok(())
    }
}

fn mszip(state: &mut Decompress, packed: &[u8], output: &mut Vec<u8>, unpacked: usize) -> End {
    state.reset(false);
    let dictionary = output
        .get(output.len().saturating_sub(BLOCK)..)
        .unwrap_or_default();
    if !dictionary.is_empty() && state.set_dictionary(dictionary).is_err() {
        return End::Corrupt;
    }
    inflate::append(state, packed, output, unpacked)
}

fn window_size(exponent: u8) -> Option<WindowSize> {
    Some(match exponent {
        15 => WindowSize::KB32,
        16 => WindowSize::KB64,
        17 => WindowSize::KB128,
        18 => WindowSize::KB256,
        19 => WindowSize::KB512,
        20 => WindowSize::MB1,
        21 => WindowSize::MB2,
        22 => WindowSize::MB4,
        23 => WindowSize::MB8,
        24 => WindowSize::MB16,
        25 => WindowSize::MB32,
        _ => return None,
    })
}

/// The data blocks of a folder; the last one may be a fault where the cabinet is cut.
pub(super) fn blocks<'a>(
    cabinet: &'a [u8],
    folder: &Folder,
) -> impl Iterator<Item = Result<Block<'a>, Fault>> {
    let start = usize::try_from(folder.first_block).unwrap_or(usize::MAX);
    let rest = cabinet.get(start..).unwrap_or_default();
    let mut cursor = Cursor::with_base(rest, folder.first_block.into());
    let reserved = usize::from(folder.reserved);
    let count = folder.blocks;
    let mut broken = false;
    (0..count).map_while(move |index| {
        if broken {
            return None;
        }
        let offset = cursor.offset();
        let block = read_block(&mut cursor, reserved).map_err(|_| {
            broken = true;
            let detail = format!(
                "The cabinet ends inside data block {} of {count} of a folder.",
                index + 1
            );
            Fault::new(BlindspotKind::Truncated, detail).at(offset)
        });
        Some(block)
    })
}

fn read_block<'a>(cursor: &mut Cursor<'a>, reserved: usize) -> joinscope_wire::Result<Block<'a>> {
    let offset = cursor.offset();
    let checksum = cursor.u32("block checksum")?;
    let mut header_cursor = cursor.clone();
    let packed = usize::from(cursor.u16("packed block size")?);
    let unpacked = usize::from(cursor.u16("unpacked block size")?);
    cursor.skip(reserved, "reserved block bytes")?;
    let header = header_cursor.take(4 + reserved, "block header")?;
    let data = cursor.take(packed, "block data")?;
    Ok(Block {
        offset,
        checksum,
        header,
        data,
        unpacked,
    })
}

impl Block<'_> {
    /// A checksum of zero means that none was made. Writers disagree on whether it covers the
    /// reserved bytes, so either sum is right.
    fn check(&self) -> Result<(), Fault> {
        let (sizes, _) = self
            .header
            .split_at_checked(4)
            .unwrap_or((self.header, &[]));
        let data = sum(self.data);
        if self.checksum != 0
            && ![sizes, self.header]
                .map(|header| data ^ sum(header))
                .contains(&self.checksum)
        {
            return Err(self.fault("fails its checksum"));
        }
        if self.unpacked > BLOCK {
            return Err(self.fault(&format!(
                "declares {} bytes, more than a block may hold",
                self.unpacked
            )));
        }
        Ok(())
    }

    fn fault(&self, what: &str) -> Fault {
        let detail = format!(
            "The data block at offset 0x{:x} {what}; nothing behind it in its folder can be unpacked.",
            self.offset
        );
        Fault::new(BlindspotKind::Damaged, detail).at(self.offset)
    }
}

/// The exclusive or of all little-endian words; the one to three last bytes count from high to low.
fn sum(bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks::<4>();
    let whole = words
        .iter()
        .fold(0, |sum, word| sum ^ u32::from_le_bytes(*word));
    whole ^ rest.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}
