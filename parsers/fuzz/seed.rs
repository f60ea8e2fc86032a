//! Writes the seeds of every fuzz target below `corpus`, one folder a target, from the builders in
//! `samples`. What is there already stays, so that a corpus found by fuzzing is not lost.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use samples::archive::{CabBundle, CabFolder, ZipBundle, ZipMember};
use samples::evtx::{EvtxLog, every_form, without_template};
use samples::har::{Dialect, Entry, Har};
use samples::http::{Coding, Message};
use samples::program::{Program, ProgramEvent, ProgramProvider};
use samples::saz::{Saz, SazSession, three_sessions};
use samples::scenario;

type Seeds = Vec<(String, Vec<u8>)>;

fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    write(corpus.join("evtx_chunk"), &logs())?;
    write(corpus.join("bundle_open"), &bundles())?;
    write(corpus.join("query"), &queries())?;
    write(corpus.join("rule_file"), &rule_files())?;
    write(corpus.join("secrets"), &secrets())?;
    write(corpus.join("dsreg"), &status_texts())?;
    write(corpus.join("given_files"), &given_files())?;
    write(corpus.join("saz"), &sessions())?;
    write(corpus.join("har"), &archives())?;
    write(corpus.join("http_body"), &bodies())?;
    write(corpus.join("http_facts"), &facts())?;
    write(corpus.join("http_message"), &messages())?;
    write(corpus.join("wire_text"), &texts())
}

