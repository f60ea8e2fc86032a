//! What the world does for the view, and what it tells: plain values on both sides.

use super::Prepared;
use super::placement::Placement;
use super::rules::NearMiss;
use super::secret::Secret;
use super::session::Session;
use super::ways::Job;

/// What the view cannot do itself: files, signals, and the reading that goes on beside it.
pub trait Host {
    /// The next thing that happened since it was last asked; it never waits.
    fn news(&mut self) -> Option<News>;
    /// The next thing that happened; it waits for one, and there is none once nothing can happen.
    fn wait(&mut self) -> Option<News>;
    /// Has the reading stopped; what was read until then comes as [`News::Case`].
    fn stop_reading(&mut self);
    /// Answers [`News::Locked`]: the opening goes on with a password, or without one.
    fn unlock(&mut self, password: Option<Secret>);
    /// Puts sources where the user says they belong; the case comes anew as [`News::Placed`].
    fn place(&mut self, placement: &Placement);
    /// Does beside the view what takes longer than a frame; what it leads to comes as news.
    fn beside(&mut self, task: Task);
    /// Keeps what the user marked and typed, for the next time that this evidence is opened.
    ///
    /// # Errors
    /// Why it cannot be kept, as a sentence.
    fn save(&mut self, session: &Session) -> Result<(), String>;
    /// Begins to write a new file of this name, or of one like it where that is there already, and
    /// gives its path. The end of the writing comes as [`News::Told`].
    ///
    /// # Errors
    /// Why no file can be made, as a sentence.
    fn write(&mut self, name: &str, job: Job) -> Result<String, String>;
    /// What the system asked for since it was last asked.
    fn call(&mut self) -> Option<Call>;
    /// Stops this program until it is called back; the terminal is given back meanwhile. Whether
    /// the system can do that.
    fn suspend(&mut self) -> bool;
}

/// What the system asks of the program from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// To end.
    End,
    /// To stop until it is called back.
    Suspend,
}

/// What happened beside the view.
#[derive(Debug)]
pub enum News {
    /// Part of the evidence is locked, and the opening waits for [`Host::unlock`].
    Locked {
        /// Whether a password was tried that opened nothing.
        is_again: bool,
    },
    /// These files are to be read.
    Listed(Vec<ToRead>),
    /// The reading of a file began, by its place in the list.
    Began(usize),
    /// A file was read.
    Read(usize),
    /// All files were read, and something else is done with them now.
    Stage(&'static str),
    /// What was read so far, while the reading goes on.
    Partial(Prepared),
    /// All is read: the case.
    Case(Prepared),
    /// The case with sources where the user put them, and what is to be said of that.
    Placed(Prepared, Placement),
    /// Sources could not be put where the user said, and why.
    NotPlaced(String),
    /// How near a rule came to the case of this number.
    Near {
        /// The number of the case that was shown when it was asked.
        case: usize,
        /// Id of the rule.
        rule: String,
        /// The nearest first.
        near: Vec<NearMiss>,
    },
    /// A text that was asked for to be copied.
    Composed(String),
    /// The reading came to no end.
    Failed,
    /// Something to tell the user.
    Told(String),
}

/// Work that the view has done beside it.
pub struct Task(Work);

type Work = Box<dyn FnOnce() -> Option<News> + Send>;

impl Task {
    pub(super) fn new(work: impl FnOnce() -> Option<News> + Send + 'static) -> Self {
        Self(Box::new(work))
    }

    /// Does it, and gives what there is to tell the view.
    pub fn work(self) -> Option<News> {
        (self.0)()
    }
}

impl std::fmt::Debug for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Task")
    }
}

/// A file that is to be read.
#[derive(Clone, Debug)]
pub struct ToRead {
    /// Path through the archives.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
}
