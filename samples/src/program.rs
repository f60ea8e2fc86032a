//! A Windows program that carries its providers' manifests, as event providers do.
//!
//! The container is the PE format (specified): headers, one section, in it a resource directory of
//! three levels whose single leaf is named `WEVT_TEMPLATE`. What is in the leaf (`CRIM`, `WEVT`,
//! `CHAN`, `TASK`, `TTBL`, `EVNT`) is observed. Nothing in it runs.

mod image;
mod manifest;

use crate::etl::EtlError;

/// A program with providers.
#[derive(Debug, Clone, Default)]
pub struct Program {
    providers: Vec<ProgramProvider>,
}

/// One provider of a program.
#[derive(Debug, Clone)]
pub struct ProgramProvider {
    guid: String,
    channels: Vec<(u32, String)>,
    events: Vec<ProgramEvent>,
}

/// One event of a provider, with a template of its own.
#[derive(Debug, Clone)]
pub struct ProgramEvent {
    id: u16,
    version: u8,
    channel: u8,
    task: Option<String>,
    items: Vec<ProgramItem>,
}

/// One item of a template.
#[derive(Debug, Clone)]
pub struct ProgramItem {
    name: String,
    types: [u8; 2],
    flags: u32,
    count: u16,
    length: u16,
}

impl Program {
    /// A program without providers, and so without resources.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a provider.
    #[must_use]
    pub fn provider(mut self, provider: ProgramProvider) -> Self {
        self.providers.push(provider);
        self
    }

    /// The program's file.
    ///
    /// # Errors
    /// When a GUID is none, or something is larger than its length field.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EtlError> {
        let content = if self.providers.is_empty() {
            None
        } else {
            Some(manifest::resource(&self.providers)?)
        };
        image::program(content.as_deref())
    }
}

impl ProgramProvider {
    /// A provider without channels and events.
    pub fn new(guid: &str) -> Self {
        Self {
            guid: guid.to_owned(),
            channels: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Adds a channel.
    #[must_use]
    pub fn channel(mut self, number: u32, name: &str) -> Self {
        self.channels.push((number, name.to_owned()));
        self
    }

    /// Adds an event.
    #[must_use]
    pub fn event(mut self, event: ProgramEvent) -> Self {
        self.events.push(event);
        self
    }
}

impl ProgramEvent {
    /// An event of version 0 without channel, task and items.
    pub fn new(id: u16) -> Self {
        Self {
            id,
            version: 0,
            channel: 0,
            task: None,
            items: Vec::new(),
        }
    }

    /// Version of its layout.
    #[must_use]
    pub fn version(mut self, version: u8) -> Self {
        self.version = version;
        self
    }

    /// Number of its channel.
    #[must_use]
    pub fn channel(mut self, channel: u8) -> Self {
        self.channel = channel;
        self
    }

    /// Name of its task.
    #[must_use]
    pub fn task(mut self, name: &str) -> Self {
        self.task = Some(name.to_owned());
        self
    }

    /// Adds an item by the numbers of its input and output type.
    #[must_use]
    pub fn item(self, name: &str, input: u8, output: u8) -> Self {
        self.add(name, [input, output], 0, 0)
    }

    /// Adds an item whose length the item at `index` holds.
    #[must_use]
    pub fn item_with_length_of(self, name: &str, input: u8, output: u8, index: u16) -> Self {
        self.add(name, [input, output], 2, index)
    }

    fn add(mut self, name: &str, types: [u8; 2], flags: u32, length: u16) -> Self {
        self.items.push(ProgramItem {
            name: name.to_owned(),
            types,
            flags,
            count: 1,
            length,
        });
        self
    }
}
