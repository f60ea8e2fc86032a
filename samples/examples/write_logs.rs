//! Writes event logs of every kind into the folder given as the first argument, for independent
//! readers to be tried on. The number in a file's name is the count of its records.

use std::error::Error;
use std::path::PathBuf;

use samples::evtx::{Checksums, Closure, EventSpec, EvtxLog, every_form, without_template};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .ok_or("usage: write_logs <folder>")?,
    );
    std::fs::create_dir_all(&folder)?;
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.join(name), bytes);

    write("gallery-29.evtx", every_form().to_bytes()?)?;
    write("untemplated-1.evtx", without_template().to_bytes()?)?;
    write(
        "empty-0.evtx",
        EvtxLog::new("Application", "DESKTOP-EXMPL01").to_bytes()?,
    )?;
    write("plain-400.evtx", several_chunks().to_bytes()?)?;
    write(
        "wrapped-400.evtx",
        several_chunks().oldest_chunk_at(2).to_bytes()?,
    )?;
    write(
        "unchecked-400.evtx",
        several_chunks().checksums(Checksums::Absent).to_bytes()?,
    )?;
    write(
        "dirty-400.evtx",
        several_chunks().closure(Closure::Dirty).to_bytes()?,
    )?;
    write(
        "stale-400.evtx",
        several_chunks()
            .closure(Closure::DirtyAndStale)
            .to_bytes()?,
    )?;
    write(
        "spare-400.evtx",
        several_chunks().spare_chunks(4).to_bytes()?,
    )?;
    write(
        "older-400.evtx",
        several_chunks().minor_version(1).to_bytes()?,
    )?;
    write("large.evtx", EvtxLog::large(7, 4 << 20)?)?;
    Ok(())
}

/// Four hundred events over four chunks, identifiers from 1000 with a hole of five at the middle.
fn several_chunks() -> EvtxLog {
    let mut log = EvtxLog::new("Contoso/Operational", "DESKTOP-EXMPL01");
    log.first_record_id(1000);
    for number in 0..400_u32 {
        if number == 200 {
            log.skip_ids(5);
        }
        let event = EventSpec::new("Contoso", "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966", 7)
            .at(134_169_120_000_000_000 + u64::from(number) * 10_000_000)
            .field("Number", number)
            .field(
                "Text",
                "x".repeat(usize::try_from(number % 97).unwrap_or(0)),
            );
        log.event(event);
    }
    log
}
