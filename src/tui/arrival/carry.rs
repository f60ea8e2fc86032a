//! What stays the user's when another case takes the place of the one that is shown.

use std::sync::Arc;

use super::rows::{self, Moves};
use crate::model::{Attempt, EventId, Finding};
use crate::tui::app::{App, foremost};
use crate::tui::events::Rows;
use crate::tui::findings::{Findings, Row};
use crate::tui::keymap::READING;
use crate::tui::list::List;
use crate::tui::work::{Filtering, Work};

impl App {
    /// Takes over from the view of the case before what the user did there; its screen unless he is to
    /// see what was found.
    pub(super) fn carry(&mut self, before: &mut Self, rows: Option<(String, Rows)>, is_new: bool) {
        self.size = before.size;
        self.keys = std::mem::take(&mut before.keys);
        self.can_save = before.can_save;
        self.shield.is_up = before.shield.is_up;
        self.copied = before.copied.take();
        self.case = before.case + 1;
        self.is_asked = before.is_asked;
        self.gone = std::mem::take(&mut before.gone);
        self.placements = std::mem::take(&mut before.placements);
        if !is_new {
            self.mode = before.mode;
            self.under = before.under;
            self.back = std::mem::take(&mut before.back);
            self.pane = before.pane;
            self.scroll = before.scroll;
        }
        let moves = Moves::new(before, self);
        self.carry_lines(before);
        self.carry_notes(before, &moves);
        self.carry_events(before, rows, &moves);
        self.carry_findings(before);
        self.carry_attempts(before, &moves);
        for mode in READING {
            rows::carry(self, before, *mode, &moves);
        }
    }

    fn carry_lines(&mut self, before: &mut Self) {
        for (line, earlier) in [
            (&mut before.prompt, &self.prompt),
            (&mut before.search, &self.search),
        ] {
            line.inherit(earlier);
        }
        self.prompt = std::mem::take(&mut before.prompt);
        self.search = std::mem::take(&mut before.search);
        self.note = std::mem::take(&mut before.note);
        self.clock = std::mem::take(&mut before.clock);
        self.secret = std::mem::take(&mut before.secret);
        self.choice = std::mem::take(&mut before.choice);
    }

    fn carry_notes(&mut self, before: &Self, moves: &Moves) {
        for (event, note) in before.notes.iter() {
            if let Some(event) = moves.of(event) {
                self.notes.write(event, note.to_owned());
            }
        }
        self.notes.is_unsaved = before.notes.is_unsaved;
    }

    /// The rows that are shown, the selected one, and what goes on with them.
    fn carry_events(&mut self, before: &mut Self, rows: Option<(String, Rows)>, moves: &Moves) {
        let selected = before.events.selected();
        let anchor = selected.and_then(|event| moves.near(event));
        let above =
            before.events.list.selected - before.events.list.top.min(before.events.list.selected);
        let zero = before.events.zero.and_then(|event| moves.of(event));
        self.events.inherit(&mut before.events);
        self.events.zero = zero.or(self.events.zero);
        match rows {
            Some((filter, rows)) => self.events.show(rows, Some(filter), anchor),
            None => self.events.show_all(anchor),
        }
        let list = &mut self.events.list;
        list.top = list.selected.saturating_sub(above);
        let typed_over = before.before.1.and_then(|event| moves.near(event));
        self.before = (before.before.0.take(), typed_over);
        let is_same = selected.is_some() && selected.and_then(|event| moves.of(event)) == anchor;
        if let Some(event) = anchor.filter(|_| is_same) {
            self.detail.carry(event, before.detail.cursor);
        }
        self.work = match before.work.take() {
            Some(Work::Filter(filter)) => {
                let anchor = filter.anchor.and_then(|event| moves.near(event));
                let again = Filtering::new(&filter.text, &self.timeline, anchor);
                again.ok().map(Work::Filter)
            }
            Some(Work::Find(search)) => Some(Work::Find(search.again(&self.events))),
            None => None,
        };
    }

    /// The selected finding, unless the user left the choice to the report.
    fn carry_findings(&mut self, before: &mut Self) {
        let (own, other) = (Arc::clone(&self.report), Arc::clone(&before.report));
        let is_chosen = before.findings.key() != Findings::of(&other).key();
        let same = |finding: &Finding| {
            let alike =
                |own: &Finding| own.rule == finding.rule && own.span.from == finding.span.from;
            let same_rule = |own: &Finding| own.rule == finding.rule;
            let found = own.findings.iter().position(alike);
            found.or_else(|| own.findings.iter().position(same_rule))
        };
        let roots = before.findings.open_roots();
        let roots = roots.filter_map(|root| other.findings.get(root).and_then(same));
        let roots: Vec<usize> = roots.collect();
        self.findings.open_also(roots, &own);
        let row = match before.findings.selected() {
            _ if !is_chosen => None,
            Some(Row::Finding { place, .. }) => other
                .findings
                .get(place)
                .and_then(same)
                .map(|place| place * 3),
            Some(Row::RuledOut(place)) => other.ruled_out.get(place).and_then(|entry| {
                let mut entries = own.ruled_out.iter();
                entries
                    .position(|own| own.rule == entry.rule)
                    .map(|place| place * 3 + 1)
            }),
            Some(Row::CannotTell(place)) => other.cannot_tell.get(place).and_then(|entry| {
                let mut entries = own.cannot_tell.iter();
                entries
                    .position(|own| own.rule == entry.rule)
                    .map(|place| place * 3 + 2)
            }),
            _ => None,
        };
        if let Some(key) = row {
            self.findings.select(key);
            self.findings
                .about
                .carry(std::mem::take(&mut before.findings.about), key);
        }
    }

    /// The selected attempt, unless the user left the choice to the report, and its selected step.
    fn carry_attempts(&mut self, before: &Self, moves: &Moves) {
        let Some(chosen) = before.attempt() else {
            return;
        };
        let begin = |attempt: &Attempt| attempt.steps.first().map(|step| step.event);
        let event = begin(chosen).and_then(|event| moves.of(event));
        let is_same = |own: &Attempt| own.kind == chosen.kind && begin(own) == event;
        if before.attempts.selected != foremost(&before.report)
            && let Some(place) = self.report.attempts.iter().position(is_same)
        {
            self.attempts = List::at(place);
        }
        let Some(attempt) = self.attempt().filter(|own| is_same(own)) else {
            return;
        };
        let step = chosen.steps.get(before.steps.selected);
        let step: Option<EventId> = step.and_then(|step| moves.of(step.event));
        let place = attempt.steps.iter().position(|own| Some(own.event) == step);
        if let Some(place) = place {
            self.steps = List::at(place);
        }
    }
}
