//! The members of a session archive, drawn from the input: a letter says which part of which session
//! each piece is. Everything that the sessions say is touched, bodies decoded within small limits.

#![no_main]

use joinscope_http::Limit;
use joinscope_saz::read;
use libfuzzer_sys::fuzz_target;

const LIMIT: Limit = Limit {
    bytes: 1 << 20,
    ratio: 100,
};

/// Stands between pieces; the byte after it says what the next one is.
const MARK: &[u8] = b"\n@@";

fuzz_target!(|bytes: &[u8]| {
    let mut members = Vec::new();
    let mut rest = bytes;
    while let Some((kind, behind)) = rest.split_first() {
        let end = behind.windows(MARK.len()).position(|mark| mark == MARK);
        let piece = &behind[..end.unwrap_or(behind.len())];
        let part = ["c.txt", "s.txt", "m.xml", "w.txt"][usize::from(*kind) % 4];
        members.push((format!("raw/{}_{part}", kind / 4 % 4), piece));
        rest = end.map_or(&[][..], |end| &behind[end + MARK.len()..]);
    }
    let named = members.iter().map(|(name, piece)| (name.as_str(), *piece));
    let archive = read(named);
    let mut last = None;
    for session in &archive.sessions {
        assert!(last < Some(session.number), "sessions are in order");
        last = Some(session.number);
        session.has_times_without_zone();
        let exchange = session.exchange();
        assert_eq!(exchange.number(), Some(session.number));
        exchange.request.body.text(LIMIT);
        if let Some(answer) = &exchange.response {
            let decoded = answer.body.decoded(LIMIT);
            assert!(decoded.bytes.len() as u64 <= LIMIT.bytes + bytes.len() as u64);
        }
        if let Some(metadata) = &session.metadata {
            metadata.process();
            metadata.response_body_bytes();
            metadata.violations().for_each(drop);
        }
    }
    for fault in &archive.faults {
        assert!(!fault.to_string().is_empty());
    }
});
