//! Generated evidence for the benches, of fixed seeds and sizes.
//!
//! Files are built once into the target folder's `tmp`, and again whenever the bench itself was, so
//! that a figure is never one of an older generator's data.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use joinscope::bundle::{Bundle, Limits, Passwords, open};
use joinscope::catalog::Catalog;
use joinscope::ingest::{Decoders, Digests, Reading, Unwatched, read};

/// The path of a file with this content, which is made only when the bench is newer than the file.
pub(crate) fn file(name: &str, content: impl FnOnce() -> Vec<u8>) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if !is_current(&path) {
        // Written beside and moved, so that an interrupted run leaves no half of a file.
        let unfinished = path.with_extension("unfinished");
        fs::write(&unfinished, content()).expect("the target folder can be written to");
        fs::rename(&unfinished, &path).expect("both names are in the same folder");
    }
    path
}

fn is_current(path: &Path) -> bool {
    let made = |path: &Path| fs::metadata(path).and_then(|found| found.modified()).ok();
    let bench = std::env::current_exe().ok().and_then(|bench| made(&bench));
    matches!((made(path), bench), (Some(file), Some(bench)) if file > bench)
}

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
