//! Generated evidence for the benches, of fixed seeds and sizes.

mod files;

use std::path::PathBuf;
use std::sync::LazyLock;

use joinscope::bundle::{Bundle, Limits, Passwords, open};
use joinscope::catalog::Catalog;
use joinscope::ingest::{Decoders, Digests, Reading, Unwatched, read};

pub(crate) use files::file;

/// Files and archives, opened as every verb opens them.
pub(crate) fn bundle(paths: &[PathBuf]) -> Bundle {
    open(paths, &Limits::default(), &Passwords::default())
        .expect("the benches' own files can be read")
}

/// All batches, without digests, by the shipped tables.
pub(crate) fn reading(bundle: &Bundle) -> Reading {
    static DECODERS: LazyLock<Decoders> = LazyLock::new(|| {
        Decoders::shipped(&Catalog::embedded().expect("the embedded tables are sound"))
    });
    read(bundle, &DECODERS, Digests::Skip, &Unwatched)
}

/// Runs on a pool of one thread, so that the figure is of one core.
pub(crate) fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("one thread can be started");
    pool.install(work)
}
