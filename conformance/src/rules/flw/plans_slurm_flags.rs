//! # FLW009 plans-slurm-flags (MUST)
//!
//! On Slurm some planned command carries one of the partition, account and QoS that the workspace
//! shows, and none carries another value.
//!
//! Jobs with a wrong account are refused, or somebody else pays.
//!
//! Prompt: "planned commands carry exactly those values"
//!
//! Conforming: `srun --partition=gpu --account=lab`, where the job scripts say so
//!
//! Violating: `srun --partition=debug`, where they say `gpu`
//!
//! ```told
//! told = [
//!     "resource|resources|scheduler|schedulers|slurm ..2 flag*|option*",
//!     "partition & account|qos & command*|carry|include*|planned",
//! ]
//! ```

use crate::demand::{self, Stand};
use crate::facts::{PlanFacts, Slurm, SlurmOption, Source, Span};
use crate::prose::{Topic, Zone};
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::{Finding, Verdict};
use wild_mock_server::ClusterKind;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW009",
    slug: "plans-slurm-flags",
    level: Level::Must,
    summary: "planned commands carry the Slurm values that the project uses",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_slurm_flags.rs"),
    check: Check::Tasks(Matters::WithRuns, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let Some(cluster) = facts.context.cluster else {
        return Verdict::not_applicable("the cluster is not known");
    };
    if cluster.kind != ClusterKind::Slurm {
        return Verdict::not_applicable("the cluster is not Slurm");
    }
    let shown = facts
        .context
        .slurm
        .as_ref()
        .filter(|slurm| !slurm.is_empty());
    match shown {
        Some(slurm) => carries(facts, slurm),
        None => demand::judge(facts, RULE.code),
    }
}

/// Whether the planned commands carry all that the workspace shows, and nothing else.
fn carries(facts: &PlanFacts<'_>, slurm: &Slurm) -> Verdict {
    let mut wrong = Vec::new();
    let mut right = Vec::new();
    let mut carried: Vec<&'static str> = Vec::new();
    for span in prescribed(facts) {
        let text = facts.plan.text(&span);
        for option in SlurmOption::read(&text) {
            match slurm.allows(&option) {
                Some(true) => {
                    carried.push(option.name);
                    right.push(facts.at(&span));
                }
                Some(false) => wrong.push(finding(facts, &span, slurm, &option)),
                None => {}
            }
        }
        for name in slurm.named_in(&text) {
            carried.push(name);
            right.push(facts.at(&span));
        }
    }
    if !wrong.is_empty() {
        return Verdict::Fail(wrong);
    }
    let lacking: Vec<&str> = slurm
        .names()
        .filter(|name| !carried.contains(name))
        .collect();
    if lacking.is_empty() {
        return Verdict::Pass(right);
    }
    let stand = refers(facts, slurm);
    if stand.is_some() || !carried.is_empty() {
        let question = format!("Will the commands carry what the workspace shows: {slurm}?");
        return Verdict::Doubtful(vec![demand::doubt(facts, &question, stand.as_ref())]);
    }
    Verdict::fail(
        format!("no planned command carries what the workspace shows: {slurm}"),
        vec![facts.whole()],
    )
}

/// The sentences of tasks and standing rules, in which commands are planned.
fn prescribed(facts: &PlanFacts<'_>) -> Vec<Span> {
    let prose = &facts.reading.prose;
    let counts = |zone: Zone| zone.is_task() || zone.is_standing();
    prose
        .segments
        .iter()
        .filter(|segment| counts(segment.zone))
        .flat_map(|segment| segment.sentences.clone())
        .filter_map(|sentence| Some(prose.sentences.get(sentence)?.span.clone()))
        .collect()
}

/// A sentence by which the values may come in another way: it speaks of resource flags, or the plan
/// knows the values from elsewhere.
fn refers(facts: &PlanFacts<'_>, slurm: &Slurm) -> Option<Stand> {
    let reading = facts.reading;
    let hit = reading.hits(Topic::Resources).find(|hit| {
        let zone = reading.zone(hit);
        let is_prescribed = zone.is_task() || zone.is_standing();
        let knows = zone == Zone::Finding
            && slurm
                .named_in(&facts.plan.text(&reading.sentence_span(hit)))
                .next()
                .is_some();
        is_prescribed || knows
    })?;
    Some(Stand {
        span: reading.sentence_span(hit),
        zone: reading.zone(hit),
        task: reading.task_of(hit),
    })
}

fn finding(facts: &PlanFacts<'_>, span: &Span, slurm: &Slurm, option: &SlurmOption) -> Finding {
    let message = format!(
        "a planned command asks for `--{}={}`; the workspace shows {slurm}",
        option.name, option.value
    );
    facts.finding(message, span)
}