fn write(folder: PathBuf, seeds: &Seeds) -> io::Result<()> {
    fs::create_dir_all(&folder)?;
    for (name, bytes) in seeds {
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

fn numbered(items: impl IntoIterator<Item = Vec<u8>>) -> Seeds {
    items
        .into_iter()
        .enumerate()
        .map(|(number, bytes)| (format!("seed-{number:02}"), bytes))
        .collect()
}

/// Rules as they are shipped, under the id that the target loads.
fn rule_files() -> Seeds {
    let files = joinscope::catalog::RULES.iter();
    let texts = files.map(|file| file.text).map(|text| {
        let renamed = text.lines().map(|line| match line.starts_with("id: ") {
            true => "id: fuzzed",
            false => line,
        });
        renamed.collect::<Vec<_>>().join("\n").into_bytes()
    });
    numbered(texts)
}

/// Whole files, and their first chunk cut behind its records: short seeds are found faster in.
fn logs() -> Seeds {
    let whole: Vec<Vec<u8>> = [
        every_form().to_bytes(),
        without_template().to_bytes(),
        EvtxLog::large(1, 50_000),
    ]
    .into_iter()
    .flatten()
    .collect();
    let chunks = whole.iter().map(|file| {
        let chunk = &file[4096..4096 + 65_536];
        let end = chunk
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1);
        chunk[..end].to_vec()
    });
    let chunks: Vec<Vec<u8>> = chunks.collect();
    numbered(whole.into_iter().chain(chunks))
}

fn bundles() -> Seeds {
    let inner = ZipBundle::new().file("a.log", b"a log").to_bytes();
    let zip = ZipBundle::new()
        .file("a.log", b"a log, a log, a log")
        .member(
            ZipMember::new("b.log", b"sizes behind")
                .deflated()
                .sizes_behind(),
        )
        .member(ZipMember::new("c.log", b"wide").zip64())
        .member(ZipMember::new("d.log", b"locked").zip_crypto("secret"))
        .member(ZipMember::new("e.log", b"locked").aes_256("secret"))
        .file("../f.zip", &inner);
    let cab = CabBundle::new()
        .folder(
            CabFolder::ms_zip()
                .file("a.log", b"a log, a log")
                .file("b.zip", &inner),
        )
        .folder(CabFolder::stored().file("c.log", b"c"));
    let bomb = ZipBundle::new().member(ZipMember::bomb("zeros", 2 << 20));
    let overlap = ZipBundle::new()
        .file("a.log", b"a log")
        .member(ZipMember::overlapping("b.log"));
    let nested = ZipBundle::new()
        .file("inner.cab", &cab.to_bytes())
        .file("inner.zip", &zip.to_bytes());
    numbered([
        zip.to_bytes(),
        cab.to_bytes(),
        bomb.to_bytes(),
        overlap.to_bytes(),
        nested.to_bytes(),
        inner,
    ])
}

fn queries() -> Seeds {
    let texts = [
        "level>=error and provider:UDR and not id:502",
        "code:0x8018* or \"not preregistered\"",
        "(event:UDR/102 JoinRequestType=8) after:2026-03-02T08:00",
        "outcome!=failure before:08:15 text:'a b' stage=send",
        "record<100 pid:1036 user:S-1-5-18 weight>1",
        "not not (((message:join*)))",
    ];
    numbered(texts.map(|text| text.as_bytes().to_vec()))
}

/// The last bytes of an input say how the halves share it; any will do for a start.
fn secrets() -> Seeds {
    let texts = [
        "Authorization: Bearer ",
        "Cookie: a=b; c=",
        "{\"access_token\":\"",
        "grant_type=password&password=x&assertion=",
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
        "eyJ0eXAi.eyJh.c2ln eyJ",
        "<wsse:Password Type=\"x\">a</wsse:Password><BinarySecurityToken>ZXlKaGJHY2lPaUpT",
        "&quot;clientSecret&quot;:&quot;a\\&quot;b&quot;,%22idToken%22%3A%22a%22",
        "https://user:pass@host.example/?code=a&amp;sig=b%3D t=EwA Basic dTpw",
    ];
    numbered(texts.map(|text| text.as_bytes().to_vec()))
}

fn status_texts() -> Seeds {
    let files = scenario::names()
        .iter()
        .filter_map(|name| scenario::build_files(name).ok())
        .flatten();
    let scenarios = files
        .filter(|(name, _)| name.starts_with("DsRegCmd"))
        .map(|(_, bytes)| bytes);
    numbered(scenarios)
}

/// A program, a manifest and a TMF text, each as the second half of an input.
fn given_files() -> Seeds {
    let provider = ProgramProvider::new("6f1b8b1e-0000-4000-8000-000000000001")
        .channel(16, "Contoso/Admin")
        .event(
            ProgramEvent::new(7)
                .task("Join")
                .item("Length", 8, 0)
                .item_with_length_of("Token", 14, 0, 0),
        );
    let program = Program::new().provider(provider).to_bytes();
    let manifest = r#"<instrumentationManifest><provider name="C" guid="{6f1b8b1e-0000-4000-8000-000000000001}">
<template tid="T"><data name="N" inType="win:UInt16"/><struct name="S" count="N"><data name="A" inType="win:AnsiString"/></struct></template>
<event value="7" template="T"/></provider></instrumentationManifest>"#;
    let tmf = "6f1b8b1e-0000-4000-8000-000000000009 c // SRC=c.cpp
#typev c13 13 \"%0%10!s! %11!d!\" // FUNC=F
{
a, ItemString -- 10
b, ItemListLong(x,y) -- 11
}
";
    let files = [manifest.as_bytes().to_vec(), tmf.as_bytes().to_vec()];
    numbered(program.into_iter().chain(files))
}

/// Members one after the other, each behind the letter that says what it is.
fn sessions() -> Seeds {
    let start = 134_169_120_000_000_000;
    let websocket = SazSession::new(b"GET https://contoso.example/ws HTTP/1.1\r\n\r\n")
        .answered(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        .frame(true, start, b"\x81\x82\x01\x02\x03\x04\x69\x6b")
        .frame(false, start, b"\x81\x02ok");
    let three = three_sessions(start);
    let all = three.into_iter().chain([websocket]);
    let archives = all.map(|session| Saz::new().offset_minutes(120).session(session));
    let joined = |saz: Saz| {
        let mut bytes = Vec::new();
        for (name, member) in saz.members() {
            let kind = match name.rsplit('_').next() {
                Some("c.txt") => b'd',
                Some("s.txt") => b'e',
                Some("m.xml") => b'f',
                Some("w.txt") => b'g',
                _ => continue,
            };
            if !bytes.is_empty() {
                bytes.extend_from_slice(b"\n@@");
            }
            bytes.push(kind);
            bytes.extend_from_slice(&member);
        }
        bytes
    };
    numbered(archives.map(joined))
}

fn texts() -> Seeds {
    let texts = [
        "S-1-5-21-1-2-3-1001",
        "{9c3f6a2e-1b7d-4f50-8e21-5a0c4d7b9e13}",
        "2026-03-02T08:00:00.1234567Z",
        "2026-03-02 08:00:00.000 UTC",
    ];
    numbered(texts.map(|text| text.as_bytes().to_vec()))
}

/// One archive a dialect, with a body of each kind, failures and messages of a socket.
fn archives() -> Seeds {
    let dialects = [
        Dialect::Chromium,
        Dialect::Firefox,
        Dialect::FiddlerEverywhere,
        Dialect::Mitmproxy,
    ];
    let archive = |dialect| {
        let token = Entry::new("POST", "https://a.example/token")
            .started("2026-03-02T08:15:00.1234567Z")
            .posted_form(&[("grant_type", "refresh_token")])
            .status(400, "Bad Request")
            .text("application/json", "{\"error\":\"invalid_grant\"}")
            .phase("connect", 30.5)
            .phase("ssl", 20.0)
            .phase("send", 0.25)
            .phase("wait", 100.0)
            .server("2001:db8::7")
            .called_from("https://a.example/a.js", 41);
        let socket = Entry::new("GET", "wss://a.example/")
            .posted("text/plain", "text")
            .bytes("image/png", &[0x89, b'P', b'N', b'G'])
            .failed("reset")
            .socket_text(true, 1_772_439_300.5, "hello");
        let har = Har::new().dialect(dialect).entry(token).entry(socket);
        har.to_text().into_bytes()
    };
    numbered(dialects.map(archive))
}

/// A choice of the address, whether it was refused, and the two bodies behind it. The target splits the
/// bytes by its own rule, so these only bring the words of the bodies.
fn facts() -> Seeds {
    let bodies = [
        (
            "{\"JoinType\":0,\"TransportKey\":\"UlNB\"}",
            "{\"Certificate\":{\"Thumbprint\":\"00\"}}",
        ),
        (
            "",
            "{\"error\":{\"code\":\"a\"},\"error_description\":\"AADSTS50058: b\",\"error_codes\":[50058]}",
        ),
        (
            "<s:Envelope><s:Header><a:Action>urn:a&amp;b</a:Action></s:Header></s:Envelope>",
            "<s:Fault><s:Code><s:Value>c</s:Value><s:Subcode><s:Value>d</s:Value></s:Subcode></s:Code></s:Fault>",
        ),
        (
            "<ContextItem Name=\"DeviceType\"><Value>e</Value></ContextItem>",
            "<DeviceEnrollmentServiceError><ErrorType>f</ErrorType></DeviceEnrollmentServiceError>",
        ),
        (
            "<SyncHdr><SessionID>1</SessionID></SyncHdr><Status><Data>404</Data></Status>",
            "<SyncBody><Final/></SyncBody>",
        ),
        (
            "grant_type=refresh_token&scope=a%20b",
            "<html>{\"sErrorCode\":\"50058\",\"strServiceExceptionMessage\":\"AADSTS50058\"}",
        ),
    ];
    let seed = |(asked, answered): (&str, &str)| [asked, answered].concat().into_bytes();
    numbered(bodies.map(seed))
}

const CODINGS: [Coding; 5] = [
    Coding::Gzip,
    Coding::Deflate,
    Coding::BareDeflate,
    Coding::Brotli,
    Coding::Zstd,
];

/// Bodies behind the byte that chooses their coding in the target.
fn bodies() -> Seeds {
    let text = b"a body, a body, a body";
    let coded = CODINGS.iter().zip([1, 2, 2, 3, 4]);
    let coded = coded.map(|(coding, choice)| [&[choice], &*coding.encode(text)].concat());
    let plain = [
        &b"\x10b ;x=y\r\na body, a b\r\n0\r\nA: b\r\n\r\n"[..],
        b"\x20YSBib2R5",
        b"\x08\xFF\xFEa\0",
    ];
    numbered(coded.chain(plain.map(<[u8]>::to_vec)))
}

fn messages() -> Seeds {
    let request = Message::request("POST", "https://a.example/token")
        .field("Authorization", "Bearer x")
        .body(b"grant_type=refresh_token")
        .to_bytes();
    let response = |coding| {
        Message::response(401, "Unauthorized")
            .field("WWW-Authenticate", "Bearer")
            .body(b"{\"error\":\"invalid_token\"}")
            .coded(coding)
            .chunked(9)
            .trailer("A", "b")
            .to_bytes()
    };
    let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/2 200\r\n:a: b\r\nc: d\r\n e\r\n\r\n";
    let responses = CODINGS.map(response);
    numbered([request, interim.to_vec()].into_iter().chain(responses))
}
