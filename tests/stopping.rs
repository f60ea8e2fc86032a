//! Stopping a reading: every file is read as a whole or not at all, and what was not is told.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that is not there is a test that fails"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use joinscope::bundle::{Bundle, Limits, Passwords, open};
use joinscope::catalog::Catalog;
use joinscope::ingest::{Decoders, Digests, Reading, Unwatched, Watch, read};
use joinscope::model::ArtifactId;

/// Stops after it was asked so often.
struct Patience {
    left: AtomicUsize,
    ended: AtomicUsize,
}

impl Watch for Patience {
    fn ended(&self, _: ArtifactId, _: u64) {
        self.ended.fetch_add(1, Ordering::SeqCst);
    }

    fn is_stopped(&self) -> bool {
        let spent = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        spent.is_err()
    }
}

fn bundle() -> (tempfile::TempDir, Bundle) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.zip");
    let bytes = samples::scenario::build("preprovisioning-token-expired").unwrap();
    std::fs::write(&path, bytes).unwrap();
    let bundle = open(&[path], &Limits::default(), &Passwords::default()).unwrap();
    (folder, bundle)
}

/// Events of each artifact, and whether it is told of as not read.
fn told(reading: &Reading, artifacts: usize) -> Vec<(usize, bool)> {
    let mut told = vec![(0, false); artifacts];
    for batch in &reading.batches {
        let (events, unread) = &mut told[batch.artifact.0 as usize];
        *events += batch.records.len();
        *unread |= batch
            .blindspots
            .iter()
            .any(|spot| spot.detail.contains("reading was stopped"));
    }
    told
}

#[test]
fn a_file_is_read_as_a_whole_or_not_at_all() {
    let (_folder, bundle) = bundle();
    let catalog = Arc::new(Catalog::embedded().unwrap());
    let decoders = Decoders::shipped(&catalog);
    let count = bundle.artifacts.len();
    let whole = told(&read(&bundle, &decoders, Digests::Skip, &Unwatched), count);
    for left in 0..60 {
        let patience = Patience {
            left: AtomicUsize::new(left),
            ended: AtomicUsize::new(0),
        };
        let reading = read(&bundle, &decoders, Digests::Skip, &patience);
        assert_eq!(
            patience.ended.load(Ordering::SeqCst),
            count,
            "every file ends"
        );
        for (now, all) in told(&reading, count).into_iter().zip(&whole) {
            let (events, is_unread) = now;
            assert_eq!(
                events,
                if is_unread { 0 } else { all.0 },
                "stopped after {left}"
            );
        }
        if left == 0 {
            assert!(
                told(&reading, count)
                    .iter()
                    .all(|(_, is_unread)| *is_unread)
            );
        }
    }
}
