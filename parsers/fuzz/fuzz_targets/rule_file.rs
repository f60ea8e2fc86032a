//! Rule files: any text is a rule or is refused with a sentence; what loads can be checked and tested
//! without end or panic. The file is loaded alone: the embedded rules are sound, and many times longer.

#![no_main]

use std::sync::{Arc, OnceLock};

use joinscope::analyze::{Rules, run_cases};
use joinscope::catalog::Catalog;
use joinscope::rules::{Cases, RuleSet};
use libfuzzer_sys::fuzz_target;

/// The tables, loaded once.
fn tables() -> &'static (Arc<Catalog>, Rules) {
    static TABLES: OnceLock<(Arc<Catalog>, Rules)> = OnceLock::new();
    TABLES.get_or_init(|| {
        let catalog = Catalog::embedded().expect("the catalogue is part of the program");
        let flows = Rules::embedded(&catalog).expect("the flows are part of the program");
        (Arc::new(catalog), flows)
    })
}

fuzz_target!(|text: &str| {
    let (catalog, flows) = tables();
    let files = [("join/fuzzed.yaml".to_owned(), text.to_owned())];
    let (set, faults) = RuleSet::of_files(catalog, &files, Cases::Read);
    assert!(faults.iter().all(|fault| !fault.fault.is_empty()));
    set.unsound(catalog);
    if let Some(rule) = set.rule("fuzzed") {
        run_cases(rule, &set, flows, catalog);
    }
});
