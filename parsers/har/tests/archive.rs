//! Archives of each dialect, odd values, damage, and every prefix.

use joinscope_har::{Archive, Damage, read, sniff};
use joinscope_http::{Basis, Content, Exchange, Limit, Phase, Point};
use joinscope_wire::filetime::ticks_from_text;
use samples::har::{Dialect, Entry, Har};

const LIMIT: Limit = Limit {
    bytes: 64 << 20,
    ratio: 200,
};
const DIALECTS: [Dialect; 4] = [
    Dialect::Chromium,
    Dialect::Firefox,
    Dialect::FiddlerEverywhere,
    Dialect::Mitmproxy,
];

fn read_all(bytes: &[u8]) -> (Archive<'_>, Vec<Exchange<'_>>) {
    let mut found = Vec::new();
    let archive = read(bytes, &mut |exchange| found.push(exchange));
    assert_eq!(archive.entries, found.len() as u64);
    (archive, found)
}

/// A token request that was refused, and a picture.
fn story(dialect: Dialect) -> Har {
    let token = Entry::new("POST", "https://login.example/token")
        .started("2026-03-02T08:15:00.1234567Z")
        .request_field("client-request-id", "11111111-2222-3333-4444-555555555555")
        .posted(
            "application/x-www-form-urlencoded",
            "grant_type=refresh_token",
        )
        .status(400, "Bad Request")
        .field("Date", "Mon, 02 Mar 2026 08:15:00 GMT")
        .text(
            "application/json; charset=utf-8",
            "{\"error\":\"invalid_grant\"}",
        )
        .phase("blocked", 1.5)
        .phase("dns", 2.0)
        .phase("connect", 30.0)
        .phase("ssl", 20.0)
        .phase("send", 0.25)
        .phase("wait", 100.0)
        .phase("receive", 4.0)
        .server("2001:db8::7")
        .called_from("https://login.example/a.js", 41);
    let picture = Entry::new("GET", "https://login.example/logo.png")
        .started("2026-03-02T08:15:01Z")
        .status(200, "")
        .bytes("image/png", &[0x89, b'P', b'N', b'G', 0])
        .phase("send", 0.0)
        .phase("wait", 1.0)
        .server("203.0.113.7");
    Har::new().dialect(dialect).entry(token).entry(picture)
}

#[test]
fn every_dialect_tells_the_same_story() {
    for dialect in DIALECTS {
        let text = story(dialect).to_text();
        assert!(sniff(text.as_bytes()));
        let (archive, found) = read_all(text.as_bytes());
        assert_eq!(
            (archive.version.as_deref(), &*archive.damage),
            (Some("1.2"), &[][..])
        );
        let [token, picture] = &found[..] else {
            unreachable!("{dialect:?}: {found:?}")
        };
        assert_eq!((&*token.id, &*picture.id), ("1", "2"));
        assert!(text[usize::try_from(token.offset).unwrap()..].starts_with('{'));
        assert_eq!(
            token.request.headers.get("Client-Request-Id").map(str::len),
            Some(36)
        );
        assert_eq!(
            token.request.body.text(LIMIT).text,
            "grant_type=refresh_token"
        );
        let response = token.response.as_ref().unwrap();
        assert_eq!((response.status, &*response.reason), (400, "Bad Request"));
        assert_eq!(
            response.body.text(LIMIT).text,
            "{\"error\":\"invalid_grant\"}"
        );
        assert!(response.body.is_textual());
        assert_eq!(token.server.as_ref().unwrap().address, "2001:db8::7");
        let response = picture.response.as_ref().unwrap();
        assert_eq!(&*response.body.decoded(LIMIT).bytes, b"\x89PNG\0");
        assert_eq!(response.body.stated_length, Some(5));
        assert_eq!(picture.server.as_ref().unwrap().address, "203.0.113.7");
        assert!(token.damage.is_empty() && !token.is_tunnel && token.error.is_none());
    }
}

#[test]
fn what_a_dialect_adds_is_kept() {
    let text = story(Dialect::Chromium).to_text();
    let (archive, found) = read_all(text.as_bytes());
    assert_eq!(archive.creator.unwrap().name, "WebInspector");
    let page = &archive.pages[0];
    assert_eq!(
        (&*page.id, page.started.unwrap().precision),
        ("page_1", 10_000)
    );
    let initiator = found[0].initiator.as_ref().unwrap();
    assert_eq!((&*initiator.kind, initiator.line), ("script", Some(41)));
    assert_eq!(initiator.url.as_deref(), Some("https://login.example/a.js"));
    assert_eq!(found[0].flag("_priority"), Some("High"));
    assert_eq!(found[0].flag("_transferSize"), Some("321"));
    assert_eq!(found[0].connection.as_deref(), Some("1234"));
    assert_eq!(found[0].page.as_deref(), Some("page_1"));
    let text = story(Dialect::FiddlerEverywhere).to_text();
    assert_eq!(
        read_all(text.as_bytes()).1[0].flag("comment"),
        Some("a comment")
    );
}

