//! Layouts of event payloads: which fields in which order, and how each lies in the bytes.
//!
//! Two tables hold them, in one language of types that `rules/catalog/EVENTS.md` describes: the
//! event catalogue, and beside it a table of layouts alone, for events that need no row there.

use super::events::{EventRow, Events};
use super::table::{TableError, rows, split};

/// The layout of one event's payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// GUID of the provider, without braces.
    pub provider: &'static str,
    /// Event id.
    pub id: u16,
    /// Version; `None` for the newest known layout, of which older versions have the beginning.
    pub version: Option<u8>,
    /// The fields in the order of the payload, up to the first whose type is not known.
    pub fields: Vec<LayoutField>,
}

/// One field of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayoutField {
    /// Its name.
    pub name: &'static str,
    /// How it lies in the payload.
    pub kind: LayoutType,
    /// How long it is, in characters for text and in bytes for binary.
    pub length: LayoutExtent,
    /// How often it stands there.
    pub count: LayoutExtent,
}

/// A length or count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutExtent {
    /// The value says its own length; it stands there once.
    Own,
    /// Always the same.
    Fixed(u16),
    /// The value of an earlier field, by its place.
    Field(usize),
}

/// How a field lies in the payload. Widths are in bits: 8, 16, 32 or 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutType {
    /// UTF-16.
    Text,
    /// UTF-16 behind a 16-bit count of its bytes.
    CountedText,
    /// 8-bit text.
    Ansi,
    /// Signed.
    Signed(u8),
    /// Unsigned.
    Unsigned(u8),
    /// Unsigned, read in hexadecimal.
    Hex(u8),
    /// Floating point of 32 or 64 bits.
    Float(u8),
    /// True or false, 8 or 32 bits wide.
    Bool(u8),
    /// GUID.
    Guid,
    /// SID.
    Sid,
    /// FILETIME.
    FileTime,
    /// SYSTEMTIME.
    Calendar,
    /// Bytes.
    Binary,
    /// Pointer of the writer's width.
    Pointer,
    /// IPv4 address.
    Ip4,
    /// IPv6 address.
    Ip6,
    /// Port, in network order.
    Port,
    /// SOCKADDR.
    Socket,
}

impl Layout {
    /// The layouts of the event catalogue whose provider has a GUID, then those of `payloads`.
    pub(super) fn load(
        events: &Events,
        payloads: &'static str,
        faults: &mut Vec<TableError>,
    ) -> Vec<Self> {
        let mut layouts = Vec::new();
        for row in events.rows() {
            match of_event(events, row) {
                Ok(layout) => layouts.extend(layout),
                Err(fault) => faults.push(TableError {
                    table: "events.tsv",
                    line: row.line,
                    fault,
                }),
            }
        }
        for row in rows(
            "payloads.tsv",
            payloads,
            ["provider", "id", "version", "fields", "basis"],
            faults,
        ) {
            match of_payload(events, &row.cells) {
                Ok(layout) => layouts.push(layout),
                Err(fault) => faults.push(TableError {
                    table: "payloads.tsv",
                    line: row.line,
                    fault,
                }),
            }
        }
        layouts
    }
}

/// The layout of a catalogued event; `None` where it is not known or the provider has no GUID.
fn of_event(events: &Events, row: &EventRow) -> Result<Option<Layout>, String> {
    // Read before anything is left out, so that every cell is checked.
    let fields = row.fields.map_or(Ok(Vec::new()), fields)?;
    let provider = events.providers()[row.provider].guid;
    let id = u16::try_from(row.id).map_err(|_| format!("event id {}", row.id))?;
    Ok(provider
        .filter(|_| row.layout_known)
        .map(|provider| Layout {
            provider,
            id,
            version: row.version,
            fields,
        }))
}

