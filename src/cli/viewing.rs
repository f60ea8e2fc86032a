//! The interactive view: it opens at once, and the evidence is read beside it.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use super::args::{Clipboard, Evidence, Viewing};
use super::rule_book::rule_book;
use super::run::{colour, outcome};
use super::signals::Signals;
use super::stages::{Knowledge, judged, tables, watched, zone, zone_before};
use super::{Exit, Stop, input, state};
use crate::bundle::Bundle;
use crate::catalog::Catalog;
use crate::export::clean;
use crate::ingest::{Digests, Watch};
use crate::model::ArtifactId;
use crate::timeline::Timeline;
use crate::tui::{self, Call, Ending, Host, Job, News, Opening, Options, Session, Setup, ToRead};

/// Names that are tried for a file that must be new.
const NAMES: usize = 1000;

/// Shows the evidence until the user leaves.
pub(super) fn view(evidence: &Evidence, viewing: &Viewing) -> Result<Exit, Stop> {
    let keys = state::keys(viewing.keys.as_deref())?;
    // A wrong zone is told before anything is shown; the device's own is known later.
    let zone = zone_before(&evidence.tz)?;
    let Some(bundle) = input::bundle(evidence)? else {
        return Ok(Exit::Unreadable);
    };
    let folder = state::folder().filter(|_| !viewing.no_state);
    let setup = Setup {
        options: Options {
            zone,
            color: colour(evidence),
            ascii: viewing.plain || is_terminal_poor(),
        },
        mouse: viewing.mouse,
        clipboard: takes_copies(viewing.clipboard),
        can_save: folder.is_some(),
        keys,
    };
    let catalog = tables()?;
    let opening = Opening {
        inputs: bundle
            .inputs
            .iter()
            .map(|input| input.path.clone())
            .collect(),
        timeline: Arc::new(Timeline::build(Vec::new(), Arc::clone(&catalog))),
    };
    let (sender, receiver) = channel();
    // Lines are read as the terminal hands them out, so signals keep their usual meaning there.
    let signals = if viewing.plain {
        None
    } else {
        Some(Signals::heed()?)
    };
    let mut desk = Desk {
        receiver,
        sender: sender.clone(),
        stop: Arc::default(),
        signals,
        kept: None,
        ended: None,
    };
    let reader = Reader {
        bundle,
        catalog,
        evidence: evidence.clone(),
        options: setup.options,
        folder,
        sender,
        stop: Arc::clone(&desk.stop),
    };
    reader.start();
    let ending = if viewing.plain {
        tui::plain(
            &setup,
            &mut desk,
            &mut io::stdin().lock(),
            &mut io::stdout(),
        )?
    } else {
        tui::run(opening, &setup, &mut desk)?
    };
    desk.end(ending)
}

/// Whether the terminal has ASCII alone.
fn is_terminal_poor() -> bool {
    std::env::var("TERM").is_ok_and(|term| term == "linux" || term == "dumb")
}

/// Whether the terminal takes copies for its clipboard.
fn takes_copies(clipboard: Clipboard) -> bool {
    match clipboard {
        Clipboard::Terminal => true,
        Clipboard::File => false,
        Clipboard::Auto => {
            let term = std::env::var("TERM").unwrap_or_default();
            // Screen swallows what it does not know; tmux passes it on.
            let is_screen = term.starts_with("screen") && std::env::var_os("TMUX").is_none();
            io::stdout().is_terminal() && !is_terminal_poor() && !is_screen
        }
    }
}

/// What comes from beside the view.
enum Message {
    News(News),
    /// Where the session with this evidence is kept.
    Kept(PathBuf),
    /// The reading ended: how the run will end, and what is to be said then.
    Ended(Result<(Exit, Option<String>), Stop>),
}

/// The view's desk: what it asks of the world goes through here.
struct Desk {
    receiver: Receiver<Message>,
    sender: Sender<Message>,
    stop: Arc<AtomicBool>,
    signals: Option<Signals>,
    kept: Option<PathBuf>,
    ended: Option<Result<(Exit, Option<String>), Stop>>,
}

