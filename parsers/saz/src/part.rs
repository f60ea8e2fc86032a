//! Which part of which session a member is, by its name.
//!
//! Observed: `raw/12_c.txt` with numbers padded to the longest of the archive (`raw/012_c.txt`) or not,
//! with `/` or `\`, in either case of letters. Only the last component is looked at, so that an archive
//! that was packed again below another folder is read as well.

/// A part of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// `_c.txt`: what the client sent, head and body.
    Request,
    /// `_s.txt`: what the server answered, head and body.
    Response,
    /// `_m.xml`: times, flags and connections.
    Metadata,
    /// `_w.txt`: the frames of a WebSocket.
    WebSocket,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A part of the session with this number.
    Session(u32, Part),
    /// A folder, the index page, or the content types that every archive has; no evidence.
    Frame,
    /// Nothing that is known here.
    Unknown,
}

/// What a part's name ends in.
const PARTS: &[(&str, Part)] = &[
    ("c.txt", Part::Request),
    ("s.txt", Part::Response),
    ("m.xml", Part::Metadata),
    ("w.txt", Part::WebSocket),
];

/// Files that every archive has around its sessions.
const FRAMES: &[&str] = &[
    "_index.htm",
    "_index.html",
    "[content_types].xml",
    "metadata.xml",
];

impl Part {
    /// The noun for a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Metadata => "metadata",
            Self::WebSocket => "WebSocket frames",
        }
    }
}

/// What a member's name stands for. Numbers beyond 32 bits are of no session.
pub fn place(name: &str) -> Place {
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let file = file.trim();
    let is_frame = |frame: &&str| file.eq_ignore_ascii_case(frame);
    if file.is_empty() || FRAMES.iter().any(is_frame) {
        return Place::Frame;
    }
    session_part(file).unwrap_or(Place::Unknown)
}

fn session_part(file: &str) -> Option<Place> {
    let (number, kind) = file.split_once('_')?;
    let is_kind = |(ending, _): &&(&str, Part)| kind.eq_ignore_ascii_case(ending);
    let (_, part) = *PARTS.iter().find(is_kind)?;
    // A sign would be accepted by `parse`.
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_number)?;
    Some(Place::Session(number, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_generation() {
        let check = |name: &str, expected| assert_eq!(place(name), expected, "{name}");
        check("raw/1_c.txt", Place::Session(1, Part::Request));
        check("raw/001_s.txt", Place::Session(1, Part::Response));
        check("raw\\12_M.XML", Place::Session(12, Part::Metadata));
        check("RAW/000300_w.txt", Place::Session(300, Part::WebSocket));
        check("case/raw/7_c.txt", Place::Session(7, Part::Request));
        check("7_c.txt", Place::Session(7, Part::Request));
        check("raw/", Place::Frame);
        check("_index.htm", Place::Frame);
        check("[Content_Types].xml", Place::Frame);
        check("metadata.xml", Place::Frame);
        check("raw/_c.txt", Place::Unknown);
        check("raw/+1_c.txt", Place::Unknown);
        check("raw/1_c.txt.bak", Place::Unknown);
        check("raw/1_x.txt", Place::Unknown);
        check("raw/99999999999_c.txt", Place::Unknown);
        check("notes.docx", Place::Unknown);
    }
}
