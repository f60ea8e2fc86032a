//! Many bundles in one run: a report each, an index, going on where a run was broken off.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use super::common::{Dir, Run, text};

/// Bundles of six devices, one of them cut, and a file that is none.
fn bundles() -> Dir {
    let told = [
        "preprovisioning-token-expired",
        "preprovisioning-mdm-blocked",
        "entra-join-healthy",
        "device-quota",
    ];
    let dir = told.iter().fold(Dir::new(), |dir, name| {
        let bundle = samples::scenario::build(name).expect("the story is sound");
        dir.file(&format!("in/{name}.zip"), &bundle)
    });
    let cut = samples::scenario::build("mdm-healthy").expect("the story is sound");
    let cut = &cut[..cut.len() / 2];
    dir.file("in/cut.zip", cut)
        .file("in/notes.bin", b"\x01\x02 nothing")
}

fn lines(dir: &Dir, out: &str) -> Vec<Value> {
    let index = dir.text(&format!("{out}/index.jsonl"));
    index
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

fn batch(dir: &Dir, out: &str, more: &[&str]) -> Run {
    dir.run(&[&["batch", "in", "-o", out], more].concat())
}

#[test]
fn each_bundle_has_its_report_and_a_broken_one_stops_nothing() {
    let dir = bundles();
    let run = batch(&dir, "out", &["--redact", "none"]).exits(4);
    assert!(
        run.err.contains("6/6 in/preprovisioning-token-expired.zip"),
        "{}",
        run.err
    );
    let said: Vec<String> = lines(&dir, "out")
        .iter()
        .map(|line| {
            let root = line["root"]["rule"].as_str().unwrap_or("-");
            format!("{} {} {root}", text(line, "bundle"), text(line, "state"))
        })
        .collect();
    assert_eq!(
        said,
        [
            "in/cut.zip partial -",
            "in/device-quota.zip done device-quota-reached",
            "in/entra-join-healthy.zip done -",
            "in/notes.bin unreadable -",
            "in/preprovisioning-mdm-blocked.zip done mdm-device-not-preregistered",
            "in/preprovisioning-token-expired.zip done task-held",
        ]
    );
    let page = dir.text("out/index.html").replace("&#x2f;", "/");
    for line in lines(&dir, "out") {
        assert!(page.contains(text(&line, "bundle")));
        if let Some(report) = line["report"].as_str() {
            assert!(
                dir.text(&format!("out/{report}"))
                    .starts_with("<!doctype html>")
            );
            assert!(page.contains(&format!("href=\"{report}\"")));
        }
    }
}

#[test]
fn what_did_not_change_is_not_read_again() {
    let dir = bundles();
    batch(&dir, "out", &[]).exits(4);
    let (index, page) = (dir.text("out/index.jsonl"), dir.text("out/index.html"));
    // A report that is written again would not be this any more.
    let first = lines(&dir, "out");
    let kept = first
        .iter()
        .find_map(|line| line["report"].as_str())
        .unwrap();
    let dir = dir.file(&format!("out/{kept}"), b"kept as it is");
    batch(&dir, "out", &[]).exits(4);
    assert_eq!(dir.text("out/index.jsonl"), index);
    assert_eq!(dir.text("out/index.html"), page);
    assert_eq!(dir.text(&format!("out/{kept}")), "kept as it is");
    // A bundle that changed is.
    let other = samples::scenario::build("mdm-scope-missing").unwrap();
    let dir = dir.file("in/device-quota.zip", &other);
    batch(&dir, "out", &[]).exits(4);
    let roots = |dir: &Dir| -> Vec<String> {
        let lines = lines(dir, "out");
        let roots = lines
            .iter()
            .filter_map(|line| line["root"]["rule"].as_str());
        roots.map(str::to_owned).collect()
    };
    assert!(
        roots(&dir).contains(&"mdm-scope-missing".to_owned()),
        "{:?}",
        roots(&dir)
    );
}

#[test]
fn a_run_that_was_killed_goes_on_to_the_same_index() {
    let dir = bundles();
    let mut command = dir.command(&["batch", "in", "-o", "broken-off"]);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Killed when the second bundle is done, whatever it is at then.
    let told = BufReader::new(child.stderr.take().unwrap()).lines();
    assert_eq!(told.take(2).count(), 2);
    child.kill().unwrap();
    child.wait().unwrap();
    batch(&dir, "broken-off", &[]).exits(4);
    batch(&dir, "whole", &[]).exits(4);
    for file in ["index.jsonl", "index.html"] {
        let texts = ["broken-off", "whole"].map(|out| dir.text(&format!("{out}/{file}")));
        assert!(texts[0] == texts[1], "{file} differs");
    }
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let dir = bundles().file("mine/letter.txt", b"dear reader");
    batch(&dir, "mine", &[]).exits(2).says("holds no batch");
    batch(&dir, "out", &["--redact", "none"]).exits(4);
    // Reports with names in them must not stand beside redacted ones.
    batch(&dir, "out", &[]).exits(2).says("other options");
    batch(&dir, "out", &["--force"]).exits(4);
    let reports = std::fs::read_dir(dir.path("out/reports")).unwrap().count();
    let linked = lines(&dir, "out")
        .iter()
        .filter(|line| line["report"].is_string())
        .count();
    assert_eq!(reports, linked);
}

#[test]
fn names_are_in_no_file_of_a_redacted_batch() {
    let dir = bundles();
    batch(&dir, "out", &[]).exits(4);
    let mut texts = vec![dir.text("out/index.jsonl"), dir.text("out/index.html")];
    for folder in ["out/reports", "out/lines"] {
        for entry in std::fs::read_dir(dir.path(folder)).unwrap() {
            texts.push(std::fs::read_to_string(entry.unwrap().path()).unwrap());
        }
    }
    for text in texts {
        for name in ["DESKTOP-EXMPL", "ada@contoso", "notes.bin"] {
            assert!(
                !text.contains(name),
                "{name} stands in {}",
                &text[..text.len().min(400)]
            );
        }
    }
}
