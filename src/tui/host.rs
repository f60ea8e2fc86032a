//! What the world does for the view, and what it tells: plain values on both sides.

use super::Prepared;
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
    /// These files are to be read.
    Listed(Vec<ToRead>),
    /// The reading of a file began, by its place in the list.
    Began(usize),
    /// A file was read.
    Read(usize),
    /// All files were read, and something else is done with them now.
    Stage(&'static str),
    /// All is read: the case, and what was kept of an earlier session with it.
    Case(Prepared, Option<Session>),
    /// The reading came to no end.
    Failed,
    /// Something to tell the user.
    Told(String),
}

/// A file that is to be read.
#[derive(Clone, Debug)]
pub struct ToRead {
    /// Path through the archives.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
}
