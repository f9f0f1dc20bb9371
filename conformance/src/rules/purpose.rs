//! What a task is for, as several rules see it.

use crate::facts::{PlanFacts, Task, TaskReading};
use crate::vocabulary::{self, Topic, Topics};

/// Whether a task is about a baseline, and does not merely look back at it.
pub(super) fn is_baseline(reading: &TaskReading) -> bool {
    is_about(reading, Topic::Baseline)
}

/// Whether a task is about the proposed or main method, or runs something that is no baseline.
pub(super) fn is_proposed(reading: &TaskReading) -> bool {
    is_about(reading, Topic::Proposed)
        || reading.text.has(Topic::EvoSweep)
        || (reading.is_experiment() && reading.makes_runs() && !is_baseline(reading))
        || is_of_runs(reading)
}

/// Whether a task speaks of runs that are no baseline, one for each of several things.
fn is_of_runs(reading: &TaskReading) -> bool {
    reading.counts_runs
        && reading.text.has(Topic::OneRunEach)
        && !reading.text.has_any(&[Topic::Baseline, Topic::LookingBack])
}

fn is_about(reading: &TaskReading, topic: Topic) -> bool {
    reading.prose.has(topic) && (reading.starts_runs() || !reading.prose.has(Topic::LookingBack))
}

/// The reflection gates of a plan.
#[derive(Debug, Default)]
pub(super) struct Gates<'f> {
    /// The tasks that are a midpoint reflection by their first words; those that only mention one
    /// where there is none of these.
    pub(super) midpoints: Vec<&'f Task>,
    /// The tasks that are a final reflection, the same way.
    pub(super) finals: Vec<&'f Task>,
    /// Whether the midpoint is one by its first words, so that it may be held to what such a task
    /// must say.
    pub(super) is_midpoint_certain: bool,
    /// The same for the final reflection.
    pub(super) is_final_certain: bool,
}

/// Words of a title: what a task is called, ahead of what it does in detail.
const TITLE_WORDS: usize = 8;

/// First words of tasks that act upon a reflection and are none.
const ACTING: [&str; 28] = [
    "apply",
    "act",
    "carry",
    "implement",
    "incorporate",
    "address",
    "follow",
    "launch",
    "start",
    "create",
    "queue",
    "submit",
    "execute",
    "extend",
    "integrate",
    "resolve",
    "process",
    "update",
    "aggregate",
    "plot",
    "compute",
    "train",
    "delete",
    "remove",
    "archive",
    "export",
    "copy",
    "compress",
];

impl<'f> Gates<'f> {
    pub(super) fn of(facts: &PlanFacts<'f>) -> Self {
        let mut certain = Self::default();
        let mut possible = Self::default();
        // What a title or a deliverable speaks of, the task as a whole does, too.
        let signs = [
            Topic::Midpoint,
            Topic::Interim,
            Topic::Final,
            Topic::Reflection,
        ];
        for (task, reading) in facts
            .tasks()
            .filter(|(_, reading)| reading.all.has_any(&signs))
        {
            let is_last = task.index + 1 == facts.plan.tasks().len();
            match gate_by_title(task) {
                Some(Gate::Midpoint) => certain.midpoints.push(task),
                Some(Gate::Final) => certain.finals.push(task),
                None if is_last && is_reflective(&title(task)) => certain.finals.push(task),
                None => match gate_by_mention(task, reading) {
                    Some(Gate::Midpoint) => possible.midpoints.push(task),
                    Some(Gate::Final) => possible.finals.push(task),
                    None => {}
                },
            }
        }
        certain.is_midpoint_certain = !certain.midpoints.is_empty();
        certain.is_final_certain = !certain.finals.is_empty();
        if !certain.is_midpoint_certain {
            certain.midpoints = possible.midpoints;
        }
        if !certain.is_final_certain {
            certain.finals = possible.finals;
        }
        certain
    }

    /// The gates that may be held to what a reflection must say: those of each kind together, since
    /// one of several may say it for all.
    pub(super) fn judged(&self) -> impl Iterator<Item = (&'static str, &[&'f Task])> {
        let midpoint = self
            .is_midpoint_certain
            .then_some(("the midpoint reflection", &*self.midpoints));
        let last = self
            .is_final_certain
            .then_some(("the final reflection", &*self.finals));
        midpoint.into_iter().chain(last)
    }

    /// Whether a task is one of the gates.
    pub(super) fn has(&self, task: &Task) -> bool {
        let is_it = |other: &&Task| other.index == task.index;
        self.midpoints.iter().any(is_it) || self.finals.iter().any(is_it)
    }
}

enum Gate {
    Midpoint,
    Final,
}

fn gate_by_title(task: &Task) -> Option<Gate> {
    let title = title(task);
    let first_word = title
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    if ACTING.contains(&first_word.as_str()) {
        return None;
    }
    gate(&title)
}

/// A gate by anything that the task says of itself or is to deliver.
fn gate_by_mention(task: &Task, reading: &TaskReading) -> Option<Gate> {
    if reading.prose.has(Topic::Reflection)
        && let Some(gate) = gate(&prose(task))
    {
        return Some(gate);
    }
    gate(task.field("deliverable")?)
}

fn gate(text: &str) -> Option<Gate> {
    let topics = Topics::of(text);
    let is_midpoint =
        topics.has(Topic::Midpoint) || topics.has_all(&[Topic::Interim, Topic::Reflection]);
    let is_final = topics.has_all(&[Topic::Final, Topic::Reflection]);
    match (is_midpoint, is_final) {
        (false, false) => None,
        (true, false) => Some(Gate::Midpoint),
        (false, true) => Some(Gate::Final),
        (true, true) => {
            let at = |topic| vocabulary::first(text, topic).unwrap_or(usize::MAX);
            let midpoint = at(Topic::Midpoint).min(at(Topic::Interim));
            Some(if midpoint < at(Topic::Final) {
                Gate::Midpoint
            } else {
                Gate::Final
            })
        }
    }
}

/// Whether a title speaks of reflecting itself, and not of a review of something.
fn is_reflective(title: &str) -> bool {
    let words = vocabulary::folded(title);
    [
        " reflect",
        " retrospect",
        " post mortem ",
        " postmortem ",
        " take stock ",
    ]
    .iter()
    .any(|word| words.contains(word))
}

fn prose(task: &Task) -> String {
    task.text
        .split('`')
        .step_by(2)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The first words of a task, up to a colon or the end of a sentence.
fn title(task: &Task) -> String {
    let prose = prose(task);
    let head = prose
        .split_inclusive([':', ';', '.'])
        .next()
        .unwrap_or_default();
    head.split_whitespace()
        .take(TITLE_WORDS)
        .collect::<Vec<_>>()
        .join(" ")
}

/// What a task says besides its deliverable and its done-when.
pub(super) fn body(task: &Task) -> String {
    let mut body = task.full_text().to_owned();
    for name in ["deliverable", "done-when"] {
        let value = task.field(name).filter(|value| !value.is_empty());
        let Some(at) = value.and_then(|value| body.find(value).map(|at| at..at + value.len()))
        else {
            continue;
        };
        let bar = body[..at.start].rfind('|').unwrap_or(at.start);
        body.replace_range(bar..at.end, " ");
    }
    body
}
