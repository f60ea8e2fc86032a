//! What can be chosen by its name: actions for the command line, formats for writing out.

use super::action::Action;
use super::app::{App, Mode};
use super::completion::Completion;
use super::keymap::bindings;
use super::list::List;
use super::prompt::Prompt;
use super::ways::ways;

/// A line that is typed to choose by, and what is selected.
#[derive(Debug, Default)]
pub(super) struct Choice {
    pub(super) line: Prompt,
    pub(super) list: List,
    /// Ways to complete the word before the cursor of the filter.
    pub(super) completion: Option<Completion>,
}

/// What choosing does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    Action(Action),
    /// Writing out, by place in the table of ways.
    Way(usize),
}

/// Something to choose.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) name: String,
    /// Keys that do the same.
    pub(super) keys: String,
    pub(super) what: String,
    pub(super) choice: Chosen,
}

/// What fits the line that is typed: names that begin with it, then those that contain it, then
/// those that say so.
pub(super) fn offers(app: &App) -> Vec<Offer> {
    let all = if app.mode == Mode::Export {
        exports(app)
    } else {
        actions(app)
    };
    let typed = app.choice.line.text().trim().to_lowercase();
    let rank = |offer: &Offer| {
        if offer.name.starts_with(&typed) {
            Some(0)
        } else if offer.name.contains(&typed) {
            Some(1)
        } else {
            offer.what.to_lowercase().contains(&typed).then_some(2)
        }
    };
    let mut fitting: Vec<(i32, Offer)> = all
        .into_iter()
        .filter_map(|offer| Some((rank(&offer)?, offer)))
        .collect();
    fitting.sort_by_key(|(rank, _)| *rank);
    fitting.into_iter().map(|(_, offer)| offer).collect()
}

/// Every action that has a meaning on the screen that the line is typed over.
fn actions(app: &App) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    for binding in bindings(app.under) {
        let names: Vec<String> = app.keys.of(binding).iter().map(|key| key.name()).collect();
        if offers.iter().any(|offer| offer.name == binding.name) {
            continue;
        }
        offers.push(Offer {
            name: binding.name.to_owned(),
            keys: names.join(" "),
            what: binding.long.to_owned(),
            choice: Chosen::Action(binding.action.clone()),
        });
    }
    offers
}

fn exports(app: &App) -> Vec<Offer> {
    let ways = ways().into_iter().enumerate();
    let offer = |(place, way): (usize, super::ways::Way)| Offer {
        what: way.what(app),
        name: way.name,
        keys: String::new(),
        choice: Chosen::Way(place),
    };
    ways.map(offer).collect()
}
