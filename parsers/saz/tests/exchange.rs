//! Built archives as exchanges: messages, times, flags, tunnels, frames; and every prefix of them.

#![expect(
    clippy::unwrap_used,
    reason = "a session that is not there is a test that fails"
)]

use joinscope_http::{Body, Exchange, Instant, Limit, Phase, Point};
use joinscope_saz::{SessionArchive, read};
use samples::http::Message;
use samples::instant::parse_rfc3339;
use samples::saz::{Saz, SazSession, three_sessions};

const LIMIT: Limit = Limit {
    bytes: 1 << 20,
    ratio: 200,
};

fn start() -> u64 {
    parse_rfc3339("2026-03-02T08:00:00Z").unwrap()
}

fn archive(members: &[(String, Vec<u8>)]) -> SessionArchive<'_> {
    let members = members.iter();
    read(members.map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
}

/// The only session of an archive, as an exchange.
fn exchange(saz: Saz, session: SazSession) -> Exchange<'static> {
    let members = saz.session(session).members();
    let archive = archive(&members);
    archive.sessions[0].exchange().into_owned()
}

fn three(saz: Saz) -> Saz {
    three_sessions(start()).into_iter().fold(saz, Saz::session)
}

#[test]
fn every_generation_says_the_same() {
    let plain = three(Saz::new()).members();
    let plain = archive(&plain);
    assert!(plain.faults.is_empty(), "{:?}", plain.faults);
    let plain: Vec<Exchange<'_>> = plain.sessions.iter().map(|s| s.exchange()).collect();
    let others = [
        three(Saz::new().padded().with_folder().offset_minutes(120)),
        three(Saz::new().with_backslashes().offset_minutes(-330)),
        three(Saz::new().mixed().offset_minutes(845)),
    ];
    // Beyond fourteen hours no zone is, so the last one has no times at all.
    for (other, is_timed) in others.into_iter().zip([true, true, false]) {
        let mut members = other.members();
        members.reverse();
        let other = archive(&members);
        assert_eq!(other.faults.is_empty(), is_timed, "{:?}", other.faults);
        for (other, plain) in other.sessions.iter().zip(&plain) {
            let other = other.exchange();
            assert_eq!((&other.id, &other.request), (&plain.id, &plain.request));
            assert_eq!(other.response, plain.response);
            assert_eq!(other.timers == plain.timers, is_timed);
        }
    }
}

#[test]
fn a_session_is_told_whole() {
    let [issued, ..] = three_sessions(start());
    let exchange = exchange(Saz::new().offset_minutes(60), issued);
    let first = i64::try_from(start()).unwrap() + 1_234_567;
    assert_eq!(exchange.number(), Some(1));
    assert_eq!(
        (&*exchange.request.method, &*exchange.request.url),
        ("POST", "https://login.contoso.example/common/oauth2/token")
    );
    let timers = &exchange.timers;
    assert_eq!(
        timers.at(Point::RequestBegun),
        Some(Instant::stated(first, 1))
    );
    assert_eq!(
        timers.at(Point::ResponseDone),
        Some(Instant::stated(first + 5_000_000, 1))
    );
    assert_eq!(timers.points().len(), 12);
    assert_eq!(timers.length(Phase::Dns), Some(120_000));
    let process = exchange.process.as_ref().unwrap();
    assert_eq!((&*process.name, process.pid), ("lsass", Some(712)));
    assert_eq!(&*exchange.client.as_ref().unwrap().address, "127.0.0.1");
    assert_eq!(&*exchange.server.as_ref().unwrap().address, "192.0.2.7");
    let response = exchange.response.as_ref().unwrap();
    let body = response.body.text(LIMIT);
    assert_eq!(response.status, 200);
    assert!(body.text.contains("\"expires_in\":\"3599\""), "{body:?}");
    assert!(body.damage.is_empty() && exchange.damage.is_empty());
    assert!(!exchange.is_tunnel && exchange.error.is_none());
}

