//! PRE: the preflight.

mod docs_probed;
mod health_probed;
mod openapi_probed;
mod probes_precede_changes;
mod probes_precede_plan;
mod protocol_probed;
mod skills_probed;

use super::{Family, Scope, applicability};
use crate::facts::{Facts, Probe};
use crate::verdict::{Reference, Verdict};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "PRE",
    title: "preflight",
    scope: Scope::Planning,
    also_later: &[],
    rules: &[
        &docs_probed::RULE,
        &openapi_probed::RULE,
        &skills_probed::RULE,
        &protocol_probed::RULE,
        &health_probed::RULE,
        &probes_precede_plan::RULE,
        &probes_precede_changes::RULE,
    ],
};

/// Whether `probe` was sent. An agent that met a failure may stop, and nobody can tell whether it
/// would have sent the rest, so that a missing probe is held against it only where none failed.
fn was_sent(facts: &Facts<'_>, probe: Probe) -> Verdict {
    if let Some(verdict) = applicability::unless_observable(facts) {
        return verdict;
    }
    if let Some(exchange) = facts.http.first(probe) {
        return Verdict::Pass(vec![Reference::exchange(exchange)]);
    }
    if facts.http.failed() {
        return Verdict::not_applicable("another probe failed, and an agent may stop there");
    }
    if let Some((stopped_at, _)) = facts.misread_probe() {
        return Verdict::not_applicable(format!(
            "the agent stopped at `GET {}`, which had not failed, see ABT002",
            stopped_at.path()
        ));
    }
    let path = probe.path();
    let mut evidence = applicability::preflight_evidence(facts);
    let head = facts.http.head_in_place_of(probe);
    evidence.extend(head.map(Reference::exchange));
    let sent = if head.is_some() {
        format!("`HEAD {path}`, which is another request than `GET {path}`")
    } else {
        format!("no `GET {path}`")
    };
    Verdict::fail(
        format!(
            "the agent sent {sent}; the preflight consists of five requests, and planning may start \
             only after all of them succeeded"
        ),
        evidence,
    )
}
