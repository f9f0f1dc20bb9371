//! # INI003 no-experiments-in-planning (MUST)
//!
//! No training, evaluation, benchmark or other experiment script begins its work in the planning
//! iteration, whichever way its interpreter is started. Looking is allowed: `--help`, importing,
//! compiling, tests. That holds in an abort as well, before the failed probe and after it. What the page
//! "Disguises" lists as not seen passes.
//!
//! The planning iteration is for looking around.
//!
//! Prompt: "Run no training, evaluation, benchmark or other experiment, neither directly nor
//! through the server"
//!
//! Conforming: `python scripts/train.py --help`
//!
//! Violating: `python scripts/train.py --epochs 1`
//!
//! ```told
//! told = [
//!     "planning ?and ?light ?inspection only",
//!     "only plan|planning",
//!     "not: run|start|launch|execute*|executing|running ..5 experiment*|training|evaluation*|scripts",
//!     "run|execute|start no ..6 experiment*|training",
//! ]
//! ```

use crate::facts::Facts;
use crate::rules::{Check, Level, Rule, direct};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "INI003",
    slug: "no-experiments-in-planning",
    level: Level::Must,
    summary: "no experiment begins while planning",
    // What is not known of processes is weighed by the check itself.
    sources: &[],
    source_text: include_str!("no_experiments_in_planning.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    direct::judged(facts, "plan it as a tracked run of a later iteration")
}
