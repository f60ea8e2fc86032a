//! Names for what a trace gives as numbers: providers, channels, kernel records.

use joinscope_etl::Record;
use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use crate::ingest::decoders::Decoders;
use crate::model::{Batch, OriginId, TextId};

/// Provider name of records that the kernel writes without naming a provider.
const KERNEL: &str = "Windows Kernel";

/// Whether a file is named like a trace: `.etl`, its numbered generations and merged copies.
pub(super) fn is_trace(name: &str) -> bool {
    name.to_ascii_lowercase()
        .split('.')
        .skip(1)
        .any(|part| part == "etl")
}

/// Origins of the events of one trace, each found once.
pub(super) struct Origins<'d> {
    decoders: &'d Decoders,
    stream: TextId,
    known: FxHashMap<(Option<Guid>, Option<u8>), OriginId>,
    /// Names that events gave to their providers.
    told: FxHashMap<Guid, TextId>,
}

impl<'d> Origins<'d> {
    pub(super) fn new(decoders: &'d Decoders, stream: TextId) -> Self {
        Self {
            decoders,
            stream,
            known: FxHashMap::default(),
            told: FxHashMap::default(),
        }
    }

    /// The origin of a record; `told` is the provider's name as the record gives it.
    pub(super) fn of(
        &mut self,
        record: &Record<'_>,
        told: Option<TextId>,
        batch: &mut Batch,
    ) -> OriginId {
        let (guid, channel) = (record.provider(), record.channel());
        if let (Some(guid), Some(name)) = (guid, told)
            && self.told.insert(guid, name) != Some(name)
        {
            self.known.retain(|(known, _), _| *known != Some(guid));
        }
        if let Some(origin) = self.known.get(&(guid, channel)) {
            return *origin;
        }
        let origin = self.make(guid, channel, batch);
        self.known.insert((guid, channel), origin);
        origin
    }

    fn make(&self, guid: Option<Guid>, channel: Option<u8>, batch: &mut Batch) -> OriginId {
        let Some(guid) = guid else {
            let kernel = batch.text(KERNEL);
            return batch.origin_in(self.stream, "etl", kernel, TextId(0), TextId(0));
        };
        let provider = match (self.told.get(&guid), self.decoders.provider_name(guid)) {
            // A catalogued name goes first: what is known of the provider is found by it.
            (_, Some(name)) => batch.text(name),
            (Some(told), None) => *told,
            (None, None) => batch.text(&format!("{{{guid}}}")),
        };
        batch.providers.insert(provider, guid);
        let word = channel.and_then(|channel| self.decoders.channel_name(guid, channel));
        let channel = match word {
            // The form that event logs use, so that one query finds both.
            Some(word) => {
                let full = format!("{}/{word}", batch.texts.str(provider));
                batch.text(&full)
            }
            None => TextId(0),
        };
        batch.origin_in(self.stream, "etl", provider, channel, TextId(0))
    }
}

#[cfg(test)]
mod tests {
    use super::is_trace;

    #[test]
    fn generations_and_merged_copies_are_traces() {
        for (name, expected) in [
            ("wam.ETL", true),
            ("x.etl.003", true),
            ("x.etl.merged", true),
            ("etl.txt", false),
            ("etl", false),
        ] {
            assert_eq!(is_trace(name), expected, "{name}");
        }
    }
}
