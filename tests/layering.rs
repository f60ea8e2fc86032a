//! The dependency table of the modules, held against every `use` in the source.
//!
//! Between crates the compiler keeps the layers; inside `src` this test does. The table says what a
//! module may know; that everything else is unknown to it is the point.

#![expect(
    clippy::unwrap_used,
    reason = "a source file that cannot be read is a test that fails"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Module, and the modules of ours that it may use.
const MODULES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("catalog", &["model"]),
    ("bundle", &["model"]),
    // Layouts of payloads are facts of the catalogue, and payloads are read at ingest.
    ("ingest", &["bundle", "catalog", "model"]),
    ("timeline", &["catalog", "model"]),
    ("rules", &["timeline", "catalog", "model"]),
    // Rules judge what the analysis gives them; tests inside rule files run the analysis.
    ("analyze", &["rules", "timeline", "catalog", "model"]),
    ("report", &["timeline", "model"]),
    ("redact", &["timeline", "catalog", "model"]),
    (
        "export",
        &["redact", "report", "timeline", "catalog", "model"],
    ),
    ("tui", &["export", "redact", "report", "timeline", "model"]),
    (
        "cli",
        &[
            "tui", "export", "redact", "report", "analyze", "rules", "timeline", "ingest",
            "bundle", "catalog", "model",
        ],
    ),
];

/// What the tests of a module need beside that, to make what the module is given in life.
const IN_TESTS: &[(&str, &[&str])] = &[
    // Screens of scenarios are made as the program makes them, so that they show what it shows.
    (
        "tui",
        &["cli", "export", "report", "timeline", "catalog", "model"],
    ),
];

/// The one module that knows parser crates. `wire` holds Windows' primitive types and is open to all.
const PARSER_USERS: &[&str] = &["ingest"];

/// What only the named modules may touch, and why.
const OUTSIDE: &[(&str, &[&str], &str)] = &[
    (
        "std::fs",
        &["bundle", "cli"],
        "evidence is read in one place, files are written in another",
    ),
    (
        "std::env",
        &["cli"],
        "the environment is the caller's business",
    ),
    ("std::net", &[], "this program has no network"),
    (
        "std::process",
        &["cli"],
        "nothing is started, and only the program's end has an exit code",
    ),
    (
        "std::thread",
        &[],
        "work is spread by rayon, so that the number of threads is one setting",
    ),
    (
        "SystemTime",
        &["cli"],
        "the same evidence gives the same bytes at any hour",
    ),
    (
        "Instant::now",
        &["cli"],
        "the same evidence gives the same bytes at any speed",
    ),
    ("clap", &["cli"], "the command line ends where it was read"),
    (
        "crossterm",
        &["cli", "tui"],
        "the terminal is known to screens and to the wiring only",
    ),
    ("ratatui", &["tui"], "screens are drawn in one place"),
    ("rawzip", &["bundle"], "containers end at the bundle"),
    ("evtx", &["ingest"], "formats end at the adapter"),
];

/// Whether a file of `src` is compiled for tests only.
fn is_test(place: &str) -> bool {
    place.contains("/tests/") || place.ends_with("/tests.rs")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// A file of a module: where it stands, how deep below the root of the crate, and its code.
struct Source {
    place: String,
    module: String,
    depth: usize,
    code: String,
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    let source = |path: PathBuf| {
        let below: Vec<String> = path
            .strip_prefix(&src)
            .unwrap()
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        let module = below[0].trim_end_matches(".rs").to_owned();
        let depth = below.len() - usize::from(below.last().is_some_and(|name| name == "mod.rs"));
        Source {
            place: below.join("/"),
            module,
            depth,
            code: code(&std::fs::read_to_string(path).unwrap()),
        }
    };
    files
        .into_iter()
        .map(source)
        .filter(|source| !matches!(&*source.module, "lib" | "main"))
        .collect()
}

/// The text without its comments and without the contents of its strings.
fn code(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        // A quotation mark as a character opens no string.
        let line = line.replace("'\"'", "' '");
        let mut letters = line.chars().peekable();
        let mut quoted = false;
        while let Some(letter) = letters.next() {
            match letter {
                '\\' if quoted => drop(letters.next()),
                '"' => quoted = !quoted,
                '/' if !quoted && letters.peek() == Some(&'/') => break,
                letter if !quoted => out.push(letter),
                _ => {}
            }
        }
        out.push('\n');
    }
    out
}

/// The first names of every path behind `prefix`, those in braces included.
fn names_behind(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | ':')) {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.insert(name(rest));
            continue;
        };
        let (mut depth, mut fresh) = (1, true);
        for (at, letter) in list.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => fresh = true,
                letter if fresh && !letter.is_whitespace() => {
                    names.insert(name(&list[at..]));
                    fresh = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    names.remove("");
    names
}

