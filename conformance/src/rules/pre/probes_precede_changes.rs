//! # PRE007 probes-precede-changes (MUST)
//!
//! No POST, PUT, PATCH or DELETE is sent before the last required probe is answered: the fifth, or
//! the first that failed.
//!
//! A server that has not passed the preflight is not to be changed: what is created there cannot be
//! relied upon, and an abort would leave it behind.
//!
//! Prompt: "send no request that changes anything on the server"
//!
//! Conforming: five probes, then `POST /cluster/detect`.
//!
//! Violating: `POST /cluster/detect` as the first request.
//!
//! ```told
//! told = [
//!     "before ..4 plan*|anything|work*|change*|request*|start*",
//!     "not: request* ..2 that|which chang*|modif*|creat*",
//!     "not: chang*|creat*|modif*|post|send ..6 server",
//! ]
//! under = ["preflight*|probe*|verif*|check*|curl|succeed*"]
//! ```

use crate::facts::{Facts, HttpFacts, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PRE007",
    slug: "probes-precede-changes",
    level: Level::Must,
    summary: "nothing is changed on the server before the preflight is over",
    sources: &[Source::Journal],
    source_text: include_str!("probes_precede_changes.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_observable(facts) {
        return verdict;
    }
    let Some(last) = facts.http.last_required() else {
        return Verdict::not_applicable("no probe was sent, see PRE001 to PRE005");
    };
    let early = facts
        .http
        .before_answer_of(last)
        .filter(|e| HttpFacts::asks_for_change(e));
    let findings = early.map(|exchange| {
        Finding::new(
            format!(
                "`{} {}` was sent before the preflight ended with request #{}",
                exchange.method, exchange.path, last.seq
            ),
            vec![Reference::exchange(exchange), Reference::exchange(last)],
        )
    });
    Verdict::from_findings(findings.collect(), vec![Reference::exchange(last)])
}
