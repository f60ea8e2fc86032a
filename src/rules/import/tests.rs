//! Sigma texts and what becomes of them.

use std::sync::LazyLock;

use super::*;
use crate::timeline::Query;

const HEAD: &str = "title: A join was refused\nlogsource: { product: windows, service: user-device-registration }\n";

/// The tables and rules, loaded once: that takes longer than all of these tests.
static BUILT_IN: LazyLock<(Catalog, RuleSet)> = LazyLock::new(|| {
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    let set = RuleSet::embedded(&catalog, Cases::Skip).expect("the embedded rules are sound");
    (catalog, set)
});

fn import(text: &str) -> Imported {
    let (catalog, set) = &*BUILT_IN;
    let imported = set.import_sigma(catalog, text);
    imported.unwrap_or_else(|fault| panic!("{fault}: {text}"))
}

/// The only rule of a text; nothing of it may be left.
fn rule(text: &str) -> String {
    let mut imported = import(text);
    let left: Vec<String> = imported
        .untranslated
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(left.is_empty(), "{left:#?}");
    assert_eq!(imported.rules.len(), 1, "{text}");
    imported.rules.remove(0).text
}

/// A detection of this one selection holds this line.
fn selects(selection: &str, expected: &str) {
    let text = rule(&format!(
        "{HEAD}detection: {{ sel: {selection}, condition: sel }}\n"
    ));
    let line = format!("  sel: {expected}\n");
    assert!(text.contains(&line), "{line}is not in\n{text}");
}

/// Nothing becomes a rule, and each of these is named.
fn refused(text: &str, expected: &[&str]) {
    let imported = import(text);
    // Parts that no correlation uses are rules of their own.
    let rules = imported.rules.iter().map(|rule| &rule.text);
    let rules: Vec<&String> = rules.filter(|text| !text.contains(PART)).collect();
    assert!(rules.is_empty(), "{rules:#?}");
    let named: Vec<String> = imported
        .untranslated
        .iter()
        .map(ToString::to_string)
        .collect();
    for words in expected {
        assert!(
            named.iter().any(|line| line.contains(words)),
            "no {words:?} in {named:#?}"
        );
    }
    assert_eq!(named.len(), expected.len(), "{named:#?}");
}

