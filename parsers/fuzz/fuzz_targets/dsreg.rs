//! The join-status text, from bytes of any encoding: every field is touched,
//! and what was found must be consistent.

#![no_main]

use joinscope_dsreg::{join_state, parse_bytes, sniff_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    sniff_bytes(bytes);
    let report = parse_bytes(bytes);
    let mut last_line = 0;
    for capture in &report.captures {
        assert!(!capture.sections.is_empty() || !capture.debug_lines.is_empty());
        for field in capture.fields() {
            assert!(
                field.line >= last_line,
                "fields are in the order of the text"
            );
            last_line = field.line;
            assert!(field.known || *field.canonical == *field.name);
            assert!(capture.find(&field.canonical).is_some());
        }
        for line in &capture.debug_lines {
            line.codes().for_each(drop);
        }
        join_state(capture);
    }
    assert_eq!(report, parse_bytes(bytes));
});
