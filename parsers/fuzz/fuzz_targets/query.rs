//! The query language: any text parses or is refused with a sentence; what parses can be checked
//! against the catalogue, and asked of events without end or panic.

#![no_main]

use std::sync::{Arc, OnceLock};

use joinscope::bundle::{Limits, Passwords, open};
use joinscope::catalog::Catalog;
use joinscope::ingest::{Decoders, Digests, Unwatched, read};
use joinscope::timeline::{Query, Timeline};
use libfuzzer_sys::fuzz_target;

/// The events of a made-up story, read once.
fn timeline() -> &'static Timeline {
    static TIMELINE: OnceLock<Timeline> = OnceLock::new();
    TIMELINE.get_or_init(|| {
        let bundle =
            samples::scenario::build("entra-join-healthy").expect("the story is part of the crate");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("x.zip");
        std::fs::write(&path, bundle).expect("a temporary file can be written");
        let bundle =
            open(&[path], &Limits::default(), &Passwords::default()).expect("the file is there");
        let catalog = Catalog::embedded().expect("the catalogue is part of the program");
        let decoders = Decoders::shipped(&catalog);
        Timeline::build(
            read(&bundle, &decoders, Digests::Skip, &Unwatched).batches,
            Arc::new(catalog),
        )
    })
}

fuzz_target!(|text: &str| {
    let timeline = timeline();
    let query = match Query::parse(text) {
        Ok(query) => query,
        Err(error) => return assert!(error.to_string().starts_with("query: ")),
    };
    if let Err(error) = query.check(timeline.catalog(), Some(timeline)) {
        assert!(error.to_string().starts_with("query: "));
    }
    let matcher = query.on(timeline);
    let found = timeline
        .events()
        .filter(|event| matcher.matches(*event))
        .count();
    // The negation finds exactly the others.
    if let Ok(negation) = Query::parse(&format!("not ({text})")) {
        let matcher = negation.on(timeline);
        let others = timeline
            .events()
            .filter(|event| matcher.matches(*event))
            .count();
        assert_eq!(found + others, timeline.len());
    }
});
