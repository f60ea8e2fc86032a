//! Fields that hold ids which other events share: `ids.tsv`.

use super::table::{TableError, optional, rows};

/// What an id stands for, which says how much it proves that two events share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdKind {
    /// Made for one request or one run of several.
    Request,
    /// Made for one run of a scheduled task.
    Task,
    /// Names a thing that lasts: a device, an enrolment.
    Thing,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct IdRow {
    /// The payload field, in any letter case; behind a dot a member of the JSON text in it.
    pub field: &'static str,
    /// What the id stands for.
    pub kind: IdKind,
}

pub(super) fn load(text: &'static str, faults: &mut Vec<TableError>) -> Vec<IdRow> {
    let mut table = Vec::new();
    for row in rows("ids.tsv", text, ["field", "kind", "basis"], faults) {
        let [field, kind, basis] = row.cells;
        let kind = match kind {
            "request" => Ok(IdKind::Request),
            "task" => Ok(IdKind::Task),
            "thing" => Ok(IdKind::Thing),
            other => Err(format!("unknown kind {other}")),
        };
        let based = optional(basis).ok_or_else(|| format!("{field} has no basis"));
        match kind.and_then(|kind| based.map(|_| kind)) {
            Ok(kind) => table.push(IdRow { field, kind }),
            Err(fault) => faults.push(TableError {
                table: "ids.tsv",
                line: row.line,
                fault,
            }),
        }
    }
    table
}
