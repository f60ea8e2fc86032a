//! What each screen shows of three scenarios, as the program analyses them.

use std::sync::{Arc, LazyLock};

use ratatui::layout::Size;

use super::super::action::{Action, Direction, Move, Target};
use super::super::app::{App, Mode};
use super::super::rules::RuleBook;
use super::super::update::update;
use super::{NARROW, WIDE, options, play, screen};
use crate::cli::tests::scenario;
use crate::model::Report;
use crate::timeline::Timeline;

type Given = (Arc<Report>, Arc<Timeline>, RuleBook);

/// The token that expired while the client waited for its key.
static EXPIRED: LazyLock<Given> = LazyLock::new(|| scenario("preprovisioning-token-expired"));
/// The enrolment that device management refused.
static REFUSED: LazyLock<Given> = LazyLock::new(|| scenario("preprovisioning-mdm-blocked"));
/// The join without fault.
static HEALTHY: LazyLock<Given> = LazyLock::new(|| scenario("entra-join-healthy"));

fn opened(given: &Given, size: Size) -> App {
    let (report, timeline, rules) = given;
    let app = App::new(Arc::clone(report), Arc::clone(timeline), options());
    let mut app = app.with_rules(rules.clone());
    update(&mut app, Action::Resize(size));
    app
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
