//! # PLN008 task-line (MUST)
//!
//! Each top-level list item of a phase has the form `- [ ] [Pn-Tm] text | deliverable: ... |
//! done-when: ...`. Bars in code spans separate nothing, further fields are welcome, and indented
//! lines go on with the task.
//!
//! Later iterations find and tick off tasks by this form.
//!
//! Prompt: "A task is one line of this form"
//!
//! Conforming: `- [ ] [P1-T1] Read the code | deliverable: notes.md | done-when: it lists 3 files`
//!
//! Violating: a task without box, id, text, `deliverable:` or `done-when:`, or a remark among the
//! tasks
//!
//! ```told
//! told = ["#task & deliverable*", "text: | done-when:", "task line ..4 form|format"]
//! ```

use crate::facts::{Checkbox, Label, PlanFacts, Source, Task};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN008",
    slug: "task-line",
    level: Level::Must,
    summary: "tasks are lines in the prescribed format",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("task_line.rs"),
    check: Check::Tasks(Matters::Always, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let findings = facts
        .plan
        .tasks()
        .filter_map(|task| {
            let problems = problems(task);
            let message = format!(
                "{}; write `- [ ] [Pn-Tm] text | deliverable: ... | done-when: ...`",
                problems.join(", ")
            );
            (!problems.is_empty()).then(|| facts.finding(message, &task.first_line))
        })
        .collect();
    Verdict::from_findings(findings, vec![facts.whole()])
}

fn problems(task: &Task) -> Vec<String> {
    if !task.is_marked() {
        return vec!["this list item of a phase is no task".to_owned()];
    }
    let mut problems = Vec::new();
    if task.is_numbered {
        problems.push("the item is numbered, and a task starts with a bullet".to_owned());
    }
    match task.checkbox {
        None => problems.push("the box `[ ]` is missing".to_owned()),
        Some(Checkbox::Other(mark)) => problems.push(format!("`[{mark}]` is no box")),
        // Boxes that are not open are the business of PLN010.
        Some(Checkbox::Open | Checkbox::InProgress | Checkbox::Checked) => {}
    }
    match &task.label {
        Label::Id(_) => {}
        Label::Malformed(text) => problems.push(format!("`{text}` is no id such as `[P1-T1]`")),
        Label::Missing => problems.push("the id is missing".to_owned()),
    }
    if task.text.is_empty() {
        problems.push("the description is missing".to_owned());
    }
    if task.deliverable().is_none() {
        problems.push("the field `deliverable:` is missing".to_owned());
    }
    if task.done_when().is_none() {
        problems.push("the field `done-when:` is missing".to_owned());
    }
    problems
}
