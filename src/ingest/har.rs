//! HTTP archives (HAR): one event an entry, at its request's start.

use super::http::{self, Place};
use super::{Certainty, Content, Format, Job};
use crate::model::{Basis, Batch, BlindspotKind, Locator};
use joinscope_har::Damage;

/// The format of HTTP archives.
pub(super) struct Har;

impl Format for Har {
    fn name(&self) -> &'static str {
        "har"
    }

    fn sniff(&self, head: &[u8], _name: &str) -> Certainty {
        if joinscope_har::sniff(head) {
            Certainty::Sure
        } else {
            Certainty::No
        }
    }

    fn jobs<'a>(&self, content: &'a Content<'a>) -> Vec<Job<'a>> {
        vec![Box::new(move |batch| read(content, batch))]
    }
}

fn read(content: &Content<'_>, batch: &mut Batch) {
    let mut undecoded: u64 = 0;
    let zone = content.decoders.zone_of(&content.artifact.path);
    let archive = joinscope_har::read_in(content.bytes, zone, &mut |exchange| {
        let place = Place {
            format: "har",
            locator: Locator::Session(exchange.number().unwrap_or(0)),
            // Times without a zone are no times for the parser.
            basis: Basis::Utc,
        };
        batch.note("sessions", 1);
        batch.note("unanswered", u64::from(exchange.response.is_none()));
        undecoded += http::add(&exchange, place, content.decoders.http(), batch).len() as u64;
    });
    batch.note("bodies_not_decoded", undecoded);
    if undecoded > 0 {
        let detail = format!(
            "{undecoded} bodies could not be decoded to their end; the field @fault says why"
        );
        batch.blindspot(BlindspotKind::Missing, detail, None);
    }
    if archive.without_zone > 0 && zone.is_none() {
        let detail = format!(
            "{} entries with times that name no zone, which are left out",
            archive.without_zone
        );
        batch.blindspot(BlindspotKind::Unsupported, detail, None);
    }
    for damage in &archive.damage {
        let (kind, offset) = match damage {
            Damage::Truncated { offset, .. } => (BlindspotKind::Truncated, Some(*offset)),
            Damage::NoEntries { offset } | Damage::Invalid { offset, .. } => {
                (BlindspotKind::Damaged, Some(*offset))
            }
            _ => (BlindspotKind::Damaged, None),
        };
        batch.blindspot(kind, damage.to_string(), offset);
    }
}