#[test]
fn tunnels_are_known_and_describe_their_tls() {
    let request = b"CONNECT device.contoso.example:443 HTTP/1.1\r\nHost: device.contoso.example:443\r\n\r\nA SSLv3-compatible ClientHello handshake was found.\r\n\r\nVersion: 3.3 (TLS/1.2)\r\n\tserver_name\tdevice.contoso.example\r\n";
    let session = |body: &str| {
        let response = format!("HTTP/1.1 200 Connection Established\r\n\r\n{body}");
        let session = SazSession::new(request).answered(response.as_bytes());
        exchange(Saz::new(), session)
    };
    let blind = session("A SSLv3-compatible ServerHello handshake was found.\n\nCipher:\tTLS_A\n");
    assert!(blind.is_tunnel);
    assert_eq!(&*blind.request.url, "device.contoso.example:443");
    assert_eq!(blind.flag("tls-server-cipher"), Some("TLS_A"));
    assert_eq!(
        blind.flag("tls-client-server-name"),
        Some("device.contoso.example")
    );
    let seen = session(
        "HTTPS Decryption is enabled in Fiddler.\n\nSecure Protocol: Tls12\n\n== Server Certificate ==========\n[Issuer]\n  CN=Contoso Proxy CA\n",
    );
    assert!(!seen.is_tunnel);
    assert_eq!(seen.flag("tls-protocol"), Some("Tls12"));
    assert_eq!(
        seen.flag("tls-certificate-issuer"),
        Some("CN=Contoso Proxy CA")
    );
}

#[test]
fn what_did_not_come_is_absent_and_the_reason_is_kept() {
    let get = Message::request("GET", "/path?x=1")
        .field("Host", "contoso.example")
        .to_bytes();
    let session = SazSession::new(&get);
    let silent = exchange(
        Saz::new(),
        session.clone().flag("x-aborted-when", "SendingResponse"),
    );
    assert_eq!(silent.response, None);
    assert_eq!(
        silent.error.as_deref(),
        Some("aborted when SendingResponse")
    );
    assert_eq!(&*silent.request.url, "http://contoso.example/path?x=1");
    assert!(silent.timers.points().is_empty() && silent.damage.is_empty());

    let bare = exchange(
        Saz::new(),
        session.clone().without_metadata().without_response(),
    );
    assert_eq!(
        (bare.response, bare.process, bare.client),
        (None, None, None)
    );

    let nonsense = exchange(Saz::new(), SazSession::new(b"\0\x01").answered(b"\xff"));
    assert_eq!(nonsense.response, None);
    assert!(!nonsense.damage.is_empty());
}

#[test]
fn frames_are_unmasked() {
    let at = start();
    let session = SazSession::new(b"GET http://contoso.example/ HTTP/1.1\r\n\r\n")
        .frame(true, at, b"\x81\x82\x01\x02\x03\x04\x69\x6b")
        .frame(false, at + 7, b"\x82\x7e\x00\x02ab")
        .frame(false, at, b"\x8a");
    let messages = exchange(Saz::new().offset_minutes(-60), session).messages;
    let shown: Vec<_> = messages
        .iter()
        .map(|message| (message.is_sent, message.opcode, &message.body))
        .collect();
    assert_eq!(
        shown,
        [
            (true, Some(1), &Body::plain(b"hi".as_slice())),
            (false, Some(2), &Body::plain(b"ab".as_slice())),
            (false, Some(10), &Body::plain(b"\x8a".as_slice())),
        ]
    );
    assert_eq!(messages[1].ticks, Some(i64::try_from(at).unwrap() + 7));
}

#[test]
fn a_time_without_a_zone_is_no_instant() {
    let document = b"<Session><SessionTimers ClientBeginRequest='2026-03-02T10:00:00'/></Session>";
    let archive = read([("raw/1_m.xml", document.as_slice())]);
    let session = &archive.sessions[0];
    assert!(session.has_times_without_zone());
    assert!(session.exchange().timers.points().is_empty());
}

#[test]
fn every_prefix_of_every_member_is_read() {
    let members = three(Saz::new()).members();
    for (place, (_, bytes)) in members.iter().enumerate() {
        for length in 0..bytes.len() {
            let mut cut = members.clone();
            cut[place].1.truncate(length);
            let archive = archive(&cut);
            assert_eq!(archive.sessions.len(), 3);
            for session in &archive.sessions {
                session.exchange();
            }
        }
    }
}
