//! Where the buffers of a trace lie and which logs they belong to, without the bytes themselves.

use crate::buffer::BufferSpan;
use crate::error::Damage;
use crate::log_header::LogHeader;
use crate::session::{Loss, NO_SESSION, Session};

/// The buffers of a trace. [`Scan`](crate::Scan) makes it.
#[derive(Clone, Debug, Default)]
pub struct TraceIndex {
    /// The logs of the file; one, unless sessions were appended. Never empty.
    pub sessions: Vec<Session>,
    /// The buffers in the order of the file, header buffers included. With several
    /// processors and in wrapped logs this is not the order of time.
    pub buffers: Vec<BufferSpan>,
    /// Damage of the container; damage inside buffers comes with their records.
    pub damage: Vec<Damage>,
}

impl TraceIndex {
    /// The first log's header; `None` when it is missing.
    pub fn header(&self) -> Option<&LogHeader> {
        self.sessions.first()?.header.as_ref()
    }

    /// The log that one of `buffers` belongs to.
    pub fn session_of(&self, span: &BufferSpan) -> &Session {
        self.sessions.get(span.session).unwrap_or(&NO_SESSION)
    }

    /// What is missing from each log, in the order of `sessions`.
    pub fn losses(&self) -> Vec<Loss> {
        self.sessions
            .iter()
            .map(|session| {
                let range = session.buffers.clone();
                session.loss(self.buffers.get(range).unwrap_or_default())
            })
            .collect()
    }
}
