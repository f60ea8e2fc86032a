//! Cabinets, sound and damaged.

use samples::archive::{CabBundle, CabFault, CabFolder};
use samples::damage;

use super::{Evidence, noise};

fn check(cabinet: &[u8], expected: &[&str]) {
    Evidence::of("a.cab", cabinet).check(expected);
}

fn two_folders() -> CabBundle {
    CabBundle::new()
        .folder(
            CabFolder::ms_zip()
                .file("one.log", b"first")
                .file("sub\\two.log", b"second"),
        )
        .folder(
            CabFolder::stored()
                .file("three.log", b"third")
                .file("empty.log", b""),
        )
}

#[test]
fn files_of_all_folders() {
    check(
        &two_folders().to_bytes(),
        &[
            "a.cab!/one.log 5 \"first\"",
            "a.cab!/sub/two.log 6 \"second\"",
            "a.cab!/three.log 5 \"third\"",
            "a.cab!/empty.log 0 \"\"",
        ],
    );
}

#[test]
fn blocks_refer_back_to_the_ones_before() {
    let log: Vec<u8> = noise(20_000).repeat(5);
    let cabinet = CabBundle::new().folder(
        CabFolder::ms_zip()
            .file("a.bin", &log)
            .file("b.log", b"end"),
    );
    let evidence = Evidence::of("a.cab", &cabinet.to_bytes());
    evidence.check(&["a.cab!/a.bin 100000 100000 bytes", "a.cab!/b.log 3 \"end\""]);
    assert_eq!(&*evidence.open().artifacts[0].read().bytes, log);
}

#[test]
fn a_folder_that_is_not_there_loses_only_its_file() {
    check(
        &two_folders()
            .fault(CabFault::FolderIndex { file: 1, index: 7 })
            .to_bytes(),
        &[
            "a.cab!/one.log 5 \"first\"",
            "a.cab!/three.log 5 \"third\"",
            "a.cab!/empty.log 0 \"\"",
            "damaged a.cab!/sub/two.log: It is said to be in folder 7, which the cabinet does not have.",
        ],
    );
}

#[test]
fn a_file_that_goes_on_in_another_cabinet() {
    check(
        &two_folders()
            .fault(CabFault::FolderIndex {
                file: 2,
                index: 0xfffe,
            })
            .to_bytes(),
        &[
            "a.cab!/one.log 5 \"first\"",
            "a.cab!/sub/two.log 6 \"second\"",
            "a.cab!/empty.log 0 \"\"",
            "truncated a.cab!/three.log: It is partly in another cabinet of the set, so it was not read.",
        ],
    );
}

#[test]
fn a_bad_checksum_ends_its_folder_and_no_other() {
    let long = noise(40_000);
    let cabinet = CabBundle::new()
        .folder(
            CabFolder::ms_zip()
                .file("a.bin", &long)
                .file("b.log", b"behind"),
        )
        .folder(CabFolder::stored().file("c.log", b"other folder"))
        .fault(CabFault::BlockChecksum {
            folder: 0,
            block: 1,
        })
        .to_bytes();
    let evidence = Evidence::of("a.cab", &cabinet);
    let bundle = evidence.open();
    let at = bundle.blindspots[0].offset.unwrap();
    evidence.check(&[
        "a.cab!/a.bin 32768 32768 bytes",
        "a.cab!/c.log 12 \"other folder\"",
        &format!("damaged @{at} a.cab: The data block at offset 0x{at:x} fails its checksum; nothing behind it in its folder can be unpacked."),
        "truncated a.cab!/a.bin: 32768 of 40000 bytes could be unpacked from the cabinet.",
        "truncated a.cab!/b.log: 0 of 6 bytes could be unpacked from the cabinet.",
    ]);
    assert_eq!(&*bundle.artifacts[0].read().bytes, &long[..32768]);
}

