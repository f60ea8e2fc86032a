//! Members put together to sessions.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::{Fault, FaultKind};
use crate::metadata::Metadata;
use crate::part::{Part, Place, place};
use crate::websocket::WebSocketFrames;

/// What an archive holds.
#[derive(Clone, Debug, Default)]
pub struct SessionArchive<'a> {
    /// Sessions in the order of their numbers.
    pub sessions: Vec<Session<'a>>,
    /// What is missing, repeated or broken, in the order of the sessions, the archive's own last.
    pub faults: Vec<Fault>,
}

/// One session. Its messages are bytes here; `exchange` reads them.
#[derive(Clone, Debug, Default)]
pub struct Session<'a> {
    /// Its number in the archive.
    pub number: u32,
    /// The request, head and body; `None` where the member is missing.
    pub request: Option<&'a [u8]>,
    /// The response, head and body; empty where none came, `None` where the member is missing.
    pub response: Option<&'a [u8]>,
    /// What the metadata document says; `None` where the member is missing.
    pub metadata: Option<Metadata>,
    /// Frames of the WebSocket that the session became.
    pub websocket: Option<WebSocketFrames<'a>>,
}

/// Members that are no part of any session are told up to this number.
const MOST_UNKNOWN: usize = 20;

/// Puts members together; they may come in any order. The first of members with the same part counts.
pub fn read<'a, 'n>(members: impl IntoIterator<Item = (&'n str, &'a [u8])>) -> SessionArchive<'a> {
    let mut parts: BTreeMap<(u32, Part), &'a [u8]> = BTreeMap::new();
    let mut repeated: BTreeSet<(u32, Part)> = BTreeSet::new();
    let mut unknown = Vec::new();
    for (name, bytes) in members {
        match place(name) {
            Place::Session(number, part) => match parts.get(&(number, part)) {
                None => {
                    parts.insert((number, part), bytes);
                }
                Some(first) if *first != bytes => {
                    repeated.insert((number, part));
                }
                Some(_) => {}
            },
            Place::Frame => {}
            Place::Unknown => unknown.push(name),
        }
    }
    let mut archive = SessionArchive::default();
    for ((number, part), bytes) in parts {
        if archive
            .sessions
            .last()
            .is_none_or(|last| last.number != number)
        {
            archive.end_session();
            archive.sessions.push(Session {
                number,
                ..Session::default()
            });
        }
        archive.add(part, bytes);
        if repeated.contains(&(number, part)) {
            archive.fault(FaultKind::Repeated(part));
        }
    }
    archive.end_session();
    let unknown = unknown.into_iter().take(MOST_UNKNOWN);
    archive.faults.extend(unknown.map(|name| Fault {
        session: None,
        kind: FaultKind::Unknown(name.to_owned()),
    }));
    archive
}

impl<'a> SessionArchive<'a> {
    fn add(&mut self, part: Part, bytes: &'a [u8]) {
        let Some(session) = self.sessions.last_mut() else {
            return;
        };
        match part {
            Part::Request => session.request = Some(bytes),
            Part::Response => session.response = Some(bytes),
            Part::Metadata => {
                let (metadata, faults) = Metadata::parse(bytes);
                session.metadata = Some(metadata);
                for kind in faults {
                    self.fault(kind);
                }
            }
            Part::WebSocket => {
                let frames = WebSocketFrames::parse(bytes);
                let broken = frames.broken_at;
                session.websocket = Some(frames);
                if let Some(offset) = broken {
                    self.fault(FaultKind::Frames { offset });
                }
            }
        }
    }

    fn fault(&mut self, kind: FaultKind) {
        let session = self.sessions.last().map(|session| session.number);
        self.faults.push(Fault { session, kind });
    }

    /// Tells what the session just put together lacks.
    fn end_session(&mut self) {
        let Some(session) = self.sessions.last() else {
            return;
        };
        let lacks = [
            (session.request.is_none(), Part::Request),
            (session.response.is_none(), Part::Response),
            (session.metadata.is_none(), Part::Metadata),
        ];
        for (_, part) in lacks.into_iter().filter(|(lacks, _)| *lacks) {
            self.fault(FaultKind::Missing(part));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\n\r\n";

    fn check(members: &[(&str, &[u8])], expected: &[&str]) {
        let archive = read(members.iter().copied());
        let sessions = archive.sessions.iter().map(|session| {
            let has = |has: bool, letter: &'static str| if has { letter } else { "-" };
            format!(
                "{} {}{}{}{}",
                session.number,
                has(session.request.is_some(), "c"),
                has(session.response.is_some(), "s"),
                has(session.metadata.is_some(), "m"),
                has(session.websocket.is_some(), "w"),
            )
        });
        let faults = archive.faults.iter().map(ToString::to_string);
        assert_eq!(sessions.chain(faults).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn members_of_any_order_become_sessions_in_order() {
        check(
            &[
                ("_index.htm", b""),
                ("raw/10_m.xml", b"<Session/>"),
                ("raw/2_s.txt", b""),
                ("raw/2_m.xml", b"<Session/>"),
                ("raw\\10_S.txt", b""),
                ("raw/2_c.txt", REQUEST),
                ("raw/", b""),
                ("raw/10_c.txt", REQUEST),
                ("raw/10_w.txt", b""),
                ("[Content_Types].xml", b""),
            ],
            &["2 csm-", "10 csmw"],
        );
        check(&[], &[]);
    }

    #[test]
    fn what_is_missing_or_repeated_is_told() {
        check(
            &[
                ("raw/001_c.txt", REQUEST),
                ("raw/1_c.txt", b"other"),
                ("raw/01_c.txt", REQUEST),
                ("raw/2_m.xml", b"<Session>"),
                ("raw/2_w.txt", b"?"),
                ("raw/3_m.xml", b""),
                ("raw/notes.txt", b""),
            ],
            &[
                "1 c---",
                "2 --mw",
                "3 --m-",
                "session 1: there are several members for its request; the first was taken",
                "session 1: there is no response",
                "session 1: there is no metadata",
                "session 2: its metadata cannot be read from byte 9 on: it ends early",
                "session 2: its WebSocket frames cannot be told apart from byte 0 on",
                "session 2: there is no request",
                "session 2: there is no response",
                "session 3: its metadata cannot be read from byte 0 on: there is no session in it",
                "session 3: there is no request",
                "session 3: there is no response",
                "\"raw/notes.txt\" is no part of a session",
            ],
        );
    }
}
