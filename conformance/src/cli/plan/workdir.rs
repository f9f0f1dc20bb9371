//! The working directory that a plan is held against.

use std::path::Path;

use crate::cli::manner::Manner;
use crate::facts::{PlanContext, Tree};

/// The working directory's files, where it exists on this machine.
pub(super) fn tree(context: &PlanContext) -> Option<Tree> {
    let workdir = Path::new(context.workdir.as_deref()?);
    let beside_plan = context.tasks_folder().map(|folder| workdir.join(folder));
    workdir
        .is_dir()
        .then(|| Tree::list(workdir, beside_plan.as_deref().unwrap_or(workdir)))
}

/// Says so where the files are not looked up that a plan's paths name.
pub(super) fn note_missing(workdir: Option<&str>, manner: Manner) {
    if let Some(folder) = workdir.filter(|folder| !Path::new(folder).is_dir()) {
        manner.note(&format!(
            "there is no folder {folder} here, so that no file is looked up in it"
        ));
    }
}
