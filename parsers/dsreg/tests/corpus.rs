//! Real outputs that are not part of the project: no row may be lost.
//!
//! Rows are counted a second time by a scan that shares nothing with the
//! parser. Without the files the test says so and passes.

use std::path::Path;

use joinscope_dsreg::{Capture, join_state, parse_bytes, sniff_bytes};

/// Rows by a naive rule: letters and blanks, a blank, a colon.
fn naive_rows(text: &str) -> Vec<(usize, String)> {
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some((name, rest)) = line.split_once(" :") {
            let is_name = name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || " -".contains(c));
            if is_name && (rest.is_empty() || rest.starts_with(' ')) {
                rows.push((number, format!("{}={}", name.trim(), rest.trim())));
            }
        }
    }
    rows
}

#[test]
fn no_row_is_lost() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/dsregcmd");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is absent", folder.display());
        return;
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
    {
        let bytes = std::fs::read(path).expect("the listed file can be read");
        let report = parse_bytes(&bytes);
        let fields = report.captures.iter().flat_map(Capture::fields);
        let found: Vec<_> = fields
            .map(|f| (f.line, format!("{}={}", f.name, f.raw)))
            .collect();
        assert_eq!(
            found,
            naive_rows(&String::from_utf8_lossy(&bytes)),
            "{}",
            path.display()
        );
        assert!(sniff_bytes(&bytes), "{}", path.display());
        assert_eq!(report.captures.len(), 1, "{}", path.display());
        let unknown = report
            .captures
            .iter()
            .flat_map(Capture::fields)
            .find(|field| !field.known);
        assert_eq!(unknown, None, "{}", path.display());
        eprintln!(
            "{} rows, {} problems, {:?}",
            found.len(),
            report.problems.len(),
            join_state(&report.captures[0]).kind
        );
    }
}