fn name(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

/// Modules that a file names by a path from the root of the crate.
fn used_modules(source: &Source) -> BTreeSet<String> {
    let mut used = names_behind(&source.code, "crate::");
    // As many `super` as the file is deep lead to the root. An inner module of a file is one deeper;
    // its `super` chains are shorter than they look, so they are never missed, only over-read.
    let climb = "super::".repeat(source.depth);
    used.extend(names_behind(&source.code, &climb));
    used
}

#[test]
fn every_module_is_in_the_table() {
    let found: BTreeSet<String> = sources().into_iter().map(|source| source.module).collect();
    let known: BTreeSet<String> = MODULES
        .iter()
        .map(|(module, _)| (*module).to_owned())
        .collect();
    let unknown: Vec<_> = found.difference(&known).collect();
    assert!(
        unknown.is_empty(),
        "modules without a row in the table: {unknown:?}"
    );
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let mut faults = Vec::new();
    for source in sources() {
        let rows = MODULES
            .iter()
            .chain(IN_TESTS.iter().filter(|_| is_test(&source.place)));
        let allowed: Vec<&str> = rows
            .filter(|(module, _)| *module == source.module)
            .flat_map(|(_, allowed)| allowed.iter().copied())
            .collect();
        for used in used_modules(&source) {
            let is_module = MODULES.iter().any(|(module, _)| *module == used);
            if is_module && used != source.module && !allowed.contains(&&*used) {
                faults.push(format!("{} uses {used}", source.place));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn parser_crates_end_at_ingest() {
    let mut faults = Vec::new();
    for source in sources() {
        for (at, _) in source.code.match_indices("joinscope_") {
            let used = name(&source.code[at..]);
            if used != "joinscope_wire" && !PARSER_USERS.contains(&&*source.module) {
                faults.push(format!("{} uses {used}", source.place));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_world_outside_is_touched_in_few_places() {
    let mut faults = Vec::new();
    for source in sources() {
        // Tests make the files that they read.
        let code = source
            .code
            .split("#[cfg(test)]\nmod ")
            .next()
            .unwrap_or_default();
        if is_test(&source.place) {
            continue;
        }
        for (what, allowed, why) in OUTSIDE {
            let path = if what.contains(':') || what.starts_with(char::is_uppercase) {
                (*what).to_owned()
            } else {
                format!("{what}::")
            };
            let used = code.match_indices(&path).any(|(at, _)| {
                let before = code[..at].chars().next_back().unwrap_or(' ');
                // `super::evtx::` and the like are modules of ours.
                let own = code[..at].ends_with("crate::")
                    || code[..at].ends_with("super::")
                    || code[..at].ends_with("self::");
                !own && !before.is_alphanumeric()
                    && before != '_'
                    && (before != ':'
                        || code[..at].ends_with(" ::")
                        || code[..at].ends_with("std::"))
            });
            if used && !allowed.contains(&&*source.module) {
                faults.push(format!("{} uses {what}: {why}", source.place));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Parsers know bytes of one format: of ours they depend on `wire` alone, and not on each other. The
/// exception are recordings of HTTP, whose content is HTTP messages.
#[test]
fn parser_crates_depend_on_wire_alone() {
    const OF_MESSAGES: &[&str] = &["har", "saz"];
    let mut crates = 0;
    for entry in std::fs::read_dir(root().join("parsers")).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(manifest) = std::fs::read_to_string(folder.join("Cargo.toml")) else {
            continue;
        };
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if name == "fuzz" {
            continue;
        }
        crates += 1;
        let mut section = "";
        for line in manifest.lines().map(str::trim) {
            if line.starts_with('[') {
                section = line;
            }
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if section == "[dependencies]" || section == "[build-dependencies]" {
                assert!(
                    dependency == "joinscope-wire"
                        || (dependency == "joinscope-http" && OF_MESSAGES.contains(&&*name))
                        || !(dependency.starts_with("joinscope") || dependency == "samples"),
                    "parsers/{name} depends on {dependency}"
                );
                assert!(
                    name != "wire" || !dependency.starts_with("joinscope"),
                    "wire depends on {dependency}"
                );
            }
        }
    }
    assert!(crates >= 3, "the parser crates were found");
}

/// Builders share no layout with what they are to test.
#[test]
fn samples_depend_on_nothing_of_ours() {
    let manifest = std::fs::read_to_string(root().join("samples/Cargo.toml")).unwrap();
    assert!(
        !manifest.contains("joinscope"),
        "samples must not know the parsers"
    );
    let mut files = Vec::new();
    rust_files(&root().join("samples"), &mut files);
    for file in files {
        let text = code(&std::fs::read_to_string(&file).unwrap());
        assert!(
            !text.contains("joinscope_") && !text.contains("evtx::binxml"),
            "{}",
            file.display()
        );
    }
}

#[test]
fn paths_are_found_in_every_spelling() {
    let check = |code: &str, expected: &[&str]| {
        assert_eq!(
            names_behind(code, "crate::")
                .into_iter()
                .collect::<Vec<_>>(),
            expected,
            "{code}"
        );
    };
    check("use crate::model::Event;", &["model"]);
    check(
        "use crate::{model::{Event, Stage}, bundle, timeline::Query};",
        &["bundle", "model", "timeline"],
    );
    check(
        "fn f(x: crate::export::View) { crate::cli::main(); }",
        &["cli", "export"],
    );
    check("pub(crate) fn f() {} subcrate::x", &[]);
    assert_eq!(code("a // crate::b\n\"crate::c\" d"), "a \n d\n");
}
