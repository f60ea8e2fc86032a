//! The files of the evidence while they are read.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::columns::{Align, Cell, Table, cell, column};
use super::{hint, title};
use crate::export::grouped;
use crate::tui::app::App;
use crate::tui::layout::below_title;

/// ```text
/// ── Files 12, reading: 3 of 12 files, 34 % ────────────────────────────────
///   state             bytes file
/// > √ read          163,840 case.zip!/registration.evtx
///   i reading    20,971,520 case.zip!/trace.etl
///   · waiting       913,408 case.zip!/capture.saz
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let Some(reading) = &app.reading else {
        return;
    };
    let (count, words) = (reading.files.len(), reading.words());
    title(app, frame, body, &format!("Files {count}, {words}"));
    if count == 0 {
        hint(frame, below_title(body), "  the evidence is being opened");
        return;
    }
    let columns = [
        column("state", 10, Align::Left),
        column("bytes", 15, Align::Right),
        column("file", 0, Align::End),
    ];
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(body),
    };
    table.draw(frame, app.lists.sources, count, true, |row| {
        reading
            .files
            .get(row)
            .map_or_else(Vec::new, |(file, state)| {
                let sign = app.theme.reading(*state);
                let bytes =
                    usize::try_from(file.bytes).map_or_else(|_| file.bytes.to_string(), grouped);
                vec![
                    Cell(sign.text().into(), sign.style),
                    cell(bytes),
                    cell(&*file.path),
                ]
            })
    });
}
