//! Writes traces of every kind into the folder given as the first argument, for independent readers
//! to be tried on, and `expected.tsv` with what each of them holds.

use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;

use samples::etl::{Counts, EtlTrace, samples};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .ok_or("usage: write_traces <folder>")?,
    );
    std::fs::create_dir_all(&folder)?;
    let mut table = String::from(
        "name\tbuffers\tsystem\tcompact\tperfinfo\tfull\tinstance\tevent\tmessage\terror\tunknown\n",
    );
    for sample in samples() {
        let file = folder.join(format!("{}.etl", sample.name));
        std::fs::write(file, sample.trace.into_bytes()?)?;
        writeln!(table, "{}\t{}", sample.name, row(sample.counts))?;
    }
    std::fs::write(folder.join("expected.tsv"), table)?;
    std::fs::write(folder.join("large.etl"), EtlTrace::large(7, 4 << 20)?)?;
    Ok(())
}

fn row(counts: Counts) -> String {
    let numbers = [
        counts.buffers,
        counts.system,
        counts.compact,
        counts.perf_info,
        counts.full,
        counts.instance,
        counts.event,
        counts.message,
        counts.error,
        counts.unknown,
    ];
    numbers.map(|number| number.to_string()).join("\t")
}
