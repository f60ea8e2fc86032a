//! Writes the generated event log that `benches/peers.sh` measures with: FILE BYTES SEED.

use std::error::Error;
use std::fs;

use samples::evtx::EvtxLog;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("usage: peers-log FILE BYTES SEED");
    let (path, bytes, seed) = (next()?, next()?.parse()?, next()?.parse()?);
    fs::write(path, EvtxLog::large(seed, bytes)?)?;
    Ok(())
}
