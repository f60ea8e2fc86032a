//! An archive: entries are handed on in order and counted, every body is touched.

#![no_main]

use joinscope_har::{read, sniff};
use joinscope_http::Limit;
use libfuzzer_sys::fuzz_target;

const LIMIT: Limit = Limit {
    bytes: 1 << 20,
    ratio: 50,
};

fuzz_target!(|bytes: &[u8]| {
    sniff(bytes);
    let (mut count, mut last) = (0, 0);
    let archive = read(bytes, &mut |exchange| {
        count += 1;
        assert_eq!(exchange.number(), Some(count));
        assert!(exchange.offset >= last && exchange.offset < bytes.len() as u64);
        last = exchange.offset;
        exchange.request.body.text(LIMIT);
        if let Some(response) = &exchange.response {
            response.location();
            response.body.decoded(LIMIT);
        }
        for message in &exchange.messages {
            message.body.decoded(LIMIT);
        }
        for (point, at) in exchange.timers.points() {
            assert_eq!(exchange.timers.at(*point), Some(*at));
            assert!(at.precision >= 1);
        }
        assert_eq!(exchange.clone().into_owned(), exchange);
    });
    assert_eq!(archive.entries, u64::from(count));
    assert!(archive.damage.len() <= 1001);
});
