//! The verdict: as a bar on every screen, and in full with what it rests on.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::{position, text_lines, title};
use crate::export::{clean, grouped};
use crate::tui::app::App;
use crate::tui::layout::{below_title, verdict_indent, verdict_lines};
use crate::tui::text::{fit, wrap};
use crate::tui::theme::STRONG;

/// ```text
///  × HIGH  Entra join succeeded, but MDM enrolment was refused with 0x80180014; the
///          server said ...
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let sign = app.theme.severity(app.report.verdict.severity);
    let indent = verdict_indent(app);
    let lines = verdict_lines(app, area.width);
    let height = usize::from(area.height);
    let room = usize::from(area.width).saturating_sub(indent);
    for (place, (row, line)) in area.rows().zip(&lines).enumerate() {
        let lead = if place == 0 {
            format!(" {}  ", sign.text())
        } else {
            String::new()
        };
        // The last row that there is says that the sentence goes on.
        let line = if place + 1 == height {
            let rest = lines.get(place..).unwrap_or_default().join(" ");
            fit(&rest, room, app.theme.ellipsis())
        } else {
            line.clone()
        };
        let spans = vec![
            Span::styled(fit(&lead, indent, ""), sign.style),
            Span::styled(line, STRONG),
        ];
        Line::from(spans).render(row, frame.buffer_mut());
    }
}

/// The verdict in full.
pub(super) fn draw_full(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let inside = below_title(area);
    let lines = full(app, usize::from(area.width));
    let place = position(app.scroll, usize::from(inside.height), lines.len());
    title(app, frame, area, &format!("Verdict{place}"));
    text_lines(frame, inside, &lines, app.scroll);
}

/// The lines of the verdict in full, for a screen of this width.
pub(in crate::tui) fn full(app: &App, columns: usize) -> Vec<Line<'static>> {
    let report = &app.report;
    let theme = app.theme;
    let room = columns.saturating_sub(5);
    let mut lines = Vec::new();
    let mut bullets = |heading: &str, texts: &[String]| {
        if texts.is_empty() {
            return;
        }
        lines.push(Line::styled(format!(" {heading}"), theme.heading()));
        for text in texts {
            for (place, line) in wrap(text, room).into_iter().enumerate() {
                let lead = if place == 0 { "  - " } else { "    " };
                lines.push(Line::raw(format!("{lead}{line}")));
            }
        }
        lines.push(Line::raw(""));
    };
    let verdict = &report.verdict;
    let severity = theme.severity(verdict.severity).text();
    bullets(
        &format!("{severity}, stage {}", verdict.stage),
        std::slice::from_ref(&verdict.headline),
    );
    bullets("What it rests on", &verdict.because);
    let about = verdict.attempt.as_deref();
    for attempt in report
        .attempts
        .iter()
        .filter(|attempt| Some(&*attempt.id) == about)
    {
        let name = format!("{} {}", attempt.id, attempt.kind);
        bullets(
            &format!("What the server said in {name}"),
            &attempt.server_words,
        );
        bullets(
            &format!("What the evidence leaves open about {name}"),
            &attempt.notes,
        );
    }
    let inputs: Vec<String> = report
        .inputs
        .iter()
        .map(|input| {
            let size =
                usize::try_from(input.bytes).map_or_else(|_| input.bytes.to_string(), grouped);
            format!(
                "{}\n{size} bytes, SHA-256 {}",
                clean(&input.path),
                input.sha256
            )
        })
        .collect();
    bullets("Read from", &inputs);
    lines
}
