//! From one state to the next: what each action means in each mode.
//!
//! Pure: no terminal, no clock, no files. After every action the lists are settled, so that
//! what is selected is in sight whatever changed.

mod filter;
mod jumps;
mod moving;
mod screens;
mod settle;

use super::action::{Action, Effect};
use super::app::App;
use filter::apply_filter;
use jumps::{follow, seek, toggle_zero};
use moving::{go, neighbour};
use screens::{back, open, show, switch_pane, zoom};
use settle::settle;

/// Applies an action to the state.
pub(super) fn update(app: &mut App, action: Action) -> Effect {
    app.message = None;
    match action {
        Action::Quit => return Effect::Quit,
        Action::Show(mode) => show(app, mode),
        Action::Move(step) => go(app, step),
        Action::SwitchPane => switch_pane(app),
        Action::Open => open(app),
        Action::Back => back(app),
        Action::Unfold => {
            app.findings.unfold(&app.report);
        }
        Action::Fold => app.findings.fold(&app.report),
        Action::Zoom => zoom(app),
        Action::Seek(target, direction) => seek(app, target, direction),
        Action::Follow(direction) => follow(app, direction),
        Action::Neighbour(direction) => neighbour(app, direction),
        Action::ToggleZero => toggle_zero(app),
        Action::Edit(edit) => app.prompt.edit(&edit),
        Action::Accept => apply_filter(app),
        Action::Resize(size) => app.size = size,
    }
    settle(app);
    Effect::Draw
}
