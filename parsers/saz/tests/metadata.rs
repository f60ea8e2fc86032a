//! The metadata document: values of both generations, forms that break, and every prefix.

#![expect(
    clippy::unwrap_used,
    reason = "a document that gives no metadata is a test that fails"
)]

use joinscope_saz::{Fault, FaultKind, Metadata, Pipe, Process, Tunnel, Zone, read};
use joinscope_wire::filetime::ticks_from_text;

const DOCUMENT: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<Session SID="7" BitFlags="1100">
  <SessionTimers ClientConnected="2026-03-02T10:00:00+02:00" ClientBeginRequest="2026-03-02T10:00:01.2345678+02:00" GotRequestHeaders="0001-01-01T00:00:00" ClientDoneRequest="soon" GatewayTime="0" DNSTime="38" TCPConnectTime="-1" HTTPSHandshakeTime="168" ServerDoneResponse="2026-03-02T10:00:02.5+02:00" ClientWondered="x" />
  <PipeInfo CltReuse="true" Reused="True" />
  <TunnelInfo BytesEgress="1305" BytesIngress="3998" />
  <SessionFlags>
    <SessionFlag N="x-processinfo" V="lsass:712" />
    <SessionFlag N="x-responsebodytransferlength" V="1 752" />
    <SessionFlag N="ui-comments" V="first &amp; &lt;last&gt; &#x0; &bogus;" />
    <SessionFlag N="X-ClientIP" V="127.0.0.1" />
    <SessionFlag N="x-hostip" V="" />
    <SessionFlag N="X-HTTPPROTOCOL-VIOLATION" V="Content-Length mismatch" />
    <SessionFlag V="no name" />
  </SessionFlags>
</Session>"#;

fn parse(bytes: &[u8]) -> (Metadata, Vec<FaultKind>) {
    let archive = read([("raw/1_m.xml", bytes)]);
    let missing = |fault: &Fault| matches!(fault.kind, FaultKind::Missing(_));
    let mut faults = archive.faults;
    faults.retain(|fault| !missing(fault));
    let metadata = archive.sessions.into_iter().next().unwrap().metadata;
    (
        metadata.unwrap(),
        faults.into_iter().map(|fault| fault.kind).collect(),
    )
}

#[test]
fn everything_that_a_document_says() {
    let marked = format!("\u{feff}{DOCUMENT}");
    let (metadata, faults) = parse(marked.as_bytes());
    let bad_timer = FaultKind::Time {
        timer: "ClientDoneRequest".to_owned(),
        text: "soon".to_owned(),
    };
    assert_eq!(faults, [bad_timer]);
    assert_eq!((metadata.sid, metadata.bit_flags), (Some(7), Some(0x1100)));

    let timers = &metadata.timers;
    let start = timers.start().unwrap();
    assert_eq!(
        Some(start.ticks),
        ticks_from_text("2026-03-02 08:00:01.2345678")
    );
    assert_eq!(start.zone, Zone::Offset(120));
    assert_eq!(
        timers.end().map(|end| end.ticks),
        ticks_from_text("2026-03-02 08:00:02.5")
    );
    assert_eq!(timers.got_request_headers, None);
    assert_eq!(timers.client_done_request, None);
    assert_eq!(
        (timers.gateway_ms, timers.dns_ms, timers.tcp_connect_ms),
        (Some(0), Some(38), None)
    );
    assert_eq!(timers.https_handshake_ms, Some(168));
    assert_eq!(
        timers.others,
        [("ClientWondered".to_owned(), "x".to_owned())]
    );

    let pipe = Pipe {
        client_reused: true,
        server_reused: true,
    };
    let tunnel = Tunnel {
        sent_bytes: Some(1305),
        received_bytes: Some(3998),
    };
    assert_eq!((metadata.pipe, metadata.tunnel), (pipe, Some(tunnel)));
    let process = Process {
        name: "lsass",
        id: Some(712),
    };
    assert_eq!(metadata.process(), Some(process));
    assert_eq!(metadata.response_body_bytes(), Some(1752));
    assert_eq!(metadata.flag("x-clientip"), Some("127.0.0.1"));
    assert_eq!(metadata.flag("x-hostip"), None);
    assert_eq!(
        metadata.flag("ui-comments"),
        Some("first &amp; &lt;last&gt; &#x0; &bogus;"),
        "what cannot be resolved stays as written"
    );
    assert_eq!(
        metadata.violations().collect::<Vec<_>>(),
        ["Content-Length mismatch"]
    );
    assert_eq!(metadata.flags.len(), 6);
}

#[test]
fn encodings_and_forms() {
    let utf16: Vec<u8> = "\u{feff}<Session SID=\"3\"/>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let check = |bytes: &[u8], sid, fault: Option<&str>| {
        let (metadata, faults) = parse(bytes);
        let reason = faults.first().map(|fault| match fault {
            FaultKind::Document { reason, .. } => reason.clone(),
            other => format!("{other:?}"),
        });
        assert_eq!((metadata.sid, reason.as_deref()), (sid, fault));
    };
    check(&utf16, Some(3), None);
    check(
        b"<f:Session xmlns:f='x' SID='3'></f:Session>",
        Some(3),
        None,
    );
    check(b"<Session SID='3' SID='4'/>", Some(4), None);
    check(b"<Session SID='-3'/>", None, None);
    check(b"<Session SID='3'>", Some(3), Some("it ends early"));
    check(b"", None, Some("there is no session in it"));
    check(b"<html/>", None, Some("there is no session in it"));
    check(
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><Session SID='3'/>",
        Some(3),
        None,
    );
}

#[test]
fn processes_with_and_without_an_id() {
    let check = |info: &str, name, id| {
        let document = format!("<Session><SessionFlag N='x-processinfo' V='{info}'/></Session>");
        let (metadata, _) = parse(document.as_bytes());
        assert_eq!(metadata.process(), Some(Process { name, id }), "{info}");
    };
    check("svchost:1036", "svchost", Some(1036));
    check("a:b:9", "a:b", Some(9));
    check("lsass", "lsass", None);
    check("lsass:many", "lsass", None);
    check(":5", ":5", None);
}

#[test]
fn every_prefix_of_a_document_keeps_what_stands_before() {
    let whole = parse(DOCUMENT.as_bytes()).0.flags;
    for length in 0..DOCUMENT.len() {
        let (metadata, faults) = parse(&DOCUMENT.as_bytes()[..length]);
        assert!(whole.starts_with(&metadata.flags), "{length}");
        assert!(!faults.is_empty(), "{length}");
    }
}
