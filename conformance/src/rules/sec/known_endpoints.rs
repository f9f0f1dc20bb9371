//! # SEC003 known-endpoints (SHOULD)
//!
//! Requests go to paths that the server's OpenAPI document has, or to the document itself and the
//! two pages that show it.
//!
//! Guessed endpoints are noise in the user's logs, and a plan that rests on them cannot be carried
//! out.
//!
//! Prompt: "Use only endpoints that stand in the catalog below"
//!
//! Conforming: `GET /runs`, `GET /docs`.
//!
//! Violating: `GET /experiments`.
//!
//! ```told
//! told = [
//!     "placeholder: api_catalog",
//!     "only ..3 endpoint*|@openapi",
//!     "endpoint* ..5 openapi|catalog*|list|documented",
//! ]
//! ```

use wild_mock_server::{Exchange, openapi};

use crate::facts::{Facts, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "SEC003",
    slug: "known-endpoints",
    level: Level::Should,
    summary: "requests go to endpoints that the server has",
    sources: &[Source::Journal],
    source_text: include_str!("known_endpoints.rs"),
    check: Check::Case(check),
};

/// What the server has beside its OpenAPI document.
const BESIDE: [&str; 3] = ["/docs", "/redoc", "/openapi.json"];

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_observable(facts) {
        return verdict;
    }
    if facts.http.exchanges.is_empty() {
        return Verdict::not_applicable("no request was sent");
    }
    // What is no HTTP has no path.
    let (known, unknown): (Vec<&Exchange>, Vec<&Exchange>) = facts
        .http
        .exchanges
        .iter()
        .partition(|exchange| exchange.method.is_empty() || is_known(&exchange.path));
    let findings = unknown.into_iter().map(|exchange| {
        Finding::new(
            format!(
                "`{} {}`: the server's OpenAPI document has no such path",
                exchange.method, exchange.path
            ),
            vec![Reference::exchange(exchange)],
        )
    });
    let sent = known.into_iter().map(Reference::exchange);
    Verdict::from_findings(findings.collect(), sent.collect())
}

fn is_known(path: &str) -> bool {
    let path = match path.strip_suffix('/') {
        Some(rest) if !rest.is_empty() => rest,
        _ => path,
    };
    // The page at /docs loads its parts from below.
    let is_beside = BESIDE.contains(&path) || path.starts_with("/docs/");
    let templates = openapi::document()
        .get("paths")
        .and_then(|paths| paths.as_object());
    is_beside || templates.is_some_and(|paths| paths.keys().any(|known| fits(path, known)))
}

/// Whether `path` is an instance of `template`, whose segments in braces stand for anything.
fn fits(path: &str, template: &str) -> bool {
    let (mut given, mut wanted) = (path.split('/'), template.split('/'));
    loop {
        match (given.next(), wanted.next()) {
            (None, None) => return true,
            (Some(given), Some(wanted))
                if given == wanted || (wanted.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}
