//! What rules about reflection gates have in common.

use std::ops::Range;

use crate::demand::{self, Stand};
use crate::facts::{GateKind, PlanFacts, ReflectionGate, Task};
use crate::prose::{Before, Hit, Polarity, Prose, Strength, Topic, Zone};
use crate::verdict::{Finding, Verdict};

/// The gates of a kind with their tasks, in order.
pub(super) fn of_kind<'f>(
    facts: &PlanFacts<'f>,
    kind: GateKind,
) -> impl Iterator<Item = (&'f ReflectionGate, &'f Task)> + use<'f> {
    let plan = facts.plan;
    facts
        .reading
        .gates
        .iter()
        .filter(move |gate| gate.kind == kind)
        .filter_map(move |gate| Some((gate, plan.tasks().nth(gate.task)?)))
}

/// A gate that a plan must have.
pub(super) struct Wanted {
    pub(super) kind: GateKind,
    /// What such a gate calls itself.
    pub(super) topic: Topic,
    pub(super) question: &'static str,
    pub(super) missing: &'static str,
}

/// A pass with the gates of the kind that call themselves one; a doubt where a task only may be one.
pub(super) fn some_gate(facts: &PlanFacts<'_>, wanted: &Wanted) -> Verdict {
    let gates: Vec<(&ReflectionGate, &Task)> = of_kind(facts, wanted.kind).collect();
    let certain: Vec<_> = gates
        .iter()
        .filter(|(gate, _)| gate.is_certain)
        .map(|(_, task)| facts.at_task(task))
        .collect();
    if !certain.is_empty() {
        return Verdict::Pass(certain);
    }
    let possible = gates.first().map(|(_, task)| stand_of(task));
    if let Some(stand) = possible.or_else(|| touching(facts, wanted.topic)) {
        return Verdict::Doubtful(vec![demand::doubt(facts, wanted.question, Some(&stand))]);
    }
    if !facts.reading.is_english {
        return Verdict::Doubtful(vec![demand::doubt(facts, wanted.question, None)]);
    }
    let denial = facts
        .reading
        .hits(wanted.topic)
        .find(|hit| hit.strength == Strength::Strong && hit.polarity == Polarity::Denied);
    let evidence = match denial {
        Some(hit) => facts.at(&facts.reading.sentence_span(hit)),
        None => facts.whole(),
    };
    Verdict::fail(wanted.missing, vec![evidence])
}

/// A task that is no gate and speaks both of looking back and of the time at which a gate would.
fn touching(facts: &PlanFacts<'_>, topic: Topic) -> Option<Stand> {
    facts
        .tasks()
        .find(|(task, reading)| {
            let says = |topic: Topic| {
                facts.reading.hits_of_task(task.index).any(|hit| {
                    hit.topic == topic
                        && hit.strength == Strength::Strong
                        && hit.polarity != Polarity::Denied
                        && facts.reading.zone(hit) == Zone::TaskText
                })
            };
            !facts.reading.is_reflection(task.index)
                && says(topic)
                && reading.touched.has(Topic::Reflection)
                && reading.text.has(Topic::Criterion)
        })
        .map(|(task, _)| stand_of(task))
}

fn stand_of(task: &Task) -> Stand {
    Stand {
        span: task.first_line.clone(),
        zone: Zone::TaskText,
        task: Some(task.index),
    }
}

/// What each gate must say.
#[derive(Debug, Clone, Copy)]
pub struct Saying {
    /// Ways to say it: topics that one sentence must affirm together.
    pub met: &'static [&'static [Topic]],
    /// What is asked where it is doubtful, behind `Does the ... reflection`.
    pub question: &'static str,
    /// What is told where it is not said, behind the gate's name.
    pub missing: &'static str,
}

/// Whether each kind of gate says something; several gates of a kind say it for each other.
pub(super) fn each_says(facts: &PlanFacts<'_>, saying: &Saying) -> Verdict {
    let (mut shown, mut findings, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
    for (kind, name) in [
        (GateKind::Midpoint, "midpoint reflection"),
        (GateKind::Final, "final reflection"),
    ] {
        let tasks: Vec<&Task> = of_kind(facts, kind)
            .filter(|(gate, _)| gate.is_certain)
            .map(|(_, task)| task)
            .collect();
        let Some(task) = tasks.last() else {
            continue;
        };
        let said = tasks.iter().map(|task| heard(facts, task, saying)).min();
        match said {
            Some(Heard::Said) => shown.push(facts.at_task(task)),
            Some(Heard::Nothing) if facts.reading.is_english => findings.push(Finding::new(
                format!("the {name} {} {}", task.name(), saying.missing),
                vec![facts.at_task(task)],
            )),
            _ => {
                let question = format!("Does the {name} {} {}?", task.name(), saying.question);
                doubts.push(demand::doubt(facts, &question, Some(&stand_of(task))));
            }
        }
    }
    match (findings.is_empty(), doubts.is_empty(), shown.is_empty()) {
        (false, _, _) => Verdict::Fail(findings),
        (true, false, _) => Verdict::Doubtful(doubts),
        (true, true, false) => Verdict::Pass(shown),
        (true, true, true) => {
            Verdict::not_applicable("there is no reflection task, see REF001 and REF002")
        }
    }
}

/// What is heard of a saying in a task, from the best on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Heard {
    Said,
    Perhaps,
    Nothing,
}

