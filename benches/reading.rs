//! How long a key waits for its frame while a large bundle is read: the real reading, through the same
//! desk as the program, and the view on a page in memory. Fails where the bound is broken.
//!
//! `cargo bench --bench reading`

#![expect(clippy::print_stdout, reason = "what was measured is the output")]

#[path = "evidence/files.rs"]
mod files;
mod logs;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::spawn;
use std::time::{Duration, Instant};

use files::file;
use joinscope::catalog::Catalog;
use joinscope::model::Zone;
use joinscope::timeline::Timeline;
use joinscope::tui::{Opening, Options, Rehearsal};

/// Logs of the bundle, and how large each is.
const LOGS: u64 = 8;
const LOG_MEBIBYTES: usize = 64;
/// From one key to the next: faster than anybody types.
const BETWEEN: Duration = Duration::from_millis(15);
/// How long the loop around the view waits for a key.
const BEAT: Duration = Duration::from_millis(40);
const FIRST_FRAME: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_millis(50);

const OPTIONS: Options = Options {
    zone: Zone::Utc,
    color: true,
    ascii: false,
};

/// What somebody presses who does not wait: screens, movements, jumps, a filter and its undoing.
const KEYS: &[&str] = &[
    "2", "j", "j", "PgDn", "G", "g", "e", "e", "z", "j", "z", "m", "1", "3", "4", "5", "7", "8",
    "j", "9", "2", "\\", "l", "e", "v", "e", "l", ">", "=", "w", "a", "r", "n", "Enter", "j",
    "PgDn", "Esc", "v",
];

fn main() {
    let begin = Instant::now();
    let paths: Vec<PathBuf> = (0..LOGS)
        .map(|seed| {
            let name = format!("reading-{seed}-{LOG_MEBIBYTES}MiB.evtx");
            file(&name, || logs::log(seed, LOG_MEBIBYTES))
        })
        .collect();
    let bytes: u64 = paths
        .iter()
        .filter_map(|path| path.metadata().ok())
        .map(|found| found.len())
        .sum();
    println!(
        "{} MB in {LOGS} logs, made in {:.1?}",
        bytes / 1_000_000,
        begin.elapsed()
    );

    let begin = Instant::now();
    let catalog = Arc::new(Catalog::embedded().expect("the embedded tables are sound"));
    let opening = Opening {
        inputs: vec!["bundle".to_owned()],
        timeline: Arc::new(Timeline::build(Vec::new(), catalog)),
    };
    let mut host = joinscope::cli::desk(&paths, OPTIONS).expect("sound tables");
    let mut view = Rehearsal::opening(opening, OPTIONS, 160, 50);
    view.draw();
    let first = begin.elapsed();
    println!("first frame {first:.1?}");

    // Somebody types beside it; each key carries the time at which it was pressed.
    let (sender, receiver) = channel();
    let (stop, stopped) = channel::<()>();
    let typing = spawn(move || {
        for key in KEYS.iter().cycle() {
            let is_heard = sender.send((*key, Instant::now())).is_ok();
            if !is_heard || stopped.recv_timeout(BETWEEN) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    });
    let mut waits = Vec::new();
    let mut shown = 0;
    while view.is_busy() {
        let pressed = match receiver.recv_timeout(BEAT) {
            Ok(pressed) => Some(pressed),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        view.turn(&mut host, pressed.map(|(key, _)| key));
        if let Some((key, at)) = pressed {
            waits.push((at.elapsed(), key));
        }
        let (cases, events) = view.cases();
        if cases > shown {
            shown = cases;
            println!(
                "case {cases} after {:.1?}: {events} events",
                begin.elapsed()
            );
        }
    }
    drop((stop, receiver));
    typing.join().expect("typing ends well");
    waits.sort_unstable();
    let at = |share: usize| waits[(waits.len() - 1) * share / 100];
    println!(
        "read in {:.1?}; from a key to its frame, of {} keys:",
        begin.elapsed(),
        waits.len()
    );
    for (name, share) in [("median", 50), ("99 %", 99), ("longest", 100)] {
        let (wait, key) = at(share);
        println!("{name:<10} {wait:>10.1?}  {key}");
    }
    assert!(first <= FIRST_FRAME, "the first frame took {first:?}");
    assert!(shown > 1, "nothing could be walked before the end");
    let (longest, key) = at(100);
    assert!(longest <= LONGEST, "{key} waited {longest:?}");
}
