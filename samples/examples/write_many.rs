//! Writes an event log with so many events to a path: the count is the first argument, the path the
//! second.

use std::error::Error;
use std::path::PathBuf;

use samples::evtx::EvtxLog;

const USAGE: &str = "usage: write_many <count> <file>";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().ok_or(USAGE)?.parse()?;
    let path = PathBuf::from(arguments.next().ok_or(USAGE)?);
    std::fs::write(path, EvtxLog::many(count)?)?;
    Ok(())
}
