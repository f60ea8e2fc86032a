//! The terminal while the view has it, and giving it back.
//!
//! It is given back once and on every way out: by leaving, by an error that drops the guard,
//! and by the panic hook, so that the message of a panic lands on a terminal that shows it.

use std::cell::Cell;
use std::io::{self, Stdout, Write, stdout};
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::execute;
use crossterm::style::force_color_output;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::layout::Size;
use ratatui::prelude::CrosstermBackend;
use ratatui::{Frame, Terminal};

use super::Setup;

/// Whether the terminal is ours. Giving it back twice would put the cursor where it stood
/// before the view began, on top of what was printed since.
static HELD: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether the terminal is ours in this very thread: only its panics end the view.
    static IS_OWNER: Cell<bool> = const { Cell::new(false) };
}

type Hook = Box<dyn Fn(&panic::PanicHookInfo<'_>) + Send + Sync + 'static>;

/// The terminal in raw mode, on its alternate screen.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    hook: Arc<Hook>,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// It cannot be set up; what was set up by then is undone.
    pub(super) fn enter(setup: &Setup) -> io::Result<Self> {
        if setup.options.color {
            // The caller has decided already; the environment is not asked again.
            force_color_output(true);
        }
        let terminal = match take(setup.mouse) {
            Ok(terminal) => terminal,
            Err(error) => {
                // The first fault is the one to tell; what can be given back is.
                let _ = give_back();
                return Err(error);
            }
        };
        let hook: Arc<Hook> = Arc::new(panic::take_hook());
        let before = Arc::clone(&hook);
        IS_OWNER.set(true);
        panic::set_hook(Box::new(move |panic| {
            // Elsewhere a panic is behind a fence, which tells of it; the view goes on.
            if IS_OWNER.get() {
                let _ = give_back();
                before(panic);
            }
        }));
        Ok(Self {
            terminal,
            hook,
            mouse: setup.mouse,
        })
    }

    /// The terminal's size.
    ///
    /// # Errors
    /// The terminal does not tell.
    pub(super) fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Draws one frame.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn draw(&mut self, frame: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(frame).map(drop)
    }

    /// Hands a text to the clipboard that the terminal has (OSC 52), even through a remote shell.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        let text = BASE64_STANDARD.encode(text);
        let out = self.terminal.backend_mut();
        write!(out, "\x1b]52;c;{text}\x07")?;
        Write::flush(out)
    }

    /// Gives the terminal back for a while.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn pause(&mut self) -> io::Result<()> {
        Write::flush(self.terminal.backend_mut())?;
        give_back()
    }

    /// Takes it again.
    ///
    /// # Errors
    /// It cannot be set up.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        self.terminal = take(self.mouse)?;
        self.terminal.clear()
    }

    /// Gives the terminal and the panic hook back.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn leave(self) -> io::Result<()> {
        let before = Arc::clone(&self.hook);
        panic::set_hook(Box::new(move |panic| before(panic)));
        give_back()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Nobody is left to be told of a fault.
        let _ = give_back();
    }
}

fn take(mouse: bool) -> io::Result<Terminal<CrosstermBackend<Stdout>>> {
    HELD.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
    if mouse {
        execute!(stdout(), EnableMouseCapture)?;
    }
    Terminal::new(CrosstermBackend::new(stdout()))
}

/// Undoes what `take` did, if nobody has yet. Each part is tried even if another one fails.
fn give_back() -> io::Result<()> {
    if !HELD.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    let screen = execute!(
        stdout(),
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let raw = disable_raw_mode();
    screen.and(raw)
}
