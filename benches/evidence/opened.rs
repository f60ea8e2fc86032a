//! Evidence opened and read as every verb does it.

use std::path::PathBuf;
use std::sync::LazyLock;

use joinscope::bundle::{Bundle, Limits, Passwords, open};
use joinscope::catalog::Catalog;
use joinscope::ingest::{Decoders, Digests, Reading, Unwatched, read};

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
