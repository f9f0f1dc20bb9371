//! Choosing few cases that touch everything.

use std::collections::{BTreeMap, BTreeSet};

/// A case as something to be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its id.
    pub id: String,
    /// How many plays it takes.
    pub price: u32,
    /// The id of the case without which it proves nothing.
    pub twin: Option<String>,
    /// What it touches.
    pub marks: BTreeSet<String>,
}

/// The ids of few offers that together, and with those of `start`, touch all of `wanted` that can be
/// touched: again and again the offer that touches the most new marks for its price, then without
/// those that turn out to be needed no more. An offer brings its twin along.
pub fn choose(
    offers: &[Offer],
    wanted: &BTreeSet<String>,
    start: &BTreeSet<String>,
) -> BTreeSet<String> {
    let by_id: BTreeMap<&str, &Offer> = offers.iter().map(|o| (o.id.as_str(), o)).collect();
    let basket = Basket { by_id, wanted };
    let mut chosen = start.clone();
    loop {
        let touched = basket.touched(&chosen);
        let worth = |offer: &&Offer| basket.worth(offer, &chosen, &touched);
        // Of equal ones the first is taken, so that the choice depends on nothing else.
        let best = offers.iter().rev().max_by_key(worth);
        match best.filter(|offer| worth(offer) > 0) {
            Some(offer) => chosen.extend(with_twin(offer)),
            None => break,
        }
    }
    while let Some(needless) = basket.needless(&chosen, start) {
        chosen.remove(&needless);
    }
    chosen
}

fn with_twin(offer: &Offer) -> impl Iterator<Item = String> {
    offer.twin.clone().into_iter().chain([offer.id.clone()])
}

struct Basket<'o> {
    by_id: BTreeMap<&'o str, &'o Offer>,
    wanted: &'o BTreeSet<String>,
}

impl<'o> Basket<'o> {
    fn of(&self, ids: &BTreeSet<String>) -> impl Iterator<Item = &'o Offer> {
        ids.iter()
            .filter_map(|id| self.by_id.get(id.as_str()).copied())
    }

    fn touched(&self, chosen: &BTreeSet<String>) -> BTreeSet<&'o String> {
        let marks = self.of(chosen).flat_map(|offer| &offer.marks);
        marks.filter(|mark| self.wanted.contains(*mark)).collect()
    }

    /// One of `chosen` without which as much is touched, and no other lacks its twin.
    fn needless(&self, chosen: &BTreeSet<String>, start: &BTreeSet<String>) -> Option<String> {
        let touched = self.touched(chosen);
        let is_needless = |id: &&String| {
            let mut others = chosen.clone();
            others.remove(*id);
            let is_twin = self.of(&others).any(|own| own.twin.as_ref() == Some(*id));
            !is_twin && !start.contains(*id) && self.touched(&others) == touched
        };
        chosen.iter().find(is_needless).cloned()
    }

    /// How many new marks an offer touches, in thousandths of a mark a play.
    fn worth(
        &self,
        offer: &Offer,
        chosen: &BTreeSet<String>,
        touched: &BTreeSet<&'o String>,
    ) -> usize {
        let added: BTreeSet<String> = with_twin(offer).filter(|id| !chosen.contains(id)).collect();
        let price: u32 = self.of(&added).map(|offer| offer.price).sum();
        let new = self.touched(&added).difference(touched).count();
        new * 1000 / (price.max(1) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(marks: &str) -> BTreeSet<String> {
        marks.split_whitespace().map(str::to_owned).collect()
    }

    fn offer(id: &str, price: u32, twin: Option<&str>, marks: &str) -> Offer {
        Offer {
            id: id.to_owned(),
            price,
            twin: twin.map(str::to_owned),
            marks: set(marks),
        }
    }

    #[test]
    fn everything_is_touched_cheaply_and_twins_come_along() {
        let offers = [
            offer("chain", 5, None, "a b c d"),
            offer("healthy", 1, None, "a"),
            offer("sad", 1, Some("healthy"), "b c"),
            offer("worse", 1, Some("healthy"), "b"),
        ];
        let chosen = choose(&offers, &set("a b c"), &set(""));
        assert_eq!(chosen, set("healthy sad"));
        let chosen = choose(&offers, &set("a b c d nowhere"), &set(""));
        assert_eq!(chosen, set("chain"));
        assert_eq!(
            choose(&offers, &set("b"), &set("worse healthy")),
            set("healthy worse")
        );
    }
}
