//! Session archives as Fiddler saves them: a zip with the messages and one metadata document for each
//! session.
//!
//! Written after what archives of versions 4.6 and 5.0 hold: members `raw/N_c.txt`, `raw/N_s.txt` and
//! `raw/N_m.xml`, an index page and content types; times local with their offset, the zeros at the end
//! of their fraction left out.

use std::fmt::Write as _;

use crate::archive::{ZipBundle, ZipMember};
use crate::http::{Coding, Message};
use crate::instant::{TICKS_PER_SECOND, format_rfc3339};

/// A session archive that is being described.
#[derive(Debug, Clone, Default)]
pub struct Saz {
    sessions: Vec<SazSession>,
    offset_minutes: i64,
    is_padded: bool,
    has_folder: bool,
    folder: Folder,
    packing: Packing,
    lock: Option<SazLock>,
}

/// How the folder of the members is written.
#[derive(Debug, Clone, Copy, Default)]
enum Folder {
    #[default]
    Slash,
    Backslash,
}

/// Which members are deflated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Packing {
    #[default]
    Deflated,
    /// Messages alone.
    Mixed,
    Stored,
}

/// How the members of an archive are locked.
#[derive(Debug, Clone)]
enum SazLock {
    ZipCrypto(String),
    Aes256(String),
}

/// One session. Messages are given as bytes, so that any message and any damage is possible.
#[derive(Debug, Clone)]
pub struct SazSession {
    number: Option<u32>,
    request: Vec<u8>,
    response: Option<Vec<u8>>,
    start: Option<u64>,
    took: u64,
    flags: Vec<(String, String)>,
    untimed: Vec<String>,
    tunnel: Option<(u64, u64)>,
    frames: Vec<Frame>,
    has_metadata: bool,
}

#[derive(Debug, Clone)]
struct Frame {
    is_sent: bool,
    at: u64,
    bytes: Vec<u8>,
}

impl Saz {
    /// An archive without sessions, in UTC, with numbers as they are.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a session. Sessions without a number of their own count from 1.
    #[must_use]
    pub fn session(mut self, session: SazSession) -> Self {
        self.sessions.push(session);
        self
    }

    /// Writes times in a zone so many minutes east of UTC.
    #[must_use]
    pub fn offset_minutes(mut self, minutes_east: i64) -> Self {
        self.offset_minutes = minutes_east;
        self
    }

    /// Pads numbers with zeros to the longest, as older versions do.
    #[must_use]
    pub fn padded(mut self) -> Self {
        self.is_padded = true;
        self
    }

    /// Begins with an entry for the folder `raw/`.
    #[must_use]
    pub fn with_folder(mut self) -> Self {
        self.has_folder = true;
        self
    }

    /// Separates names with backslashes, as some tools that pack archives again do.
    #[must_use]
    pub fn with_backslashes(mut self) -> Self {
        self.folder = Folder::Backslash;
        self
    }

    /// Stores metadata and deflates messages; otherwise everything is deflated.
    #[must_use]
    pub fn mixed(mut self) -> Self {
        self.packing = Packing::Mixed;
        self
    }

    /// Stores everything, so that what is in the messages can be searched for in the archive.
    #[must_use]
    pub fn stored(mut self) -> Self {
        self.packing = Packing::Stored;
        self
    }

    /// Locks every member with traditional encryption.
    #[must_use]
    pub fn zip_crypto(mut self, password: &str) -> Self {
        self.lock = Some(SazLock::ZipCrypto(password.to_owned()));
        self
    }

    /// Locks every member with AES-256.
    #[must_use]
    pub fn aes_256(mut self, password: &str) -> Self {
        self.lock = Some(SazLock::Aes256(password.to_owned()));
        self
    }

    /// The members in the order in which they are written, folders left out.
    pub fn members(&self) -> Vec<(String, Vec<u8>)> {
        let numbers = || (1..).zip(&self.sessions);
        let number = |place: u32, session: &SazSession| session.number.unwrap_or(place);
        let longest = numbers().map(|(place, session)| number(place, session).to_string().len());
        let width = longest.max().filter(|_| self.is_padded).unwrap_or(1);
        let raw = match self.folder {
            Folder::Slash => "raw/",
            Folder::Backslash => "raw\\",
        };
        let mut members = Vec::new();
        for (place, session) in numbers() {
            let number = number(place, session);
            let stem = format!("{raw}{number:0width$}");
            members.push((format!("{stem}_c.txt"), session.request.clone()));
            if session.has_metadata {
                let document = self.metadata(number, session);
                members.push((format!("{stem}_m.xml"), document.into_bytes()));
            }
            if let Some(response) = &session.response {
                members.push((format!("{stem}_s.txt"), response.clone()));
            }
            if !session.frames.is_empty() {
                members.push((format!("{stem}_w.txt"), self.frames(&session.frames)));
            }
        }
        members.push(("[Content_Types].xml".to_owned(), CONTENT_TYPES.into()));
        members.push(("_index.htm".to_owned(), b"<html></html>".to_vec()));
        members
    }

