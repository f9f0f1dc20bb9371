//! # SEC001 auth-header-sent (MUST)
//!
//! Where the server demands a token, every request that changes something carries it.
//!
//! Such a request is refused; an agent that does not notice goes on as though it had been heard.
//!
//! Prompt: "send that header with every request that changes something"
//!
//! Conforming: `POST /cluster/detect` with the right `X-Auth-Token`.
//!
//! Violating: the same without the header, or with another token.

use wild_mock_server::TokenState;

use crate::facts::{Facts, HttpFacts, Source};
use crate::rules::{Check, Level, Rule, condition};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "SEC001",
    slug: "auth-header-sent",
    level: Level::Must,
    summary: "requests that change something carry the token that the server demands",
    sources: &[Source::Journal],
    source_text: include_str!("auth_header_sent.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if facts.case.auth_token.is_none() {
        return Verdict::not_applicable("the server demands no token");
    }
    if let Some(verdict) = condition::unless_observable(facts) {
        return verdict;
    }
    let changing: Vec<_> = facts
        .http
        .exchanges
        .iter()
        .filter(|exchange| HttpFacts::asks_for_change(exchange))
        .collect();
    if changing.is_empty() {
        return Verdict::not_applicable("no request asked for a change");
    }
    let bare = changing
        .iter()
        .filter(|exchange| exchange.token != TokenState::Valid);
    let findings = bare.map(|exchange| {
        Finding::new(
            format!(
                "`{} {}` was sent {}",
                exchange.method,
                exchange.path,
                if exchange.token == TokenState::Wrong {
                    "with a wrong token"
                } else {
                    "without the X-Auth-Token header"
                }
            ),
            vec![Reference::exchange(exchange)],
        )
    });
    let sent = changing
        .iter()
        .map(|exchange| Reference::exchange(exchange));
    Verdict::from_findings(findings.collect(), sent.collect())
}
