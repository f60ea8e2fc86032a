//! The loop around the state: draws it, waits for keys and for news, and does what they lead to.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{self, Event, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::action::{Action, Effect, Move};
use super::app::App;
use super::arrival::{self, Kind};
use super::copy;
use super::draw::draw;
use super::host::{Call, Host, News, Task};
use super::keymap;
use super::rules;
use super::terminal::Screen;
use super::text::counted;
use super::update::{ask, show_near, update};
use super::ways::{Job, ways};
use super::{Ending, Setup};

/// How long to wait for a key before signals and news are looked at.
const BEAT: Duration = Duration::from_millis(40);
/// Keys and news that are taken in before the next frame, so that none waits for ever.
const MOST: usize = 256;
/// Bytes that terminals take for their clipboard at once; longer copies go to a file.
const CLIPBOARD: usize = 74_000;
/// Rows that one notch of the wheel moves.
const NOTCH: usize = 3;

/// Draws, waits, applies, until something asks to end.
pub(super) fn converse(
    app: &mut App,
    screen: &mut Screen,
    setup: &Setup,
    host: &mut dyn Host,
) -> io::Result<Ending> {
    let size = screen.size()?;
    update(app, Action::Resize(size));
    let mut is_stale = true;
    loop {
        if is_stale {
            screen.draw(|frame| draw(app, frame))?;
        }
        is_stale = false;
        if let Some(ending) = heed(app, screen, host)? {
            return Ok(ending);
        }
        // Keys that came in meanwhile are applied before the next frame, so that a held key never
        // runs behind.
        let wait = if app.is_busy() { Duration::ZERO } else { BEAT };
        let mut is_waiting = has_input(wait)?;
        for _ in 0..MOST {
            if !is_waiting {
                break;
            }
            is_stale = true;
            for action in meaning(app, &event::read()?) {
                let effect = update(app, action);
                if let Some(ending) = follow(app, screen, setup, host, effect)? {
                    return Ok(ending);
                }
            }
            is_waiting = has_input(Duration::ZERO)?;
        }
        let heard = hear(app, host);
        is_stale |= heard.is_any;
        if let Some(text) = heard.copy {
            follow(app, screen, setup, host, Effect::Copy(text))?;
        }
        if let Some(ending) = heard.ending {
            return Ok(ending);
        }
        is_stale |= go_on(app, host);
        keep(app, host);
    }
}

/// What came of what happened beside the view.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) is_any: bool,
    /// A text that is to be copied.
    pub(super) copy: Option<String>,
    pub(super) ending: Option<Ending>,
}

/// Takes in what happened beside the view.
pub(super) fn hear(app: &mut App, host: &mut dyn Host) -> Heard {
    let mut heard = Heard::default();
    for _ in 0..MOST {
        let Some(news) = host.news() else {
            break;
        };
        heard.is_any = true;
        if let News::Composed(text) = &news {
            heard.copy = Some(text.clone());
        }
        heard.ending = learn(app, news);
        if heard.ending.is_some() {
            break;
        }
    }
    if heard.is_any {
        // Once for all of it, as there can be a piece of news for each of many files.
        let size = app.size;
        update(app, Action::Resize(size));
    }
    heard
}

/// Does a slice of what takes longer than a frame; whether there was any. Cases that are shown no
/// longer are let go beside the view.
pub(super) fn go_on(app: &mut App, host: &mut dyn Host) -> bool {
    let is_busy = app.is_busy();
    if is_busy {
        update(app, Action::Work);
    }
    for case in app.gone.drain(..) {
        host.beside(Task::new(move || {
            drop(case);
            None
        }));
    }
    is_busy
}

/// Whether a key or the like came in within this time.
fn has_input(wait: Duration) -> io::Result<bool> {
    match event::poll(wait) {
        // A signal ends the wait; it is looked at next.
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(false),
        answer => answer,
    }
}

/// What an input event asks for in the present mode.
fn meaning(app: &App, event: &Event) -> Vec<Action> {
    match event {
        Event::Key(key) => key_meaning(app, *key),
        Event::Resize(width, height) => vec![Action::Resize((*width, *height).into())],
        Event::Paste(text) => keymap::pasted(app.mode, text).into_iter().collect(),
        Event::Mouse(mouse) => mouse_meaning(*mouse),
        _ => Vec::new(),
    }
}

fn key_meaning(app: &App, key: KeyEvent) -> Vec<Action> {
    app.keys.action(app.mode, key).into_iter().collect()
}

fn mouse_meaning(mouse: MouseEvent) -> Vec<Action> {
    match mouse.kind {
        MouseEventKind::ScrollDown => vec![Action::Move(Move::Down); NOTCH],
        MouseEventKind::ScrollUp => vec![Action::Move(Move::Up); NOTCH],
        MouseEventKind::Down(MouseButton::Left) => {
            vec![Action::Click(Position::new(mouse.column, mouse.row))]
        }
        _ => Vec::new(),
    }
}

