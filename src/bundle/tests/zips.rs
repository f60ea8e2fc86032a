//! Zip archives, sound and damaged.

use samples::archive::{ZipBundle, ZipMember};
use samples::damage;

use super::{Evidence, noise};

fn check(archive: &[u8], expected: &[&str]) {
    Evidence::of("a.zip", archive).check(expected);
}

#[test]
fn members_in_the_order_of_the_archive() {
    let archive = ZipBundle::new()
        .file("logs/b.log", b"second comes first")
        .member(ZipMember::new("logs/a.log", b"stored"))
        .member(ZipMember::new("logs/", b""))
        .file("empty.log", b"")
        .comment("collected by hand");
    check(
        &archive.to_bytes(),
        &[
            "a.zip!/logs/b.log 18 \"second comes first\"",
            "a.zip!/logs/a.log 6 \"stored\"",
            "a.zip!/empty.log 0 \"\"",
        ],
    );
}

#[test]
fn all_ways_of_writing_sizes() {
    let archive = ZipBundle::new()
        .member(
            ZipMember::new("behind.log", b"sizes follow")
                .deflated()
                .sizes_behind(),
        )
        .member(ZipMember::new("stored.log", b"sizes follow").sizes_behind())
        .member(ZipMember::new("wide.log", b"64 bits").zip64())
        .member(
            ZipMember::new("both.log", b"64 bits behind")
                .deflated()
                .zip64()
                .sizes_behind(),
        );
    check(
        &archive.to_bytes(),
        &[
            "a.zip!/behind.log 12 \"sizes follow\"",
            "a.zip!/stored.log 12 \"sizes follow\"",
            "a.zip!/wide.log 7 \"64 bits\"",
            "a.zip!/both.log 14 \"64 bits behind\"",
        ],
    );
}

#[test]
fn an_empty_archive_holds_nothing() {
    check(&ZipBundle::new().to_bytes(), &[]);
}

#[test]
fn names_that_climb_or_come_twice() {
    let archive = ZipBundle::new()
        .file("../../evil.log", b"1")
        .file("evil.log", b"2")
        .file("sub\\evil.log", b"3")
        .file("C:\\sub\\evil.log", b"4");
    check(
        &archive.to_bytes(),
        &[
            "a.zip!/evil.log 1 \"1\"",
            "a.zip!/evil.log (2) 1 \"2\"",
            "a.zip!/sub/evil.log 1 \"3\"",
            "a.zip!/sub/evil.log (2) 1 \"4\"",
            "damaged a.zip!/evil.log: Its name in the archive, \"../../evil.log\", climbs out of the archive; it was read under this name instead.",
            "damaged a.zip!/sub/evil.log (2): Its name in the archive, \"C:\\\\sub\\\\evil.log\", climbs out of the archive; it was read under this name instead.",
        ],
    );
}

#[test]
fn lies_about_size_and_checksum() {
    let log = b"what the log says".as_slice();
    let archive = ZipBundle::new()
        .member(ZipMember::new("less.log", log).deflated().claiming_size(8))
        .member(
            ZipMember::new("more.log", log)
                .deflated()
                .claiming_size(4_000_000),
        )
        .member(ZipMember::new("stored.log", log).claiming_size(8))
        .member(
            ZipMember::new("crc.log", log)
                .deflated()
                .claiming_checksum(0x0bad_cafe),
        )
        .file("honest.log", log);
    check(
        &archive.to_bytes(),
        &[
            "a.zip!/less.log 8 \"what the\"",
            "  damaged @8: The content goes on after the 8 bytes that its header declares; the rest was not unpacked.",
            "a.zip!/more.log 4000000 \"what the log says\"",
            "  truncated @17: The content ends after 17 of 4000000 bytes.",
            "a.zip!/stored.log 8 \"what the\"",
            "  damaged @8: The content goes on after the 8 bytes that its header declares; the rest was not unpacked.",
            "a.zip!/crc.log 17 \"what the log says\"",
            "  damaged: The checksum of the content is 2d63edce where the archive has 0badcafe.",
            "a.zip!/honest.log 17 \"what the log says\"",
        ],
    );
}

#[test]
fn a_wrong_count_is_noted() {
    check(
        &ZipBundle::new()
            .file("a.log", b"a")
            .claiming_count(7)
            .to_bytes(),
        &[
            "a.zip!/a.log 1 \"a\"",
            "damaged a.zip: The archive announces 7 members and lists 1.",
        ],
    );
}

#[test]
fn a_program_in_front_stays_an_artifact() {
    let archive = ZipBundle::new()
        .prefix(b"MZ program")
        .comment("unpacks itself")
        .file("a.log", b"a")
        .to_bytes();
    let length = archive.len();
    Evidence::of("collect.exe", &archive).check(&[
        &format!("collect.exe {length} {length} bytes"),
        "collect.exe!/a.log 1 \"a\"",
    ]);
}

