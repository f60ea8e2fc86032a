//! The self-contained HTML report: one file, no outside request, safe to open whatever stands in it.
//!
//! Nothing from the evidence becomes markup. The page is a template whose every value is escaped by
//! one formatter (`render`); events travel as compressed JSON (`store`) that the
//! page's own script writes into text nodes. The content security policy allows exactly that one
//! script and that one style, by their digests.

mod attempts;
mod events;
mod evidence;
mod findings;
mod http;
mod index;
mod made;
mod page;
mod stages;
mod store;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod tracks;

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{
    AutoEscape, Environment, Error, Output, State, UndefinedBehavior, escape_formatter,
};
use sha2::{Digest, Sha256};

use super::fleet::StageLine;
use crate::model::{Report, Zone};
use crate::redact::ShownTimeline;
use serde::Serialize;

pub use index::write_index;
pub use made::Made;

/// The template, part by part as the page shows them.
const TEMPLATE: &str = concat!(
    include_str!("page/head.html"),
    include_str!("page/findings.html"),
    include_str!("page/timeline.html"),
    include_str!("page/attempts.html"),
    include_str!("page/gaps.html"),
    include_str!("page/tokens.html"),
    include_str!("page/http.html"),
    include_str!("page/evidence.html"),
    include_str!("page/codes.html"),
    include_str!("page/making.html"),
);
const STYLE: &str = concat!(
    include_str!("style/base.css"),
    include_str!("style/parts.css"),
    include_str!("style/events.css"),
    include_str!("style/paper.css"),
);
/// One script in one scope.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("script/words.js"),
    include_str!("script/store.js"),
    include_str!("script/query.js"),
    include_str!("script/matching.js"),
    include_str!("script/table.js"),
    include_str!("script/filter.js"),
    include_str!("script/detail.js"),
    include_str!("script/lanes.js"),
    include_str!("script/timeline.js"),
    include_str!("script/lists.js"),
    include_str!("script/start.js"),
    "})();\n"
);

/// Whether a page can hold every event of a timeline; of a larger one it holds a part, and says so.
pub fn holds_all(timeline: ShownTimeline<'_>) -> bool {
    timeline.events().len() <= events::MOST
}

/// Writes the report as one HTML file. Times are shown in `zone`, which the page names.
///
/// The same report, timeline and zone give the same bytes.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(
    report: &Report,
    timeline: ShownTimeline<'_>,
    zone: Zone,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    write_made(report, timeline, zone, &Made::default(), out)
}

/// Writes the report as [`write()`] does, with what is to be said of how it was made.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_made(
    report: &Report,
    timeline: ShownTimeline<'_>,
    zone: Zone,
    made: &Made,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    // A checkout with CRLF line ends must not change the digests: browsers hash the text
    // after they have turned every line end into LF.
    let (style, script) = (STYLE.replace("\r\n", "\n"), SCRIPT.replace("\r\n", "\n"));
    let policy = policy(&style, &script);
    let page = page::page(report, timeline, zone, made);
    let store = store::store(report, timeline, &page.selection, zone);
    let root = Root {
        policy: Value::from_safe_string(policy),
        style: Value::from_safe_string(style),
        script: Value::from_safe_string(script),
        events: Value::from_safe_string(store.events),
        fields: store
            .fields
            .into_iter()
            .map(Value::from_safe_string)
            .collect(),
        page: &page,
    };
    render("report.html", TEMPLATE, &root, out)
}

/// How each stage of a report went.
pub(super) fn stages_of(report: &Report) -> Vec<StageLine> {
    stages::bar(report).lines()
}

/// What the template sees. All but the page is ours and goes in as it is; the page is escaped.
#[derive(serde::Serialize)]
struct Root<'a> {
    policy: Value,
    style: Value,
    script: Value,
    events: Value,
    fields: Vec<Value>,
    page: &'a page::Page<'a>,
}

/// The policy for exactly this style and script: nothing else runs, loads or is sent.
fn policy(style: &str, script: &str) -> String {
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        digest(style),
        digest(script)
    )
}

/// Fills a template of ours.
fn render<R: Serialize>(
    name: &'static str,
    template: &'static str,
    root: &R,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .map_err(io::Error::other)?,
    );
    environment.set_formatter(format);
    environment
        .add_template(name, template)
        .map_err(io::Error::other)?;
    let template = environment.get_template(name).map_err(io::Error::other)?;
    template
        .render_captured_to(Value::from(Serde(root)), out)
        .map_err(io::Error::other)?;
    Ok(())
}

/// The one way from a value to the page: made visible, clipped and escaped unless it is ours.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => escape_formatter(
            out,
            state,
            &Value::from(&*text::shown(text, text::PAGE_CHARS)),
        ),
        _ => escape_formatter(out, state, value),
    }
}
