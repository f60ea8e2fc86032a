//! Tokens over made-up streams of events.

use std::fmt::Write as _;
use std::sync::Arc;

use super::*;
use crate::analyze::Rules;
use crate::model::{ArtifactId, Batch, Head, Locator, Stamp, Value};

const DRS: &str = "urn:ms-drs:enterpriseregistration.windows.net";
const UDR: &str = "Microsoft-Windows-User Device Registration";
const AAD: &str = "Microsoft-Windows-AAD";
const MDM: &str = "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider";

/// When a token begins and ends, in seconds of the story.
struct Life {
    issued: Option<f64>,
    begins: Option<f64>,
    ends: Option<f64>,
}

/// The token of the stories, which begins at 0 and lives for ten minutes.
const SHORT: Life = Life {
    issued: Some(0.0),
    begins: Some(0.0),
    ends: Some(600.0),
};

fn at(seconds: f64) -> Ticks {
    let start = Ticks::parse("2026-03-02T08:00:00Z").expect("a valid time");
    start.plus_seconds(seconds)
}

fn token(digest: &str, audience: &str, life: &Life) -> SeenToken {
    SeenToken {
        digest: digest.to_owned(),
        audience: Some(audience.to_owned()),
        issued_at: life.issued.map(at),
        not_before: life.begins.map(at),
        expires_at: life.ends.map(at),
        ..SeenToken::default()
    }
}

/// An event of a story.
struct Line<'a> {
    seconds: Option<f64>,
    provider: &'a str,
    code: u32,
    fields: &'a [(&'a str, &'a str)],
    tokens: Vec<SeenToken>,
}

/// An event without a token in it.
fn line<'a>(
    seconds: f64,
    provider: &'a str,
    code: u32,
    fields: &'a [(&'a str, &'a str)],
) -> Line<'a> {
    Line {
        seconds: Some(seconds),
        provider,
        code,
        fields,
        tokens: Vec::new(),
    }
}

