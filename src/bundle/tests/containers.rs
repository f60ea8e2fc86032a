//! Archives in archives, and files that are none.

use std::io::Write;

use samples::archive::{CabBundle, CabFolder, ZipBundle, ZipMember};
use samples::damage;
use samples::saz::{Saz, SazSession};

use super::{Evidence, noise};

fn gzip(name: Option<&str>, content: &[u8]) -> Vec<u8> {
    let mut builder = flate2::GzBuilder::new();
    if let Some(name) = name {
        builder = builder.filename(name);
    }
    let mut encoder = builder.write(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_zip_in_a_zip_in_a_cab() {
    let inner = ZipBundle::new().file("deep.evtx", b"deep").to_bytes();
    let middle = ZipBundle::new()
        .file("inner.zip", &inner)
        .file("beside.log", b"beside")
        .to_bytes();
    let cab = CabBundle::new()
        .folder(CabFolder::ms_zip().file("middle.dat", &middle))
        .to_bytes();
    Evidence::of("outer.cab", &cab).check(&[
        "outer.cab!/middle.dat!/inner.zip!/deep.evtx 4 \"deep\"",
        "outer.cab!/middle.dat!/beside.log 6 \"beside\"",
    ]);
}

#[test]
fn content_decides_and_not_the_name() {
    Evidence::of("picture.zip", b"\x89PNG\r\n\x1a\n....")
        .check(&["picture.zip 12 \"\u{fffd}PNG\\r\\n\\u{1a}\\n....\""]);
    let archive = ZipBundle::new().file("a.log", b"a").to_bytes();
    Evidence::of("archive.png", &archive).check(&["archive.png!/a.log 1 \"a\""]);
}

#[test]
fn gzip_files_are_named_by_header_or_stem() {
    let named = gzip(Some("trace.etl"), b"trace");
    let unnamed = gzip(None, b"log");
    let archive = ZipBundle::new()
        .file("x.gz", &named)
        .file("setup.log.gz", &unnamed)
        .to_bytes();
    Evidence::of("a.zip", &archive).check(&[
        "a.zip!/x.gz!/trace.etl 5 \"trace\"",
        "a.zip!/setup.log.gz!/setup.log 3 \"log\"",
    ]);
}

#[test]
fn a_cut_gzip_file_is_read_to_its_end() {
    let packed = gzip(None, b"everything is here but the checksum");
    Evidence::of("a.log.gz", &packed[..packed.len() - 8]).check(&[
        "a.log.gz!/a.log 35 \"everything is here but the checksum\"",
        "truncated @35 a.log.gz!/a.log: The file ends inside its packed data; 35 bytes could be unpacked.",
    ]);
}

#[test]
fn a_damaged_archive_inside_an_archive_is_still_opened() {
    let inner = ZipBundle::new().file("a.log", b"a").to_bytes();
    let member = ZipMember::new("inner.zip", &inner)
        .deflated()
        .claiming_checksum(1);
    let crc = crc32fast::hash(&inner);
    Evidence::of("outer.zip", &ZipBundle::new().member(member).to_bytes()).check(&[
        "outer.zip!/inner.zip!/a.log 1 \"a\"",
        &format!("damaged outer.zip!/inner.zip: The checksum of the content is {crc:08x} where the archive has 00000001."),
    ]);
}

#[test]
fn a_session_archive_stays_whole_and_carries_its_members() {
    let saz = ZipBundle::new()
        .file("raw/1_c.txt", b"GET / HTTP/1.1")
        .file("raw/1_s.txt", b"HTTP/1.1 200 OK")
        .file("raw/1_m.xml", b"<Session/>")
        .file("_index.htm", b"<html/>")
        .file("added.evtx", b"not a part")
        .to_bytes();
    let length = saz.len();
    let members = |path: &str| {
        [
            format!("{path} {length} {length} bytes"),
            format!("+ {path}!/raw/1_c.txt 14 \"GET / HTTP/1.1\""),
            format!("+ {path}!/raw/1_s.txt 15 \"HTTP/1.1 200 OK\""),
            format!("+ {path}!/raw/1_m.xml 10 \"<Session/>\""),
            format!("+ {path}!/_index.htm 7 \"<html/>\""),
            format!("{path}!/added.evtx 10 \"not a part\""),
        ]
    };
    let expected = members("trace.saz");
    Evidence::of("trace.saz", &saz).check(&expected.each_ref().map(String::as_str));
    let outer = ZipBundle::new().file("trace.saz", &saz).to_bytes();
    let expected = members("outer.zip!/trace.saz");
    Evidence::of("outer.zip", &outer).check(&expected.each_ref().map(String::as_str));
}

/// Sessions without metadata, so that members are short and their bytes are known here.
fn sessions(count: u32) -> Saz {
    let session = |number: u32| {
        let request = [b"GET / HTTP/1.1\r\n\r\n", noise(400).as_slice()].concat();
        SazSession::new(&request)
            .numbered(number)
            .answered(b"HTTP/1.1 200 OK")
            .without_metadata()
    };
    (1..=count).map(session).fold(Saz::new(), Saz::session)
}

fn member_names(evidence: &Evidence) -> Vec<String> {
    let bundle = evidence.open();
    let archive = &bundle.artifacts[0];
    assert!(archive.is_session_archive);
    let read = |member: &crate::bundle::Artifact| {
        let reading = member.read();
        assert!(reading.blindspot.is_none() && !reading.bytes.is_empty());
        member.name.to_string()
    };
    archive.members.iter().map(read).collect()
}

#[test]
fn a_locked_session_archive_is_read_with_its_password() {
    let whole = ["1_c.txt", "1_s.txt", "[Content_Types].xml", "_index.htm"];
    for locked in [
        sessions(1).zip_crypto("battery"),
        sessions(1).aes_256("battery"),
    ] {
        let saz = locked.to_bytes();
        let open = Evidence::of("a.saz", &saz).passwords(&["staple", "battery"]);
        assert_eq!(member_names(&open), whole);
        let length = saz.len();
        Evidence::of("a.saz", &saz).check(&[
            &format!("a.saz {length} {length} bytes"),
            "locked a.saz: 4 members need a password, and none was given: raw/1_c.txt, raw/1_s.txt, [Content_Types].xml and 1 more.",
        ]);
        assert!(member_names(&Evidence::of("a.saz", &saz)).is_empty());
    }
}

#[test]
fn a_session_archive_that_is_cut_gives_what_stands_before() {
    let saz = sessions(20).to_bytes();
    let cut = Evidence::of("a.saz", &damage::cut(&saz, saz.len() * 6 / 10));
    let names = member_names(&cut);
    assert!(names.len() > 20 && names.len() < 40, "{names:?}");
    assert!(names.starts_with(&["1_c.txt".to_owned(), "1_s.txt".to_owned()]));

    let saz = sessions(20).aes_256("battery").to_bytes();
    let cut = damage::cut(&saz, saz.len() * 6 / 10);
    let cut = Evidence::of("a.saz", &cut).passwords(&["battery"]);
    let names = member_names(&cut);
    assert!(names.len() > 20 && names.len() < 40, "{names:?}");
}

#[test]
fn a_session_archive_may_be_written_with_backslashes() {
    let saz = sessions(1).with_folder().with_backslashes().to_bytes();
    let names = member_names(&Evidence::of("a.saz", &saz));
    assert_eq!(names.len(), 4);
}
