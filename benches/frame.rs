//! How long the interactive view takes for its first frame and for each key, on a page in memory, over
//! a timeline of a million events. Fails where a bound is broken.
//!
//! `cargo bench --bench frame`

#![expect(clippy::print_stdout, reason = "what was measured is the output")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use joinscope::catalog::Catalog;
use joinscope::model::{
    ArtifactId, Batch, Head, Level, Locator, Report, Stamp, Ticks, Value, Zone,
};
use joinscope::timeline::Timeline;
use joinscope::tui::{Opening, Options, Rehearsal, RuleBook, prepare};

const EVENTS: u32 = 1_000_000;
const FEW: u32 = 10_000;
const FIRST_FRAME: Duration = Duration::from_millis(100);
const KEY: Duration = Duration::from_millis(16);
/// How much longer scrolling may take over a hundred times the events; noise of the machine included.
const GROWTH: u32 = 3;

const OPTIONS: Options = Options {
    zone: Zone::Utc,
    color: true,
    ascii: false,
};

fn main() {
    let begin = Instant::now();
    let catalog = Arc::new(Catalog::embedded().expect("the embedded tables are sound"));
    let opening = Opening {
        inputs: vec!["case.zip".to_owned()],
        timeline: Arc::new(Timeline::build(Vec::new(), Arc::clone(&catalog))),
    };
    let mut view = Rehearsal::opening(opening, OPTIONS, 160, 50);
    view.draw();
    let first = begin.elapsed();
    println!("first frame                {first:>10.1?}");
    assert!(first <= FIRST_FRAME, "the first frame took {first:?}");

    let mut medians = Vec::new();
    for events in [FEW, EVENTS] {
        let timeline = Arc::new(timeline(events, &catalog));
        let begin = Instant::now();
        let prepared = prepare(
            Arc::new(report(&timeline)),
            timeline,
            RuleBook::default(),
            OPTIONS,
        );
        println!("\n{events} events, prepared in {:.1?}", begin.elapsed());
        let mut view = Rehearsal::of(prepared, 160, 50);
        medians.push(session(&mut view));
    }
    if let [few, many] = medians.as_slice() {
        println!("\nscrolling by a row: {few:.1?} over {FEW} events, {many:.1?} over {EVENTS}");
        assert!(
            *many <= *few * GROWTH,
            "scrolling grows with the number of events"
        );
    }
}

/// Presses keys as a user would; gives the median of those that scroll by a row.
fn session(view: &mut Rehearsal) -> Duration {
    let mut all: Vec<Duration> = Vec::new();
    let mut part = |view: &mut Rehearsal, name: &str, keys: &[&str], rounds: usize| {
        let mut times = Vec::new();
        for key in keys.iter().cycle().take(keys.len() * rounds) {
            let begin = Instant::now();
            assert!(view.press(key), "{key} means nothing:\n{}", view.text());
            view.draw();
            times.push(begin.elapsed());
            // What goes on takes its slices between frames; each is bounded like a key.
            loop {
                let begin = Instant::now();
                if !view.work() {
                    break;
                }
                view.draw();
                times.push(begin.elapsed());
            }
        }
        all.extend(&times);
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 100];
        let (median, late, worst) = (at(50), at(99), at(100));
        println!(
            "{name:<26} {median:>10.1?} {late:>10.1?} {worst:>10.1?}  of {}",
            times.len()
        );
        median
    };
    println!("{:<26} {:>10} {:>10} {:>10}", "", "median", "99 %", "worst");
    part(
        view,
        "screens",
        &["1", "2", "3", "4", "5", "6", "7", "8", "9", "v", "?"],
        20,
    );
    part(view, "back to the timeline", &["2"], 5);
    let rows = part(view, "scrolling by a row", &["j"], 2000);
    part(view, "scrolling by a page", &["PgDn"], 500);
    part(view, "to the ends", &["G", "g"], 20);
    part(view, "detail and back", &["z", "z"], 100);
    part(view, "next and previous error", &["e", "e", "E"], 100);
    part(view, "linked events", &["o"], 100);
    part(
        view,
        "a filter, letter by letter",
        &[
            "\\", "l", "e", "v", "e", "l", ">", "=", "w", "a", "r", "n", "Enter", "<",
        ],
        3,
    );
    part(
        view,
        "a text without a match",
        &["/", "z", "z", "z", "Enter"],
        2,
    );
    all.sort_unstable();
    let late = all[(all.len() - 1) * 99 / 100];
    println!(
        "{:<26} {late:>21.1?} at the 99th percentile of {}",
        "all keys",
        all.len()
    );
    assert!(late <= KEY, "one key in a hundred takes {late:?}");
    rows
}

/// Events a few milliseconds apart of a log and of a trace, one in a thousand a failure.
fn timeline(events: u32, catalog: &Arc<Catalog>) -> Timeline {
    let mut batch = Batch::new(ArtifactId(0), "case.zip!/trace.etl".into());
    let udr = "Microsoft-Windows-User Device Registration";
    let origin = batch.origin("etl", udr, &format!("{udr}/Debug"), "PC");
    let noise = batch.origin("etl", "Contoso-Agent", "", "PC");
    let begin = Ticks::parse("2026-03-02T08:00:00Z").expect("a time");
    for number in 0..events {
        let (origin, code, level) = match number % 1000 {
            0 => (origin, 204, 2),
            1..=9 => (origin, 101, 4),
            10..=19 => (noise, 7, 3),
            _ => (noise, 11, 4),
        };
        let head = Head {
            stamp: Some(Stamp::utc(Ticks(begin.0 + i64::from(number) * 30_000))),
            level: Level(level),
            tid: number % 16,
            ..Head::new(origin, code, Locator::Line(number))
        };
        let text = format!("request {number} of the agent was answered");
        let fields = [
            ("Function", Value::Text("GetCertificates")),
            ("Message", Value::Text(&text)),
            ("Count", Value::Uint(u64::from(number))),
        ];
        batch.event(&head, &fields);
    }
    Timeline::build(vec![batch], Arc::clone(catalog))
}

fn report(timeline: &Timeline) -> Report {
    Report {
        event_count: timeline.len(),
        ..Report::empty("No attempt to join was found")
    }
}
