//! What a triage reads: the records that the catalogue tells something of, or that a rule, a step of a
//! flow or anything else that judges could match. Of all others it reads no more than their own fields.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::stages::Knowledge;
use crate::catalog::{Catalog, EventRow, RowOutcome};
use crate::ingest::{RecordKind, Wants};
use crate::model::Stage;
use crate::timeline::{Query, Unread};

/// The records that this knowledge can say something of.
pub(super) fn wants(knowledge: &Knowledge) -> Wants {
    let judging = knowledge.rule_set.queries().iter();
    let queries = judging.chain(knowledge.rules.queries()).cloned();
    // What may be noise by its payload is not told by its row.
    let noise = knowledge.catalog.noise.iter();
    let noise = noise.filter_map(|query| Query::built_in(query).ok());
    let asking = Asking {
        catalog: Arc::clone(&knowledge.catalog),
        queries: queries.chain(noise).collect(),
        of_origin: Mutex::default(),
    };
    Wants::new(move |kind| asking.asks(kind))
}

/// A provider and a channel.
type Channel = (Box<str>, Box<str>);

struct Asking {
    catalog: Arc<Catalog>,
    queries: Vec<Query>,
    /// Places of the queries that can match any event of a provider in a channel: few of a thousand.
    of_origin: Mutex<FxHashMap<Channel, Arc<[usize]>>>,
}

impl Asking {
    fn asks(&self, kind: RecordKind<'_>) -> bool {
        let RecordKind {
            provider,
            channel,
            id,
            level,
        } = kind;
        let events = &self.catalog.events;
        let known = events.provider(provider);
        let mut rows = known.into_iter().flat_map(|known| events.of_id(known, id));
        if rows.any(|row| !is_told_by_head(row)) {
            return true;
        }
        // Such rows are for any version.
        let row = events.find(provider, channel, id, 0);
        let event = Unread {
            provider,
            alias: known.and_then(|known| Some(events.providers().get(known)?.alias)),
            channel,
            event: Some((id, level)),
            row: row.and_then(|row| events.rows().get(row)),
        };
        let places = self.of_origin(&event);
        let mut queries = places.iter().filter_map(|place| self.queries.get(*place));
        queries.any(|query| query.may_match(&event))
    }

    fn of_origin(&self, event: &Unread<'_>) -> Arc<[usize]> {
        let known = self.of_origin.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        let key = (event.provider.into(), event.channel.into());
        if let Some(places) = known.get(&key) {
            return Arc::clone(places);
        }
        let any = Unread {
            event: None,
            row: None,
            ..*event
        };
        let queries = self.queries.iter().enumerate();
        let places = queries.filter_map(|(place, query)| query.may_match(&any).then_some(place));
        let places: Arc<[usize]> = places.collect();
        known.insert(key, Arc::clone(&places));
        places
    }
}

/// Whether a row says all that is told of its events, without their payload: it has no status, belongs
/// to no step, and is no more than a detail. Nothing but a query looks at the payload of such an event.
fn is_told_by_head(row: &EventRow) -> bool {
    let is_detail = row.weight <= 1 && row.stage == Stage::None;
    let is_told = is_detail || row.outcome == RowOutcome::Noise;
    is_told && row.status.is_none() && row.version.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Level;

    #[test]
    fn nothing_asks_for_what_a_program_that_nobody_knows_merely_mentions() {
        let knowledge = Knowledge::load().expect("what is built in is sound");
        let mentioned = Unread {
            provider: "Contoso-Backup",
            alias: None,
            channel: "Contoso-Backup/Operational",
            event: Some((10, Level::INFO)),
            row: None,
        };
        let judging = knowledge.rule_set.queries().iter();
        let queries = judging.chain(knowledge.rules.queries());
        let asking = queries.filter(|query| query.may_match(&mentioned));
        assert_eq!(asking.collect::<Vec<_>>(), Vec::<&Query>::new());
        let wants = wants(&knowledge);
        let check = |provider: &str, channel: &str, id: u32, level: u8, expected: bool| {
            let kind = RecordKind {
                provider,
                channel,
                id,
                level: Level(level),
            };
            assert_eq!(wants.payload(kind), expected, "{kind:?}");
        };
        let unknown = "Contoso-Backup/Operational";
        check("Contoso-Backup", unknown, 10, 4, false);
        check("Contoso-Backup", unknown, 10, 2, true);
        check("Microsoft-Windows-AAD", unknown, 1098, 4, true);
        // Noise, whatever its level, unless a query may match it.
        let appx = "Microsoft-Windows-AppXDeployment-Server";
        let log = "Microsoft-Windows-AppXDeploymentServer/Operational";
        check(appx, log, 404, 4, false);
        check(appx, log, 404, 2, false);
        // The catalogue has no row for it in another channel, so that its level tells.
        check(appx, "Contoso/Other", 404, 4, false);
        check(appx, "Contoso/Other", 404, 2, true);
    }
}