    /// The archive.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bundle = ZipBundle::new();
        if self.has_folder {
            bundle = bundle.member(ZipMember::new("raw/", b""));
        }
        for (name, bytes) in self.members() {
            let member = ZipMember::new(&name, &bytes);
            let is_stored = match self.packing {
                Packing::Deflated => false,
                Packing::Mixed => name.ends_with("_m.xml"),
                Packing::Stored => true,
            };
            let member = if is_stored { member } else { member.deflated() };
            bundle = bundle.member(match &self.lock {
                None => member,
                Some(SazLock::ZipCrypto(password)) => member.zip_crypto(password),
                Some(SazLock::Aes256(password)) => member.aes_256(password),
            });
        }
        bundle.to_bytes()
    }

    fn metadata(&self, number: u32, session: &SazSession) -> String {
        let mut text = format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Session SID=\"{number}\" BitFlags=\"0\">\r\n  <SessionTimers"
        );
        for (name, instant) in session.timers() {
            let instant = instant.filter(|_| !session.untimed.contains(&name.to_owned()));
            let written = instant.map_or_else(|| NEVER.to_owned(), |ticks| self.local(ticks));
            // Writing to a String cannot fail, so the results are of no interest.
            let _ = write!(text, " {name}=\"{written}\"");
            if name == "ClientDoneRequest" {
                text.push_str(" GatewayTime=\"0\" DNSTime=\"12\" TCPConnectTime=\"34\" HTTPSHandshakeTime=\"0\"");
            }
        }
        text.push_str(" />\r\n  <PipeInfo />\r\n");
        if let Some((sent, received)) = session.tunnel {
            let _ = write!(
                text,
                "  <TunnelInfo BytesEgress=\"{sent}\" BytesIngress=\"{received}\" />\r\n"
            );
        }
        text.push_str("  <SessionFlags>\r\n");
        for (name, value) in &session.flags {
            let (name, value) = (escaped(name), escaped(value));
            let _ = write!(text, "    <SessionFlag N=\"{name}\" V=\"{value}\" />\r\n");
        }
        text.push_str("  </SessionFlags>\r\n</Session>");
        text
    }

    fn frames(&self, frames: &[Frame]) -> Vec<u8> {
        let mut out = Vec::new();
        for (id, frame) in (1..).zip(frames) {
            let side = if frame.is_sent { "Request" } else { "Response" };
            let at = self.local(frame.at);
            let head = format!(
                "{side}-Length: {}\r\nID: {id}\r\nBitFlags: 0\r\nDoneRead: {at}\r\nBeginSend: {at}\r\nDoneSend: {at}\r\n\r\n",
                frame.bytes.len()
            );
            out.extend_from_slice(head.as_bytes());
            out.extend_from_slice(&frame.bytes);
            out.extend_from_slice(b"\r\n");
        }
        out
    }

    /// Local time with its offset.
    fn local(&self, ticks: u64) -> String {
        let shift = self.offset_minutes * 60;
        let ticks_per_second = i64::try_from(TICKS_PER_SECOND).unwrap_or(i64::MAX);
        let local = ticks.saturating_add_signed(shift * ticks_per_second);
        let text = format_rfc3339(local);
        let text = text.trim_end_matches('Z').trim_end_matches('0');
        let text = text.trim_end_matches('.');
        let (sign, minutes) = match self.offset_minutes {
            minutes if minutes < 0 => ('-', -minutes),
            minutes => ('+', minutes),
        };
        format!("{text}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

const NEVER: &str = "0001-01-01T00:00:00";

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\r\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"htm\" ContentType=\"text/html\" /><Default Extension=\"xml\" ContentType=\"application/xml\" /><Default Extension=\"txt\" ContentType=\"text/plain\" /></Types>";

impl SazSession {
    /// A session of this request, never answered and never timed.
    pub fn new(request: &[u8]) -> Self {
        Self {
            number: None,
            request: request.to_vec(),
            response: Some(Vec::new()),
            start: None,
            took: 0,
            flags: Vec::new(),
            untimed: Vec::new(),
            tunnel: None,
            frames: Vec::new(),
            has_metadata: true,
        }
    }

    /// Gives it a number of its own.
    #[must_use]
    pub fn numbered(mut self, number: u32) -> Self {
        self.number = Some(number);
        self
    }

    /// The answer.
    #[must_use]
    pub fn answered(mut self, response: &[u8]) -> Self {
        self.response = Some(response.to_vec());
        self
    }

    /// Leaves the member with the response out.
    #[must_use]
    pub fn without_response(mut self) -> Self {
        self.response = None;
        self
    }

    /// Leaves the member with the metadata out.
    #[must_use]
    pub fn without_metadata(mut self) -> Self {
        self.has_metadata = false;
        self
    }

    /// When the request began, in FILETIME ticks (UTC), and how many ticks later the answer was there.
    #[must_use]
    pub fn at(mut self, start: u64, took: u64) -> Self {
        (self.start, self.took) = (Some(start), took);
        self
    }

    /// A timer that stands at the year 1 because it never ran.
    #[must_use]
    pub fn untimed(mut self, timer: &str) -> Self {
        self.untimed.push(timer.to_owned());
        self
    }

    /// The process that asked.
    #[must_use]
    pub fn process(self, name: &str, id: u32) -> Self {
        self.flag("x-processinfo", &format!("{name}:{id}"))
    }

    /// A flag with any name and value.
    #[must_use]
    pub fn flag(mut self, name: &str, value: &str) -> Self {
        self.flags.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Bytes that went through a tunnel, from the client and from the server.
    #[must_use]
    pub fn tunnel(mut self, sent: u64, received: u64) -> Self {
        self.tunnel = Some((sent, received));
        self
    }

    /// A WebSocket frame that the client (or else the server) sent, read at a time in ticks (UTC).
    #[must_use]
    pub fn frame(mut self, is_sent: bool, at: u64, bytes: &[u8]) -> Self {
        self.frames.push(Frame {
            is_sent,
            at,
            bytes: bytes.to_vec(),
        });
        self
    }

    /// All timers in the order in which they are written.
    fn timers(&self) -> [(&'static str, Option<u64>); 12] {
        let after = |quarters: u64| {
            let start = self.start?;
            Some(start + self.took / 4 * quarters)
        };
        let end = self.start.map(|start| start + self.took);
        [
            ("ClientConnected", self.start),
            ("ClientBeginRequest", self.start),
            ("GotRequestHeaders", self.start),
            ("ClientDoneRequest", self.start),
            ("ServerConnected", after(1)),
            ("FiddlerBeginRequest", after(1)),
            ("ServerGotRequest", after(1)),
            ("ServerBeginResponse", after(3)),
            ("GotResponseHeaders", after(3)),
            ("ServerDoneResponse", end),
            ("ClientBeginResponse", end),
            ("ClientDoneResponse", end),
        ]
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// Three sessions that every generation of the archive can hold: a token that was issued, a join that
/// was refused, and a tunnel that was not looked into.
pub fn three_sessions(start: u64) -> [SazSession; 3] {
    let second = TICKS_PER_SECOND;
    let token = "{\"token_type\":\"Bearer\",\"expires_in\":\"3599\"}";
    let refusal = "{\"code\":\"unauthorized_client\",\"subcode\":\"invalid_token\",\"message\":\"The token is late.\"}";
    let token = Message::response(200, "OK")
        .field("Content-Type", "application/json")
        .field("Date", "Mon, 02 Mar 2026 08:00:03 GMT")
        .body(token.as_bytes())
        .coded(Coding::Gzip)
        .chunked(32);
    let issued = SazSession::new(
        &Message::request("POST", "https://login.contoso.example/common/oauth2/token")
            .field("Host", "login.contoso.example")
            .field("client-request-id", "11111111-2222-3333-4444-555555555555")
            .field("Content-Type", "application/x-www-form-urlencoded")
            .body(b"grant_type=urn%3aietf&resource=x")
            .to_bytes(),
    )
    .answered(&token.to_bytes())
    .at(start + 1_234_567, second / 2)
    .process("lsass", 712)
    .flag("x-clientip", "127.0.0.1")
    .flag("x-hostip", "192.0.2.7");
    let refused = SazSession::new(
        &Message::request(
            "POST",
            "https://enroll.contoso.example/EnrollmentServer/device/?api-version=2.0",
        )
        .field("Host", "enroll.contoso.example")
        .field("User-Agent", "Dsreg/10.0 (Windows 10.0.26100.1)")
        .body(b"{\"JoinType\":0}")
        .to_bytes(),
    )
    .answered(
        &Message::response(401, "Unauthorized")
            .field("Content-Type", "application/json")
            .field("request-id", "99999999-2222-3333-4444-555555555555")
            .body(refusal.as_bytes())
            .to_bytes(),
    )
    .at(start + 10 * second, second)
    .process("svchost", 1036);
    let tunnel = SazSession::new(
        b"CONNECT device.contoso.example:443 HTTP/1.1\r\nHost: device.contoso.example:443\r\n\r\n",
    )
    .answered(b"HTTP/1.1 200 Connection Established\r\nConnection: close\r\n\r\n")
    .at(start + 20 * second, 3 * second)
    .untimed("ServerBeginResponse")
    .untimed("GotResponseHeaders")
    .flag("https-client-snihostname", "device.contoso.example")
    .tunnel(1305, 3998);
    [issued, refused, tunnel]
}
