//! What one task says.

use crate::prose::{Hit, Polarity, Prose, Strength, Topic, Topics, Zone};

/// What one task says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskReading {
    /// What it affirms by strong signs in what is to be done and its details.
    pub text: Topics,
    /// The same, with deliverable, done-when and other fields.
    pub all: Topics,
    /// What its first sentence affirms.
    pub title: Topics,
    /// What its first two words affirm.
    pub opening: Topics,
    /// What it speaks of by any sign, affirmed or not.
    pub touched: Topics,
    /// What its deliverable affirms.
    pub deliverable: Topics,
    /// What the heading of its phase affirms.
    pub phase: Topics,
}

impl TaskReading {
    /// Whether the task writes a launcher or another tool, and starts nothing. `Baseline: create ...` names
    /// what is measured first.
    pub fn builds_tool(&self) -> bool {
        let names_runs = self.opening.has(Topic::Baseline) && !self.opening.has(Topic::Launcher);
        self.opening.has(Topic::Build) && self.text.has(Topic::Launcher) && !names_runs
    }

    /// Whether the task starts runs beyond doubt: it names the endpoint that creates them, or begins
    /// with the order to start some.
    pub fn is_surely_experiment(&self) -> bool {
        self.is_experiment() && (self.all.has(Topic::Create) || self.opening.has(Topic::Start))
    }

    /// Whether the task starts runs, as far as its words tell.
    pub fn is_experiment(&self) -> bool {
        let names_endpoint = self.all.has(Topic::Create);
        let starts = self.title.has(Topic::Start) && !self.opening.has(Topic::LookBack);
        !self.builds_tool() && (names_endpoint || starts)
    }
}

/// How many tokens the opening of a task has.
const OPENING: usize = 2;

/// Notes a sign in what it stands for: its task, or the heading of a phase.
pub(super) fn note(prose: &Prose, hit: &Hit, tasks: &mut [TaskReading], phases: &mut [Topics]) {
    let Some(sentence) = prose.sentences.get(hit.sentence) else {
        return;
    };
    let Some(segment) = prose.segments.get(sentence.segment) else {
        return;
    };
    let is_said = hit.strength == Strength::Strong && hit.polarity == Polarity::Affirmed;
    if segment.zone == Zone::PhaseHeading && is_said {
        if let Some(phase) = segment.phase.and_then(|phase| phases.get_mut(phase)) {
            phase.insert(hit.topic);
        }
        return;
    }
    let Some(task) = segment.task.and_then(|task| tasks.get_mut(task)) else {
        return;
    };
    task.touched.insert(hit.topic);
    if !is_said {
        return;
    }
    task.all.insert(hit.topic);
    if segment.zone == Zone::Deliverable {
        task.deliverable.insert(hit.topic);
    }
    if matches!(segment.zone, Zone::TaskText | Zone::TaskDetail) {
        task.text.insert(hit.topic);
    }
    if segment.zone == Zone::TaskText && segment.sentences.start == hit.sentence {
        task.title.insert(hit.topic);
        if hit.tokens.start < sentence.tokens.start + OPENING {
            task.opening.insert(hit.topic);
        }
    }
}
