//! Names that are known by their form alone: SIDs, addresses of mail and network, folders of profiles,
//! hosts in addresses; and stretches of encoded bytes.

use core::net::{IpAddr, Ipv6Addr};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::words::is_apart;

/// What a stretch of text is by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape<'t> {
    /// A security identifier.
    Sid(&'t str),
    /// An account as in a mail address, in its two parts.
    Account(&'t str, &'t str),
    /// An IP address as written.
    Ip(&'t str),
    /// An address of a network card.
    Mac(&'t str),
    /// The name of a folder of profiles.
    Profile(&'t str),
    /// A host, perhaps with a user before it and a port behind it.
    Authority(&'t str),
}

/// Every form in one pass; what was found is told apart by its letters.
static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?P<sid>s-1-[0-9]{1,14}(?:-[0-9]{1,10}){1,15})",
        r#"|(?P<local>[^\s"'<>@:;,/\\=&?()\[\]{}|%]{1,64})(?:@|%40)(?P<at>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+)"#,
        r"|(?P<mac>[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})",
        r"|(?P<v4>[0-9]{1,3}(?:\.[0-9]{1,3}){3})",
        r"|(?P<v6>(?:[0-9a-f]{0,4}:){2,7}[0-9a-f.]{0,15})",
        r#"|[\\/](?:users|home|documents and settings)(?:\\{1,2}|/)(?P<profile>[^\\/\r\n"<>|*?:]{1,64})"#,
        r"|%5c(?:users)%5c(?P<coded>[a-z0-9._+-]{1,64})",
        r#"|(?:https?|ldaps?|ftp|wss?|smb|net\.tcp):(?:\\?/){2}(?P<authority>[^\s/?#"'<>\\,;)}\]]{1,255}\]?(?::[0-9]{1,5})?)"#,
        r#"|(?:^|[\s(=])\\\\(?P<share>[a-z0-9._-]{1,255})\\[^\\]"#,
    ))
    .ok()
});

