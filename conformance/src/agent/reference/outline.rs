//! The skeleton of a plan: phases of tasks, rendered in the prompt's task-line format.

use std::fmt::Write as _;

/// A phase under construction.
#[derive(Debug, Clone)]
pub(super) struct Phase {
    name: &'static str,
    tasks: Vec<Task>,
}

/// A task under construction.
#[derive(Debug, Clone)]
pub(super) struct Task {
    text: String,
    deliverable: String,
    done_when: String,
    depends: Option<&'static str>,
}

impl Task {
    /// A task without dependencies.
    pub(super) fn new(
        text: impl Into<String>,
        deliverable: impl Into<String>,
        done_when: impl Into<String>,
    ) -> Self {
        Self {
            text: text.into(),
            deliverable: deliverable.into(),
            done_when: done_when.into(),
            depends: None,
        }
    }

    /// The same task after others.
    pub(super) fn after(mut self, ids: &'static str) -> Self {
        self.depends = Some(ids);
        self
    }
}

impl Phase {
    /// A phase of tasks.
    pub(super) fn new(name: &'static str, tasks: Vec<Task>) -> Self {
        Self { name, tasks }
    }
}

/// The phases as Markdown, numbered.
pub(super) fn render(phases: &[Phase]) -> String {
    let mut text = String::new();
    for (phase, number) in phases.iter().zip(1..) {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "## Phase {number} - {}\n", phase.name);
        for (task, position) in phase.tasks.iter().zip(1..) {
            let Task {
                text: what,
                deliverable,
                done_when,
                depends,
            } = task;
            let _ = write!(
                text,
                "- [ ] [P{number}-T{position}] {what} | deliverable: {deliverable} \
                 | done-when: {done_when}"
            );
            if let Some(ids) = depends {
                let _ = write!(text, " | depends: {ids}");
            }
            text.push('\n');
        }
        text.push('\n');
    }
    text
}
