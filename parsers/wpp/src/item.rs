//! The item types: how an argument lies in the payload.
//!
//! Sources. *Specified* by the public configuration template of the WPP
//! preprocessor: which types there are, the sizes of the numbers, strings to
//! their NUL or with a 16-bit byte count. *Assumed*: `ItemEnum` is 32 bits
//! wide, a list counts like an enumeration of C (`name=value` moves the count),
//! the names of a set belong to the bits from the lowest, `DS` strings have a
//! big-endian byte count and `NW` strings fill the rest, as classic events
//! have them.

use nom::bytes::complete::{take_till, take_while1};
use nom::character::complete::{char, space0};
use nom::combinator::{all_consuming, map_opt, opt, rest};
use nom::multi::separated_list0;
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// How an argument lies in the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// A number; the format says how it is shown.
    Integer {
        /// Bytes.
        width: Width,
        /// How the number is meant if the format does not say it.
        sign: Sign,
        /// Base in which it is shown if the format does not say it.
        base: Base,
    },
    /// An address, as wide as the writer's pointers.
    Pointer,
    /// 64-bit floating point.
    Double,
    /// Text.
    Text {
        /// Unit of the text.
        unit: TextUnit,
        /// Where it ends.
        end: TextEnd,
        /// What becomes of line ends behind it.
        tail: TextTail,
    },
    /// Four characters in four bytes.
    Char4,
    /// GUID in wire order: `ItemGuid`, `ItemCLSID`, `ItemLIBID`, `ItemIID`.
    Guid,
    /// Security identifier, which knows its own length.
    Sid,
    /// Ticks of 100 ns since 1601.
    Timestamp,
    /// 64-bit time span, whose unit the description does not say.
    TimeSpan,
    /// IPv4 address in network order.
    Ipv4,
    /// IPv6 address in network order.
    Ipv6,
    /// Hardware address of 6 bytes.
    Mac,
    /// Port in network order.
    Port,
    /// 16-bit byte count and bytes.
    HexDump,
    /// 32-bit code.
    Code(CodeKind),
    /// A number that stands for a name.
    List {
        /// Bytes of the number.
        width: Width,
        /// Numbers and their names.
        names: Vec<(u64, Box<str>)>,
    },
    /// A number whose bits have names.
    Set {
        /// Bytes of the number.
        width: Width,
        /// Bits, counted from the lowest, and their names.
        names: Vec<(u64, Box<str>)>,
    },
    /// A number of an enumeration whose names stand elsewhere.
    Enum {
        /// The enumeration.
        name: Box<str>,
    },
    /// A type that this crate does not know, by its name. Nothing behind it in
    /// a payload can be read.
    Other(Box<str>),
}

/// Width of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// 8 bits.
    One,
    /// 16 bits.
    Two,
    /// 32 bits.
    Four,
    /// 64 bits.
    Eight,
}

impl Width {
    /// Number of bytes: 1, 2, 4 or 8.
    pub fn bytes(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }
}

/// Whether the highest bit is a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It is.
    Signed,
    /// It is not.
    Unsigned,
}

/// Base of the shown digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Base 8.
    Octal,
    /// Base 10.
    Decimal,
    /// Base 16, digits in lower case.
    Hex,
    /// Base 16, digits in upper case.
    UpperHex,
}

/// Unit of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextUnit {
    /// Bytes in the code page of the device, which nothing names: read as UTF-8
    /// if it is valid, else as Windows-1252.
    Ansi,
    /// UTF-16, little-endian.
    Wide,
}

/// Where a text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEnd {
    /// At its NUL.
    Nul,
    /// After a 16-bit count of bytes that stands before it.
    Counted,
    /// The same, with the count in big-endian order.
    CountedBigEndian,
    /// With the payload.
    Payload,
}

/// What becomes of the line ends behind a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTail {
    /// They stay.
    Keep,
    /// They are cut off.
    Trim,
}

/// Meaning of a 32-bit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// NTSTATUS.
    NtStatus,
    /// HRESULT.
    Hresult,
    /// Win32 error, shown in decimal digits.
    Win32,
    /// Status of a network driver.
    NdisStatus,
    /// Object identifier of a network driver.
    NdisOid,
    /// Message of the network event log.
    NetEvent,
}

