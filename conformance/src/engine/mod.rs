//! From evidence to a report. Pure: no input, no output, no clock.

mod claim;
mod control;
mod elsewhere;
mod fingerprint;
pub(crate) mod hints;
mod judgement;
mod notes;
mod outcome;
mod presence;
mod rates;
mod redirects;
mod run;

pub use claim::{Claim, ClaimError, Claims};
pub use elsewhere::Elsewhere;
pub use fingerprint::{Fingerprint, set_up};
pub use judgement::{Claimed, Judgement, Needed, Standing};
pub use outcome::{CaseOutcome, CaseReport, Control};
pub use rates::{CaseRates, rates};
pub use run::{BaselineFile, BaselineProblem, RunReport, Trouble};

use crate::case::Kind;
use crate::demand::Row;
use crate::evidence::{Evidence, iteration_of};
use crate::facts::{Facts, Source, Traced, Tracing};
use crate::gate::{Gate, Known, Severity};
use crate::lint;
use crate::redact;
use crate::rules::{self, Rule, applicability};
use crate::selection::{Asked, LeftOut, Selection};
use crate::verdict::{Settled, Verdict, brief};
use presence::{aborted, could_not_run, preflight_in_words, proceeded};

/// Judges one case by itself. What its twin says about it is added by [`conclude`]. Rules that the
/// given prompt does not tell, or that the user ignores, are not applicable.
pub fn judge(evidence: &Evidence, selection: &Selection, gate: Gate) -> CaseReport {
    let facts = Facts::new(evidence);
    let record = &evidence.record;
    let own = record.own_prompt.as_ref();
    let asked = Asked {
        selection,
        untold: own.map_or(&[], |prompt| prompt.untold.as_slice()),
    };
    let known = Known::with_levels(selection.levels(&record.case.id));
    let (outcome, verdicts) = if let Some(reason) = could_not_run(&facts) {
        (CaseOutcome::CouldNotRun(reason), Vec::new())
    } else {
        let verdicts = verdicts(&facts, asked);
        (weigh(&verdicts, &known, gate), verdicts)
    };
    let was_judged = !verdicts.is_empty();
    let left_out = if was_judged {
        left_out(record.case.kind, asked)
    } else {
        Vec::new()
    };
    CaseReport {
        id: record.case.id.clone(),
        iteration_of: iteration_of(&record.case).map(str::to_owned),
        title: record.case.title.clone(),
        repetition: record.repetition,
        agent: record.agent.clone(),
        seed: record.seed,
        recorded_by: record.tool_version.clone(),
        ending: facts.ending.to_string(),
        preflight: preflight_in_words(&facts),
        unfinished: facts
            .campaign
            .as_ref()
            .is_some_and(|campaign| campaign.unfinished.is_some()),
        proceeded: was_judged && proceeded(&facts),
        aborted: was_judged && aborted(&facts),
        twin: record.case.twin.clone(),
        control: None,
        tracing: facts
            .execution
            .as_ref()
            .filter(|_| was_judged)
            .map(|execution| brief_tracing(&execution.tracing)),
        coverage: coverage(&facts, &verdicts, &left_out),
        left_out,
        sandbox: record.sandbox.clone(),
        usage: record.usage,
        seconds: Some(record.wall_clock.agent_seconds),
        folder: None,
        fingerprint: Some(Fingerprint::of(evidence)),
        outcome,
        verdicts,
        known,
        settled: Vec::new(),
        notes: brief::texts(&notes::of(&facts, evidence)),
        seal: Some(evidence.seal.clone()),
    }
}

/// Weighs a case again whose doubts were settled as `settled` tells.
pub(crate) fn settle(report: &mut CaseReport, settled: Vec<Settled>, notes: &[String], gate: Gate) {
    report.settled = settled.into_iter().map(Settled::brief).collect();
    report.notes.extend(brief::texts(notes));
    if report.outcome.reason().is_none() {
        report.outcome = weigh(&report.verdicts, &report.known, gate);
    }
}

/// The report of a case that there is no evidence of, for what `outcome` says.
pub fn unjudged(
    case: &crate::case::Case,
    repetition: u32,
    agent: &str,
    seed: u64,
    outcome: CaseOutcome,
) -> CaseReport {
    CaseReport {
        iteration_of: iteration_of(case).map(str::to_owned),
        title: case.title.clone(),
        repetition,
        agent: agent.to_owned(),
        seed,
        twin: case.twin.clone(),
        ..unknown(case.id.clone(), outcome)
    }
}

