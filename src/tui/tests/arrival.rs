//! Cases that take the place of others: what is read so far, what is read, and what stays the user's.

use std::sync::Arc;

use super::super::action::{Action, Edit, Move};
use super::super::app::{App, Mode};
use super::super::host::{News, ToRead};
use super::super::shell::learn;
use super::super::update::update;
use super::super::{Prepared, RuleBook, prepare};
use super::{filter, fixture, options, play, screen};
use crate::catalog::Catalog;
use crate::model::{ArtifactId, Batch, EventId, Head, Locator, Report, Stamp, Ticks};
use crate::timeline::Timeline;

fn opening() -> App {
    let mut app = super::opening::opening();
    let file = |path: &str| ToRead {
        path: path.to_owned(),
        bytes: 1000,
    };
    let files = vec![file("case.zip!/a.evtx"), file("case.zip!/b.etl")];
    learn(&mut app, News::Listed(files));
    app
}

fn ready(report: Report, timeline: Timeline) -> Prepared {
    let (report, timeline) = (Arc::new(report), Arc::new(timeline));
    prepare(report, timeline, RuleBook::default(), options())
}

/// The registrations alone, marked as what they are.
fn partial() -> News {
    let timeline = fixture::begun();
    let report = Report {
        event_count: timeline.len(),
        ..Report::empty("Not final, 1 of 2 files are read; so far: nothing")
    };
    News::Partial(ready(report, timeline))
}

fn whole() -> News {
    let timeline = fixture::timeline();
    News::Case(ready(fixture::report(&timeline), timeline))
}

/// The code of the selected event.
fn selected(app: &App) -> Option<u32> {
    app.event().map(crate::timeline::EventRef::code)
}

#[test]
fn what_is_read_so_far_can_be_walked_and_is_said_to_be_that() {
    let mut app = opening();
    learn(&mut app, partial());
    assert_eq!(app.mode, Mode::Sources);
    assert!(screen(&app).contains("case.zip!/b.etl"), "{}", screen(&app));
    play(&mut app, [Action::Show(Mode::Timeline)]);
    let text = screen(&app);
    for part in [
        "reading: 0 of 2 files",
        "Not final, 1 of 2 files",
        "6 events",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    learn(&mut app, whole());
    let text = screen(&app);
    assert!(
        text.contains("everything is read") && !text.contains("Not final"),
        "{text}"
    );
    assert_eq!((app.mode, app.reading.is_none()), (Mode::Timeline, true));
}

#[test]
fn what_the_user_did_stays_his() {
    let mut app = opening();
    learn(&mut app, partial());
    play(
        &mut app,
        [Action::Show(Mode::Timeline), Action::Move(Move::Last)],
    );
    play(&mut app, [Action::Move(Move::Up), Action::ToggleZero]);
    app.notes.write(EventId(4), "why".to_owned());
    filter(&mut app, "id:204 or id:103");
    assert_eq!(selected(&app), Some(204));
    play(
        &mut app,
        [
            Action::Zoom,
            Action::Move(Move::Down),
            Action::Move(Move::Down),
        ],
    );
    let line = app.detail.cursor.selected;
    for news in [partial(), whole()] {
        learn(&mut app, news);
        assert_eq!((selected(&app), app.mode), (Some(204), Mode::Detail));
        assert_eq!(app.detail.cursor.selected, line);
        assert_eq!(app.events.filter.as_deref(), Some("id:204 or id:103"));
        assert_eq!(app.events.rows.len(), 2);
    }
    let refused = app.events.selected().expect("an event is selected");
    assert_ne!(refused, EventId(4));
    assert_eq!(app.notes.of(refused), Some("why"));
    assert_eq!(app.events.zero, Some(refused));
    assert_eq!((app.notes.len(), app.notes.is_unsaved), (1, true));
    assert_eq!((app.case, app.gone.len()), (3, 3));
}

#[test]
fn a_line_that_is_typed_is_typed_on() {
    let mut app = opening();
    learn(&mut app, partial());
    play(
        &mut app,
        [Action::Show(Mode::Timeline), Action::Show(Mode::Filter)],
    );
    play(&mut app, [Action::Edit(Edit::Insert("id:20".to_owned()))]);
    learn(&mut app, whole());
    play(
        &mut app,
        [Action::Edit(Edit::Insert("4".to_owned())), Action::Accept],
    );
    assert_eq!(app.events.filter.as_deref(), Some("id:204"));
    assert_eq!((app.mode, selected(&app)), (Mode::Timeline, Some(204)));
    play(&mut app, [Action::Back]);
    assert_eq!(app.events.rows.len(), app.timeline.len());
}

/// Events of one kind, more than one slice of a filter.
fn many(count: u32) -> News {
    let mut batch = Batch::new(ArtifactId(0), "case.zip!/a.evtx".into());
    let origin = batch.origin("evtx", "P", "", "PC");
    for line in 0..count {
        let head = Head {
            stamp: Some(Stamp::utc(Ticks(i64::from(line)))),
            ..Head::new(origin, line % 2, Locator::Line(line))
        };
        batch.event(&head, &[]);
    }
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    News::Partial(ready(
        Report::empty("so far"),
        Timeline::build(vec![batch], Arc::new(catalog)),
    ))
}

#[test]
fn rows_are_never_unfiltered_in_between() {
    let mut app = opening();
    learn(&mut app, many(4000));
    filter(&mut app, "id=1");
    assert_eq!(app.events.rows.len(), 2000);
    // The first slice is not all of it, so what was there before stays.
    learn(&mut app, many(20_000));
    let mut slices = 0;
    while app.is_busy() {
        assert_eq!((app.events.rows.len(), app.timeline.len()), (2000, 4000));
        update(&mut app, Action::Work);
        slices += 1;
    }
    assert!(slices > 1);
    assert_eq!(
        (app.events.rows.len(), app.timeline.len()),
        (10_000, 20_000)
    );
    // Another one in the meantime goes before.
    learn(&mut app, many(30_000));
    learn(&mut app, many(40_000));
    filter(&mut app, "id=0");
    while app.is_busy() {
        update(&mut app, Action::Work);
    }
    assert_eq!(
        (app.events.rows.len(), app.timeline.len()),
        (20_000, 40_000)
    );
}
