//! # PLN019 environment-task (SHOULD)
//!
//! Some task sets up an isolated environment (uv, venv, micromamba, conda, modules), and where the
//! working directory has dependency files, a task names one of them.
//!
//! Results of an environment that nobody described cannot be repeated.
//!
//! Prompt: "One task sets up an isolated environment before the first experiment"
//!
//! Conforming: `Create .venv with uv from requirements.txt`
//!
//! Violating: no such task, or one that names no dependency file although there is one

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::Verdict;
use crate::vocabulary::Topic;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN019",
    slug: "environment-task",
    level: Level::Should,
    summary: "an isolated environment is set up from the dependency files",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("environment_task.rs"),
    check: Check::Plan(check),
};

/// Files that declare dependencies.
const FILES: [&str; 9] = [
    "pyproject.toml",
    "requirements.txt",
    "environment.yml",
    "environment.yaml",
    "setup.py",
    "setup.cfg",
    "uv.lock",
    "poetry.lock",
    "Pipfile",
];

fn check(facts: &PlanFacts<'_>) -> Verdict {
    if let Some(verdict) = condition::unless_tasks(facts) {
        return verdict;
    }
    if facts.context.experiments == Some(false) {
        return Verdict::not_applicable("the goal asks for no experiment");
    }
    let Some((task, _)) = facts
        .tasks()
        .find(|(_, reading)| reading.all.has(Topic::Environment))
    else {
        if !facts.reading.is_english {
            return condition::unknown_language();
        }
        return Verdict::fail(
            "no task sets up an isolated environment; plan one, with uv if possible",
            vec![facts.whole()],
        );
    };
    let declared: Vec<&str> = FILES
        .into_iter()
        .filter(|file| facts.tree.is_some_and(|tree| tree.exists(file)))
        .collect();
    let names = |file: &&str| {
        facts
            .plan
            .tasks()
            .any(|task| task.full_text().contains(*file))
    };
    if declared.is_empty() || declared.iter().any(names) {
        return Verdict::Pass(vec![facts.at_task(task)]);
    }
    Verdict::Fail(vec![facts.finding(
        format!(
            "no task names the dependency file that there is: {}",
            declared.join(", ")
        ),
        &task.first_line,
    )])
}
