//! Writes the session archive that `benches/peers.sh` measures with, and reads it on the threads that
//! RAYON_NUM_THREADS names.
//!
//! `write FILE SESSIONS`; `sessions FILE` as far as sessions with heads and metadata; `events FILE`
//! to events, bodies decoded and searched for secrets.

#[path = "../recordings/archive.rs"]
mod archive;
#[path = "../evidence/opened.rs"]
mod opened;

use std::error::Error;
use std::fs;
use std::mem::forget;

const USAGE: &str = "write FILE SESSIONS, sessions FILE, or events FILE";

#[expect(clippy::print_stdout, reason = "the count is what is compared")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["write", path, sessions] => fs::write(path, archive::archive(sessions.parse()?))?,
        ["sessions", path] => {
            let bundle = opened::bundle(&[path.into()]);
            println!("{}", archive::sessions(&bundle));
            forget(bundle);
        }
        ["events", path] => {
            let reading = opened::reading(&opened::bundle(&[path.into()]));
            println!("{}", reading.batches.len());
            forget(reading);
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}
