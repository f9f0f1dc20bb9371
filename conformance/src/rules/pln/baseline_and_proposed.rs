//! # PLN017 baseline-and-proposed (MUST)
//!
//! Where the goal asks for experiments, some task is a baseline, and some task is the proposed or
//! main method. Signs of a baseline are words such as baseline, control run, reference
//! configuration, default or unmodified; of the method, proposed, main method, candidate, variant,
//! treatment, or a task that starts runs which are not those of the baseline.
//!
//! Without something to compare with, no result means anything.
//!
//! Prompt: "Where the goal calls for experiments, plan both a baseline and the proposed or main
//! method."
//!
//! Conforming: a task for the baseline runs and a task for those of the method
//!
//! Violating: runs of the new method alone
//!
//! ```told
//! told = ["baseline*|control & proposed|main|method|own|new & task*|plan*|experiment*"]
//! ```

use crate::demand::{self, Stand};
use crate::facts::{PlanFacts, Source, Task};
use crate::prose::{Polarity, Strength, Topic, Zone};
use crate::rules::{Check, Level, Matters, Rule, task_results};
use crate::verdict::{Doubt, Finding, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "PLN017",
    slug: "baseline-and-proposed",
    level: Level::Must,
    summary: "baseline and proposed method are both planned",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("baseline_and_proposed.rs"),
    check: Check::Tasks(Matters::WithExperiments, check),
};

/// A kind of task that must be there.
struct Kind {
    what: &'static str,
    question: &'static str,
    topic: Topic,
    is_it: fn(&PlanFacts<'_>, &Task) -> bool,
}

const KINDS: [Kind; 2] = [
    Kind {
        what: "a baseline",
        question: "Is one of the experiment tasks a baseline?",
        topic: Topic::Baseline,
        is_it: task_results::is_baseline_run,
    },
    Kind {
        what: "the proposed or main method",
        question: "Is one of the experiment tasks the proposed or main method?",
        topic: Topic::Proposed,
        is_it: task_results::is_main_run,
    },
];

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let (mut shown, mut findings, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
    for kind in &KINDS {
        let task = facts
            .plan
            .tasks()
            .find(|task| (kind.is_it)(facts, task) && !facts.reading.is_reflection(task.index));
        match (task, mentioned(facts, kind.topic)) {
            (Some(task), _) => shown.push(facts.at_task(task)),
            (None, None) if facts.reading.is_english => findings.push(Finding::new(
                format!("no task is {}; plan one", kind.what),
                vec![facts.whole()],
            )),
            (None, stand) => doubts.push(demand::doubt(facts, kind.question, stand.as_ref())),
        }
    }
    match (findings.is_empty(), doubts.is_empty()) {
        (false, _) => Verdict::Fail(findings),
        (true, false) => Verdict::Doubtful(doubts as Vec<Doubt>),
        (true, true) => Verdict::Pass(shown),
    }
}

/// A sentence of a task or standing rule that speaks of the kind.
fn mentioned(facts: &PlanFacts<'_>, topic: Topic) -> Option<Stand> {
    facts
        .reading
        .hits(topic)
        .filter(|hit| hit.strength <= Strength::Strong && hit.polarity != Polarity::Denied)
        .map(|hit| Stand {
            span: facts.reading.sentence_span(hit),
            zone: facts.reading.zone(hit),
            task: facts.reading.task_of(hit),
        })
        .find(|stand| {
            let is_gate = stand
                .task
                .is_some_and(|task| facts.reading.is_reflection(task));
            let is_text = matches!(stand.zone, Zone::TaskText | Zone::TaskDetail);
            (is_text || stand.zone.is_standing()) && !is_gate
        })
}
