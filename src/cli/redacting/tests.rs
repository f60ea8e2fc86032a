//! Every output of every story at each level: names that the stories plant are in none.

use std::collections::BTreeSet;
use std::io::Read as _;

use base64::Engine as _;
use clap::Parser as _;
use regex::Regex;

use crate::cli::args::Args;
use crate::cli::stages::{Case, Knowledge, case};
use crate::cli::{Stop, input};
use crate::export::fleet::{BundleLine, BundleState, jsonl};
use crate::export::{EVENTS, REPORTS, Story, View, html};
use crate::ingest::Digests;
use crate::model::Zone;
use crate::redact::{Level, Redactor, ShownTimeline};
use crate::rules::Cases;

mod planted;

/// Calls `check` with the name and the case of each of these stories.
fn stories(names: &[&str], check: impl Fn(&str, &Case)) {
    let bundle = |name: &&str| samples::scenario::build(name).expect("the story can be told");
    let bundles = names.iter().map(|name| (*name, bundle(name)));
    cases(bundles, check);
}

/// Calls `check` with the case of a bundle.
fn with_case(name: &str, bundle: &[u8], check: impl Fn(&Case)) {
    cases([(name, bundle.to_vec())], |_, case| check(case));
}

fn cases<'n>(bundles: impl IntoIterator<Item = (&'n str, Vec<u8>)>, check: impl Fn(&str, &Case)) {
    let knowledge = Knowledge::load_with(&[], Cases::Skip)
        .map_err(|_| "a table is faulty")
        .expect("the tables load");
    let folder = tempfile::tempdir().expect("there is a place for files");
    for (name, bytes) in bundles {
        let path = folder.path().join(format!("{name}.zip"));
        std::fs::write(&path, bytes).expect("the folder can be written to");
        let path = path.to_string_lossy();
        let args = Args::parse_from(["joinscope", "--quiet", "--threads", "1", &path]);
        let case = read(&args, &knowledge)
            .map_err(|_| "the run stopped")
            .expect("the story can be read");
        check(name, &case);
    }
}

fn read(args: &Args, knowledge: &Knowledge) -> Result<Case, Stop> {
    let bundle = input::bundle(&args.evidence)?;
    let bundle = bundle.ok_or_else(|| Stop::Internal("nothing to read".to_owned()))?;
    case(&bundle, knowledge, Digests::Make, &args.evidence)
}

/// Every output by its name.
fn outputs(case: &Case, redactor: &Redactor) -> Vec<(String, String)> {
    const VIEW: View = View {
        zone: Zone::Utc,
        colour: false,
        width: 100,
    };
    let shown = ShownTimeline::new(&case.timeline, redactor);
    let report = redactor.report(&case.report);
    let mut outputs = Vec::new();
    let mut add = |name: String, bytes: Vec<u8>| {
        outputs.push((name, String::from_utf8(bytes).expect("outputs are UTF-8")));
    };
    for exporter in REPORTS {
        for section in exporter.sections {
            let mut out = Vec::new();
            (exporter.write)(&report, shown, *section, VIEW, &mut out).expect("memory takes it");
            add(format!("{} {section:?}", exporter.name), out);
        }
    }
    for exporter in EVENTS {
        let mut out = Vec::new();
        exporter
            .write(&mut shown.events(), &Story::of(&report), &mut out)
            .expect("memory takes it");
        add(exporter.name.to_owned(), out);
    }
    let mut out = Vec::new();
    html::write(&report, shown, Zone::Utc, &mut out).expect("memory takes it");
    let island = island(&String::from_utf8_lossy(&out));
    add("html".to_owned(), out);
    add("html events".to_owned(), island);
    let name = redactor.text("evidence.zip").into_owned();
    let line = BundleLine::of(
        name,
        Some("reports/1.html".to_owned()),
        BundleState::Done,
        &report,
    );
    let mut out = Vec::new();
    jsonl(std::slice::from_ref(&line), &mut out).expect("memory takes it");
    add("index.jsonl".to_owned(), out);
    let mut out = Vec::new();
    html::write_index(&[line], redactor.level(), &mut out).expect("memory takes it");
    add("index.html".to_owned(), out);
    outputs
}

