//! # PLN001 title (MUST)
//!
//! The plan's first heading is `# Tasks`.
//!
//! Whatever reads plans tells them by this heading from other Markdown files.
//!
//! Prompt: "# Tasks ## Goal {{goal}} ## Planning Notes"
//!
//! Conforming: `# Tasks`
//!
//! Violating: `# Plan`, or `## Tasks`
//!
//! ```told
//! told = ["line: # Tasks", "title|heading ..4 tasks"]
//! ```

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN001",
    slug: "title",
    level: Level::Must,
    summary: "the first heading is `# Tasks`",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("title.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some(first) = facts.plan.headings.first() else {
        return Verdict::fail(
            "there is no heading; begin with `# Tasks`",
            vec![facts.whole()],
        );
    };
    if first.level == 1 && first.text == "Tasks" {
        return Verdict::Pass(vec![facts.at(&first.span)]);
    }
    Verdict::Fail(vec![facts.finding(
        format!(
            "the first heading is `{} {}`; it must be `# Tasks`",
            "#".repeat(first.level.into()),
            first.text
        ),
        &first.span,
    )])
}
