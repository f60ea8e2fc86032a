//! What turns payloads into named values beyond what a trace says of itself.
//!
//! The shipped tables come from the catalogue; an analyst can add providers'
//! manifests and symbols. Names are known for more providers than layouts are.

mod given;
mod shipped;
#[cfg(test)]
mod tests;
mod wpp;

use std::fmt;

use joinscope_etl::decode::Rung;
use joinscope_etl::{KernelEvents, Manifests};
use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use super::http;
use super::lift::Lifts;
use super::wants::Wants;
use crate::catalog::Catalog;
use given::Given;
pub use given::GivenKind;
pub use wpp::{FLAGS_FIELD, FUNCTION_FIELD, LEVEL_FIELD, SOURCE_FIELD, TEXT_FIELD};

/// Layouts of payloads, and names of providers and channels.
#[derive(Clone, Debug, Default)]
pub struct Decoders {
    given: Given,
    shipped: Manifests,
    kernel: KernelEvents,
    lifts: Lifts,
    http: http::Tables,
    names: FxHashMap<Guid, Box<str>>,
    channels: FxHashMap<(Guid, u8), Box<str>>,
    zones: FxHashMap<String, i32>,
    wants: Option<Wants>,
}

/// What a given file added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// What the file is; `None` for one of no use.
    pub kind: Option<GivenKind>,
    /// Providers with events in it.
    pub providers: usize,
    /// Layouts of manifest events that are new.
    pub events: usize,
    /// Formats of WPP messages that are new.
    pub messages: usize,
    /// Layouts and formats that an earlier file had already.
    pub known_before: usize,
    /// What was not understood; with nothing added, why.
    pub problems: Vec<String>,
}

impl Added {
    fn nothing(why: &str) -> Self {
        Self {
            problems: vec![why.to_owned()],
            ..Self::default()
        }
    }

    /// Whether the file added nothing.
    pub fn is_empty(&self) -> bool {
        self.events == 0 && self.messages == 0
    }
}

/// What was added, in words, e.g. `3 providers, 412 events`.
impl fmt::Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.providers, "provider"),
            (self.events, "event"),
            (self.messages, "message"),
        ];
        let mut separator = "";
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            let plural = if count == 1 { "" } else { "s" };
            write!(f, "{separator}{count} {what}{plural}")?;
            separator = ", ";
        }
        if separator.is_empty() {
            f.write_str("nothing")?;
        }
        Ok(())
    }
}

impl Decoders {
    /// The same for whoever wants no more than some of the records of event logs.
    #[must_use]
    pub fn wanting(self, wants: Wants) -> Self {
        Self {
            wants: Some(wants),
            ..self
        }
    }

    /// Which records of event logs are wanted; `None` for all.
    pub(super) fn wants(&self) -> Option<&Wants> {
        self.wants.as_ref()
    }

    /// The shipped tables only.
    pub fn shipped(catalog: &Catalog) -> Self {
        let mut decoders = Self {
            shipped: shipped::manifests(catalog),
            lifts: Lifts::of(catalog),
            http: http::Tables::of(catalog),
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
    ///
    /// Of two descriptions of one event the earlier counts; what is given goes before what is
    /// shipped. The name is not looked at.
    pub fn add(&mut self, _name: &str, bytes: &[u8]) -> Added {
        self.given.add(bytes)
    }

    /// Takes what the Windows that this program runs on knows of a trace's events.
    #[cfg(all(windows, feature = "tdh"))]
    pub fn add_installed(&mut self, installed: super::InstalledSchemas) {
        for (key, schema) in installed.schemas {
            let version = Some(key.version);
            self.given
                .manifests
                .add(key.provider, key.id, version, schema);
        }
    }

    /// The same, with zones for artifacts whose times name none: by path through the archives, in
    /// minutes east of UTC.
    #[must_use]
    pub fn in_zones(&self, zones: impl IntoIterator<Item = (String, i32)>) -> Self {
        Self {
            zones: zones.into_iter().collect(),
            ..self.clone()
        }
    }

    /// The zone that was given for an artifact, in minutes east of UTC.
    pub(super) fn zone_of(&self, path: &str) -> Option<i32> {
        self.zones.get(path).copied()
    }

    /// What is known of HTTP.
    pub(super) fn http(&self) -> &http::Tables {
        &self.http
    }

    /// Rungs in the order to ask them, behind the schemas that a trace carries: given manifests,
    /// shipped layouts, WPP messages, kernel events.
    pub fn rungs(&self) -> Vec<&dyn Rung> {
        vec![
            &self.given.manifests,
            &self.shipped,
            &self.given.wpp,
            &self.kernel,
        ]
    }

    /// What is lifted out of texts.
    pub(super) fn lifts(&self) -> &Lifts {
        &self.lifts
    }

    /// Name of a provider, or of the component of a WPP message GUID, where known: as given
    /// manifests state it, as the tables have it, as symbols have it, as a channel suggests it.
    pub fn provider_name(&self, guid: Guid) -> Option<&str> {
        self.given
            .name(guid)
            .or_else(|| self.names.get(&guid).map(|name| &**name))
            .or_else(|| self.given.wpp.name(guid))
            .or_else(|| self.given.suggested_name(guid))
    }

    /// The last word of the name of a provider's channel, e.g. `Admin`, where known.
    pub fn channel_name(&self, guid: Guid, channel: u8) -> Option<&str> {
        self.given
            .channel(guid, channel)
            .or_else(|| self.channels.get(&(guid, channel)).map(|word| &**word))
            .or(match channel {
                8 => Some("System"),
                9 => Some("Application"),
                10 => Some("Security"),
                _ => None,
            })
    }
}
