//! The page with hostile, empty and ordinary evidence: nothing of it becomes markup.

mod evidence;

use std::io::Read as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use sha2::{Digest, Sha256};

use self::evidence::{empty, finding, report, start, timeline};
use super::{SCRIPT, STYLE, TEMPLATE, write};
use crate::catalog::Catalog;
use crate::model::*;
use crate::redact::{Redactor, ShownTimeline};
use crate::timeline::Timeline;

/// Texts that try to become markup, script, an address, an end of text or another order of it.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"><img onerror=alert(1) src=x>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "]]><!--<script>",
    "{{ page }}{% raw %}",
    "</title></style></textarea>",
    "\u{2028}\u{2029}\u{202e}\u{2066}\0\u{feff}",
    "&lt;script&gt;",
];

fn page(report: &Report, timeline: &Timeline) -> String {
    let mut out = Vec::new();
    let redactor = Redactor::off();
    write(
        report,
        ShownTimeline::new(timeline, &redactor),
        Zone::Offset(120),
        &mut out,
    )
    .expect("writing into memory does not fail");
    String::from_utf8(out).expect("the page is UTF-8")
}

/// What the script is given, unpacked as the browser does.
struct Given {
    first: serde_json::Value,
    /// Entries of fields, in the order of their blocks.
    entries: Vec<serde_json::Value>,
}

impl Given {
    /// The text that a column's table has under a number.
    fn text(&self, number: &serde_json::Value) -> &serde_json::Value {
        &self.first["columns"]["texts"][index(number)]
    }

    /// The origin of a row.
    fn origin(&self, row: usize) -> &serde_json::Value {
        let columns = &self.first["columns"];
        let kind = &columns["kinds"][index(&columns["kind"][row])];
        &columns["origins"][index(&kind["origin"])]
    }

    /// Name and value of the first field of an entry.
    fn field(&self, entry: usize) -> (&serde_json::Value, &serde_json::Value) {
        let entry = &self.entries[entry];
        (&self.first["shapes"][index(&entry[0])][0], &entry[10])
    }
}

fn index(number: &serde_json::Value) -> usize {
    number
        .as_u64()
        .and_then(|number| usize::try_from(number).ok())
        .expect("a number of a table")
}

fn given(page: &str) -> Given {
    let mut blocks = page
        .split("<script type=\"application/json\"")
        .skip(1)
        .map(unpacked);
    let first = blocks.next().expect("the page has its data");
    let entries = blocks
        .flat_map(|block| block.as_array().cloned().expect("a block is a list"))
        .collect();
    Given { first, entries }
}

fn unpacked(block: &str) -> serde_json::Value {
    let (_, rest) = block.split_once('>').expect("the tag ends");
    let (block, _) = rest.split_once("</script>").expect("the block ends");
    let block: serde_json::Value = serde_json::from_str(block).expect("the block is JSON");
    assert_eq!(block["encoding"], "deflate-raw");
    let packed = STANDARD
        .decode(block["data"].as_str().expect("data is text"))
        .expect("data is base64");
    let mut json = String::new();
    DeflateDecoder::new(&*packed)
        .read_to_string(&mut json)
        .expect("data is deflated");
    serde_json::from_str(&json).expect("data is JSON")
}

fn catalog() -> Arc<Catalog> {
    Arc::new(Catalog::embedded().expect("the embedded tables are sound"))
}

/// The tags and attribute names of a page, in order: what hostile texts must not be able to change.
fn skeleton(page: &str) -> Vec<String> {
    let outside = |page: &str, tag: &str| {
        let (before, rest) = page
            .split_once(&format!("<{tag}>"))
            .expect("the block is there");
        let (_, after) = rest
            .split_once(&format!("</{tag}>"))
            .expect("the block ends");
        format!("{before}{after}")
    };
    let page = outside(&outside(page, "style"), "script");
    let mut tags = Vec::new();
    for piece in page.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("every tag ends");
        // Values stand in double quotes; what is left are names.
        tags.push(tag.split('"').step_by(2).collect::<String>());
    }
    tags
}

#[test]
fn hostile_texts_add_no_tag_and_no_attribute() {
    let ordinary = skeleton(&page(&report("x"), &timeline("x")));
    let check = |text: &str| {
        let page = page(&report(text), &timeline(text));
        assert_eq!(skeleton(&page), ordinary, "{text:?}");
        assert!(
            !page.contains("alert(1)</script>") && !page.contains("<img") && !page.contains("<!--"),
            "{text:?}"
        );
        assert!(
            !page.contains([
                '\0', '\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}', '\u{feff}'
            ]),
            "{text:?}"
        );
        assert!(
            !page.contains("href=\"javascript") && !page.contains("onmouseover='"),
            "{text:?}"
        );
    };
    for text in HOSTILE {
        check(text);
    }
    check(&HOSTILE.concat());
}

#[test]
fn hostile_texts_reach_the_event_table_as_texts() {
    let check = |text: &str, expected: &str| {
        let given = given(&page(&report(text), &timeline(text)));
        assert_eq!(given.text(&given.origin(0)["host"]), expected);
        let (name, value) = given.field(0);
        assert_eq!((name, value), (&expected.into(), &expected.into()));
    };
    check(
        "</script><script>alert(1)</script>",
        "</script><script>alert(1)</script>",
    );
    check("a\u{202e}b\0", "a\\u{202e}b\\u{0}");
}

