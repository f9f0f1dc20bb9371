//! The prompt-skill playbook: where it is planned, and what it says once it is written.

use crate::facts::{PlanFacts, Task};

/// Name of its file.
pub(super) const NAME: &str = "prompt_skill_playbook.md";

/// Whether a path is that of a playbook, wherever it lies.
pub(super) fn is_playbook(path: &str) -> bool {
    path.rsplit('/').next() == Some(NAME)
}

/// Whether a task is to deliver the playbook, wherever to.
pub(super) fn is_delivered(facts: &PlanFacts<'_>, task: &Task) -> bool {
    task.deliverable().is_some_and(|field| {
        facts
            .plan
            .paths(field)
            .iter()
            .any(|(path, _)| is_playbook(path))
    })
}

/// The playbook beside the plan, when it is written already: its path in the working directory and
/// its text.
pub(super) fn written<'f>(facts: &PlanFacts<'f>) -> Option<(String, &'f str)> {
    let path = facts.context.tasks_folder()?.join(NAME);
    let path = path.to_string_lossy();
    let path = facts.relative(&path);
    let text = facts.tree?.text(path)?;
    Some((path.to_owned(), text))
}