fn of_payload(events: &Events, cells: &[&'static str; 5]) -> Result<Layout, String> {
    let [provider, id, version, cell, basis] = *cells;
    if !matches!(basis, "manifest" | "observed" | "docs" | "third-party") {
        return Err(format!("unknown basis {basis}"));
    }
    let provider = match events.provider(provider) {
        Some(index) => events.providers()[index]
            .guid
            .ok_or_else(|| format!("provider {provider} has no GUID"))?,
        None if is_guid(provider) => provider,
        None => {
            return Err(format!(
                "provider {provider} is neither an alias nor a GUID"
            ));
        }
    };
    Ok(Layout {
        provider,
        id: id.parse().map_err(|_| format!("event id {id}"))?,
        version: match version {
            "*" => None,
            text => Some(text.parse().map_err(|_| format!("version {text}"))?),
        },
        fields: match cell {
            "-" => Vec::new(),
            cell => fields(cell)?,
        },
    })
}

/// Whether a text is a GUID without braces, in lower case.
pub(super) fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups
            .concat()
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The fields of a cell, up to the first whose type is not known.
fn fields(cell: &'static str) -> Result<Vec<LayoutField>, String> {
    let most = 1 + memchr::memchr_iter(b';', cell.as_bytes()).count();
    let mut found: Vec<LayoutField> = Vec::with_capacity(most);
    let mut is_known = true;
    for part in split(cell, b';') {
        let (name, kind) = part
            .split_once(':')
            .ok_or_else(|| format!("field {part} has no type"))?;
        match field(name, kind, &found)? {
            Some(field) if is_known => found.push(field),
            // What lies behind a field of unknown length is not known either.
            _ => is_known = false,
        }
    }
    Ok(found)
}

/// One field; `None` when its type or its length is not known.
fn field(
    name: &'static str,
    text: &str,
    before: &[LayoutField],
) -> Result<Option<LayoutField>, String> {
    let unknown = || format!("field {name} has the unknown type {text}");
    let extent = |text: &str| match text.parse() {
        Ok(number) => Ok(LayoutExtent::Fixed(number)),
        Err(_) => before
            .iter()
            .position(|field| field.name == text)
            .map(LayoutExtent::Field)
            .ok_or_else(|| format!("field {name} refers to {text}, which is not before it")),
    };
    let (text, count) = match text.strip_suffix(']') {
        Some(inside) => inside.split_once('[').ok_or_else(unknown)?,
        None => (text, ""),
    };
    let (word, length) = match text.strip_suffix(')') {
        Some(inside) => inside.split_once('(').ok_or_else(unknown)?,
        None => (text, ""),
    };
    if name.is_empty() || name.len() > 255 {
        return Err(format!("{} bytes are no name of a field", name.len()));
    }
    if word == "?" {
        return Ok(None);
    }
    let kind = LayoutType::of(word).ok_or_else(unknown)?;
    let takes_length = matches!(
        kind,
        LayoutType::Text | LayoutType::Ansi | LayoutType::Binary | LayoutType::Socket
    );
    if !length.is_empty() && !takes_length {
        return Err(format!("field {name} of type {word} takes no length"));
    }
    let needs_length = matches!(kind, LayoutType::Binary | LayoutType::Socket);
    if length.is_empty() && needs_length {
        return Ok(None);
    }
    let or_own = |text: &str| match text {
        "" => Ok(LayoutExtent::Own),
        text => extent(text),
    };
    Ok(Some(LayoutField {
        name,
        kind,
        length: or_own(length)?,
        count: or_own(count)?,
    }))
}

impl LayoutType {
    fn of(word: &str) -> Option<Self> {
        let split = word.find(|letter: char| letter.is_ascii_digit());
        let (letters, digits) = word.split_at(split.unwrap_or(word.len()));
        let width = match digits {
            "" => None,
            digits => Some(digits.parse::<u8>().ok()?),
        };
        let number = width.unwrap_or(32);
        let is_number = matches!(number, 8 | 16 | 32 | 64);
        Some(match letters {
            "i" if is_number => Self::Signed(number),
            "u" if is_number => Self::Unsigned(number),
            "x" if is_number => Self::Hex(number),
            "f" if matches!(number, 32 | 64) => Self::Float(number),
            "b" if matches!(number, 8 | 32) => Self::Bool(number),
            "ip" if width == Some(4) => Self::Ip4,
            "ip" if width == Some(6) => Self::Ip6,
            _ if width.is_some() => return None,
            "s" => Self::Text,
            "sc" => Self::CountedText,
            "a" => Self::Ansi,
            "g" => Self::Guid,
            "sid" => Self::Sid,
            "t" => Self::FileTime,
            "st" => Self::Calendar,
            "bin" => Self::Binary,
            "ptr" => Self::Pointer,
            "port" => Self::Port,
            "sock" => Self::Socket,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields of a cell as `name:type/length/count`, or the fault.
    fn check(cell: &'static str, expected: Result<&[&str], &str>) {
        let extent = |extent| match extent {
            LayoutExtent::Own => String::new(),
            LayoutExtent::Fixed(number) => number.to_string(),
            LayoutExtent::Field(index) => format!("#{index}"),
        };
        let shown = |field: &LayoutField| {
            let (length, count) = (extent(field.length), extent(field.count));
            format!("{}:{:?}/{length}/{count}", field.name, field.kind)
        };
        let found: Result<Vec<String>, String> =
            fields(cell).map(|fields| fields.iter().map(shown).collect());
        let expected = expected
            .map(|fields| fields.iter().map(|field| (*field).to_owned()).collect())
            .map_err(str::to_owned);
        assert_eq!(found, expected, "{cell}");
    }

    #[test]
    fn types() {
        check(
            "A:s;B:u;C:x64;D:i8",
            Ok(&[
                "A:Text//",
                "B:Unsigned(32)//",
                "C:Hex(64)//",
                "D:Signed(8)//",
            ]),
        );
        check(
            "N:u16;A:s(N);B:bin(16);C:u8[N];D:g[2];E:sock(N)",
            Ok(&[
                "N:Unsigned(16)//",
                "A:Text/#0/",
                "B:Binary/16/",
                "C:Unsigned(8)//#0",
                "D:Guid//2",
                "E:Socket/#0/",
            ]),
        );
        check(
            "A:ip4;B:ip6;C:b;D:b8;E:f64;F:sc",
            Ok(&[
                "A:Ip4//",
                "B:Ip6//",
                "C:Bool(32)//",
                "D:Bool(8)//",
                "E:Float(64)//",
                "F:CountedText//",
            ]),
        );
        // What follows a field of unknown type or length is not known.
        check("A:u;B:?;C:u", Ok(&["A:Unsigned(32)//"]));
        check("A:u;B:bin;C:u", Ok(&["A:Unsigned(32)//"]));
    }

    #[test]
    fn faults_are_named() {
        check("A", Err("field A has no type"));
        check("A:q", Err("field A has the unknown type q"));
        check("A:u24", Err("field A has the unknown type u24"));
        check("A:g16", Err("field A has the unknown type g16"));
        check("A:?;B:q", Err("field B has the unknown type q"));
        check("A:s(N)", Err("field A refers to N, which is not before it"));
        check("A:u(4)", Err("field A of type u takes no length"));
        check("A:u]", Err("field A has the unknown type u]"));
        check(":u", Err("0 bytes are no name of a field"));
    }

    #[test]
    fn guids() {
        assert!(is_guid("23b8d46b-67dd-40a3-b636-d43e50552c6d"));
        assert!(!is_guid("23B8D46B-67dd-40a3-b636-d43e50552c6d"));
        assert!(!is_guid("23b8d46b67dd-40a3-b636-d43e50552c6d"));
        assert!(!is_guid(""));
    }
}
