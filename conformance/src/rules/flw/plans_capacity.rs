//! # FLW003 plans-capacity (MUST)
//!
//! Where the goal asks for experiments, some task names one of `/cluster/detect`, `/cluster` and
//! `/wild/v2/system-health`, and not only after runs were started in parallel.
//!
//! How many runs fit is asked, not guessed.
//!
//! Prompt: "The plan has a task for this, before the first parallel start."
//!
//! Conforming: `Discover capacity: POST /cluster/detect, GET /cluster`
//!
//! Violating: a plan that starts four runs and never asks
//!
//! ```told
//! told = ["@hardware"]
//! under = ["capacity|parallel*|concurren*|gpu|gpus", "how many"]
//! ```

use crate::demand::{self, Decision, Stand};
use crate::facts::{PlanFacts, Source, Task};
use crate::prose::Topic;
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::{Finding, Verdict};
use wild_mock_server::ClusterKind;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW003",
    slug: "plans-capacity",
    level: Level::Must,
    summary: "a task discovers capacity before runs start in parallel",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_capacity.rs"),
    check: Check::Tasks(Matters::WithRuns, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some(demand) = demand::find(RULE.code) else {
        return Verdict::not_applicable("there is no such demand");
    };
    let decision = demand::decide(facts, demand);
    let mut findings = Vec::new();
    if let Decision::Met(stands) = &decision {
        findings.extend(comes_too_late(facts, stands));
        findings.extend(more_than_fit(facts));
    }
    if findings.is_empty() {
        demand::verdict(facts, demand, decision)
    } else {
        Verdict::Fail(findings)
    }
}

/// A parallel start ahead of every task that reads capacity, where no standing rule says that each
/// start does.
fn comes_too_late(facts: &PlanFacts<'_>, stands: &[Stand]) -> Option<Finding> {
    if stands.iter().any(|stand| stand.task.is_none()) || !facts.reading.is_english {
        return None;
    }
    let reads = |task: &Task| stands.iter().any(|stand| stand.task == Some(task.index));
    let first = facts.plan.tasks().find(|task| reads(task))?;
    let start = facts.plan.tasks().find(|task| {
        let reading = facts.reading.task(task);
        reading.is_surely_experiment() && reading.text.has(Topic::Several)
    })?;
    let waits = facts
        .plan
        .tasks()
        .any(|task| reads(task) && facts.plan.depends_transitively(start, task));
    (start.index < first.index && !waits).then(|| {
        let message = format!(
            "{} starts runs in parallel before {} discovers capacity",
            start.name(),
            first.name()
        );
        Finding::new(message, vec![facts.at_task(start), facts.at_task(first)])
    })
}

/// A start of more runs at once than a cluster holds that does not queue.
fn more_than_fit(facts: &PlanFacts<'_>) -> Option<Finding> {
    let cluster = facts
        .context
        .cluster
        .filter(|c| c.kind != ClusterKind::Slurm)?;
    let capacity = facts.context.capacity()?;
    let (count, span) = facts
        .starts_at_once()
        .find(|(count, _)| *count > capacity)?;
    let message =
        format!("{count} runs are to start at once, and the cluster ({cluster}) holds {capacity}");
    Some(facts.finding(message, &span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Plan, PlanContext, Reading};

    #[test]
    fn as_many_runs_as_the_cluster_holds_may_start_at_once() {
        let context = PlanContext::from_toml("cluster = \"local_gpu:4\"").unwrap();
        let fits = |count: u32| {
            let plan = Plan::parse(&format!(
                "## Phase 1 - A\n- [ ] [P1-T1] Start all {count} runs at once\n"
            ));
            more_than_fit(&PlanFacts {
                plan: &plan,
                reading: &Reading::of(&plan),
                context: &context,
                tree: None,
                file: "tasks.md",
            })
            .is_none()
        };
        assert!(fits(4));
        assert!(!fits(5));
    }
}
