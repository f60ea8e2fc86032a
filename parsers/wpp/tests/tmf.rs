//! TMF texts: what is found in them, and which lines are problems.

use joinscope_wpp::{Catalogue, Counts, Fault, Message, Place, Problem, tmf};

const GUID: &str = "6f1d2c3b-0a19-4e58-8f76-a5b4c3d2e1f0";

/// A text, with `@` for the line of a source file.
fn text(lines: &[&str]) -> String {
    let origin = format!("{GUID} joiner // SRC=join.cpp MJ= MN=");
    let line = |line: &&str| line.replace('@', &origin);
    lines.iter().map(line).collect::<Vec<_>>().join("\r\n")
}

/// A message in short: number, format, names of the arguments.
fn short(message: &Message) -> String {
    let names: Vec<&str> = message.arguments.iter().map(|a| &*a.name).collect();
    let open = if message.arguments_complete {
        ""
    } else {
        " …"
    };
    let format = message.template.text();
    format!("{} {format} [{}{open}]", message.number, names.join(","))
}

#[track_caller]
fn check(lines: &[&str], messages: &[&str], problems: &[(u32, Fault)]) {
    let (read, found) = tmf::parse(&text(lines));
    let read: Vec<String> = read.iter().map(short).collect();
    assert_eq!(read, messages);
    let expected = problems.iter().cloned();
    let problems: Vec<Problem> = expected
        .map(|(line, fault)| Problem {
            place: Place::Line(line),
            fault,
        })
        .collect();
    assert_eq!(found, problems);
}

const FIRST: &str = r#"#typev join_cpp78 10 "%0hr=%10!x!" //   LEVEL=Error FLAGS=Net FUNC=J::Run"#;
const SECOND: &str = r#"#typev join_cpp90 11 "%0done" //   LEVEL=Info"#;

#[test]
fn a_whole_block() {
    let lines = [
        r"// PDB:  d:\out\joiner.pdb",
        "// PDB:  Last Updated :2026-1-2:3:4:5:6 (UTC)",
    ];
    let rest = [
        "@",
        FIRST,
        "{",
        "hr, ItemHRESULT -- 10",
        "}",
        SECOND,
        "{",
        "}",
        "",
    ];
    let (messages, problems) = tmf::parse(&text(&[&lines[..], &rest].concat()));
    assert_eq!(problems, []);
    let [first, second] = &messages[..] else {
        panic!("{messages:?}");
    };
    assert_eq!(first.origin.guid.to_string(), GUID);
    assert_eq!(&*first.origin.component, "joiner");
    assert_eq!(first.origin.source.as_deref(), Some("join.cpp"));
    assert_eq!(first.origin.pdb.as_deref(), Some(r"d:\out\joiner.pdb"));
    assert_eq!((&*first.place, first.line()), ("join_cpp78", Some(78)));
    assert_eq!(first.level.as_deref(), Some("Error"));
    assert_eq!(first.flags.as_deref(), Some("Net"));
    assert_eq!(first.function.as_deref(), Some("J::Run"));
    assert!(std::sync::Arc::ptr_eq(&first.origin, &second.origin));
    assert_eq!((&second.flags, &second.function), (&None, &None));
}

#[test]
fn several_source_files_and_annotation_words() {
    let other = "11111111-2222-3333-4444-555555555555 other";
    let lines = [
        "TMF:",
        "@",
        SECOND,
        "{",
        "}",
        other,
        "PUBLIC_TMF:",
        SECOND,
        "{",
        "}",
    ];
    let (messages, problems) = tmf::parse(&text(&lines));
    assert_eq!(problems, []);
    let components: Vec<&str> = messages.iter().map(|m| &*m.origin.component).collect();
    assert_eq!(components, ["joiner", "other"]);
    assert_eq!(messages[1].origin.source, None);
}

#[test]
fn a_message_needs_a_source_file() {
    check(
        &[FIRST, "{", "hr, ItemHRESULT -- 10", "}", "@", SECOND],
        &["11 %0done []"],
        &[(1, Fault::NoOrigin)],
    );
}

#[test]
fn lines_that_are_nothing() {
    check(
        &[
            "news",
            "@",
            "}",
            "{",
            "x, ItemLong -- 10",
            "}",
            SECOND,
            "{",
            "}",
            "end",
        ],
        &["11 %0done []"],
        &[
            (1, Fault::Line),
            (3, Fault::Line),
            (4, Fault::Line),
            (10, Fault::Line),
        ],
    );
    check(
        &[
            "@",
            "#typev join_cpp78 ten \"x\"",
            "{",
            "a, ItemLong -- 10",
            "}",
            SECOND,
        ],
        &["11 %0done []"],
        &[(2, Fault::MessageLine)],
    );
}

