//! # TRK013 iteration-preflight (MUST)
//!
//! `GET /docs`, `GET /openapi.json` and the protocol skill are read before the first change on the
//! server or of `tasks_path`. After a probe that failed the others may be left out.
//!
//! An agent that acts before it has looked acts blindly.
//!
//! Prompt: "Before any change, of a file or on the server, run these three commands as they stand"
//!
//! Conforming: three probes, then `POST /sweeps/wild`
//!
//! Violating: `POST /runs` as the first request
//!
//! ```told
//! told = ["@docs"]
//! under = ["preflight*|probe*|guard*|verif*|check*|before"]
//! ```

use wild_mock_server::Exchange;

use crate::evidence::TasksChange;
use crate::facts::{Facts, GUARD, Guard, Probe, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK013",
    slug: "iteration-preflight",
    level: Level::Must,
    summary: "the guard probes come before any change",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("iteration_preflight.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    let execution = match iteration::execution(facts) {
        Ok(execution) => execution,
        Err(verdict) => return verdict,
    };
    let guard_ended = match execution.guard {
        Guard::Passed(last) | Guard::Failed(last) => Some(last.seq),
        Guard::Incomplete => None,
    };
    let is_late = |seq: u64| guard_ended.is_none_or(|ended| seq <= ended);
    let change = facts.http.exchanges.iter().find(|e| iteration::changes(e));
    if let Some(change) = change.filter(|change| is_late(change.seq)) {
        let head = replaced_by_head(facts);
        let remark = head.map_or_else(String::new, |head| {
            format!("; `HEAD {0}` is another request than `GET {0}`", head.path)
        });
        return Verdict::fail(
            format!(
                "`{} {}` came before the guard probes were answered{remark}",
                change.method, change.path
            ),
            [change]
                .into_iter()
                .chain(head)
                .map(Reference::exchange)
                .collect(),
        );
    }
    let tasks_early = match facts.tasks_change {
        TasksChange::BeforeRequest { seq } => is_late(seq),
        TasksChange::AfterLastRequest => guard_ended.is_none(),
        TasksChange::Never | TasksChange::Unknown => false,
    };
    if tasks_early {
        return Verdict::fail(
            "the tasks file was changed before the guard probes were answered",
            vec![Reference::file(facts.workspace.tasks_file)],
        );
    }
    if guard_ended.is_none() && change.is_none() && facts.tasks_change == TasksChange::Never {
        return Verdict::not_applicable("nothing was changed");
    }
    let probes = facts
        .http
        .exchanges
        .iter()
        .filter(|e| Probe::of(e).is_some_and(|p| GUARD.contains(&p)));
    Verdict::Pass(probes.take(GUARD.len()).map(Reference::exchange).collect())
}

/// A `HEAD` in place of a guard probe that was never sent.
fn replaced_by_head<'e>(facts: &Facts<'e>) -> Option<&'e Exchange> {
    let missing = GUARD
        .into_iter()
        .filter(|probe| facts.http.first(*probe).is_none());
    let mut heads = missing.filter_map(|probe| facts.http.head_in_place_of(probe));
    heads.next()
}
