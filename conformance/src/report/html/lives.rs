//! What the server's runs went through, and how many of them the cluster carried when.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use wild_mock_server::{Seq, Timestamp};

use super::axis::{Axis, Bar};
use super::room::{Room, size};
use super::shown::Shown;
use crate::evidence::Evidence;
use crate::facts::{Course, PlanContext, RunProgress, records, turns};

/// A run from when it came to be until it was over.
pub(super) struct Life {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) command: String,
    pub(super) status: String,
    /// What became of it, each with the request that did it.
    pub(super) steps: Vec<Step>,
    pub(super) bars: Vec<Bar>,
    /// Whether anything became of it while the case was played.
    pub(super) moved: bool,
}

/// One thing that became of a run.
pub(super) struct Step {
    /// The status that it had from then on.
    pub(super) status: String,
    pub(super) at: String,
    /// The request that did it, and whether it is shown.
    pub(super) by: Option<(Seq, bool)>,
}

/// What the cluster is, and what it carried.
pub(super) struct Load {
    pub(super) cluster: String,
    pub(super) told: String,
    pub(super) bars: Vec<Level>,
    /// How far up the strip what fits ends.
    pub(super) limit: Option<String>,
}

/// How many runs were alive for a while.
pub(super) struct Level {
    pub(super) bar: Bar,
    /// From above, in hundredths of the strip, and how high it is.
    pub(super) top: String,
    pub(super) height: String,
}

/// Most that is told of what became of a run.
const MOST_STEPS: usize = 12;

/// A status since a moment, or since before the case was played.
type Since<'e> = (Option<Timestamp>, &'e str, Option<Seq>);

impl Life {
    /// What it takes.
    pub(super) fn size(&self, shown: &Shown<'_>) -> usize {
        let foreign = [&self.id, &self.name, &self.command, &self.status];
        let steps = self.steps.iter();
        let steps = steps.map(|step| size(&step.status, 80 + shown.name.len()));
        let bars = 70 * self.bars.len();
        300 + bars + foreign.iter().map(|text| size(text, 0)).sum::<usize>() + steps.sum::<usize>()
    }
}

/// The runs, those that were there before first, then in the order in which they came to be.
pub(super) fn lives(
    evidence: &Evidence,
    shown: &Shown<'_>,
    axis: Axis,
    requests: &BTreeSet<Seq>,
) -> Vec<Life> {
    let mut order: Vec<&str> = Vec::new();
    let mut histories: BTreeMap<&str, Vec<Since<'_>>> = BTreeMap::new();
    for (id, run) in records(&evidence.state_before, "run") {
        order.push(id);
        histories.insert(id, vec![(None, text(run, "status"), None)]);
    }
    for turn in turns(evidence) {
        if !histories.contains_key(turn.run) {
            order.push(turn.run);
        }
        let by = turn.seq.filter(|_| turn.by_request);
        let history = histories.entry(turn.run).or_default();
        history.push((Some(turn.at), turn.status, by));
    }
    let ends: BTreeMap<&str, &Value> = records(&evidence.state, "run").collect();
    order.extend(ends.keys().filter(|id| !histories.contains_key(**id)));
    let life = |id: &&str| {
        let history = histories.get(id).map_or(&[][..], Vec::as_slice);
        let end = ends.get(id).copied();
        life(id, end, history, shown, axis, requests)
    };
    order.iter().map(life).collect()
}

fn life(
    id: &str,
    end: Option<&Value>,
    history: &[Since<'_>],
    shown: &Shown<'_>,
    axis: Axis,
    requests: &BTreeSet<Seq>,
) -> Life {
    let of_state = |key| end.map_or("", |run| text(run, key));
    let last = history
        .last()
        .map_or(of_state("status"), |(_, status, _)| status);
    let steps = history
        .iter()
        .take(MOST_STEPS)
        .map(|(at, status, seq)| Step {
            status: shown.line(status),
            at: at.map_or_else(|| "before:".to_owned(), |at| axis.told(at)),
            by: seq.map(|seq| (seq, requests.contains(&seq))),
        });
    let spans = history.iter().zip(1..).take(MOST_STEPS);
    let bars = spans.filter_map(|((since, status, _), next)| {
        let until = history.get(next).and_then(|(at, ..)| *at);
        match RunProgress::of(status) {
            Some(RunProgress::Over) => since.map(|at| axis.bar(end_of(status), Some(at), Some(at))),
            Some(RunProgress::Alive) => Some(axis.bar("alive", *since, until)),
            Some(RunProgress::Waiting) | None => Some(axis.bar("waits", *since, until)),
        }
    });
    Life {
        id: shown.line(id),
        name: shown.line(of_state("name")),
        command: shown.line(of_state("command")),
        status: shown.line(last),
        moved: history.iter().any(|(at, ..)| at.is_some()),
        steps: steps.collect(),
        bars: bars.collect(),
    }
}

/// How the end of a run is drawn.
fn end_of(status: &str) -> &'static str {
    if status == "finished" { "well" } else { "ill" }
}

impl Load {
    /// What the cluster of a case carried; nothing where it is not known what it is and no run was alive.
    pub(super) fn of(
        evidence: &Evidence,
        shown: &Shown<'_>,
        axis: Axis,
        room: &mut Room,
    ) -> Option<Self> {
        let record = &evidence.record;
        let context = PlanContext::of_case(&record.case, &record.variables, false);
        let capacity = context.capacity().map(|fits| fits as usize);
        let levels = levels(evidence);
        let most = levels.iter().map(|(_, alive)| *alive).max().unwrap_or(0);
        if capacity.is_none() && most == 0 {
            return None;
        }
        let top = capacity.unwrap_or(0).max(most).max(1);
        let share = |count: usize| count as f64 / top as f64 * 100.0;
        let cluster = super::observed::cluster(evidence).unwrap_or_default();
        let cluster = room.line(&shown.line(&cluster));
        let bars = levels.iter().zip(1..).filter(|((_, alive), _)| *alive > 0);
        let bars = bars.map(|((since, alive), next)| {
            let until = levels.get(next).and_then(|(at, _)| *at);
            let fits = capacity.is_none_or(|capacity| *alive <= capacity);
            Level {
                bar: axis.bar(if fits { "alive" } else { "ill" }, *since, until),
                top: format!("{:.1}", 100.0 - share(*alive)),
                height: format!("{:.1}", share(*alive)),
            }
        });
        let fits = capacity.map_or_else(String::new, |capacity| format!(" of {capacity} that fit"));
        let (bars, undrawn) = room.first(bars, |_| BYTES_OF_LEVEL);
        let undrawn = if undrawn > 0 {
            "; not all of it is drawn"
        } else {
            ""
        };
        Some(Self {
            cluster,
            told: format!("at most {most}{fits} at once{undrawn}"),
            bars,
            limit: capacity.map(|capacity| format!("{:.1}", 100.0 - share(capacity))),
        })
    }
}

/// What a step of the cluster's load takes.
const BYTES_OF_LEVEL: usize = 100;

/// How many runs were alive since when.
fn levels(evidence: &Evidence) -> Vec<(Option<Timestamp>, usize)> {
    let mut course = Course::before(evidence);
    let mut levels = vec![(None, course.alive().len())];
    for turn in turns(evidence) {
        if course.take(&turn) {
            levels.push((Some(turn.at), course.alive().len()));
        }
    }
    levels
}

fn text<'v>(run: &'v Value, key: &str) -> &'v str {
    run.get(key).and_then(Value::as_str).unwrap_or_default()
}
