//! The house rules that a machine can hold, so that no review has to.

#![expect(
    clippy::unwrap_used,
    reason = "a file that cannot be read is a test that fails"
)]

#[path = "tidy/packages.rs"]
mod packages;

use std::path::{Path, PathBuf};

/// What may lie at the top of the repository.
const TOP_LEVEL: &[&str] = &[
    ".cargo",
    ".ci",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "build.rs",
    "clippy.toml",
    "deny.toml",
    "docs",
    "parsers",
    "rules",
    "rustfmt.toml",
    "samples",
    "src",
    "tests",
];
/// What a working copy has there beside it, never committed.
const LOCAL: &[&str] = &[".git", "target", "demo"];

const LONGEST_FILE: usize = 500;
/// Pure tables, which may be longer.
const TABLES: &[&str] = &[];

/// The one file with an unsafe call, and how many it has.
const UNSAFE: &str = "src/bundle/bytes.rs";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A text file of the repository.
struct File {
    /// Path below the root, with `/`.
    path: String,
    text: String,
}

impl File {
    /// Whether the name ends in a dot and this.
    fn has_ending(&self, ending: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|found| found == ending)
    }
}

/// Every text file of the repository, sorted by path.
fn files() -> Vec<File> {
    let mut found = Vec::new();
    collect(root(), &mut found);
    found.sort();
    let file = |path: PathBuf| {
        let text = String::from_utf8(std::fs::read(&path).unwrap()).ok()?;
        let below = path
            .strip_prefix(root())
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        Some(File { path: below, text })
    };
    found.into_iter().filter_map(file).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let fuzz = folder.ends_with("parsers/fuzz");
        if LOCAL.contains(&&*name) || fuzz && matches!(&*name, "corpus" | "artifacts" | "coverage")
        {
            continue;
        }
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_none_or(|ending| ending != "new") {
            found.push(path);
        }
    }
}

fn rust_files() -> impl Iterator<Item = File> {
    files().into_iter().filter(|file| file.has_ending("rs"))
}

/// Fails with one line a fault.
#[track_caller]
fn none(faults: impl IntoIterator<Item = String>) {
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn nothing_strange_lies_at_the_top() {
    let entries = std::fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    none(entries.filter(|name| !TOP_LEVEL.contains(&&**name) && !LOCAL.contains(&&**name)));
}

#[test]
fn every_source_file_says_what_it_is_for() {
    none(
        rust_files()
            .filter(|file| !file.text.starts_with("//! "))
            .map(|file| file.path),
    );
}

#[test]
fn no_source_file_is_too_long() {
    let lines = |file: &File| file.text.lines().count();
    let long =
        rust_files().filter(|file| lines(file) > LONGEST_FILE && !TABLES.contains(&&*file.path));
    none(long.map(|file| {
        format!(
            "{} has {} lines, {LONGEST_FILE} are allowed",
            file.path,
            lines(&file)
        )
    }));
}

/// No work is left marked as undone, and no test is switched off.
#[test]
fn nothing_is_left_for_later() {
    // Written so that this list does not find itself.
    let words = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[", "ignore"),
        concat!("should", "_panic"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("TO", "DO"),
        concat!("dbg", "!("),
    ];
    // A lint or a note may name such a word; code may not use it.
    none(find(rust_files(), &words));
    none(find(
        files().into_iter().filter(|file| file.has_ending("md")),
        &words,
    ));
}

/// Each place in which one of the words stands.
fn find(files: impl Iterator<Item = File>, words: &[&str]) -> Vec<String> {
    let mut places = Vec::new();
    for file in files {
        for (number, line) in (1..).zip(file.text.lines()) {
            for word in words.iter().filter(|word| line.contains(**word)) {
                places.push(format!("{}:{number}: {word}", file.path));
            }
        }
    }
    places
}

#[test]
fn no_blanks_trail_and_no_tabs_indent() {
    let mut faults = Vec::new();
    for file in rust_files() {
        for (number, line) in (1..).zip(file.text.split('\n')) {
            if line.ends_with([' ', '\r', '\t']) || line.contains('\t') {
                faults.push(format!("{}:{number}", file.path));
            }
        }
        if !file.text.ends_with('\n') || file.text.ends_with("\n\n") {
            faults.push(format!("{} does not end with one line end", file.path));
        }
    }
    none(faults);
}

#[test]
fn commented_out_code_is_not_kept() {
    let begins = ["use ", "mod ", "pub ", "let ", "fn ", "tui::", "html::"];
    let is_code = |line: &str| {
        let words = line
            .trim_start()
            .strip_prefix("//")
            .filter(|rest| !rest.starts_with(['/', '!']));
        words.is_some_and(|words| {
            begins
                .iter()
                .any(|begin| words.trim_start().starts_with(begin))
                && words.trim_end().ends_with([';', '{'])
        })
    };
    let mut faults = Vec::new();
    for file in rust_files() {
        for (number, line) in (1..)
            .zip(file.text.lines())
            .filter(|(_, line)| is_code(line))
        {
            faults.push(format!("{}:{number}: {}", file.path, line.trim()));
        }
    }
    none(faults);
}

/// The project speaks of itself alone: of no machine that it was written on, and of no place that
/// packages are fetched from.
#[test]
fn no_place_of_a_machine_is_named() {
    let words = [
        concat!("/wo", "rk/"),
        concat!("/tm", "p/x"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("index.", "crates.io"),
        concat!("static.", "crates.io"),
        concat!("py", "pi.org"),
        concat!("pythonhosted", ".org"),
        concat!("registry.", "npmjs"),
        concat!("deb.", "debian.org"),
    ];
    none(find(
        files().into_iter().filter(|file| file.path != "Cargo.lock"),
        &words,
    ));
}

#[test]
fn unsafe_code_is_in_one_place() {
    let is_unsafe = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        code.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
            .any(|word| word == concat!("un", "safe"))
    };
    let mut places = Vec::new();
    for file in rust_files() {
        places.extend(
            file.text
                .lines()
                .filter(|line| is_unsafe(line))
                .map(|_| file.path.clone()),
        );
    }
    let elsewhere: Vec<String> = places
        .iter()
        .filter(|path| *path != UNSAFE)
        .cloned()
        .collect();
    none(elsewhere);
    assert!(places.len() <= 1, "one call is enough: {places:?}");
}

#[test]
fn the_changelog_has_an_unreleased_part_on_top() {
    let text = std::fs::read_to_string(root().join("CHANGELOG.md")).unwrap_or_default();
    let first = text.lines().find(|line| line.starts_with("## "));
    assert!(
        matches!(first, Some("## Unreleased" | "## [Unreleased]")),
        "CHANGELOG.md begins with what is not released yet, not with {first:?}"
    );
}

/// What a snapshot holds was accepted; a proposal beside it was not.
#[test]
fn snapshots_belong_to_a_test() {
    let mut faults = Vec::new();
    for file in files().iter().filter(|file| file.has_ending("snap")) {
        let source = file
            .text
            .lines()
            .find_map(|line| line.strip_prefix("source: "))
            .unwrap_or_default();
        if !root().join(source).exists() {
            faults.push(format!("{} names {source}, which is not there", file.path));
        }
    }
    none(faults);
}
