//! `explain`: one word in every notation that people paste.

use super::common::Dir;

/// Asks for one word; every text must be in the answer.
fn check(word: &str, expected: &[&str]) {
    let run = Dir::new().run(&["explain", word]).exits(0).silent();
    for words in expected {
        assert!(
            run.out.contains(words),
            "{word}: no {words:?} in\n{}",
            run.out
        );
    }
}

#[test]
fn codes_are_known_in_every_notation() {
    for word in [
        "0x801c03ed",
        "0x801C03ED",
        "801c03ed",
        "-2145647635",
        "2149319661",
    ] {
        check(word, &["0x801c03ed", "family      DSREG", "what to do"]);
    }
    for word in [
        "0x80180014",
        "-2145910764",
        "MENROLL_E_DEVICENOTSUPPORTED",
        "menroll_e_devicenotsupported",
    ] {
        check(
            word,
            &["0x80180014 MENROLL_E_DEVICENOTSUPPORTED", "stage       mdm"],
        );
    }
    check("DSREG_E_DEVICE_AUTHENTICATION_ERROR", &["0x801c0002"]);
    check(
        "AADSTS50126",
        &["InvalidUserNameOrPassword", "family      AADSTS"],
    );
    check("aadsts50126", &["AADSTS50126"]);
}

#[test]
fn events_are_known_by_provider_and_id() {
    check("UDR/304", &["UDR/304", "outcome     failure", "ExitCode"]);
    check(
        "UDR/306",
        &["UDR/306", "Hybrid join succeeded", "outcome     success"],
    );
    check("udr/306", &["UDR/306"]);
    check(
        "Microsoft-Windows-User Device Registration/306",
        &["UDR/306"],
    );
    check("AAD/1098", &["Microsoft-Windows-AAD"]);
}

#[test]
fn a_code_without_a_row_is_placed_by_its_facility() {
    check("0x801cffff", &["not in the catalogue", "facility"]);
}

/// Each word gets its answer; what is not known makes the run fail all the same.
#[test]
fn unknown_words_are_2_and_cost_the_others_nothing() {
    let run = Dir::new()
        .run(&["explain", "UDR/306", "no-such-word", "0x801c03ed"])
        .exits(2);
    let run = run.says("not everything could be explained");
    for words in [
        "Hybrid join succeeded",
        "no-such-word",
        "nothing is known of it",
        "family      DSREG",
    ] {
        assert!(run.out.contains(words), "no {words:?} in\n{}", run.out);
    }
    for word in ["UDR/99999", "nobody/304", "/", "0x", ""] {
        Dir::new().run(&["explain", word]).exits(2);
    }
}

/// A word from a pasted line cannot drive the terminal.
#[test]
fn the_word_itself_is_shown_harmless() {
    let run = Dir::new().run(&["explain", "0x1\u{1b}[2J"]).exits(2);
    assert!(!run.out.contains('\u{1b}'), "{:?}", run.out);
}
