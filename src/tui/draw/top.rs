//! The first row (what was read, how much of it, in which zone) and the row of screens.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::tui::action::Action;
use crate::tui::app::{App, Mode};
use crate::tui::keymap::bindings;
use crate::tui::text::{counted, fit_end, width};
use crate::tui::theme::STRONG;

/// ```text
///  joinscope  case.zip          13,537 events  12 attempts  29 blind spots  UTC
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let report = &app.report;
    let counts = match &app.reading {
        Some(reading) => format!("{} ", reading.words()),
        None => counts(app),
    };
    let inputs: Vec<&str> = report
        .inputs
        .iter()
        .map(|input| input.path.rsplit(['/', '\\']).next().unwrap_or(&input.path))
        .collect();
    let name = format!(" {}  ", report.tool.name);
    let room = usize::from(area.width).saturating_sub(width(&name) + width(&counts) + 2);
    let line = Line::from(vec![
        Span::styled(name, STRONG),
        Span::raw(fit_end(&inputs.join(", "), room, app.theme.ellipsis())),
        Span::raw("  "),
        Span::raw(counts),
    ]);
    line.render(area, frame.buffer_mut());
}

fn counts(app: &App) -> String {
    let report = &app.report;
    format!(
        "{}  {}  {}  {} ",
        counted(report.event_count, "event", "events"),
        counted(report.attempts.len(), "attempt", "attempts"),
        counted(report.blindspots.len(), "blind spot", "blind spots"),
        app.zone.name()
    )
}

/// ```text
///   1 Findings 3  [2 Timeline]  3 Attempts   4 Gaps 25   8 Blind spots   v Verdict   ? help
/// ```
///
/// Where that does not fit, blanks go, the counts, and then the last screens.
pub(super) fn draw_tabs(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let ways = [
        (Counts::Shown, " "),
        (Counts::Shown, ""),
        (Counts::Left, ""),
        (Counts::Tight, ""),
    ];
    let mut lines = ways
        .map(|(counts, between)| tabs(app, counts, between))
        .into_iter();
    let fits = |line: &Line<'_>| line.width() <= usize::from(area.width);
    let (Some(widest), rest) = (lines.next(), lines) else {
        return;
    };
    let line = rest.fold(
        widest,
        |chosen, next| if fits(&chosen) { chosen } else { next },
    );
    line.render(area, frame.buffer_mut());
}

/// Whether the tabs say how much there is to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Shown,
    Left,
    /// They do not, and no blank stands between a key and its screen.
    Tight,
}

fn tabs(app: &App, counts: Counts, between: &'static str) -> Line<'static> {
    let open = match app.screen() {
        Mode::Detail => Mode::Timeline,
        mode => mode,
    };
    // The prompt has keys of its own; the screens stay in sight all the same.
    let mut spans = vec![Span::raw(between)];
    for binding in bindings(Mode::Timeline) {
        let Action::Show(mode) = &binding.action else {
            continue;
        };
        let (Some(key), true) = (
            app.keys.of(binding).first(),
            !mode.is_typing() && !binding.short.is_empty(),
        ) else {
            continue;
        };
        let count = match (counts, mode) {
            (Counts::Shown, Mode::Gaps) => format!(" {}", app.report.gaps.len()),
            (Counts::Shown, Mode::Findings) => format!(" {}", app.report.findings.len()),
            _ => String::new(),
        };
        let (key, short) = (key.name(), binding.short);
        // What is shown least often goes where there is no room for all.
        if counts == Counts::Tight && matches!(mode, Mode::Verdict | Mode::Help) {
            continue;
        }
        let text = match counts {
            Counts::Tight => format!("{key}{short}"),
            _ => format!("{key} {short}{count}"),
        };
        // Where it is tight, only one blank parts them.
        let after = if counts == Counts::Tight { "" } else { " " };
        if counts == Counts::Tight && *mode == open {
            spans.push(Span::raw(" "));
        }
        spans.push(if *mode == open {
            Span::styled(format!("[{text}]"), STRONG)
        } else {
            Span::raw(format!(" {text}{after}"))
        });
        spans.push(Span::raw(between));
    }
    Line::from(spans)
}
