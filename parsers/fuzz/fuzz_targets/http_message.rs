//! A message from its bytes, as a request and as a response: every accessor, and offsets inside.

#![no_main]

use joinscope_http::{Body, Error, Headers, Limit, read_request, read_response};
use libfuzzer_sys::fuzz_target;

const LIMIT: Limit = Limit {
    bytes: 1 << 20,
    ratio: 200,
};

fuzz_target!(|bytes: &[u8]| {
    match read_request(bytes) {
        Ok((request, damage)) => {
            assert!(!request.method.is_empty() && !request.url.is_empty());
            look(bytes, &request.headers, &request.body, &damage);
            assert_eq!(request.clone().into_owned(), request);
        }
        Err(error) => inside(bytes, &error),
    }
    for method in ["GET", "HEAD"] {
        match read_response(bytes, method) {
            Ok((response, damage)) => {
                response.location();
                look(bytes, &response.headers, &response.body, &damage);
                assert_eq!(response.clone().into_owned(), response);
            }
            Err(error) => inside(bytes, &error),
        }
    }
});

fn look(bytes: &[u8], headers: &Headers<'_>, body: &Body<'_>, damage: &[Error]) {
    assert!(headers.0.len() <= 1000);
    assert!(body.content.stored_len() <= bytes.len());
    damage.iter().for_each(|error| inside(bytes, error));
    for header in &headers.0 {
        assert!(headers.get(&header.name).is_some());
        headers.joined(&header.name);
    }
    body.is_textual();
    body.text(LIMIT);
}

fn inside(bytes: &[u8], error: &Error) {
    let offset = match error {
        Error::Truncated { offset, .. }
        | Error::Invalid { offset, .. }
        | Error::Limit { offset, .. } => *offset,
        _ => 0,
    };
    assert!(offset <= bytes.len() as u64, "{error}");
}
