//! Writes the folder of small event logs that `benches/peers.sh` measures with:
//! FOLDER COUNT SEED [LOG...].
//!
//! Each has one chunk with records and up to two that were allocated and never used, as the logs of a
//! collection of diagnostics mostly are. Without further logs the chunks are generated, else they are
//! those of the logs.

mod chunks;

use std::error::Error;
use std::fs;
use std::path::Path;

use samples::evtx::EvtxLog;

const FILE_HEADER: usize = 4096;
const CHUNK: usize = 65536;
/// Sizes of files that come one after the other, in chunks that were never used.
const UNUSED: usize = 3;
/// Chunks of a log that one for a file is looked for in.
const NEIGHBOURS: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or("usage: peers-folder FOLDER COUNT SEED [LOG...]")
    };
    let (folder, count, seed) = (next()?, next()?.parse::<usize>()?, next()?.parse::<u64>()?);
    let logs = arguments.map(fs::read).collect::<Result<Vec<_>, _>>()?;
    fs::create_dir_all(&folder)?;
    for number in 0..count {
        let size = FILE_HEADER + CHUNK;
        let seed = seed + number as u64;
        let log = neighbours(&logs, number, count)
            .and_then(|neighbours| chunks::repeated(&[neighbours], size, seed));
        let mut log = match log {
            Some(log) => log,
            // Where there are no logs, or no full chunk at this place of them.
            None => EvtxLog::large(seed, size)?,
        };
        log.resize(log.len() + CHUNK * (number % UNUSED), 0);
        fs::write(Path::new(&folder).join(format!("{number:04}.evtx")), log)?;
    }
    Ok(())
}

/// A few chunks of one of the logs, as a log.
fn neighbours(logs: &[Vec<u8>], number: usize, count: usize) -> Option<Vec<u8>> {
    let log = logs.get(number % logs.len().max(1))?;
    let chunks = (log.len().checked_sub(FILE_HEADER)? / CHUNK).checked_sub(1)?;
    let first = FILE_HEADER + chunks * number / count.max(1) * CHUNK;
    let end = (first + NEIGHBOURS * CHUNK).min(log.len());
    Some([log.get(..FILE_HEADER)?, log.get(first..end)?].concat())
}
