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

/// The beginnings of the lines of tasks that are done, and of those that are begun.
const TICKED: &str = "- [x] [";
const BEGUN: &str = "- [/] [";

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
        let ids = marked(&self.placeholder, TICKED);
        ids.filter_map(|id| known?.iter().find(|done| done.id == id))
            .collect()
    }
}

impl Case {
    /// What the iteration log holds before the agent starts: what the case says, and a line for each
    /// task of its past and for each that was begun.
    pub(crate) fn log_before(&self) -> String {
        self.log_after(usize::MAX)
    }

    /// What the iteration log held when so many iterations had been carried out.
    pub(crate) fn log_after(&self, count: usize) -> String {
        let past = self.past();
        let done = past.iter().map(|done| format!("{}, {}", done.id, done.log));
        let begun = self.begun().into_iter();
        let begun = begun.filter(|_| !past.is_empty());
        let begun = begun.map(|id| format!("{id}, begun; its runs are not over"));
        let lines = done.chain(begun).zip(1..).take(count);
        lines.fold(self.log.clone(), |log, (line, nth)| {
            format!("{log}- {nth}: {line}\n")
        })
    }

    /// The plan when so many tasks of its past had been carried out: the later ones were open still.
    pub(crate) fn plan_after(&self, count: usize) -> String {
        let later = self.past().into_iter().skip(count);
        let later: Vec<&str> = later.map(|done| done.id.as_str()).collect();
        let begun = self.begun();
        let was_open = |line: &str| {
            let id = |mark: &str| line.trim_start().strip_prefix(mark)?.split(']').next();
            id(TICKED).is_some_and(|id| later.contains(&id))
                || id(BEGUN).is_some_and(|id| begun.contains(&id))
        };
        let lines = self.placeholder.split_inclusive('\n');
        lines
            .map(|line| match line.split_once(']') {
                Some((mark, rest)) if was_open(line) => {
                    format!("{} ]{rest}", mark.trim_end_matches(['x', '/']))
                }
                _ => line.to_owned(),
            })
            .collect()
    }

    /// The ids of the tasks that its plan has begun.
    pub(crate) fn begun(&self) -> Vec<&str> {
        marked(&self.placeholder, BEGUN).collect()
    }
}

/// The ids of the tasks of a plan whose lines begin with `mark`.
fn marked<'p>(plan: &'p str, mark: &'static str) -> impl Iterator<Item = &'p str> {
    let lines = plan.lines();
    let marked = lines.filter_map(move |line| line.trim().strip_prefix(mark));
    marked.filter_map(|line| line.split(']').next())
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
        let last = cases.iter().find(|case| case.id == "execution-last-task");
        let ticked = last.unwrap().placeholder.matches("- [x] [").count();
        assert_eq!(past("execution-last-task").len(), ticked);
        assert!(past("planning-healthy").is_empty());
        let mut own = cases
            .iter()
            .find(|case| case.id == "execution-grid")
            .unwrap()
            .clone();
        own.plan = Some("/my/plan.md".to_owned());
        assert!(own.past().is_empty());
    }

    #[test]
    fn a_plan_was_ticked_one_task_after_the_other() {
        let cases = builtin_cases().unwrap();
        let find = |id: &str| cases.iter().find(|case| case.id == id).unwrap();
        let case = find("execution-baseline");
        for count in 0..=4 {
            let plan = case.plan_after(count);
            let ticked: Vec<&str> = marked(&plan, TICKED).collect();
            assert_eq!(ticked, ["P1-T1", "P1-T2", "P1-T3", "P2-T1"][..count]);
            let open = |text: &str| text.replace("[x]", "[ ]");
            assert_eq!(open(&plan), open(&case.placeholder));
            let log = case.log_after(count);
            assert_eq!(
                log.lines().count() + 4 - count,
                case.log_before().lines().count()
            );
            assert!(case.log_before().starts_with(&log));
        }
        let mut begun = case.clone();
        begun.placeholder = begun.placeholder.replacen("- [ ] [", BEGUN, 1);
        assert_eq!(begun.begun().len(), 1);
        assert_eq!(begun.plan_after(4), case.placeholder);
    }
}
