//! `rules import`: from a Sigma rule to a finding.

use super::common::{Dir, list, text};

const EXPIRED: &str = "preprovisioning-token-expired";

const SIGMA: &str = "\
title: Service answered with an error
id: 0d9c1f3a-52b7-4e6d-8a41-9f7e2b6c5d10
name: answered
logsource: { product: windows, service: user-device-registration }
detection:
  failed: { EventID: 204, ServerResponse|contains: error_invalid_token }
  other: { HttpStatus: 500 }
  condition: failed and not other
level: high
---
title: Request of a join
name: asked
logsource: { product: windows, service: user-device-registration }
detection: { asked: { EventID: 102, JoinRequestType: 1 }, condition: asked }
---
title: A join was asked for and refused
correlation:
  type: temporal_ordered
  rules: [ asked, answered ]
  group-by: [ Correlation_ActivityID ]
  timespan: 1m
  generate: true
level: medium
---
title: Many values
correlation: { type: value_count, rules: [ asked ], timespan: 1m, condition: { gte: 2, field: Domain } }
";

#[test]
fn an_imported_rule_finds_what_it_describes() {
    let dir = Dir::new()
        .scenario(EXPIRED)
        .file("sigma.yml", SIGMA.as_bytes());
    let left = "sigma.yml: document 4: correlation: type: `value_count` has no translation";
    let import = ["rules", "import", "sigma.yml", "-o", "own"];
    let written = dir.run(&import).exits(0).says(left).out;
    assert_eq!(written.lines().count(), 3, "{written}");
    // What is there stays there unless it is to go.
    dir.run(&import).exits(2).warns("is there already");
    dir.run(&[&import[..], &["--force"]].concat()).exits(0);
    let check = dir.run(&["rules", "check", "--rules", "own"]).exits(0);
    assert!(check.out.contains(" 0 faults"), "{}", check.out);
    let bundle = format!("{EXPIRED}.zip");
    let run = dir.run(&["findings", &bundle, "--rules", "own", "--format", "json"]);
    let report = run.exits(0).json();
    let explained = |rule: &str| {
        let mut found = list(&report, "findings").iter();
        let found = found.find(|finding| finding["rule"] == rule);
        found.map_or("", |finding| text(finding, "explanation"))
    };
    assert_eq!(
        explained("service-answered-with-an-error"),
        "Service answered with an error: UDR/204 at 2026-03-09 10:30:15.4."
    );
    let sequence = explained("a-join-was-asked-for-and-refused");
    assert!(
        sequence.contains("UDR/102 at 2026-03-09 10:30:13.9, then UDR/204 at"),
        "{sequence}"
    );
}

#[test]
fn what_cannot_be_imported_is_named_and_nothing_is_2() {
    let dir = Dir::new()
        .file("sigma.yml", SIGMA.replace("EventID", "EvtID").as_bytes())
        .file("none.yml", b"a: [")
        .file(
            "one.yml",
            SIGMA.split("---").next().unwrap_or_default().as_bytes(),
        );
    let run = dir.run(&["rules", "import", "sigma.yml"]).exits(2);
    let run = run.warns("document 1: detection.failed.EvtID: query: no field is called `EvtID`");
    let run = run.warns("nothing of it could be translated");
    assert_eq!(run.out, "");
    dir.run(&["rules", "import", "none.yml"])
        .exits(2)
        .says("none.yml: line");
    dir.run(&["rules", "import", "absent.yml"]).exits(2);
    let run = dir.run(&["rules", "import", "one.yml"]).exits(0).silent();
    assert!(
        run.out.contains("id: 'service-answered-with-an-error'"),
        "{}",
        run.out
    );
}
