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
        match cells(line) {
            Ok(cells) => rows.push(Row {
                line: index + 1,
                cells,
            }),
            Err(found) => faults.push(TableError {
                table,
                line: index + 1,
                fault: format!("expected {N} cells, found {found}"),
            }),
        }
    }
    rows
}

/// The cells of a line, or how many there are where these are not `N`.
fn cells<const N: usize>(line: &'static str) -> Result<[&'static str; N], usize> {
    let mut cells = [""; N];
    let mut found = 0;
    for cell in split(line, b'\t') {
        if let Some(place) = cells.get_mut(found) {
            *place = cell;
        }
        found += 1;
    }
    if found == N { Ok(cells) } else { Err(found) }
}

/// The parts of a text between these ASCII letters.
pub(super) fn split(text: &'static str, at: u8) -> impl Iterator<Item = &'static str> {
    let mut begin = 0;
    let ends = memchr::memchr_iter(at, text.as_bytes()).chain([text.len()]);
    ends.map(move |end| {
        let part = text.get(begin..end).unwrap_or_default();
        begin = end + 1;
        part
    })
}

/// A cell where `-` stands for nothing.
pub(super) fn optional(cell: &'static str) -> Option<&'static str> {
    (cell != "-" && !cell.is_empty()).then_some(cell)
}
