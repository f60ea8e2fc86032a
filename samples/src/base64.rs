//! Base64 as HAR (standard alphabet, padded) and JWT (URL alphabet, without padding) write it.
//!
//! Source: RFC 4648, sections 4 and 5.

/// Standard alphabet, padded with `=`.
pub fn standard(bytes: &[u8]) -> String {
    let mut text = encode(bytes, ['+', '/']);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// The alphabet that is safe in addresses, without padding.
pub fn url(bytes: &[u8]) -> String {
    encode(bytes, ['-', '_'])
}

fn encode(bytes: &[u8], last: [char; 2]) -> String {
    let letters: Vec<char> = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(last)
        .collect();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, place| {
            bits << 8 | usize::from(group.get(place).copied().unwrap_or(0))
        });
        for place in 0..=group.len() {
            text.push(letters[bits >> (18 - 6 * place) & 63]);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_specification() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(standard(bytes.as_bytes()), text);
            assert_eq!(url(bytes.as_bytes()), text.trim_end_matches('='));
        }
        assert_eq!(standard(&[0xFB, 0xFF]), "+/8=");
        assert_eq!(url(&[0xFB, 0xFF]), "-_8");
    }
}
