//! What hostile archives ask for, and what they get.

use samples::archive::{ZipBundle, ZipMember};

use super::Evidence;
use crate::bundle::Limits;

#[test]
fn a_bomb_is_not_unpacked() {
    let archive = ZipBundle::new()
        .member(ZipMember::bomb("bomb.etl", 65 << 20))
        .file("honest.log", b"honest")
        .to_bytes();
    let evidence = Evidence::of("a.zip", &archive);
    let detail = evidence.open().blindspots[0].detail.clone();
    assert!(
        detail.starts_with("It unpacks to 68157440 bytes from "),
        "{detail}"
    );
    assert!(
        detail.ends_with(", above the limit of 200 to 1; it was not read."),
        "{detail}"
    );
    evidence.check(&[
        "a.zip!/honest.log 6 \"honest\"",
        &format!("limit a.zip!/bomb.etl: {detail}"),
    ]);
}

#[test]
fn the_whole_bundle_has_a_limit() {
    let archive = ZipBundle::new()
        .file("a.log", b"aaaaaa")
        .file("b.log", b"bbbbbb")
        .file("c.log", b"cc");
    let limits = Limits {
        expanded_bytes: 10,
        ..Limits::default()
    };
    Evidence::of("a.zip", &archive.to_bytes()).limits(limits).check(&[
        "a.zip!/a.log 6 \"aaaaaa\"",
        "a.zip!/c.log 2 \"cc\"",
        "limit a.zip!/b.log: It needs 6 bytes unpacked where 4 are left of the limit of 10 for the whole bundle; it was not read.",
    ]);
}

#[test]
fn what_stays_in_memory_has_a_limit() {
    let inner = ZipBundle::new().file("a.log", b"a").to_bytes();
    let archive = ZipBundle::new()
        .file("inner.zip", &inner)
        .member(ZipMember::new("stored.zip", &inner));
    let limits = Limits {
        held_bytes: 10,
        ..Limits::default()
    };
    let length = inner.len();
    Evidence::of("a.zip", &archive.to_bytes()).limits(limits).check(&[
        "a.zip!/stored.zip!/a.log 1 \"a\"",
        &format!("limit a.zip!/inner.zip: This zip archive has to be kept unpacked in memory with {length} bytes where 10 are left of the limit of 10; it was not read."),
    ]);
}

#[test]
fn the_number_of_files_has_a_limit() {
    let mut archive = ZipBundle::new();
    for number in 0..9 {
        archive = archive.file(&format!("{number}.log"), b"x");
    }
    let limits = Limits {
        entries: 4,
        ..Limits::default()
    };
    Evidence::of("a.zip", &archive.to_bytes()).limits(limits.clone()).check(&[
        "a.zip!/0.log 1 \"x\"",
        "a.zip!/1.log 1 \"x\"",
        "a.zip!/2.log 1 \"x\"",
        "limit a.zip: The limit of 4 files was reached: 6 members of this archive were not looked at.",
    ]);
    let mut evidence = Evidence::new().input("case").limits(limits);
    for number in 0..6 {
        evidence = evidence.file(&format!("case/{number}.log"), b"x");
    }
    evidence.check(&[
        "case/0.log 1 \"x\"",
        "case/1.log 1 \"x\"",
        "case/2.log 1 \"x\"",
        "case/3.log 1 \"x\"",
        "limit case: The limit of 4 files was reached at case/4.log; nothing from there on was looked at.",
    ]);
}

#[test]
fn nesting_has_a_limit_and_what_is_below_stays_whole() {
    let mut archive = ZipBundle::new().file("deep.log", b"deep").to_bytes();
    let innermost = archive.len();
    for _ in 0..2 {
        archive = ZipBundle::new().file("in.zip", &archive).to_bytes();
    }
    let evidence = Evidence::of("a.zip", &archive);
    evidence.check(&["a.zip!/in.zip!/in.zip!/deep.log 4 \"deep\""]);
    evidence.limits(Limits { depth: 2, ..Limits::default() }).check(&[
        &format!("a.zip!/in.zip!/in.zip {innermost} {innermost} bytes"),
        "limit a.zip!/in.zip!/in.zip: This zip archive is number 3 of archives inside each other, above the limit of 2; it was not opened.",
    ]);
}

#[test]
fn members_that_share_bytes_are_read_once() {
    let mut archive = ZipBundle::new().file("first.log", b"shared");
    for number in 0..5 {
        archive = archive.member(ZipMember::overlapping(&format!("{number}.log")));
    }
    Evidence::of("a.zip", &archive.to_bytes()).check(&[
        "a.zip!/first.log 6 \"shared\"",
        "limit a.zip: 5 members share their bytes with other members, as in archive bombs, and were not read: 0.log, 1.log, 2.log and 2 more.",
    ]);
}
