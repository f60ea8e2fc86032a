//! Heads and lengths of messages: sound ones, those of recorders, damaged ones, and every prefix.

use joinscope_http::{Content, Error, Header, Headers, read_request, read_response};
use samples::http::{Coding, Message};

#[track_caller]
fn check_request(bytes: &[u8], expected: &str, damage: &[&str]) {
    let found = read_request(bytes).map(|(request, faults)| {
        let version = request.version.as_deref().unwrap_or("-");
        let line = format!("{} {} {version}", request.method, request.url);
        (line + &fields(&request.headers), faults)
    });
    check(found, expected, damage);
}

#[track_caller]
fn check_response(bytes: &[u8], method: &str, expected: &str, damage: &[&str]) {
    let found = read_response(bytes, method).map(|(response, faults)| {
        let version = response.version.as_deref().unwrap_or("-");
        let interim = response
            .interim
            .iter()
            .map(|one| format!("({})", one.status));
        let interim: String = interim.collect();
        let line = format!("{interim}{version} {} {}", response.status, response.reason);
        (line + &fields(&response.headers), faults)
    });
    check(found, expected, damage);
}

fn fields(headers: &Headers<'_>) -> String {
    let field = |header: &Header<'_>| format!("|{}={}", header.name, header.value);
    headers.0.iter().map(field).collect::<Vec<_>>().concat()
}

#[track_caller]
fn check(found: Result<(String, Vec<Error>), Error>, expected: &str, damage: &[&str]) {
    let (text, faults) = found.unwrap_or_else(|error| (String::new(), vec![error]));
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        (&*text, faults),
        (expected, damage.iter().map(ToString::to_string).collect())
    );
}

#[test]
fn requests_are_read() {
    check_request(
        b"GET https://a.example/x?y=1 HTTP/1.1\r\nHost: a.example\r\nA:  b \r\n\r\n",
        "GET https://a.example/x?y=1 HTTP/1.1|Host=a.example|A=b",
        &[],
    );
    check_request(
        b"\r\n\r\nCONNECT a:443 HTTP/1.0\n\n",
        "CONNECT a:443 HTTP/1.0",
        &[],
    );
    check_request(b"GET /old\r\n\r\n", "GET /old -", &[]);
    // A recorder of HTTP/2, and an address that was not escaped.
    check_request(
        b"GET https://a/b c HTTP/2\r\n:authority: a\r\nx: \xE9\r\n\r\n",
        "GET https://a/b c HTTP/2|:authority=a|x=é",
        &[],
    );
}

#[test]
fn responses_are_read() {
    check_response(
        b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody",
        "GET",
        "HTTP/1.1 200 OK|A=b",
        &[],
    );
    check_response(b"HTTP/1.1 404\r\n\r\n", "GET", "HTTP/1.1 404 ", &[]);
    check_response(
        b"HTTP/2 503 \r\nRetry-After: 5\r\n\r\n",
        "GET",
        "HTTP/2 503 |Retry-After=5",
        &[],
    );
    check_response(
        b"HTTP/1.1 200 Connection Established\r\n\r\n",
        "CONNECT",
        "HTTP/1.1 200 Connection Established",
        &[],
    );
    let status = &["invalid status code at offset 0"];
    check_response(b"HTTP/1.1 0 none\r\n\r\n", "GET", "HTTP/1.1 0 none", status);
}

#[test]
fn interim_responses_stand_in_front() {
    let bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n\
                  HTTP/1.1 200 OK\r\nB: c\r\n\r\nbody";
    check_response(bytes, "POST", "(100)(103)HTTP/1.1 200 OK|B=c", &[]);
    let (response, _) = read_response(bytes, "POST").unwrap();
    assert_eq!(response.interim[1].headers.get("link"), Some("x"));
    assert_eq!(response.body.content, Content::Bytes(b"body"[..].into()));
    check_response(
        b"HTTP/1.1 100 Continue\r\n\r\n",
        "POST",
        "HTTP/1.1 100 Continue",
        &[],
    );
    let many = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(40);
    let (response, _) = read_response(&many, "POST").unwrap();
    assert_eq!((response.status, response.interim.len()), (100, 16));
}

