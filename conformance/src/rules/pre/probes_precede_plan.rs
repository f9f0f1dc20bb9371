//! # PRE006 probes-precede-plan (MUST)
//!
//! `tasks_path` stays as it was until the last required probe is answered: the fifth, or the first
//! that failed.
//!
//! A plan that is written first survives an abort that comes later, and the next iteration takes it
//! for the real one.
//!
//! Prompt: "Until all five have succeeded, do not touch the tasks file"
//!
//! Conforming: five probes, then the plan is written.
//!
//! Violating: a draft is written to `tasks_path`, then the probes are sent.
//!
//! ```told
//! told = [
//!     "before ..4 plan*|anything|writ*|start*|work*",
//!     "before ..2 tasks file",
//!     "not: touch|write|change ..2 tasks file|plan",
//!     "preflight|probes|checks ..2 first",
//!     "first ..6 preflight|probe*|verify|check",
//! ]
//! under = ["preflight*|probe*|verif*|check*|curl|succeed*"]
//! ```

use crate::evidence::TasksChange;
use crate::facts::{Facts, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PRE006",
    slug: "probes-precede-plan",
    level: Level::Must,
    summary: "tasks_path is not changed before the preflight is over",
    // The end state of the file does not matter here, so that the workspace is no source.
    sources: &[Source::Journal],
    source_text: include_str!("probes_precede_plan.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_observable(facts) {
        return verdict;
    }
    let Some(last) = facts.http.last_required() else {
        return Verdict::not_applicable("no probe was sent, see PRE001 to PRE005");
    };
    let evidence = vec![
        Reference::file(facts.workspace.tasks_file),
        Reference::exchange(last),
    ];
    match facts.tasks_change {
        TasksChange::Unknown => {
            Verdict::Untestable("when tasks_path was first changed is not known".to_owned())
        }
        TasksChange::BeforeRequest { seq } if seq <= last.seq => Verdict::fail(
            format!(
                "tasks_path was already changed when request #{seq} arrived, and the preflight \
                 ended with request #{}; write nothing there before the last probe is answered",
                last.seq
            ),
            evidence,
        ),
        TasksChange::BeforeRequest { .. } | TasksChange::AfterLastRequest | TasksChange::Never => {
            Verdict::Pass(evidence)
        }
    }
}
