//! # PBK001 skills-searched (MUST)
//!
//! Before it plans, the agent searches the server's prompt skills with a question of its own.
//!
//! The list shows names only; the search also finds what a skill's text speaks of.
//!
//! Prompt: "Do search; monitoring, analysis and the organization of files are good topics to start with."
//!
//! Conforming: `GET /prompt-skills/search?q=monitoring`.
//!
//! Violating: no search, or one with an empty `q`.
//!
//! ```told
//! told = ["@search", "search* ..5 skill*"]
//! ```

use wild_mock_server::Exchange;

use crate::facts::{Facts, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PBK001",
    slug: "skills-searched",
    level: Level::Must,
    summary: "the prompt skills are searched with a real question",
    sources: &[Source::Journal],
    source_text: include_str!("skills_searched.rs"),
    check: Check::Case(check),
};

const SEARCH: &str = "/prompt-skills/search";

fn check(facts: &Facts<'_>) -> Verdict {
    let settled =
        applicability::unless_planning(facts).or_else(|| applicability::unless_observable(facts));
    if let Some(verdict) = settled {
        return verdict;
    }
    let is_search = |e: &&Exchange| e.method == "GET" && e.path.trim_end_matches('/') == SEARCH;
    let searches: Vec<&Exchange> = facts.http.exchanges.iter().filter(is_search).collect();
    if let Some(search) = searches.iter().find(|exchange| asks_something(exchange)) {
        return Verdict::Pass(vec![Reference::exchange(search)]);
    }
    let message = if searches.is_empty() {
        "the agent never searched the prompt skills; send `GET /prompt-skills/search?q=...`"
    } else {
        "the agent searched the prompt skills for nothing: `q` was empty or missing"
    };
    let evidence: Vec<Reference> = searches.into_iter().map(Reference::exchange).collect();
    if evidence.is_empty() {
        return Verdict::fail(message, applicability::preflight_evidence(facts));
    }
    Verdict::fail(message, evidence)
}

/// Whether `q` holds anything but blank space, which stands encoded in a query.
fn asks_something(search: &Exchange) -> bool {
    let query = search.query.as_deref().unwrap_or_default();
    let mut values = query.split('&').filter_map(|pair| pair.strip_prefix("q="));
    values.any(|value| !value.replace("%20", "").replace('+', "").trim().is_empty())
}
