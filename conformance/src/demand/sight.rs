//! A plan as a demand looks at it: where its matters are found.

use std::sync::Arc;

use super::matter::Matter;
use super::table::Demand;
use crate::facts::{PlanFacts, Reading};
use crate::prose::{Hit, Polarity, Strength, Zone};

/// A plan, and where a demand's matters are found in it.
pub(super) struct Sight<'f> {
    pub(super) facts: &'f PlanFacts<'f>,
    own: Option<Arc<[Vec<Hit>]>>,
}

impl<'f> Sight<'f> {
    pub(super) fn of(facts: &'f PlanFacts<'f>, demand: &Demand) -> Self {
        let own = demand.vocabulary.as_ref();
        Self {
            facts,
            own: own.map(|own| facts.reading.hits_of_own(own)),
        }
    }

    pub(super) fn reading(&self) -> &'f Reading {
        self.facts.reading
    }

    /// The signs of a matter, in order.
    pub(super) fn hits(&self, matter: Matter) -> impl Iterator<Item = &Hit> {
        let (topic, own) = match matter {
            Matter::Topic(topic) => (Some(topic), None),
            Matter::Own(at) => (None, self.own.as_ref().and_then(|own| own.get(at))),
        };
        let of_lexicon = topic
            .into_iter()
            .flat_map(|topic| self.facts.reading.hits(topic));
        of_lexicon.chain(own.into_iter().flatten())
    }

    /// Whether the sentence of a hit also affirms a matter.
    pub(super) fn stands_with(&self, hit: &Hit, matter: Matter) -> bool {
        match matter {
            Matter::Topic(topic) => self.reading().stands_with(hit, topic),
            Matter::Own(_) => self
                .hits(matter)
                .any(|other| other.sentence == hit.sentence && is_said(other)),
        }
    }

    /// Whether a task affirms a matter in any of its parts.
    pub(super) fn is_said_in(&self, task: usize, matter: Matter) -> bool {
        let reading = self.reading();
        match matter {
            Matter::Topic(topic) => reading.at(task).is_some_and(|r| r.all.has(topic)),
            Matter::Own(_) => self.hits(matter).any(|hit| {
                let is_heading = reading.zone(hit) == Zone::PhaseHeading;
                is_said(hit) && !is_heading && reading.task_of(hit) == Some(task)
            }),
        }
    }
}

/// Whether it is a strong sign, and affirmed.
fn is_said(hit: &Hit) -> bool {
    hit.strength == Strength::Strong && hit.polarity == Polarity::Affirmed
}
