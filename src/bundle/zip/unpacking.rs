//! A deflated member, unpacked as it is asked for.

use flate2::{Decompress, FlushDecompress, Status};

use super::fetch::{crc_fault, deflate_fault};
use super::{Archive, Lock, Member, Method};
use crate::bundle::bytes::Bytes;
use crate::bundle::content::Fault;
use crate::bundle::inflate::End;

/// A member on its way out of the archive. Holds a window of 32 KiB beside what it gives.
#[derive(Debug)]
pub(in crate::bundle) struct Unpacking {
    packed: Bytes,
    state: Decompress,
    declared: u64,
    stated_crc: Option<u32>,
    crc: crc32fast::Hasher,
    /// How much was given.
    given: u64,
    /// Unpacked, and not given yet: a buffer may be larger than it was asked to be.
    over: Vec<u8>,
    end: Option<End>,
}

/// The member from its beginning; `None` for one that is not deflated in the open.
pub(in crate::bundle) fn unpacking(archive: &Archive, member: &Member) -> Option<Unpacking> {
    (member.method == Method::Deflate && member.lock == Lock::Open).then(|| Unpacking {
        packed: archive.bytes.part(member.data.clone()),
        state: Decompress::new(false),
        declared: member.size,
        stated_crc: member.crc,
        crc: crc32fast::Hasher::new(),
        given: 0,
        over: Vec::new(),
        end: None,
    })
}

impl Unpacking {
    /// Appends the next bytes to a buffer, which has the room: as many as asked for, or as many as there
    /// are before the end.
    pub(in crate::bundle) fn fill(&mut self, piece: &mut Vec<u8>, length: usize) {
        let left = self.declared.saturating_sub(self.given);
        let length = usize::try_from(left).map_or(length, |left| left.min(length));
        let start = piece.len();
        let end = start.saturating_add(length);
        piece.append(&mut self.over);
        while self.end.is_none() && piece.len() < end {
            let rest = self.rest();
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let packed = self.packed.get(rest..).unwrap_or_default();
            let result = self
                .state
                .decompress_vec(packed, piece, FlushDecompress::None);
            let stuck = self.state.total_in() == read && self.state.total_out() == written;
            self.end = match result {
                Ok(Status::StreamEnd) => Some(End::Proper),
                Ok(Status::Ok | Status::BufError) => stuck.then_some(End::Cut),
                Err(_) => Some(End::Corrupt),
            };
        }
        self.over = piece.split_off(piece.len().min(end));
        let given = piece.get(start..).unwrap_or_default();
        self.crc.update(given);
        self.given += given.len() as u64;
    }

    /// What is wrong with the member, once its last piece was given.
    pub(in crate::bundle) fn fault(mut self) -> Option<Fault> {
        let end = match self.end.take() {
            _ if !self.over.is_empty() => End::Overlong,
            Some(end) => end,
            None => self.beyond(),
        };
        let crc = self.crc.finalize();
        deflate_fault(end, self.given, self.declared).or_else(|| crc_fault(crc, self.stated_crc))
    }

    /// How a stream ends of which everything that was declared is there: one byte more is a lie.
    fn beyond(&mut self) -> End {
        loop {
            let packed = self.packed.get(self.rest()..).unwrap_or_default();
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let result = self
                .state
                .decompress(packed, &mut [0], FlushDecompress::Finish);
            match result {
                Ok(_) if self.state.total_out() > written => return End::Overlong,
                Ok(Status::StreamEnd) => return End::Proper,
                Ok(Status::Ok | Status::BufError) if self.state.total_in() == read => {
                    return End::Cut;
                }
                Ok(Status::Ok | Status::BufError) => {}
                Err(_) => return End::Corrupt,
            }
        }
    }

    fn rest(&self) -> usize {
        usize::try_from(self.state.total_in()).unwrap_or(usize::MAX)
    }
}
