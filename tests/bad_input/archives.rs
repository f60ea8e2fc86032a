//! Archives: bombs, cuts, lies, climbs and locks.

use samples::archive::{CabBundle, CabFault, CabFolder, ZipBundle, ZipMember};
use samples::{damage, scenario};

use super::common::{BLOCKED, Dir, HEALTHY, blindspots, ended, events_of, has_blindspot};
use super::{GOOD, GOOD_EVENTS, alone, beside};

/// The logs of the healthy story.
fn files() -> Vec<(String, Vec<u8>)> {
    scenario::build_files(HEALTHY).unwrap_or_default()
}

fn system_log() -> Vec<u8> {
    files()
        .into_iter()
        .find(|(name, _)| name == "System.evtx")
        .map(|(_, bytes)| bytes)
        .unwrap_or_default()
}

#[test]
fn a_zip_bomb() {
    let bomb = ZipBundle::new()
        .member(ZipMember::bomb("zeros.evtx", 300 << 20))
        .file("System.evtx", &system_log())
        .to_bytes();
    assert!(bomb.len() < 1 << 20);
    let dir = Dir::new().scenario(HEALTHY).file("bomb.zip", &bomb);
    let report = beside(&dir, "bomb.zip", 4);
    has_blindspot(&report, "limit", "bomb.zip!/zeros.evtx");
    // The log beside the bomb, in the same archive, is read; it is a copy, so it adds no event.
    assert_eq!(events_of(&report, "bomb.zip!/System.evtx"), 4);
    assert_eq!(report["event_count"], GOOD_EVENTS);
    let only = ZipBundle::new()
        .member(ZipMember::bomb("zeros.evtx", 300 << 20))
        .to_bytes();
    alone(&dir.file("only.zip", &only), "only.zip", "limit");
}

/// An archive in an archive in an archive …, each of which is one small file.
#[test]
fn a_nest_that_is_too_deep() {
    let mut nest = ZipBundle::new()
        .file("System.evtx", &system_log())
        .to_bytes();
    for _ in 0..8 {
        nest = ZipBundle::new().file("inner.zip", &nest).to_bytes();
    }
    let dir = Dir::new().scenario(HEALTHY).file("nest.zip", &nest);
    has_blindspot(&beside(&dir, "nest.zip", 4), "limit", "inner.zip");
}

/// Two names for the same bytes: read at most once each, never multiplied.
#[test]
fn members_that_overlap() {
    let mut archive = ZipBundle::new().file("System.evtx", &system_log());
    for number in 0..50 {
        archive = archive.member(ZipMember::overlapping(&format!("{number}.evtx")));
    }
    let dir = Dir::new()
        .scenario(HEALTHY)
        .file("overlap.zip", &archive.to_bytes());
    let report = dir
        .run(&["analyze", "overlap.zip", "--format", "json"])
        .json();
    assert_eq!(report["event_count"], 4);
    assert!(!blindspots(&report).is_empty());
    beside(&dir, "overlap.zip", 4);
}

/// Cut anywhere, what is whole in front of the cut is read.
#[test]
fn a_truncated_zip() {
    let whole = scenario::build(HEALTHY).unwrap_or_default();
    let mut most = 0;
    for tenth in 1..10 {
        let dir = Dir::new()
            .scenario(HEALTHY)
            .file("cut.zip", &damage::cut(&whole, whole.len() * tenth / 10));
        let report = beside(&dir, "cut.zip", 4);
        assert!(
            blindspots(&report)
                .iter()
                .any(|(_, detail)| detail.starts_with("cut.zip")),
            "{tenth}"
        );
        let events = report["event_count"].as_u64().unwrap_or_default();
        assert!(events >= most, "a longer beginning holds no less");
        most = events;
    }
    assert!(most > GOOD_EVENTS, "the cut archive gave events of its own");
}

#[test]
fn a_cabinet_whose_file_names_a_wrong_folder() {
    let bytes = CabBundle::new()
        .folder(
            CabFolder::ms_zip()
                .file("first.evtx", &system_log())
                .file("second.evtx", &system_log()),
        )
        .fault(CabFault::FolderIndex { file: 0, index: 7 })
        .to_bytes();
    let dir = Dir::new().scenario(HEALTHY).file("wrong.cab", &bytes);
    let report = beside(&dir, "wrong.cab", 4);
    assert!(
        blindspots(&report)
            .iter()
            .any(|(_, detail)| detail.contains("wrong.cab!/first.evtx")),
        "{:?}",
        blindspots(&report)
    );
    assert_eq!(
        events_of(&report, "wrong.cab!/second.evtx"),
        4,
        "the other file is read"
    );
}

