//! # REF005 reflection-follow-ups (MUST)
//!
//! Each reflection task says when follow-up tasks or phases are to be added.
//!
//! A finding that leads to no task is lost with the iteration that made it.
//!
//! Prompt: "Each of them states in its own text what evidence to inspect, when to add follow-up
//! tasks or phases, and the criteria for continuing versus replanning."
//!
//! Conforming: `add follow-up tasks when a configuration failed`
//!
//! Violating: a reflection that inspects and decides, and adds nothing
//!
//! ```told
//! told = [
//!     "follow up|ups",
//!     "followup*",
//!     "add|adding ..2 further|new|more ..2 task*|phase*",
//!     "when ..3 add",
//! ]
//! under = ["reflect*|review*|retrospective*|gate*"]
//! ```

use crate::facts::Source;
use crate::prose::Topic;
use crate::rules::{Check, Level, Rule, Saying};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "REF005",
    slug: "reflection-follow-ups",
    level: Level::Must,
    summary: "reflection tasks say when to add tasks or phases",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("reflection_follow_ups.rs"),
    check: Check::Reflections(Saying {
        met: &[&[Topic::FollowUp, Topic::Occasion]],
        question: "say when to add follow-up tasks or phases",
        missing: "does not say when to add follow-up tasks or phases",
    }),
};
