//! Trace messages in PDBs: any bytes as a whole file, and as the symbols of a module in a sound one,
//! so that short inputs reach annotations. What is found is never more than there can be.

#![no_main]

#[path = "../../wpp/tests/msf/mod.rs"]
#[expect(
    dead_code,
    reason = "the builder belongs to the parser's tests, which use more of it"
)]
mod msf;

use joinscope_wpp::pdb::{Pdb, container, read};
use libfuzzer_sys::fuzz_target;

/// A record's length has 16 bits; more would only repeat it.
const SYMBOLS: usize = 1 << 17;

fn check(pdb: &Pdb, file: &[u8]) {
    assert!(pdb.public_annotations <= pdb.message_annotations);
    // The shortest annotation has a length, a kind, an address and a count.
    assert!((pdb.message_annotations + pdb.other_annotations) * 12 <= file.len());
    assert!(pdb.messages.is_empty() || pdb.message_annotations > 0);
    assert!(pdb.problems.len() <= 1001);
    for problem in &pdb.problems {
        assert!(!problem.to_string().is_empty());
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(pdb) = read(bytes) {
        assert!(container(bytes).is_some());
        check(&pdb, bytes);
    }
    let symbols = bytes.get(..SYMBOLS).unwrap_or(bytes).to_vec();
    let file = msf::Pdb::new(4096)
        .module("fuzz.obj", &[symbols])
        .to_bytes();
    let pdb = read(&file).expect("the container is sound");
    assert!(pdb.identity.is_some());
    check(&pdb, &file);
});
