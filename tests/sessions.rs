//! Built recordings of HTTP through the whole program: session archives of every generation, locked,
//! cut, nested; HTTP archives.

mod common;

use common::{Dir, Run, has_blindspot, list, text};
use samples::archive::{ZipBundle, ZipMember};
use samples::damage;
use samples::har::{Entry, Har};
use samples::instant::parse_rfc3339;
use samples::saz::{Saz, SazSession, three_sessions};

fn three(saz: Saz) -> Saz {
    let start = parse_rfc3339("2026-03-02T08:00:00Z").unwrap_or_default();
    three_sessions(start).into_iter().fold(saz, Saz::session)
}

/// `timeline` of one archive, with the password at hand.
fn timeline(saz: &[u8], code: i32) -> Run {
    let dir = Dir::new()
        .file("a.saz", saz)
        .file("password", b"Sesame-1\n");
    let password = dir.path("password").to_string_lossy().into_owned();
    dir.run(&["timeline", "a.saz", "--password-file", &password])
        .exits(code)
}

fn inspect(saz: &[u8], code: i32) -> serde_json::Value {
    let dir = Dir::new().file("a.saz", saz);
    let run = dir.run(&["inspect", "a.saz", "--format", "json"]);
    run.exits(code).json()
}

/// Three sessions at their times in UTC, whatever the generation.
#[track_caller]
fn check(saz: &[u8]) {
    let lines = timeline(saz, 0).lines();
    let shown: Vec<String> = lines
        .iter()
        .map(|line| {
            let code = &line["event.code"];
            let (time, name) = (text(line, "@timestamp"), text(line, "event.action"));
            let (level, place) = (text(line, "log.level"), text(line, "joinscope.locator"));
            format!("{time} {code} {name} {level} {place}")
        })
        .collect();
    assert_eq!(
        shown,
        [
            "2026-03-02T08:00:00.1234567Z 42 POST login.contoso.example info session 1",
            "2026-03-02T08:00:10.0000000Z 7 POST enroll.contoso.example error session 2",
            "2026-03-02T08:00:20.0000000Z 0 CONNECT device.contoso.example info session 3",
        ]
    );
    let [issued, refused, tunnel] = lines.as_slice() else {
        unreachable!("three were compared above")
    };
    assert_eq!(text(issued, "joinscope.lane"), "http");
    assert_eq!(issued["process.pid"], 712);
    assert_eq!(issued["fields"]["duration_ms"], 500.0);
    assert_eq!(refused["fields"]["server_subcode"], "invalid_token");
    assert_eq!(tunnel["fields"]["tunnel"], "not decrypted");
    assert_eq!(tunnel["fields"]["tunnel_received_bytes"], "3998");
}

#[test]
fn every_generation_gives_the_same_events() {
    check(&three(Saz::new()).to_bytes());
    check(&three(Saz::new().padded().with_folder().offset_minutes(120)).to_bytes());
    check(&three(Saz::new().mixed().offset_minutes(-330)).to_bytes());
    check(&three(Saz::new().with_backslashes()).to_bytes());
    check(&three(Saz::new().zip_crypto("Sesame-1")).to_bytes());
    check(&three(Saz::new().aes_256("Sesame-1").mixed()).to_bytes());
}

#[test]
fn an_archive_in_an_archive_is_read_too() {
    let saz = three(Saz::new()).to_bytes();
    let outer = ZipBundle::new().member(ZipMember::new("case/trace.saz", &saz).deflated());
    let found = inspect(&outer.to_bytes(), 0);
    let artifact = &list(&found, "artifacts")[0];
    assert_eq!(text(artifact, "path"), "a.saz!/case/trace.saz");
    assert_eq!(text(artifact, "format"), "saz");
    assert_eq!(
        (&artifact["sessions"], &artifact["tunnels"]),
        (&3.into(), &1.into())
    );
}

#[test]
fn a_locked_archive_without_its_password_is_a_blind_spot() {
    let saz = three(Saz::new().aes_256("Sesame-1")).to_bytes();
    let found = inspect(&saz, 4);
    assert_eq!(list(&found, "artifacts")[0]["events"], 0);
    has_blindspot(&found, "locked", "need a password");
}

#[test]
fn a_cut_archive_gives_what_stands_before() {
    let start = parse_rfc3339("2026-03-02T08:00:00Z").unwrap_or_default();
    let session = |number: u64| {
        SazSession::new(format!("GET https://contoso.example/{number} HTTP/1.1\r\n\r\n").as_bytes())
            .answered(b"HTTP/1.1 204 No Content\r\n\r\n")
            .at(start + number, 10)
    };
    let many = |saz: Saz| (1..=40).map(session).fold(saz, Saz::session).to_bytes();
    for saz in [many(Saz::new()), many(Saz::new().zip_crypto("Sesame-1"))] {
        let lines = timeline(&damage::cut(&saz, saz.len() * 6 / 10), 4).lines();
        assert!((20..40).contains(&lines.len()), "{}", lines.len());
        assert_eq!(
            text(&lines[0]["fields"], "url"),
            "https://contoso.example/1"
        );
    }
}

#[test]
fn every_prefix_of_an_archive_ends_well() {
    let saz = three(Saz::new()).to_bytes();
    // Each run is a process, so steps are long and odd; the bundle's own tests take every byte.
    for length in (0..saz.len()).step_by(211) {
        let dir = Dir::new().file("a.saz", &saz[..length]);
        let run = dir.run(&["timeline", "a.saz"]);
        assert!(!run.err.contains("panicked"), "{length}: {}", run.err);
        assert!(run.lines().len() <= 3, "{length}");
    }
}

#[test]
fn what_a_session_lacks_is_told_once_for_all() {
    let get = b"GET https://contoso.example/ HTTP/1.1\r\n\r\n";
    let saz = (0..7).fold(Saz::new(), |saz, _| {
        saz.session(SazSession::new(get).without_metadata().without_response())
    });
    let found = inspect(&saz.to_bytes(), 0);
    let artifact = &list(&found, "artifacts")[0];
    assert_eq!(
        (&artifact["sessions"], &artifact["undated"]),
        (&7.into(), &7.into())
    );
    has_blindspot(
        &found,
        "missing",
        "7 sessions without a readable metadata, so their times are not known: 1, 2, 3, 4, 5 and 2 more",
    );
    has_blindspot(
        &found,
        "missing",
        "7 sessions without a readable response: 1, 2",
    );
}

#[test]
fn an_http_archive_gives_an_event_for_each_entry() {
    let refused = Entry::new("POST", "https://login.contoso.example/oauth2/token")
        .started("2026-03-02T09:00:00.250+01:00")
        .posted(
            "application/x-www-form-urlencoded",
            "grant_type=password&password=Blue%20Horse",
        )
        .status(400, "Bad Request");
    let saved = Har::new().entry(refused).to_text();
    let dir = Dir::new().file("a.har", saved.as_bytes());
    let run = dir.run(&["timeline", "a.har"]).exits(0);
    assert!(!run.out.contains("Horse"), "{}", run.out);
    let lines = run.lines();
    let [line] = lines.as_slice() else {
        unreachable!("one entry is one event: {}", run.out)
    };
    assert_eq!(text(line, "@timestamp"), "2026-03-02T08:00:00.2500000Z");
    assert_eq!(text(line, "event.action"), "POST login.contoso.example");
    assert_eq!(
        (&line["event.code"], &line["fields"]["status"]),
        (&42.into(), &400.into())
    );
    assert_eq!(
        (
            text(line, "joinscope.lane"),
            text(line, "joinscope.locator")
        ),
        ("http", "session 1")
    );
}
