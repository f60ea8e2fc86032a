//! Cut, enormous and senseless texts: no panic, linear time, bounded memory.

mod texts;

use joinscope_dsreg::{Capture, Field, Report, join_state, parse, parse_bytes, sniff_bytes};

fn fields(report: &Report) -> Vec<&Field> {
    report.captures.iter().flat_map(Capture::fields).collect()
}

/// Every beginning of a text gives a beginning of its fields; only the last
/// field may differ, because its value is cut.
fn check_prefixes(text: &str) {
    let whole = parse(text);
    let all = fields(&whole);
    for (end, _) in text.char_indices() {
        let report = parse(&text[..end]);
        let found = fields(&report);
        assert!(found.len() <= all.len(), "{end}");
        let sure = found.len().saturating_sub(1);
        assert_eq!(found[..sure], all[..sure], "{end}");
        for capture in &report.captures {
            join_state(capture);
        }
    }
}

#[test]
fn every_prefix() {
    for text in [
        texts::MODERN,
        texts::BEFORE_JOIN,
        texts::LEGACY,
        texts::DEBUG,
    ] {
        check_prefixes(text);
    }
    check_prefixes(&texts::MODERN.replace('\n', "\r\n"));
}

#[test]
fn every_prefix_of_bytes() {
    let utf16: Vec<u8> = texts::BEFORE_JOIN
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for end in 0..utf16.len() {
        sniff_bytes(&utf16[..end]);
        parse_bytes(&utf16[..end]);
    }
}

#[test]
fn flipped_bytes() {
    let bytes = texts::BEFORE_JOIN.as_bytes();
    for place in 0..bytes.len() {
        for flip in [0x20, 0x81] {
            let mut damaged = bytes.to_vec();
            damaged[place] ^= flip;
            parse_bytes(&damaged);
        }
    }
}

#[test]
fn enormous_texts_are_bounded() {
    let long_value = format!("AzureAdJoined : {}\n", "x".repeat(3_000_000));
    let report = parse(&long_value);
    assert_eq!(fields(&report)[0].raw.len(), 65_536);
    assert_eq!(report.problems.len(), 1);

    let endless_message = format!("  Server Message : a\n{}", "b c, d. e\n".repeat(20_000));
    let framed = format!("+---+\n| Diagnostic Data |\n+---+\n{endless_message}");
    assert!(
        fields(&parse(&framed))
            .iter()
            .all(|field| field.raw.len() <= 65_536)
    );

    let many_rows = format!("AzureAdJoined : YES\n{}", "A : B\n".repeat(210_000));
    let report = parse(&many_rows);
    assert!(fields(&report).len() <= 200_000);
    assert_eq!(report.problems.last().map(|problem| problem.line), Some(0));

    for unit in [
        "\0",
        "\r",
        ">",
        "> ",
        "|",
        "+-",
        "+---+\n| a |\n",
        "0x",
        "A::",
        ": ",
        "\u{feff}",
        "`",
    ] {
        parse(&unit.repeat(60_000));
        parse(&format!("AzureAdJoined : YES\n{}", unit.repeat(60_000)));
    }
    parse(&"AzureAdJoined : YES\n".repeat(40_000));
    parse(&"+---+\n| SSO State |\n+---+\nAzureAdPrt : x\n".repeat(20_000));
}
