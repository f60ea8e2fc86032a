//! Whether a value fits: by number, code or time where both sides are one, else by text.

use core::net::{IpAddr, SocketAddr};
use std::borrow::Cow;
use std::str::Chars;

use super::{Op, Pattern, Special, When};
use crate::model::Value;

pub(super) fn value_matches(field: Value<'_>, op: Op, value: &Pattern) -> bool {
    match op {
        Op::Present => return true,
        Op::Filled => return !field.is_empty(),
        _ => {}
    }
    let by_value = !matches!(op, Op::Contains | Op::Begins | Op::Ends | Op::Regex);
    if by_value && !value.wildcard && matches!(value.special, Special::None) {
        if let (Some(code), Some(own)) = (value.code, field.code())
            && matches!(op, Op::Match | Op::Equal | Op::NotEqual)
        {
            return (code == own) != (op == Op::NotEqual);
        }
        if let (Some(number), Some(own)) = (value.number, field.number()) {
            return compares(own, op, number);
        }
        if let (Some(When::At(bound)), Value::Time(own)) = (value.when, field) {
            return compares(own.0 as f64, op, bound.0 as f64);
        }
    }
    text_matches(&field.text(), op, value)
}

pub(super) fn compares(left: f64, op: Op, right: f64) -> bool {
    match op {
        Op::Match | Op::Equal => (left - right).abs() < f64::EPSILON,
        Op::NotEqual => (left - right).abs() >= f64::EPSILON,
        Op::Less => left < right,
        Op::AtMost => left <= right,
        Op::More => left > right,
        Op::AtLeast => left >= right,
        Op::Present | Op::Filled | Op::Contains | Op::Begins | Op::Ends | Op::Regex => false,
    }
}

pub(super) fn text_matches(text: &str, op: Op, value: &Pattern) -> bool {
    let found = || {
        match &value.special {
            Special::None => {}
            Special::Regex(regex) => return regex.is_match(text),
            Special::Range(begin, bits) => return is_in_range(text, *begin, *bits),
        }
        let is_plain = !value.wildcard || !matches!(op, Op::Match | Op::Equal | Op::NotEqual);
        if is_plain
            && text.is_ascii()
            && let Some(found) = folded(text.as_bytes(), op, value.text.as_bytes())
        {
            return found;
        }
        let text = lower(text);
        match (op, value.wildcard) {
            (Op::Match | Op::Equal | Op::NotEqual, true) => wildcard(&text, &value.text),
            (Op::Match, false) | (Op::Contains, _) => text.contains(&value.text),
            (Op::Equal | Op::NotEqual, false) => text == value.text,
            (Op::Begins, _) => text.starts_with(&value.text),
            (Op::Ends, _) => text.ends_with(&value.text),
            (Op::Present, _) => true,
            (Op::Filled, _) => !text.trim().is_empty(),
            // Text has no size; such terms are refused when the query is read.
            _ => false,
        }
    };
    found() != (op == Op::NotEqual)
}

/// Whether a text is an address, with or without a port, of the range.
fn is_in_range(text: &str, begin: IpAddr, bits: u8) -> bool {
    let text = text.trim();
    let address = text.parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    let shifted = |number: u128, width: u32| {
        let dropped = width.saturating_sub(u32::from(bits));
        number.checked_shr(dropped).unwrap_or(0)
    };
    match (address, begin) {
        (Some(IpAddr::V4(address)), IpAddr::V4(begin)) => {
            shifted(u32::from(address).into(), 32) == shifted(u32::from(begin).into(), 32)
        }
        (Some(IpAddr::V6(address)), IpAddr::V6(begin)) => {
            shifted(address.into(), 128) == shifted(begin.into(), 128)
        }
        _ => false,
    }
}

/// Whether ASCII text fits a pattern in lower case, without a copy in lower case; `None` for what is not
/// asked of letters.
fn folded(text: &[u8], op: Op, pattern: &[u8]) -> Option<bool> {
    let part = |range: Option<&[u8]>| range.is_some_and(|part| part.eq_ignore_ascii_case(pattern));
    Some(match op {
        Op::Equal | Op::NotEqual => text.eq_ignore_ascii_case(pattern),
        Op::Begins => part(text.get(..pattern.len())),
        Op::Ends => part(text.get(text.len().wrapping_sub(pattern.len())..)),
        Op::Match | Op::Contains => holds(text, pattern),
        _ => return None,
    })
}

/// Whether a text holds a part, in any ASCII letter case.
pub(super) fn holds(text: &[u8], part: &[u8]) -> bool {
    let Some(first) = part.first() else {
        return true;
    };
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(lower, upper, text).any(|at| {
        let here = text.get(at..at + part.len());
        here.is_some_and(|here| here.eq_ignore_ascii_case(part))
    })
}

fn lower(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .any(|byte| byte.is_ascii_uppercase() || byte >= 0x80)
    {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether the whole text fits a pattern of `*` (any run) and `?` (any one letter), in
/// time proportional to both lengths' product at worst.
fn wildcard(text: &str, pattern: &str) -> bool {
    let (mut at, mut want) = (text.chars(), pattern.chars());
    // Where the last run of any letters can be made one longer.
    let mut retry: Option<(Chars<'_>, Chars<'_>)> = None;
    let mut behind = at.clone();
    while let Some(letter) = behind.next() {
        let mut next = want.clone();
        match next.next() {
            Some('*') => {
                want = next;
                retry = Some((at.clone(), want.clone()));
            }
            Some(wanted) if wanted == '?' || wanted == letter => {
                at = behind;
                want = next;
            }
            _ => match &mut retry {
                Some((from, star)) => {
                    from.next();
                    at = from.clone();
                    want = star.clone();
                }
                None => return false,
            },
        }
        behind = at.clone();
    }
    want.all(|letter| letter == '*')
}

#[cfg(test)]
mod tests {
    use super::{folded, lower, wildcard};
    use crate::timeline::query::Op;

    #[test]
    fn ascii_fits_as_its_copy_in_lower_case_does() {
        let texts = ["", "a", "Aa", "abCABc", "no TOKEN: token", "x[{@", "ToKe"];
        let patterns = ["", "a", "aa", "abc", "token", "[{", "@", "kelvin\u{e9}"];
        for (text, pattern) in texts
            .iter()
            .flat_map(|text| patterns.map(|pattern| (*text, pattern)))
        {
            let check = |op: Op, expected: bool| {
                let found = folded(text.as_bytes(), op, pattern.as_bytes());
                assert_eq!(found, Some(expected), "{text} {op:?} {pattern}");
            };
            let lower = lower(text);
            check(Op::Contains, lower.contains(pattern));
            check(Op::Match, lower.contains(pattern));
            check(Op::Begins, lower.starts_with(pattern));
            check(Op::Ends, lower.ends_with(pattern));
            check(Op::Equal, lower == pattern);
        }
    }

    #[test]
    fn wildcards_fit_whole_texts() {
        let check = |text, pattern, expected| {
            assert_eq!(wildcard(text, pattern), expected, "{text} {pattern}");
        };
        check("0x801c03ed", "0x801c*", true);
        check("0x80180014", "0x801c*", false);
        check("abc", "a?c", true);
        check("abc", "a?", false);
        check("", "*", true);
        check("aaaaaaaaaaaaaaaaab", "*a*a*a*a*b", true);
        check("anything", "*thing", true);
    }
}
