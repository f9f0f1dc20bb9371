//! `cases new`: a first case over a folder of the user's.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Failure, written};
use crate::case::Draft;

pub(super) fn write(
    folder: &Path,
    file: Option<&Path>,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let unreadable = |error| {
        Failure::usage(format!(
            "cannot read the folder {}: {error}",
            folder.display()
        ))
    };
    let folder = folder.canonicalize().map_err(unreadable)?;
    let draft = Draft::of(&folder).map_err(unreadable)?;
    let file = file.map_or_else(
        || PathBuf::from(format!("{}.toml", draft.id)),
        Path::to_owned,
    );
    let parent = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let unwritable = |error| Failure::usage(format!("cannot write {}: {error}", file.display()));
    let parent = parent.canonicalize().map_err(unwritable)?;
    if parent.starts_with(&folder) {
        return Err(Failure::usage(format!(
            "{} would lie in the workspace, where the agent would read it; give a file elsewhere: \
             `cases new FOLDER FILE`",
            file.display()
        )));
    }
    let workspace = seen_from(&parent, &folder)
        .ok_or_else(|| Failure::usage(format!("{} is no UTF-8", folder.display())))?;
    // What is there already is somebody's work.
    written::new(&file, &draft.text(&workspace)).map_err(unwritable)?;
    writeln!(
        out,
        "wrote {}; complete its goal, then `wild-conformance cases --check {}`",
        file.display(),
        file.display()
    )?;
    Ok(0)
}

/// The folder as a case file in `base` names it: relative where it lies below.
fn seen_from(base: &Path, folder: &Path) -> Option<String> {
    let path = match folder.strip_prefix(base) {
        Ok(inner) => Path::new(".").join(inner),
        Err(_) => folder.to_owned(),
    };
    path.to_str().map(str::to_owned)
}
