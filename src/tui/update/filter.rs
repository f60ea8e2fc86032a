//! The filter: while it is typed, when it is applied, narrowed, undone.

use super::jumps::select;
use crate::tui::about::About;
use crate::tui::action::{Direction, Narrow};
use crate::tui::app::{App, Mode, Pane};
use crate::tui::terms;
use crate::tui::work::{Filtering, Work};

/// Applies what was typed so far, if it is a filter yet.
pub(super) fn preview(app: &mut App) {
    let text = app.prompt.text().trim().to_owned();
    let anchor = app.before.1;
    if text.is_empty() {
        app.work = None;
        app.events.show_all(anchor);
    } else if let Ok(filter) = Filtering::new(&text, &app.timeline, anchor) {
        start(app, filter);
    }
}

/// Applies what the prompt holds; a refused line stays in the prompt, with the reason.
pub(super) fn accept(app: &mut App) {
    let text = app.prompt.text().trim().to_owned();
    let (before, anchor) = app.before.clone();
    if text.is_empty() {
        app.work = None;
        app.events.show_all(anchor);
    } else {
        match Filtering::new(&text, &app.timeline, anchor) {
            // What was typed last may be shown already, or be on its way.
            Ok(_) if app.events.filter.as_ref() == Some(&text) || is_on_its_way(app, &text) => {}
            Ok(filter) => start(app, filter),
            Err(error) => {
                app.prompt.refusal = Some(error.to_string());
                return;
            }
        }
        app.prompt.remember();
    }
    if before.as_deref().unwrap_or_default() != text {
        app.events.leave(before);
    }
    app.mode = app.under;
    let selected = app.events.list.selected;
    select(app, selected);
}

/// Leaves the prompt with the filter as it was before.
pub(super) fn restore(app: &mut App) {
    let (filter, anchor) = app.before.clone();
    app.prompt.refusal = None;
    app.mode = app.under;
    if app.events.filter != filter || app.work.is_some() {
        apply(app, filter, anchor);
    }
}

/// Lets through, of what is shown, only events like what is under the cursor, or only others.
pub(super) fn narrow(app: &mut App, narrow: Narrow) {
    let is_http = app.mode == Mode::Http;
    let (line, event) = match (is_http, app.pane) {
        (true, Pane::Side) => (app.about().map(About::term), None),
        (true, Pane::Main) => (None, app.row_event()),
        _ if super::screens::has_detail(app) => (Some(app.detail.term()), None),
        _ => (None, app.events.selected()),
    };
    let event = event.and_then(|event| app.timeline.event(event));
    let term = match (line, event) {
        (Some(Some(term)), _) => term.to_owned(),
        (None, Some(event)) => terms::of_kind(event),
        (Some(None), _) => {
            app.message = Some("this line has no value to filter by".to_owned());
            return;
        }
        (None, None) => return,
    };
    let term = match narrow {
        Narrow::To => term,
        Narrow::From => format!("not ({term})"),
    };
    let filter = match &app.events.filter {
        Some(filter) => format!("({filter}) and {term}"),
        None => term,
    };
    change(app, Some(filter));
}

/// Puts another filter in place, which can be undone.
pub(super) fn change(app: &mut App, filter: Option<String>) {
    let (before, anchor) = (app.events.filter.clone(), app.events.selected());
    app.events.leave(before);
    apply(app, filter, anchor);
}

/// Goes to the filter before the present one or after it.
pub(super) fn travel(app: &mut App, direction: Direction) {
    let anchor = app.events.selected();
    let Some(filter) = app.events.travel(direction) else {
        let way = match direction {
            Direction::Previous => "before",
            Direction::Next => "after",
        };
        app.message = Some(format!("there is no filter {way} this one"));
        return;
    };
    let filter = Some(filter).filter(|filter| !filter.is_empty());
    app.message = Some(match &filter {
        Some(filter) => format!("filter: {filter}"),
        None => "no filter".to_owned(),
    });
    apply(app, filter, anchor);
}

fn apply(app: &mut App, filter: Option<String>, anchor: Option<crate::model::EventId>) {
    let Some(text) = filter else {
        app.work = None;
        app.events.show_all(anchor);
        return;
    };
    match Filtering::new(&text, &app.timeline, anchor) {
        Ok(filter) => {
            app.prompt.set(&text);
            start(app, filter);
        }
        Err(error) => app.message = Some(error.to_string()),
    }
}

fn start(app: &mut App, filter: Filtering) {
    app.work = Some(Work::Filter(filter));
    super::go_on(app);
}

fn is_on_its_way(app: &App, text: &str) -> bool {
    matches!(&app.work, Some(Work::Filter(filter)) if filter.text == text)
}

/// Opens the prompt over the screen of events that is shown, else over the timeline.
pub(super) fn begin(app: &mut App) {
    if !app.mode.shows_events() && app.mode != Mode::Http {
        super::jumps::enter_timeline(app);
    }
    app.under = app.mode;
    app.mode = Mode::Filter;
    app.before = (app.events.filter.clone(), app.events.selected());
}
