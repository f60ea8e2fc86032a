//! Writes session archives of every generation into the folder given as the first argument, and what
//! is in them into `expected.tsv`, for independent readers. The password is `Sesame-1`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

use samples::instant::{format_rfc3339, parse_rfc3339};
use samples::saz::{Saz, SazSession, three_sessions};

const PASSWORD: &str = "Sesame-1";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .ok_or("usage: write_sessions <folder>")?,
    );
    std::fs::create_dir_all(&folder)?;
    let start = parse_rfc3339("2026-03-02T08:00:00Z").ok_or("the start is no time")?;
    let three = |saz: Saz| three_sessions(start).into_iter().fold(saz, Saz::session);
    let far = SazSession::new(b"GET https://contoso.example/ HTTP/1.1\r\n\r\n")
        .numbered(1200)
        .at(start, 0);
    let archives = [
        ("plain", three(Saz::new())),
        (
            "padded",
            three(Saz::new().padded().with_folder().offset_minutes(120)).session(far),
        ),
        ("mixed", three(Saz::new().mixed().offset_minutes(-330))),
        ("zipcrypto", three(Saz::new().zip_crypto(PASSWORD))),
        ("aes", three(Saz::new().aes_256(PASSWORD).mixed())),
    ];
    // By the order of the sessions, not by what the builder wrote.
    let starts = [1_234_567, 100_000_000, 200_000_000];
    let processes = ["lsass:712", "svchost:1036", ""];
    let mut expected = String::from("archive\tsession\tstart\tprocess\n");
    for (name, saz) in archives {
        std::fs::write(folder.join(format!("{name}.saz")), saz.to_bytes())?;
        for (number, (after, process)) in (1..).zip(starts.iter().zip(processes)) {
            let start = format_rfc3339(start + after);
            writeln!(expected, "{name}\t{number}\t{start}\t{process}")?;
        }
    }
    std::fs::write(folder.join("expected.tsv"), expected)?;
    Ok(())
}
