//! From the first frame to the case: progress, what the user did meanwhile, what was kept.

use std::sync::Arc;

use super::super::action::{Action, Direction, Effect, Move, Target};
use super::super::app::{App, Mode};
use super::super::host::{News, ToRead};
use super::super::session::{SCHEMA, Session};
use super::super::shell::learn;
use super::super::update::update;
use super::super::{Ending, Opening, RuleBook, prepare};
use super::{NARROW, case, filter, fixture, options, play, screen};
use crate::model::EventId;

/// A view that opens on a case of which nothing is read.
pub(super) fn opening() -> App {
    let opening = Opening {
        inputs: vec!["folder/case.zip".to_owned()],
        timeline: Arc::new(fixture::no_events()),
    };
    let mut app = App::opening(opening, options());
    update(&mut app, Action::Resize(NARROW));
    app
}

fn listed() -> News {
    let file = |(path, bytes): (&str, u64)| ToRead {
        path: path.to_owned(),
        bytes,
    };
    News::Listed(
        [("case.zip!/a.evtx", 1000), ("case.zip!/b.etl", 3000)]
            .map(file)
            .into(),
    )
}

fn arrives(app: &mut App, session: Option<Session>) {
    let timeline = Arc::new(fixture::timeline());
    let report = Arc::new(fixture::report(&timeline));
    let mut prepared = prepare(report, timeline, RuleBook::default(), options());
    if let Some(session) = session {
        prepared.resume(session);
    }
    assert_eq!(learn(app, News::Case(prepared)), None);
}

#[test]
fn the_first_screen_needs_nothing_to_be_read() {
    let mut app = opening();
    assert!(
        screen(&app).contains("the evidence is being opened"),
        "{}",
        screen(&app)
    );
    for news in [
        listed(),
        News::Began(0),
        News::Read(0),
        News::Began(1),
        News::Told("told".to_owned()),
    ] {
        learn(&mut app, news);
    }
    let text = screen(&app);
    for part in [
        "reading: 1 of 2 files, 25 %",
        "√ read",
        "i reading",
        "3,000 case.zip!/b.etl",
        "told",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    // A file that is told of twice, or is not in the list, changes nothing.
    for news in [News::Read(0), News::Read(7), News::Began(7)] {
        learn(&mut app, news);
    }
    assert!(screen(&app).contains("1 of 2 files"));
    learn(&mut app, News::Stage("putting the events in order"));
    assert!(screen(&app).contains("putting the events in order"));
}

#[test]
fn every_screen_can_be_looked_at_before_the_case_is_there() {
    let mut app = opening();
    learn(&mut app, listed());
    for mode in super::super::keymap::EVERY {
        play(&mut app, [Action::Show(*mode)]);
        screen(&app);
        play(
            &mut app,
            [Action::Open, Action::Move(Move::Last), Action::Back],
        );
        screen(&app);
    }
}

#[test]
fn the_findings_come_up_unless_the_user_went_elsewhere() {
    let mut app = opening();
    arrives(&mut app, None);
    assert_eq!((app.mode, app.size), (Mode::Findings, NARROW));
    assert!(app.reading.is_none() && app.report.event_count > 0);
    let mut app = opening();
    play(&mut app, [Action::Show(Mode::Gaps)]);
    arrives(&mut app, None);
    assert_eq!(app.mode, Mode::Gaps);
    assert!(
        app.message
            .as_deref()
            .is_some_and(|it| it.contains("1 shows them"))
    );
}

#[test]
fn the_reading_is_stopped_once_and_only_while_it_goes_on() {
    let mut app = opening();
    assert_eq!(update(&mut app, Action::StopReading), Effect::StopReading);
    assert_eq!(learn(&mut app, News::Failed), Some(Ending::Failed));
}

#[test]
fn a_session_comes_back_and_marks_find_their_records() {
    let mut app = case(NARROW);
    play(&mut app, [Action::Show(Mode::Timeline), Action::ToggleMark]);
    play(
        &mut app,
        [
            Action::Seek(Target::Failure, Direction::Next),
            Action::ToggleZero,
        ],
    );
    app.notes.write(EventId(8), "why".to_owned());
    filter(&mut app, "provider:UDR");
    let mut session = app.session();
    assert_eq!((session.schema.as_str(), session.marks.len()), (SCHEMA, 2));
    // What was read beside it may have given events other ids; the record is what counts.
    for mark in &mut session.marks {
        mark.at.event = "e13".to_owned();
    }
    let mut lost = session.marks.first().expect("two marks").clone();
    lost.at.place = "record 4711 at 0x0".to_owned();
    session.marks.push(lost);
    let text = serde_json::to_string(&session).expect("plain data");
    let mut app = opening();
    arrives(
        &mut app,
        Some(serde_json::from_str(&text).expect("what was written")),
    );
    assert_eq!(app.notes.of(EventId(0)), Some(""));
    assert_eq!(app.notes.of(EventId(8)), Some("why"));
    assert_eq!(app.events.zero, Some(EventId(3)));
    assert_eq!(
        (app.events.filter.as_deref(), app.prompt.text()),
        (None, "provider:UDR")
    );
    assert!(!app.notes.is_unsaved);
    let told = app.message.clone().unwrap_or_default();
    assert!(
        told.contains("2 marks of last time") && told.contains("1 mark names"),
        "{told}"
    );
}
