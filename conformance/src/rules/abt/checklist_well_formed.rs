//! # ABT004 checklist-well-formed (MUST)
//!
//! What an aborting agent writes to `tasks_path` is a checklist: at least one item, every item
//! checked, and the sentinel `ABORT_EARLY_DOCS_CHECK_FAILED`, spelt exactly so.
//!
//! The next iteration looks for the sentinel and for open items. A misspelt sentinel or an open item
//! makes it start work that must not start.
//!
//! Prompt: "It has at least one item, every item is checked, and it contains the sentinel
//! `ABORT_EARLY_DOCS_CHECK_FAILED`, spelt exactly so."
//!
//! Conforming: `- [x] Preflight failed: GET /docs gave 503` and, on a line, the sentinel.
//!
//! Violating: `- [ ] Report the failure`, or `ABORT_EARLY_DOC_CHECK_FAILED`.
//!
//! ```told
//! told = ["text: ABORT_EARLY_DOCS_CHECK_FAILED"]
//! ```

use crate::facts::{Checkbox, Facts, Reaction, Source, plan_signs};
use crate::protocol::SENTINEL;
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ABT004",
    slug: "checklist-well-formed",
    level: Level::Must,
    summary: "an abort checklist has items, all checked, and the sentinel",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("checklist_well_formed.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_aborting(facts) {
        return verdict;
    }
    let path = facts.workspace.tasks_file;
    if !facts.workspace.tasks.is_written() {
        return Verdict::not_applicable("tasks_path was not written");
    }
    if facts.reaction == Reaction::Checklist {
        return Verdict::Pass(vec![Reference::file(path)]);
    }
    if plan_signs(&facts.tasks).next().is_some() {
        return Verdict::not_applicable("tasks_path holds a plan and no checklist, see ABT005");
    }
    Verdict::Fail(defects(facts, path))
}

fn defects(facts: &Facts<'_>, path: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let boxes = || {
        facts
            .tasks
            .items
            .iter()
            .filter(|item| item.checkbox.is_some())
    };
    if boxes().next().is_none() {
        findings.push(Finding::new(
            "the abort checklist has no item; write at least one `- [x]`",
            vec![Reference::file(path)],
        ));
    }
    for item in boxes().filter(|item| item.checkbox != Some(Checkbox::Checked)) {
        findings.push(Finding::new(
            format!("the item \"{}\" is not checked; write `[x]`", item.text),
            vec![Reference::line(path, item.line)],
        ));
    }
    // Everything else about a checklist is in order here, or told above, so that what is left is
    // the sentinel.
    let has_sentinel = facts
        .workspace
        .tasks
        .text()
        .is_some_and(|text| text.contains(SENTINEL));
    if !has_sentinel || findings.is_empty() {
        findings.push(Finding::new(
            format!("the sentinel {SENTINEL} is missing or misspelt"),
            vec![Reference::file(path)],
        ));
    }
    findings
}
