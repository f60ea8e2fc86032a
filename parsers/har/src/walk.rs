//! A position in the file, from which values of JSON are read one at a time.

use serde::Deserialize;
use serde_json::error::Category;

/// A value that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Offset at which reading failed.
    pub(crate) at: usize,
    /// Whether the file ended within the value.
    pub(crate) is_end: bool,
}

/// A place in the bytes of a file.
#[derive(Clone, Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next byte that is not white space, without passing over it; `None` at the end.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_ascii_start().len();
        self.rest().first().copied()
    }

    /// Passes over that byte if it is the next that is not white space.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Reads a value and passes over it; a failed read does not move.
    pub(crate) fn value<T: Deserialize<'a>>(&mut self) -> Result<T, Fault> {
        let rest = self.rest();
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<T>();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            Some(Err(error)) => Err(Fault {
                at: self.at + offset(rest, error.line(), error.column()),
                is_end: error.classify() == Category::Eof,
            }),
            None => Err(Fault {
                at: self.bytes.len(),
                is_end: true,
            }),
        }
    }

    /// Moves behind the next comma that an object with a member follows; `false` when there is none.
    ///
    /// Whether it stands in a string is not known, as the place where it is called is damaged.
    pub(crate) fn find_next_object(&mut self) -> bool {
        for comma in memchr::memchr_iter(b',', self.rest()) {
            let mut behind = Walk {
                bytes: self.bytes,
                at: self.at + comma + 1,
            };
            let is_object = behind.peek() == Some(b'{');
            let object = behind.at;
            if is_object && behind.take(b'{') && behind.peek() == Some(b'"') {
                self.at = object;
                return true;
            }
        }
        self.at = self.bytes.len();
        false
    }
}

/// The offset of a line and a column as `serde_json` counts them, from one and in bytes.
fn offset(bytes: &[u8], line: usize, column: usize) -> usize {
    let before = line.checked_sub(2);
    let line_start = before.and_then(|line| memchr::memchr_iter(b'\n', bytes).nth(line));
    let start = line_start.map_or(0, |end| end + 1);
    (start + column).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::IgnoredAny;

    fn walk(text: &str) -> Walk<'_> {
        Walk {
            bytes: text.as_bytes(),
            at: 0,
        }
    }

    #[test]
    fn values_are_passed_over_and_faults_have_a_place() {
        let mut json = walk(" {\"a\":[1,2]} , \"x\"");
        assert!(json.value::<IgnoredAny>().is_ok() && json.take(b','));
        assert_eq!(json.value::<&str>(), Ok("x"));
        assert_eq!(json.peek(), None);
        let fault = walk("{\n\"a\":\n 1 2}").value::<IgnoredAny>();
        assert_eq!(
            fault.map(drop),
            Err(Fault {
                at: 11,
                is_end: false
            })
        );
        let fault = walk("{\"a\":[").value::<IgnoredAny>();
        assert_eq!(
            fault.map(drop),
            Err(Fault {
                at: 6,
                is_end: true
            })
        );
    }

    #[test]
    fn the_next_object_stands_behind_a_comma() {
        let mut json = walk("x,1,{},{ \"a\"");
        assert!(json.find_next_object());
        assert_eq!(json.at, 7);
        assert!(!json.find_next_object());
    }
}