#[test]
fn lies_about_sizes() {
    let bundle = |fault| two_folders().fault(fault).to_bytes();
    check(
        &bundle(CabFault::FileSize {
            file: 1,
            size_bytes: 600,
        }),
        &[
            "a.cab!/one.log 5 \"first\"",
            "a.cab!/sub/two.log 6 \"second\"",
            "a.cab!/three.log 5 \"third\"",
            "a.cab!/empty.log 0 \"\"",
            "truncated a.cab!/sub/two.log: 6 of 600 bytes could be unpacked from the cabinet.",
        ],
    );
    let overlapping = Evidence::of(
        "a.cab",
        &bundle(CabFault::FileSize {
            file: 0,
            size_bytes: 9,
        }),
    );
    overlapping.check(&[
        "a.cab!/one.log 9 \"firstseco\"",
        "a.cab!/three.log 5 \"third\"",
        "a.cab!/empty.log 0 \"\"",
        "limit a.cab!/sub/two.log: It shares its bytes with another member, as in archive bombs, and was not read.",
    ]);
}

#[test]
fn a_cut_cabinet_gives_what_is_there() {
    let long = noise(40_000);
    let cabinet = CabBundle::new()
        .folder(
            CabFolder::ms_zip()
                .file("a.bin", &long)
                .file("b.log", b"behind"),
        )
        .to_bytes();
    let length = cabinet.len() - 100;
    let evidence = Evidence::of("a.cab", &damage::cut(&cabinet, length));
    let at = evidence.open().blindspots[1].offset.unwrap();
    evidence.check(&[
        "a.cab!/a.bin 32768 32768 bytes",
        &format!(
            "truncated @{length} a.cab: The cabinet ends after {length} of {} bytes.",
            cabinet.len()
        ),
        &format!("truncated @{at} a.cab: The cabinet ends inside data block 2 of 2 of a folder."),
        "truncated a.cab!/a.bin: 32768 of 40000 bytes could be unpacked from the cabinet.",
        "truncated a.cab!/b.log: 0 of 6 bytes could be unpacked from the cabinet.",
    ]);
}

/// One folder with one block, packed as given.
fn single(packing: u16, block: &[u8], unpacked: u16) -> Vec<u8> {
    let mut cabinet = b"MSCF\0\0\0\0".to_vec();
    let length = 36 + 8 + 16 + 6 + 8 + u32::try_from(block.len()).unwrap();
    cabinet.extend([length, 0, 44, 0].map(u32::to_le_bytes).concat());
    cabinet.extend([3, 1]);
    cabinet.extend([1_u16, 1, 0, 0, 0].map(u16::to_le_bytes).concat());
    cabinet.extend(66_u32.to_le_bytes());
    cabinet.extend([1, packing].map(u16::to_le_bytes).concat());
    cabinet.extend([u32::from(unpacked), 0].map(u32::to_le_bytes).concat());
    cabinet.extend([0_u16; 4].map(u16::to_le_bytes).concat());
    cabinet.extend(b"a.log\0");
    cabinet.extend(0_u32.to_le_bytes());
    cabinet.extend(
        [u16::try_from(block.len()).unwrap(), unpacked]
            .map(u16::to_le_bytes)
            .concat(),
    );
    cabinet.extend(block);
    cabinet
}

/// An LZX stream that says: no translation of calls, one uncompressed block of 5 bytes.
const LZX: &[u8] = b"\x00\x30\x50\x00\x01\0\0\0\x01\0\0\0\x01\0\0\0hello\0";

#[test]
fn lzx_is_unpacked() {
    check(&single(0x1503, LZX, 5), &["a.cab!/a.log 5 \"hello\""]);
}

#[test]
fn broken_lzx_is_a_blind_spot() {
    let expected = |reason: &str| {
        format!(
            "damaged @66 a.cab: The data block at offset 0x42 does not unpack ({reason}); nothing behind it in its folder can be unpacked."
        )
    };
    let nothing = "truncated a.cab!/a.log: 0 of 5 bytes could be unpacked from the cabinet.";
    check(
        &single(0x1503, &[0x00, 0x70, 0, 0], 5),
        &[&expected("block size 0 is invalid"), nothing],
    );
    check(
        &single(0x1e03, LZX, 5),
        &[
            "damaged a.cab: The LZX window of 2^30 bytes does not exist.",
            nothing,
        ],
    );
}

#[test]
fn packings_that_are_not_supported_are_named() {
    check(
        &single(0x1472, LZX, 5),
        &["unsupported a.cab!/a.log: It is packed with Quantum, which is not supported."],
    );
    check(
        &single(0x000f, LZX, 5),
        &[
            "unsupported a.cab!/a.log: It is packed with an unknown method (0x000f), which is not supported.",
        ],
    );
}
