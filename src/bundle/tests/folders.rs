//! Files and folders on disk.

use samples::archive::ZipBundle;

use super::{Evidence, text};
use crate::bundle::{Limits, Passwords, open};

#[test]
fn a_folder_is_read_by_name_with_everything_below() {
    Evidence::new()
        .file("case/b.log", b"b")
        .file("case/a/2.log", b"2")
        .file("case/a/1.log", b"1")
        .file("case/c.log", b"")
        .input("case")
        .check(&[
            "case/a/1.log 1 \"1\"",
            "case/a/2.log 1 \"2\"",
            "case/b.log 1 \"b\"",
            "case/c.log 0 \"\"",
        ]);
}

#[test]
fn the_order_of_inputs_does_not_matter_and_each_is_read_once() {
    let archive = ZipBundle::new().file("x.log", b"x").to_bytes();
    let evidence = Evidence::new()
        .file("b.zip", &archive)
        .file("a.log", b"a")
        .file("c/d.log", b"d");
    let forth = evidence
        .input("b.zip")
        .input("c")
        .input("a.log")
        .input("b.zip");
    let expected = ["a.log 1 \"a\"", "b.zip!/x.log 1 \"x\"", "c/d.log 1 \"d\""];
    forth.check(&expected);
    let mut back = forth;
    back.inputs.reverse();
    back.check(&expected);
    let bundle = back.open();
    let inputs = bundle
        .inputs
        .iter()
        .map(|input| (input.label.as_str(), input.bytes, input.is_folder()));
    assert_eq!(
        inputs.collect::<Vec<_>>(),
        [
            ("a.log", 1, false),
            ("b.zip", archive.len() as u64, false),
            ("c", 1, true)
        ]
    );
    let whole = bundle
        .inputs
        .iter()
        .filter_map(|input| Some(input.read()?.bytes.len()));
    assert_eq!(whole.collect::<Vec<_>>(), [1, archive.len()]);
}

#[test]
fn inputs_that_end_in_the_same_name_are_told_apart() {
    let evidence = Evidence::new()
        .file("one/x.log", b"1")
        .file("two/x.log", b"2");
    let bundle = evidence.input("one/x.log").input("two/x.log").open();
    let ends = bundle.artifacts.iter().zip(["/one/x.log", "/two/x.log"]);
    assert!(
        ends.into_iter()
            .all(|(artifact, end)| artifact.path.ends_with(end))
    );
    assert!(
        bundle
            .artifacts
            .iter()
            .all(|artifact| &*artifact.name == "x.log")
    );
}

#[test]
fn an_input_inside_another_is_not_read_twice() {
    let evidence = Evidence::new()
        .file("case/a.log", b"a")
        .input("case")
        .input("case/a.log");
    evidence.check(&["case/a.log 1 \"a\""]);
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_end_the_walk() {
    let evidence = Evidence::new().file("case/a.log", b"a").input("case");
    std::os::unix::fs::symlink("..", evidence.path().join("case/back")).unwrap();
    std::os::unix::fs::symlink("a.log", evidence.path().join("case/z.log")).unwrap();
    std::os::unix::fs::symlink("absent", evidence.path().join("case/dead")).unwrap();
    let text = text(&evidence.open());
    let expected_ends = [
        "case/a.log 1 \"a\"",
        "skipped case/back/case: It was read already under another path, to which it leads.",
        "unreadable case/dead: The file cannot be read: it is no longer there.",
        "skipped case/z.log: It was read already under another path, to which it leads.",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected_ends);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_a_blind_spot_inside_and_an_error_at_the_root() {
    use std::os::unix::fs::PermissionsExt;
    let evidence = Evidence::new().file("case/a.log", b"a").input("case");
    let file = evidence.path().join("case/a.log");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&file).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    evidence.check(&["unreadable case/a.log: The file cannot be read: permission was denied."]);
    let error = open(&[file], &Limits::default(), &Passwords::default()).unwrap_err();
    assert!(
        error.to_string().starts_with("permission to read"),
        "{error}"
    );
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let evidence = Evidence::of("a.log", b"a").input("b.log");
    let error = open(&evidence.inputs, &Limits::default(), &Passwords::default()).unwrap_err();
    let expected = format!(
        "there is no file or folder {}",
        evidence.path().join("b.log").display()
    );
    assert_eq!(error.to_string(), expected.replace('\\', "/"));
}
