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
//!
//! ```told
//! told = [
//!     "isolated|virtual|separate environment*",
//!     "environment setup",
//!     "set|setting|sets up ..3 environment*",
//! ]
//! ```

use crate::demand::{self, Decision};
use crate::facts::{PlanFacts, Source, Task};
use crate::prose::{Topic, Zone};
use crate::protocol::DEPENDENCY_FILES;
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::{Finding, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN019",
    slug: "environment-task",
    level: Level::Should,
    summary: "an isolated environment is set up from the dependency files",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("environment_task.rs"),
    check: Check::Tasks(Matters::Always, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    if facts.context.experiments == Some(false) {
        return Verdict::not_applicable("the goal asks for no experiment");
    }
    let Some(demand) = demand::find(RULE.code) else {
        return Verdict::not_applicable("there is no such demand");
    };
    let decision = demand::decide(facts, demand);
    let Decision::Met(stands) = &decision else {
        return demand::verdict(facts, demand, decision);
    };
    let tasks = stands.iter().filter_map(|stand| stand.task);
    let sets_up: Vec<&Task> = tasks
        .filter_map(|task| facts.plan.tasks().nth(task))
        .collect();
    let mut findings = Vec::new();
    findings.extend(comes_too_late(facts, &sets_up));
    findings.extend(unused(facts, &sets_up));
    if findings.is_empty() {
        demand::verdict(facts, demand, decision)
    } else {
        Verdict::Fail(findings)
    }
}

/// A task that surely starts an experiment, and neither stands behind a task that sets the environment up nor waits for one.
fn comes_too_late(facts: &PlanFacts<'_>, sets_up: &[&Task]) -> Option<Finding> {
    if !facts.reading.is_english {
        return None;
    }
    let (first, _) = facts
        .tasks()
        .find(|(_, reading)| reading.is_surely_experiment())?;
    let environment = sets_up.first()?;
    let is_ready = sets_up
        .iter()
        .any(|task| task.index <= first.index || facts.plan.depends_transitively(first, task));
    (!is_ready).then(|| {
        let message = format!(
            "{} sets the environment up after {} starts the first experiment",
            environment.name(),
            first.name()
        );
        Finding::new(
            message,
            vec![facts.at_task(environment), facts.at_task(first)],
        )
    })
}

/// Dependency files that exist while nothing says how they are used.
fn unused(facts: &PlanFacts<'_>, sets_up: &[&Task]) -> Option<Finding> {
    let declared: Vec<&str> = DEPENDENCY_FILES
        .into_iter()
        .filter(|file| facts.tree.is_some_and(|tree| tree.exists(file)))
        .collect();
    let is_used = says_how(facts)
        || declared
            .iter()
            .any(|file| facts.plan.source().contains(*file));
    if declared.is_empty() || is_used {
        return None;
    }
    let environment = sets_up.first()?;
    Some(facts.finding(
        format!(
            "nothing says how the dependency files that there are will be used: {}",
            declared.join(", ")
        ),
        &environment.first_line,
    ))
}

/// Whether anything but the name of a deliverable says how dependencies are installed.
fn says_how(facts: &PlanFacts<'_>) -> bool {
    facts
        .reading
        .hits(Topic::Dependencies)
        .any(|hit| hit.is_said(Topic::Dependencies) && facts.reading.zone(hit) != Zone::Deliverable)
}
