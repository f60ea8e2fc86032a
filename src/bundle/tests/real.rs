//! Real files, where this machine has them: all of them open, and nothing is wrong with any.

use std::path::Path;

use super::text;
use crate::bundle::{Bundle, Limits, Passwords, open};

fn corpus(folder: &str) -> Option<Bundle> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(folder);
    if !path.exists() {
        eprintln!("skipped: the corpus folder {folder} is not here");
        return None;
    }
    Some(open(&[path], &Limits::default(), &Passwords::default()).unwrap())
}

fn check(bundle: &Bundle) {
    assert!(bundle.blindspots.is_empty(), "{}", text(bundle));
    let members = bundle
        .artifacts
        .iter()
        .flat_map(|artifact| &artifact.members);
    for artifact in bundle.artifacts.iter().chain(members) {
        let reading = artifact.read();
        assert_eq!(reading.blindspot, None);
        assert_eq!(
            reading.bytes.len() as u64,
            artifact.size,
            "{}",
            artifact.path
        );
        assert!(
            reading.bytes.starts_with(&artifact.head()),
            "{}",
            artifact.path
        );
    }
}

#[test]
fn diagnostics_archives() {
    let Some(bundle) = corpus("intune") else {
        return;
    };
    check(&bundle);
    let inside = |mark: &str| {
        bundle
            .artifacts
            .iter()
            .any(|artifact| artifact.path.contains(mark))
    };
    assert!(inside(".zip!/") && inside(".cab!/"));
}

#[test]
fn session_archives() {
    let Some(bundle) = corpus("saz") else {
        return;
    };
    check(&bundle);
    assert!(
        bundle
            .artifacts
            .iter()
            .all(|artifact| !artifact.members.is_empty())
    );
}