/// The report of a case of which nothing is known but its name, for what `outcome` says.
pub fn unknown(id: String, outcome: CaseOutcome) -> CaseReport {
    CaseReport {
        id,
        iteration_of: None,
        title: String::new(),
        repetition: 1,
        agent: String::new(),
        seed: 0,
        recorded_by: env!("CARGO_PKG_VERSION").to_owned(),
        ending: String::new(),
        preflight: "not observed".to_owned(),
        unfinished: false,
        proceeded: false,
        aborted: false,
        twin: None,
        control: None,
        tracing: None,
        sandbox: None,
        usage: None,
        seconds: None,
        folder: None,
        fingerprint: None,
        outcome,
        verdicts: Vec::new(),
        coverage: Vec::new(),
        left_out: Vec::new(),
        known: Known::default(),
        settled: Vec::new(),
        notes: Vec::new(),
        seal: None,
    }
}

/// Sorts the cases and holds every abort against its healthy twin, or else against any case in which
/// the agent went to work.
pub fn conclude(cases: Vec<CaseReport>, gate: Gate) -> RunReport {
    conclude_part(cases, gate, Elsewhere::default())
}

/// The same for one shard of a run: an abort whose twin is in another is pending.
pub fn conclude_part(mut cases: Vec<CaseReport>, gate: Gate, elsewhere: Elsewhere) -> RunReport {
    cases.sort_by(|a, b| (&a.id, a.repetition).cmp(&(&b.id, b.repetition)));
    control::hold(&mut cases, &elsewhere);
    RunReport {
        gate,
        cases,
        baseline: None,
        elsewhere,
        baseline_problems: Vec::new(),
        claims: Judgement::default(),
    }
}

fn verdicts(facts: &Facts<'_>, asked: Asked<'_>) -> Vec<(&'static Rule, Verdict)> {
    let token = facts.case.auth_token.as_deref().unwrap_or_default();
    rules::all()
        .map(|rule| {
            let told = redact::verdict(verdict(rule, facts, asked), token);
            // What is cut before the token is covered could show a part of it.
            (rule, told.brief())
        })
        .collect()
}

/// Which task led to which runs, with what the agent called them cut like all that it wrote.
fn brief_tracing(tracing: &Tracing) -> Tracing {
    let names = |names: &[String]| brief::texts(names);
    let (told, more) = brief::first(&tracing.tasks);
    let tasks = told.iter().map(|traced| Traced {
        task: brief::text(traced.task.clone()),
        sweeps: names(&traced.sweeps),
        runs: names(&traced.runs),
    });
    let more = more.map(|task| Traced {
        task,
        sweeps: Vec::new(),
        runs: Vec::new(),
    });
    Tracing {
        tasks: tasks.chain(more).collect(),
        orphan_runs: names(&tracing.orphan_runs),
        orphan_tasks: names(&tracing.orphan_tasks),
        owners: tracing.owners.clone(),
    }
}

/// The rules that are not asked although cases of this kind are judged by them, in order.
fn left_out(kind: Kind, asked: Asked<'_>) -> Vec<(&'static Rule, LeftOut)> {
    rules::all()
        .filter(|rule| rule.scope().excludes(kind).is_none())
        .filter_map(|rule| Some((rule, asked.leaves_out(rule)?)))
        .collect()
}

/// Which sentence of the plan meets which demand; nothing where no plan was judged.
fn coverage(
    facts: &Facts<'_>,
    verdicts: &[(&'static Rule, Verdict)],
    left_out: &[(&'static Rule, LeftOut)],
) -> Vec<Row> {
    let is_judged = !verdicts.is_empty()
        && facts.missing(Source::Workspace).is_none()
        && Kind::Planning == facts.case.kind
        && applicability::unless_planned(facts).is_none();
    if is_judged {
        lint::coverage(&facts.plan(), verdicts, left_out)
    } else {
        Vec::new()
    }
}

fn verdict(rule: &Rule, facts: &Facts<'_>, asked: Asked<'_>) -> Verdict {
    if let Some(reason) = rule.scope().excludes(facts.case.kind) {
        return Verdict::not_applicable(reason);
    }
    if let Some(why) = asked.leaves_out(rule) {
        return Verdict::not_applicable(why.reason());
    }
    let missing = rule
        .sources
        .iter()
        .find_map(|source| facts.missing(*source));
    match missing {
        Some(verdict) => verdict.clone(),
        None => rule.of_case(facts),
    }
}

/// What verdicts amount to, with regard to what was said beforehand.
pub(crate) fn weigh(
    verdicts: &[(&'static Rule, Verdict)],
    known: &Known,
    gate: Gate,
) -> CaseOutcome {
    let is_error = |(rule, verdict): &(&'static Rule, Verdict)| {
        gate.weigh(rule, verdict, known) == Severity::Error
    };
    if verdicts.iter().any(is_error) {
        CaseOutcome::NonConformant
    } else {
        CaseOutcome::Conformant
    }
}

/// Whether the play says something about the agent.
pub fn could_run(evidence: &Evidence) -> bool {
    could_not_run(&Facts::new(evidence)).is_none()
}
