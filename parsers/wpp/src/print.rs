//! One value as text, after the rules of printf.
//!
//! A conversion that does not fit the value never loses it: a text shown as a
//! number stays a text, a number shown as a text gets its digits.
//!
//! Sources. *Specified* by the documentation of printf: flags, width, precision
//! and conversions. *Assumed*: how values without a conversion of their own
//! look (codes, GUIDs, bits, bytes), because a tool may write them as it likes.

use std::fmt::Write;

use joinscope_wire::civil_from_ticks;

use crate::item::{Base, CodeKind};
use crate::template::{Conversion, Length, Spec};
use crate::value::{Integer, PointerSize, Value};

/// Writes a value as a placeholder wants it.
pub(crate) fn push(value: &Value, spec: &Spec, out: &mut String) {
    match value {
        Value::Integer(integer) => push_integer(*integer, spec, out),
        Value::Pointer(address, size) => push_pointer(*address, *size, spec, out),
        Value::Double(number) => push_double(*number, spec, out),
        Value::Code(_, code) if is_number(spec.conversion) => {
            push_digits((*code).into(), i64::from(code.cast_signed()), spec, out);
        }
        Value::Port(port) if is_number(spec.conversion) => {
            push_digits((*port).into(), (*port).into(), spec, out);
        }
        Value::Listed { number, name: None } | Value::Bits { number, .. }
            if is_number(spec.conversion) =>
        {
            push_digits(*number, number.cast_signed(), spec, out);
        }
        Value::TimeSpan(span) if is_number(spec.conversion) => {
            push_digits(span.cast_unsigned(), *span, spec, out);
        }
        _ => push_text(&plain(value), spec, out),
    }
}

/// A number of the event itself, such as its thread.
pub(crate) fn push_number(number: u64, spec: &Spec, out: &mut String) {
    if is_number(spec.conversion) {
        push_digits(number, number.cast_signed(), spec, out);
    } else {
        push_text(&number.to_string(), spec, out);
    }
}

/// A text: cut to the precision, filled to the width, both in characters.
pub(crate) fn push_text(text: &str, spec: &Spec, out: &mut String) {
    let most = spec
        .precision
        .filter(|_| spec.conversion == Conversion::Text);
    let end = most.and_then(|most| text.char_indices().nth(most.into()));
    let shown = end.and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    pad(shown, spec, out);
}

/// A value by itself, without a placeholder that says how it is to look.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Integer(integer) => match integer.base {
            Base::Decimal => integer.value().to_string(),
            Base::Octal => format!("{:o}", integer.bits),
            Base::Hex => format!("{:x}", integer.bits),
            Base::UpperHex => format!("{:X}", integer.bits),
        },
        Value::Pointer(address, PointerSize::Four) => format!("{address:08X}"),
        Value::Pointer(address, PointerSize::Eight) => format!("{address:016X}"),
        Value::Double(number) => number.to_string(),
        Value::Text(text) | Value::Sid(text) => text.clone(),
        Value::Guid(guid) => guid.to_string(),
        Value::Timestamp(ticks) if *ticks < 0 => ticks.to_string(),
        Value::Timestamp(ticks) => civil_from_ticks(*ticks).to_string(),
        Value::TimeSpan(span) => span.to_string(),
        Value::Ipv4(address) => address.to_string(),
        Value::Ipv6(address) => address.to_string(),
        Value::Mac(bytes) => hex(bytes, "-"),
        Value::Port(port) => port.to_string(),
        Value::Code(CodeKind::Win32, code) => code.to_string(),
        Value::Code(_, code) => format!("0x{code:08x}"),
        Value::Listed {
            name: Some(name), ..
        } => name.to_string(),
        Value::Listed { number, name: None } => number.to_string(),
        Value::Bits { names, unnamed, .. } => bits(names, *unnamed),
        Value::Bytes(bytes) => hex(bytes, " "),
    }
}

/// The names with bars between them, and the bits that have none in hex digits.
fn bits(names: &[Box<str>], unnamed: u64) -> String {
    let mut text = names.join("|");
    if unnamed != 0 || text.is_empty() {
        if !text.is_empty() {
            text.push('|');
        }
        let _ = write!(text, "0x{unnamed:x}");
    }
    text
}

