//! # ABT005 no-plan-in-abort (MUST)
//!
//! An abort comes without a plan: no open tasks in `tasks_path`, and no `<plan>` other than the abort
//! checklist itself. Headings over items that are all checked are no plan.
//!
//! Half an abort is taken for a plan by whoever reads only one of the two places.
//!
//! Prompt: "It is no plan: it has no open or half-done items and no tasks to be done."
//!
//! Conforming: the checklist in `tasks_path`, the summary and the promise in the output.
//!
//! Violating: the checklist in `tasks_path`, and a `<plan>` with phases in the output.
//!
//! ```told
//! told = [
//!     "not: write|output|give|print|writing ..4 plan",
//!     "no|not|never ..3 plan ..3 written|given|printed|output",
//!     "give|gives|output|print|write no ..1 plan",
//!     "not: proceed|go|continue ..2 planning|plan",
//! ]
//! under = [
//!     "abort|aborts|aborting|aborted|stop|stops|quit|quits",
//!     "fail|fails|failed|failing|failure|unavailable|unreachable|down|otherwise",
//!     "alternative*|modes|mode",
//! ]
//! ```

use crate::facts::{Facts, Plan, Source, Tag, TagProblem, is_abort_checklist, plan_signs};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ABT005",
    slug: "no-plan-in-abort",
    level: Level::Must,
    summary: "an abort comes without a plan",
    sources: &[Source::Journal, Source::Workspace, Source::Transcript],
    source_text: include_str!("no_plan_in_abort.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_aborting(facts) {
        return verdict;
    }
    let path = facts.workspace.tasks_file;
    let mut findings = Vec::new();
    if facts.workspace.tasks.is_written() {
        findings.extend(plan_signs(&facts.tasks).map(|(line, what)| {
            Finding::new(
                format!("tasks_path holds {what} although the agent aborted"),
                vec![Reference::line(path, line)],
            )
        }));
    }
    findings.extend(printed_plans(facts));
    Verdict::from_findings(
        findings,
        vec![Reference::file(path), Reference::WholeTranscript],
    )
}

fn printed_plans(facts: &Facts<'_>) -> Vec<Finding> {
    let message = "the output has a <plan> that is not the abort checklist; print none".to_owned();
    let complete = facts
        .transcript
        .blocks(Tag::Plan)
        .filter(|block| !is_abort_checklist(&block.text, &Plan::parse(&block.text)));
    let complete = complete.map(|block| (block.line, block.end_line));
    // A plan that was begun and never closed is a plan to whoever reads the output.
    let unclosed = facts
        .transcript
        .problems
        .iter()
        .filter_map(|problem| match problem {
            TagProblem::Unclosed {
                tag: Tag::Plan,
                line,
            } => Some((*line, *line)),
            _ => None,
        });
    complete
        .chain(unclosed)
        .map(|(line, end_line)| {
            Finding::new(
                message.clone(),
                vec![Reference::Transcript { line, end_line }],
            )
        })
        .collect()
}
