//! The stories that come with the crate, and what a story may say.

use std::collections::BTreeSet;
use std::path::PathBuf;

use samples::scenario::{self, ScenarioError};

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

#[test]
fn every_folder_is_a_scenario_and_builds() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let entries = std::fs::read_dir(folder).unwrap();
    let found: BTreeSet<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let known: BTreeSet<String> = scenario::names().iter().map(ToString::to_string).collect();
    assert_eq!(found, known);
    assert!(scenario::names().is_sorted());
    for name in scenario::names() {
        let files = scenario::build_files(name).unwrap();
        // One log alone is no bundle.
        assert!(files.len() > 1, "{name}");
        let zip = scenario::build(name).unwrap();
        assert!(zip.starts_with(b"PK\x03\x04"));
        for (file, _) in &files {
            assert!(contains(&zip, file.as_bytes()), "{file}");
        }
        assert_eq!(
            scenario::build(name).unwrap(),
            zip,
            "same input, same bytes"
        );
    }
}

#[test]
fn planted_secrets_are_in_the_evidence() {
    let files: Vec<Vec<u8>> = scenario::names()
        .iter()
        .flat_map(|name| scenario::build_files(name).unwrap())
        .map(|(_, bytes)| bytes)
        .collect();
    assert!(scenario::planted_secrets().len() >= 3);
    for secret in scenario::planted_secrets() {
        let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = files
            .iter()
            .any(|file| contains(file, secret.as_bytes()) || contains(file, &wide));
        assert!(found, "{secret}");
    }
}

#[test]
fn an_unknown_name_tells_the_known_ones() {
    let error = scenario::build("no-such-story").unwrap_err().to_string();
    assert!(
        error.contains("no-such-story") && error.contains("entra-join-healthy"),
        "{error}"
    );
}

/// Builds a story with one event whose lines are given, and returns the fault's text.
fn check(event: &str, expected: Option<&str>) {
    let story = format!(
        "title: t\nstart: 2026-03-02T08:00:00Z\ncomputer: C\nproviders:\n  p: {{name: P, guid: \
         23b8d46b-67dd-40a3-b636-d43e50552c6d}}\nartifacts:\n  - evtx:\n      file: a.evtx\n      \
         channel: A\n      events:\n        - {event}\n"
    );
    match (scenario::build_story(&story), expected) {
        (Ok(files), None) => assert_eq!(files[0].0, "a.evtx"),
        (Err(error), Some(expected)) => {
            let error = error.to_string();
            assert!(error.contains(expected), "{error}");
        }
        (result, _) => assert_eq!(result.is_ok(), expected.is_none(), "{event}: {result:?}"),
    }
}

#[test]
fn stories_are_read_strictly() {
    check("{at: +1s, provider: p, id: 1}", None);
    check(
        "{at: +1s, provider: p, id: 1, fields: {A: text, B: {hex32: 0x80180014}, C: ~}}",
        None,
    );
    check(
        "{at: +1s, provider: p, id: 1, form: {user-data: {element: E, namespace: N}}}",
        None,
    );
    check("{at: +1s, provider: p, id: 1, colour: red}", Some("colour"));
    check("{at: +1s, provider: q, id: 1}", Some("no provider \"q\""));
    check("{at: soon, provider: p, id: 1}", Some("not a time"));
    check("{at: +1s, provider: p, id: 70000}", Some("not a story"));
    check(
        "{at: +1s, provider: p, id: 1, fields: {A: 5}}",
        Some("with its type"),
    );
    check(
        "{at: +1s, provider: p, id: 1, fields: {A: {int33: 5}}}",
        Some("int33"),
    );
    check(
        "{at: +1s, provider: p, id: 1, user: me}",
        Some("not a security identifier"),
    );
}

#[test]
fn a_status_text_takes_only_fields_it_has() {
    let story = "title: t\nstart: 2026-03-02T08:00:00Z\ncomputer: C\nartifacts:\n  - dsregcmd: \
                 {file: d.txt, release: 23H2, state: none, set: {DeviceId: x}}\n";
    let error = scenario::build_story(story).unwrap_err();
    assert!(matches!(error, ScenarioError::Artifact { .. }), "{error}");
}

/// Builds a story that is like another, of which `rest` holds what differs.
fn check_like(like: &str, rest: &str, expected: Result<&[&str], &str>) {
    let story = format!("title: t\nlike: {like}\n{rest}");
    match (scenario::build_story(&story), expected) {
        (Ok(files), Ok(gone)) => {
            let mut known = scenario::build_files(like).unwrap();
            known.retain(|(name, _)| !gone.contains(&name.as_str()));
            assert_eq!(files, known, "the rest is the same to the byte");
        }
        (Err(error), Err(expected)) => {
            let error = error.to_string();
            assert!(error.contains(expected), "{error}");
        }
        (result, _) => panic!("{story}: {:?}", result.map(|files| files.len())),
    }
}

#[test]
fn a_story_like_another_lacks_files_of_it() {
    check_like(
        "tls-interception",
        "without: [signin.saz, DsRegCmdStatus.txt]\n",
        Ok(&["signin.saz", "DsRegCmdStatus.txt"]),
    );
    check_like(
        "tls-interception",
        "without: [sigin.saz]\n",
        Err("has no such file; there are: Microsoft-Windows-User Device"),
    );
    check_like(
        "tls-interception",
        "without: [signin.saz, signin.saz]\n",
        Err("has no such file"),
    );
    check_like("no-such-story", "without: [a]\n", Err("no-such-story"));
    check_like(
        "tls-interception",
        "start: 2026-03-02T08:00:00Z\n",
        Err("start"),
    );
}

#[test]
fn a_story_like_another_adds_files_of_its_own() {
    let story =
        "title: t\nlike: tls-interception\nartifacts:\n  - text: {file: note.txt, text: a}\n";
    let files = scenario::build_story(story).unwrap();
    assert_eq!(files.last().unwrap().0, "note.txt");
    assert_eq!(
        files.len(),
        scenario::build_files("tls-interception").unwrap().len() + 1
    );
}
