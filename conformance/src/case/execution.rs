//! The plans that execution cases carry out, built into the program.

use include_dir::{Dir, include_dir};

static PLANS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../fixtures/executions");

/// The text of a plan under `fixtures/executions`, by its name without extension.
pub fn plan_text(name: &str) -> Option<&'static str> {
    PLANS.get_file(format!("{name}.md"))?.contents_utf8()
}
