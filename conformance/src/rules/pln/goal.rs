//! # PLN002 goal (MUST)
//!
//! There is a section `## Goal`, and its text is the goal that was given, white space folded. The
//! steer text is no part of it.
//!
//! Later iterations know the goal from here only; a goal in other words is another goal.
//!
//! Prompt: "The goal is repeated word for word, without any steering text."
//!
//! Conforming: the goal's own words below `## Goal`
//!
//! Violating: a summary of the goal, or no such section
//!
//! ```told
//! told = [
//!     "line: ## Goal",
//!     "goal ..5 repeat*|verbatim|unchanged|copied|copy|word|exactly",
//!     "repeat*|copy|state|quote ..3 goal",
//! ]
//! under = ["line: # Tasks", "repeat*|verbatim|copy|copied|unchanged|state|quote|word|exactly"]
//! ```

use crate::facts::{PlanFacts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN002",
    slug: "goal",
    level: Level::Must,
    summary: "the section Goal repeats the goal that was given",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("goal.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some(section) = facts.plan.goal() else {
        return Verdict::fail(
            "there is no section `## Goal`; repeat the given goal there",
            vec![facts.whole()],
        );
    };
    if section.level != 2 {
        return Verdict::Fail(vec![
            facts.finding("the goal's heading must be `## Goal`", &section.heading),
        ]);
    }
    let text = facts.plan.text(&section.body);
    let problem = match facts.context.goal.as_deref().map(plain) {
        Some(goal) if plain(&text) == goal => None,
        // A goal may have headings of its own, which look like sections.
        Some(goal) if plain(rest_of_plan(facts, section.body.start)).starts_with(&goal) => {
            (!facts.context.goal.as_deref().is_some_and(has_headings)).then_some(
                "the text goes on behind the given goal; repeat the goal and nothing else",
            )
        }
        Some(_) => Some("this is not the goal that was given; repeat it word for word"),
        None => text
            .is_empty()
            .then_some("the goal is empty; repeat the given goal here"),
    };
    match problem {
        None => Verdict::Pass(vec![facts.at(&section.heading)]),
        Some(problem) => Verdict::Fail(vec![facts.finding(problem, &section.heading)]),
    }
}

fn rest_of_plan<'f>(facts: &PlanFacts<'f>, start: usize) -> &'f str {
    facts.plan.source().get(start..).unwrap_or_default()
}

fn has_headings(goal: &str) -> bool {
    goal.lines().any(|line| line.trim_start().starts_with('#'))
}

/// The words, without the marks with which a text is quoted or emphasised as a whole.
fn plain(text: &str) -> String {
    let words = text
        .split_whitespace()
        .filter(|word| !matches!(*word, ">" | "```" | "```text"));
    let folded = words.collect::<Vec<_>>().join(" ");
    folded
        .trim_matches(|c: char| matches!(c, '*' | '_' | '"' | '“' | '”' | '>' | '`' | ' '))
        .to_owned()
}