impl Item {
    /// Reads a type as it is written, such as `ItemLong` or
    /// `ItemListLong(No,Yes)`. A name that is not known gives [`Item::Other`];
    /// `None` is for a text that is no type at all.
    pub fn parse(text: &str) -> Option<Self> {
        let (_, (name, names)) = all_consuming(written).parse(text.trim()).ok()?;
        Some(Self::named(name, names))
    }

    fn named(name: &str, names: Option<&str>) -> Self {
        let lower = name.to_ascii_lowercase();
        let list = |width| Self::List {
            width,
            names: counted_names(names.unwrap_or_default(), width),
        };
        let set = |width| Self::Set {
            width,
            names: counted_names(names.unwrap_or_default(), width),
        };
        match lower.as_str() {
            "itemlistbyte" => list(Width::One),
            "itemlistshort" => list(Width::Two),
            "itemlistlong" => list(Width::Four),
            "itemsetbyte" => set(Width::One),
            "itemsetshort" => set(Width::Two),
            "itemsetlong" => set(Width::Four),
            "itemenum" | "itemflagsenum" => Self::Enum {
                name: names.unwrap_or_default().trim().into(),
            },
            plain => Self::plain(plain).unwrap_or_else(|| Self::Other(name.into())),
        }
    }

    /// The types without parameters, by their name in lower case.
    fn plain(name: &str) -> Option<Self> {
        use Base::{Decimal, Hex, Octal, UpperHex};
        use Sign::{Signed, Unsigned};
        use TextEnd::{Counted, CountedBigEndian, Nul, Payload};
        use TextTail::{Keep, Trim};
        use TextUnit::{Ansi, Wide};
        let integer = |width, sign, base| Self::Integer { width, sign, base };
        let text = |unit, end, tail| Self::Text { unit, end, tail };
        Some(match name {
            "itemchar" => integer(Width::One, Signed, Decimal),
            "itemuchar" => integer(Width::One, Unsigned, Decimal),
            "itemshort" => integer(Width::Two, Signed, Decimal),
            "itemushort" => integer(Width::Two, Unsigned, Decimal),
            "itemlong" => integer(Width::Four, Signed, Decimal),
            "itemulong" => integer(Width::Four, Unsigned, Decimal),
            "itemlonglong" => integer(Width::Eight, Signed, Decimal),
            "itemulonglong" => integer(Width::Eight, Unsigned, Decimal),
            "itemlonglongx" => integer(Width::Eight, Unsigned, Hex),
            "itemlonglongxx" => integer(Width::Eight, Unsigned, UpperHex),
            "itemlonglongo" => integer(Width::Eight, Unsigned, Octal),
            "itemptr" => Self::Pointer,
            "itemdouble" => Self::Double,
            "itemstring" | "itemmlstring" => text(Ansi, Nul, Keep),
            "itemrstring" => text(Ansi, Nul, Trim),
            "itemwstring" => text(Wide, Nul, Keep),
            "itemrwstring" => text(Wide, Nul, Trim),
            "itempstring" => text(Ansi, Counted, Keep),
            "itempwstring" => text(Wide, Counted, Keep),
            "itemdsstring" => text(Ansi, CountedBigEndian, Keep),
            "itemdswstring" => text(Wide, CountedBigEndian, Keep),
            "itemnwstring" => text(Wide, Payload, Keep),
            "itemchar4" => Self::Char4,
            "itemguid" | "itemclsid" | "itemlibid" | "itemiid" => Self::Guid,
            "itemsid" => Self::Sid,
            "itemtimestamp" => Self::Timestamp,
            "itemtimedelta" | "itemwaittime" | "itemduetime" => Self::TimeSpan,
            "itemipaddr" => Self::Ipv4,
            "itemipv6addr" => Self::Ipv6,
            "itemmacaddr" => Self::Mac,
            "itemport" => Self::Port,
            "itemhexdump" => Self::HexDump,
            "itemntstatus" | "itemnterror" => Self::Code(CodeKind::NtStatus),
            "itemhresult" => Self::Code(CodeKind::Hresult),
            "itemwinerror" => Self::Code(CodeKind::Win32),
            "itemndis_status" => Self::Code(CodeKind::NdisStatus),
            "itemndis_oid" => Self::Code(CodeKind::NdisOid),
            "itemnetevent" => Self::Code(CodeKind::NetEvent),
            _ => return None,
        })
    }
}

