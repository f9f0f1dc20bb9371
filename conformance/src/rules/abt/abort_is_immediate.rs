//! # ABT009 abort-is-immediate (MUST)
//!
//! Once a probe has failed, the agent sends nothing but, at most, further probes.
//!
//! "Immediately" leaves no room for looking around, and a server that fails its preflight should
//! not be burdened further.
//!
//! Prompt: "apart from these five, send no further request"
//!
//! Conforming: `GET /docs` fails, the agent sends the four other probes and stops.
//!
//! Violating: `GET /docs` fails, and the agent asks for `GET /runs`.
//!
//! ```told
//! told = [
//!     "immediately|instantly",
//!     "straight|right away",
//!     "at once",
//!     "send|sends ..2 no ..3 request*",
//!     "not: request*",
//!     "nothing else|more",
//! ]
//! under = ["abort|aborts|aborting|aborted|stop|stops|quit|quits", "give|gives up"]
//! ```

use crate::facts::{Facts, Preflight, Probe, Source};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Finding, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ABT009",
    slug: "abort-is-immediate",
    level: Level::Must,
    summary: "after a failed probe only probes are sent",
    sources: &[Source::Journal],
    source_text: include_str!("abort_is_immediate.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_preflight_failed(facts) {
        return verdict;
    }
    if let Some(verdict) = applicability::unless_observable(facts) {
        return verdict;
    }
    let Preflight::Failed(probe) = facts.http.preflight else {
        return Verdict::not_applicable("no probe failed");
    };
    let Some(failed) = facts.http.first(probe) else {
        return Verdict::Untestable("the failed probe is not in the journal".to_owned());
    };
    let others = facts
        .http
        .after(failed)
        .filter(|exchange| Probe::of(exchange).is_none());
    let findings = others.map(|exchange| {
        Finding::new(
            format!(
                "`{} {}` was sent after `GET {}` had failed; only probes may follow",
                exchange.method,
                exchange.path,
                probe.path()
            ),
            vec![Reference::exchange(exchange), Reference::exchange(failed)],
        )
    });
    Verdict::from_findings(findings.collect(), vec![Reference::exchange(failed)])
}
