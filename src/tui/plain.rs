//! The view as plain lines, for screen readers and terminals that can do nothing: the same screens
//! as text, one below the other, and actions by their names.

use std::io::{self, BufRead, Write};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

use super::action::{Action, Edit, Effect, Move};
use super::app::App;
use super::copy;
use super::draw;
use super::host::{Host, News};
use super::rules;
use super::shell::{go_on, keep, learn, write_out};
use super::update::update;
use super::{Ending, Setup};

/// The page that screens are laid out on: too narrow for panes beside each other.
const PAGE: Size = Size {
    width: 100,
    height: 40,
};

/// Shows a case as plain lines until the user quits or the input ends.
///
/// # Errors
/// The lines cannot be read or written.
pub fn plain(
    setup: &Setup,
    host: &mut dyn Host,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<Ending> {
    let Some(mut app) = wait(setup, host, out)? else {
        return Ok(Ending::Failed);
    };
    writeln!(
        out,
        "Type the name of an action, `help` for all of them, /TEXT to search, \\QUERY to filter, \
         an empty line for the next page, quit to end."
    )?;
    show(&app, out)?;
    let mut line = String::new();
    loop {
        write!(out, "> ")?;
        out.flush()?;
        line.clear();
        if input.read_line(&mut line)? == 0 {
            break;
        }
        if host.call() == Some(super::Call::End) {
            return Ok(Ending::Called);
        }
        for action in meaning(line.trim()) {
            match update(&mut app, action) {
                Effect::Quit => {
                    finish(&mut app, host);
                    return Ok(Ending::Quit);
                }
                Effect::Copy(text) => writeln!(out, "{text}")?,
                // Nobody waits for a frame here, so nothing is done beside.
                Effect::Summarise => {
                    let summary = copy::summary(&app).work();
                    hear(&mut app, summary, out)?;
                }
                Effect::Explain(rule) => {
                    let near = rules::explaining(&app, rule).work();
                    hear(&mut app, near, out)?;
                }
                Effect::Place(placement) => {
                    host.place(&placement);
                    while app.wanted.is_some() && !app.is_busy() {
                        let Some(news) = host.wait() else { break };
                        hear(&mut app, Some(news), out)?;
                    }
                }
                effect => write_out(&mut app, host, effect),
            }
            while go_on(&mut app, host) {}
        }
        keep(&mut app, host);
        while let Some(news) = host.news() {
            hear(&mut app, Some(news), out)?;
        }
        while go_on(&mut app, host) {}
        show(&app, out)?;
    }
    finish(&mut app, host);
    Ok(Ending::Quit)
}

/// Takes in what happened; a text that was made to be copied is written.
fn hear(app: &mut App, news: Option<News>, out: &mut dyn Write) -> io::Result<()> {
    match news {
        Some(News::Composed(text)) => writeln!(out, "{text}")?,
        Some(news) => drop(learn(app, news)),
        None => {}
    }
    Ok(())
}

/// Waits until the case is read.
fn wait(setup: &Setup, host: &mut dyn Host, out: &mut dyn Write) -> io::Result<Option<App>> {
    writeln!(out, "Reading.")?;
    loop {
        match host.wait() {
            Some(News::Case(prepared)) => {
                let mut app = *prepared.0;
                app.keys = setup.keys.0.clone();
                app.can_save = setup.can_save;
                update(&mut app, Action::Resize(PAGE));
                return Ok(Some(app));
            }
            Some(News::Stage(stage)) => writeln!(out, "{stage}")?,
            Some(News::Failed) | None => return Ok(None),
            Some(_) => {}
        }
    }
}

fn finish(app: &mut App, host: &mut dyn Host) {
    if app.can_save {
        // Marks were saved when they were set; of the rest nobody is left to be told.
        let _ = host.save(&app.session());
    }
}

/// What a line asks for.
fn meaning(line: &str) -> Vec<Action> {
    use super::app::Mode;
    let typed = |mode, text: &str| {
        vec![
            Action::Show(mode),
            Action::Edit(Edit::Clear),
            Action::Edit(Edit::Insert(text.to_owned())),
            Action::Accept,
            // A line that was refused is left; why it was is told.
        ]
    };
    if line.is_empty() {
        return vec![Action::Move(Move::PageDown)];
    }
    if let Some(text) = line.strip_prefix('/') {
        return typed(Mode::Search, text);
    }
    if let Some(text) = line.strip_prefix('\\') {
        return typed(Mode::Filter, text);
    }
    if let Some(text) = line.strip_prefix("note ") {
        return typed(Mode::Note, text);
    }
    typed(Mode::Command, line)
}

/// Writes the screen as lines, and what there is to say.
fn show(app: &App, out: &mut dyn Write) -> io::Result<()> {
    let mut terminal = match Terminal::new(TestBackend::new(PAGE.width, PAGE.height)) {
        Ok(terminal) => terminal,
        Err(never) => match never {},
    };
    match terminal.draw(|frame| draw::draw(app, frame)) {
        Ok(_) => {}
        Err(never) => match never {},
    }
    let buffer = terminal.backend().buffer();
    for row in buffer.area.rows() {
        let cells = row
            .columns()
            .filter_map(|place| buffer.cell(place.as_position()));
        let line: String = cells.map(ratatui::buffer::Cell::symbol).collect();
        let line = line.trim_end();
        // The last row has keys, which mean nothing here, or what is told below.
        if !line.is_empty() && row.y + 1 < PAGE.height {
            writeln!(out, "{line}")?;
        }
    }
    let refusal = app.line().and_then(|line| line.refusal.as_ref());
    if let Some(text) = refusal.or(app.message.as_ref()) {
        writeln!(out, "{text}")?;
    }
    Ok(())
}
