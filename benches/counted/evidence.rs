//! What the workloads read: generated from fixed seeds, small and large.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::{archive, logs, tokens, traces};

const LOG_SEED: u64 = 31;
/// Seed of the log that stands beside the scenarios.
const BESIDE_SEED: u64 = 12;
const TOKEN_TEXT: usize = 512 << 10;

#[derive(Clone, Copy)]
pub(crate) enum Size {
    /// For the run that is not counted.
    Small,
    /// For the one that is.
    Large,
}

impl Size {
    const ALL: [Self; 2] = [Self::Small, Self::Large];

    fn folder(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Large => "large",
        }
    }

    fn of<T>(self, small: T, large: T) -> T {
        match self {
            Self::Small => small,
            Self::Large => large,
        }
    }
}

/// Where the files of one size lie.
pub(crate) struct Evidence {
    folder: PathBuf,
    size: Size,
}

impl Evidence {
    pub(crate) fn of(folder: &Path, size: Size) -> Self {
        Self {
            folder: folder.join(size.folder()),
            size,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("the evidence was written before")
    }

    /// A bundle of each scenario; of the small size only the first.
    pub(crate) fn stories(&self) -> impl Iterator<Item = PathBuf> {
        stories(self.size).map(|name| self.path(&format!("{name}.zip")))
    }
}

fn stories(size: Size) -> impl Iterator<Item = &'static str> {
    let names = samples::scenario::names();
    names.iter().copied().take(size.of(1, names.len()))
}

/// Makes all files of both sizes.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    for size in Size::ALL {
        let evidence = Evidence::of(folder, size);
        fs::create_dir_all(&evidence.folder)?;
        for (name, bytes) in files(size) {
            fs::write(evidence.path(&name), bytes)?;
        }
    }
    Ok(())
}

fn files(size: Size) -> Vec<(String, Vec<u8>)> {
    let log = logs::log(LOG_SEED, size.of(1, 8));
    let trace = size.of(256 << 10, 2 << 20);
    let mut files = vec![
        (
            "log.zip",
            samples::scenario::pack(&[("log.evtx".to_owned(), log.clone())]),
        ),
        ("log.evtx", log),
        ("beside.evtx", logs::log(BESIDE_SEED, size.of(1, 2))),
        ("varied.etl", traces::varied(trace)),
        ("self-described.etl", traces::self_described(trace)),
        ("by-schema.etl", traces::by_schema(trace)),
        ("packed.etl", traces::packed(trace)),
        ("sessions.saz", archive::archive(size.of(8, 240))),
        ("tokens.saz", tokens::tokens(size.of(1, 8), TOKEN_TEXT)),
    ]
    .into_iter()
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .collect::<Vec<_>>();
    files.extend(stories(size).map(|name| {
        let bundle = samples::scenario::build(name);
        (
            format!("{name}.zip"),
            bundle.expect("the stories that come with the crate are sound"),
        )
    }));
    files
}
