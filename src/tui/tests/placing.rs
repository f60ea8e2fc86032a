//! Sources that are put elsewhere, and what is locked.

use std::sync::Arc;

use super::super::action::{Action, Edit, Effect, Move};
use super::super::app::{App, Mode};
use super::super::host::News;
use super::super::placement::Placement;
use super::super::secret::Secret;
use super::super::shell::learn;
use super::super::update::update;
use super::super::{RuleBook, prepare};
use super::{NARROW, fixture, options, play, screen};
use crate::model::{Report, SourceLine};

/// The made-up case with its sources.
fn sources() -> App {
    let timeline = fixture::timeline();
    let mut app = App::new(Arc::new(report(&timeline)), Arc::new(timeline), options());
    play(
        &mut app,
        [Action::Resize(NARROW), Action::Show(Mode::Sources)],
    );
    play(&mut app, [Action::Move(Move::Down)]);
    app
}

fn report(timeline: &crate::timeline::Timeline) -> Report {
    let source = |(id, artifact): (&str, &str)| SourceLine {
        id: id.to_owned(),
        artifact: artifact.to_owned(),
        format: "evtx",
        name: "Admin".to_owned(),
        host: "PC".to_owned(),
        events: 1,
        shared: 0,
        first: None,
        last: None,
        clock: crate::model::ClockLine::as_recorded(),
        sha256: String::new(),
    };
    Report {
        sources: [("s1", "case.zip!/a.evtx"), ("s2", "case.zip!/b.evtx")]
            .map(source)
            .into(),
        ..fixture::report(timeline)
    }
}

/// Types a clock for the selected source.
fn typed(app: &mut App, text: &str) -> Effect {
    let clear = Action::Edit(Edit::Clear);
    play(
        app,
        [
            Action::Show(Mode::Clock),
            clear,
            Action::Edit(Edit::Insert(text.to_owned())),
        ],
    );
    update(app, Action::Accept)
}

fn placed(app: &mut App, placement: Placement) {
    let timeline = fixture::timeline();
    let (report, timeline) = (Arc::new(report(&timeline)), Arc::new(timeline));
    let prepared = prepare(report, timeline, RuleBook::default(), options());
    learn(app, News::Placed(prepared, placement));
}

#[test]
fn clocks_are_given_and_taken_back() {
    let mut app = sources();
    let Effect::Place(first) = typed(&mut app, "+90") else {
        panic!("nothing is placed: {:?}", app.message);
    };
    let offset = first.offsets.first().expect("one clock");
    assert_eq!(
        (&*offset.artifact, offset.ticks),
        ("case.zip!/a.evtx", 900_000_000)
    );
    assert!(app.placement.is_empty());
    placed(&mut app, first.clone());
    assert_eq!((&app.placement, app.lists.sources.selected), (&first, 1));
    let told = app.message.clone().unwrap_or_default();
    assert!(told.contains("s1: +90") && app.notes.is_unsaved, "{told}");
    assert_eq!(app.session().placement, first);
    // The same once more is nothing; another source is beside it.
    assert_eq!(typed(&mut app, "90s"), Effect::Draw);
    play(&mut app, [Action::Move(Move::Down)]);
    let Effect::Place(both) = typed(&mut app, "-0.5s") else {
        panic!("nothing is placed: {:?}", app.message);
    };
    assert_eq!(both.offsets.len(), 2);
    // What was wanted before something else was is not shown.
    assert_eq!(
        update(&mut app, Action::Unplace),
        Effect::Place(first.clone())
    );
    placed(&mut app, both);
    assert_eq!(app.placement, first);
    placed(&mut app, first);
    assert_eq!(
        update(&mut app, Action::Unplace),
        Effect::Place(Placement::default())
    );
    learn(&mut app, News::NotPlaced("no".to_owned()));
    assert!(screen(&app).contains("stay where they were: no"));
}

#[test]
fn where_no_clock_can_be_given_that_is_said() {
    let mut app = sources();
    assert_eq!(typed(&mut app, "soon"), Effect::Draw);
    assert!(app.mode == Mode::Clock && app.clock.refusal.is_some());
    play(
        &mut app,
        [
            Action::Back,
            Action::Move(Move::First),
            Action::Show(Mode::Clock),
        ],
    );
    assert_eq!(app.mode, Mode::Sources);
    assert!(
        app.message
            .as_deref()
            .is_some_and(|it| it.contains("is no source"))
    );
    play(
        &mut app,
        [Action::Show(Mode::Gaps), Action::Show(Mode::Clock)],
    );
    assert_eq!(app.mode, Mode::Gaps);
    assert_eq!(update(&mut app, Action::Unplace), Effect::Draw);
}

#[test]
fn a_password_is_typed_unseen() {
    let mut app = super::case(NARROW);
    play(&mut app, [Action::Show(Mode::Password)]);
    assert_eq!(app.mode, Mode::Findings);
    for is_again in [false, true] {
        learn(&mut app, News::Locked { is_again });
        play(&mut app, [Action::Edit(Edit::Insert("geheim".to_owned()))]);
        let text = screen(&app);
        assert!(
            text.contains("goes on without): ******") && !text.contains("geheim"),
            "{text}"
        );
        assert!(!format!("{app:?}").contains("geheim"));
        let effect = update(&mut app, Action::Accept);
        let Effect::Unlock(Some(password)) = &effect else {
            panic!("nothing is unlocked");
        };
        assert_eq!(password.reveal(), "geheim");
        assert!(!format!("{effect:?}").contains("geheim"));
        assert_eq!(
            (app.mode, &app.secret),
            (Mode::Findings, &Secret::default())
        );
    }
    learn(&mut app, News::Locked { is_again: false });
    assert_eq!(update(&mut app, Action::Back), Effect::Unlock(None));
    learn(&mut app, News::Locked { is_again: false });
    assert_eq!(update(&mut app, Action::Accept), Effect::Unlock(None));
}
