//! The one way to decide.
//!
//! In this order: a counter-sign and no affirmation fails; met by a task, or by a standing rule while
//! tasks do the work, and nowhere denied, passes; denied and nowhere affirmed, or no sign at all in the
//! whole plan, fails; anything between is doubtful.

use std::collections::BTreeSet;

use super::matter::Matter;
use super::sight::Sight;
use super::table::{Demand, Work};
use crate::facts::{PlanFacts, Span};
use crate::prose::{Hit, Polarity, Strength, Topic, Zone};

/// Where something stands in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// The sentence.
    pub span: Span,
    /// The zone.
    pub zone: Zone,
    /// The task, by its place among the plan's tasks.
    pub task: Option<usize>,
}

impl Stand {
    fn bytes(&self) -> (usize, usize) {
        (self.span.start, self.span.end)
    }
}

/// What is decided on a demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is met, by these sentences.
    Met(Vec<Stand>),
    /// It is not met.
    Violated {
        /// What is missing or wrong.
        message: String,
        /// The sentence that shows it or comes nearest.
        nearest: Option<Stand>,
    },
    /// A fair reader could not be sure.
    Doubtful {
        /// The sentence that comes nearest.
        nearest: Option<Stand>,
    },
}

/// What the plan says on a demand, sorted by what it is worth.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) by_tasks: Vec<Stand>,
    pub(super) standing: Vec<Stand>,
    pub(super) denied: Vec<Stand>,
    pub(super) counter: Vec<Stand>,
    pub(super) weak: Vec<Stand>,
    /// What comes near to the matter and is denied.
    pub(super) weakly_denied: Vec<Stand>,
    /// What is done in its place.
    pub(super) instead: Vec<Stand>,
}

/// Decides a demand. In a plan that is in another language nothing read is certain.
pub fn decide(facts: &PlanFacts<'_>, demand: &Demand) -> Decision {
    let sight = Sight::of(facts, demand);
    decided(&sight, demand, &said(&sight, demand))
}

/// Decides it by what is said on it.
pub(super) fn decided(sight: &Sight<'_>, demand: &Demand, said: &Said) -> Decision {
    match decide_as_english(sight, demand, said) {
        Decision::Violated { nearest, .. } if !sight.reading().is_english => {
            Decision::Doubtful { nearest }
        }
        decision => decision,
    }
}

fn decide_as_english(sight: &Sight<'_>, demand: &Demand, said: &Said) -> Decision {
    if !demand.names.is_empty() {
        return names(sight, demand, said);
    }
    let nearest = nearest(said);
    let violated = |stand: Option<Stand>| Decision::Violated {
        message: demand.missing.clone(),
        nearest: stand,
    };
    let works = works(sight.facts, demand, said);
    let is_met = !said.by_tasks.is_empty() || (works && !said.standing.is_empty());
    // Even where the opposite decides, a sentence that says both is read either way.
    let affirmed: BTreeSet<(usize, usize)> = said
        .by_tasks
        .iter()
        .chain(&said.standing)
        .map(Stand::bytes)
        .collect();
    let plain = said
        .counter
        .iter()
        .find(|counter| !affirmed.contains(&counter.bytes()));
    if let Some(counter) = plain.or(said.counter.first()) {
        // What the same sentence affirms beside it is a part of what it says.
        let countered: BTreeSet<(usize, usize)> = match demand.work {
            Work::Launcher => said.counter.iter().map(Stand::bytes).collect(),
            _ => BTreeSet::new(),
        };
        let is_other = |stand: &&Stand| !countered.contains(&stand.bytes());
        let is_affirmed = said
            .by_tasks
            .iter()
            .chain(&said.standing)
            .any(|s| is_other(&s));
        return if is_affirmed && (plain.is_none() || !demand.counter_decides) {
            Decision::Doubtful {
                nearest: Some(counter.clone()),
            }
        } else {
            violated(Some(counter.clone()))
        };
    }
    if is_met && said.denied.is_empty() {
        let stands = said.by_tasks.iter().chain(&said.standing);
        return Decision::Met(stands.cloned().collect());
    }
    if is_met || !said.standing.is_empty() {
        return Decision::Doubtful { nearest };
    }
    let lone_denial = said.weakly_denied.first().filter(|_| said.weak.is_empty());
    if let Some(denied) = said.denied.first().or(said.instead.first()).or(lone_denial) {
        return violated(Some(denied.clone()));
    }
    if said.weak.is_empty() && said.weakly_denied.is_empty() {
        return violated(None);
    }
    Decision::Doubtful { nearest }
}

