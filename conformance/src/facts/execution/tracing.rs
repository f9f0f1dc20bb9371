//! Which task led to which sweeps and runs, and what is left over on either side.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::{Checkbox, Plan, Task, TaskId};
use super::runs::{RunFacts, Runs};
use super::shell::Command;

/// From the plan to the server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tracing {
    /// The tasks with runs.
    pub tasks: Vec<Traced>,
    /// Names and ids of runs of this iteration that no task asks for, as far as can be told.
    pub orphan_runs: Vec<String>,
    /// Tasks that ask for runs, were begun in this iteration, and have none.
    pub orphan_tasks: Vec<String>,
    /// The task to which each run belongs, by the run's id.
    #[serde(skip)]
    pub owners: BTreeMap<String, TaskId>,
}

/// A task with what it led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Traced {
    /// The task's id.
    pub task: String,
    /// The ids of sweeps.
    pub sweeps: Vec<String>,
    /// Names and ids of runs.
    pub runs: Vec<String>,
}

impl Tracing {
    /// Links tasks and runs: a run belongs to the task that names most of the paths in its command, and
    /// among several to the one that was to be done, or else to the first.
    pub(super) fn new(plan: &Plan, after: &Plan, chosen: Option<TaskId>, runs: &Runs<'_>) -> Self {
        let asking: Vec<&Task> = plan.tasks().filter(|task| asks_for_runs(task)).collect();
        let owner = |run: &RunFacts<'_>| {
            let command = Command::parse(&run.command);
            let paths_named = |task: &Task| {
                let text = task.full_text();
                let is_named = |word: &&str| {
                    let is_path =
                        word.contains('.') && word.contains('/') && !word.starts_with('/');
                    is_path && text.contains(*word)
                };
                command.words().filter(is_named).count()
            };
            let named = asking.iter().map(|task| (paths_named(task), task.id()));
            let named: Vec<(usize, Option<TaskId>)> =
                named.filter(|(count, _)| *count > 0).collect();
            let most = named.iter().map(|(count, _)| *count).max()?;
            let mut fitting = named.iter().filter(|(count, _)| *count == most);
            let first = fitting.clone().next();
            fitting.find(|(_, id)| *id == chosen).or(first)?.1
        };
        let of_tasks = runs.all.iter();
        let mut tracing = Self {
            owners: of_tasks
                .filter_map(|run| Some((run.id.clone(), owner(run)?)))
                .collect(),
            ..Self::default()
        };
        for task in &asking {
            let Some(id) = task.id() else {
                continue;
            };
            let own: Vec<&RunFacts<'_>> = runs
                .all
                .iter()
                .filter(|run| tracing.owners.get(&run.id) == Some(&id))
                .collect();
            if own.is_empty() {
                if task.checkbox != Some(Checkbox::Checked) && is_begun(after, id) {
                    tracing.orphan_tasks.push(id.to_string());
                }
                continue;
            }
            let sweeps: BTreeSet<String> = own.iter().filter_map(|run| run.sweep.clone()).collect();
            tracing.tasks.push(Traced {
                task: id.to_string(),
                sweeps: sweeps.into_iter().collect(),
                runs: own.iter().map(|run| shown(run)).collect(),
            });
        }
        // What somebody else left there is nobody's orphan.
        let orphans = runs.created();
        let orphans = orphans.filter(|run| !tracing.owners.contains_key(&run.id));
        tracing.orphan_runs = orphans.map(shown).collect();
        tracing
    }
}

fn asks_for_runs(task: &Task) -> bool {
    let text = task.full_text();
    text.contains("POST /runs") || text.contains("POST /sweeps")
}

fn is_begun(plan: &Plan, id: TaskId) -> bool {
    plan.task(id).is_some_and(|task| {
        matches!(
            task.checkbox,
            Some(Checkbox::Checked | Checkbox::InProgress)
        )
    })
}

fn shown(run: &RunFacts<'_>) -> String {
    format!("{} ({})", run.name, run.id)
}
