//! # REF003 midpoint-after-results (MUST)
//!
//! The midpoint reflection stands behind the first baseline runs and the first runs of the main
//! method, or depends on both, through other tasks if need be.
//!
//! Ahead of them there is nothing to reflect on.
//!
//! Prompt: "placed after the tasks that bring the first baseline result and the first result of the
//! main method, or depending on both"
//!
//! Conforming: a midpoint reflection with `depends: P2-T5, P3-T3`, the tasks of both runs
//!
//! Violating: a midpoint reflection in phase 1
//!
//! ```told
//! told = [
//!     "after|following|once|behind ..8 baseline|result*|runs",
//!     "baseline|results ..6 before|ahead|precede*",
//! ]
//! under = ["midpoint*|mid|halfway|interim"]
//! ```

use crate::facts::{GateKind, PlanFacts, Source, Task};
use crate::prose::Topic;
use crate::rules::{Check, Level, Matters, Rule, reflections, task_results};
use crate::verdict::{Finding, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF003",
    slug: "midpoint-after-results",
    level: Level::Must,
    summary: "the midpoint reflection comes after the first results",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("midpoint_after_results.rs"),
    check: Check::Tasks(Matters::WithExperiments, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let midpoints = reflections::of_kind(facts, GateKind::Midpoint);
    let Some((_, midpoint)) = midpoints.filter(|(gate, _)| gate.is_certain).last() else {
        return Verdict::not_applicable("there is no midpoint reflection, see REF001");
    };
    let mut findings = Vec::new();
    for (what, is_kind, other) in [
        (
            "the first baseline",
            task_results::is_baseline_run as Kind,
            Topic::Proposed,
        ),
        (
            "the first run of the main method",
            task_results::is_main_run as Kind,
            Topic::Baseline,
        ),
    ] {
        let is_gate = |task: &Task| facts.reading.is_reflection(task.index);
        let is_before = |task: &Task| {
            task.index < midpoint.index || facts.plan.depends_transitively(midpoint, task)
        };
        let first = facts
            .plan
            .tasks()
            .find(|task| is_kind(facts, task) && !is_gate(task));
        let Some(first) = first else {
            continue;
        };
        // What stands before may be a first result in words of the plan's own.
        let earlier = facts
            .plan
            .tasks()
            .filter(|task| is_before(task) && !is_gate(task));
        let others = earlier
            .clone()
            .filter(|task| task_results::may_bring_results(facts, task))
            .filter(|task| !task_results::is_plainly(facts, task, other))
            .count();
        let has_kind = earlier.clone().any(|task| is_kind(facts, task));
        if !has_kind && others == 0 {
            let message = format!(
                "{} comes before {what} ({}); move it, or let it depend on that",
                midpoint.name(),
                first.name()
            );
            let evidence = vec![facts.at_task(midpoint), facts.at_task(first)];
            findings.push(Finding::new(message, evidence));
        }
    }
    Verdict::from_findings(findings, vec![facts.at_task(midpoint)])
}

type Kind = fn(&PlanFacts<'_>, &Task) -> bool;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Plan, PlanContext, Reading};

    fn verdict(first: &str) -> Verdict {
        judged(&plan(first))
    }

    fn plan(first: &str) -> String {
        format!(
            "## Phase 1 - A\n\n- [ ] [P1-T1] {first}\n\n## Phase 2 - B\n\n\
             - [ ] [P2-T1] Midpoint reflection: review the results; continue, or replan\n\n\
             ## Phase 3 - C\n\n- [ ] [P3-T1] Run the baseline with `POST /runs` | deliverable: results/b.csv\n"
        )
    }

    fn judged(source: &str) -> Verdict {
        let plan = Plan::parse(source);
        check(&PlanFacts {
            plan: &plan,
            reading: &Reading::of(&plan),
            context: &PlanContext {
                experiments: Some(true),
                ..PlanContext::default()
            },
            tree: None,
            file: "tasks.md",
        })
    }

    #[test]
    fn what_only_prepares_brings_no_results() {
        let tool = "Write the launcher of the proposed method | deliverable: scripts/launch.py";
        let plan = format!(
            "{}- [ ] [P3-T2] Run the proposed method with `POST /runs`\n",
            plan(tool)
        );
        let verdict = judged(&plan);
        assert!(
            matches!(&verdict, Verdict::Fail(findings) if findings.len() == 2),
            "{verdict:?}"
        );
    }

    #[test]
    fn first_results_may_have_a_name_of_the_plans_own() {
        let own =
            "Create the runs of the small variant with `POST /runs` | deliverable: results/a.csv";
        assert!(
            matches!(verdict(own), Verdict::Pass(_)),
            "{:?}",
            verdict(own)
        );
        let others = "Proposed method: run it with `POST /runs` | deliverable: results/a.csv";
        assert!(matches!(verdict(others), Verdict::Fail(_)));
    }
}
