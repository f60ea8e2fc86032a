//! Whole bundles in, one text out: every artifact with its content, every blind spot.
//!
//! Only `Evidence` touches the interface; a test is evidence and the text that it must give.

mod cabs;
mod containers;
mod folders;
mod hostile;
mod limits;
mod locks;
mod real;
mod zips;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::{Artifact, Bundle, Limits, Passwords, Reading, open};

/// Files on disk, and how they are opened.
struct Evidence {
    folder: tempfile::TempDir,
    inputs: Vec<PathBuf>,
    limits: Limits,
    passwords: Passwords,
}

impl Evidence {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            inputs: Vec::new(),
            limits: Limits::default(),
            passwords: Passwords::default(),
        }
    }

    /// One input file.
    fn of(name: &str, bytes: &[u8]) -> Self {
        Self::new().file(name, bytes).input(name)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn file(self, name: &str, bytes: &[u8]) -> Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    fn input(mut self, name: &str) -> Self {
        self.inputs.push(self.path().join(name));
        self
    }

    fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    fn passwords(mut self, passwords: &[&str]) -> Self {
        self.passwords = Passwords::new(passwords.iter().copied().map(str::to_owned));
        self
    }

    fn open(&self) -> Bundle {
        open(&self.inputs, &self.limits, &self.passwords).unwrap()
    }

    /// Opens it and compares with the lines expected.
    fn check(&self, expected: &[&str]) {
        let text = text(&self.open());
        assert_eq!(text.lines().collect::<Vec<_>>(), expected, "\n{text}");
    }
}

/// One line per artifact: path, declared size, content or its length; blind spots after it indented.
/// Then one line per blind spot of the bundle.
fn text(bundle: &Bundle) -> String {
    let mut text = String::new();
    for (number, artifact) in bundle.artifacts.iter().enumerate() {
        assert_eq!(usize::try_from(artifact.id.0), Ok(number));
        write_artifact(&mut text, artifact);
        for member in &artifact.members {
            text.push_str("+ ");
            write_artifact(&mut text, member);
        }
    }
    for blindspot in &bundle.blindspots {
        let offset = blindspot
            .offset
            .map(|offset| format!(" @{offset}"))
            .unwrap_or_default();
        let (kind, artifact) = (blindspot.kind, &blindspot.artifact);
        writeln!(text, "{kind}{offset} {artifact}: {}", blindspot.detail).unwrap();
    }
    text
}

fn write_artifact(text: &mut String, artifact: &Artifact) {
    let Reading { bytes, blindspot } = artifact.read();
    assert!(
        bytes.starts_with(&artifact.head()) || blindspot.is_some(),
        "{}",
        artifact.path
    );
    assert!(artifact.path.contains(&*artifact.name), "{}", artifact.path);
    let content = match bytes.len() {
        0..=40 => format!("{:?}", String::from_utf8_lossy(&bytes)),
        length => format!("{length} bytes"),
    };
    writeln!(text, "{} {} {content}", artifact.path, artifact.size).unwrap();
    if let Some(blindspot) = blindspot {
        assert_eq!(blindspot.artifact, *artifact.path);
        let offset = blindspot
            .offset
            .map(|offset| format!(" @{offset}"))
            .unwrap_or_default();
        writeln!(text, "  {}{offset}: {}", blindspot.kind, blindspot.detail).unwrap();
    }
}

/// Bytes that do not pack well, the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut state: u32 = 0x1234_5678;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    (0..length).map(|_| next()).collect()
}
