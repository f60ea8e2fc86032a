//! Session archives of Fiddler: one event a session, at the start of its request.
//!
//! The bundle has opened the archive already, with its limits, passwords and salvage, and hands over
//! its members. Each session's members are unpacked when the session is read and dropped behind it,
//! so that an archive of large bodies costs the memory of one session a thread.

use std::collections::BTreeMap;

use joinscope_saz::{FaultKind, Part, Session, Zone, place};

use super::http::{self, BodyFault};
use super::{Certainty, Content, Format, Job};
use crate::bundle::Artifact;
use crate::model::{Basis, Batch, BlindspotKind, Locator};

/// The format of session archives.
pub(super) struct Saz;

/// Sessions that are read in one go.
const SESSIONS_A_JOB: usize = 128;
/// Sessions that a sentence names.
const NAMED: usize = 5;

impl Format for Saz {
    fn name(&self) -> &'static str {
        "saz"
    }

    /// Whether a zip is one shows in its members, not in its head.
    fn sniff(&self, _head: &[u8], _name: &str) -> Certainty {
        Certainty::No
    }

    fn sniff_opened(&self, artifact: &Artifact) -> Certainty {
        if artifact.is_session_archive {
            Certainty::Sure
        } else {
            Certainty::No
        }
    }

    fn jobs<'a>(&self, content: &'a Content<'a>) -> Vec<Job<'a>> {
        let mut sessions: BTreeMap<u32, Vec<(Part, &Artifact)>> = BTreeMap::new();
        let mut unknown = Vec::new();
        for member in &content.artifact.members {
            match place(&member.name) {
                joinscope_saz::Place::Session(number, part) => {
                    sessions.entry(number).or_default().push((part, member));
                }
                joinscope_saz::Place::Frame => {}
                joinscope_saz::Place::Unknown => unknown.push(&*member.path),
            }
        }
        let lacks = lacks(&sessions);
        let sessions: Vec<(u32, Vec<(Part, &Artifact)>)> = sessions.into_iter().collect();
        let mut jobs: Vec<Job<'a>> = vec![Box::new(move |batch| whole(&lacks, &unknown, batch))];
        let tables = content.decoders.http();
        let zone = content.decoders.zone_of(&content.artifact.path);
        let mut rest = sessions.as_slice();
        while !rest.is_empty() {
            let (group, behind) = rest.split_at(rest.len().min(SESSIONS_A_JOB));
            let group = group.to_vec();
            jobs.push(Box::new(move |batch| {
                read_group(&group, tables, zone, batch);
            }));
            rest = behind;
        }
        jobs
    }
}

/// Sessions without a part that every session has.
fn lacks(sessions: &BTreeMap<u32, Vec<(Part, &Artifact)>>) -> Vec<(Part, Vec<u32>)> {
    let without = |part: Part| {
        let lacking = sessions
            .iter()
            .filter(|(_, parts)| parts.iter().all(|(of, _)| *of != part));
        (part, lacking.map(|(number, _)| *number).collect())
    };
    [Part::Request, Part::Response, Part::Metadata]
        .map(without)
        .to_vec()
}

/// What is to be said of the archive as a whole.
fn whole(lacks: &[(Part, Vec<u32>)], unknown: &[&str], batch: &mut Batch) {
    for (part, numbers) in lacks.iter().filter(|(_, numbers)| !numbers.is_empty()) {
        let hides = match part {
            Part::Metadata => ", so their times are not known",
            _ => "",
        };
        let detail = format!(
            "{} without a readable {}{hides}: {}",
            count(numbers.len()),
            part.noun(),
            listed(numbers)
        );
        batch.blindspot(BlindspotKind::Missing, detail, None);
    }
    if let Some(first) = unknown.first() {
        let name = first.rsplit("!/").next().unwrap_or(first);
        let detail = format!(
            "{} members are no part of a session, such as {name}",
            unknown.len()
        );
        batch.blindspot(BlindspotKind::Unrecognised, detail, None);
    }
}

/// Reads sessions; times that name no zone are taken in the one that is given, in minutes east of UTC.
fn read_group(
    group: &[(u32, Vec<(Part, &Artifact)>)],
    tables: &http::Tables,
    zone: Option<i32>,
    batch: &mut Batch,
) {
    let mut unzoned = Vec::new();
    let mut undecoded: Vec<(u32, String)> = Vec::new();
    for (number, parts) in group {
        let mut members = Vec::new();
        for (_, member) in parts {
            let reading = member.read();
            let is_lost = reading.bytes.is_empty() && reading.blindspot.is_some();
            batch.blindspots.extend(reading.blindspot);
            if !is_lost {
                members.push((&*member.name, reading.bytes));
            }
        }
        let named = members.iter().map(|(name, bytes)| (*name, &**bytes));
        let mut archive = joinscope_saz::read(named);
        for fault in &archive.faults {
            // What is missing was told for all sessions at once.
            if !matches!(fault.kind, FaultKind::Missing(_)) {
                batch.blindspot(BlindspotKind::Damaged, fault.to_string(), None);
            }
        }
        for session in &mut archive.sessions {
            if let Some(zone) = zone {
                session.assume_zone(zone);
            }
            if session.has_times_without_zone() {
                unzoned.push(*number);
            }
            for fault in add(session, tables, batch) {
                undecoded.push((*number, fault.reason));
            }
        }
    }
    if !unzoned.is_empty() {
        let detail = format!(
            "{} with times that name no zone, which are left out: {}",
            count(unzoned.len()),
            listed(&unzoned)
        );
        batch.blindspot(BlindspotKind::Unsupported, detail, None);
    }
    tell_undecoded(&undecoded, batch);
}

/// Adds the event of one session.
fn add(session: &Session<'_>, tables: &http::Tables, batch: &mut Batch) -> Vec<BodyFault> {
    let exchange = session.exchange();
    let start = session
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.timers.start());
    let basis = match start.map(|start| start.zone) {
        Some(Zone::Offset(_)) => Basis::LocalWithOffset,
        _ => Basis::Utc,
    };
    let place = http::Place {
        format: "saz",
        locator: Locator::Session(session.number),
        basis,
    };
    batch.note("sessions", 1);
    batch.note("unanswered", u64::from(exchange.response.is_none()));
    batch.note("tunnels", u64::from(exchange.is_tunnel));
    batch.note("websocket_frames", exchange.messages.len() as u64);
    let faults = http::add(&exchange, place, tables, batch);
    batch.note("bodies_not_decoded", faults.len() as u64);
    faults
}

/// A body that was cut on its way or sent broken harms no evidence beyond itself. Each event says
/// why of its own.
fn tell_undecoded(undecoded: &[(u32, String)], batch: &mut Batch) {
    let Some((first, reason)) = undecoded.first() else {
        return;
    };
    let mut numbers: Vec<u32> = undecoded.iter().map(|(number, _)| *number).collect();
    numbers.dedup();
    let detail = format!(
        "{} with bodies that could not be decoded to their end: {}; in session {first}, {reason}",
        count(numbers.len()),
        listed(&numbers)
    );
    batch.blindspot(BlindspotKind::Missing, detail, None);
}

fn count(sessions: usize) -> String {
    match sessions {
        1 => "1 session".to_owned(),
        many => format!("{many} sessions"),
    }
}

fn listed(numbers: &[u32]) -> String {
    let named: Vec<String> = numbers
        .iter()
        .take(NAMED)
        .map(ToString::to_string)
        .collect();
    let rest = numbers.len().saturating_sub(NAMED);
    if rest == 0 {
        named.join(", ")
    } else {
        format!("{} and {rest} more", named.join(", "))
    }
}