#[test]
fn a_megabyte_of_text_is_clipped_and_counted() {
    let text = "é<".repeat(500_000);
    let page = page(&report(&text), &timeline(&text));
    assert!(page.len() < 1_500_000, "{}", page.len());
    assert!(page.contains("(996,000 more characters)"));
    let value = given(&page).field(0).1.as_str().map(str::len);
    assert!(value.is_some_and(|length| length < 50_000), "{value:?}");
}

#[test]
fn the_policy_allows_exactly_the_blocks_that_are_there() {
    let page = page(&report("x"), &timeline("x"));
    let digest = |tag: &str| {
        let (_, rest) = page
            .split_once(&format!("<{tag}>"))
            .expect("the block is there");
        let (block, _) = rest
            .split_once(&format!("</{tag}>"))
            .expect("the block ends");
        format!(
            "{tag}-src 'sha256-{}'",
            STANDARD.encode(Sha256::digest(block))
        )
    };
    let (_, rest) = page
        .split_once("Content-Security-Policy\" content=\"")
        .expect("the page has a policy");
    let (policy, _) = rest.split_once('"').expect("the policy ends");
    let expected = format!(
        "default-src 'none'; {}; {}; img-src data:; base-uri 'none'; form-action 'none'",
        digest("style"),
        digest("script")
    );
    assert_eq!(policy, expected);
    // The events, one block of fields, and the script.
    assert_eq!(page.matches("<script").count(), 3);
    assert_eq!(page.matches("<style").count(), 1);
}

#[test]
fn nothing_of_ours_asks_a_network_or_writes_markup() {
    for (name, text) in [
        ("report.html", TEMPLATE),
        ("report.css", STYLE),
        ("report.js", SCRIPT),
    ] {
        for word in [
            "http:", "https:", "//cdn", " src=", "url(", "@import", "style=\"", "<link", "<iframe",
            "<img",
        ] {
            assert!(!text.contains(word), "{name} contains {word}");
        }
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "eval(",
            "fetch(",
            "XMLHttp",
            "import(",
        ] {
            assert!(!text.contains(word), "{name} contains {word}");
        }
    }
    assert!(
        !STYLE.contains("</") && !SCRIPT.contains("</"),
        "a block would end early"
    );
    let handler = TEMPLATE
        .split([' ', '\n'])
        .find(|word| word.starts_with("on") && word.contains('='));
    assert_eq!(handler, None, "inline handlers do not run under the policy");
}

#[test]
fn the_same_evidence_gives_the_same_bytes() {
    let make = || page(&report("x"), &timeline("x"));
    assert_eq!(make(), make());
}

#[test]
fn an_empty_report_is_a_whole_page() {
    let page = page(&empty(), &Timeline::build(Vec::new(), catalog()));
    for words in [
        "No event could be read",
        "no event with a time",
        "All times in UTC+02:00",
        "Everything that was given could be read",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.trim_end().ends_with("</html>"));
    let given = given(&page);
    assert_eq!(given.first["columns"]["ids"], serde_json::json!([]));
    assert_eq!(given.entries.len(), 0);
}

#[test]
fn every_link_has_its_target() {
    let page = page(&report("x"), &timeline("x"));
    let ids = &given(&page).first["columns"]["ids"];
    assert_eq!(
        ids,
        &serde_json::json!([0, 1, 1, 1]),
        "differences of places"
    );
    for link in page
        .split("href=\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        assert!(
            page.contains(&format!("id=\"{link}\"")),
            "{link} leads nowhere"
        );
    }
}

#[test]
fn beyond_the_limit_the_rows_nearest_to_an_attempt_stay() {
    let mut batch = Batch::new(ArtifactId(0), Arc::from("case.zip!/a.evtx"));
    let origin = batch.origin("evtx", "Example", "Example/Admin", "DESKTOP-EXMPL01");
    for minute in 0..100 {
        let head = Head {
            stamp: Some(Stamp::utc(start().plus_seconds(f64::from(minute) * 60.0))),
            level: Level(2),
            ..Head::new(origin, minute, Locator::Line(minute + 1))
        };
        batch.event(&head, &[]);
    }
    let timeline = Timeline::build(vec![batch], catalog());
    let mut report = report("a1");
    report.findings.clear();
    report.attempts[0].start = start().plus_seconds(50.0 * 60.0);
    report.attempts[0].end = report.attempts[0].start;
    let linked = [EventId(0)].into();
    let redactor = Redactor::off();
    let shown = ShownTimeline::new(&timeline, &redactor);
    let selection = super::events::select(&report, shown, &linked, 4);
    assert_eq!(selection.left_out.len(), 96);
    let kept: Vec<u32> = selection.events.iter().map(|(event, _)| event.0).collect();
    assert_eq!(kept, [0, 49, 50, 51]);
    let (kinds, others) = super::events::left_out_kinds(&selection.left_out, shown, Zone::Utc);
    assert_eq!((kinds.len(), others), (60, 36));
    // What findings rest on counts as an attempt does.
    report.findings = vec![finding("f1", "x", &[])];
    report.findings[0].evidence[0].event = EventId(90);
    let selection = super::events::select(&report, shown, &linked, 4);
    let kept: Vec<u32> = selection.events.iter().map(|(event, _)| event.0).collect();
    assert_eq!(kept, [0, 49, 50, 90]);
}
