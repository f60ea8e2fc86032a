//! Manifests and symbols on the command line: what is taken, told and refused.

use samples::program::{Program, ProgramEvent, ProgramProvider};

use super::common::{Dir, HEALTHY};

const TMF: &str = "\
6f1b8b1e-0000-4000-8000-000000000009 joiner // SRC=join.cpp MJ= MN=
#typev join_cpp78 13 \"%0Joined\" //   LEVEL=TRACE_LEVEL_ERROR FUNC=Run
{
}
";

fn program() -> Vec<u8> {
    let event = |id| ProgramEvent::new(id).item("Code", 8, 0);
    let provider = ProgramProvider::new("6f1b8b1e-0000-4000-8000-000000000001")
        .event(event(7))
        .event(event(8));
    let program = Program::new().provider(provider);
    program.to_bytes().expect("the program is small")
}

fn dir() -> Dir {
    let bare = Program::new().to_bytes().expect("the program is small");
    Dir::new()
        .scenario(HEALTHY)
        .file("given/sub/x.dll", &program())
        .file("given/y.txt", TMF.as_bytes())
        .file("given/picture.png", b"\x89PNG")
        .file("given/bare.exe", &bare)
}

#[test]
fn what_was_taken_is_told() {
    let dir = dir();
    let zip = format!("{HEALTHY}.zip");
    let check = |options: &[&str], told: &str| {
        let arguments = [&["analyze", &zip], options].concat();
        let run = dir.run(&arguments).exits(0);
        assert_eq!(run.err, told, "{options:?}");
        assert_eq!(run.out, dir.run(&["analyze", &zip]).out);
        let quiet = [&arguments[..], &["--quiet"]].concat();
        dir.run(&quiet).exits(0).silent();
    };
    let both = "1 provider, 2 events from given/sub/x.dll\n1 message from given/y.txt\n";
    check(&["--provider-dir", "given"], both);
    check(&["--symbols", "given"], both);
    check(
        &[
            "--provider-dir",
            "given/sub/x.dll",
            "--symbols",
            "given/y.txt",
        ],
        both,
    );
    check(
        &["--symbols", "given/picture.png"],
        "given/picture.png: neither a program, a manifest, a TMF text nor a PDB\n",
    );
    check(
        &["--provider-dir", "given/bare.exe"],
        "given/bare.exe: it carries no provider's manifest\n",
    );
    check(
        &["--provider-dir", "given/sub", "--provider-dir", "given/sub"],
        "1 provider, 2 events from given/sub/x.dll\n",
    );
}

#[test]
fn a_path_that_is_not_there_is_a_usage_error() {
    let dir = dir();
    let zip = format!("{HEALTHY}.zip");
    for option in ["--provider-dir", "--symbols"] {
        let run = dir.run(&["analyze", &zip, option, "nowhere"]).exits(2);
        assert!(run.err.contains("nowhere"), "{}", run.err);
        assert_eq!(run.out, "");
    }
}
