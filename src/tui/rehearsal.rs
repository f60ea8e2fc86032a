//! The view without a terminal: keys by their names go in, frames are drawn on a page in memory.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

use super::action::Action;
use super::app::App;
use super::chord::Chord;
use super::draw::draw;
use super::host::Host;
use super::shell::{go_on, hear, write_out};
use super::update::update;
use super::{Opening, Options, Prepared};

/// The view of a case on a page in memory, for whoever wants to know how long its frames take.
#[derive(Debug)]
pub struct Rehearsal {
    app: App,
    terminal: Terminal<TestBackend>,
}

impl Rehearsal {
    /// The view before anything is read, on a page of so many columns and rows.
    pub fn opening(opening: Opening, options: Options, columns: u16, rows: u16) -> Self {
        Self::show(App::opening(opening, options), columns, rows)
    }

    /// The view of a case.
    pub fn of(prepared: Prepared, columns: u16, rows: u16) -> Self {
        Self::show(*prepared.0, columns, rows)
    }

    fn show(mut app: App, columns: u16, rows: u16) -> Self {
        update(&mut app, Action::Resize(Size::new(columns, rows)));
        let terminal = match Terminal::new(TestBackend::new(columns, rows)) {
            Ok(terminal) => terminal,
            Err(never) => match never {},
        };
        Self { app, terminal }
    }

    /// Presses the key of this name; whether it means something here.
    pub fn press(&mut self, key: &str) -> bool {
        let action =
            Chord::parse(key).and_then(|chord| self.app.keys.action(self.app.mode, chord.event()));
        match action {
            Some(action) => {
                update(&mut self.app, action);
                true
            }
            None => false,
        }
    }

    /// One turn of the loop around the view, but for waiting: presses a key, if there is one, takes in
    /// what the host tells, does a slice of what goes on, and draws. Whether the key means something.
    pub fn turn(&mut self, host: &mut dyn Host, key: Option<&str>) -> bool {
        let action = key.and_then(Chord::parse);
        let action = action.and_then(|chord| self.app.keys.action(self.app.mode, chord.event()));
        let is_known = action.is_some();
        if let Some(action) = action {
            let effect = update(&mut self.app, action);
            write_out(&mut self.app, host, effect);
        }
        hear(&mut self.app, host);
        go_on(&mut self.app, host);
        self.draw();
        is_known
    }

    /// Whether the evidence is still read, or something goes on.
    pub fn is_busy(&self) -> bool {
        self.app.reading.is_some() || self.app.is_busy()
    }

    /// How many cases took the place of the one before, and the events of the one that is shown.
    pub fn cases(&self) -> (usize, usize) {
        (self.app.case, self.app.timeline.len())
    }

    /// Does one slice of the work that takes longer than a frame; whether there was any.
    pub fn work(&mut self) -> bool {
        let has_work = self.app.work.is_some();
        if has_work {
            update(&mut self.app, Action::Work);
        }
        has_work
    }

    /// Draws a frame.
    pub fn draw(&mut self) {
        match self.terminal.draw(|frame| draw(&self.app, frame)) {
            Ok(_) => {}
            Err(never) => match never {},
        }
    }

    /// The last frame as text, without the blanks at the ends of its rows.
    pub fn text(&self) -> String {
        let buffer = self.terminal.backend().buffer();
        let mut text = String::new();
        for row in buffer.area.rows() {
            let cells = row
                .columns()
                .filter_map(|place| buffer.cell(place.as_position()));
            let line: String = cells.map(ratatui::buffer::Cell::symbol).collect();
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}
