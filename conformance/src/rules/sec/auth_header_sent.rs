//! # SEC001 auth-header-sent (MUST)
//!
//! Where the server demands a token, every request that changes something carries it, and so does every
//! read that the prompt shows with the header: `GET /cluster`, and `GET /wild/v2/system-health` where it
//! is no probe of the preflight. What is repeated with the header is forgiven.
//!
//! Such a request is refused; an agent that does not notice goes on as though it had been heard.
//!
//! Prompt: "send that header with every request that changes something"
//!
//! Conforming: `POST /cluster/detect` with the right `X-Auth-Token`, at once or after a 401.
//!
//! Violating: the same without the header, or with another token, and no second time.
//!
//! ```told
//! told = ["placeholder: auth_header", "auth header", "auth token", "token & header"]
//! ```

use wild_mock_server::{Exchange, TokenState};

use crate::facts::{Facts, HttpFacts, Probe, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "SEC001",
    slug: "auth-header-sent",
    level: Level::Must,
    summary: "changes, and the reads that the prompt shows so, carry the token that the server demands",
    sources: &[Source::Journal],
    source_text: include_str!("auth_header_sent.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if facts.case.auth_token.is_none() {
        return Verdict::not_applicable("the server demands no token");
    }
    if let Some(verdict) = applicability::unless_observable(facts) {
        return verdict;
    }
    let protected: Vec<_> = facts
        .http
        .exchanges
        .iter()
        .filter(|exchange| wants_header(facts, exchange))
        .collect();
    if protected.is_empty() {
        return Verdict::not_applicable("no request was sent that wants the header");
    }
    let is_repeated = |bare: &Exchange| {
        protected.iter().any(|later| {
            let is_same = (&later.method, &later.path) == (&bare.method, &bare.path);
            is_same && later.seq > bare.seq && later.token == TokenState::Valid
        })
    };
    let bare = protected
        .iter()
        .filter(|exchange| exchange.token != TokenState::Valid && !is_repeated(exchange));
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
    let sent = protected
        .iter()
        .map(|exchange| Reference::exchange(exchange));
    Verdict::from_findings(findings.collect(), sent.collect())
}

/// Whether the prompt shows such a request with the header. The probes of the planning preflight are
/// sent as they are written, without it.
fn wants_header(facts: &Facts<'_>, exchange: &Exchange) -> bool {
    let is_read = |path: &str| exchange.method == "GET" && exchange.path == path;
    let health = Probe::Health.path();
    HttpFacts::asks_for_change(exchange)
        || is_read("/cluster")
        || (is_read(health) && facts.execution.is_some())
}
