//! # ANA004 artifacts-have-paths (SHOULD)
//!
//! The required artifacts of the contract name at least one path.
//!
//! An artifact without a place is not found by whoever checks it.
//!
//! Prompt: "with the paths at which they will lie"
//!
//! Conforming: `Required artifacts: exp/analysis/main.csv`
//!
//! Violating: `Required artifacts: a table and some plots`
//!
//! ```told
//! told = [
//!     "artifact*|artefact*|tables|plots|figures ..6 path|paths|where",
//!     "artifact*|artefact* ..12 with ..2 paths|path",
//! ]
//! ```

use crate::facts::{Part, PlanFacts, Source};
use crate::prose::Topic;
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ANA004",
    slug: "artifacts-have-paths",
    level: Level::Should,
    summary: "required artifacts have paths",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("artifacts_have_paths.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some(section) = facts.plan.contract() else {
        return Verdict::not_applicable("there is no contract, see ANA001");
    };
    let parts = facts.plan.parts(section);
    let is_about = |part: &&Part| {
        let label = if part.label.is_empty() {
            &part.span
        } else {
            &part.label_span
        };
        facts.reading.topics_in(label).has(Topic::Artifacts)
    };
    let Some(first) = parts.iter().find(is_about) else {
        return Verdict::not_applicable("the contract has no artifacts, see ANA002");
    };
    // The paths may stand beside their label, below it, or in a section of prose.
    let names_path = |part: &Part| facts.plan.has_path(&part.span);
    if parts.iter().filter(is_about).any(names_path)
        || facts.plan.has_path(&rest_of(&section.body, first))
    {
        return Verdict::Pass(vec![facts.at(&first.span)]);
    }
    Verdict::Fail(vec![facts.finding(
        "the required artifacts name no path; say where each will lie",
        &first.span,
    )])
}

/// From a part to the end of its section: what follows may be its list.
fn rest_of(body: &crate::facts::Span, part: &Part) -> crate::facts::Span {
    part.span.start..body.end.max(part.span.start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Plan, PlanContext, Reading};

    fn verdict(contract: &str) -> Verdict {
        let plan = Plan::parse(&format!(
            "## Shared Metrics and Analytics Contract\n\n{contract}\n"
        ));
        check(&PlanFacts {
            plan: &plan,
            reading: &Reading::of(&plan),
            context: &PlanContext::default(),
            tree: None,
            file: "tasks.md",
        })
    }

    #[test]
    fn the_paths_may_stand_behind_the_artifacts_and_not_ahead_of_them() {
        let behind = "- Required artifacts: a table\n- It lies at `results/a.csv`";
        assert!(matches!(verdict(behind), Verdict::Pass(_)));
        let ahead = "- It lies at `results/a.csv`\n- Required artifacts: a table";
        assert!(matches!(verdict(ahead), Verdict::Fail(_)));
    }
}