/// The sentence to show for a doubt.
fn nearest(said: &Said) -> Option<Stand> {
    let ranked = [
        &said.denied,
        &said.by_tasks,
        &said.standing,
        &said.weakly_denied,
        &said.weak,
    ];
    ranked.into_iter().find_map(|stands| {
        let in_task = stands.iter().find(|stand| stand.zone == Zone::TaskText);
        in_task.or(stands.first()).cloned()
    })
}

/// Whether anything does the work that a standing rule prescribes.
fn works(facts: &PlanFacts<'_>, demand: &Demand, said: &Said) -> bool {
    let any = |fits: &dyn Fn(&crate::facts::TaskReading) -> bool| {
        facts.tasks().any(|(_, reading)| fits(reading))
    };
    match demand.work {
        Work::Nothing => true,
        Work::Task => false,
        Work::Runs => any(&|reading| {
            reading.is_experiment()
                || reading.all.has(Topic::ResultFile)
                || reading.title.has(Topic::Baseline)
                || reading.title.has(Topic::Proposed)
        }),
        Work::Launcher => {
            said.weak.iter().any(|stand| stand.zone.is_task())
                || any(&|reading| {
                    reading.text.has(Topic::Launcher)
                        || reading.text.has(Topic::Refer)
                        || reading.deliverable.has(Topic::Tool)
                })
        }
    }
}

/// Sorts what the plan says on a demand.
pub(super) fn said(sight: &Sight<'_>, demand: &Demand) -> Said {
    let mut said = Said::default();
    for way in &demand.met {
        let Some((first, others)) = way.split_first() else {
            continue;
        };
        for hit in sight.hits(*first) {
            sort(sight, demand, (*first, hit), others, &mut said);
        }
    }
    said
}

fn sort(
    sight: &Sight<'_>,
    demand: &Demand,
    (matter, hit): (Matter, &Hit),
    others: &[Matter],
    said: &mut Said,
) {
    let reading = sight.reading();
    let zone = reading.zone(hit);
    let task = reading.task_of(hit);
    if demand.outside_reflections && task.is_some_and(|task| reading.is_reflection(task)) {
        return;
    }
    let is_field = matches!(zone, Zone::Deliverable | Zone::DoneWhen);
    let counts_there = demand.work == Work::Launcher && hit.is_said(hit.topic);
    if demand.text_only && is_field && !counts_there {
        return;
    }
    let stand = || Stand {
        span: reading.sentence_span(hit),
        zone,
        task,
    };
    let counts = zone.is_task() || zone.is_standing();
    if !counts {
        // What was found describes; it comes near to the matter where it says it plainly.
        let is_near = hit.is_said(hit.topic) && reading.stands_with(hit, Topic::Prescribe);
        if zone == Zone::Finding && is_near {
            said.weak.push(stand());
        }
        return;
    }
    let has_others = others.iter().all(|other| match task {
        Some(task) => sight.is_said_in(task, *other),
        None => sight.stands_with(hit, *other),
    });
    match (hit.strength, hit.polarity) {
        (Strength::Counter | Strength::Instead, Polarity::Denied) => {}
        (Strength::Instead, _) => said.instead.push(stand()),
        (Strength::Counter, _) => said.counter.push(stand()),
        // A sentence that affirms the matter as a whole denies a part of it.
        (Strength::Strong, Polarity::Denied) if sight.stands_with(hit, matter) => {}
        // What may turn out not to be is not what the plan leaves away.
        (Strength::Strong | Strength::Weak, Polarity::Denied) if hit.is_supposed => {
            said.weak.push(stand());
        }
        // What shall not be in the end says nothing against doing it: `GET /runs` shows none alive.
        (Strength::Strong, Polarity::Denied) if zone == Zone::DoneWhen => said.weak.push(stand()),
        (Strength::Strong, Polarity::Denied) => said.denied.push(stand()),
        (Strength::Weak, Polarity::Denied) => said.weakly_denied.push(stand()),
        (_, Polarity::Hedged) | (Strength::Weak, _) => said.weak.push(stand()),
        (Strength::Strong, Polarity::Affirmed) if !has_others => said.weak.push(stand()),
        (Strength::Strong, Polarity::Affirmed) if demand.subject && !reading.is_subject(hit) => {
            said.weak.push(stand());
        }
        (Strength::Strong, Polarity::Affirmed) if zone.is_task() => said.by_tasks.push(stand()),
        (Strength::Strong, Polarity::Affirmed) => said.standing.push(stand()),
    }
}

