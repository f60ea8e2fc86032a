//! Whoever opens and reads the evidence beside the view.
//!
//! Nothing here waits for the user: what he has to say comes as a call, and goes on as work of its own.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::desk::{Message, beside};
use super::interim::Interim;
use crate::bundle::{Bundle, Passwords};
use crate::catalog::Catalog;
use crate::cli::args::Evidence;
use crate::cli::clocks::Given;
use crate::cli::input::{given_passwords, locked, named_paths, open_what_opens};
use crate::cli::rule_book::rule_book;
use crate::cli::run::outcome;
use crate::cli::stages::{Case, Knowledge, Read, judged, placed, pool, tables, watched, zone};
use crate::cli::{Stop, state};
use crate::export::clean;
use crate::ingest::{Digests, Reading, Unwatched};
use crate::model::Input;
use crate::timeline::Timeline;
use crate::tui::{self, LocalZone, News, Options, Placement, Prepared, Secret, Session, ToRead};

/// The reading of one evidence, from its paths to its case.
pub(super) struct Reader {
    paths: Vec<PathBuf>,
    passwords: Passwords,
    catalog: Arc<Catalog>,
    evidence: Evidence,
    options: Options,
    folder: Option<PathBuf>,
    sender: Mutex<Sender<Message>>,
    stop: AtomicBool,
    /// The bundle that waits for a password.
    locked: Mutex<Option<Bundle>>,
    /// What was read, once it was: what placing sources anew starts from.
    done: Mutex<Option<Done>>,
}

/// A bundle that was read.
#[derive(Clone)]
struct Done {
    bundle: Arc<Bundle>,
    knowledge: Arc<Knowledge>,
    read: Read,
    timeline: Arc<Timeline>,
    /// What it was read with.
    zones: Vec<LocalZone>,
}

impl Reader {
    pub(super) fn new(
        evidence: &Evidence,
        options: Options,
        folder: Option<PathBuf>,
        sender: Sender<Message>,
    ) -> Result<Arc<Self>, Stop> {
        Ok(Arc::new(Self {
            paths: named_paths(evidence)?,
            passwords: given_passwords(evidence)?,
            catalog: tables()?,
            evidence: evidence.clone(),
            options,
            folder,
            sender: Mutex::new(sender),
            stop: AtomicBool::new(false),
            locked: Mutex::default(),
            done: Mutex::default(),
        }))
    }

