//! Putting a source elsewhere on the axis of time: what is typed, and taking it back.

use crate::model::{SourceLine, TICKS_PER_SECOND, Ticks, Zone, minutes_east};
use crate::tui::action::Effect;
use crate::tui::app::{App, Mode};
use crate::tui::placement::Placement;

/// Seconds that no clock is off by: a century.
const MOST: f64 = 3.2e9;

/// Formats whose times can be without a zone.
const LOCAL: &[&str] = &["har", "saz"];

/// Begins to type a clock or a zone; whether there is one to type.
pub(super) fn begin(app: &mut App, mode: Mode) -> bool {
    if app.mode != Mode::Sources || app.reading.is_some() {
        let text = "clocks and zones are given on the sources, once everything is read";
        app.message = Some(text.to_owned());
        return false;
    }
    let Some(source) = selected(app) else {
        app.message = Some("this row is no source; its files are".to_owned());
        return false;
    };
    if mode == Mode::Zone && !LOCAL.contains(&source.format) {
        app.message = Some(format!(
            "times in files of {} name their zone",
            source.format
        ));
        return false;
    }
    let text = if mode == Mode::Zone {
        let given = app.placement.zone_of(source);
        given.map(|minutes| Zone::Offset(minutes).name().replace("UTC", ""))
    } else {
        let given = app.placement.of(source);
        given.map(|ticks| format!("{:+}s", ticks as f64 / TICKS_PER_SECOND as f64))
    };
    let text = text.unwrap_or_default();
    app.clock.set(&text);
    true
}

fn selected(app: &App) -> Option<&SourceLine> {
    let row = app.sources.get(app.lists.sources.selected)?;
    app.report.sources.get(row.source?)
}

/// Applies what was typed: seconds or an offset, or nothing for what the source has of its own.
pub(super) fn accept(app: &mut App) -> Effect {
    let typed = app.clock.text().trim();
    let (source, current) = (selected(app), current(app));
    let placed = if app.mode == Mode::Zone {
        zone(typed).map(|minutes| source.map(|source| current.in_zone(source, minutes)))
    } else {
        clock(typed).map(|ticks| source.map(|source| current.with(source, ticks)))
    };
    match placed {
        Err(refusal) => {
            app.clock.refusal = Some(refusal.to_owned());
            Effect::Draw
        }
        Ok(placement) => {
            app.mode = app.under;
            placement.map_or(Effect::Draw, |placement| place(app, placement))
        }
    }
}

/// What is there, or on its way.
fn current(app: &App) -> &Placement {
    app.wanted.as_ref().unwrap_or(&app.placement)
}

fn place(app: &mut App, placement: Placement) -> Effect {
    let before = current(app).clone();
    if before == placement {
        app.message = Some("that is how it stands already".to_owned());
        return Effect::Draw;
    }
    app.placements.push(before);
    want(app, placement)
}

fn want(app: &mut App, placement: Placement) -> Effect {
    app.message = Some("the events are put in order anew".to_owned());
    app.wanted = Some(placement.clone());
    Effect::Place(placement)
}

/// Puts sources back where they were before the last change.
pub(super) fn unplace(app: &mut App) -> Effect {
    if let Some(before) = app.placements.pop() {
        return want(app, before);
    }
    app.message = Some("no clock and no zone was changed".to_owned());
    Effect::Draw
}

/// Minutes east of UTC, none where nothing was typed.
///
/// # Errors
/// What is to be typed.
fn zone(typed: &str) -> Result<Option<i32>, &'static str> {
    match typed {
        "" => Ok(None),
        "Z" | "z" => Ok(Some(0)),
        offset => match minutes_east(offset) {
            Some(minutes) => Ok(Some(minutes)),
            None => Err("type an offset, such as +02:00; nothing to leave those times out"),
        },
    }
}

/// Ticks to add, none where nothing was typed.
///
/// # Errors
/// What is to be typed.
fn clock(typed: &str) -> Result<Option<i64>, &'static str> {
    if typed.is_empty() {
        return Ok(None);
    }
    let seconds = typed.trim_end_matches('s').trim_end().parse::<f64>();
    match seconds {
        Ok(seconds) if seconds.is_finite() && seconds.abs() < MOST => {
            Ok(Some(Ticks(0).plus_seconds(seconds).0))
        }
        _ => Err("type seconds, such as +1.5s or -90; nothing for the clock as measured"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_typed_as_seconds() {
        let second = TICKS_PER_SECOND;
        let check = |typed: &str, expected: Option<i64>| {
            assert_eq!(clock(typed), Ok(expected), "{typed}");
        };
        check("", None);
        check("+1.5s", Some(second * 3 / 2));
        check("-90", Some(-90 * second));
        check("2 s", Some(2 * second));
        for typed in ["soon", "inf", "1e300", "NaN"] {
            assert!(clock(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn zones_are_typed_as_offsets() {
        let check = |typed: &str, expected: Option<i32>| {
            assert_eq!(zone(typed), Ok(expected), "{typed}");
        };
        check("", None);
        check("Z", Some(0));
        check("+02:00", Some(120));
        check("-5", Some(-300));
        for typed in ["2", "+99", "Berlin"] {
            assert!(zone(typed).is_err(), "{typed}");
        }
    }
}
