//! What a task is for, as several rules see it.

use crate::facts::{PlanFacts, Task};
use crate::prose::Topic;

/// Whether a task brings results of a baseline, by its own words or by the phase that it stands in.
pub(super) fn is_baseline_run(facts: &PlanFacts<'_>, task: &Task) -> bool {
    let reading = facts.reading.task(task);
    let calls_itself = reading.title.has(Topic::Baseline) && !prepares(facts, task);
    let speaks = reading.text.has(Topic::Baseline) || reading.phase.has(Topic::Baseline);
    calls_itself || (brings_results(facts, task) && (speaks || reading.all.has(Topic::Baseline)))
}

/// Whether a task brings results of the proposed or main method: it says so, its phase does, or it is
/// an experiment and no baseline.
pub(super) fn is_main_run(facts: &PlanFacts<'_>, task: &Task) -> bool {
    let reading = facts.reading.task(task);
    let calls_itself = reading.title.has(Topic::Proposed) && !prepares(facts, task);
    let speaks = reading.text.has(Topic::Proposed)
        || reading.phase.has(Topic::Proposed)
        || reading.text.has(Topic::EvoSweep);
    let is_proposed = reading.title.has(Topic::Proposed) || reading.phase.has(Topic::Proposed);
    let is_baseline = reading.title.has(Topic::Baseline) && !is_proposed;
    let is_baseline = is_baseline || reading.title.has(Topic::Ablation);
    let has_results = brings_results(facts, task) || reading.deliverable.has(Topic::ResultFile);
    let is_other = has_results && !is_baseline && !prepares(facts, task);
    (calls_itself && !is_baseline) || (is_other && (speaks || !reading.all.has(Topic::Baseline)))
}

/// Whether a task begins with this kind, or its phase is of it, and its title does not speak of the other.
pub(super) fn is_plainly(facts: &PlanFacts<'_>, task: &Task, kind: Topic) -> bool {
    let reading = facts.reading.task(task);
    let other = if kind == Topic::Baseline {
        Topic::Proposed
    } else {
        Topic::Baseline
    };
    let begins = reading.opening.has(kind) || (reading.title.has(kind) && reading.phase.has(kind));
    begins && !reading.title.has(other) && !reading.phase.has(other)
}

/// Whether a task may bring results of any kind: it prepares nothing and looks back on nothing.
pub(super) fn may_bring_results(facts: &PlanFacts<'_>, task: &Task) -> bool {
    let reading = facts.reading.task(task);
    let of_experiments = reading.is_experiment()
        || reading.text.has(Topic::Create)
        || reading.all.has(Topic::ResultFile);
    !prepares(facts, task) && of_experiments
}

/// Whether a task runs something, and does not build a tool or look back on what was run.
fn brings_results(facts: &PlanFacts<'_>, task: &Task) -> bool {
    let reading = facts.reading.task(task);
    let starts = reading.is_experiment()
        || (reading.text.has(Topic::Start) && !reading.opening.has(Topic::LookBack));
    starts && !reading.builds_tool()
}

fn prepares(facts: &PlanFacts<'_>, task: &Task) -> bool {
    let reading = facts.reading.task(task);
    let is_tool = reading.builds_tool() || reading.title.has(Topic::Playbook);
    let only_asks = reading.title.has(Topic::Capacity) || reading.title.has(Topic::Environment);
    is_tool || only_asks || reading.opening.has(Topic::LookBack)
}