#[test]
fn phases_become_points() {
    for (dialect, begun, precision) in [
        (Dialect::Chromium, "2026-03-02 08:15:00.123", 10_000),
        (Dialect::Firefox, "2026-03-02 08:15:00.123", 10_000),
        (Dialect::Mitmproxy, "2026-03-02 08:15:00.123456", 10),
        (Dialect::FiddlerEverywhere, "2026-03-02 08:15:00.1234567", 1),
    ] {
        let text = story(dialect).to_text();
        let (_, found) = read_all(text.as_bytes());
        let timers = &found[0].timers;
        let begun_at = timers.at(Point::RequestBegun).unwrap();
        let begun = ticks_from_text(begun).unwrap();
        assert_eq!(
            (begun_at.ticks, begun_at.precision, begun_at.basis),
            (begun, precision, Basis::Stated)
        );
        for (point, ticks) in [
            (Point::NameResolved, 35_000),
            (Point::ServerConnected, 135_000),
            (Point::TlsDone, 335_000),
            (Point::RequestForwarded, 335_000),
            (Point::RequestDone, 337_500),
            (Point::ResponseBegun, 1_337_500),
            (Point::ResponseDone, 1_377_500),
        ] {
            let at = timers.at(point).unwrap();
            assert_eq!(
                (at.ticks - begun, at.basis),
                (ticks, Basis::Reckoned),
                "{point:?}"
            );
        }
        // Nothing is said of how long the picture took to come.
        let timers = &found[1].timers;
        assert_eq!(timers.length(Phase::Receive), None);
        assert_eq!(timers.at(Point::ServerConnected), None);
        assert!(timers.at(Point::ResponseBegun).is_some());
    }
}

#[test]
fn failures_tunnels_forms_and_sockets() {
    let har = Har::new()
        .entry(Entry::new("CONNECT", "login.example:443").status(200, "OK"))
        .entry(Entry::new("GET", "https://a.example/").failed("net::ERR_CONNECTION_RESET"))
        .entry(Entry::new("POST", "https://a.example/").posted_form(&[("a", "1"), ("b", "x y")]))
        .entry(
            Entry::new("GET", "wss://a.example/")
                .status(101, "")
                .socket_text(true, 1_772_439_300.5, "hello"),
        );
    let text = har.to_text();
    let (_, found) = read_all(text.as_bytes());
    assert!(found[0].is_tunnel && !found[1].is_tunnel);
    assert_eq!(found[1].response, None);
    assert_eq!(found[1].error.as_deref(), Some("net::ERR_CONNECTION_RESET"));
    assert_eq!(found[2].request.body.text(LIMIT).text, "a=1&b=x y");
    let message = &found[3].messages[0];
    assert_eq!(message.body.content, Content::Text("hello".into()));
    assert_eq!(message.ticks, ticks_from_text("2026-03-02 08:15:00.5"));
    assert!(message.is_sent);
}

/// Checks the one entry of an archive that has this entry.
#[track_caller]
fn check_entry(entry: &str, expected: &str) {
    let text = format!("{{\"log\":{{\"entries\":[{entry}]}}}}");
    let (archive, found) = read_all(text.as_bytes());
    assert_eq!(archive.damage, []);
    let exchange = &found[0];
    let status = exchange.response.as_ref().map(|response| response.status);
    let begun = exchange.timers.at(Point::RequestBegun).is_some();
    let faults: Vec<String> = exchange.damage.iter().map(ToString::to_string).collect();
    let text = format!(
        "{} {:?} {status:?} {begun} {}",
        exchange.request.method,
        exchange.request.headers.get("a"),
        faults.join(", ")
    );
    assert_eq!(text, expected);
}

#[test]
fn odd_values_cost_themselves() {
    check_entry("{\"request\":{\"method\":\"GET\"}}", "GET None None false ");
    check_entry(
        "{\"startedDateTime\":\"yesterday\",\"request\":{\"method\":\"GET\",\"headers\":[{\"name\":\"a\",\"value\":1},7,null]}}",
        "GET Some(\"1\") None false invalid startedDateTime at offset 19",
    );
    check_entry(
        "{\"startedDateTime\":5,\"timings\":[],\"time\":{},\"request\":{\"url\":\"x\",\"headers\":{\"a\":1}},\"response\":{\"status\":\"302\",\"content\":[{}]},\"_initiator\":3}",
        " None Some(302) false ",
    );
    check_entry(
        "{\"request\":{\"method\":\"A\",\"method\":\"B\"},\"response\":{\"status\":-5}}",
        "B None None false invalid status code at offset 19",
    );
    // Half of a surrogate pair, as browsers write it in bodies.
    let entry = "{\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"postData\":{\"text\":\"a\\ud800b\"}}}]}}";
    let (archive, found) = read_all(entry.as_bytes());
    assert_eq!(archive.damage, []);
    assert!(
        found[0]
            .request
            .body
            .text(LIMIT)
            .text
            .starts_with("a\u{FFFD}")
    );
}