/// The forms in a text, first to last.
pub(super) fn shapes(text: &str, found: &mut dyn FnMut(Shape<'_>)) {
    if !may_hold(text) {
        return;
    }
    let Some(forms) = FORMS.as_ref() else { return };
    for place in forms.captures_iter(text) {
        let get = |name| place.name(name);
        let is_alone = || {
            place
                .get(0)
                .is_some_and(|all| is_apart(text, all.start(), all.end()))
        };
        if let Some(sid) = get("sid") {
            found(Shape::Sid(sid.as_str()));
        } else if let (Some(local), Some(at)) = (get("local"), get("at")) {
            found(Shape::Account(local.as_str(), at.as_str()));
        } else if let Some(mac) = get("mac") {
            if is_alone() {
                found(Shape::Mac(mac.as_str()));
            }
        } else if let Some(v4) = get("v4") {
            let is_longer = text.get(v4.end()..).is_some_and(continues);
            if is_alone() && !is_longer && v4.as_str().parse::<IpAddr>().is_ok() {
                found(Shape::Ip(v4.as_str()));
            }
        } else if let Some(v6) = get("v6") {
            let address = v6.as_str().trim_end_matches('.');
            if is_alone() && is_v6(address) {
                found(Shape::Ip(address));
            }
        } else if let Some(profile) = get("profile") {
            found(Shape::Profile(profile_name(text, profile.range())));
        } else if let Some(profile) = get("coded") {
            found(Shape::Profile(profile.as_str()));
        } else if let Some(authority) = get("authority").or_else(|| get("share")) {
            found(Shape::Authority(authority.as_str()));
        }
    }
}

/// Whether a text has what the forms cannot do without. Most texts have none of it, and bytes are
/// counted faster than forms are looked for.
fn may_hold(text: &str) -> bool {
    const TELLING: [bool; 256] = {
        let mut telling = [false; 256];
        let mut rest: &[u8] = b"@%:-./\\";
        while let [byte, others @ ..] = rest {
            telling[*byte as usize] = true;
            rest = others;
        }
        telling
    };
    let bytes = text.as_bytes();
    let at = |place: usize| bytes.get(place).copied().unwrap_or_default();
    let is_digit = |place: usize| at(place).is_ascii_digit();
    let is_between = |place: usize| matches!(at(place), b':' | b'-');
    let (mut dots, mut colons) = (0, 0);
    for (place, byte) in bytes.iter().enumerate() {
        if !TELLING[usize::from(*byte)] {
            continue;
        }
        let next = at(place + 1);
        let pair = [
            next.to_ascii_lowercase(),
            at(place + 2).to_ascii_lowercase(),
        ];
        match byte {
            b'@' => return true,
            b'%' if matches!(&pair, b"40" | b"5c") => return true,
            b'-' if &pair == b"1-" => return true,
            b'.' => dots += u32::from(is_digit(place.wrapping_sub(1)) && is_digit(place + 1)),
            b':' => {
                colons += 1;
                if matches!(next, b':' | b'/' | b'\\') {
                    return true;
                }
            }
            // The letter of `users` that other letters than `S` stand for in lower case.
            b'/' | b'\\' if matches!(pair, [b'u', b's' | 0xC5] | [b'h' | b'd', b'o']) => {
                return true;
            }
            b'\\' if next == b'\\' => return true,
            _ => {}
        }
        if is_between(place) && is_between(place + 3) && is_between(place + 6) {
            return true;
        }
    }
    dots >= 3 || colons >= 6
}

/// Whether a number with dots goes on, so that it is a version or an OID.
fn continues(rest: &str) -> bool {
    let mut letters = rest.chars();
    letters.next() == Some('.') && letters.next().is_some_and(|letter| letter.is_ascii_digit())
}

/// Whether it is an address and neither a time nor the name of a function.
fn is_v6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok() && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The name of a folder; where nothing ends it but the text, it has no blank in it.
fn profile_name(text: &str, at: Range<usize>) -> &str {
    let name = text.get(at.clone()).unwrap_or_default();
    let next = text.get(at.end..).and_then(|rest| rest.chars().next());
    let name = match next {
        Some('\\' | '/' | '"' | '>' | '|') => name,
        _ => name
            .split([' ', ',', ';', '\'', ')', '&'])
            .next()
            .unwrap_or_default(),
    };
    name.trim()
}

/// Letters of base64 in both alphabets.
fn is_encoded(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'\\')
}

/// Letters in a row that make a stretch encoded bytes, whatever they are.
const LONG: usize = 200;
/// Letters in a row that do so where as many as [`UNBROKEN`] of them are none that paths have too.
const SHORT: usize = 100;
const UNBROKEN: usize = 40;

/// Stretches of encoded bytes: certificates, keys, hardware hashes.
pub(super) fn encoded(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if text.len() < SHORT {
        return found;
    }
    let (mut start, mut unbroken, mut longest) = (0, 0, 0);
    let ends = text.bytes().chain(std::iter::once(b' '));
    for (at, byte) in ends.enumerate() {
        if is_encoded(byte) {
            let is_word = byte.is_ascii_alphanumeric();
            unbroken = if is_word { unbroken + 1 } else { 0 };
            longest = longest.max(unbroken);
            continue;
        }
        let length = at - start;
        if length >= LONG || (length >= SHORT && longest >= UNBROKEN) {
            found.push(start..at);
        }
        (start, unbroken, longest) = (at + 1, 0, 0);
    }
    found
}

