//! # PBK002 playbook-task (MUST)
//!
//! Some task has the deliverable `prompt_skill_playbook.md` in the directory of `tasks_path`,
//! written absolutely or relative to the working directory.
//!
//! The playbook is found where every iteration looks for it, or not at all.
//!
//! Prompt: "Include a task that writes a short playbook to this file, which is then the task's
//! deliverable"
//!
//! Conforming: `deliverable: .agents/wild/wild-0/prompt_skill_playbook.md`
//!
//! Violating: no such task, or one that delivers `docs/prompt_skill_playbook.md`
//!
//! ```told
//! told = ["text: prompt_skill_playbook.md", "task ..6 playbook"]
//! ```

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Matters, Rule, playbook};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PBK002",
    slug: "playbook-task",
    level: Level::Must,
    summary: "a task writes prompt_skill_playbook.md beside the tasks file",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("playbook_task.rs"),
    check: Check::Tasks(Matters::Always, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let mut elsewhere = None;
    for task in facts.plan.tasks() {
        let Some(field) = task.deliverable() else {
            continue;
        };
        for (path, span) in facts.plan.paths(field) {
            if !playbook::is_playbook(&path) {
                continue;
            }
            if is_beside_plan(facts, &path) {
                return Verdict::Pass(vec![facts.at(&span)]);
            }
            elsewhere.get_or_insert((path, span));
        }
    }
    let place = facts.context.tasks_folder().map_or_else(
        || "the directory of the tasks file".to_owned(),
        |folder| folder.display().to_string(),
    );
    match elsewhere {
        Some((path, span)) => Verdict::Fail(vec![facts.finding(
            format!("the playbook belongs to {place}, and not to {path}"),
            &span,
        )]),
        None => Verdict::fail(
            format!("no task has the deliverable {} in {place}", playbook::NAME),
            vec![facts.whole()],
        ),
    }
}

/// Whether a path lies beside the plan; where that cannot be told, it does.
fn is_beside_plan(facts: &PlanFacts<'_>, path: &str) -> bool {
    let Some(folder) = facts.context.tasks_folder() else {
        return true;
    };
    if path.contains(['$', '{', '<']) {
        return true;
    }
    if let Some(full) = facts.resolved(path) {
        return full.parent() == Some(&folder);
    }
    // The working directory is not known: the end of the path must fit.
    let written = path.trim_start_matches("./").rsplit_once('/');
    folder.ends_with(written.map_or("", |(parent, _)| parent))
}
