//! Tokens: one row each, with its life and its uses on a bar.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::bar::Bar;
use super::browse::{self, Look, ROOMY};
use super::columns::{Align, Cell, Column, cell, column};
use crate::model::{Ticks, Token, TokenVerdict, Zone};
use crate::tui::app::App;
use crate::tui::density::Stretch;
use crate::tui::tokens::{audience, begin, client, uses};

/// ```text
/// ─> Tokens 2, each bar from its begin to its end or last use ──────────────
///   id  verdict    valid until last use     life          audience
/// > t1  × late     10:30:00.0  10:30:14.0   █████████│▓×  Device Registration…
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let is_roomy = body.width >= ROOMY;
    let tokens = &app.report.tokens;
    let look = Look {
        title: heading(app, is_roomy),
        empty: "  no token, and no request for one, is in the evidence",
        columns: columns(app, is_roomy),
        panes: ["Claims", "Events, and how late"],
    };
    browse::draw(app, frame, body, &look, |row| {
        let token = tokens.get(row);
        token.map_or_else(Vec::new, |token| cells(app, token, is_roomy))
    });
}

fn heading(app: &App, is_roomy: bool) -> String {
    let count = app.report.tokens.len();
    let bar = app.theme.bar();
    let (own, over, tick, late) = (bar.own, bar.over, bar.tick, bar.late);
    if is_roomy {
        format!("Tokens {count}: {own} valid  {over} expired  {tick} use  {late} use out of time")
    } else {
        format!("Tokens {count}: {own} valid {over} expired {tick} use {late} late")
    }
}

/// Columns of a bar.
fn bar_columns(is_roomy: bool) -> usize {
    if is_roomy { 22 } else { 14 }
}

fn columns(app: &App, is_roomy: bool) -> Vec<Column> {
    let zone = app.zone.name();
    let mut columns = vec![
        column("id", 4, Align::Left),
        column("verdict", 10, Align::Left),
    ];
    if is_roomy {
        columns.extend([
            column(format!("issued {zone}"), 19, Align::Left),
            column(format!("expires {zone}"), 19, Align::Left),
            column("first use", 9, Align::Left),
            column("last use", 8, Align::Left),
            column("life", bar_columns(is_roomy), Align::Left),
            column("audience", 27, Align::Left),
            column("client", 18, Align::Left),
            column("subject", 0, Align::Left),
        ]);
    } else {
        columns.extend([
            column("expires", 8, Align::Left),
            column("last use", 8, Align::Left),
            column("life", bar_columns(is_roomy), Align::Left),
            column("audience", 0, Align::Left),
        ]);
    }
    columns
}

fn cells<'a>(app: &App, token: &'a Token, is_roomy: bool) -> Vec<Cell<'a>> {
    let sign = app.theme.token(token.verdict);
    let last = uses(token).next_back();
    let mut cells = vec![cell(&*token.id), Cell(sign.text().into(), sign.style)];
    let bar = Cell(life(app, token, bar_columns(is_roomy)).into(), sign.style);
    let short = |ticks: Option<Ticks>| {
        let time = ticks.map(|ticks| app.zone.time_of_day(ticks));
        let time = time.as_deref().and_then(|time| time.get(..8));
        time.unwrap_or("-").to_owned()
    };
    if is_roomy {
        cells.extend([
            cell(second(app.zone, token.issued_at.or(token.not_before))),
            cell(second(app.zone, token.expires_at)),
            cell(short(uses(token).next())),
            cell(short(last)),
            bar,
            cell(audience(token)),
            cell(client(token)),
            cell(token.subject.as_deref().unwrap_or("-")),
        ]);
    } else {
        let expires = cell(short(token.expires_at));
        cells.extend([expires, cell(short(last)), bar, cell(audience(token))]);
    }
    cells
}

fn second(zone: Zone, ticks: Option<Ticks>) -> String {
    let text = ticks.map(|ticks| zone.date_and_time(ticks));
    let text = text.as_deref().and_then(|text| text.get(..19));
    text.unwrap_or("-").to_owned()
}

/// A token's life from its begin to its end or its last use, whichever is later.
fn life(app: &App, token: &Token, columns: usize) -> String {
    let signs = app.theme.bar();
    let (first, last) = (uses(token).min(), uses(token).max());
    let Some(from) = [begin(token), first].into_iter().flatten().min() else {
        return "nothing is known".to_owned();
    };
    let Some(end) = token.expires_at else {
        return "end not known".to_owned();
    };
    let to = last.map_or(end, |last| last.max(end));
    let mut bar = Bar::new(Stretch { from, to }, columns);
    bar.fill(end, to, signs.over);
    bar.fill(begin(token).unwrap_or(from), end, signs.own);
    let starts = token.not_before.or(token.issued_at);
    for used in uses(token) {
        let is_early = starts.is_some_and(|starts| used < starts);
        let is_late = used >= end;
        let sign = if is_early || is_late {
            signs.late
        } else {
            signs.tick
        };
        bar.mark(used, sign);
    }
    // The end of the bar is where a token that is not used out of time ends.
    if token.verdict == TokenVerdict::Unused {
        bar.mark(end, signs.own);
    }
    bar.text()
}
