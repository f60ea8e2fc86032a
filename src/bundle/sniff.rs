//! Is this a container? Decided by content alone; names and extensions are never asked.

use joinscope_wire::Cursor;
use memchr::memmem;

/// A format that holds other files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// A zip archive, whole or cut.
    Zip,
    /// A Windows cabinet.
    Cab,
    /// One file packed by gzip.
    Gzip,
}

impl Container {
    /// The name of the format in a sentence.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Zip => "zip archive",
            Self::Cab => "cabinet",
            Self::Gzip => "gzip file",
        }
    }
}

/// Bytes of a file that [`container`] wants to see.
pub(super) const HEAD: usize = 64;

/// The container that begins with these bytes.
///
/// A zip begins with a local header, with the end record where it is empty, or with the marker of a
/// split archive before its first local header. A cabinet has version 1.3 and zeros in its reserved
/// fields; a gzip file has method 8 and no reserved flag.
pub(super) fn container(head: &[u8]) -> Option<Container> {
    match head {
        [b'P', b'K', 3, 4, ..]
        | [b'P', b'K', 5, 6, ..]
        | [b'P', b'K', 7 | b'0', 8 | b'0', b'P', b'K', 3, 4, ..] => Some(Container::Zip),
        [b'M', b'S', b'C', b'F', 0, 0, 0, 0, rest @ ..] => {
            (rest.get(16..18) == Some(&[3, 1])).then_some(Container::Cab)
        }
        [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0 => Some(Container::Gzip),
        _ => None,
    }
}

/// Bytes at the end of a file that [`ends_as_zip`] looks for the end record in.
pub(super) const TAIL: usize = 1024;

/// Where the end record of a zip may begin in the last bytes of a file.
pub(super) fn end_record(tail: &[u8]) -> Option<usize> {
    memmem::rfind(tail, b"PK\x05\x06")
}

/// Whether a file that begins otherwise ends as a zip does: an archive with a program in front, or
/// whose first bytes are damaged. Believed only where the end record's comment ends the file and the
/// directory stands right before the record. Longer comments than any tool writes are not looked for.
pub(super) fn ends_as_zip(whole: &[u8]) -> bool {
    let tail_start = whole.len().saturating_sub(TAIL);
    let tail = whole.get(tail_start..).unwrap_or_default();
    let Some(place) = end_record(tail) else {
        return false;
    };
    let mut record = Cursor::with_base(tail.get(place..).unwrap_or_default(), 0);
    let mut directory_size = || {
        record.skip(12, "counts").ok()?;
        let size = usize::try_from(record.u32("directory size").ok()?).ok()?;
        record.skip(4, "directory offset").ok()?;
        let comment = usize::from(record.u16("comment length").ok()?);
        (comment == record.remaining()).then_some(size)
    };
    let start = directory_size().and_then(|size| (tail_start + place).checked_sub(size));
    start
        .and_then(|start| whole.get(start..))
        .is_some_and(|directory| directory.starts_with(b"PK\x01\x02"))
}

/// Which members of a zip are the parts of one Fiddler session archive, by their shown names.
///
/// Such an archive is evidence of a format of its own, so it is handed out whole, and its members
/// are not evidence by themselves. It is known by a `raw/<number>_c.txt` or `raw/<number>_s.txt`: one
/// is enough, because a cut archive may have no more. Its other parts are everything below `raw/` and
/// the index files at the root. `None` where it is none. Members that are not parts were added by
/// somebody and are evidence of their own.
pub(super) fn session_parts<'n>(names: impl Iterator<Item = &'n str> + Clone) -> Option<Vec<bool>> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_message = |kind: &str| {
        let messages = ["c.txt", "s.txt"];
        messages
            .iter()
            .any(|message| kind.eq_ignore_ascii_case(message))
    };
    let is_session = |name: &str| {
        let parts = below_raw(name).and_then(|file| file.split_once('_'));
        parts.is_some_and(|(number, kind)| is_number(number) && is_message(kind))
    };
    let is_part = |name: &str| {
        let is_index = |index: &&str| name.eq_ignore_ascii_case(index);
        below_raw(name).is_some() || ["_index.htm", "[content_types].xml"].iter().any(is_index)
    };
    names
        .clone()
        .any(is_session)
        .then(|| names.map(is_part).collect())
}

/// What stands below the folder of sessions, whose name may be in either case of letters.
fn below_raw(name: &str) -> Option<&str> {
    let (folder, file) = name.split_once('/')?;
    folder.eq_ignore_ascii_case("raw").then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_by_their_first_bytes() {
        let check = |head: &[u8], expected| assert_eq!(container(head), expected, "{head:x?}");
        check(b"PK\x03\x04\x14\0", Some(Container::Zip));
        check(b"PK\x05\x06\0\0", Some(Container::Zip));
        check(b"PK\x07\x08PK\x03\x04", Some(Container::Zip));
        check(b"PK\x01\x02", None);
        let mut cab = *b"MSCF\0\0\0\0\x20\0\0\0\0\0\0\0\x2c\0\0\0\0\0\0\0\x03\x01";
        check(&cab, Some(Container::Cab));
        cab[24] = 9;
        check(&cab, None);
        check(b"MSCF", None);
        check(b"\x1f\x8b\x08\x08", Some(Container::Gzip));
        check(b"\x1f\x8b\x08\xff", None);
        check(b"\x89PNG\r\n\x1a\n", None);
        check(b"", None);
    }

    #[test]
    fn session_archives_by_their_members() {
        let check = |names: &[&str], expected: Option<&[bool]>| {
            assert_eq!(
                session_parts(names.iter().copied()).as_deref(),
                expected,
                "{names:?}"
            );
        };
        check(
            &["raw/1_c.txt", "raw/1_s.txt", "_index.htm"],
            Some(&[true, true, true]),
        );
        check(
            &["RAW/001_C.TXT", "[Content_Types].xml", "sec.evtx"],
            Some(&[true, true, false]),
        );
        check(&["raw/notes.txt", "raw/a_c.txt", "raw/_c.txt"], None);
        check(&["x/raw/1_c.txt"], None);
        check(&[], None);
    }
}
