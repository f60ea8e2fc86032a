//! `joinscope.report/1` as JSON; `docs/JSON.md` is its contract.

use std::io::{self, Write};

use super::{Section, View};
use crate::model::Report;
use crate::timeline::Timeline;

/// Writes the report, or one key of it with the schema.
pub(super) fn write(
    report: &Report,
    _timeline: &Timeline,
    section: Section,
    _view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    match section {
        Section::All => serde_json::to_writer_pretty(&mut *out, report)?,
        Section::Gaps => {
            let part = serde_json::json!({ "schema": report.schema, "gaps": report.gaps });
            serde_json::to_writer_pretty(&mut *out, &part)?;
        }
        Section::Tokens => {
            let part = serde_json::json!({ "schema": report.schema, "tokens": report.tokens });
            serde_json::to_writer_pretty(&mut *out, &part)?;
        }
        Section::Findings => {
            let part = serde_json::json!({
                "schema": report.schema,
                "verdict": report.verdict,
                "findings": report.findings,
                "ruled_out": report.ruled_out,
                "cannot_tell": report.cannot_tell,
            });
            serde_json::to_writer_pretty(&mut *out, &part)?;
        }
        Section::Sources => {
            let part = serde_json::json!({
                "schema": report.schema,
                "inputs": report.inputs,
                "sources": report.sources,
                "blindspots": report.blindspots,
            });
            serde_json::to_writer_pretty(&mut *out, &part)?;
        }
    }
    out.write_all(b"\n")
}
