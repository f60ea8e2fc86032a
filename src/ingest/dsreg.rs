//! `dsregcmd /status` texts: device facts, and the few events that their times vouch for.
//!
//! A capture is a photograph: its fields are facts about the device at the time of the run,
//! and only fields that *state* an instant become events. The text prints UTC only.

use std::borrow::Cow;

use joinscope_dsreg::{
    Capture, Field, JoinKind, SectionKind, join_state, parse_bytes, sniff_bytes,
};

use super::secrets::{Scrubber, is_secret_field};
use super::{Certainty, Content, Format, Job};
use crate::model::{
    Basis, Batch, BlindspotKind, Fact, Head, Locator, OriginId, Precision, Stamp, Ticks, Value,
};

/// The format of dsregcmd output.
pub(super) struct Dsregcmd;

/// Provider name of the events that a capture vouches for.
const PROVIDER: &str = "dsregcmd";

/// Fields that state an instant: canonical name, event id, and what follows them as detail.
const INSTANTS: &[(&str, u32)] = &[
    ("Client Time", 1),
    ("AzureAdPrtUpdateTime", 2),
    ("Previous Prt Attempt", 3),
    ("Previous Registration", 4),
    ("EnterprisePrtUpdateTime", 5),
];

/// The field with begin and end of the device's certificate: `[ t1 UTC -- t2 UTC ]` (observed).
const CERTIFICATE_VALIDITY: &str = "DeviceCertificateValidity";

impl Format for Dsregcmd {
    fn name(&self) -> &'static str {
        "dsregcmd"
    }

    fn sniff(&self, head: &[u8], _name: &str) -> Certainty {
        if sniff_bytes(head) {
            Certainty::Sure
        } else {
            Certainty::No
        }
    }

    fn jobs<'a>(&self, content: &'a Content<'a>) -> Vec<Job<'a>> {
        vec![Box::new(move |batch| read(content.bytes, batch))]
    }
}

fn read(bytes: &[u8], batch: &mut Batch) {
    let report = parse_bytes(bytes);
    let scrubber = Scrubber::default();
    for problem in &report.problems {
        batch.blindspot(
            BlindspotKind::Damaged,
            format!("line {}: {}", problem.line, problem.what),
            None,
        );
    }
    for (number, capture) in (0..).zip(&report.captures) {
        add_facts(capture, number, &scrubber, batch);
        add_events(capture, &scrubber, batch);
        batch.note("captures", 1);
        batch.note("fields", capture.fields().count() as u64);
        batch.note(
            "unknown_fields",
            capture.fields().filter(|field| !field.known).count() as u64,
        );
    }
}

fn add_facts(capture: &Capture, number: u32, scrubber: &Scrubber, batch: &mut Batch) {
    let stamp = capture
        .find("Client Time")
        .and_then(Field::time)
        .map(printed);
    let mut fact = |name: String, value: String, line: usize| {
        let source = format!("{} line {line}", batch.path);
        batch.facts.push(Fact {
            name,
            value,
            stamp,
            capture: number,
            source,
        });
    };
    for section in &capture.sections {
        let area = section_word(section.kind, &scrubber.scrub(&section.title, false));
        for field in &section.fields {
            let name = scrubber.scrub(&field.canonical, false);
            let name = format!("{area}.{name}");
            let text = value(field, scrubber);
            if field.canonical == CERTIFICATE_VALIDITY {
                // Its ends as facts of their own, which can be compared with times.
                for (end, time) in ends_of(&text) {
                    fact(format!("{area}.{end}"), time, field.line);
                }
            }
            fact(name, text, field.line);
        }
    }
    let state = join_state(capture);
    let answer = |answer: bool| if answer { "YES" } else { "NO" };
    let mut basis: Vec<String> = state
        .rests_on
        .iter()
        .map(|row| format!("{} {}", row.field, answer(row.answer)))
        .collect();
    basis.extend(state.missing.iter().map(|field| format!("{field} missing")));
    let words = join_words(state.kind);
    let text = if basis.is_empty() {
        words.to_owned()
    } else {
        format!("{words} ({})", basis.join(", "))
    };
    fact("join_state".to_owned(), text, capture.line);
}

/// Names and times of the two ends of a certificate's validity; none where it is not written so.
fn ends_of(validity: &str) -> Vec<(&'static str, String)> {
    let inside = validity
        .trim()
        .trim_start_matches('[')
        .trim_end_matches(']');
    let Some((begin, end)) = inside.split_once("--") else {
        return Vec::new();
    };
    let time = |text: &str| {
        let text = text.trim().trim_end_matches("UTC").trim_end();
        Ticks::parse(&format!("{text}Z")).map(|ticks| ticks.to_string())
    };
    let ends = [
        ("certificate_begin", time(begin)),
        ("certificate_end", time(end)),
    ];
    let known = ends
        .into_iter()
        .filter_map(|(name, time)| Some((name, time?)));
    known.collect()
}

