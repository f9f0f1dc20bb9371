//! A file as the agent found it, and what another one is of it.

#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "only what traces asks for all of it")
)]

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::likeness::{Candidate, Traits};
use crate::evidence::{Form, hex};

/// Where compiled modules are kept.
pub(super) const CACHE: &str = "__pycache__";

/// Device and number.
type FileId = (u64, u64);

#[derive(Debug, Clone)]
pub(super) struct Original {
    /// Relative to the workspace.
    pub(super) path: String,
    pub(super) place: PathBuf,
    pub(super) file: Option<FileId>,
    pub(super) folder: Option<FileId>,
    pub(super) sha256: String,
    pub(super) size: usize,
    pub(super) is_entry: bool,
    pub(super) traits: Traits,
}

/// What a file is of an original.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Likeness {
    pub(crate) of: String,
    pub(crate) form: Form,
    pub(crate) announces: bool,
    /// Whether that is an entry point.
    pub(crate) is_entry: bool,
}

impl Original {
    pub(super) fn new(path: String, place: PathBuf, content: &[u8], is_entry: bool) -> Self {
        let id_of = |path: &Path| std::fs::metadata(path).ok().map(|meta| id(&meta));
        Self {
            path,
            file: id_of(&place),
            folder: place.parent().and_then(id_of),
            place,
            sha256: hex(&Sha256::digest(content)),
            size: content.len(),
            is_entry,
            traits: Traits::of(content),
        }
    }

    pub(super) fn likeness(&self, form: Form, announces: bool) -> Likeness {
        Likeness {
            of: self.path.clone(),
            form,
            announces,
            is_entry: self.is_entry,
        }
    }

    /// What something close to it is. A module that announces does so in its own words only.
    pub(super) fn judged(&self, candidate: &Candidate<'_>) -> Likeness {
        let form = candidate.form();
        let may_announce = self.is_entry || form == Form::Compiled;
        self.likeness(form, may_announce && candidate.announces(&self.traits))
    }

    /// `scripts/__pycache__/train.cpython-311.pyc` is what was compiled of `scripts/train.py`, and where
    /// Python has a folder of its own for that, so is `FOLDER/w/scripts/train.cpython-311.pyc`.
    pub(super) fn is_compiled_at(&self, place: &Path, is_folder: impl Fn(&Path) -> bool) -> bool {
        let stem = |path: &Path| Some(path.file_name()?.to_str()?.split('.').next()?.to_owned());
        let is_one = place.extension().is_some_and(|end| end == "pyc");
        if !is_one || stem(place) != stem(&self.place) {
            return false;
        }
        let Some(folder) = place.parent() else {
            return false;
        };
        if folder.ends_with(CACHE) {
            return folder.parent().is_some_and(is_folder);
        }
        let mut rest = folder.components();
        rest.next();
        // The folder of all that was compiled may be any.
        while !rest.as_path().as_os_str().is_empty() {
            if is_folder(&Path::new("/").join(rest.as_path())) {
                return true;
            }
            rest.next();
        }
        false
    }
}

pub(super) fn id(meta: &Metadata) -> FileId {
    (meta.dev(), meta.ino())
}
