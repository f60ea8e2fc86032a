//! What a triage reads: the records that the catalogue tells of, or that a rule, a step of a flow or
//! anything else that judges could match. Of all others it reads no more than their own fields.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::stages::Knowledge;
use crate::catalog::Catalog;
use crate::ingest::{RecordKind, Wants};
use crate::timeline::{Query, Uncatalogued};

/// The records that this knowledge can say something of.
pub(super) fn wants(knowledge: &Knowledge) -> Wants {
    let judging = knowledge.rule_set.queries().iter();
    let queries = judging.chain(knowledge.rules.queries()).cloned();
    let asking = Asking {
        catalog: Arc::clone(&knowledge.catalog),
        queries: queries.collect(),
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
        if known.is_some_and(|provider| events.of_id(provider, id).next().is_some()) {
            return true;
        }
        let event = Uncatalogued {
            provider,
            alias: known.and_then(|known| Some(events.providers().get(known)?.alias)),
            channel,
            event: Some((id, level)),
        };
        let places = self.of_origin(&event);
        let mut queries = places.iter().filter_map(|place| self.queries.get(*place));
        queries.any(|query| query.may_match(&event))
    }

    fn of_origin(&self, event: &Uncatalogued<'_>) -> Arc<[usize]> {
        let known = self.of_origin.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        let key = (event.provider.into(), event.channel.into());
        if let Some(places) = known.get(&key) {
            return Arc::clone(places);
        }
        let any = Uncatalogued {
            event: None,
            ..*event
        };
        let queries = self.queries.iter().enumerate();
        let places = queries.filter_map(|(place, query)| query.may_match(&any).then_some(place));
        let places: Arc<[usize]> = places.collect();
        known.insert(key, Arc::clone(&places));
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Level;

    #[test]
    fn nothing_asks_for_what_a_program_that_nobody_knows_merely_mentions() {
        let knowledge = Knowledge::load().expect("what is built in is sound");
        let mentioned = Uncatalogued {
            provider: "Contoso-Backup",
            alias: None,
            channel: "Contoso-Backup/Operational",
            event: Some((10, Level::INFO)),
        };
        let judging = knowledge.rule_set.queries().iter();
        let queries = judging.chain(knowledge.rules.queries());
        let asking = queries.filter(|query| query.may_match(&mentioned));
        assert_eq!(asking.collect::<Vec<_>>(), Vec::<&Query>::new());
        let wants = wants(&knowledge);
        let check = |provider: &str, id: u32, level: u8, expected: bool| {
            let kind = RecordKind {
                provider,
                channel: "Contoso-Backup/Operational",
                id,
                level: Level(level),
            };
            assert_eq!(wants.payload(kind), expected, "{kind:?}");
        };
        check("Contoso-Backup", 10, 4, false);
        check("Contoso-Backup", 10, 2, true);
        check("Microsoft-Windows-AAD", 1098, 4, true);
    }
}
