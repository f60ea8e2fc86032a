//! Files are built once into the target folder's `tmp`, and again whenever the bench itself was, so
//! that a figure is never one of an older generator's data.

use std::fs;
use std::path::{Path, PathBuf};

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