/// The events that a page carries, block by block, unpacked.
fn island(page: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for block in page.split("<script type=\"application/json\"").skip(1) {
        let (_, rest) = block.split_once('>').expect("the tag ends");
        let (block, _) = rest.split_once("</script>").expect("the data ends");
        let block: serde_json::Value = serde_json::from_str(block).expect("the data is JSON");
        let packed = base64::engine::general_purpose::STANDARD
            .decode(block["data"].as_str().unwrap_or_default())
            .expect("the data is base64");
        flate2::read::DeflateDecoder::new(&*packed)
            .read_to_end(&mut out)
            .expect("the data is deflated");
    }
    out
}

/// Names that are words of the catalogue, and so are replaced where a field says that they are names.
const ORDINARY: &[&str] = &["autopilot"];

/// Names in a text, found by their forms and by what stands before them, by other means than the
/// program's own.
fn planted(text: &str) -> BTreeSet<String> {
    const GUID: &str = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
    let guid = |before: &str| format!("(?i){before}{GUID}");
    let forms = [
        r"\b([A-Za-z0-9._-]+@contoso\.example)".to_owned(),
        r"\b([A-Za-z0-9._-]+)@contoso\.example".to_owned(),
        r"\b(DESKTOP-[A-Z0-9]+)".to_owned(),
        r"(?i)\b(contoso)".to_owned(),
        r"\b(S-1-5-21-[0-9-]+[0-9]|S-1-12-1-[0-9-]+[0-9])".to_owned(),
        guid(r#"tenantid[\\"': ]{1,8}"#),
        guid(r"microsoftonline\.com[\\/]{1,3}"),
        guid(r"sts\.windows\.net[\\/]{1,3}"),
        guid(r#"deviceid[\\"': ]{1,8}"#),
        guid(r"enrollmentserver[\\/]{1,3}device[\\/]{1,3}"),
    ];
    let mut found = BTreeSet::new();
    for form in forms {
        let form = Regex::new(&form).expect("the form is one");
        found.extend(
            form.captures_iter(text)
                .map(|hit| hit[1].to_ascii_lowercase()),
        );
    }
    found.retain(|name| !ORDINARY.contains(&&**name));
    found
}

/// Secrets are in no output at any level, whole or in parts.
fn no_secret(name: &str, outputs: &[(String, String)]) {
    for secret in samples::scenario::planted_secrets() {
        let parts = secret.split('.').filter(|part| part.len() >= 12);
        for needle in parts.chain([*secret]) {
            let shown = outputs.iter().find(|(_, text)| text.contains(needle));
            assert!(
                shown.is_none(),
                "{name}: {:?} shows {needle}",
                shown.map(|it| &it.0)
            );
        }
    }
}

#[test]
fn planted_names_are_in_no_output() {
    let stories = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/scenarios");
    let all = samples::scenario::names();
    self::stories(all, |name, case| {
        let story = std::fs::read_to_string(format!("{stories}/{name}/story.yaml"));
        let mut names = planted(&story.expect("the story is there"));
        let plain = outputs(case, &Redactor::off());
        for (_, output) in plain.iter().filter(|(name, _)| name.starts_with("json")) {
            names.extend(planted(output));
        }
        assert!(!names.is_empty(), "{name} plants no name");
        no_secret(name, &plain);
        let forms: Vec<String> = names.iter().map(|name| regex::escape(name)).collect();
        let forms = format!(r"(?i)(?:\b|%2F|%5C)(?:{})\b", forms.join("|"));
        let forms = Regex::new(&forms).expect("the form is one");
        for level in [Level::Standard, Level::Strict] {
            let redactor = Redactor::new(level, None, &case.report, &case.timeline);
            let outputs = outputs(case, &redactor);
            no_secret(name, &outputs);
            for (output, text) in outputs {
                if let Some(hit) = forms.find(&text) {
                    let around = hit.start().saturating_sub(200)..(hit.end() + 100).min(text.len());
                    let around = String::from_utf8_lossy(&text.as_bytes()[around]).into_owned();
                    panic!(
                        "{name}: {output} at {level} shows {}: {around}",
                        hit.as_str()
                    );
                }
            }
        }
    });
}

#[test]
fn pseudonyms_are_the_same_in_every_run_with_a_key() {
    let two = ["entra-join-healthy", "preprovisioning-token-expired"];
    stories(&two, |name, case| {
        let with = |key: &[u8]| {
            let redactor = Redactor::new(Level::Standard, Some(key), &case.report, &case.timeline);
            outputs(case, &redactor)
        };
        let [one, again, other] = [
            b"one key of bytes",
            b"one key of bytes",
            b"another such key",
        ]
        .map(|key| with(key));
        assert_eq!(one, again, "{name}");
        assert_ne!(one, other, "{name}");
    });
}
