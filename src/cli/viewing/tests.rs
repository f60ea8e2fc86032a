//! What the desk tells of real evidence, from the opening to sources that are put elsewhere.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Instant;

use clap::Parser as _;
use samples::archive::{ZipBundle, ZipMember};
use samples::har::{Entry, Har};

use super::desk::Desk;
use super::interim::Interim;
use super::reader::Reader;
use crate::bundle::{Bundle, Limits, Passwords, open};
use crate::cli::Exit;
use crate::cli::args::{Args, Evidence};
use crate::cli::clocks::Given;
use crate::cli::stages::{Case, Knowledge, case, judged};
use crate::ingest::{Digests, read};
use crate::model::{Basis, BlindspotKind, Report, Zone};
use crate::timeline::Timeline;
use crate::tui::{Ending, Host, LocalZone, News, Offset, Options, Placement, Prepared, Secret};

const OPTIONS: Options = Options {
    zone: Zone::Utc,
    color: false,
    ascii: true,
};

fn evidence(arguments: &[&str]) -> Evidence {
    let program = ["joinscope", "--quiet"];
    Args::parse_from(program.iter().chain(arguments)).evidence
}

fn desk(evidence: &Evidence) -> (Desk, Arc<Reader>) {
    let (sender, receiver) = channel();
    let Ok(reader) = Reader::new(evidence, OPTIONS, None, sender) else {
        unreachable!("a path is given");
    };
    (Desk::new(receiver, Arc::clone(&reader), None), reader)
}

/// A folder with a file, and its path.
fn folder_with(name: &str, bytes: &[u8]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a temporary file");
    let path = path.display().to_string();
    (folder, path)
}

fn scenario() -> (tempfile::TempDir, String) {
    let bytes = samples::scenario::build("preprovisioning-token-expired").expect("a scenario");
    folder_with("case.zip", &bytes)
}

/// The case; a password that is asked for is answered with these, one after the other.
fn read_with(desk: &mut Desk, passwords: &mut Vec<&str>) -> Option<Prepared> {
    loop {
        match desk.wait() {
            Some(News::Case(prepared)) => return Some(prepared),
            Some(News::Locked { .. }) => {
                let mut password = Secret::default();
                let typed = passwords.pop();
                password.type_in(typed.unwrap_or_default());
                desk.unlock(typed.map(|_| password));
            }
            Some(News::Failed) | None => return None,
            Some(_) => {}
        }
    }
}

/// The case with sources where they are put.
fn place(desk: &mut Desk, placement: &Placement) -> Prepared {
    desk.place(placement);
    loop {
        match desk.wait() {
            Some(News::Placed(prepared, told)) => {
                assert_eq!(&told, placement);
                return prepared;
            }
            Some(News::NotPlaced(fault)) => unreachable!("not placed: {fault}"),
            _ => {}
        }
    }
}

fn opened(path: &str) -> Bundle {
    open(
        &[Path::new(path).into()],
        &Limits::default(),
        &Passwords::default(),
    )
    .expect("an archive")
}

/// A report and its events as text.
fn told(report: &Report, timeline: &Timeline) -> String {
    let events = timeline.events().map(|event| {
        let (place, path) = (event.locator(), event.path());
        format!("{} {:?} {path} {place}\n", event.id(), event.stamp())
    });
    format!("{report:?}\n{}", events.collect::<String>())
}

fn told_case(case: &Case) -> String {
    told(&case.report, &case.timeline)
}

#[test]
fn sources_stand_where_they_are_put_as_if_they_had_been_from_the_beginning() {
    let (_folder, path) = scenario();
    let whole = |clocks: &[&str]| {
        let clocks = clocks.iter().flat_map(|clock| ["--clock", clock]);
        let arguments: Vec<&str> = clocks.chain([&*path]).collect();
        let Ok(knowledge) = Knowledge::load() else {
            unreachable!("embedded tables that are sound");
        };
        let case = case(
            &opened(&path),
            &knowledge,
            Digests::Make,
            &evidence(&arguments),
        );
        let Ok(case) = case else {
            unreachable!("a scenario can be read");
        };
        case
    };
    let (mut desk, reader) = desk(&evidence(&[&path]));
    reader.begin();
    let prepared = read_with(&mut desk, &mut Vec::new()).expect("a case");
    let as_read = told(prepared.report(), prepared.timeline());
    assert_eq!(as_read, told_case(&whole(&[])));
    let moved = prepared.report().sources.iter().map(|source| Offset {
        artifact: source.artifact.clone(),
        stream: source.name.clone(),
        host: source.host.clone(),
        ticks: 900_000_000,
    });
    let offsets: Vec<Offset> = moved.take(2).collect();
    for (count, clocks) in [(1, &["s1=+90s"][..]), (2, &["s1=+90", "s2=+90"]), (0, &[])] {
        let placement = Placement {
            offsets: offsets.iter().take(count).cloned().collect(),
            ..Placement::default()
        };
        let prepared = place(&mut desk, &placement);
        let anew = told(prepared.report(), prepared.timeline());
        assert_eq!(anew, told_case(&whole(clocks)), "{clocks:?}");
    }
    assert!(matches!(desk.end(Ending::Quit), Ok(Exit::Done)));
}

