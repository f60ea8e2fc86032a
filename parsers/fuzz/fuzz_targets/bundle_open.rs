//! Any bytes as a file of evidence: opened as whatever they turn out to be, and everything in them
//! read, within small limits that must hold.

#![no_main]

use std::collections::HashSet;

use joinscope::bundle::{Limits, Passwords, open};
use libfuzzer_sys::fuzz_target;

const MEMBER: u64 = 1 << 20;
const EXPANDED: u64 = 4 << 20;

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("x.bin");
    std::fs::write(&path, bytes).expect("a temporary file can be written");
    let limits = Limits {
        depth: 4,
        entries: 200,
        expanded_bytes: EXPANDED,
        held_bytes: EXPANDED,
        member_bytes: MEMBER,
        ratio: 100,
        ratio_floor_bytes: 64 << 10,
    };
    // No password: each guess of a strong one takes a thousand rounds of hashing.
    let bundle =
        open(&[path], &limits, &Passwords::default()).expect("the path itself can be read");
    let mut paths = HashSet::new();
    let mut total = 0;
    for artifact in &bundle.artifacts {
        assert!(paths.insert(artifact.path.to_string()), "paths are unique");
        assert!(
            !artifact.path.split('/').any(|part| part == ".."),
            "no path leads out: {}",
            artifact.path
        );
        let read = artifact.read();
        let length = read.bytes.len() as u64;
        let head = artifact.head();
        assert!(read.bytes.starts_with(&head) || read.blindspot.is_some());
        if artifact.path.contains("!/") {
            assert!(length <= MEMBER);
            total += length;
        }
    }
    assert!(total <= EXPANDED);
});
