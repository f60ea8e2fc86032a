//! A batch over two hundred bundles: killed in the middle and run again it leaves the same bytes, and
//! the number of bundles costs no memory.

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};

use common::Dir;
use samples::scenario::{build_story, pack};

const MANY: usize = 200;
const FEW: usize = 20;

/// A small bundle: an event log of a join that went one of four ways. Some are cut, some are none.
fn bundle(number: usize) -> Vec<u8> {
    let answers = [
        (
            304,
            "ServerResponse: '{\"code\":\"invalid_request\",\"subcode\":\"error_invalid_token\",\"message\":\"The token is late.\"}'",
        ),
        (
            204,
            "ServerResponse: '{\"code\":\"authorization_error\",\"subcode\":\"DeviceQuotaExceeded\",\"message\":\"Too many.\"}'",
        ),
        (104, "ServerResponse: '{}'"),
        (204, "ServerResponse: 'no answer'"),
    ];
    let (id, answer) = answers[number % answers.len()];
    let story = format!(
        "title: one of many\n\
         start: 2026-03-02T08:00:00Z\n\
         computer: DESKTOP-{number:05}\n\
         providers:\n  \
           udr: {{name: Microsoft-Windows-User Device Registration, guid: 23b8d46b-67dd-40a3-b636-d43e50552c6d}}\n\
         artifacts:\n  \
         - evtx:\n      \
             file: log.evtx\n      \
             channel: Microsoft-Windows-User Device Registration/Admin\n      \
             events:\n        \
             - {{at: +1s, provider: udr, id: 102, fields: {{JoinRequestType: {{int32: 1}}, JoinRequestTypeSymbolicName: DEVICE, Domain: contoso.example}}}}\n        \
             - {{at: +{}s, provider: udr, id: {id}, level: 2, fields: {{ExitCode: {{int32: -2145647635}}, HttpStatus: {{uint32: 400}}, {answer}}}}}\n",
        2 + number % 90,
    );
    let mut bytes = pack(&build_story(&story).expect("the story is sound"));
    match number % 50 {
        7 => bytes.truncate(bytes.len() - 40),
        9 => bytes = b"\x01\x02 nothing".to_vec(),
        _ => {}
    }
    bytes
}

fn bundles() -> Dir {
    let dir = Dir::new();
    let dir = (0..MANY).fold(dir, |dir, number| {
        dir.file(&format!("in/{number:03}.zip"), &bundle(number))
    });
    // The same files under the same names, so that both runs are asked the same.
    (0..FEW).fold(dir, |dir, number| {
        dir.file(&format!("few/{number:03}.zip"), &bundle(number))
    })
}

/// A batch of a folder, on one thread.
fn start(dir: &Dir, bundles: &str, out: &str) -> Child {
    let mut command = dir.command(&["batch", bundles, "-o", out, "--threads", "1"]);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Waits for the end, and gives the most memory that the program had while it told of its bundles, in
/// KiB; `None` where the system does not say.
fn peak(mut child: Child, bundles: usize) -> Option<u64> {
    let told = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut most = None;
    let mut count = 0;
    for line in told.lines() {
        let line = line.expect("what is told is text");
        count += usize::from(line.contains(&format!("/{bundles} ")));
        let now = resident(child.id());
        most = most.max(now);
    }
    let status = child.wait().expect("it ends");
    assert_eq!((status.code(), count), (Some(4), bundles));
    most
}

/// The most memory that a process had so far, in KiB.
fn resident(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Every file below a folder by its path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(&at)
            .expect("the folder is there")
            .flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it is below");
                let bytes = std::fs::read(&path).expect("the file can be read");
                found.insert(name.to_string_lossy().into_owned(), bytes);
            }
        }
    }
    found
}

#[test]
fn many_bundles_cost_no_memory_and_survive_a_kill() {
    let dir = bundles();
    // Killed when half of them are done, whatever it is at then.
    let mut child = start(&dir, "in", "broken-off");
    let told = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    assert_eq!(told.take(MANY / 2).count(), MANY / 2);
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(!dir.path("broken-off/index.jsonl").exists());
    peak(start(&dir, "in", "broken-off"), MANY);

    let most = peak(start(&dir, "in", "whole"), MANY);
    let [broken_off, whole] = ["broken-off", "whole"].map(|out| files(&dir.path(out)));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&broken_off), names(&whole));
    for (name, bytes) in &whole {
        assert!(broken_off.get(name) == Some(bytes), "{name} differs");
    }
    assert_eq!(dir.text("whole/index.jsonl").lines().count(), MANY);

    let least = peak(start(&dir, "few", "small"), FEW);
    let (Some(most), Some(least)) = (most, least) else {
        let _ = writeln!(
            std::io::stderr(),
            "skipped: the system does not say how much memory a process had"
        );
        return;
    };
    println!("peak: {most} KiB with {MANY} bundles, {least} KiB with {FEW}");
    assert!(
        most * 10 <= least * 12,
        "{most} KiB with {MANY} bundles, {least} KiB with {FEW}"
    );
}