#[test]
fn a_bad_line_does_not_cost_the_others() {
    check_response(
        b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\t d \r\nno colon\r\nE: f\r\n\r\n",
        "GET",
        "HTTP/1.1 200 OK|A=b c d|E=f",
        &["invalid header field at offset 33"],
    );
    check_response(
        b"HTTP/1.1 200 OK\r\nA: b\r\nC: half a val",
        "GET",
        "HTTP/1.1 200 OK|A=b",
        &["head ends early at offset 36"],
    );
}

#[test]
fn what_is_no_message_says_where() {
    check_request(b"", "", &["request line ends early at offset 0"]);
    check_request(b"\r\nGE", "", &["request line ends early at offset 4"]);
    check_request(
        b"two words\r\n\r\n",
        "",
        &["invalid request line at offset 0"],
    );
    check_request(
        b"\x16\x03\x01\x02\n ",
        "",
        &["invalid request line at offset 0"],
    );
    check_response(
        b"\n<html>\n",
        "GET",
        "",
        &["invalid status line at offset 1"],
    );
    check_response(
        b"HTTP/1.1 abc\r\n\r\n",
        "GET",
        "",
        &["invalid status line at offset 0"],
    );
    check_response(
        b"HTTP/1.1 2000 x\r\n\r\n",
        "GET",
        "",
        &["invalid status line at offset 0"],
    );
}

#[test]
fn lengths_are_compared_and_not_believed() {
    let early = &["body ends early at offset 41"];
    check_response(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        "GET",
        "HTTP/1.1 200 OK|Content-Length=5",
        early,
    );
    check_response(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
        "HEAD",
        "HTTP/1.1 200 OK|Content-Length=5",
        &[],
    );
    check_response(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nabc",
        "GET",
        "HTTP/1.1 200 OK|Content-Length=2, 2",
        &["invalid length of the body at offset 41"],
    );
    check_response(
        b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nabc",
        "GET",
        "HTTP/1.1 200 OK|Content-Length=+2",
        &["invalid content length at offset 39"],
    );
}

#[test]
fn heads_are_limited() {
    let mut bytes = b"GET / HTTP/1.1\r\n".to_vec();
    for place in 0..1500 {
        bytes.extend_from_slice(format!("A{place}: b\r\n").as_bytes());
    }
    let (request, damage) = read_request(&bytes).unwrap();
    assert_eq!(request.headers.0.len(), 1000);
    assert!(matches!(damage[..], [Error::Limit { limit: 1000, .. }]));
    let long = [
        b"GET / HTTP/1.1\r\nA: b\r\nC: ".to_vec(),
        vec![b'x'; 2 << 20],
        b"\r\n\r\n".to_vec(),
    ];
    let (request, damage) = read_request(&long.concat())
        .map(|(request, damage)| (request.into_owned(), damage))
        .unwrap();
    assert_eq!(request.headers.0.len(), 1);
    assert!(matches!(damage[..], [Error::Limit { offset: 22, .. }]));
}

/// What both ways of reading fields are given must come out equal: the usual one, and by lines, which
/// a field with a colon in front forces.
#[test]
fn both_ways_of_reading_fields_agree() {
    let fields = "Host: a\r\nEmpty:\r\nX:\t b c \t\r\nQuote: \"a:b\"; c\r\n\r\n";
    let usual = format!("GET / HTTP/1.1\r\n{fields}");
    let by_lines = format!("GET / HTTP/1.1\r\n:path: /\r\n{fields}");
    let (usual, _) = read_request(usual.as_bytes()).unwrap();
    let (by_lines, _) = read_request(by_lines.as_bytes()).unwrap();
    assert_eq!(usual.headers.0, by_lines.headers.0[1..]);
}

#[test]
fn every_prefix_is_read() {
    let whole = Message::response(401, "Unauthorized")
        .field("Date", "Fri, 27 Nov 2026 08:00:00 GMT")
        .field("WWW-Authenticate", "Bearer realm=\"x\"")
        .body(b"{\"error\":\"invalid_token\"}")
        .coded(Coding::Gzip)
        .chunked(7)
        .to_bytes();
    let (full, damage) = read_response(&whole, "GET").unwrap();
    assert!(damage.is_empty());
    for length in 0..whole.len() {
        let Ok((part, _)) = read_response(&whole[..length], "GET") else {
            assert!(length < 14);
            continue;
        };
        assert!(full.headers.0.starts_with(&part.headers.0));
        assert!(full.reason.starts_with(&*part.reason));
    }
}
