//! # PLN016 paths-stay-inside (SHOULD)
//!
//! Deliverables lie in the working directory or in the directory of `tasks_path`. A `..` that stays
//! inside after resolving is fine; `~` is outside.
//!
//! What lies elsewhere is neither committed nor found again.
//!
//! Prompt: "The deliverable is a file or folder, inside the working directory or the directory of
//! the tasks file."
//!
//! Conforming: `deliverable: exp/../exp/a.md`
//!
//! Violating: `deliverable: ../a.md`, `deliverable: /tmp/a.md`, `deliverable: ~/a.md`
//!
//! ```told
//! told = [
//!     "writ*|stay*|work*|file*|change*|deliverable* ..3 only|inside|within|outside ..4 directory|folder|workspace|#path|#field",
//!     "only|inside|within ..3 working directory|folder|workspace",
//!     "working directory|folder ..1 is|#field|#path",
//! ]
//! ```

use crate::facts::{PlanFacts, Source, resolved};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;
use std::path::Path;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN016",
    slug: "paths-stay-inside",
    level: Level::Should,
    summary: "deliverables stay inside the working directory",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("paths_stay_inside.rs"),
    check: Check::Tasks(Matters::Always, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let mut findings = Vec::new();
    for task in facts.plan.tasks() {
        let Some(field) = task.deliverable() else {
            continue;
        };
        for (path, span) in facts.plan.paths(field) {
            if is_outside(facts, &path) {
                let message = format!("{path} is outside the working directory; keep it inside");
                findings.push(facts.finding(message, &span));
            }
        }
    }
    Verdict::from_findings(findings, vec![facts.whole()])
}

fn is_outside(facts: &PlanFacts<'_>, path: &str) -> bool {
    if path.starts_with('~') || path.starts_with("$HOME") {
        return true;
    }
    // `$(dirname ...)` and the like are not resolved.
    if path.contains('$') {
        return false;
    }
    let workdir = facts.context.workdir.as_deref().map(Path::new);
    match (workdir, path.starts_with('/')) {
        // Where the working directory is not known, an absolute path may well be inside it.
        (None, true) => false,
        (None, false) => resolved(Path::new("/w"), path).is_none_or(|full| !full.starts_with("/w")),
        (Some(workdir), _) => {
            let Some(full) = resolved(workdir, path) else {
                return true;
            };
            let folder = facts.context.tasks_folder();
            !full.starts_with(workdir) && !folder.is_some_and(|folder| full.starts_with(folder))
        }
    }
}
