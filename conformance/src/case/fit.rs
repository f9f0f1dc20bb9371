//! What a user's case says that does not fit what it names.

use std::path::Path;

use toml::{Table, Value};

use super::{Case, Kind, RunMode, Workspace};

/// What an entry of `runs` says of a run that is executed.
const OF_EXECUTED: [&str; 3] = ["command", "launch_seconds", "duration_seconds"];

/// Keys of `runs` that say nothing because the runs are executed, each told once. `keys` are the case's.
pub(super) fn unused(case: &Case, keys: &Table) -> Vec<String> {
    // Runs of a campaign are those of its execution iterations.
    let mut played = case.clone();
    if case.is_campaign() {
        played.kind = Kind::Execution;
    }
    if played.run_mode() == RunMode::Simulated {
        return Vec::new();
    }
    let rules = keys.get("runs").and_then(Value::as_array);
    let tables = rules.into_iter().flatten().filter_map(Value::as_table);
    let mut unused: Vec<&str> = tables
        .flat_map(Table::keys)
        .map(String::as_str)
        .filter(|key| !OF_EXECUTED.contains(key))
        .collect();
    unused.sort_unstable();
    unused.dedup();
    let told = unused.into_iter().map(|key| {
        format!(
            "`{key}` in `runs` says nothing, because its runs are executed; leave it out, or give \
             `run_mode = \"simulated\"`"
        )
    });
    told.collect()
}

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
