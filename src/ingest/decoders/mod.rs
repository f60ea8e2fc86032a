//! What turns payloads into named values beyond what a trace says of itself.
//!
//! The shipped tables come from the catalogue; an analyst can add providers'
//! manifests and symbols. Names are known for more providers than layouts are.

mod shipped;

use std::fmt;

use joinscope_etl::decode::Rung;
use joinscope_etl::{KernelEvents, Manifests};
use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use super::lift::Lifts;
use crate::catalog::Catalog;

/// Layouts of payloads, and names of providers and channels.
#[derive(Clone, Debug, Default)]
pub struct Decoders {
    shipped: Manifests,
    kernel: KernelEvents,
    lifts: Lifts,
    names: FxHashMap<Guid, Box<str>>,
    channels: FxHashMap<(Guid, u8), Box<str>>,
}

/// What a given file added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Providers with at least one layout in it.
    pub providers: usize,
    /// Layouts of manifest events.
    pub events: usize,
    /// Formats of WPP messages.
    pub messages: usize,
    /// What was not understood; with nothing added, why.
    pub problems: Vec<String>,
}

impl Added {
    /// Whether the file added nothing.
    pub fn is_empty(&self) -> bool {
        self.events == 0 && self.messages == 0
    }
}

impl fmt::Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.events, self.messages) {
            (0, 0) => write!(f, "nothing"),
            (events, 0) => write!(f, "{} providers, {events} events", self.providers),
            (0, messages) => write!(f, "{messages} messages"),
            (events, messages) => {
                write!(
                    f,
                    "{} providers, {events} events, {messages} messages",
                    self.providers
                )
            }
        }
    }
}

impl Decoders {
    /// The shipped tables only.
    pub fn shipped(catalog: &Catalog) -> Self {
        let mut decoders = Self {
            shipped: shipped::manifests(catalog),
            lifts: Lifts::of(catalog),
            ..Self::default()
        };
        let catalogued = catalog
            .events
            .providers()
            .iter()
            .filter_map(|provider| Some((provider.guid?, provider.name)));
        let traced = catalog
            .trace_providers
            .iter()
            .map(|provider| (provider.guid, provider.name));
        for (guid, name) in catalogued.chain(traced) {
            if let Ok(guid) = guid.parse() {
                decoders.names.entry(guid).or_insert(Box::from(name));
            }
        }
        for channel in &catalog.trace_channels {
            if let Ok(guid) = channel.provider.parse() {
                let key = (guid, channel.number);
                decoders.channels.insert(key, Box::from(channel.word));
            }
        }
        decoders
    }

    /// Takes a file that the analyst gave, by its content.
    pub fn add(&mut self, _name: &str, _bytes: &[u8]) -> Added {
        Added {
            problems: vec!["neither a program, a manifest, a TMF text nor a PDB".to_owned()],
            ..Added::default()
        }
    }

    /// Rungs in the order to ask them, behind the schemas that a trace carries.
    pub fn rungs(&self) -> Vec<&dyn Rung> {
        vec![&self.shipped, &self.kernel]
    }

    /// What is lifted out of texts.
    pub(super) fn lifts(&self) -> &Lifts {
        &self.lifts
    }

    /// Name of a provider, or of a WPP control or message GUID, where known.
    pub fn provider_name(&self, guid: Guid) -> Option<&str> {
        self.names.get(&guid).map(|name| &**name)
    }

    /// The last word of the name of a provider's channel, e.g. `Admin`, where known.
    pub fn channel_name(&self, guid: Guid, channel: u8) -> Option<&str> {
        let own = self.channels.get(&(guid, channel)).map(|word| &**word);
        own.or(match channel {
            8 => Some("System"),
            9 => Some("Application"),
            10 => Some("Security"),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use joinscope_etl::guid_from_name;

    use super::*;

    #[test]
    fn catalogued_providers_have_names() {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        let decoders = Decoders::shipped(&catalog);
        let guid = "23b8d46b-67dd-40a3-b636-d43e50552c6d".parse().unwrap();
        assert_eq!(
            decoders.provider_name(guid),
            Some("Microsoft-Windows-User Device Registration")
        );
        assert_eq!(decoders.provider_name(Guid([1; 16])), None);
        assert_eq!(decoders.channel_name(guid, 17), Some("Debug"));
        assert_eq!(decoders.channel_name(guid, 200), None);
    }

    #[test]
    fn names_and_guids_belong_together() {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        for provider in &catalog.trace_providers {
            let follows = guid_from_name(provider.name).to_string() == provider.guid;
            assert_eq!(follows, provider.kind == "hashed", "{}", provider.name);
        }
    }
}
