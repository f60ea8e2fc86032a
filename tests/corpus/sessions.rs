//! Real session archives: every session is there, also where the archive is locked or cut.

use std::path::{Path, PathBuf};

use joinscope::bundle::{Bundle, Limits, Passwords, open};
use joinscope_http::Limit;
use samples::archive::{ZipBundle, ZipMember};
use serde_json::Value;

use super::common::{Dir, corpus, list, text};

/// A session archive of an older version, and how many sessions are in it.
const OLDER: (&str, usize) = ("saz/news_2016_185sessions.saz", 185);
/// One of a newer version.
const NEWER: (&str, usize) = ("saz/artezio_4sessions.saz", 4);

fn timeline(dir: &Dir, path: &Path, code: i32) -> Vec<Value> {
    let mut arguments = vec![Path::new("timeline"), path];
    let password = dir.path("password");
    arguments.extend([Path::new("--password-file"), &password]);
    dir.run(&arguments).exits(code).lines()
}

fn with_password() -> Dir {
    Dir::new().file("password", b"Sesame-1")
}

fn bundle(path: &Path) -> Bundle {
    let paths: [PathBuf; 1] = [path.to_owned()];
    open(&paths, &Limits::default(), &Passwords::default()).unwrap()
}

/// The same members, each packed again in the given way.
fn packed_again(path: &Path, most: usize, shape: impl Fn(ZipMember) -> ZipMember) -> Vec<u8> {
    let bundle = bundle(path);
    let members = bundle.artifacts[0].members.iter().take(most);
    let again = members.fold(ZipBundle::new(), |again, member| {
        let name = format!("raw/{}", member.name);
        let bytes = member.read().bytes;
        again.member(shape(ZipMember::new(&name, &bytes).deflated()))
    });
    again.to_bytes()
}

#[test]
fn every_session_is_an_event_in_time() {
    for (name, sessions) in [OLDER, NEWER] {
        let Some(path) = corpus(name) else { continue };
        let lines = timeline(&with_password(), &path, 0);
        assert_eq!(lines.len(), sessions);
        for line in &lines {
            assert!(!text(line, "@timestamp").is_empty(), "{line}");
            assert!(!text(&line["fields"], "url").is_empty(), "{line}");
            assert!(line["process.pid"].is_u64(), "{line}");
        }
    }
}

/// A saved sign-in: every request to the sign-in service is classified, the flow's own by name.
#[test]
fn a_saved_sign_in_is_classified() {
    let Some(path) = corpus("har/entra_login_onedrive_2024_redacted.har") else {
        return;
    };
    let lines = timeline(&with_password(), &path, 0);
    let of = |word: &str| {
        let is = |line: &&Value| line["fields"]["endpoint"] == word;
        lines.iter().filter(is).count()
    };
    assert_eq!((of("authorize"), of("reprocess")), (1, 1));
    for line in &lines {
        let host = text(&line["fields"], "host");
        let is_known = !text(&line["fields"], "endpoint").is_empty();
        assert_eq!(is_known, !host.ends_with("sharepoint.com"), "{line}");
    }
    // Each page loads its parts and looks for an account of the other kind.
    let rest = of("sign-in-asset") + of("personal-account") + 2;
    assert_eq!(rest + 2, lines.len());
}

/// The bodies as the parser gives them, without the program.
#[test]
fn every_body_is_decoded_or_the_reason_is_given() {
    const LIMIT: Limit = Limit {
        bytes: 64 << 20,
        ratio: 1000,
    };
    for (name, sessions) in [OLDER, NEWER] {
        let Some(path) = corpus(name) else { continue };
        let bundle = bundle(&path);
        let members: Vec<_> = bundle.artifacts[0]
            .members
            .iter()
            .map(|member| (member.name.to_string(), member.read().bytes))
            .collect();
        let named = members.iter().map(|(name, bytes)| (&**name, &**bytes));
        let archive = joinscope_saz::read(named);
        assert_eq!(archive.sessions.len(), sessions);
        assert_eq!(archive.faults, []);
        let mut whole = 0;
        for session in &archive.sessions {
            let exchange = session.exchange();
            let Some(answer) = &exchange.response else {
                continue;
            };
            let decoded = answer.body.decoded(LIMIT);
            let is_whole = decoded.damage.is_empty();
            assert!(
                is_whole || exchange.error.is_some(),
                "{name} {}: {:?}",
                session.number,
                decoded.damage
            );
            let is_page = answer.body.content_type.as_deref() == Some("text/html; charset=utf-8");
            if is_page && is_whole && !decoded.bytes.is_empty() {
                let bytes = decoded.bytes.trim_ascii_start();
                assert!(
                    bytes.starts_with(b"<") || bytes.starts_with(b"\xef\xbb\xbf"),
                    "{name} {}",
                    session.number
                );
            }
            whole += usize::from(is_whole);
        }
        assert!(whole + 10 > sessions, "{name}: {whole} bodies are whole");
    }
}

#[test]
fn locked_archives_give_the_same_and_cut_ones_what_they_can() {
    for (name, sessions) in [OLDER, NEWER] {
        let Some(path) = corpus(name) else { continue };
        let zip_crypto = packed_again(&path, usize::MAX, |member| member.zip_crypto("Sesame-1"));
        // Unlocking AES is slow on purpose, so only some sessions are locked by it.
        let some = 60;
        let aes = packed_again(&path, some, |member| member.aes_256("Sesame-1"));
        let dir = with_password()
            .file("old.saz", &zip_crypto)
            .file("new.saz", &aes)
            .file("cut.saz", &zip_crypto[..zip_crypto.len() * 6 / 10])
            .file("whole-cut.saz", &cut(&path));
        let of = |file: &str, code| timeline(&dir, &dir.path(file), code).len();
        assert_eq!(of("old.saz", 0), sessions);
        assert_eq!(of("new.saz", 0), sessions.min(some / 3));
        for file in ["cut.saz", "whole-cut.saz"] {
            let found = of(file, 4);
            assert!(
                found >= sessions / 4 && found < sessions.max(5),
                "{file}: {found}"
            );
        }
    }
}

fn cut(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    bytes[..bytes.len() * 6 / 10].to_vec()
}

#[test]
fn nothing_is_said_to_be_missing() {
    for (name, _) in [OLDER, NEWER] {
        let Some(path) = corpus(name) else { continue };
        let run = Dir::new().run(&[
            Path::new("inspect"),
            &path,
            Path::new("--format"),
            Path::new("json"),
        ]);
        let found = run.exits(0).json();
        assert!(list(&list(&found, "artifacts")[0], "blindspots").is_empty());
    }
}
