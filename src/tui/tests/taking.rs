//! What is copied and written out.

use super::super::action::{Action, Copied, Direction, Edit, Effect, Move, Target};
use super::super::app::{App, Mode};
use super::super::update::update;
use super::super::ways::ways;
use super::{NARROW, case, filter, nothing, play};

fn copied(app: &mut App, what: Copied) -> Option<String> {
    app.shield.redactor(&app.report, &app.timeline);
    match update(app, Action::Copy(what)) {
        Effect::Copy(text) => Some(text),
        _ => None,
    }
}

#[test]
fn rows_lines_and_blocks_are_copied() {
    let mut app = case(NARROW);
    let block = copied(&mut app, Copied::Block).expect("a finding is selected");
    assert!(
        block.starts_with("f1 Token expired before it was used"),
        "{block}"
    );
    assert!(
        block.contains("case.zip!/registration.evtx, record"),
        "{block}"
    );
    play(&mut app, [Action::Seek(Target::Failure, Direction::Next)]);
    let row = copied(&mut app, Copied::Row).expect("an event is selected");
    assert!(
        row.contains("2026-03-02 08:10:22.900 UTC") && row.contains("UDR/204"),
        "{row}"
    );
    assert!(!row.contains('\n'));
    let line = copied(&mut app, Copied::Line).expect("an event is selected");
    let object: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
    assert!(object.is_object());
    let block = copied(&mut app, Copied::Block).expect("an event is selected");
    assert!(
        block.contains("HttpStatus: 400") && block.contains("SHA-256"),
        "{block}"
    );
    play(
        &mut app,
        [Action::Show(Mode::Gaps), Action::Move(Move::Down)],
    );
    let row = copied(&mut app, Copied::Row).expect("a gap is selected");
    assert!(row.starts_with("g2 a1") && row.contains("send"), "{row}");
    assert_eq!(update(&mut app, Action::KeepCopy), Effect::Keep(row));
}

#[test]
fn copies_hold_nothing_that_drives_terminals() {
    let mut app = case(NARROW);
    filter(&mut app, "id:7");
    for what in [Copied::Row, Copied::Block, Copied::Line] {
        let text = copied(&mut app, what).expect("an event is selected");
        let is_wrong = |letter: char| letter.is_control() && letter != '\n';
        assert!(!text.chars().any(is_wrong), "{text:?}");
    }
}

#[test]
fn where_nothing_is_selected_nothing_is_copied() {
    for what in [Copied::Line, Copied::Block] {
        let mut app = nothing(NARROW);
        play(&mut app, [Action::Show(Mode::Timeline)]);
        assert_eq!(copied(&mut app, what), None);
        assert!(app.message.is_some());
    }
}

#[test]
fn what_is_shown_is_written_in_every_format() {
    let mut app = case(NARROW);
    filter(&mut app, "provider:UDR");
    for (place, way) in ways().into_iter().enumerate() {
        let name = Action::Edit(Edit::Insert(way.name.clone()));
        play(&mut app, [Action::Show(Mode::Export), name]);
        assert_eq!(update(&mut app, Action::Accept), Effect::Export(place));
        assert_eq!(app.mode, Mode::Timeline);
        let mut out = Vec::new();
        let job = way.job(&app, std::sync::Arc::clone(&app.report));
        job.write(&mut out).expect("writing to memory");
        let text = String::from_utf8(out).expect("text");
        assert!(!text.is_empty(), "{}", way.name);
        if way.name == "events-jsonl" {
            assert_eq!(text.lines().count(), 6);
        }
    }
}

#[test]
fn names_are_replaced_in_what_leaves_unless_told_otherwise() {
    let mut app = case(NARROW);
    play(&mut app, [Action::Seek(Target::Failure, Direction::Next)]);
    assert_eq!(update(&mut app, Action::Copy(Copied::Line)), Effect::Draw);
    assert!(
        app.message
            .as_deref()
            .is_some_and(|it| it.contains("still being gathered"))
    );
    let name = "DESKTOP-EXMPL01";
    let line = copied(&mut app, Copied::Line).expect("an event is selected");
    assert!(!line.contains(name) && line.contains("host-1"), "{line}");
    update(&mut app, Action::ToggleShield);
    let line = copied(&mut app, Copied::Line).expect("an event is selected");
    assert!(line.contains(name), "{line}");
    for is_up in [false, true] {
        app.shield.is_up = is_up;
        let way = ways().into_iter().next().expect("a format");
        let mut out = Vec::new();
        let job = way.job(&app, std::sync::Arc::clone(&app.report));
        job.write(&mut out).expect("writing to memory");
        assert_eq!(String::from_utf8_lossy(&out).contains(name), !is_up);
    }
}
