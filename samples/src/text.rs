//! Text to bytes in the encodings that Windows writes.
//!
//! Windows-1252 is not Latin-1: the range 0x80-0x9F holds printable characters.

/// The 27 characters that Windows-1252 keeps in 0x80-0x9F, with their byte.
/// Source: the "windows-1252" index of the WHATWG Encoding standard.
const WINDOWS_1252_EXTRA: [(char, u8); 27] = [
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8A),
    ('‹', 0x8B),
    ('Œ', 0x8C),
    ('Ž', 0x8E),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9A),
    ('›', 0x9B),
    ('œ', 0x9C),
    ('ž', 0x9E),
    ('Ÿ', 0x9F),
];

/// UTF-16 little-endian bytes without a byte order mark and without a terminator.
pub fn utf16_le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Windows-1252 bytes; a character outside that code page becomes `?`, as Windows writes it.
pub fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(windows_1252_byte).collect()
}

/// Two upper-case hexadecimal digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| DIGITS[usize::from(digit)]).collect()
}

fn windows_1252_byte(character: char) -> u8 {
    let extra = WINDOWS_1252_EXTRA.iter().find(|(c, _)| *c == character);
    if let Some((_, byte)) = extra {
        return *byte;
    }
    match u8::try_from(u32::from(character)) {
        Ok(byte) if !(0x80..0xA0).contains(&byte) => byte,
        _ => b'?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_1252_differs_from_latin_1() {
        assert_eq!(windows_1252("aß€–日"), b"a\xDF\x80\x96?");
    }

    #[test]
    fn utf16_keeps_surrogate_pairs() {
        assert_eq!(utf16_le("A😀"), [0x41, 0, 0x3D, 0xD8, 0x00, 0xDE]);
    }
}