fn hex(bytes: &[u8], between: &str) -> String {
    let mut text = String::new();
    for byte in bytes {
        if !text.is_empty() {
            text.push_str(between);
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn is_number(conversion: Conversion) -> bool {
    matches!(
        conversion,
        Conversion::Signed
            | Conversion::Unsigned
            | Conversion::Hex
            | Conversion::UpperHex
            | Conversion::Octal
    )
}

fn push_integer(integer: Integer, spec: &Spec, out: &mut String) {
    match spec.conversion {
        Conversion::Character => {
            let unit = u16::try_from(integer.bits & 0xffff).unwrap_or_default();
            let character = char::decode_utf16([unit]).next().and_then(Result::ok);
            let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
            pad(character.encode_utf8(&mut [0; 4]), spec, out);
        }
        Conversion::Pointer => push_pointer(integer.bits, PointerSize::Eight, spec, out),
        conversion if is_number(conversion) => {
            let (bits, signed) = shortened(integer, spec.length);
            push_digits(bits, signed, spec, out);
        }
        _ => push_text(&plain(&Value::Integer(integer)), spec, out),
    }
}

/// A number as the lengths `h` and `hh` leave it.
fn shortened(integer: Integer, length: Length) -> (u64, i64) {
    let [low, high, ..] = integer.bits.to_le_bytes();
    match length {
        Length::Whole => (integer.bits, integer.signed()),
        Length::Short => {
            let short = u16::from_le_bytes([low, high]);
            (short.into(), short.cast_signed().into())
        }
        Length::Byte => (low.into(), low.cast_signed().into()),
    }
}

fn push_pointer(address: u64, size: PointerSize, spec: &Spec, out: &mut String) {
    if is_number(spec.conversion) {
        push_digits(address, address.cast_signed(), spec, out);
    } else {
        pad(&plain(&Value::Pointer(address, size)), spec, out);
    }
}

fn push_digits(bits: u64, signed: i64, spec: &Spec, out: &mut String) {
    let (sign, digits, prefix) = match spec.conversion {
        Conversion::Hex => ("", format!("{bits:x}"), "0x"),
        Conversion::UpperHex => ("", format!("{bits:X}"), "0X"),
        Conversion::Octal => ("", format!("{bits:o}"), "0"),
        Conversion::Unsigned => ("", bits.to_string(), ""),
        _ => (
            sign(signed < 0, spec),
            signed.unsigned_abs().to_string(),
            "",
        ),
    };
    let prefix = if spec.flags.alternate && bits != 0 {
        prefix
    } else {
        ""
    };
    let least = usize::from(spec.precision.unwrap_or_default());
    let zeros = "0".repeat(least.saturating_sub(digits.len()));
    // A precision switches the filling with zeros off.
    let zero = spec.flags.zero && spec.precision.is_none();
    pad_number(
        &format!("{sign}{prefix}"),
        &format!("{zeros}{digits}"),
        zero,
        spec,
        out,
    );
}

fn sign(negative: bool, spec: &Spec) -> &'static str {
    match (negative, spec.flags.plus, spec.flags.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    }
}

fn push_double(number: f64, spec: &Spec, out: &mut String) {
    let precision = usize::from(spec.precision.unwrap_or(6));
    let size = number.abs();
    let digits = match spec.conversion {
        _ if !size.is_finite() => size.to_string().to_ascii_lowercase(),
        Conversion::Fixed => format!("{size:.precision$}"),
        Conversion::Exponent => exponent(size, precision),
        Conversion::UpperExponent => exponent(size, precision).to_ascii_uppercase(),
        Conversion::Shorter => shorter(size, precision, spec),
        Conversion::UpperShorter => shorter(size, precision, spec).to_ascii_uppercase(),
        _ => return push_text(&plain(&Value::Double(number)), spec, out),
    };
    let zero = spec.flags.zero && size.is_finite();
    pad_number(
        sign(number.is_sign_negative(), spec),
        &digits,
        zero,
        spec,
        out,
    );
}

/// `1.500000e+02`: at least two digits in the exponent, always with its sign.
fn exponent(size: f64, precision: usize) -> String {
    let (digits, power) = split_exponent(size, precision);
    let sign = if power < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", power.unsigned_abs())
}

fn split_exponent(size: f64, precision: usize) -> (String, i32) {
    let text = format!("{size:.precision$e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    (digits.to_owned(), power.parse().unwrap_or_default())
}

/// The shorter of both notations, without zeros at the end.
fn shorter(size: f64, precision: usize, spec: &Spec) -> String {
    let significant = precision.max(1);
    let (_, power) = split_exponent(size, significant - 1);
    let decimals = i64::try_from(significant).unwrap_or_default() - 1 - i64::from(power);
    let fixed = power >= -4 && decimals >= 0;
    let mut text = if fixed {
        let decimals = usize::try_from(decimals).unwrap_or_default();
        format!("{size:.decimals$}")
    } else {
        exponent(size, significant - 1)
    };
    if !spec.flags.alternate {
        let end = text.find('e').unwrap_or(text.len());
        let tail = text.split_off(end);
        if text.contains('.') {
            text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        }
        text.push_str(&tail);
    }
    text
}

/// Fills a number to the width: zeros stand between sign and digits.
fn pad_number(sign: &str, digits: &str, zero: bool, spec: &Spec, out: &mut String) {
    let missing = usize::from(spec.width).saturating_sub(sign.len() + digits.len());
    if zero && !spec.flags.left {
        out.push_str(sign);
        out.extend(std::iter::repeat_n('0', missing));
        out.push_str(digits);
    } else {
        pad(&format!("{sign}{digits}"), spec, out);
    }
}

/// Fills to the width with blanks.
fn pad(text: &str, spec: &Spec, out: &mut String) {
    // Longer texts than any width are not counted to their end.
    let shown = text.chars().take(spec.width.into()).count();
    let blanks = std::iter::repeat_n(' ', usize::from(spec.width).saturating_sub(shown));
    if spec.flags.left {
        out.push_str(text);
        out.extend(blanks);
    } else {
        out.extend(blanks);
        out.push_str(text);
    }
}