#[test]
fn selections_become_queries() {
    selects("{ EventID: 204 }", "'id=204'");
    selects("{ EventID: [204, 304] }", "'id=204 or id=304'");
    selects(
        "{ EventID: 204, HttpStatus|gte: 400 }",
        "'id=204 and HttpStatus>=400'",
    );
    selects(
        "[ { EventID: 204, HttpStatus: 400 }, { EventID: 304 } ]",
        "'(id=204 and HttpStatus=400) or id=304'",
    );
    selects(
        "{ ServerResponse|contains: invalid_token }",
        "'ServerResponse:invalid_token'",
    );
    selects(
        "{ ServerResponse|contains|all: [token, device join] }",
        r#"'ServerResponse:token and ServerResponse:"device join"'"#,
    );
    selects(
        "{ ServerResponse|contains: '400' }",
        r#"'ServerResponse="*400*"'"#,
    );
    selects(
        "{ ServerResponse|startswith: '{\"code' }",
        r#"'ServerResponse="{\"code*"'"#,
    );
    selects("{ Domain|endswith: .example }", r#"'Domain="*.example"'"#);
    selects("{ Domain: 'it''s *.?' }", r#"'Domain="it''s *.?"'"#);
    selects("{ Domain: null }", r#"'not Domain~"\\S"'"#);
    selects("{ Domain: '' }", r#"'Domain=""'"#);
    selects("{ Domain|exists: true }", r#"'Domain="*"'"#);
    selects("{ Domain|exists: false }", r#"'not Domain="*"'"#);
    selects("{ Computer: PC1, Level: 2 }", "'host=PC1 and level=error'");
    selects(
        "{ Provider_Name: Microsoft-Windows-AAD }",
        r#"'provider="Microsoft-Windows-AAD"'"#,
    );
}

#[test]
fn sigma_s_own_meaning_of_texts_is_kept() {
    // A backslash takes the meaning of a star, and stands for itself elsewhere.
    selects(r"{ Domain: 'a\*b' }", r#"'Domain~"^(?s:a\\*b)$"'"#);
    selects(r"{ Domain: 'a\b\\*' }", r#"'Domain="a\\b\\*"'"#);
    selects(
        r"{ Domain|contains: 'a\?*' }",
        r#"'Domain~"^(?s:.*a\\?.*.*)$"'"#,
    );
    // Expressions tell letter case apart unless they say otherwise.
    selects(r"{ Domain|re: '\d+$' }", r#"'Domain~"(?-i:\\d+$)"'"#);
    selects("{ Domain|re|i|s: a.b }", r#"'Domain~"(?is:a.b)"'"#);
    selects(
        "{ Domain|base64offset|contains: secret }",
        r#"'Domain~"(?-i:c2VjcmV0|NlY3Jld|zZWNyZX)"'"#,
    );
    selects("{ Domain|cidr: 10.0.0.0/8 }", "'Domain=cidr(10.0.0.0/8)'");
}

#[test]
fn keywords_are_looked_for_anywhere() {
    selects(
        "[refused, 'not joined']",
        r#"'text:refused or text:"not joined"'"#,
    );
    selects(
        "{ '|all': [refused, joined] }",
        "'text:refused and text:joined'",
    );
    selects("{ '|re': 'a+' }", r#"'text~"(?-i:a+)"'"#);
}

#[test]
fn conditions_keep_their_meaning_under_new_names() {
    let check = |condition: &str, expected: &str| {
        let text = rule(&format!(
            "{HEAD}detection:\n  selection-a: {{ EventID: 204 }}\n  selection-b: {{ EventID: 304 }}\n  \
             Filter: {{ Domain: x }}\n  _token: {{ Domain: y }}\n  condition: {condition}\n"
        ));
        let line = format!("  condition: '{expected}'\n");
        assert!(text.contains(&line), "{line}is not in\n{text}");
    };
    check("selection-a", "log and selection_a");
    check(
        "1 of selection-* and not Filter",
        "log and ((selection_a or selection_b) and not filter)",
    );
    check(
        "all of *-b or any of them",
        "log and ((selection_b) or (selection_a or selection_b or filter))",
    );
    check("not (_token)", "log and (not (s__token))");
    check(
        "[selection-a, selection-b and Filter]",
        "log and ((selection_a) or (selection_b and filter))",
    );
}

#[test]
fn what_a_reader_needs_goes_along() {
    let text = rule(&format!(
        "{HEAD}id: 2f0e6c1a-7d35-4b8e-9a10-5c6d7e8f9a0b\ndescription: |\n  Says {{why}}.\n  It's so.\n\
         references: [ 'https://docs.example/join' ]\nlevel: informational\nauthor: somebody\n\
         tags: [ attack.t0000 ]\nfalsepositives: [ Tests, Reinstallation ]\n\
         detection: {{ sel: {{ EventID: 204 }}, condition: sel }}\n"
    ));
    for line in [
        "title: 'A join was refused'\n",
        "id: 'a-join-was-refused'\n",
        "level: 'info'\n",
        "source: 'Sigma rule 2f0e6c1a-7d35-4b8e-9a10-5c6d7e8f9a0b', confidence: medium",
        "source: 'https://docs.example/join', confidence: medium",
        "why: 'Says (why). It''s so.'\n",
        "limits: 'Tests; Reinstallation.'\n",
        "log: 'channel=\"Microsoft-Windows-User Device Registration/*\"'\n",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("somebody") && !text.contains("attack"));
}

#[test]
fn ids_are_never_taken_twice() {
    let detection =
        "logsource: { product: windows }\ndetection: { sel: { EventID: 1 }, condition: sel }\n";
    let text = format!("title: Join refused\n{detection}---\ntitle: Join, refused!\n{detection}");
    let imported = import(&text);
    let ids: Vec<&str> = imported.rules.iter().map(|rule| rule.id.as_str()).collect();
    // `join-refused` is built in, or would be the first of them.
    assert_eq!(ids, ["join-refused-2", "join-refused-3"]);
}

#[test]
fn what_has_no_translation_is_named() {
    let selection = |selection: &str, expected: &[&str]| {
        let text = format!("{HEAD}detection: {{ sel: {selection}, condition: sel }}\n");
        refused(&text, expected);
    };
    selection(
        "{ Domain|cased: x, UPN|fieldref: Domain }",
        &[
            "document 1: detection.sel.Domain|cased: no modifier is called `cased`",
            "detection.sel.UPN|fieldref: no modifier is called `fieldref`",
        ],
    );
    for modifier in ["wide", "expand", "base64", "neq", "hour"] {
        selection(
            &format!("{{ Domain|{modifier}: x }}"),
            &["no modifier is called"],
        );
    }
    selection(
        "{ EventID: 204, NoSuchThing: 1 }",
        &["detection.sel.NoSuchThing: query: no field is called `NoSuchThing`"],
    );
    selection(
        "{ EventID: 204, JoinRequestType: 1 }",
        &["detection.sel.JoinRequestType: udr/204 has no field JoinRequestType"],
    );
    selection("{ User: x }", &["`User` means something else here"]);
    selection("{ EventID: x }", &["is no number"]);
    selection("{ Level|lte: 3 }", &["only compared as equal"]);
    selection("{ Level: 9 }", &["none of the levels"]);
    selection("{ Domain|re: '(' }", &["detection.sel.Domain|re: query:"]);
    selection(
        "{ Domain|re: '(?=a)' }",
        &["detection.sel.Domain|re: query:"],
    );
    selection("{ Domain|cidr: 10.0.0.0 }", &["address range"]);
    selection("{ Domain|gt: many }", &["to compare with"]);
    selection("{ Domain|exists: x }", &["true or false"]);
    selection("{ Domain|re|contains: x }", &["two modifiers"]);
    selection("{ Domain|re|windash: x }", &["no meaning together"]);
    selection("{ Domain: { a: b } }", &["no text, number or truth"]);
    selection("{ Domain: [] }", &["it has no value"]);
    selection("[]", &["detection.sel: it asks for nothing"]);
    selection(
        &format!("{}x{}", "[".repeat(40), "]".repeat(40)),
        &["nests too deep"],
    );
    let condition = |condition: &str, expected: &str| {
        let text =
            format!("{HEAD}detection: {{ sel: {{ EventID: 1 }}, condition: '{condition}' }}\n");
        refused(&text, &[expected]);
    };
    condition("sel | count() > 5", "detection.condition: an aggregation");
    condition("2 of sel*", "`2 of` has no translation");
    condition("sle", "no selection is called `sle`; did you mean `sel`?");
    condition("1 of other*", "no selection fits");
    condition("sel and", "ends too early");
    let whole = |text: &str, expected: &[&str]| refused(text, expected);
    let detection = "detection: { sel: { EventID: 1 }, condition: sel }";
    whole(
        &format!("title: a\nlogsource: {{ product: linux, category: dns, x: y }}\n{detection}"),
        &[
            "logsource.product: `linux`",
            "logsource.category",
            "logsource.x",
        ],
    );
    whole(
        &format!("title: a\nlogsource: {{ product: windows, service: sytem }}\n{detection}"),
        &["logsource.service: no log is called `sytem`; did you mean `system`?"],
    );
    whole(
        &format!("title: a\n{detection}"),
        &["logsource: it is missing"],
    );
    whole(
        &format!("title: a\nlogsource: {{ service: system }}\n{detection}"),
        &["logsource.product"],
    );
    whole(HEAD, &["detection: it is missing"]);
    whole(
        &format!("{HEAD}detection: {{ sel: {{ EventID: 1 }} }}"),
        &["detection.condition: it is missing"],
    );
    whole(
        &format!("{HEAD}detection: {{ sel: {{ EventID: 1 }}, timeframe: 5m, condition: sel }}"),
        &["detection.timeframe"],
    );
    whole(
        "title: a\nlogsource: { product: windows }\ndetection: { f: { EventID: 1 }, condition: not f }",
        &["it holds where no selection does"],
    );
    whole(
        &format!("{HEAD}{detection}\nlevel: severe"),
        &["no level is called `severe`"],
    );
    whole(&format!("{HEAD}{detection}\ntaxonomy: own"), &["taxonomy"]);
    whole(&format!("{HEAD}{detection}\naction: global"), &["action"]);
    whole(
        &format!("logsource: {{ product: windows }}\n{detection}"),
        &["title: it is missing"],
    );
    whole("- a\n- b", &["document 1: it is no map"]);
}

/// What the parts of correlations are told by.
const PART: &str = "A part";

const PARTS: &str = "title: A part sent\nname: sent\nlogsource: { product: windows, service: user-device-registration }\n\
    detection: { sel: { EventID: 102 }, f: { Domain: x }, condition: sel and not f }\n---\n\
    title: A part refused\nname: refused\nid: 5c1d\nlogsource: { product: windows, service: user-device-registration }\n\
    detection: { sel: { EventID: 204 }, condition: sel }\n---\n";

/// Correlations of the two parts, by what stands in them.
fn correlation(inner: &str) -> String {
    format!("{PARTS}title: Together\nlevel: high\ncorrelation: {{ {inner} }}\n")
}

#[test]
fn correlations_become_sequences_and_counts() {
    let check = |inner: &str, expected: &[&str]| {
        let imported = import(&correlation(inner));
        assert_eq!(imported.untranslated, []);
        let text = imported.rules.last().map_or("", |rule| &rule.text);
        for line in expected {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    };
    check(
        "type: temporal_ordered, rules: [sent, 5c1d], group-by: [Computer], timespan: 5m",
        &[
            "id: 'together'\n",
            "  sent: 'channel=\"Microsoft-Windows-User Device Registration/*\" and (id=102 and not Domain=x)'\n",
            "  refused: 'channel=\"Microsoft-Windows-User Device Registration/*\" and id=204'\n",
            "sequence: { order: [sent, refused], by: device, within: 5m }\n",
        ],
    );
    check(
        "type: event_count, rules: [5c1d], group-by: [Computer, Execution_ProcessID], timespan: 1h, condition: { gt: 2 }",
        &["count: { select: refused, at_least: 3, by: process, within: 1h }\n"],
    );
    check(
        "type: event_count, rules: [sent, 5c1d], timespan: 1h, condition: { gte: 2 }",
        &[
            "count: { select: counted, at_least: 2, by: device, within: 1h }\n",
            ") or (",
            "limits: 'The Sigma rule groups by nothing; here events of one device are tied.'\n",
        ],
    );
    let text = correlation(
        "type: temporal, rules: [sent, 5c1d], group-by: [Correlation_ActivityID], timespan: 90s",
    );
    let imported = import(&text);
    let orders: Vec<(&str, bool)> = imported
        .rules
        .iter()
        .map(|rule| {
            (
                rule.id.as_str(),
                rule.text.contains("order: [sent, refused], by: activity"),
            )
        })
        .collect();
    assert_eq!(
        orders,
        [("together-order-1", true), ("together-order-2", false)]
    );
    let text =
        correlation("type: temporal_ordered, rules: [sent, 5c1d], timespan: 5m, generate: true");
    assert_eq!(import(&text).rules.len(), 3);
}

#[test]
fn correlations_without_translation_are_named() {
    let check = |inner: &str, expected: &[&str]| refused(&correlation(inner), expected);
    let both = "rules: [sent, 5c1d], group-by: [Computer], timespan: 5m";
    check(
        &format!("type: value_count, {both}, condition: {{ gte: 2, field: Domain }}"),
        &["document 3: correlation: type: `value_count` has no translation"],
    );
    check(
        &format!("type: temporal, {both}, aliases: {{ a: {{ sent: x }} }}"),
        &["document 3: correlation.aliases"],
    );
    check(
        &format!("type: event_count, {both}, condition: {{ gte: 2, lte: 5 }}"),
        &["condition.lte"],
    );
    check(
        &format!("type: event_count, {both}, condition: {{ eq: 2 }}"),
        &["condition.eq"],
    );
    check(
        &format!("type: event_count, {both}, condition: {{ gte: 0 }}"),
        &["count of nothing"],
    );
    check(
        &format!("type: event_count, {both}"),
        &["condition: it is missing"],
    );
    check(
        &format!("type: temporal, {both}, condition: {{ gte: 1 }}"),
        &["only all of the rules"],
    );
    check(
        "type: temporal, rules: [sent], timespan: 5m",
        &["two different ones"],
    );
    check(
        "type: temporal, rules: [sent, sent], timespan: 5m",
        &["two different ones"],
    );
    check(
        "type: temporal, rules: [a, b, c, d], timespan: 5m",
        &["more than 3 in any order"],
    );
    check(
        "type: temporal, rules: [sent, 5c1d], group-by: [Domain], timespan: 5m",
        &["correlation.group-by: events are not tied by `Domain`"],
    );
    check(
        "type: temporal, rules: [sent, 5c1d], group-by: [Correlation_ActivityID, CorrelationId], timespan: 5m",
        &["not by both"],
    );
    check(
        "type: temporal, rules: [sent, 5c1d], timespan: 5M",
        &["correlation.timespan"],
    );
    check(
        "type: temporal, rules: [sent, 5c1d]",
        &["correlation.timespan: it is missing"],
    );
    check(
        &format!("type: temporal, {both}, window: sliding"),
        &["correlation.window"],
    );
    let with = |more: &str, expected: &[&str]| refused(&format!("{PARTS}{more}"), expected);
    with(
        "title: T\ncorrelation: { type: temporal, rules: [sent, other], timespan: 5m }\n---\n\
         title: U\ncorrelation: { type: temporal, rules: [5c1d, broken], timespan: 5m }\n---\n\
         title: B\nname: broken\nlogsource: { product: macos }\ndetection: { sel: { EventID: 1 }, condition: sel }\n",
        &[
            "document 3: correlation.rules: `other` is no rule of this file",
            "document 4: correlation.rules: `broken` could not be translated",
            "document 5: logsource.product",
        ],
    );
}

#[test]
fn every_log_of_the_table_can_be_asked_for() {
    let (catalog, _) = &*BUILT_IN;
    for (service, row) in logsource::rows() {
        let query = Query::parse(row.query.unwrap_or_default());
        let checked = query.and_then(|query| query.check(catalog, None));
        assert_eq!(checked, Ok(()), "{service}");
        if let Some(alias) = row.provider {
            assert!(
                catalog.events.provider(alias).is_some(),
                "{service}: {alias}"
            );
        }
    }
}