/// Whether a SID is the same everywhere: of a service, a built-in group, an integrity level, a logon
/// session, a capability.
/// Source: specified ([MS-DTYP] 2.4.2.4), observed for virtual accounts.
pub(super) fn is_well_known_sid(sid: &str) -> bool {
    let parts: Vec<&str> = sid.split('-').skip(2).collect();
    match parts.as_slice() {
        // Domains and computers; virtual machines.
        ["5", "21" | "83", ..] => false,
        [
            "0" | "1" | "2" | "3" | "4" | "5" | "9" | "10" | "15" | "16" | "18" | "19",
            ..,
        ] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[Shape<'_>]) {
        let mut found = Vec::new();
        shapes(text, &mut |shape| found.push(format!("{shape:?}")));
        let expected: Vec<String> = expected.iter().map(|shape| format!("{shape:?}")).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn forms_are_found() {
        check(
            "for S-1-5-21-1-2-3-1001.",
            &[Shape::Sid("S-1-5-21-1-2-3-1001")],
        );
        check(
            "User=ada@contoso.example.",
            &[Shape::Account("ada", "contoso.example")],
        );
        check(
            "hint=ada%40contoso.example&x",
            &[Shape::Account("ada", "contoso.example")],
        );
        check(
            "zoë.k@contoso.example",
            &[Shape::Account("zoë.k", "contoso.example")],
        );
        check("at 10.1.2.3:443", &[Shape::Ip("10.1.2.3")]);
        check("[2001:db8::7]", &[Shape::Ip("2001:db8::7")]);
        check("fe80::1%12", &[Shape::Ip("fe80::1")]);
        check("00-15-5D-01-02-03", &[Shape::Mac("00-15-5D-01-02-03")]);
        check(
            r"C:\Users\ada.lovell\AppData",
            &[Shape::Profile("ada.lovell")],
        );
        check(r"C:\\Users\\Ada Lovell\\x", &[Shape::Profile("Ada Lovell")]);
        check(r"C:\Users\ada is missing", &[Shape::Profile("ada")]);
        check("c%3A%5CUsers%5Cada%5Cx", &[Shape::Profile("ada")]);
        check(
            "https://fs.contoso.example:444/x",
            &[Shape::Authority("fs.contoso.example:444")],
        );
        check(
            r#""https:\/\/a.example\/b""#,
            &[Shape::Authority("a.example")],
        );
        check(
            "https://[2001:db8::7]:8/",
            &[Shape::Authority("[2001:db8::7]:8")],
        );
        check(r"from \\files01\share", &[Shape::Authority("files01")]);
        check("00:15:5d:01:02:03", &[Shape::Mac("00:15:5d:01:02:03")]);
        check("1:2:3:4:5:6:10.1.2.3", &[Shape::Ip("1:2:3:4:5:6:10.1.2.3")]);
        check("1:2:3:4:5:6:7:8", &[Shape::Ip("1:2:3:4:5:6:7:8")]);
        check("/HOME/ada/x", &[Shape::Profile("ada")]);
        check("/u\u{17f}ers/ada/x", &[Shape::Profile("ada")]);
        check(r"C:\Documents and Settings\ada\x", &[Shape::Profile("ada")]);
        check(
            r"net.tcp:\/\/a.example\/b",
            &[Shape::Authority("a.example")],
        );
    }

    #[test]
    fn what_looks_like_a_form_is_left() {
        check("10.0.22621.1848", &[]);
        check("1.3.6.1.4.1", &[]);
        check("12:30:45", &[]);
        check("std::vector", &[]);
        check("Device::Add", &[]);
        check(r#""\\Microsoft\\Windows\\Workplace Join""#, &[]);
        check("10.1.2.300", &[]);
        check("ms-app-redir://sign-in/x", &[]);
    }

    #[test]
    fn long_stretches_are_encoded_bytes() {
        let check = |text: &str, expected: &[(usize, usize)]| {
            let found: Vec<_> = encoded(text).iter().map(|it| (it.start, it.end)).collect();
            assert_eq!(found, expected);
        };
        let blob = "MIIDGDCCAgCgAwIBAgIPCQWBnNzDotIJuOqM".repeat(4);
        check(&format!("x \"{blob}\""), &[(3, 3 + blob.len())]);
        check(&"word ".repeat(60), &[]);
        check(&"/some/path".repeat(12), &[]);
        check("", &[]);
    }

    #[test]
    fn sids_of_accounts_are_none_that_all_have() {
        let check =
            |sid: &str, expected: bool| assert_eq!(is_well_known_sid(sid), expected, "{sid}");
        check("S-1-5-18", true);
        check("S-1-5-32-544", true);
        check("S-1-5-80-1-2-3-4-5", true);
        check("S-1-16-12288", true);
        check("S-1-5-21-1-2-3-500", false);
        check("S-1-12-1-1-2-3-4", false);
        check("S-1-11-96-1", false);
    }
}