#[test]
fn lists_are_limited() {
    let headers = vec!["{\"name\":\"a\",\"value\":\"b\"}"; 12_000].join(",");
    let entry = format!("{{\"request\":{{\"method\":\"GET\",\"headers\":[{headers}]}}}}");
    check_entry(
        &entry,
        "GET Some(\"b\") None false more than 10000 header fields at offset 19",
    );
}

/// Checks which of the entries `one`, `two` … of a text are read, and what damage is told.
#[track_caller]
fn check_damaged(text: &str, methods: &str, damage: &[&str]) {
    let (archive, found) = read_all(text.as_bytes());
    let read: Vec<&str> = found
        .iter()
        .map(|exchange| &*exchange.request.method)
        .collect();
    let told: Vec<String> = archive.damage.iter().map(ToString::to_string).collect();
    assert_eq!(
        (&*read.join(" "), told),
        (methods, damage.iter().map(ToString::to_string).collect())
    );
}

#[test]
fn the_entries_behind_a_damaged_one_are_read() {
    let entry =
        |method: &str| format!("{{\"a\":[1,{{\"b\":2}}],\"request\":{{\"method\":\"{method}\"}}}}");
    let whole = format!(
        "{{\"log\":{{\"entries\":[{},{},{}]}}}}",
        entry("one"),
        entry("two"),
        entry("three")
    );
    check_damaged(&whole, "one two three", &[]);
    let passed = "invalid entry at offset 64, 45 bytes passed over";
    for (from, to) in [
        ("\"two\"", "\"two "),
        ("{\"method\":\"two\"}", " \"method\":\"two\"}"),
        ("{\"method\":\"two\"}}", "{\"method\":\"two\"  "),
        ("\"method\":\"two\"", "\"mexxod\":\"two\""),
    ] {
        let text = whole.replace(from, to);
        let (archive, found) = read_all(text.as_bytes());
        assert_eq!(
            (found.len(), archive.damage.len()),
            (2, 1),
            "{text} {:?}",
            archive.damage
        );
    }
    check_damaged(
        &whole.replace("\"two\"}}", "\"two\"]]"),
        "one three",
        &[passed],
    );
    // Between entries.
    check_damaged(
        &whole.replace("}},{\"a\"", "}}?,{\"a\""),
        "one two three",
        &[
            "invalid entry at offset 63, 2 bytes passed over",
            "invalid entry at offset 109, 2 bytes passed over",
        ],
    );
}

#[test]
fn entries_are_found_behind_a_damaged_head() {
    let entry = "{\"request\":{\"method\":\"one\"}}";
    check_damaged(
        &format!("{{\"log\":{{\"creator\":{{\"name\":}},\"entries\" : [{entry}]}}}}"),
        "one",
        &["invalid head of the archive at offset 18, 10 bytes passed over"],
    );
    check_damaged(&format!("{{\"entries\":[{entry}]}}"), "one", &[]);
    check_damaged(
        &format!("\u{FEFF}{{\"log\":{{\"entries\":[{entry}],\"version\":\"1.2\","),
        "one",
        &["archive ends early at offset 68"],
    );
    for text in [
        "",
        "[]",
        "{}",
        "{\"log\":{}}",
        "{\"log\":{\"entries\":{}}}",
        "\u{0}\u{1}",
    ] {
        let (archive, _) = read_all(text.as_bytes());
        assert!(
            matches!(archive.damage[..], [Damage::NoEntries { .. }]),
            "{text}"
        );
    }
}

#[test]
fn every_prefix_gives_the_entries_in_front() {
    let text = story(Dialect::Firefox)
        .entry(Entry::new("GET", "https://ü.example/"))
        .to_text();
    let (_, whole) = read_all(text.as_bytes());
    let ends: Vec<usize> = whole
        .iter()
        .skip(1)
        .map(|exchange| usize::try_from(exchange.offset).unwrap() - 1)
        .collect();
    for length in 0..text.len() {
        let (archive, found) = read_all(&text.as_bytes()[..length]);
        assert!(whole.starts_with(&found), "{length}");
        assert!(!archive.damage.is_empty(), "{length}");
        assert!(found.len() >= ends.iter().filter(|end| **end <= length).count());
    }
}

/// Damage that looks like entries over and over is given up on rather than tried for ever.
#[test]
fn search_for_entries_is_bounded() {
    let nested = "{\"request\":1,\"b\":[0,".repeat(200_000);
    let text = format!("{{\"log\":{{\"entries\":[{nested}");
    let (archive, found) = read_all(text.as_bytes());
    assert_eq!((found.len(), archive.damage.is_empty()), (0, false));
    let broken = "{\"request\":?},".repeat(3_000);
    let text = format!("{{\"log\":{{\"entries\":[{broken}");
    let (archive, _) = read_all(text.as_bytes());
    assert_eq!(archive.damage.len(), 1);
}
