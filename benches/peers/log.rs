//! Writes the event log that `benches/peers.sh` measures with: OUTPUT BYTES SEED [LOG...].
//!
//! Without further logs everything in it is generated. Else it repeats their full chunks, each once
//! before any comes again, in an order that the seed gives; records are numbered anew, so that the
//! whole is one sound log, and nothing else of them is changed.

mod chunks;

use std::error::Error;
use std::fs;

use samples::evtx::EvtxLog;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or("usage: peers-log OUTPUT BYTES SEED [LOG...]")
    };
    let (path, bytes, seed) = (next()?, next()?.parse()?, next()?.parse()?);
    let logs = arguments.map(fs::read).collect::<Result<Vec<_>, _>>()?;
    let log = if logs.is_empty() {
        EvtxLog::large(seed, bytes)?
    } else {
        chunks::repeated(&logs, bytes, seed).ok_or("none of these logs has a full chunk")?
    };
    fs::write(path, log)?;
    Ok(())
}
