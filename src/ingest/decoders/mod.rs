//! What turns payloads into named values beyond what a trace says of itself.
//!
//! The shipped tables come from the catalogue; an analyst can add providers'
//! manifests and symbols. Names are known for more providers than layouts are.

use std::fmt;

use joinscope_etl::decode::Rung;
use joinscope_etl::mof::KernelEvents;
use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use super::lift::Lifts;
use crate::catalog::Catalog;

/// Layouts of payloads and names of providers.
#[derive(Clone, Debug, Default)]
pub struct Decoders {
    names: FxHashMap<Guid, Box<str>>,
    kernel: KernelEvents,
    lifts: Lifts,
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
        let named = catalog.events.providers().iter().filter_map(|provider| {
            let guid = provider.guid?.parse().ok()?;
            Some((guid, Box::from(provider.name)))
        });
        Self {
            names: named.collect(),
            kernel: KernelEvents,
            lifts: Lifts::of(catalog),
        }
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
        vec![&self.kernel]
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
    pub fn channel_name(&self, _guid: Guid, _channel: u8) -> Option<&str> {
        None
    }
}

#[cfg(test)]
mod tests {
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
    }
}