fn add_events(capture: &Capture, scrubber: &Scrubber, batch: &mut Batch) {
    let host = capture
        .find("Device Name")
        .map_or(String::new(), |field| value(field, scrubber));
    let origin = batch.origin("dsregcmd", PROVIDER, "", &host);
    for section in &capture.sections {
        for field in &section.fields {
            let Some((_, code)) = INSTANTS.iter().find(|(name, _)| field.canonical == *name) else {
                continue;
            };
            let Some(ticks) = field.time() else { continue };
            // The facts had the same rows; what they met is not of this event.
            scrubber.take_tokens();
            // Rows that tell more about this one stand in its group.
            let details: Vec<(Cow<'_, str>, String)> = std::iter::once(field)
                .chain(section.fields.iter().filter(|other| belongs(other, field)))
                .map(|field| (scrubber.scrub(&field.name, false), value(field, scrubber)))
                .collect();
            let fields: Vec<(&str, Value<'_>)> = details
                .iter()
                .map(|(name, text)| (&**name, Value::Text(text)))
                .collect();
            let place = batch.records.len();
            batch.event(&head(ticks, *code, origin, field.line), &fields);
            batch.seen(place, scrubber.take_tokens());
        }
    }
    // The run itself happened, even where it does not say when.
    if capture.find("Client Time").and_then(Field::time).is_none() {
        let undated = Head {
            stamp: None,
            ..head(0, 1, origin, capture.line)
        };
        batch.event(&undated, &[]);
    }
}

/// What the row says, without its secrets. Rows of any name are kept, so the name may make it one.
fn value(field: &Field, scrubber: &Scrubber) -> String {
    scrubber
        .scrub(&field.raw, is_secret_field(&field.canonical))
        .into_owned()
}

/// Whether `other` tells more about the instant that `field` states.
fn belongs(other: &Field, field: &Field) -> bool {
    other.line != field.line
        && (other.group.is_some_and(|group| group == field.canonical)
            || (field.group.is_some() && other.group == field.group))
}

fn head(ticks: i64, code: u32, origin: OriginId, line: usize) -> Head {
    Head {
        stamp: Some(printed(ticks)),
        ..Head::new(
            origin,
            code,
            Locator::Line(u32::try_from(line).unwrap_or(u32::MAX)),
        )
    }
}

/// Times are printed to the millisecond, in UTC.
fn printed(ticks: i64) -> Stamp {
    Stamp {
        ticks: Ticks(ticks),
        precision: Precision::Milli,
        basis: Basis::Utc,
    }
}

fn join_words(kind: JoinKind) -> &'static str {
    match kind {
        JoinKind::EntraJoined => "Entra joined",
        JoinKind::HybridJoined => "Entra hybrid joined",
        JoinKind::HybridJoinedAndRegistered => "Entra hybrid joined, with a registration left over",
        JoinKind::DomainJoined => "domain joined only",
        JoinKind::OnPremisesJoined => "joined to the registration service on premises",
        JoinKind::EntraRegistered => "Entra registered",
        JoinKind::NotJoined => "not joined",
        JoinKind::Contradiction => "contradictory",
        _ => "unknown",
    }
}

fn section_word(kind: SectionKind, title: &str) -> String {
    match kind {
        SectionKind::DeviceState => "device_state".to_owned(),
        SectionKind::DeviceDetails => "device_details".to_owned(),
        SectionKind::TenantDetails => "tenant_details".to_owned(),
        SectionKind::UserState => "user_state".to_owned(),
        SectionKind::SsoState => "sso_state".to_owned(),
        SectionKind::Diagnostics => "diagnostics".to_owned(),
        SectionKind::UserProxy => "user_proxy".to_owned(),
        SectionKind::SystemProxy => "system_proxy".to_owned(),
        SectionKind::UrlProxy => "url_proxy".to_owned(),
        SectionKind::WinHttpProxy => "winhttp_proxy".to_owned(),
        SectionKind::NgcPrerequisites => "ngc_prerequisites".to_owned(),
        _ => {
            let words = title.trim().to_lowercase();
            let words: String = words
                .chars()
                .map(|letter| {
                    if letter.is_alphanumeric() {
                        letter
                    } else {
                        '_'
                    }
                })
                .collect();
            if words.is_empty() {
                "section".to_owned()
            } else {
                words
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validity_has_two_ends() {
        let check = |text: &str, expected: &[&str]| {
            let found = ends_of(text);
            let found: Vec<&str> = found.iter().map(|(_, time)| time.as_str()).collect();
            assert_eq!(found, expected, "{text}");
        };
        check(
            "[ 2026-03-02 07:45:31.000 UTC -- 2036-03-02 08:15:31.000 UTC ]",
            &[
                "2026-03-02T07:45:31.0000000Z",
                "2036-03-02T08:15:31.0000000Z",
            ],
        );
        check("[ 2026-03-02 07:45:31.000 UTC ]", &[]);
        check("-- [", &[]);
        check("", &[]);
    }
}
