//! The view's desk: what it asks of the world goes through here.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use super::reader::Reader;
use crate::cli::signals::Signals;
use crate::cli::{Exit, Stop, state};
use crate::tui::{Call, Ending, Host, Job, News, Placement, Secret, Session, Task};

/// Names that are tried for a file that must be new.
const NAMES: usize = 1000;

/// What comes from beside the view.
pub(super) enum Message {
    News(News),
    /// Where the session with this evidence is kept.
    Kept(PathBuf),
    /// Something that could not be opened: told in the view, and once more when it has ended.
    Fault(String),
    /// The reading ended: how the run will end, and what is to be said then.
    Ended(Result<(Exit, Option<String>), Stop>),
    /// There is nothing to read.
    Nothing,
}

/// Does something on a thread of the common pool, and tells what came of it; `fault` is what a panic
/// there tells.
pub(super) fn beside(
    sender: Sender<Message>,
    fault: Option<Message>,
    work: impl FnOnce() -> Option<Message> + Send + 'static,
) {
    rayon::spawn(move || {
        let message = catch_unwind(AssertUnwindSafe(work)).unwrap_or(fault);
        if let Some(message) = message {
            // The view may have ended meanwhile.
            let _ = sender.send(message);
        }
    });
}

fn told(text: String) -> Message {
    Message::News(News::Told(text))
}

/// What the view has beside it.
pub(super) struct Desk {
    receiver: Receiver<Message>,
    sender: Sender<Message>,
    reader: Arc<Reader>,
    signals: Option<Signals>,
    kept: Option<PathBuf>,
    faults: Vec<String>,
    ended: Option<Result<(Exit, Option<String>), Stop>>,
}

impl Desk {
    pub(super) fn new(
        receiver: Receiver<Message>,
        reader: Arc<Reader>,
        signals: Option<Signals>,
    ) -> Self {
        Self {
            receiver,
            sender: reader.sender(),
            reader,
            signals,
            kept: None,
            faults: Vec::new(),
            ended: None,
        }
    }

    /// Keeps what is for the desk alone; the rest is news.
    fn take_in(&mut self, message: Message) -> Option<News> {
        match message {
            Message::News(news) => return Some(news),
            Message::Kept(path) => self.kept = Some(path),
            Message::Fault(fault) => {
                self.faults.push(fault.clone());
                return Some(News::Told(fault));
            }
            Message::Ended(ended) => {
                let has_failed = ended.is_err();
                self.ended = Some(ended);
                return has_failed.then_some(News::Failed);
            }
            Message::Nothing => {
                self.ended = Some(Ok((Exit::Unreadable, None)));
                return Some(News::Failed);
            }
        }
        None
    }

    /// How the run ends.
    pub(super) fn end(self, ending: Ending) -> Result<Exit, Stop> {
        for fault in &self.faults {
            writeln!(io::stderr(), "joinscope: {fault}")?;
        }
        if ending == Ending::Called {
            return Ok(Exit::Interrupted);
        }
        // Whoever leaves before the end of the reading has seen what he wanted.
        let (exit, words) = self.ended.unwrap_or(Ok((Exit::Done, None)))?;
        if let Some(words) = words {
            writeln!(io::stderr(), "joinscope: {words}")?;
        }
        Ok(exit)
    }
}

impl Host for Desk {
    fn news(&mut self) -> Option<News> {
        loop {
            let message = self.receiver.try_recv().ok()?;
            if let Some(news) = self.take_in(message) {
                return Some(news);
            }
        }
    }

    fn wait(&mut self) -> Option<News> {
        loop {
            let message = self.receiver.recv().ok()?;
            if let Some(news) = self.take_in(message) {
                return Some(news);
            }
        }
    }

    fn stop_reading(&mut self) {
        self.reader.stop();
    }

    fn unlock(&mut self, password: Option<Secret>) {
        self.reader.unlock(password);
    }

    fn place(&mut self, placement: &Placement) {
        self.reader.place(placement);
    }

    fn beside(&mut self, task: Task) {
        let fault = "something failed inside this program; please report it";
        beside(self.sender.clone(), Some(told(fault.to_owned())), || {
            task.work().map(Message::News)
        });
    }

    fn save(&mut self, session: &Session) -> Result<(), String> {
        match &self.kept {
            Some(path) => state::save(path, session),
            None => {
                Err("the evidence was not read as a whole, so it cannot be known again".to_owned())
            }
        }
    }

    fn write(&mut self, name: &str, job: Job) -> Result<String, String> {
        let (path, file) = fresh(name)?;
        let path = path.display().to_string();
        let name = path.clone();
        let fault = format!("writing {name} failed inside this program; please report it");
        beside(self.sender.clone(), Some(told(fault)), move || {
            let mut out = BufWriter::new(file);
            let written = job.write(&mut out).and_then(|()| out.flush());
            Some(told(match written {
                Ok(()) => format!("written: {name}"),
                Err(error) => format!("{name} cannot be written: {error}"),
            }))
        });
        Ok(path)
    }

    fn call(&mut self) -> Option<Call> {
        self.signals.as_ref()?.call()
    }

    fn suspend(&mut self) -> bool {
        self.signals.as_ref().is_some_and(Signals::suspend)
    }
}

/// A new file of this name in the current folder, or of one with a number where it is there already.
fn fresh(name: &str) -> Result<(PathBuf, std::fs::File), String> {
    let path = Path::new(name);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    for number in 1..=NAMES {
        let path = match number {
            1 => path.to_owned(),
            _ => PathBuf::from(format!("{stem}-{number}.{ending}")),
        };
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{} cannot be written: {error}", path.display())),
        }
    }
    Err(format!(
        "there are {NAMES} files called like {name} already"
    ))
}
