//! The scripts that are built into the program.

use std::ffi::OsStr;

use include_dir::{Dir, include_dir};

static SCRIPTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../fixtures/models");

/// Names of the built-in scripts, in order.
pub fn shipped() -> Vec<&'static str> {
    let mut names: Vec<&str> = SCRIPTS
        .files()
        .filter(|file| file.path().extension().is_some_and(|end| end == "toml"))
        .filter_map(|file| file.path().file_stem().and_then(OsStr::to_str))
        .collect();
    names.sort_unstable();
    names
}

/// The text of a built-in script.
pub(super) fn text(name: &str) -> Option<&'static str> {
    SCRIPTS.get_file(format!("{name}.toml"))?.contents_utf8()
}
