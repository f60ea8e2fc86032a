//! The harness of the program's tests: a folder of evidence, and runs of the program in it.
//!
//! Paths given to a run are relative to the folder, so that no output names a place of this
//! machine. Standard input is empty and no variable of the caller's shell is passed on that the
//! program reads.

#![allow(
    dead_code,
    reason = "each test file takes the part of the harness that it needs"
)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness that fails is a test that fails"
)]

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use samples::scenario;
use serde_json::Value;

/// The scenario without fault.
pub(crate) const HEALTHY: &str = "entra-join-healthy";
/// The scenario of three joins that were taken back.
pub(crate) const BLOCKED: &str = "preprovisioning-mdm-blocked";

/// A folder of evidence that goes when the test ends.
pub(crate) struct Dir {
    folder: tempfile::TempDir,
}

impl Dir {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// One with both scenarios, `<name>.zip` each.
    pub(crate) fn with_scenarios() -> Self {
        Self::new().scenario(HEALTHY).scenario(BLOCKED)
    }

    /// Adds a scenario as `<name>.zip`.
    pub(crate) fn scenario(self, name: &str) -> Self {
        let bytes = scenario::build(name).unwrap();
        self.file(&format!("{name}.zip"), &bytes)
    }

    /// Adds a scenario as the folder `<name>`.
    pub(crate) fn scenario_folder(self, name: &str) -> Self {
        let files = scenario::build_files(name).unwrap();
        files.iter().fold(self, |dir, (file, bytes)| {
            dir.file(&format!("{name}/{file}"), bytes)
        })
    }

    /// Adds a file, with the folders above it.
    pub(crate) fn file(self, name: &str, bytes: &[u8]) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Where a file of this folder lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The text of a file of this folder.
    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(std::fs::read(self.path(name)).unwrap()).unwrap()
    }

    /// A run that is still to be completed.
    pub(crate) fn command(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_joinscope"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        for variable in [
            "COLUMNS",
            "JOINSCOPE_PASSWORD",
            "NO_COLOR",
            "RUST_BACKTRACE",
        ] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Run {
        ended(self.command(arguments))
    }

    /// The same with a text on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Run {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        Run::of(&command, child.wait_with_output().unwrap())
    }
}

/// Runs a command to its end.
pub(crate) fn ended(mut command: Command) -> Run {
    let output = command.output().unwrap();
    Run::of(&command, output)
}

/// A run that has ended.
pub(crate) struct Run {
    asked: String,
    code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Run {
    fn of(command: &Command, output: std::process::Output) -> Self {
        Self {
            asked: format!("{:?}", command.get_args().collect::<Vec<_>>()),
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Expects an exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "{}\n{}\n{}",
            self.asked,
            self.err,
            head(&self.out)
        );
        self
    }

    /// Expects words on standard error.
    #[track_caller]
    pub(crate) fn warns(self, words: &str) -> Self {
        assert!(
            self.err.contains(words),
            "{}: no {words:?} in\n{}",
            self.asked,
            self.err
        );
        self
    }

    /// Expects one sentence on standard error, with these words in it.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert_eq!(
            self.err.trim_end().lines().count(),
            1,
            "{}: one sentence, not\n{}",
            self.asked,
            self.err
        );
        self.warns(words)
    }

    /// Expects nothing on standard error.
    #[track_caller]
    pub(crate) fn silent(self) -> Self {
        assert_eq!(self.err, "", "{}", self.asked);
        self
    }

    /// Expects words on standard output.
    #[track_caller]
    pub(crate) fn shows(self, words: &str) -> Self {
        assert!(
            self.out.contains(words),
            "{}: no {words:?} in\n{}",
            self.asked,
            head(&self.out)
        );
        self
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", self.asked, head(&self.out)))
    }

    /// Standard output as one JSON value a line.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<Value> {
        let line = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        self.out.lines().map(line).collect()
    }
}

fn head(text: &str) -> &str {
    let end = text
        .char_indices()
        .nth(2000)
        .map_or(text.len(), |(end, _)| end);
    &text[..end]
}

/// The array at a key; empty where there is none.
pub(crate) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The text at a key; empty where there is none.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Events read from the artifacts whose paths hold these words, whatever else tells of them.
pub(crate) fn events_of(report: &Value, words: &str) -> u64 {
    list(report, "sources")
        .iter()
        .filter(|source| text(source, "artifact").contains(words))
        .filter_map(|source| source["events"].as_u64())
        .sum()
}

/// `kind` and `detail` of each blind spot of a report or inspection.
pub(crate) fn blindspots(report: &Value) -> Vec<(String, String)> {
    let of = |value: &Value| {
        let pair = |spot: &Value| {
            (
                text(spot, "kind").to_owned(),
                format!("{}: {}", text(spot, "artifact"), text(spot, "detail")),
            )
        };
        list(value, "blindspots")
            .iter()
            .map(pair)
            .collect::<Vec<_>>()
    };
    list(report, "artifacts")
        .iter()
        .flat_map(of)
        .chain(of(report))
        .collect()
}

/// A report's blind spots must have one of this kind with these words.
#[track_caller]
pub(crate) fn has_blindspot(report: &Value, kind: &str, words: &str) {
    let spots = blindspots(report);
    assert!(
        spots
            .iter()
            .any(|(of, detail)| of == kind && detail.contains(words)),
        "no {kind} {words:?} in {spots:#?}"
    );
}

/// Real evidence beside the repository, where this machine has it; says so where it has not.
pub(crate) fn corpus(path: &str) -> Option<PathBuf> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(path);
    if full.exists() {
        return Some(full);
    }
    // Past the test runner, which swallows what a passing test prints.
    let _ = writeln!(std::io::stderr(), "skipped: corpus file {path} is absent");
    None
}

/// Files of a folder of real evidence with this ending, sorted; none where the folder is absent.
pub(crate) fn corpus_files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let Some(folder) = corpus(folder) else {
        return Vec::new();
    };
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    paths.sort();
    paths
}