fn batch(artifact: u32, lines: &[Line<'_>]) -> Batch {
    let mut batch = Batch::new(ArtifactId(artifact), Arc::from(format!("{artifact}.evtx")));
    for (index, line) in lines.iter().enumerate() {
        let channel = match (line.provider, line.code) {
            (AAD, 1113) => "Analytic",
            (AAD, _) => "Operational",
            _ => "Admin",
        };
        let channel = format!("{}/{channel}", line.provider);
        let origin = batch.origin("evtx", line.provider, &channel, "DESKTOP-EXMPL01");
        let id = index as u64 + 1;
        let head = Head {
            stamp: line.seconds.map(|seconds| Stamp::utc(at(seconds))),
            ..Head::new(origin, line.code, Locator::Record { id, offset: 0 })
        };
        let mut fields: Vec<(&str, Value<'_>)> = vec![("Filler", Value::Uint(id))];
        for (name, text) in line.fields {
            let value = text.parse().map_or(Value::Text(text), Value::Uint);
            fields.push((name, value));
        }
        let place = batch.records.len();
        batch.event(&head, &fields);
        batch.seen(place, line.tokens.clone());
    }
    batch
}

/// Each token on a line: verdict, digest, audience, life, how it was got, where it was seen, uses.
fn told(batches: Vec<Batch>) -> String {
    let catalog = Arc::new(Catalog::embedded().expect("the embedded tables are sound"));
    let rules = Rules::embedded(&catalog).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let timeline = Timeline::build(batches, catalog);
    let mut out = String::new();
    for token in tokens(&timeline, &rules.tokens) {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        write!(
            out,
            "{} {} {}",
            token.id,
            token.verdict,
            text(&token.digest)
        )
        .expect("fits");
        write!(out, " for {}", token.audience_name.unwrap_or("-")).expect("fits");
        write!(out, " to {}", token.app_name.unwrap_or("-")).expect("fits");
        if let Some(seconds) = token.lifetime_seconds {
            write!(out, " lives {seconds}").expect("fits");
        }
        if let Some(got) = &token.acquired {
            write!(out, " got {} {}", got.event, got.strength).expect("fits");
        }
        for seen in &token.seen {
            write!(out, " seen {}", seen.event).expect("fits");
        }
        for used in &token.uses {
            write!(out, " used {} {}", used.event, used.strength).expect("fits");
            if let Some(seconds) = used.seconds_after_expiry {
                write!(out, " {seconds:+}").expect("fits");
            }
        }
        out.push('\n');
    }
    out
}

fn check(lines: &[Line<'_>], expected: &str) {
    let told = told(vec![batch(0, lines)]);
    assert_eq!(told.trim_end(), expected.trim());
}

/// A join request that carries a token, sent at this second.
fn sent(seconds: f64, life: &Life) -> Line<'static> {
    Line {
        tokens: vec![token("aa", DRS, life)],
        ..line(seconds, UDR, 103, &[])
    }
}

#[test]
fn a_use_is_in_time_late_or_early_by_what_the_token_says() {
    let verdict = |seconds: f64, life: &Life, expected: &str| {
        let told = told(vec![batch(0, &[sent(seconds, life)])]);
        let shown = told.split(" for ").next().unwrap_or_default();
        let after = told.split(" exact").nth(1).unwrap_or_default().trim();
        assert_eq!(format!("{shown} {after}").trim(), expected);
    };
    verdict(599.5, &SHORT, "t1 in_time aa -0.5");
    // A token must not be accepted on its expiry.
    verdict(600.0, &SHORT, "t1 late aa +0");
    verdict(612.5, &SHORT, "t1 late aa +12.5");
    verdict(0.0, &SHORT, "t1 in_time aa -600");
    verdict(-3.0, &SHORT, "t1 early aa -603");
    let endless = Life {
        ends: None,
        ..SHORT
    };
    verdict(9000.0, &endless, "t1 unknown aa");
    verdict(-3.0, &endless, "t1 early aa");
    // Without a begin nothing is early: the time of issue is none.
    let beginless = Life {
        begins: None,
        ..SHORT
    };
    verdict(-3.0, &beginless, "t1 in_time aa -603");
}

#[test]
fn a_lifetime_is_never_assumed() {
    let lives = |life: &Life, expected: Option<&str>| {
        let told = told(vec![batch(0, &[sent(1.0, life)])]);
        let lives = told
            .split(" lives ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        assert_eq!(lives, expected);
    };
    lives(&SHORT, Some("600"));
    lives(
        &Life {
            issued: None,
            ..SHORT
        },
        Some("600"),
    );
    lives(
        &Life {
            begins: None,
            ..SHORT
        },
        Some("600"),
    );
    lives(
        &Life {
            issued: None,
            begins: None,
            ..SHORT
        },
        None,
    );
    lives(
        &Life {
            ends: None,
            ..SHORT
        },
        None,
    );
}

#[test]
fn a_token_that_only_stands_somewhere_is_neither_got_nor_used() {
    let seen = Line {
        tokens: vec![token("aa", DRS, &SHORT)],
        ..line(5.0, AAD, 1098, &[])
    };
    // The request later on may carry any token.
    check(
        &[seen, line(9.0, UDR, 103, &[])],
        "t1 unused aa for Device Registration Service to - lives 600 seen e1",
    );
}

#[test]
fn an_undated_use_is_judged_by_nothing() {
    let undated = Line {
        seconds: None,
        ..sent(0.0, &SHORT)
    };
    check(
        &[undated],
        "t1 unknown aa for Device Registration Service to - lives 600 seen e1 used e1 exact",
    );
}

const REQUEST: &[(&str, &str)] = &[
    ("Client", "dd762716-544d-4aeb-a526-687b73838a22"),
    ("Resource", DRS),
    ("CorrelationID", "5b7d9f10-2c4e-4a68-8b0d-3f5a7c9e1b2d"),
];
const OTHER_REQUEST: &[(&str, &str)] = &[
    ("Client", "29d9ed98-a469-4536-ade2-f981bc1d605e"),
    ("Resource", "https://enrollment.manage.microsoft.com/"),
    ("CorrelationID", "6c8e0a21-3d5f-4b79-9c1e-4a6b8d0f2c3e"),
];
const HANDED: &[(&str, &str)] = &[("CorrelationId", "{5B7D9F10-2C4E-4A68-8B0D-3F5A7C9E1B2D}")];

#[test]
fn a_token_that_was_got_unseen_has_no_known_lifetime() {
    let client = "to Microsoft Device Registration Client";
    check(
        &[line(0.0, AAD, 1113, REQUEST), line(5000.0, UDR, 103, &[])],
        &format!(
            "t1 unknown - for Device Registration Service {client} got e1 exact used e2 temporal"
        ),
    );
    // What the registration client asked for is known of what it was handed.
    check(
        &[
            line(0.0, UDR, 329, REQUEST),
            line(1.0, UDR, 325, HANDED),
            line(2.0, AAD, 1113, REQUEST),
        ],
        &format!("t1 unknown - for Device Registration Service {client} got e2 exact"),
    );
    // A token for another service, a request too long after, a request without a token.
    check(
        &[
            line(0.0, AAD, 1113, OTHER_REQUEST),
            line(1.0, UDR, 103, &[]),
            line(2.0, MDM, 8, &[]),
            line(3.0, AAD, 1113, REQUEST),
            line(4.0, UDR, 103, &[("AuthToken", "<NULL>")]),
            line(7204.0, UDR, 103, &[]),
        ],
        &format!(
            "t1 unknown - for Microsoft Intune, enrolment to Microsoft Authentication Broker got e1 exact used e3 temporal\n\
             t2 unknown - for Device Registration Service {client} got e4 exact"
        ),
    );
    check(
        &[line(0.0, MDM, 54, &[]), line(1.0, MDM, 8, &[])],
        "t1 unknown - for - to - got e1 exact used e2 temporal",
    );
}

#[test]
fn what_was_refused_was_not_got() {
    check(
        &[
            line(0.0, AAD, 1113, REQUEST),
            line(1.0, AAD, 1098, REQUEST),
            line(2.0, UDR, 103, &[]),
        ],
        "",
    );
    check(
        &[
            line(0.0, AAD, 1098, REQUEST),
            line(1.0, AAD, 1113, OTHER_REQUEST),
        ],
        "t1 unknown - for Microsoft Intune, enrolment to Microsoft Authentication Broker got e2 exact",
    );
}

#[test]
fn one_renewal_is_one_token_however_many_events_tell_of_it() {
    let call: &[(&str, &str)] = &[
        ("value", "200"),
        ("Method", "POST"),
        (
            "EndpointUri",
            "https://login.microsoftonline.com/common/oauth2/token",
        ),
        ("CorrelationID", "c1"),
    ];
    let summary: &[(&str, &str)] = &[("Result", "0"), ("CorrelationID", "c1")];
    let refused: &[(&str, &str)] = &[("Result", "3221225581"), ("CorrelationID", "c1")];
    check(
        &[
            line(0.0, AAD, 1025, call),
            line(0.5, AAD, 1025, call),
            line(1.0, AAD, 1250, summary),
        ],
        "t1 unknown - for - to Windows Sign In (CloudAP) got e3 exact",
    );
    // The first call got a nonce, no token.
    check(
        &[line(0.0, AAD, 1025, call), line(1.0, AAD, 1250, refused)],
        "",
    );
}

#[test]
fn a_token_that_is_seen_where_it_was_got_is_that_one() {
    let handed = |audience| Line {
        tokens: vec![token("aa", audience, &SHORT)],
        ..line(1.0, UDR, 325, HANDED)
    };
    // By any name of its service, and tied by the request to what was known before.
    check(
        &[
            line(0.0, AAD, 1113, REQUEST),
            handed("01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9"),
            line(615.0, UDR, 103, &[]),
        ],
        "t1 late aa for Device Registration Service to Microsoft Device Registration Client lives 600 got e2 exact seen e2 used e3 temporal +15",
    );
    // One for somebody else is what the request itself carried.
    check(
        &[
            line(0.0, UDR, 329, REQUEST),
            handed("https://login.contoso.example"),
        ],
        "t1 unused aa for - to - lives 600 seen e2\n\
         t2 unknown - for Device Registration Service to Microsoft Device Registration Client got e2 exact",
    );
}

#[test]
fn a_token_inside_of_another_one_is_not_the_one_that_was_used() {
    let inner = SeenToken {
        inside: Some("aa".to_owned()),
        ..token("bb", "urn:example", &SHORT)
    };
    let mut carrying = sent(1.0, &SHORT);
    carrying.tokens.push(inner);
    check(
        &[carrying],
        "t1 in_time aa for Device Registration Service to - lives 600 seen e1 used e1 exact -599\n\
         t2 unused bb for - to - lives 600 seen e1",
    );
}

/// A record that stands in two artifacts is one event with one sighting of its token, whichever of
/// the two stays, and also where only the one that goes shows the token.
#[test]
fn a_token_of_a_happening_told_twice_is_seen_once() {
    let expected =
        "t1 late aa for Device Registration Service to - lives 600 seen e2 used e2 exact +1\n";
    let story = |shows: bool| {
        let mut used = sent(601.0, &SHORT);
        if !shows {
            used.tokens.clear();
        }
        [line(0.0, UDR, 102, &[]), used]
    };
    for (first, second) in [(true, true), (true, false), (false, true)] {
        let batches = vec![batch(0, &story(first)), batch(1, &story(second))];
        assert_eq!(told(batches), expected, "{first} {second}");
    }
}
