//! # TRK001 no-direct-execution (MUST)
//!
//! No training, evaluation, benchmark or other experiment script begins its work outside of a
//! tracked run, whichever way its interpreter is started, and no launcher or scheduler is called
//! there. Looking is allowed: `--help`, importing, compiling, tests, linters.
//!
//! What the page "Disguises" lists as not seen passes.
//!
//! What was started by hand is invisible to the user and cannot be audited.
//!
//! Prompt: "Never execute a training, evaluation or experiment script yourself, and never call a
//! launcher or scheduler such as `torchrun`, `accelerate launch`, `sbatch` or `srun` outside of a
//! run's command."
//!
//! Conforming: `POST /runs` with the command `python scripts/train.py`
//!
//! Violating: `source .venv/bin/activate && python scripts/benchmark.py` in the agent's own shell
//!
//! ```told
//! told = [
//!     "not: run|execut*|start*|launch*|call ..8 script*|experiment*|training|evaluation*|launcher|scheduler",
//!     "not: direct*|yourself",
//!     "all|every|only ..3 experiment*|trial* ..5 server|api|endpoint*|tracked|run",
//! ]
//! ```

use crate::facts::Facts;
use crate::rules::{Check, Level, Rule, direct};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK001",
    slug: "no-direct-execution",
    level: Level::Must,
    summary: "no experiment and no scheduler is started outside of a tracked run",
    // What is not known of processes is weighed by the check itself.
    sources: &[],
    source_text: include_str!("no_direct_execution.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    direct::judged(
        facts,
        "make it the command of a run created with `POST /runs`",
    )
}
