//! `inspect --installed-schemas`: what this Windows knows of the events in traces.

use std::io::{self, BufWriter, Write as _};

use super::args::Evidence;
use super::{Exit, Stop};
use crate::export::clean;
use crate::ingest::installed_schemas;

/// Prints a table with a row for each schema, columns divided by tabs.
pub(super) fn print(evidence: &Evidence) -> Result<Exit, Stop> {
    if evidence.inputs.is_empty() {
        return Err(Stop::Usage("no input given; name trace files".to_owned()));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "provider\tguid\tevent\tversion\tname\tfields")?;
    let (mut read, mut failed) = (false, false);
    for path in &evidence.inputs {
        let shown = clean(&path.to_string_lossy());
        match installed_schemas(path) {
            Ok(found) => {
                read = true;
                for row in found.rows() {
                    writeln!(out, "{}", row.map(|cell| clean(&cell)).join("\t"))?;
                }
                if !evidence.quiet {
                    writeln!(
                        io::stderr(),
                        "{shown}: kinds of events known {}, not known {}, not readable {}",
                        found.schemas.len(),
                        found.unknown,
                        found.unreadable
                    )?;
                }
            }
            Err(error) => {
                failed = true;
                writeln!(
                    io::stderr(),
                    "joinscope: {shown}: {}",
                    clean(&error.to_string())
                )?;
            }
        }
    }
    out.flush()?;
    Ok(match (read, failed) {
        (false, _) => Exit::Unreadable,
        (true, true) => Exit::Partial,
        (true, false) => Exit::Done,
    })
}
