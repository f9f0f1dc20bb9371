//! The tasks that were ticked in an iteration, and what they had to show for it.

use super::super::{Checkbox, Plan, Reading, Task, TaskId};
use super::done_when::{self, Condition};
use crate::case::DeclaredTask;

/// A task that was ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticked {
    /// Its id.
    pub id: TaskId,
    /// Its line in the tasks file.
    pub line: usize,
    /// Whether it is carried out by runs.
    pub experiment: Experiment,
    /// What its done-when asks for, so far as that can be computed.
    pub conditions: Vec<Condition>,
    /// Whether the case says what its done-when asks for.
    pub is_declared: bool,
    /// Whether its done-when is another one than the iteration found.
    pub is_rewritten: bool,
}

/// Whether a task is carried out by runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Experiment {
    /// The case says so, or the task says which request starts them.
    Sure,
    /// Its words speak of it.
    Likely,
    /// It is not.
    No,
}

/// What cases and plan say of a task.
pub(super) struct Catalog<'c> {
    pub(super) declared: &'c [DeclaredTask],
    pub(super) before: &'c Plan,
    pub(super) reading: &'c Reading,
}

impl Catalog<'_> {
    /// The tasks that `after` ticks and the plan before did not.
    pub(super) fn ticked(&self, after: &Plan) -> Vec<Ticked> {
        let is_ticked = |task: &Task| task.checkbox == Some(Checkbox::Checked);
        after
            .tasks()
            .filter(|task| is_ticked(task))
            .filter_map(|task| {
                let id = task.id()?;
                let old = self.before.task(id);
                if old.is_some_and(is_ticked) {
                    return None;
                }
                let asked = old.unwrap_or(task);
                let words = |task: &Task| task.done_when().map(|field| field.value.clone());
                Some(Ticked {
                    id,
                    line: task.line,
                    experiment: self.experiment(asked, old.is_some()),
                    conditions: self.conditions(asked),
                    is_declared: self
                        .declared(asked.id()?)
                        .is_some_and(|declared| !done_when::declared(declared).is_empty()),
                    is_rewritten: words(asked) != words(task),
                })
            })
            .collect()
    }

    /// How many finished runs the tasks that were ticked before must have had.
    pub(super) fn finished_before(&self) -> u64 {
        let ticked = self.before.tasks();
        let ticked = ticked.filter(|task| task.checkbox == Some(Checkbox::Checked));
        let counts = ticked.flat_map(|task| self.conditions(task));
        counts
            .filter_map(|condition| match condition {
                Condition::Runs { count, .. } => Some(count),
                Condition::File(_) | Condition::Rows { .. } => None,
            })
            .fold(0, u64::saturating_add)
    }

    fn declared(&self, id: TaskId) -> Option<&DeclaredTask> {
        let mut declared = self.declared.iter();
        declared.find(|declared| TaskId::read(&declared.id) == Some(id))
    }

    fn experiment(&self, task: &Task, is_old: bool) -> Experiment {
        let declared = task.id().and_then(|id| self.declared(id));
        if let Some(is_one) = declared.and_then(|declared| declared.experiment) {
            return if is_one {
                Experiment::Sure
            } else {
                Experiment::No
            };
        }
        // What the reading knows is the plan that was found; a task that was added is no part of it.
        if !is_old || !self.reading.task(task).is_experiment() {
            Experiment::No
        } else if task.full_text().contains("POST /runs") {
            Experiment::Sure
        } else {
            Experiment::Likely
        }
    }

    fn conditions(&self, task: &Task) -> Vec<Condition> {
        let declared = task.id().and_then(|id| self.declared(id));
        let conditions = declared.map(done_when::declared).unwrap_or_default();
        if !conditions.is_empty() {
            return conditions;
        }
        let value = |field: Option<&super::super::Field>| {
            field.map(|field| field.value.clone()).unwrap_or_default()
        };
        done_when::read(&value(task.done_when()), &value(task.deliverable()))
    }
}