#[test]
fn a_cut_archive_is_walked_by_its_local_headers() {
    let noise = noise(200);
    let archive = ZipBundle::new()
        .file("first.log", b"first")
        .member(
            ZipMember::new("second.log", b"second")
                .deflated()
                .sizes_behind(),
        )
        .member(ZipMember::new("third.log", b"third").sizes_behind().zip64())
        .member(ZipMember::new("last.log", &noise))
        .to_bytes();
    let place = archive
        .windows(8)
        .position(|bytes| bytes == &noise[..8])
        .unwrap();
    let whole = [
        "a.zip!/first.log 5 \"first\"",
        "a.zip!/second.log 6 \"second\"",
        "a.zip!/third.log 5 \"third\"",
    ];
    let directory = place + noise.len();
    let found = format!(
        "truncated @{directory} a.zip: The archive is cut or damaged: it has no central directory; 4 members were found without it."
    );
    let last = "a.zip!/last.log 200 200 bytes";
    check(
        &damage::cut(&archive, directory + 60),
        &[&whole[..], &[last, &found]].concat(),
    );
    check(
        &damage::cut(&archive, place + 60),
        &[
            &whole[..],
            &[
                "a.zip!/last.log 60 60 bytes",
                &format!("truncated @{} a.zip: The archive is cut or damaged: it has no central directory; 4 members were found without it.", place + 60),
                "truncated a.zip!/last.log: The archive ends inside it; 60 of 200 bytes could be read.",
            ],
        ]
        .concat(),
    );
}

#[test]
fn a_cut_member_of_unknown_size_is_read_to_its_end() {
    let log = "1972-01-01 the same line again\n".repeat(100);
    let member = ZipMember::new("a.log", log.as_bytes())
        .deflated()
        .sizes_behind();
    let archive = ZipBundle::new().member(member).to_bytes();
    check(
        &damage::cut(&archive, 70),
        &[
            "a.zip!/a.log 290 290 bytes",
            "truncated @70 a.zip: The archive is cut or damaged: it has no central directory; 1 member was found without it.",
            "truncated a.zip!/a.log: The archive ends inside it; 290 bytes could be read.",
        ],
    );
}

#[test]
fn a_stored_archive_does_not_stand_for_the_cut_one_around_it() {
    let inner = ZipBundle::new().file("inner.log", b"inner").to_bytes();
    let outer = ZipBundle::new()
        .file("outer.log", b"outer")
        .member(ZipMember::new("inner.zip", &inner))
        .to_bytes();
    let end = outer
        .windows(inner.len())
        .position(|bytes| bytes == inner)
        .unwrap()
        + inner.len();
    check(
        &damage::cut(&outer, end),
        &[
            "a.zip!/outer.log 5 \"outer\"",
            "a.zip!/inner.zip!/inner.log 5 \"inner\"",
            &format!(
                "truncated @{end} a.zip: The archive is cut or damaged: its central directory belongs to a part of it only; 2 members were found without it."
            ),
        ],
    );
}

#[test]
fn damage_between_members_is_stepped_over() {
    let archive = ZipBundle::new()
        .member(ZipMember::new("a.log", b"aaaa"))
        .member(ZipMember::new("b.log", b"bbbb"))
        .to_bytes();
    let second = archive
        .windows(4)
        .skip(1)
        .position(|bytes| bytes == b"PK\x03\x04")
        .unwrap()
        + 1;
    let damaged = damage::insert(&archive, second, b"junk");
    let directory = damaged
        .windows(4)
        .position(|bytes| bytes == b"PK\x01\x02")
        .unwrap();
    check(
        &damage::cut(&damaged, directory),
        &[
            "a.zip!/a.log 4 \"aaaa\"",
            "a.zip!/b.log 4 \"bbbb\"",
            &format!(
                "truncated @{directory} a.zip: The archive is cut or damaged: it has no central directory; 2 members were found without it."
            ),
            &format!(
                "damaged @{second} a.zip: 4 bytes in 1 places between members belong to none."
            ),
        ],
    );
}

#[test]
fn members_that_are_not_where_they_should_be_are_lost_alone() {
    let archive = ZipBundle::new()
        .member(ZipMember::new("a.log", b"aaaa"))
        .member(ZipMember::new("b.log", b"bbbb"))
        .to_bytes();
    let second = archive
        .windows(4)
        .skip(1)
        .position(|bytes| bytes == b"PK\x03\x04")
        .unwrap()
        + 1;
    check(
        &damage::fill(&archive, second..second + 4, b'x'),
        &[
            "a.zip!/a.log 4 \"aaaa\"",
            &format!(
                "damaged @{second} a.zip: Member \"b.log\" cannot be found where the central directory says."
            ),
        ],
    );
}

#[test]
fn nothing_but_a_signature() {
    check(
        b"PK\x03\x04 and nothing that fits",
        &[
            "damaged @0 a.zip: The archive cannot be opened: it has no central directory, and no member was found without it.",
        ],
    );
}

#[test]
fn a_method_that_is_not_supported_is_named() {
    let mut archive = ZipBundle::new()
        .file("big.etl", b"packed otherwise")
        .to_bytes();
    let directory = archive
        .windows(4)
        .position(|bytes| bytes == b"PK\x01\x02")
        .unwrap();
    archive[directory + 10] = 9;
    check(
        &archive,
        &[
            "unsupported a.zip!/big.etl: It is packed with Deflate64 (method 9), which is not supported; pack it again with Deflate.",
        ],
    );
}