/// `Name` or `Name(anything)`.
fn written(input: &str) -> IResult<&str, (&str, Option<&str>)> {
    let word = take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_');
    (word, opt(preceded(space0, parenthesized))).parse(input)
}

/// What stands between the first parenthesis and the last.
fn parenthesized(input: &str) -> IResult<&str, &str> {
    let inner = map_opt(rest, |text: &str| text.strip_suffix(')'));
    preceded(char('('), inner).parse(input)
}

/// Names with their numbers: each is one more than the one before it, unless
/// it brings its own. Numbers are kept as the payload has them, so that a
/// negative one has the bits of its width only.
fn counted_names(text: &str, width: Width) -> Vec<(u64, Box<str>)> {
    let mask = u64::MAX >> (64 - 8 * u32::from(width.bytes()));
    let entries = separated_list0(char(','), entry).parse(text);
    let entries = entries.map(|(_, entries)| entries).unwrap_or_default();
    let mut next = 0_u64;
    let mut names = Vec::new();
    for (name, number) in entries {
        let number = number.unwrap_or(next) & mask;
        next = number.wrapping_add(1);
        if !name.is_empty() {
            names.push((number, name.into()));
        }
    }
    names
}

/// `name`, `name=5` or `name=0x5`; a name may be empty, which skips a number.
fn entry(input: &str) -> IResult<&str, (&str, Option<u64>)> {
    let name = take_till(|c| c == ',' || c == '=');
    let value = opt(preceded(char('='), take_till(|c| c == ',')));
    let (rest, (name, value)) = (name, value).parse(input)?;
    Ok((rest, (name.trim(), value.and_then(number))))
}

/// A number in C's notation.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match hex {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text
            .parse()
            .ok()
            .or_else(|| text.parse().ok().map(i64::cast_unsigned)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: impl Into<Option<Item>>) {
        assert_eq!(Item::parse(text), expected.into(), "{text}");
    }

    fn names(pairs: &[(u64, &str)]) -> Vec<(u64, Box<str>)> {
        let own = |(number, name): &(u64, &str)| (*number, Box::from(*name));
        pairs.iter().map(own).collect()
    }

    #[test]
    fn plain_types_in_any_case() {
        check("ItemPtr", Some(Item::Pointer));
        check(" ItemHexDump ", Some(Item::HexDump));
        check("ItemHEXDump", Some(Item::HexDump));
        check("ItemNDIS_STATUS", Some(Item::Code(CodeKind::NdisStatus)));
        check("ItemFuture", Some(Item::Other("ItemFuture".into())));
        check("", None);
        check("a b", None);
        check("ItemListLong(a", None);
    }

    #[test]
    fn lists_count_like_an_enumeration() {
        check(
            "ItemListByte(Low,APC, DPC)",
            Some(Item::List {
                width: Width::One,
                names: names(&[(0, "Low"), (1, "APC"), (2, "DPC")]),
            }),
        );
        check(
            "ItemListLong(a=-1,b,,d=0x10,e)",
            Some(Item::List {
                width: Width::Four,
                names: names(&[(0xffff_ffff, "a"), (0, "b"), (0x10, "d"), (0x11, "e")]),
            }),
        );
        check(
            "ItemSetShort(a(1),b)",
            Some(Item::Set {
                width: Width::Two,
                names: names(&[(0, "a(1)"), (1, "b")]),
            }),
        );
        check(
            "ItemListShort",
            Some(Item::List {
                width: Width::Two,
                names: Vec::new(),
            }),
        );
        check(
            "ItemEnum(Join::Phase)",
            Some(Item::Enum {
                name: "Join::Phase".into(),
            }),
        );
    }
}
