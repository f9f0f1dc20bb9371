//! What rules about execution iterations have in common.

use std::collections::BTreeSet;

use wild_mock_server::{Exchange, Seq};

use crate::facts::{ExecutionFacts, Facts, Guard, Moment, Plan, RunFacts};
use crate::protocol::SENTINEL;
use crate::verdict::{Finding, Reference, Verdict};

/// The iteration's facts.
pub(super) fn execution<'f, 'e>(facts: &'f Facts<'e>) -> Result<&'f ExecutionFacts<'e>, Verdict> {
    facts
        .execution
        .as_ref()
        .ok_or_else(|| Verdict::not_applicable("the case plays the planning iteration"))
}

/// The facts of an iteration that was to work: its guard did not fail, and there was something to do.
pub(super) fn at_work<'f, 'e>(facts: &'f Facts<'e>) -> Result<&'f ExecutionFacts<'e>, Verdict> {
    let execution = execution(facts)?;
    if execution.before.source().contains(SENTINEL) {
        return Err(Verdict::not_applicable("planning was aborted, see TRK015"));
    }
    match execution.guard {
        Guard::Failed(_) => Err(Verdict::not_applicable("a guard probe failed, see TRK014")),
        Guard::Passed(_) | Guard::Incomplete => Ok(execution),
    }
}

/// The verdict of a rule about runs: with no run at all there is nothing to say.
pub(super) fn settled(execution: &ExecutionFacts<'_>, findings: Vec<Finding>) -> Verdict {
    if findings.is_empty() && execution.runs.creates.is_empty() && execution.runs.starts.is_empty()
    {
        return Verdict::not_applicable("no run was created or started");
    }
    let mut shown = creates(execution);
    if shown.is_empty() {
        shown = starts(execution);
    }
    Verdict::from_findings(findings, shown)
}

/// The runs that may be the session's: those of other sessions are left out.
pub(super) fn session_runs<'f, 'e>(
    execution: &'f ExecutionFacts<'e>,
) -> impl Iterator<Item = &'f RunFacts<'e>> + Clone {
    let own = execution.session_id;
    execution.runs.all.iter().filter(move |run| {
        let is_foreign = run.session.as_deref().is_some_and(|session| session != own);
        run.created.is_some() || !is_foreign
    })
}

/// The requests that created something.
pub(super) fn creates(execution: &ExecutionFacts<'_>) -> Vec<Reference> {
    let creates = execution.runs.creates.iter();
    creates
        .map(|create| Reference::exchange(create.exchange))
        .collect()
}

/// The requests that started a run.
pub(super) fn starts(execution: &ExecutionFacts<'_>) -> Vec<Reference> {
    let starts = execution.runs.starts.iter();
    starts
        .map(|start| Reference::exchange(start.exchange))
        .collect()
}

/// The exchange of a moment; the journal as a whole for what came after the last one.
pub(super) fn at(facts: &Facts<'_>, seq: Option<Seq>) -> Vec<Reference> {
    let exchange = seq.and_then(|seq| facts.http.exchanges.iter().find(|e| e.seq == seq));
    vec![exchange.map_or(Reference::Journal, Reference::exchange)]
}

/// Whether a request changed anything on the server. What was refused changed nothing, and detecting
/// the cluster is looking.
pub(super) fn changes(exchange: &Exchange) -> bool {
    let is_write = matches!(
        exchange.method.as_str(),
        "POST" | "PUT" | "PATCH" | "DELETE"
    );
    is_write && exchange.path != "/cluster/detect" && exchange.is_success()
}

/// A moment as a line of a timeline: who was alive, who was started, and how many fitted.
pub(super) fn told(execution: &ExecutionFacts<'_>, moment: &Moment) -> String {
    let name = |id: &String| {
        let known = execution.runs.find(id).filter(|run| !run.name.is_empty());
        known.map_or_else(|| id.clone(), |run| run.name.clone())
    };
    let others = moment.alive.iter().filter(|id| **id != moment.run);
    let mut alive: Vec<String> = others.map(name).collect();
    alive.sort();
    format!(
        "{} was started while {} of {} places were taken (max_new_runs was {}): alive were {}",
        name(&moment.run),
        alive.len(),
        execution.timeline.capacity,
        moment.room,
        alive.join(", ")
    )
}

/// Whether the agent could know that a run had failed: it read the runs after that.
pub(super) fn was_seen(facts: &Facts<'_>, run: &RunFacts<'_>) -> bool {
    let failed_at = facts.http.exchanges.iter().find(|exchange| {
        exchange.effects.iter().any(|effect| {
            matches!(&effect.change, wild_mock_server::Change::RunStatus { run: id, to, .. }
                if *id == run.id && to == "failed")
        })
    });
    let Some(failed_at) = failed_at else {
        return false;
    };
    let reads = |exchange: &&Exchange| {
        exchange.method == "GET"
            && (exchange.path == "/runs" || exchange.path.starts_with("/runs/"))
    };
    // What is due happens when a request arrives, before it is answered.
    facts
        .http
        .exchanges
        .iter()
        .filter(|exchange| exchange.seq >= failed_at.seq)
        .any(|exchange| reads(&exchange))
}

/// The paths that a plan names, relative to the working directory: in deliverables, commands and
/// notes. Names in braces are left out from there on.
pub(super) fn planned_paths(plan: &Plan) -> BTreeSet<String> {
    let is_separator = |c: char| c.is_whitespace() || ",;`\"'()[]*|<>".contains(c);
    plan.source()
        .split(is_separator)
        .filter_map(|word| {
            let word = word.trim_end_matches(['.', ':']).trim_start_matches("./");
            let kept = word.split(['{', '$', '*']).next().unwrap_or_default();
            let kept = if kept == word {
                word.trim_end_matches('/')
            } else {
                kept.rsplit_once('/').map_or("", |(folder, _)| folder)
            };
            (kept.contains('/') && !kept.starts_with('/')).then(|| kept.to_owned())
        })
        .collect()
}
