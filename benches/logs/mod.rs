//! Generated event logs for the benches.

use samples::evtx::EvtxLog;

/// A log of about this size, equal for equal arguments.
pub(crate) fn log(seed: u64, mebibytes: usize) -> Vec<u8> {
    EvtxLog::large(seed, mebibytes << 20)
        .expect("the sizes of the benches are far below the generator's limit")
}
