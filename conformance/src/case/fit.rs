//! What a user's case says that does not fit what it names.

use std::path::Path;

use super::{Case, Workspace};

/// What does not fit, a sentence each. `file` is the case file.
pub(super) fn problems(case: &Case, file: &Path) -> Vec<String> {
    let id = &case.id;
    let mut problems = Vec::new();
    let Some(workspace) = Workspace::find(&case.workspace) else {
        return vec![format!("`{id}`: there is no folder {}", case.workspace)];
    };
    for entry in case
        .entry_points
        .iter()
        .filter(|entry| !workspace.has_file(entry))
    {
        problems.push(format!(
            "`{id}`: the workspace has no entry point `{entry}`; name files relative to the workspace"
        ));
    }
    if let Workspace::Folder(folder) = &workspace
        && file
            .canonicalize()
            .is_ok_and(|file| file.starts_with(folder))
    {
        problems.push(format!(
            "`{id}`: the case file lies in the workspace, where the agent would read it; move it out"
        ));
    }
    // A plan without an open task is one that an agent is to call done.
    if case.is_execution() && !case.placeholder.contains("- [") {
        problems.push(format!("`{id}`: its plan has no task"));
    }
    for axis in case.grid.iter().filter(|axis| axis.values.is_empty()) {
        problems.push(format!(
            "`{id}`: the axis `{}` of its grid has no values",
            axis.name
        ));
    }
    problems
}