#[test]
fn a_cabinet_with_a_wrong_checksum() {
    let bytes = CabBundle::new()
        .folder(CabFolder::stored().file("first.evtx", &system_log()))
        .folder(CabFolder::ms_zip().file("second.evtx", &system_log()))
        .fault(CabFault::BlockChecksum {
            folder: 0,
            block: 1,
        })
        .to_bytes();
    let dir = Dir::new().scenario(HEALTHY).file("wrong.cab", &bytes);
    let report = beside(&dir, "wrong.cab", 4);
    assert!(
        blindspots(&report)
            .iter()
            .any(|(_, detail)| detail.contains("wrong.cab")),
        "{:?}",
        blindspots(&report)
    );
}

/// A member whose name leads out of the archive is evidence like any other; nothing is written.
#[test]
fn paths_that_climb_out() {
    let log = system_log();
    let names = [
        "../../climbed.evtx",
        "/etc/rooted.evtx",
        "C:\\Windows\\drive.evtx",
        "..\\..\\back.evtx",
    ];
    let archive = names
        .iter()
        .fold(ZipBundle::new(), |archive, name| archive.file(name, &log))
        .to_bytes();
    let dir = Dir::new().file("inner/climb.zip", &archive);
    // Such a name is no accident, so the archive counts as damaged.
    let report = dir
        .run(&["analyze", "inner/climb.zip", "--format", "json"])
        .exits(4)
        .json();
    has_blindspot(&report, "damaged", "climb.zip");
    assert_eq!(events_of(&report, "climb.zip!/"), 16, "each is read");
    assert_eq!(report["event_count"], 4, "copies tell nothing new");
    for source in super::common::list(&report, "sources") {
        let path = super::common::text(source, "artifact");
        assert!(
            path.starts_with("climb.zip!/") && !path.contains("..") && !path.contains("!//"),
            "{path}"
        );
    }
    assert!(!dir.path("climbed.evtx").exists() && !dir.path("inner/climbed.evtx").exists());
}

fn locked() -> Vec<u8> {
    let files = scenario::build_files(BLOCKED).unwrap_or_default();
    let lock = |(number, (name, bytes)): (usize, &(String, Vec<u8>))| {
        let member = ZipMember::new(name, bytes).deflated();
        if number % 2 == 0 {
            member.aes_256("Sesame-2")
        } else {
            member.zip_crypto("Sesame-2")
        }
    };
    files
        .iter()
        .enumerate()
        .map(lock)
        .fold(ZipBundle::new(), ZipBundle::member)
        .to_bytes()
}

#[test]
fn a_locked_zip_without_its_password() {
    let dir = Dir::new().scenario(HEALTHY).file("locked.zip", &locked());
    alone(&dir, "locked.zip", "password");
    let report = beside(&dir, "locked.zip", 4);
    has_blindspot(&report, "locked", "locked.zip");
    assert_eq!(report["event_count"], GOOD_EVENTS);
    let wrong = dir.file("wrong.txt", b"open\nplease\n");
    let report = wrong.run(&[
        "analyze",
        "locked.zip",
        GOOD,
        "--password-file",
        "wrong.txt",
        "--format",
        "json",
    ]);
    has_blindspot(&report.exits(4).json(), "locked", "locked.zip");
}

#[test]
fn a_locked_zip_with_its_password() {
    let dir = Dir::new()
        .file("locked.zip", &locked())
        .file("passwords.txt", b"open\r\nSesame-2\r\n");
    let from_file = dir
        .run(&["analyze", "locked.zip", "--password-file", "passwords.txt"])
        .exits(0)
        .silent();
    let mut command = dir.command(&["analyze", "locked.zip"]);
    command.env("JOINSCOPE_PASSWORD", "Sesame-2");
    let from_environment = ended(command).exits(0).silent();
    assert_eq!(from_file.out, from_environment.out);
    assert!(
        from_file.out.contains("107 events from 6 sources"),
        "all of the story is there"
    );
    for run in [from_file, from_environment] {
        assert!(!run.out.contains("Sesame-2"), "a password is in no output");
    }
}