fn heard(facts: &PlanFacts<'_>, task: &Task, saying: &Saying) -> Heard {
    // What it delivers is no part of what it says.
    let own: Vec<&Hit> = facts
        .reading
        .hits_of_task(task.index)
        .filter(|hit| facts.reading.zone(hit) != Zone::Deliverable)
        .collect();
    let mut is_empty = false;
    for way in saying.met {
        let Some((first, others)) = way.split_first() else {
            continue;
        };
        for hit in own.iter().filter(|hit| hit.topic == *first) {
            let is_done_when = facts.reading.zone(hit) == Zone::DoneWhen;
            let is_strong = hit.strength == Strength::Strong && hit.polarity != Polarity::Denied;
            let has = |topic: &Topic| {
                let sentence = facts.reading.prose.hits_of(hit.sentence);
                sentence
                    .iter()
                    .any(|other| other.topic == *topic && other.strength == Strength::Strong)
            };
            if !is_strong || is_done_when || !others.iter().all(has) {
                continue;
            }
            // An occasion or criterion of words that say nothing is none.
            if *first == Topic::Evidence || facts.reading.is_solid(hit.sentence, &SAYING_NOTHING) {
                return Heard::Said;
            }
            is_empty = true;
        }
    }
    let firsts = || saying.met.iter().filter_map(|way| way.first());
    let is_denied = firsts().any(|topic| {
        own.iter().any(|hit| {
            hit.topic == *topic
                && hit.strength == Strength::Strong
                && hit.polarity == Polarity::Denied
        })
    });
    let speaks = firsts().any(|topic| {
        own.iter().any(|hit| {
            hit.topic == *topic
                && hit.polarity != Polarity::Denied
                && facts.reading.zone(hit) != Zone::DoneWhen
        })
    });
    let is_open = speaks || says_something_else(facts, task);
    if is_open && !is_empty && !is_denied {
        Heard::Perhaps
    } else {
        Heard::Nothing
    }
}

/// Whether a gate has a clause that tells none of what gates tell by any sign: a fair reader may find
/// in it what no sign was found of.
fn says_something_else(facts: &PlanFacts<'_>, task: &Task) -> bool {
    let prose = &facts.reading.prose;
    let segments = facts.reading.segments_of(task.index).iter();
    segments
        .filter(|segment| matches!(segment.zone, Zone::TaskText | Zone::TaskDetail))
        .flat_map(|segment| segment.sentences.clone())
        .any(|index| {
            let mut told: Vec<Range<usize>> = prose
                .hits_of(index)
                .iter()
                .filter(|hit| TOLD.contains(&hit.topic) && hit.strength == Strength::Strong)
                .map(|hit| hit.tokens.clone())
                .collect();
            told.sort_unstable_by_key(|sign| sign.start);
            let long = clauses(prose, index)
                .into_iter()
                .filter(|clause| clause.len() >= STATEMENT);
            any_is_free(long, &told)
        })
}

/// Whether no sign reaches into one of the ranges. Both are in order, so that each is looked at once.
fn any_is_free(mut ranges: impl Iterator<Item = Range<usize>>, signs: &[Range<usize>]) -> bool {
    let (mut next, mut reached) = (0, 0);
    ranges.any(|range| {
        while let Some(sign) = signs.get(next).filter(|sign| sign.start < range.end) {
            reached = reached.max(sign.end);
            next += 1;
        }
        reached <= range.start
    })
}

/// The clauses of a sentence: what colons and semicolons part.
fn clauses(prose: &Prose, sentence: usize) -> Vec<Range<usize>> {
    let Some(sentence) = prose.sentences.get(sentence) else {
        return Vec::new();
    };
    let (mut clauses, mut start) = (Vec::new(), sentence.tokens.start);
    for at in sentence.tokens.clone().skip(1) {
        let token = prose.tokens.get(at);
        if token.is_some_and(|token| token.before >= Before::Colon) {
            clauses.push(start..at);
            start = at;
        }
    }
    clauses.push(start..sentence.tokens.end);
    clauses
}

/// What clauses of a gate tell.
const TOLD: [Topic; 5] = [
    Topic::Reflection,
    Topic::Evidence,
    Topic::FollowUp,
    Topic::Continue,
    Topic::Replan,
];

/// Fewest words with which a clause states something.
const STATEMENT: usize = 5;

/// Topics whose words are no occasion and no criterion by themselves.
const SAYING_NOTHING: [Topic; 4] = [
    Topic::Continue,
    Topic::Replan,
    Topic::Occasion,
    Topic::FollowUpWord,
];

#[cfg(test)]
mod tests {
    use super::any_is_free;

    #[test]
    fn a_range_is_free_where_no_sign_reaches_into_it() {
        let any = |ranges: &[std::ops::Range<usize>], signs: &[std::ops::Range<usize>]| {
            any_is_free(ranges.iter().cloned(), signs)
        };
        assert!(any(&[0..5, 5..9], &[]));
        assert!(!any(&[0..5, 5..9], &[1..2, 4..6]));
        assert!(any(&[0..5, 5..9, 9..20], &[1..2, 4..6]));
        // A long sign reaches over short ones behind it.
        assert!(!any(&[0..5, 5..9], &[0..8, 1..2]));
        assert!(any(&[3..6, 6..7], &[0..3, 6..7]));
    }
}
