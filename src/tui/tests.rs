//! The view over a made-up case: what screens look like, what keys do, what cannot go wrong.

mod arrival;
mod device;
mod findings;
pub(super) mod fixture;
mod keys;
mod lines;
mod narrowing;
mod opening;
mod placing;
mod rows;
mod scenarios;
mod screens;
mod steering;
mod taking;

use std::sync::{Arc, LazyLock};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;

use super::Options;
use super::action::{Action, Edit, Effect};
use super::app::{App, Mode};
use super::draw::draw;
use super::rules::explaining;
use super::shell::learn;
use super::text::width;
use super::update::update;
use crate::model::{Report, Zone};
use crate::timeline::Timeline;

const NARROW: Size = Size {
    width: 80,
    height: 24,
};
const WIDE: Size = Size {
    width: 160,
    height: 50,
};

fn options() -> Options {
    Options {
        zone: Zone::Utc,
        color: true,
        ascii: false,
    }
}

/// The made-up case on a terminal of this size.
fn case(size: Size) -> App {
    static CASE: LazyLock<(Arc<Report>, Arc<Timeline>)> = LazyLock::new(|| {
        let timeline = fixture::timeline();
        (Arc::new(fixture::report(&timeline)), Arc::new(timeline))
    });
    let (report, timeline) = &*CASE;
    let mut app = App::new(Arc::clone(report), Arc::clone(timeline), options());
    update(&mut app, Action::Resize(size));
    app
}

/// The same with the attempts open.
fn tried(size: Size) -> App {
    let mut app = case(size);
    update(&mut app, Action::Show(Mode::Phases));
    app
}

/// A report and a timeline of nothing.
fn nothing(size: Size) -> App {
    static NOTHING: LazyLock<Arc<Timeline>> = LazyLock::new(|| Arc::new(fixture::no_events()));
    let mut app = App::new(Arc::new(fixture::empty()), Arc::clone(&NOTHING), options());
    update(&mut app, Action::Resize(size));
    app
}

fn play(app: &mut App, actions: impl IntoIterator<Item = Action>) {
    for action in actions {
        // What a rule is asked is answered at once, as nobody waits for a frame here.
        if let Effect::Explain(rule) = update(app, action)
            && let Some(news) = explaining(app, rule).work()
        {
            learn(app, news);
        }
    }
}

/// Opens the timeline with a filter.
fn filter(app: &mut App, query: &str) {
    let typed = Action::Edit(Edit::Insert(query.to_owned()));
    let cleared = Action::Edit(Edit::Clear);
    let open = [Action::Show(Mode::Timeline), Action::Show(Mode::Filter)];
    play(
        app,
        open.into_iter().chain([cleared, typed, Action::Accept]),
    );
}

fn buffer(app: &App) -> Buffer {
    drawn(app).backend().buffer().clone()
}

fn drawn(app: &App) -> Terminal<TestBackend> {
    let backend = TestBackend::new(app.size.width, app.size.height);
    let mut terminal = Terminal::new(backend).expect("a test terminal");
    terminal
        .draw(|frame| draw(app, frame))
        .expect("a test terminal");
    terminal
}

/// The screen as text, without the blanks at the ends of its rows.
fn screen(app: &App) -> String {
    let buffer = buffer(app);
    let mut text = String::new();
    for row in buffer.area.rows() {
        let mut line = String::new();
        // A wide character lies over the cells behind it.
        let mut covered = 0;
        for place in row.columns() {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            let symbol = buffer[place.as_position()].symbol();
            covered = width(symbol).saturating_sub(1);
            line.push_str(symbol);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
