//! A bundle with one text in every place where a builder can write a text.
//!
//! What a reader must never show, or must show as text alone, is planted once and looked for in every
//! output. Names that are known by their fields alone are given beside the text, and stand in those
//! fields in every format too.

mod logs;
mod recordings;
mod status;
mod traces;

use crate::etl::EtlError;
use crate::evtx::EvtxError;

/// 2026-03-02T08:00:00Z, when the planted events begin.
const START: u64 = 134_169_120_000_000_000;
/// Ticks in a second.
const SECOND: u64 = 10_000_000;

/// What is planted.
#[derive(Debug, Clone, Copy)]
pub struct Planting<'t> {
    /// The text of every field, name and body.
    pub text: &'t str,
    /// Fields by name with their values, which every format has beside the text.
    pub named: &'t [(&'t str, &'t str)],
    /// A name of the machine, for the places that hold nothing else; the text stands there without it.
    pub computer: Option<&'t str>,
    /// An account by its security identifier.
    pub sid: &'t str,
}

/// Why a bundle cannot be planted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlantError {
    /// The text does not fit into an event log.
    #[error("event log: {0}")]
    Log(#[from] EvtxError),
    /// The text does not fit into a trace.
    #[error("trace: {0}")]
    Trace(#[from] EtlError),
}

impl<'t> Planting<'t> {
    /// The text alone.
    pub fn of(text: &'t str) -> Self {
        Self {
            text,
            named: &[],
            computer: None,
            sid: "S-1-5-18",
        }
    }

    fn computer(&self) -> &'t str {
        self.computer.unwrap_or(self.text)
    }

    /// The files of the bundle: an event log, a trace of packets and one of events, status texts, and
    /// recordings of both kinds.
    ///
    /// # Errors
    ///
    /// When the text is longer than a format allows.
    pub fn files(&self) -> Result<Vec<(String, Vec<u8>)>, PlantError> {
        let files = [
            ("log.evtx", logs::log(self)?),
            ("events.etl", traces::events(self)?),
            ("packets.etl", traces::packets(self)?),
            ("dsregcmd.txt", status::joined(self)),
            ("dsregcmd-user.txt", status::before_join(self)),
            ("recording.saz", recordings::saz(self)),
            ("recording.har", recordings::har(self).into_bytes()),
        ];
        Ok(files.map(|(name, bytes)| (name.to_owned(), bytes)).to_vec())
    }

    /// A JSON object of the named fields with the text as a member of its own, and the given members.
    fn json(&self, members: &[(&str, &str)]) -> String {
        let named = members.iter().chain(self.named);
        let members = named.map(|(name, value)| (*name, crate::json::string(value)));
        crate::json::object(members.chain([("note", crate::json::string(self.text))]))
    }
}

/// A text on one line, as headers and lines of a status text need it.
fn on_one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}
