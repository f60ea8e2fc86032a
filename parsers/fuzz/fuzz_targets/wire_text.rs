//! The reading primitives that decode text and identifiers: what is written
//! must read back as the same, and counts must fit the input.

#![no_main]

use joinscope_wire::{
    Cursor, Guid, Sid, civil_from_ticks, decode_text, filetime, push_utf16le,
    push_utf16le_until_nul, sniff_text, ticks_from_civil,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    text(bytes);
    identifiers(bytes);
    times(bytes);
});

fn text(bytes: &[u8]) {
    let (text, encoding, replaced) = decode_text(bytes);
    assert_eq!(encoding, sniff_text(bytes));
    assert!(replaced <= bytes.len());
    let _ = filetime::split_timestamp(&text);
    let mut all = String::new();
    let replaced = push_utf16le(bytes, &mut all);
    let units: Vec<u16> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| u16::from_le_bytes(*pair))
        .collect();
    let decoded = char::decode_utf16(units);
    let expected: Vec<Option<char>> = decoded.map(Result::ok).collect();
    let odd = bytes.len() % 2;
    assert_eq!(
        replaced,
        expected.iter().filter(|c| c.is_none()).count() + odd
    );
    assert_eq!(all.chars().count(), expected.len() + odd);
    let mut until_nul = String::new();
    let run = push_utf16le_until_nul(bytes, &mut until_nul);
    assert!(run.consumed <= bytes.len());
    assert!(all.starts_with(&until_nul));
    assert!(!until_nul.contains('\0'));
}

fn identifiers(bytes: &[u8]) {
    let mut cursor = Cursor::new(bytes);
    if let Ok(guid) = cursor.guid("guid") {
        assert_eq!(guid.to_string().parse::<Guid>(), Ok(guid));
    }
    if let Ok(text) = str::from_utf8(bytes) {
        let _ = text.parse::<Guid>();
    }
    let before = cursor.position();
    match Sid::read(&mut cursor) {
        Ok(sid) => {
            assert_eq!(cursor.position() - before, sid.wire_len());
            assert!(sid.to_text().starts_with("S-1-"));
        }
        Err(_) => assert_eq!(cursor.position(), before),
    }
}

fn times(bytes: &[u8]) {
    let mut cursor = Cursor::new(bytes);
    let fields = cursor.array("systemtime").ok();
    if let Some(ticks) = fields.and_then(|fields| filetime::ticks_from_systemtime(&fields)) {
        assert!(ticks >= 0);
    }
    let mut cursor = Cursor::new(bytes);
    while let Ok(ticks) = cursor.i64("ticks") {
        let civil = civil_from_ticks(ticks);
        let back = ticks_from_civil(
            civil.year,
            civil.month.into(),
            civil.day.into(),
            civil.hour.into(),
            civil.minute.into(),
            civil.second.into(),
            civil.ticks,
        );
        // The first, incomplete day of the range is given up.
        assert!(back == Some(ticks) || ticks < i64::MIN + filetime::TICKS_PER_DAY);
    }
}
