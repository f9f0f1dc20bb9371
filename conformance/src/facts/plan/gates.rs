//! The reflection gates of a plan: which tasks look back on results and decide.

use super::by_task::ByTask;
use super::{Plan, Task};
use crate::prose::{Before, Hit, Polarity, Prose, Strength, Topic, Zone};

/// Which of the two gates a reflection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateKind {
    /// After the first results.
    Midpoint,
    /// At the end.
    Final,
}

/// A task that is a reflection, or may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReflectionGate {
    /// The task, by its place among the plan's tasks.
    pub task: usize,
    /// Which it is.
    pub kind: GateKind,
    /// Whether it calls itself one, so that it may be held to what such a task must say.
    pub is_certain: bool,
}

/// How many tokens a title has: what a task is called, ahead of what it does in detail.
const TITLE: usize = 9;

/// The reflections of a plan, in order.
pub(super) fn find(plan: &Plan, prose: &Prose, tasks: &ByTask) -> Vec<ReflectionGate> {
    let signs: Vec<(usize, Sign)> = plan
        .tasks()
        .filter_map(|task| Some((task.index, sign(prose, tasks, task)?)))
        .collect();
    let last_task = plan.tasks().len().saturating_sub(1);
    let last_sign = signs.last().map(|(task, _)| *task);
    signs
        .iter()
        .map(|(task, sign)| {
            let is_last = *task == last_task || (last_sign == Some(*task) && signs.len() > 1);
            let by_place = if is_last {
                GateKind::Final
            } else {
                GateKind::Midpoint
            };
            ReflectionGate {
                task: *task,
                kind: sign.kind.unwrap_or(by_place),
                is_certain: sign.is_certain,
            }
        })
        .collect()
}

struct Sign {
    kind: Option<GateKind>,
    is_certain: bool,
}

/// What a task says of itself in its title, or by the file that it leaves behind.
fn sign(prose: &Prose, tasks: &ByTask, task: &Task) -> Option<Sign> {
    let reading = tasks.reading(task);
    let own: Vec<&Hit> = tasks
        .hits(prose, task.index)
        .filter(|hit| hit.strength == Strength::Strong && hit.polarity != Polarity::Denied)
        .collect();
    let title = title_end(prose, tasks, task);
    let is_titled = |hit: &&&Hit| prose.zone_of(hit) == Zone::TaskText && hit.tokens.start < title;
    let first = |topic: Topic| {
        own.iter()
            .filter(is_titled)
            .filter(|hit| hit.topic == topic)
            .map(|hit| hit.tokens.start)
            .min()
    };
    let delivers = |topic: Topic| {
        own.iter()
            .any(|hit| hit.topic == topic && prose.zone_of(hit) == Zone::Deliverable)
    };
    // `Midpoint: reflect on ...` says in its first sentence what it is.
    let is_timed = first(Topic::Midpoint).or(first(Topic::Final)).is_some();
    let reflects =
        first(Topic::Reflection).is_some() || (is_timed && reading.title.has(Topic::Reflection));
    let is_acting = reading.opening.has(Topic::Acting);
    // A checkpoint or review that decides on the rest of the plan looks back as well.
    let text = reading.text;
    let names_gate = tasks.hits(prose, task.index).any(|hit| {
        hit.topic == Topic::Reflection
            && prose.zone_of(hit) == Zone::TaskText
            && hit.tokens.start < title
    });
    let decides_on_plan = names_gate && text.has(Topic::Criterion) && text.has(Topic::Replan);
    let is_certain = (reflects || decides_on_plan) && !is_acting;
    let decides = text.has(Topic::Criterion);
    let is_possible = delivers(Topic::Reflection) || (delivers(Topic::Midpoint) && decides);
    if !is_certain && (!is_possible || is_acting) {
        return None;
    }
    let kind = match (first(Topic::Midpoint), first(Topic::Final)) {
        (Some(midpoint), Some(last)) if midpoint <= last => Some(GateKind::Midpoint),
        (Some(_), None) => Some(GateKind::Midpoint),
        (_, Some(_)) => Some(GateKind::Final),
        (None, None) if delivers(Topic::Midpoint) => Some(GateKind::Midpoint),
        (None, None) if delivers(Topic::Final) => Some(GateKind::Final),
        (None, None) => None,
    };
    Some(Sign { kind, is_certain })
}

/// Where the title of a task ends: at the first colon or the end of the first sentence, and after a
/// few words anyway.
fn title_end(prose: &Prose, tasks: &ByTask, task: &Task) -> usize {
    let Some(sentence) = tasks.first_sentence(prose, task.index) else {
        return 0;
    };
    let tokens = sentence.tokens.clone();
    let colon = tokens.clone().skip(1).find(|at| {
        prose
            .tokens
            .get(*at)
            .is_some_and(|token| token.before == Before::Colon)
    });
    colon.unwrap_or(tokens.end).min(tokens.start + TITLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Reading;

    fn is_gate(task: &str) -> bool {
        let plan = Plan::parse(&format!("## Phase 1 - A\n- [ ] [P1-T1] {task}\n"));
        !Reading::of(&plan).gates.is_empty()
    }

    #[test]
    fn what_stands_behind_the_title_makes_no_gate() {
        let rule = "Continue above 1 %, replan otherwise";
        assert!(is_gate(&format!("Assess both arms. {rule}")));
        assert!(!is_gate(&format!("Both arms: assess. {rule}")));
    }
}
