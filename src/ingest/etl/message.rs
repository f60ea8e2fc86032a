//! Messages of manifests: `%1` stands for the first field, `%n` for a line end, `%%` for itself.
//! Source: specified (message text files, FormatMessage inserts).

use crate::model::Value;

/// Bytes that a message has at most; one that repeats a long field is cut there.
const LONGEST: usize = 16 << 10;

/// The message with its inserts filled in; `None` where one names a field that is not there.
pub(super) fn filled(template: &str, values: &[Value<'_>]) -> Option<String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_digit).take(2).count();
        let (number, mut behind) = after.split_at(digits);
        if digits > 0 {
            let number: usize = number.parse().ok()?;
            // %0 ends the message.
            let Some(index) = number.checked_sub(1) else {
                return finished(out);
            };
            values.get(index)?.write_text(&mut out);
            behind = without_format(behind);
        } else {
            let mut letters = after.chars();
            match letters.next() {
                Some('n' | 'r') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            }
            behind = letters.as_str();
        }
        rest = behind;
        if out.len() > LONGEST {
            return finished(out);
        }
    }
    out.push_str(rest);
    finished(out)
}

/// What stands behind an insert's own format, e.g. `!S!`.
fn without_format(text: &str) -> &str {
    match text.strip_prefix('!').and_then(|rest| rest.split_once('!')) {
        Some((format, behind)) if format.len() <= 8 => behind,
        _ => text,
    }
}

fn finished(mut text: String) -> Option<String> {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.truncate(text.trim_end().len());
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inserts_are_filled() {
        let values = [Value::Text("contoso"), Value::Hex32(0x801c_03ed)];
        let check = |template: &str, expected: Option<&str>| {
            assert_eq!(filled(template, &values).as_deref(), expected, "{template}");
        };
        check(
            "Join of %1 failed: %2.%n",
            Some("Join of contoso failed: 0x801c03ed."),
        );
        check(
            "%1!S! has 100 %% %2!x!",
            Some("contoso has 100 % 0x801c03ed"),
        );
        check("%3", None);
        check("no insert", Some("no insert"));
        check("to the end%0 and not beyond", Some("to the end"));
        check("%", None);
        check("", None);
    }

    #[test]
    fn a_message_is_bounded() {
        let long = "ä".repeat(LONGEST);
        let values = [Value::Text(&long)];
        let text = filled(&"%1".repeat(1000), &values).expect("it has a text");
        assert!(text.len() <= LONGEST);
    }
}