    /// The catalogue that the evidence is read by.
    pub(super) fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog)
    }

    /// Names of what was given.
    pub(super) fn inputs(&self) -> Vec<String> {
        let paths = self.paths.iter();
        paths.map(|path| path.display().to_string()).collect()
    }

    pub(super) fn sender(&self) -> Sender<Message> {
        let sender = self.sender.lock();
        sender.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens the evidence and reads it.
    pub(super) fn begin(self: &Arc<Self>) {
        self.beside(Self::open);
    }

    /// Reads evidence that is open already.
    pub(super) fn begin_with(self: &Arc<Self>, bundle: Bundle) {
        self.beside(|reader| reader.read(bundle));
    }

    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Goes on with a bundle that waits for a password.
    pub(super) fn unlock(self: &Arc<Self>, password: Option<Secret>) {
        let waiting = self.locked.lock();
        let Some(bundle) = waiting.unwrap_or_else(PoisonError::into_inner).take() else {
            return;
        };
        self.beside(move |reader| match password {
            Some(password) if !password.is_empty() => reader.open_with(bundle, &password),
            _ => reader.read(bundle),
        });
    }

    /// Does something beside the view; a panic there is told like any other end.
    fn beside(self: &Arc<Self>, work: impl FnOnce(&Self) -> Result<(), Stop> + Send + 'static) {
        let reader = Arc::clone(self);
        let fault = Stop::Internal("reading failed; please report the files".to_owned());
        let ended = |stop| Message::Ended(Err(stop));
        beside(self.sender(), Some(ended(fault)), move || {
            reader.in_pool(work).err().map(ended)
        });
    }

    /// Does something on as many threads as asked for.
    fn in_pool<R: Send>(
        &self,
        work: impl FnOnce(&Self) -> Result<R, Stop> + Send,
    ) -> Result<R, Stop> {
        pool(&self.evidence)?.install(|| work(self))
    }

    pub(super) fn tell(&self, message: Message) {
        // The view may have ended meanwhile.
        let _ = self.sender().send(message);
    }

    /// Opens what was given. Where a password is needed and none was given, the user is asked.
    fn open(&self) -> Result<(), Stop> {
        let opened = open_what_opens(&self.paths, &self.passwords)?;
        for fault in opened.faults {
            self.tell(Message::Fault(fault));
        }
        match opened.bundle {
            None => self.tell(Message::Nothing),
            Some(bundle) if locked(&bundle) > 0 && self.passwords.is_empty() => {
                self.ask(bundle, false);
            }
            Some(bundle) => self.read(bundle)?,
        }
        Ok(())
    }

    fn ask(&self, bundle: Bundle, is_again: bool) {
        let waiting = self.locked.lock();
        *waiting.unwrap_or_else(PoisonError::into_inner) = Some(bundle);
        self.tell(Message::News(News::Locked { is_again }));
    }

    /// Opens a bundle once more, with a password; one that opens nothing is asked for again.
    fn open_with(&self, before: Bundle, password: &Secret) -> Result<(), Stop> {
        let passwords = Passwords::new([password.reveal().to_owned()]);
        let opened = open_what_opens(&self.paths, &passwords)?;
        match opened.bundle {
            Some(bundle) if locked(&bundle) < locked(&before) => self.read(bundle),
            _ => {
                self.ask(before, true);
                Ok(())
            }
        }
    }

    fn read(&self, bundle: Bundle) -> Result<(), Stop> {
        let (bundle, evidence) = (Arc::new(bundle), &self.evidence);
        let files = bundle.artifacts.iter().map(|artifact| ToRead {
            path: artifact.path.to_string(),
            bytes: artifact.size,
        });
        self.tell(Message::News(News::Listed(files.collect())));
        let knowledge = Knowledge::behind(Arc::clone(&self.catalog), evidence)?;
        let knowledge = Arc::new(knowledge);
        let interim = Interim::new(self, &bundle, &knowledge);
        let none = Placement::default();
        let reading = watched(
            &bundle,
            &knowledge,
            Digests::Make,
            evidence,
            &none,
            &interim,
        )?;
        drop(interim);
        let (session, told) = match self.session(&reading.inputs) {
            Ok(session) => (session, None),
            Err(fault) => (None, Some(clean(&fault))),
        };
        let placement = session.as_ref().map(|session| session.placement.clone());
        let placement = placement.unwrap_or_default();
        let reading = if placement.zones.is_empty() {
            reading
        } else {
            let read = Read {
                artifacts: reading.artifacts,
                inputs: reading.inputs,
            };
            self.read_again(read, &bundle, &knowledge, &placement)?
        };
        let case = self.judge(reading, &bundle, &knowledge, &placement)?;
        let ended = outcome(&case, &bundle);
        let read = Read {
            artifacts: case.artifacts.clone(),
            inputs: case.report.inputs.clone(),
        };
        let mut prepared = self.prepare(case, &knowledge, false)?;
        if let Some(session) = session {
            prepared.resume(session);
        }
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = Some(Done {
            bundle,
            knowledge,
            read,
            timeline: Arc::clone(prepared.timeline()),
            zones: placement.zones,
        });
        let afterwards = prepared.afterwards();
        self.tell(Message::News(News::Case(prepared)));
        if let Some(told) = told {
            self.tell(Message::News(News::Told(told)));
        }
        self.tell(Message::Ended(Ok(ended)));
        afterwards();
        Ok(())
    }

    /// Reads a bundle once more, with zones that were given since; its digests are known.
    fn read_again(
        &self,
        read: Read,
        bundle: &Bundle,
        knowledge: &Knowledge,
        placement: &Placement,
    ) -> Result<Reading, Stop> {
        let (evidence, digests) = (&self.evidence, Digests::Skip);
        let mut reading = watched(bundle, knowledge, digests, evidence, placement, &Unwatched)?;
        for (artifact, before) in reading.artifacts.iter_mut().zip(read.artifacts) {
            artifact.sha256 = before.sha256;
        }
        reading.inputs = read.inputs;
        Ok(reading)
    }

    fn judge(
        &self,
        reading: Reading,
        bundle: &Bundle,
        knowledge: &Knowledge,
        placement: &Placement,
    ) -> Result<Case, Stop> {
        let stage = |stage| self.tell(Message::News(News::Stage(stage)));
        judged(reading, bundle, knowledge, self.given(placement), &stage)
    }

    /// Clocks that are given: on the command line, and in the view.
    pub(super) fn given<'a>(&'a self, placement: &'a Placement) -> Given<'a> {
        Given {
            clocks: &self.evidence.clock,
            placement,
        }
    }

    /// Makes a case ready to be shown. The zone of a device that does not state one is none to show a
    /// whole case in; one of which a part is read may state it later.
    pub(super) fn prepare(
        &self,
        case: Case,
        knowledge: &Knowledge,
        is_partial: bool,
    ) -> Result<Prepared, Stop> {
        let zone = match zone(&self.evidence.tz, Some(&case.report)) {
            Ok(zone) => zone,
            Err(_) if is_partial => self.options.zone,
            Err(stop) => return Err(stop),
        };
        let options = Options {
            zone,
            ..self.options
        };
        let (report, timeline) = (Arc::new(case.report), Arc::new(case.timeline));
        let rules = rule_book(&knowledge.rule_set, &report, &timeline);
        Ok(tui::prepare(report, timeline, rules, options))
    }

    /// What was kept of an earlier view of the same evidence.
    fn session(&self, inputs: &[Input]) -> Result<Option<Session>, String> {
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

    /// Puts sources where the user says, and analyses the events in their new order.
    pub(super) fn place(self: &Arc<Self>, placement: &Placement) {
        let (reader, placement) = (Arc::clone(self), placement.clone());
        let fault = News::NotPlaced("it failed inside this program; please report it".to_owned());
        beside(self.sender(), Some(Message::News(fault)), move || {
            let placed = reader.in_pool(|reader| Ok(reader.placed(placement)));
            let placed = placed.unwrap_or_else(|stop| Err(stop.to_string()));
            let news = placed.unwrap_or_else(News::NotPlaced);
            Some(Message::News(news))
        });
    }

    fn placed(&self, placement: Placement) -> Result<News, String> {
        let done = self
            .done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let done = done.ok_or("not everything is read yet")?;
        let (bundle, knowledge) = (&done.bundle, &done.knowledge);
        let given = self.given(&placement);
        let case = if placement.zones == done.zones {
            let timeline = done.timeline.as_recorded();
            placed(timeline, done.read, bundle, knowledge, given, &|_| ())
        } else {
            let reading = self.read_again(done.read, bundle, knowledge, &placement);
            reading.and_then(|reading| judged(reading, bundle, knowledge, given, &|_| ()))
        };
        let case = case.map_err(|stop| stop.to_string())?;
        let prepared = self.prepare(case, &done.knowledge, false);
        let prepared = prepared.map_err(|stop| stop.to_string())?;
        if let Some(done) = &mut *self.done.lock().unwrap_or_else(PoisonError::into_inner) {
            done.timeline = Arc::clone(prepared.timeline());
            done.zones.clone_from(&placement.zones);
        }
        let afterwards = prepared.afterwards();
        // Where that fails, whoever copies then gathers names again, and is told of the fault.
        beside(self.sender(), None, move || {
            afterwards();
            None
        });
        Ok(News::Placed(prepared, placement))
    }
}