#[test]
fn blocks_that_do_not_end() {
    check(
        &["@", FIRST, "{", "hr, ItemHRESULT -- 10", SECOND, "{"],
        &["10 %0hr=%10!x! [hr]", "11 %0done []"],
        &[(3, Fault::OpenBlock), (6, Fault::OpenBlock)],
    );
    check(
        &["@", FIRST, SECOND],
        &["10 %0hr=%10!x! []", "11 %0done []"],
        &[],
    );
}

#[test]
fn an_argument_that_is_not_understood_ends_the_list() {
    check(
        &[
            "@",
            FIRST,
            "{",
            "a, ItemLong -- 10",
            "b ItemLong",
            "c, ItemLong -- 12",
            "}",
            SECOND,
        ],
        &["10 %0hr=%10!x! [a …]", "11 %0done []"],
        &[(5, Fault::Argument)],
    );
    check(
        &[
            "@",
            FIRST,
            "{",
            "a, ItemLong -- 10",
            "",
            "b, ItemNews -- 10",
            "}",
        ],
        &["10 %0hr=%10!x! [a,b]"],
        &[(6, Fault::ArgumentTwice(10))],
    );
    let many = vec!["a, ItemChar -- 10"; 257];
    let (messages, problems) = tmf::parse(&text(&[&["@", FIRST, "{"], &many[..]].concat()));
    assert_eq!(messages[0].arguments.len(), 256);
    let faults: Vec<_> = problems.iter().map(|problem| &problem.fault).collect();
    assert!(faults.contains(&&Fault::ManyArguments));
}

#[test]
fn a_format_may_have_several_lines() {
    let rest = "is two lines\" // FUNC=f";
    let (messages, problems) = tmf::parse(&text(&["@", "#typev a_c1 12 \"%0this", rest]));
    assert_eq!(problems, []);
    assert_eq!(messages[0].template.text(), "%0this\nis two lines");
    assert_eq!(messages[0].function.as_deref(), Some("f"));
    check(
        &[
            "@",
            "#typev a_c1 12 \"%0this",
            "never ends",
            "{",
            "a, ItemLong -- 10",
            "}",
            SECOND,
        ],
        &["11 %0done []"],
        &[(2, Fault::OpenFormat)],
    );
    check(
        &["@", "#typev a_c1 12 \"%0this"],
        &[],
        &[(2, Fault::OpenFormat)],
    );
    let long = vec!["more"; 40];
    let (messages, problems) =
        tmf::parse(&text(&[&["@", "#typev a_c1 12 \"x"], &long[..]].concat()));
    assert_eq!((messages.len(), problems.len()), (0, 1));
}

#[test]
fn strange_placeholders_and_long_lines() {
    check(
        &["@", "#typev a_c1 12 \"%0a %10!k! b\""],
        &["12 %0a %10!k! b []"],
        &[(2, Fault::Placeholder("%10!k!".into()))],
    );
    let long = "x".repeat(70_000);
    check(
        &["@", &long, SECOND],
        &["11 %0done []"],
        &[(2, Fault::LongLine(70_000))],
    );
}

#[test]
fn problems_without_end_are_counted() {
    let (_, problems) = tmf::parse(&"what is this\n".repeat(1500));
    assert_eq!(problems.len(), 1001);
    assert_eq!(problems[1000].fault, Fault::Further(500));
    assert_eq!(problems[1000].place, Place::Line(1001));
    assert_eq!(problems[0].to_string(), "line 1: line not understood");
}

#[test]
fn every_prefix_gives_the_first_messages() {
    let whole = text(&[
        "@",
        FIRST,
        "{",
        "hr, ItemHRESULT -- 10",
        "}",
        SECOND,
        "{",
        "}",
    ]);
    let (all, _) = tmf::parse(&whole);
    for end in 0..whole.len() {
        let (messages, _) = tmf::parse(&whole[..end]);
        assert!(messages.len() <= all.len());
    }
}

#[test]
fn a_catalogue_keeps_the_first_and_counts_the_others() {
    let mut catalogue = Catalogue::default();
    assert!(catalogue.is_empty());
    let one = text(&["@", FIRST, "{", "hr, ItemHRESULT -- 10", "}", SECOND]);
    assert_eq!(catalogue.add_tmf(&one), []);
    assert_eq!(catalogue.add_tmf(&one), []);
    catalogue.add_tmf(&text(&["@", FIRST, "{", "hr, ItemLong -- 10", "}"]));
    let counts = Counts {
        messages: 2,
        duplicates: 2,
        conflicts: 1,
    };
    assert_eq!(catalogue.counts(), counts);
    let guid = GUID.parse().unwrap();
    let message = catalogue.message(guid, 10).unwrap();
    assert_eq!(
        message.arguments[0].item,
        joinscope_wpp::Item::parse("ItemHRESULT").unwrap()
    );
    assert_eq!(catalogue.message(guid, 12), None);
}
