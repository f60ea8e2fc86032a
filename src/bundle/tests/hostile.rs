//! Any bytes at all: no panic, no hang, and what is found is what was there.

use samples::archive::{CabBundle, CabFolder, ZipBundle, ZipMember};
use samples::damage;

use super::{Evidence, noise, text};

fn zip() -> Vec<u8> {
    ZipBundle::new()
        .file("a.log", b"the first of the logs")
        .member(
            ZipMember::new("b.log", b"the second of the logs")
                .deflated()
                .sizes_behind(),
        )
        .member(
            ZipMember::new("c.log", b"the third of the logs")
                .zip_crypto("secret")
                .zip64(),
        )
        .to_bytes()
}

/// Kept apart, because each try of a password takes long.
fn locked() -> Vec<u8> {
    ZipBundle::new()
        .member(ZipMember::new("a.log", b"a").aes_256("secret"))
        .to_bytes()
}

fn cab() -> Vec<u8> {
    let inner = CabBundle::new()
        .folder(CabFolder::ms_zip().file("c.log", &noise(300)))
        .to_bytes();
    CabBundle::new()
        .folder(
            CabFolder::ms_zip()
                .file("a.log", b"a log, a log, a log")
                .file("b.cab", &inner),
        )
        .folder(CabFolder::stored().file("d.log", b"d"))
        .to_bytes()
}

/// Opens it and reads everything in it.
fn survive(bytes: &[u8]) -> String {
    text(&Evidence::of("x.bin", bytes).passwords(&["secret"]).open())
}

#[test]
fn every_prefix_gives_prefixes_of_what_is_there() {
    let whole: [&[u8]; 2] = [b"the first of the logs", b"the second of the logs"];
    let archive = zip();
    for length in 0..archive.len() {
        let bundle = Evidence::of("x.zip", damage::cut(&archive, length).as_slice()).open();
        if length < 4 {
            continue;
        }
        assert!(!bundle.blindspots.is_empty(), "{length}");
        for (artifact, whole) in bundle.artifacts.iter().zip(whole) {
            assert!(whole.starts_with(&artifact.read().bytes), "{length}");
        }
    }
}

#[test]
fn every_prefix_and_every_flipped_byte_is_survived() {
    for archive in [zip(), cab()] {
        for place in 0..archive.len() {
            survive(&damage::cut(&archive, place));
            survive(&damage::fill(&archive, place..place + 1, 0xff));
            survive(&damage::fill(&archive, place..place + 1, 0));
        }
    }
}

#[test]
fn a_locked_archive_is_no_softer() {
    let archive = locked();
    for place in (0..archive.len()).step_by(5) {
        survive(&damage::fill(&archive, place..place + 1, 0xff));
        survive(&damage::cut(&archive, place));
    }
}

#[test]
fn random_damage_is_survived() {
    for archive in [zip(), cab()] {
        for seed in 0..200 {
            survive(&damage::flip_random_bits(
                &archive,
                seed,
                1 + usize::try_from(seed).unwrap() % 20,
            ));
        }
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let mut archive = ZipBundle::new();
    for number in 0..40 {
        archive = archive
            .file(&format!("{number}.log"), &noise(number))
            .file(&format!("{number}.zip"), &zip());
    }
    let archive = archive.to_bytes();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| survive(&archive))
    };
    assert_eq!(with(1), with(8));
}