/// A record that must name certain things: they count together, wherever the record is spoken of.
fn names(sight: &Sight<'_>, demand: &Demand, said: &Said) -> Decision {
    let facts = sight.facts;
    let places: Vec<&Stand> = said.by_tasks.iter().chain(&said.standing).collect();
    if places.is_empty() {
        return match (said.denied.first(), said.weak.first()) {
            (Some(denied), _) => Decision::Violated {
                message: demand.missing.clone(),
                nearest: Some(denied.clone()),
            },
            (None, None) => Decision::Violated {
                message: demand.missing.clone(),
                nearest: None,
            },
            (None, _) => Decision::Doubtful {
                nearest: nearest(said),
            },
        };
    }
    let record = Places::of(facts, &places);
    let lacking: Vec<Matter> = demand
        .names
        .iter()
        .copied()
        .filter(|matter| !record.name(sight, *matter))
        .collect();
    let works = !said.by_tasks.is_empty() || works(facts, demand, said);
    let nearest = places.first().map(|stand| (*stand).clone());
    let refers = places.iter().any(|stand| {
        stand
            .task
            .and_then(|task| facts.reading.at(task))
            .is_some_and(|reading| reading.text.has(Topic::Refer))
    });
    match (lacking.is_empty(), works && said.denied.is_empty()) {
        (true, true) => Decision::Met(places.into_iter().cloned().collect()),
        (true, false) => Decision::Doubtful { nearest },
        (false, _) if refers => Decision::Doubtful { nearest },
        (false, _) => {
            let lacking = lacking.into_iter().map(|matter| demand.entry(matter).0);
            let lacking: Vec<&str> = lacking.collect();
            Decision::Violated {
                message: format!("{}; missing: {}", demand.missing, lacking.join(", ")),
                nearest,
            }
        }
    }
}

/// The tasks and notes that speak of a record.
struct Places {
    tasks: BTreeSet<usize>,
    notes: BTreeSet<usize>,
}

impl Places {
    fn of(facts: &PlanFacts<'_>, stands: &[&Stand]) -> Self {
        let outside = stands.iter().filter(|stand| stand.task.is_none());
        Self {
            tasks: stands.iter().filter_map(|stand| stand.task).collect(),
            notes: outside
                .map(|stand| facts.plan.note_of(&stand.span))
                .collect(),
        }
    }

    /// Whether something is named in one of them.
    fn name(&self, sight: &Sight<'_>, matter: Matter) -> bool {
        let facts = sight.facts;
        sight.hits(matter).any(|hit| {
            let in_note = || {
                let span = facts.reading.sentence_span(hit);
                self.notes.contains(&facts.plan.note_of(&span))
            };
            hit.strength == Strength::Strong
                && hit.polarity != Polarity::Denied
                && facts
                    .reading
                    .task_of(hit)
                    .map_or_else(in_note, |task| self.tasks.contains(&task))
        })
    }
}
