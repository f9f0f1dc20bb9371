//! # LAY005 consistent-paths-task (MUST)
//!
//! Some task makes run commands use the planned script and log paths consistently: it states so, or
//! it shows run commands with such paths.
//!
//! A log that lies where nobody planned it is not collected.
//!
//! Prompt: "consistent paths: run commands use the planned script and log paths and no others"
//!
//! Conforming: `Run commands use exp/scripts/launch.sh and exp/logs/ consistently`
//!
//! Violating: a plan whose commands name neither script nor log of the layout
//!
//! ```told
//! told = [
//!     "consistent* ..3 path*",
//!     "path* ..3 consistent*",
//!     "command* ..6 planned|same|consistent ..6 path*",
//!     "planned ..4 path*",
//! ]
//! ```

use crate::demand;
use crate::facts::{PlanFacts, Source};
use crate::prose::{Kind, Zone};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::{Finding, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY005",
    slug: "consistent-paths-task",
    level: Level::Must,
    summary: "run commands use the planned paths consistently",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("consistent_paths_task.rs"),
    check: Check::Tasks(Matters::WithExperiments, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    match stray_log(facts) {
        Some(finding) => Verdict::Fail(vec![finding]),
        None => demand::judge(facts, RULE.code),
    }
}

/// A command that writes its log to where nobody collects it: the home directory or `/tmp`.
fn stray_log(facts: &PlanFacts<'_>) -> Option<Finding> {
    let prose = &facts.reading.prose;
    let counts =
        |zone: Zone| matches!(zone, Zone::TaskText | Zone::TaskDetail) || zone.is_standing();
    let sentences = prose
        .segments
        .iter()
        .filter(|segment| counts(segment.zone))
        .flat_map(|segment| segment.sentences.clone());
    for sentence in sentences.filter_map(|at| prose.sentences.get(at)) {
        for at in sentence.tokens.clone() {
            let token = prose.tokens.get(at)?;
            let target = prose.tokens.get(at + 1);
            let is_redirected = token.kind == Kind::Redirect && token.is_code;
            let Some(target) = target.filter(|target| is_redirected && target.kind == Kind::Path)
            else {
                continue;
            };
            let path = prose.tokens.text(target);
            let is_stray = path.starts_with("/tmp/") || path.starts_with("~/");
            let is_own = facts
                .context
                .workdir
                .as_deref()
                .is_some_and(|workdir| path.starts_with(&workdir.to_lowercase()));
            if is_stray && !is_own {
                let message = format!(
                    "a planned command writes its log to {path}, outside of the planned layout"
                );
                return Some(facts.finding(message, &sentence.span));
            }
        }
    }
    None
}
