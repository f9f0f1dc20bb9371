//! Why a demand is decided as it is: what was looked for, what was found, and what tipped it.

use super::coverage::{Passage, State};
use super::decide::{Decision, Said, Stand, decided, said};
use super::sight::Sight;
use super::table::Demand;
use crate::facts::PlanFacts;
use crate::prose::{Polarity, Strength};

/// How a demand was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// What was looked for: the topics' names, and what each is about.
    pub topics: Vec<(String, String)>,
    /// Their signs, in the order of the plan.
    pub found: Vec<Found>,
    /// The sentences that counted, by what they count as.
    pub counted: Vec<(&'static str, Vec<Passage>)>,
    /// What was decided.
    pub state: State,
    /// What tipped it, in a sentence.
    pub reason: &'static str,
}

/// A sign of a topic in a sentence of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The sentence.
    pub sentence: Passage,
    /// The name of the topic that it is a sign of.
    pub topic: String,
    /// What it is worth.
    pub strength: Strength,
    /// Whether what it says is affirmed.
    pub polarity: Polarity,
    /// Its words.
    pub words: String,
}

impl Why {
    /// Decides a demand and keeps what it was decided from.
    pub fn of(facts: &PlanFacts<'_>, demand: &Demand) -> Self {
        let sight = Sight::of(facts, demand);
        let said = said(&sight, demand);
        let decision = decided(&sight, demand, &said);
        let named = |matter| {
            let (name, entry) = demand.entry(matter);
            (name.to_owned(), entry.about.clone())
        };
        let (state, reason) = match &decision {
            Decision::Met(_) => (State::Met, met(&said)),
            Decision::Violated { .. } => (State::Violated, violated(&said)),
            Decision::Doubtful { .. } => (State::Doubtful, doubtful(demand, &said)),
        };
        Self {
            found: found(&sight, demand),
            topics: demand.matters().into_iter().map(named).collect(),
            counted: counted(facts, &said),
            state,
            reason,
        }
    }
}

fn found(sight: &Sight<'_>, demand: &Demand) -> Vec<Found> {
    let (facts, reading) = (sight.facts, sight.reading());
    let matters = demand.matters();
    let of = |matter| sight.hits(matter).map(move |hit| (matter, hit));
    let mut hits: Vec<_> = matters.into_iter().flat_map(of).collect();
    hits.sort_by_key(|(_, hit)| hit.sentence);
    let found = hits.into_iter().map(|(matter, hit)| Found {
        sentence: Passage::of(facts, reading.sentence_span(hit)),
        topic: demand.entry(matter).0.to_owned(),
        strength: hit.strength,
        polarity: hit.polarity,
        words: facts.plan.text(&reading.prose.span_of(hit)),
    });
    let mut found: Vec<Found> = found.collect();
    found.dedup();
    found
}

fn counted(facts: &PlanFacts<'_>, said: &Said) -> Vec<(&'static str, Vec<Passage>)> {
    let heaps = [
        ("a task says it", &said.by_tasks),
        ("a standing rule says it", &said.standing),
        ("it is denied", &said.denied),
        ("the opposite is said", &said.counter),
        ("something else is done in its place", &said.instead),
        ("comes near to it", &said.weak),
        ("comes near to it and is denied", &said.weakly_denied),
    ];
    let passages = |stands: &[Stand]| {
        let mut passages: Vec<Passage> = stands
            .iter()
            .map(|stand| Passage::of(facts, stand.span.clone()))
            .collect();
        passages.dedup();
        passages
    };
    heaps
        .into_iter()
        .filter(|(_, stands)| !stands.is_empty())
        .map(|(what, stands)| (what, passages(stands)))
        .collect()
}

fn met(said: &Said) -> &'static str {
    if said.by_tasks.is_empty() {
        "a standing rule says it, the plan does the work that the rule speaks of, and nothing denies it"
    } else {
        "tasks say it themselves, and nothing denies it"
    }
}

fn is_said(said: &Said) -> bool {
    !said.by_tasks.is_empty() || !said.standing.is_empty()
}

fn violated(said: &Said) -> &'static str {
    if is_said(said) && !said.counter.is_empty() {
        "the opposite is said: it decides whatever else is said, or the same sentence says both"
    } else if !said.counter.is_empty() {
        "the opposite is said, and nothing affirms it"
    } else if is_said(said) {
        "it is spoken of and does not name all that it must"
    } else if !said.denied.is_empty() {
        "it is denied, and nowhere affirmed"
    } else if !said.instead.is_empty() {
        "something else is done in its place, and nothing says that it is done as well"
    } else if !said.weakly_denied.is_empty() {
        "what comes near to it is denied, and nothing else speaks of it"
    } else {
        "nothing in the plan speaks of it where it would count"
    }
}

fn doubtful(demand: &Demand, said: &Said) -> &'static str {
    if is_said(said) && !said.counter.is_empty() {
        "it is said in one sentence, and its opposite in another"
    } else if is_said(said) && !said.denied.is_empty() {
        "it is affirmed in one sentence and denied in another"
    } else if is_said(said) && !demand.names.is_empty() {
        "it is spoken of, and whether runs do it and it names all that it must cannot be told"
    } else if is_said(said) {
        "a standing rule says it, and nothing shows plainly that tasks do the work that it speaks of"
    } else if !said.weak.is_empty() || !said.weakly_denied.is_empty() {
        "sentences come near to it, and none says it plainly"
    } else {
        "nothing speaks of it, but the tasks are not in English, so that silence says little"
    }
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;
    use crate::prose::Zone;

    /// What is said, with one sentence in each of these heaps.
    fn said(heaps: &str) -> Said {
        let mut said = Said::default();
        for heap in heaps.split_whitespace() {
            let heap = match heap {
                "task" => &mut said.by_tasks,
                "standing" => &mut said.standing,
                "denied" => &mut said.denied,
                "counter" => &mut said.counter,
                "weak" => &mut said.weak,
                "weakly-denied" => &mut said.weakly_denied,
                "instead" => &mut said.instead,
                other => panic!("there is no heap {other}"),
            };
            heap.push(Stand {
                span: 0..1,
                zone: Zone::TaskText,
                task: None,
            });
        }
        said
    }

    #[test]
    fn what_tips_a_demand_follows_from_what_is_said() {
        for (heaps, part) in [
            ("task", "tasks say it"),
            ("task standing", "tasks say it"),
            ("standing", "a standing rule says it"),
        ] {
            assert!(met(&said(heaps)).starts_with(part), "{heaps}");
        }
        for (heaps, part) in [
            ("task counter", "it decides whatever"),
            ("counter denied", "nothing affirms it"),
            ("standing", "does not name all"),
            ("denied instead", "it is denied"),
            ("instead weakly-denied", "in its place"),
            ("weakly-denied", "what comes near to it"),
            ("", "nothing in the plan"),
        ] {
            assert!(violated(&said(heaps)).contains(part), "{heaps}");
        }
    }

    #[test]
    fn what_leaves_a_doubt_follows_from_what_is_said() {
        let record = find("LAY004").unwrap();
        let capture = find("LAY003").unwrap();
        for (demand, heaps, part) in [
            (capture, "task counter denied", "its opposite in another"),
            (capture, "counter weak", "come near to it"),
            (capture, "standing denied", "denied in another"),
            (capture, "denied weakly-denied", "come near to it"),
            (record, "standing", "names all that it must"),
            (capture, "standing", "nothing shows plainly"),
            (capture, "weak", "come near to it"),
            (capture, "", "not in English"),
        ] {
            assert!(doubtful(demand, &said(heaps)).contains(part), "{heaps}");
        }
    }
}
