//! The embedded tables that the stages after reading need.

use std::sync::Arc;

use joinscope::analyze::Rules;
use joinscope::catalog::Catalog;

/// The catalogue and the rules, loaded outside of what is measured.
pub(crate) fn knowledge() -> (Arc<Catalog>, Rules) {
    let catalog =
        Catalog::embedded().expect("the embedded catalogue is sound; a test holds it to that");
    let rules =
        Rules::embedded(&catalog).expect("the embedded rules are sound; a test holds them to that");
    (Arc::new(catalog), rules)
}
