//! # REF006 reflection-criteria (MUST)
//!
//! Each reflection task gives criteria for continuing versus replanning: in so many words, or as a
//! condition under which the work goes on or is planned anew.
//!
//! A decision without a criterion set beforehand follows the wish.
//!
//! Prompt: "Each of them states in its own text what evidence to inspect, when to add follow-up
//! tasks or phases, and the criteria for continuing versus replanning."
//!
//! Conforming: `continue if the best method beats the baseline by 2 %, otherwise replan`
//!
//! Violating: `then go on`
//!
//! ```told
//! told = [
//!     "topic: continue + replan",
//!     "criteri*|condition*|rule|rules|when|whether|decide*|threshold* ..8 continu*|replan*",
//! ]
//! under = ["reflect*|review*|retrospective*|gate*"]
//! ```

use crate::facts::Source;
use crate::prose::Topic;
use crate::rules::{Check, Level, Rule, Saying};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF006",
    slug: "reflection-criteria",
    level: Level::Must,
    summary: "reflection tasks give criteria for continuing versus replanning",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("reflection_criteria.rs"),
    check: Check::Reflections(Saying {
        met: &[&[Topic::Criterion]],
        question: "give criteria for continuing versus replanning",
        missing: "gives no criteria for continuing versus replanning",
    }),
};