impl Desk {
    /// Keeps what is for the desk alone; the rest is news.
    fn take_in(&mut self, message: Message) -> Option<News> {
        match message {
            Message::News(news) => return Some(news),
            Message::Kept(path) => self.kept = Some(path),
            Message::Ended(ended) => {
                let has_failed = ended.is_err();
                self.ended = Some(ended);
                return has_failed.then_some(News::Failed);
            }
        }
        None
    }

    /// How the run ends.
    fn end(self, ending: Ending) -> Result<Exit, Stop> {
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
        self.stop.store(true, Ordering::SeqCst);
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
        let (told, sender) = (path.clone(), self.sender.clone());
        rayon::spawn(move || {
            let mut out = BufWriter::new(file);
            let written = catch_unwind(AssertUnwindSafe(|| {
                job.write(&mut out).and_then(|()| out.flush())
            }));
            let text = match written {
                Ok(Ok(())) => format!("written: {told}"),
                Ok(Err(error)) => format!("{told} cannot be written: {error}"),
                Err(_) => format!("writing {told} failed inside this program; please report it"),
            };
            // The view may have ended meanwhile.
            let _ = sender.send(Message::News(News::Told(text)));
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

/// Whoever reads the evidence beside the view.
struct Reader {
    bundle: Bundle,
    catalog: Arc<Catalog>,
    evidence: Evidence,
    options: Options,
    folder: Option<PathBuf>,
    sender: Sender<Message>,
    stop: Arc<AtomicBool>,
}

impl Reader {
    /// Reads on a thread of the common pool; a panic there is told like any other end.
    fn start(self) {
        rayon::spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(|| self.read())).unwrap_or_else(|_| {
                let fault = "reading failed; please report the files".to_owned();
                Err(Stop::Internal(fault))
            });
            self.tell(Message::Ended(ended));
        });
    }

    fn tell(&self, message: Message) {
        // The view may have ended meanwhile.
        let _ = self.sender.send(message);
    }

    fn read(&self) -> Result<(Exit, Option<String>), Stop> {
        let (bundle, evidence) = (&self.bundle, &self.evidence);
        let files = bundle.artifacts.iter().map(|artifact| ToRead {
            path: artifact.path.to_string(),
            bytes: artifact.size,
        });
        self.tell(Message::News(News::Listed(files.collect())));
        let knowledge = Knowledge::behind(Arc::clone(&self.catalog), evidence)?;
        let reading = watched(bundle, &knowledge, Digests::Make, evidence, self)?;
        let stage = |stage| self.tell(Message::News(News::Stage(stage)));
        let case = judged(reading, bundle, &knowledge, evidence, &stage)?;
        let ended = outcome(&case, bundle);
        let options = Options {
            zone: zone(&evidence.tz, Some(&case.report))?,
            ..self.options
        };
        let session = self.session(&case.report.inputs);
        let (report, timeline) = (Arc::new(case.report), Arc::new(case.timeline));
        let rules = rule_book(knowledge.rule_set, &report, &timeline);
        let prepared = tui::prepare(report, timeline, rules, options);
        let (session, told) = match session {
            Ok(session) => (session, None),
            Err(fault) => (None, Some(clean(&fault))),
        };
        let afterwards = prepared.afterwards();
        self.tell(Message::News(News::Case(prepared, session)));
        if let Some(told) = told {
            self.tell(Message::News(News::Told(told)));
        }
        afterwards();
        Ok(ended)
    }

    /// What was kept of an earlier view of the same evidence.
    fn session(&self, inputs: &[crate::model::Input]) -> Result<Option<Session>, String> {
        let file = self
            .folder
            .as_deref()
            .and_then(|folder| state::file(folder, inputs));
        let Some(path) = file else {
            return Ok(None);
        };
        self.tell(Message::Kept(path.clone()));
        state::load(&path)
    }
}

impl Watch for Reader {
    fn began(&self, artifact: ArtifactId) {
        self.tell(Message::News(News::Began(artifact.0 as usize)));
    }

    fn ended(&self, artifact: ArtifactId, _: u64) {
        self.tell(Message::News(News::Read(artifact.0 as usize)));
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}
