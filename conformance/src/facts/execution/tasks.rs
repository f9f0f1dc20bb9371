//! The task that an iteration has to do, and how the plan was left.

use std::collections::BTreeMap;

use super::super::{Checkbox, Plan, Task, TaskId};

/// The plan before and after, task by task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The task to be done: the one in progress, else the first open one whose dependencies are done.
    pub chosen: Option<TaskId>,
    /// The box of the chosen task before and after.
    pub boxes: Option<(Checkbox, Option<Checkbox>)>,
    /// Tasks that are gone.
    pub lost: Vec<TaskId>,
    /// Tasks that are not checked in the end.
    pub open_after: Vec<TaskId>,
    /// Tasks whose box moved, with their boxes before and after.
    pub moved: Vec<(TaskId, Checkbox, Checkbox)>,
}

impl Progress {
    /// Compares two states of a plan.
    pub(super) fn new(before: &Plan, after: &Plan) -> Self {
        let old = boxes(before);
        let new = boxes(after);
        let chosen = chosen(before);
        let moved = old.iter().filter_map(|(id, from)| {
            let to = new.get(id)?;
            (from != to).then_some((*id, *from, *to))
        });
        Self {
            chosen,
            boxes: chosen.and_then(|id| Some((*old.get(&id)?, new.get(&id).copied()))),
            lost: old
                .keys()
                .filter(|id| !new.contains_key(id))
                .copied()
                .collect(),
            open_after: new
                .iter()
                .filter(|(_, mark)| **mark != Checkbox::Checked)
                .map(|(id, _)| *id)
                .collect(),
            moved: moved.collect(),
        }
    }

    /// Whether the box of the chosen task moved forward, or stayed in progress.
    pub fn has_moved(&self) -> bool {
        matches!(
            self.boxes,
            Some(
                (_, Some(Checkbox::Checked))
                    | (
                        Checkbox::Open | Checkbox::InProgress,
                        Some(Checkbox::InProgress)
                    )
            )
        )
    }
}

fn boxes(plan: &Plan) -> BTreeMap<TaskId, Checkbox> {
    plan.tasks()
        .filter_map(|task| Some((task.id()?, task.checkbox?)))
        .collect()
}

fn chosen(plan: &Plan) -> Option<TaskId> {
    let boxes = boxes(plan);
    let is_done = |id: &TaskId| boxes.get(id).is_none_or(|mark| *mark == Checkbox::Checked);
    let is_ready = |task: &Task| {
        let mut dependencies = task.dependencies.iter();
        dependencies.all(|dependency| is_done(&dependency.id))
    };
    let first = |fits: &dyn Fn(&Task) -> bool| plan.tasks().find(|task| fits(task));
    let open = |task: &Task| task.checkbox == Some(Checkbox::Open);
    first(&|task| task.checkbox == Some(Checkbox::InProgress))
        .or_else(|| first(&|task| open(task) && is_ready(task)))
        .or_else(|| first(&open))
        .and_then(Task::id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(before: &str, after: &str) -> Progress {
        let plan = |marks: &str| {
            let tasks: Vec<String> = marks
                .chars()
                .enumerate()
                .map(|(n, mark)| format!("- [{mark}] [P1-T{}] x\n", n + 1))
                .collect();
            Plan::parse(&format!("## Phase 1 - A\n{}", tasks.concat()))
        };
        Progress::new(&plan(before), &plan(after))
    }

    #[test]
    fn the_task_in_progress_comes_before_the_first_open_one() {
        assert_eq!(progress("x  ", "x  ").chosen.unwrap().task, 2);
        assert_eq!(progress("x /", "x /").chosen.unwrap().task, 3);
        assert_eq!(progress("xx", "xx").chosen, None);
    }

    #[test]
    fn tasks_whose_dependencies_are_open_are_skipped() {
        let chosen = |text: &str| {
            let plan = Plan::parse(&format!("## Phase 1 - A\n{text}"));
            Progress::new(&plan, &plan).chosen.unwrap().task
        };
        let waits = "- [ ] [P1-T1] x | depends: P1-T2\n";
        assert_eq!(chosen(&format!("{waits}- [ ] [P1-T2] y\n")), 2);
        assert_eq!(chosen(&format!("{waits}- [x] [P1-T2] y\n")), 1);
        assert_eq!(chosen("- [ ] [P1-T1] x | depends: P9-T9\n"), 1);
        let circle = format!("{waits}- [ ] [P1-T2] y | depends: P1-T1\n");
        assert_eq!(chosen(&circle), 1);
    }

    #[test]
    fn boxes_move_forward_and_tasks_stay() {
        assert!(progress("x ", "xx").has_moved());
        assert!(progress("x ", "x/").has_moved());
        assert!(progress("x/", "x/").has_moved());
        assert!(!progress("x ", "x ").has_moved());
        assert!(!progress("x/", "x ").has_moved());
        assert_eq!(progress("x  ", "xx").lost.len(), 1);
        assert_eq!(progress("x  ", "xx ").open_after.len(), 1);
    }
}
