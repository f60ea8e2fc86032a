//! Tab-separated tables: a header row that names the columns, one row a line, no quoting.

use std::fmt;

/// A fault in an embedded table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    /// Which table.
    pub table: &'static str,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}: {}", self.table, self.line, self.fault)
    }
}

impl std::error::Error for TableError {}

/// One row's cells, by the order of the columns asked for.
pub(super) struct Row<const N: usize> {
    pub(super) line: usize,
    pub(super) cells: [&'static str; N],
}

/// The rows of `text`, whose header must name exactly `columns`.
pub(super) fn rows<const N: usize>(
    table: &'static str,
    text: &'static str,
    columns: [&str; N],
    faults: &mut Vec<TableError>,
) -> Vec<Row<N>> {
    let mut lines = text.lines().enumerate();
    let header: Vec<&str> = lines
        .next()
        .map_or(Vec::new(), |(_, line)| line.split('\t').collect());
    if header != columns {
        faults.push(TableError {
            table,
            line: 1,
            fault: format!("expected the columns {columns:?}, found {header:?}"),
        });
        return Vec::new();
    }
    let mut rows = Vec::new();
    for (index, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let cells: Vec<&'static str> = line.split('\t').collect();
        match <[&'static str; N]>::try_from(cells) {
            Ok(cells) => rows.push(Row {
                line: index + 1,
                cells,
            }),
            Err(cells) => faults.push(TableError {
                table,
                line: index + 1,
                fault: format!("expected {N} cells, found {}", cells.len()),
            }),
        }
    }
    rows
}

/// A cell where `-` stands for nothing.
pub(super) fn optional(cell: &'static str) -> Option<&'static str> {
    (cell != "-" && !cell.is_empty()).then_some(cell)
}
