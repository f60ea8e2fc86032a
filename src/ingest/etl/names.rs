//! Names for what a trace gives as numbers: providers, channels, kernel records.

use joinscope_etl::Record;
use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use super::survey::Survey;
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
    survey: &'d Survey,
    stream: TextId,
    known: FxHashMap<By, OriginId>,
}

/// What an origin follows from: provider, channel, and the provider's name as the record gives it.
type By = (Option<Guid>, Option<u8>, Option<TextId>);

impl<'d> Origins<'d> {
    pub(super) fn new(decoders: &'d Decoders, survey: &'d Survey, stream: TextId) -> Self {
        Self {
            decoders,
            survey,
            stream,
            known: FxHashMap::default(),
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
        if let Some(origin) = self.known.get(&(guid, channel, told)) {
            return *origin;
        }
        let origin = self.make(guid, channel, told, batch);
        self.known.insert((guid, channel, told), origin);
        origin
    }

    fn make(
        &self,
        guid: Option<Guid>,
        channel: Option<u8>,
        told: Option<TextId>,
        batch: &mut Batch,
    ) -> OriginId {
        let Some(guid) = guid else {
            let kernel = batch.text(KERNEL);
            return batch.origin_in(self.stream, "etl", kernel, TextId(0), TextId(0));
        };
        let provider = match (told, self.decoders.provider_name(guid)) {
            // A catalogued name goes first: what is known of the provider is found by it.
            (_, Some(name)) => batch.text(name),
            (Some(told), None) => told,
            // Another event of the trace may tell it.
            (None, None) => match self.survey.name_of(guid) {
                Some(name) => batch.text(name),
                None => batch.text(&format!("{{{guid}}}")),
            },
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
