//! What placeholders in an agent's command line stand for.

use std::borrow::Cow;
use std::path::Path;

/// What placeholders in arguments stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'a> {
    /// `{prompt}`
    pub(super) prompt: &'a str,
    /// `{prompt_file}`
    pub(super) prompt_file: &'a Path,
    /// `{home}`
    pub(super) home: &'a Path,
    /// `{tmp}`
    pub(super) tmp: &'a Path,
    /// `{workdir}`
    pub(super) workdir: &'a Path,
}

impl<'a> Places<'a> {
    /// What the placeholder of this name stands for.
    pub(super) fn value(&self, name: &str) -> Option<Cow<'a, str>> {
        match name {
            "prompt" => Some(self.prompt.into()),
            "prompt_file" => Some(self.prompt_file.to_string_lossy()),
            "home" => Some(self.home.to_string_lossy()),
            "tmp" => Some(self.tmp.to_string_lossy()),
            "workdir" => Some(self.workdir.to_string_lossy()),
            _ => None,
        }
    }
}
