//! What the ticked tasks of a built-in plan left: files, runs and lines of the log.
//!
//! It was gathered by carrying the tasks out (`conformance/pasts.py`), so that it is what an agent would
//! have left.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, DirEntry, include_dir};
use serde::Deserialize;
use serde_json::{Map, Value};
use wild_mock_server::cases;

use super::Case;

static PASTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../fixtures/pasts");

/// The folder of a task's files that stands for the folder of the tasks file.
const SESSION: &str = "session/";

/// What a task left.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Done {
    /// The task's id.
    pub(crate) id: String,
    /// What the iteration log says of it.
    pub(crate) log: String,
    /// Its runs, by their names.
    #[serde(default)]
    pub(crate) runs: BTreeMap<String, Ran>,
    #[serde(skip)]
    files: Vec<(String, &'static [u8])>,
}

/// A run that finished.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ran {
    /// Its command, with `{workdir}` for the working directory.
    pub(crate) command: String,
    /// What it reported in the end.
    pub(crate) metrics: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    task: Vec<Done>,
}

impl Done {
    /// Its files, by their paths in the workspace.
    pub(crate) fn files<'s>(
        &'s self,
        session_folder: &'s str,
    ) -> impl Iterator<Item = (String, &'static [u8])> + 's {
        self.files.iter().map(move |(path, bytes)| {
            let path = match path.strip_prefix(SESSION) {
                Some(inner) => format!("{session_folder}/{inner}"),
                None => path.clone(),
            };
            (path, *bytes)
        })
    }

    /// The lines that its run of this name printed.
    pub(crate) fn printed(&self, run: &str) -> Vec<&'static str> {
        let end = format!("/logs/{run}.log");
        let mut logs = self.files.iter().filter(|(path, _)| path.ends_with(&end));
        let text = logs
            .next()
            .and_then(|(_, bytes)| std::str::from_utf8(bytes).ok());
        text.unwrap_or_default().lines().collect()
    }
}

impl Case {
    /// What the tasks that its plan has ticked left behind, in the plan's order: nothing for plans and
    /// workspaces of the user's, and where nobody says.
    pub(crate) fn past(&self) -> Vec<&'static Done> {
        let has_own_plan = self.plan.as_deref().is_none_or(cases::is_path);
        if has_own_plan || self.has_own_workspace() {
            return Vec::new();
        }
        let known = all().get(self.workspace.as_str());
        let boxes = self
            .placeholder
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- [x] ["));
        let ids = boxes.filter_map(|line| line.split(']').next());
        ids.filter_map(|id| known?.iter().find(|done| done.id == id))
            .collect()
    }
}

impl Case {
    /// What the iteration log holds before the agent starts: what the case says, and a line for each
    /// task of its past and for each that was begun.
    pub(crate) fn log_before(&self) -> String {
        let past = self.past();
        let done = past.iter().map(|done| format!("{}, {}", done.id, done.log));
        let lines = self.placeholder.lines();
        let begun = lines.filter_map(|line| line.trim().strip_prefix("- [/] ["));
        let begun = begun.filter(|_| !past.is_empty()).filter_map(|line| {
            let id = line.split(']').next()?;
            Some(format!("{id}, begun; its runs are not over"))
        });
        let lines = done.chain(begun).zip(1..);
        lines.fold(self.log.clone(), |log, (line, nth)| {
            format!("{log}- {nth}: {line}\n")
        })
    }
}

/// All pasts, by the names of their workspaces. One that is not valid is empty, which a test rules out.
fn all() -> &'static BTreeMap<&'static str, Vec<Done>> {
    static ALL: LazyLock<BTreeMap<&'static str, Vec<Done>>> = LazyLock::new(|| {
        let pasts = PASTS.dirs().filter_map(|dir| {
            let name = dir.path().file_name()?.to_str()?;
            Some((name, read(dir).unwrap_or_default()))
        });
        pasts.collect()
    });
    &ALL
}

fn read(dir: &'static Dir<'static>) -> Result<Vec<Done>, toml::de::Error> {
    let told = dir.get_file(dir.path().join("past.toml"));
    let text = told.and_then(include_dir::File::contents_utf8);
    let mut tasks = toml::from_str::<Told>(text.unwrap_or_default())?.task;
    for done in &mut tasks {
        let folder = dir.path().join(&done.id);
        let mut pending: Vec<_> = dir.get_dir(&folder).into_iter().collect();
        while let Some(inner) = pending.pop() {
            for entry in inner.entries() {
                match entry {
                    DirEntry::Dir(inner) => pending.push(inner),
                    DirEntry::File(file) => {
                        let path = file.path().strip_prefix(&folder);
                        let path = path.unwrap_or(file.path()).display().to_string();
                        done.files.push((path, file.contents()));
                    }
                }
            }
        }
        done.files.sort();
    }
    Ok(tasks)
}

#[cfg(test)]
mod tests {
    use super::super::builtin_cases;
    use super::*;

    #[test]
    fn pasts_are_valid_and_runs_left_what_they_printed() {
        for dir in PASTS.dirs() {
            let tasks = read(dir).unwrap();
            assert!(!tasks.is_empty());
            for done in &tasks {
                assert!(!done.files.is_empty(), "{} left no file", done.id);
                let silent = done.runs.keys().find(|run| done.printed(run).is_empty());
                assert_eq!(silent, None, "{}", done.id);
            }
        }
    }

    #[test]
    fn only_ticked_tasks_of_built_in_plans_have_a_past() {
        let cases = builtin_cases().unwrap();
        let past = |id: &str| {
            let case = cases.iter().find(|case| case.id == id).unwrap();
            let past = case.past().into_iter();
            past.map(|done| done.id.as_str()).collect::<Vec<_>>()
        };
        let first = ["P1-T1", "P1-T2", "P1-T3", "P2-T1"];
        assert_eq!(past("execution-baseline"), first);
        assert_eq!(past("execution-grid"), [&first[..], &["P2-T2"]].concat());
        assert_eq!(past("execution-slurm"), past("execution-grid"));
        assert_eq!(past("execution-last-task").len(), 8);
        assert!(past("planning-healthy").is_empty());
        let mut own = cases
            .iter()
            .find(|case| case.id == "execution-grid")
            .unwrap()
            .clone();
        own.plan = Some("/my/plan.md".to_owned());
        assert!(own.past().is_empty());
    }
}
