//! Frames of a WebSocket as the archive keeps them: a head of lines for each, then the frame.
//!
//! Assumed from published transcripts: `Request-Length: 12` or `Response-Length: 12`, `ID`, `BitFlags`,
//! `DoneRead`, `BeginSend`, `DoneSend`, an empty line, and that many bytes.

use crate::moment::{self, Moment};

/// The frames of one session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebSocketFrames<'a> {
    /// Frames in the order of the member.
    pub frames: Vec<WebSocketFrame<'a>>,
    /// Byte offset from which on frames cannot be told apart; `None` where all can.
    pub broken_at: Option<u64>,
}

/// Who sent a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The client.
    Client,
    /// The server.
    Server,
}

/// One frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebSocketFrame<'a> {
    /// Who sent it.
    pub direction: Direction,
    /// When it had been read, where the archive says.
    pub read_at: Option<Moment>,
    /// The frame as it went over the wire, its own head and mask included.
    pub bytes: &'a [u8],
}

/// Frames beyond this number are not told apart.
const MOST_FRAMES: usize = 1 << 20;
/// Longest head of lines in front of a frame, in bytes.
const LONGEST_HEAD: usize = 4096;

impl<'a> WebSocketFrames<'a> {
    /// Reads a member as far as its lengths hold.
    pub(crate) fn parse(bytes: &'a [u8]) -> Self {
        let mut found = Self::default();
        let mut rest = bytes;
        loop {
            // Lines end between frames.
            while let [b'\r' | b'\n', behind @ ..] = rest {
                rest = behind;
            }
            if rest.is_empty() {
                return found;
            }
            let next = frame(rest).filter(|_| found.frames.len() < MOST_FRAMES);
            let Some((frame, behind)) = next else {
                found.broken_at = Some((bytes.len() - rest.len()) as u64);
                return found;
            };
            found.frames.push(frame);
            rest = behind;
        }
    }

    /// Frames that one side sent.
    pub fn count(&self, direction: Direction) -> usize {
        let frames = self.frames.iter();
        frames.filter(|frame| frame.direction == direction).count()
    }
}

fn frame(bytes: &[u8]) -> Option<(WebSocketFrame<'_>, &[u8])> {
    let window = bytes.get(..LONGEST_HEAD).unwrap_or(bytes);
    let end = window.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = str::from_utf8(window.get(..end)?).ok()?;
    let (mut length, mut read_at) = (None, None);
    for line in head.split("\r\n") {
        let (name, value) = line.split_once(':')?;
        match name {
            "Request-Length" => length = Some((Direction::Client, value.trim().parse().ok()?)),
            "Response-Length" => length = Some((Direction::Server, value.trim().parse().ok()?)),
            "DoneRead" => read_at = moment::parse(value.trim()).ok().flatten(),
            _ => {}
        }
    }
    let (direction, length): (Direction, usize) = length?;
    let (bytes, behind) = bytes.get(end + 4..)?.split_at_checked(length)?;
    let frame = WebSocketFrame {
        direction,
        read_at,
        bytes,
    };
    Some((frame, behind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use joinscope_wire::filetime::ticks_from_text;

    const TWO: &[u8] = b"Request-Length: 3\r\nID: 1\r\nBitFlags: 0\r\nDoneRead: 2026-03-02T10:00:00.5+02:00\r\n\r\nabc\r\nResponse-Length: 4\r\nID: 2\r\n\r\n\r\n\r\n\r\n";

    #[test]
    fn frames_by_their_lengths() {
        let read_at = Some(Moment {
            ticks: ticks_from_text("2026-03-02 08:00:00.5").unwrap(),
            zone: moment::Zone::Offset(120),
        });
        let found = WebSocketFrames::parse(TWO);
        let frame = |direction, read_at, bytes| WebSocketFrame {
            direction,
            read_at,
            bytes,
        };
        assert_eq!(
            found.frames,
            [
                frame(Direction::Client, read_at, b"abc".as_slice()),
                frame(Direction::Server, None, b"\r\n\r\n"),
            ]
        );
        assert_eq!(found.broken_at, None);
        assert_eq!(found.count(Direction::Server), 1);
    }

    #[test]
    fn every_prefix_gives_a_prefix() {
        let whole = WebSocketFrames::parse(TWO).frames;
        for length in 0..TWO.len() {
            let found = WebSocketFrames::parse(&TWO[..length]);
            assert!(whole.starts_with(&found.frames), "{length}");
        }
        assert_eq!(WebSocketFrames::parse(b"nonsense").broken_at, Some(0));
        assert_eq!(
            WebSocketFrames::parse(b"Request-Length: 99999999999999999999\r\n\r\n").broken_at,
            Some(0)
        );
    }
}
