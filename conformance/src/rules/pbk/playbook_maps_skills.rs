//! # PBK004 playbook-maps-skills (MUST)
//!
//! A playbook that is already written maps at least one served skill to when to use it and to the
//! output to expect. No playbook need be written while planning; a later iteration that writes one
//! is judged by it.
//!
//! A list of names helps nobody.
//!
//! Prompt: "The playbook maps each useful skill to when to use it and the output to expect"
//!
//! Conforming: a table with the columns skill, when to use, expected output
//!
//! Violating: a playbook that names no skill
//!
//! ```told
//! told = ["playbook ..4 map*|list*|table|say*", "map* ..4 skill*", "skill* & when & output"]
//! ```

use crate::facts::{PlanFacts, Source};
use crate::prose::{Prose, Topic};
use crate::rules::{Check, Level, Rule, playbook};
use crate::verdict::{Reference, Verdict};
use wild_mock_server::skills;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PBK004",
    slug: "playbook-maps-skills",
    level: Level::Must,
    summary: "a written playbook maps skills to when to use them and what to expect",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("playbook_maps_skills.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some((path, text)) = playbook::written(facts) else {
        return Verdict::not_applicable("no playbook is written yet");
    };
    let at = || vec![Reference::file(path.clone())];
    if !names_skill(text) {
        return Verdict::fail("the playbook names no skill that the server has", at());
    }
    let prose = Prose::of_text(text);
    let mut missing = Vec::new();
    if !prose.affirms(Topic::WhenUsed) {
        missing.push("when to use it");
    }
    if !prose.affirms(Topic::ExpectedOutput) {
        missing.push("the output to expect");
    }
    if missing.is_empty() || !prose.affirms(Topic::English) {
        return Verdict::Pass(at());
    }
    let message = format!(
        "the playbook names skills and does not say {}",
        missing.join(" and ")
    );
    Verdict::fail(message, at())
}

/// Whether one of the server's skills is named. Skills that were installed on top are not known
/// here, so that anything written like a skill's id counts.
fn names_skill(text: &str) -> bool {
    let is_id = |word: &str| {
        word.split('_').count() > 1
            && word.split('_').all(|part| !part.is_empty())
            && word != "prompt_skill_playbook"
    };
    let lower = text.to_lowercase();
    lower
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(is_id)
        || skills::BUILTIN_IDS.iter().any(|id| lower.contains(id))
}
