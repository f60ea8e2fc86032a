//! What each screen shows of three scenarios, as the program analyses them.

use std::sync::{Arc, LazyLock};

use ratatui::layout::Size;

use super::super::Options;
use super::super::about::About;
use super::super::action::{Action, Direction, Move, Target};
use super::super::app::{App, Mode};
use super::super::keymap::EVERY;
use super::super::rules::RuleBook;
use super::super::update::update;
use super::{NARROW, WIDE, options, play, screen};
use crate::cli::tests::scenario;
use crate::model::Report;
use crate::timeline::Timeline;

/// Signs that are drawn where the terminal has more than ASCII.
const DRAWN: &str = "█░▒▓│─┌┐×√·±…";

type Given = (Arc<Report>, Arc<Timeline>, RuleBook);

/// The token that expired while the client waited for its key.
static EXPIRED: LazyLock<Given> = LazyLock::new(|| scenario("preprovisioning-token-expired"));
/// The enrolment that device management refused.
static REFUSED: LazyLock<Given> = LazyLock::new(|| scenario("preprovisioning-mdm-blocked"));
/// The join without fault.
static HEALTHY: LazyLock<Given> = LazyLock::new(|| scenario("entra-join-healthy"));

/// Of the rules that said nothing only these are listed, so that another rule changes no screen.
const SILENT: [&str; 3] = [
    "tls-interception",
    "upn-mismatch",
    "account-locked-or-disabled",
];

fn opened(given: &Given, size: Size) -> App {
    let (report, timeline, rules) = given;
    let mut rules = rules.clone();
    let found = report.findings.iter().map(|found| &found.rule);
    let ruled_out = report.ruled_out.iter().map(|entry| &entry.rule);
    let cannot_tell = report.cannot_tell.iter().map(|entry| &entry.rule);
    let said: Vec<&String> = found.chain(ruled_out).chain(cannot_tell).collect();
    rules
        .rules
        .retain(|rule| said.contains(&&rule.id) || SILENT.contains(&&*rule.id));
    let app = App::new(Arc::clone(report), Arc::clone(timeline), options());
    let mut app = app.with_rules(rules);
    update(&mut app, Action::Resize(size));
    app
}

/// The view of the token that expired.
pub(super) fn expired(size: Size) -> App {
    opened(&EXPIRED, size)
}

/// Holds a screen of every scenario at both sizes against what was accepted.
fn check(name: &str, actions: &[Action]) {
    for (scenario, given) in [
        ("expired", &EXPIRED),
        ("refused", &REFUSED),
        ("healthy", &HEALTHY),
    ] {
        for size in [NARROW, WIDE] {
            let mut app = opened(given, size);
            play(&mut app, actions.iter().cloned());
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path("../snapshots/scenarios");
            settings.set_omit_expression(true);
            settings.set_prepend_module_to_snapshot(false);
            let name = format!("{name}_{scenario}_{}x{}", size.width, size.height);
            settings.bind(|| insta::assert_snapshot!(name, screen(&app)));
        }
    }
}

/// Shows a screen, and goes into what is said of its first row.
fn and_aside(name: &str, mode: Mode) {
    check(name, &[Action::Show(mode)]);
    check(
        &format!("{name}_aside"),
        &[Action::Show(mode), Action::SwitchPane],
    );
}

#[test]
fn findings() {
    and_aside("findings", Mode::Findings);
}

#[test]
fn timeline() {
    check("timeline", &[Action::Show(Mode::Timeline)]);
    let gap = Action::Seek(Target::Gap, Direction::Next);
    check("timeline_gap", &[Action::Show(Mode::Timeline), gap]);
    let failure = Action::Seek(Target::Failure, Direction::Next);
    let open = [Action::Show(Mode::Timeline), failure, Action::Zoom];
    check("detail", &open);
}

#[test]
fn phases() {
    and_aside("phases", Mode::Phases);
}

#[test]
fn gaps() {
    and_aside("gaps", Mode::Gaps);
}

#[test]
fn http() {
    let last = Action::Move(Move::Last);
    check("http", &[Action::Show(Mode::Http), last.clone()]);
    check(
        "http_aside",
        &[Action::Show(Mode::Http), last, Action::SwitchPane],
    );
}

#[test]
fn tokens() {
    and_aside("tokens", Mode::Tokens);
}

#[test]
fn device() {
    check("device", &[Action::Show(Mode::Device)]);
}

#[test]
fn sources() {
    let down = Action::Move(Move::Down);
    check("sources", &[Action::Show(Mode::Sources), down]);
}

#[test]
fn rules() {
    let down = Action::Move(Move::Down);
    check("rules", &[Action::Show(Mode::Rules)]);
    check(
        "rules_near",
        &[
            Action::Show(Mode::Rules),
            down.clone(),
            down.clone(),
            Action::Open,
        ],
    );
}

#[test]
fn ascii_terminals_get_no_drawn_sign_on_any_screen() {
    let (report, timeline, rules) = &*EXPIRED;
    let ascii = Options {
        ascii: true,
        color: false,
        ..options()
    };
    for mode in EVERY {
        let app = App::new(Arc::clone(report), Arc::clone(timeline), ascii);
        let mut app = app.with_rules(rules.clone());
        play(&mut app, [Action::Resize(WIDE), Action::Show(*mode)]);
        let shown = screen(&app);
        let drawn = shown.find(|letter| DRAWN.contains(letter));
        assert_eq!(drawn, None, "{mode:?}:\n{shown}");
    }
}

#[test]
fn a_row_that_stands_for_an_event_is_one_key_from_its_detail() {
    for size in [NARROW, WIDE] {
        for mode in [Mode::Gaps, Mode::Http, Mode::Device, Mode::Sources] {
            let mut app = opened(&EXPIRED, size);
            play(&mut app, [Action::Show(mode), Action::Move(Move::Last)]);
            let expected = app.row_event();
            assert!(expected.is_some(), "{mode:?}");
            let before = screen(&app);
            update(&mut app, Action::Open);
            assert_eq!(app.events.selected(), expected, "{mode:?}");
            let title = app.event().expect("an event").title().into_owned();
            let shown = screen(&app);
            assert!(shown.contains(&title), "{title}:\n{shown}");
            update(&mut app, Action::Back);
            assert_eq!(screen(&app), before, "{mode:?}");
        }
    }
}

#[test]
fn a_line_of_evidence_is_one_key_from_its_event() {
    for mode in [Mode::Findings, Mode::Tokens, Mode::Gaps, Mode::Rules] {
        let mut app = opened(&EXPIRED, NARROW);
        play(&mut app, [Action::Show(mode), Action::SwitchPane]);
        let expected = app.about().and_then(About::event);
        assert!(expected.is_some(), "{mode:?}");
        update(&mut app, Action::Open);
        assert_eq!((app.mode, app.events.selected()), (Mode::Detail, expected));
    }
}
