//! Files that are written as a whole or not at all.

use std::fs::File;
use std::io::{Result, Write};
use std::path::Path;

/// Writes a file that must not be there yet. What did not fit is removed again.
pub(super) fn new(path: &Path, text: &str) -> Result<()> {
    let mut file = File::create_new(path)?;
    let written = file.write_all(text.as_bytes());
    if written.is_err() {
        // Half of it would be taken for somebody's work.
        let _ = std::fs::remove_file(path);
    }
    written
}
