//! # REF004 reflection-evidence (MUST)
//!
//! Each reflection task says which evidence is to be inspected: files, metrics, logs, runs.
//!
//! A reflection on nothing in particular confirms what was thought before.
//!
//! Prompt: "Each of them states in its own text what evidence to inspect, when to add follow-up
//! tasks or phases, and the criteria for continuing versus replanning."
//!
//! Conforming: `Midpoint reflection: inspect exp/results/baseline.csv`
//!
//! Violating: `Midpoint reflection: decide whether to go on`
//!
//! ```told
//! told = ["evidence", "what|which ..4 inspect*|look|read|examin*|results|data"]
//! under = ["reflect*|review*|retrospective*|gate*"]
//! ```

use crate::facts::Source;
use crate::prose::Topic;
use crate::rules::{Check, Level, Rule, Saying};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF004",
    slug: "reflection-evidence",
    level: Level::Must,
    summary: "reflection tasks say which evidence to inspect",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("reflection_evidence.rs"),
    check: Check::Reflections(Saying {
        met: &[&[Topic::Evidence]],
        question: "say which evidence to inspect",
        missing: "does not say which evidence to inspect; name the files or metrics",
    }),
};
