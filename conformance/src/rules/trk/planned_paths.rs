//! # TRK009 planned-paths (SHOULD)
//!
//! The command of a run uses a script path or a log path that the plan names.
//!
//! What lies elsewhere is not collected.
//!
//! Prompt: "uses the script and log paths of the plan"
//!
//! Conforming: `python scripts/train.py > .wild/experiments/logs/a.log`, as planned
//!
//! Violating: `python train2.py > out.txt`
//!
//! ```told
//! told = ["planned|plan|layout ..4 path*|script*|log*", "path* ..3 plan"]
//! ```

use crate::facts::{Command, ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK009",
    slug: "planned-paths",
    level: Level::Should,
    summary: "commands use planned paths",
    sources: &[Source::Journal],
    source_text: include_str!("planned_paths.rs"),
    check: Check::Iteration(check),
};

fn check(_: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let planned = iteration::planned_paths(&execution.before);
    let is_planned = |word: &str| {
        let bare = word.trim_start_matches(['>', '<', '&', '2', '1']);
        let relative = bare
            .strip_prefix(execution.workdir)
            .map_or(bare, |rest| rest.trim_start_matches('/'));
        let relative = relative.trim_start_matches("./");
        planned.iter().any(|path| {
            relative == path
                || relative
                    .strip_prefix(path.as_str())
                    .is_some_and(|rest| rest.starts_with('/') || path.ends_with('/'))
        })
    };
    let findings = execution.runs.created().filter_map(|run| {
        let uses_planned = |command: &String| Command::parse(command).words().any(is_planned);
        let uses_planned = run.commands().all(uses_planned);
        (!uses_planned && !planned.is_empty()).then(|| {
            Finding::new(
                format!("the command of run {} uses no path of the plan", run.name),
                run.created.map(Reference::exchange).into_iter().collect(),
            )
        })
    });
    iteration::settled(execution, findings.collect())
}
