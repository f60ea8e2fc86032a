//! Generated evidence for the benches, of fixed seeds and sizes.

mod files;
mod opened;

pub(crate) use files::file;
pub(crate) use opened::{bundle, reading};

/// Runs on a pool of one thread, so that the figure is of one core.
pub(crate) fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("one thread can be started");
    pool.install(work)
}