/// Does what the system asked for from outside.
fn heed(app: &mut App, screen: &mut Screen, host: &mut dyn Host) -> io::Result<Option<Ending>> {
    match host.call() {
        Some(Call::End) => Ok(Some(Ending::Called)),
        Some(Call::Suspend) => suspend(app, screen, host).map(|()| None),
        None => Ok(None),
    }
}

/// Does what an action led to outside of the state.
fn follow(
    app: &mut App,
    screen: &mut Screen,
    setup: &Setup,
    host: &mut dyn Host,
    effect: Effect,
) -> io::Result<Option<Ending>> {
    match effect {
        Effect::Draw => {}
        Effect::Quit => return Ok(Some(Ending::Quit)),
        Effect::Suspend => suspend(app, screen, host)?,
        Effect::Copy(text) if setup.clipboard && text.len() <= CLIPBOARD => {
            screen.copy(&text)?;
            let count = counted(text.chars().count(), "character", "characters");
            let how = if app.shield.is_up {
                ", names replaced,"
            } else {
                ""
            };
            app.message = Some(format!(
                "{count}{how} handed to the terminal's clipboard; :keep-copy writes them to a file"
            ));
        }
        other => write_out(app, host, other),
    }
    Ok(None)
}

/// Does what needs files and no terminal.
pub(super) fn write_out(app: &mut App, host: &mut dyn Host, effect: Effect) {
    match effect {
        Effect::Copy(text) | Effect::Keep(text) => {
            write(app, host, "joinscope-copy.txt", Job::of_text(text));
        }
        Effect::Export(place) => {
            if let Some(way) = ways().get(place) {
                let name = format!("joinscope-{}.{}", way.name, way.ending());
                let job = way.job(app, Arc::clone(&app.report));
                write(app, host, &name, job);
            }
        }
        Effect::StopReading => match &mut app.reading {
            Some(reading) => {
                reading.is_stopping = true;
                host.stop_reading();
                app.message = Some("stopping; what was read is shown".to_owned());
            }
            None => app.message = Some("everything is read".to_owned()),
        },
        Effect::Unlock(password) => host.unlock(password),
        Effect::Place(placement) => host.place(&placement),
        Effect::Explain(rule) => host.beside(rules::explaining(app, rule)),
        Effect::Summarise => {
            host.beside(copy::summary(app));
            app.message = Some("the summary is made, and copied then".to_owned());
        }
        Effect::Draw | Effect::Quit | Effect::Suspend => {}
    }
}

fn write(app: &mut App, host: &mut dyn Host, name: &str, job: Job) {
    app.message = Some(match host.write(name, job) {
        Ok(path) => format!("writing {path}"),
        Err(fault) => fault,
    });
}

fn suspend(app: &mut App, screen: &mut Screen, host: &mut dyn Host) -> io::Result<()> {
    screen.pause()?;
    let could = host.suspend();
    screen.resume()?;
    if !could {
        app.message = Some("this system cannot suspend a program".to_owned());
    }
    let size = screen.size()?;
    update(app, Action::Resize(size));
    screen.draw(|frame| draw(app, frame))
}

/// Takes in one piece of it.
pub(super) fn learn(app: &mut App, news: News) -> Option<Ending> {
    match news {
        News::Partial(prepared) => arrival::arrive(app, prepared, Kind::Partial),
        News::Case(prepared) => arrival::arrive(app, prepared, Kind::Whole),
        News::Placed(prepared, placement) if app.wanted.as_ref() == Some(&placement) => {
            arrival::arrive(app, prepared, Kind::Placed(placement));
        }
        // Something else was wanted since then.
        News::Placed(prepared, _) => app.gone.push(*prepared.0),
        News::NotPlaced(fault) => {
            app.wanted = None;
            app.placements.pop();
            app.message = Some(format!("the sources stay where they were: {fault}"));
        }
        News::Near { case, rule, near } => {
            if case == app.case {
                rules::learn(app, &rule, near);
                show_near(app);
            }
        }
        News::Composed(text) => app.copied = Some(text),
        News::Failed => return Some(Ending::Failed),
        News::Told(text) => app.message = Some(text),
        progress => {
            if let Some(reading) = &mut app.reading {
                reading.learn(&progress);
            }
            if let News::Locked { is_again } = progress {
                ask(app, is_again);
            }
            return None;
        }
    }
    let size = app.size;
    update(app, Action::Resize(size));
    None
}

/// Keeps what the user marked since the last time.
pub(super) fn keep(app: &mut App, host: &mut dyn Host) {
    // While the evidence is read, nobody knows yet whose marks they are.
    if !app.notes.is_unsaved || !app.can_save || app.reading.is_some() {
        return;
    }
    match host.save(&app.session()) {
        Ok(()) => app.notes.is_unsaved = false,
        Err(fault) => {
            app.can_save = false;
            app.message = Some(format!("marks are not saved: {fault}"));
        }
    }
}
