//! Members that need a password.

use samples::archive::{AesVendorVersion, Lock, ZipBundle, ZipMember};
use samples::damage;

use super::Evidence;

const LOG: &[u8] = b"the log behind the lock";

fn aes(version: AesVendorVersion) -> ZipMember {
    ZipMember::new("aes.log", LOG)
        .deflated()
        .locked(Lock::Aes256("correct horse".to_owned(), version))
}

fn locked() -> Vec<u8> {
    ZipBundle::new()
        .member(
            ZipMember::new("old.log", LOG)
                .deflated()
                .zip_crypto("battery"),
        )
        .member(
            ZipMember::new("streamed.log", LOG)
                .zip_crypto("battery")
                .sizes_behind(),
        )
        .member(aes(AesVendorVersion::Ae2))
        .to_bytes()
}

#[test]
fn without_a_password_locked_members_are_blind_spots() {
    Evidence::of("a.zip", &locked()).check(&[
        "locked a.zip!/old.log: It needs a password, and none was given.",
        "locked a.zip!/streamed.log: It needs a password, and none was given.",
        "locked a.zip!/aes.log: It needs a password, and none was given.",
    ]);
}

#[test]
fn the_password_that_fits_is_found_among_others() {
    let passwords = ["staple", "correct horse", "battery"];
    Evidence::of("a.zip", &locked())
        .passwords(&passwords)
        .check(&[
            "a.zip!/old.log 23 \"the log behind the lock\"",
            "a.zip!/streamed.log 23 \"the log behind the lock\"",
            "a.zip!/aes.log 23 \"the log behind the lock\"",
        ]);
}

#[test]
fn a_wrong_password_says_so() {
    Evidence::of("a.zip", &locked())
        .passwords(&["battery"])
        .check(&[
            "a.zip!/old.log 23 \"the log behind the lock\"",
            "a.zip!/streamed.log 23 \"the log behind the lock\"",
            "locked a.zip!/aes.log: The member needs a password, and none of those given fits.",
        ]);
}

#[test]
fn many_locked_members_are_one_blind_spot() {
    let mut archive = ZipBundle::new();
    for number in 0..6 {
        archive = archive.member(ZipMember::new(&format!("{number}.log"), LOG).aes_256("secret"));
    }
    Evidence::of("a.zip", &archive.to_bytes()).check(&[
        "locked a.zip: 6 members need a password, and none was given: 0.log, 1.log, 2.log and 3 more.",
    ]);
}

#[test]
fn a_locked_archive_is_opened_with_its_password() {
    let inner = ZipBundle::new()
        .member(aes(AesVendorVersion::Ae1))
        .to_bytes();
    let outer = ZipBundle::new().member(
        ZipMember::new("inner.zip", &inner)
            .deflated()
            .zip_crypto("battery"),
    );
    Evidence::of("a.zip", &outer.to_bytes())
        .passwords(&["battery", "correct horse"])
        .check(&["a.zip!/inner.zip!/aes.log 23 \"the log behind the lock\""]);
}

/// The byte in the middle of the archive's only member.
fn flip(archive: &[u8]) -> Vec<u8> {
    let directory = archive
        .windows(4)
        .position(|bytes| bytes == b"PK\x01\x02")
        .unwrap();
    damage::flip_bit(archive, directory - 14, 0)
}

#[test]
fn authentic_content_is_told_from_changed_content() {
    let member = ZipMember::new("aes.log", LOG).aes_256("correct horse");
    let archive = flip(&ZipBundle::new().member(member).to_bytes());
    let bundle = Evidence::of("a.zip", &archive)
        .passwords(&["correct horse"])
        .open();
    let reading = bundle.artifacts[0].read();
    assert_eq!(reading.bytes.len(), LOG.len());
    assert_eq!(
        reading.blindspot.unwrap().detail,
        "The password fits, but the authentication code does not: the encrypted content was changed or damaged."
    );
    let member = ZipMember::new("old.log", LOG).zip_crypto("battery");
    let archive = flip(&ZipBundle::new().member(member).to_bytes());
    Evidence::of("a.zip", &archive).passwords(&["battery"]).check(&[
        "a.zip!/old.log 23 \"\"",
        "  locked: A password fits the short check, but what it unlocks is not intact: the password is wrong, or the member is damaged.",
    ]);
}

#[test]
fn a_locked_member_that_is_cut_cannot_be_unlocked() {
    let archive = ZipBundle::new()
        .member(ZipMember::new("aes.log", LOG).aes_256("secret"))
        .to_bytes();
    let bundle = Evidence::of("a.zip", &damage::cut(&archive, 70))
        .passwords(&["secret"])
        .open();
    assert!(bundle.artifacts.is_empty());
    assert_eq!(
        bundle.blindspots[1].detail,
        "The archive ends inside it, and it is encrypted, so it cannot be unlocked."
    );
}