#[test]
fn times_without_a_zone_are_taken_in_the_one_that_is_given() {
    let entry = Entry::new("GET", "https://a.example/").started("2026-03-02T08:15:00.123Z");
    let text = Har::new().entry(entry).to_text();
    let text = text.replace("08:15:00.123Z", "08:15:00.123");
    let (_folder, path) = folder_with("trace.har", text.as_bytes());
    let (mut desk, reader) = desk(&evidence(&[&path]));
    reader.begin();
    let prepared = read_with(&mut desk, &mut Vec::new()).expect("a case");
    let said = |prepared: &Prepared| {
        let first = prepared.timeline().events().next().expect("an event");
        let stamp = first.stamp();
        let mut spots = prepared.report().blindspots.iter();
        let is_told = spots.any(|spot| spot.detail.contains("name no zone"));
        (
            stamp.map(|stamp| (stamp.ticks.rfc3339(), stamp.basis)),
            is_told,
        )
    };
    assert_eq!(said(&prepared), (None, true));
    let artifact = prepared
        .report()
        .sources
        .first()
        .map(|source| source.artifact.clone());
    let zone = |minutes| LocalZone {
        artifact: artifact.clone().expect("a source"),
        minutes,
    };
    for (zones, expected) in [
        (vec![zone(120)], Some("2026-03-02T06:15:00.1230000Z")),
        (vec![zone(-60)], Some("2026-03-02T09:15:00.1230000Z")),
        (vec![], None),
    ] {
        let placement = Placement {
            zones,
            ..Placement::default()
        };
        let prepared = place(&mut desk, &placement);
        let stamp = expected.map(|time| (time.to_owned(), Basis::Guessed));
        assert_eq!(said(&prepared), (stamp, expected.is_none()));
    }
    let again = |zone: &str| {
        let (mut desk, reader) = super::tests::desk(&evidence(&["--zone", zone, &path]));
        reader.begin();
        read_with(&mut desk, &mut Vec::new()).map(|prepared| said(&prepared).1)
    };
    assert_eq!(again("trace.har=+02:00"), Some(false));
    assert_eq!(
        (again("other.har=+02:00"), again("trace.har=Berlin")),
        (None, None)
    );
}

#[test]
fn what_is_locked_is_asked_for_until_it_opens_or_is_left() {
    let text = b"+---+\n| Device State |\n+---+\n  AzureAdJoined : NO\n";
    let member = ZipMember::new("status.txt", text).aes_256("geheim");
    let bytes = ZipBundle::new().member(member).to_bytes();
    let (_folder, path) = folder_with("case.zip", &bytes);
    let check = |passwords: &[&str], is_locked: bool| {
        let (mut desk, reader) = desk(&evidence(&[&path]));
        reader.begin();
        let mut typed: Vec<&str> = passwords.iter().rev().copied().collect();
        let prepared = read_with(&mut desk, &mut typed).expect("a case");
        let mut spots = prepared.report().blindspots.iter();
        let found = spots.any(|spot| spot.kind == BlindspotKind::Locked);
        assert_eq!((found, typed.len()), (is_locked, 0), "{passwords:?}");
    };
    check(&["geheim"], false);
    check(&["falsch", "auch falsch", "geheim"], false);
    check(&["falsch"], true);
    check(&[], true);
}

#[test]
fn where_nothing_can_be_opened_the_view_ends_and_says_why() {
    let (mut desk, reader) = desk(&evidence(&["no-such-file.zip"]));
    reader.begin();
    assert!(read_with(&mut desk, &mut Vec::new()).is_none());
    assert!(matches!(desk.end(Ending::Failed), Ok(Exit::Unreadable)));
}

#[test]
fn what_is_read_so_far_is_a_case_that_says_so_and_changes_nothing() {
    let (_folder, path) = scenario();
    let (bundle, evidence) = (opened(&path), evidence(&[&path]));
    let Ok(knowledge) = Knowledge::load() else {
        unreachable!("embedded tables that are sound");
    };
    let (mut desk, reader) = desk(&evidence);
    let interim = Interim::due_at(&reader, &bundle, &knowledge, Instant::now());
    let placement = Placement::default();
    let given = Given {
        clocks: &[],
        placement: &placement,
    };
    let watched = read(&bundle, &knowledge.decoders, Digests::Make, &interim);
    let watched = judged(watched, &bundle, &knowledge, given, &|_| ());
    let alone = case(&bundle, &knowledge, Digests::Make, &evidence);
    let (Ok(watched), Ok(alone)) = (watched, alone) else {
        unreachable!("a scenario can be read");
    };
    assert_eq!(told_case(&watched), told_case(&alone));
    let mut seen = 0;
    while let Some(news) = desk.news() {
        let News::Partial(prepared) = news else {
            continue;
        };
        seen += 1;
        let report = prepared.report();
        assert!(report.verdict.headline.starts_with("Not final, "));
        let is_unread = |detail: &str| detail == "not read yet" || detail.contains("so far");
        let mut spots = report.blindspots.iter();
        assert!(spots.any(|spot| is_unread(&spot.detail)));
        assert!(report.event_count < alone.report.event_count);
    }
    assert!(seen > 0);
}
