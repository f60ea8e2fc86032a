//! `joinscope.report/1` as JSON; `docs/JSON.md` is its contract.

use std::io::{self, Write};

use serde_json::json;

use super::{Section, View};
use crate::model::Report;
use crate::redact::ShownTimeline;

/// Writes the report, or one key of it with the schema.
pub(super) fn write(
    report: &Report,
    _timeline: ShownTimeline<'_>,
    section: Section,
    _view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut part = match section {
        Section::All => {
            serde_json::to_writer_pretty(&mut *out, report)?;
            return out.write_all(b"\n");
        }
        Section::Gaps => json!({ "gaps": report.gaps }),
        Section::Tokens => json!({ "tokens": report.tokens }),
        Section::Findings => json!({
            "verdict": report.verdict,
            "findings": report.findings,
            "ruled_out": report.ruled_out,
            "cannot_tell": report.cannot_tell,
        }),
        Section::Sources => json!({
            "inputs": report.inputs,
            "sources": report.sources,
            "blindspots": report.blindspots,
        }),
    };
    part["schema"] = json!(report.schema);
    if let Some(redaction) = &report.redaction {
        part["redaction"] = json!(redaction);
    }
    serde_json::to_writer_pretty(&mut *out, &part)?;
    out.write_all(b"\n")
}
