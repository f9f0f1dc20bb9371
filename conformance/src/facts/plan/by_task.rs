//! A plan's prose by its tasks: what each of them says, and where.

use std::ops::Range;

use super::task_reading::{TaskReading, note};
use super::{Plan, Task};
use crate::prose::{Hit, Prose, Segment, Sentence, Topics};

/// What each task says, by its place among the plan's tasks.
#[derive(Debug, Default)]
pub(super) struct ByTask {
    readings: Vec<TaskReading>,
    /// The segments of each task, which stand together.
    segments: Vec<Range<usize>>,
}

impl ByTask {
    /// Sorts a plan's prose.
    pub(super) fn of(plan: &Plan, prose: &Prose) -> Self {
        let mut readings = vec![TaskReading::default(); plan.tasks().len()];
        let mut phases = vec![Topics::default(); plan.phases.len()];
        for hit in &prose.hits {
            note(prose, hit, &mut readings, &mut phases);
        }
        for task in plan.tasks() {
            readings[task.index].phase = phases.get(task.phase).copied().unwrap_or_default();
        }
        Self {
            segments: segments(prose, readings.len()),
            readings,
        }
    }

    /// What the task at a place says.
    pub(super) fn at(&self, task: usize) -> Option<&TaskReading> {
        self.readings.get(task)
    }

    /// What a task of the plan says.
    pub(super) fn reading(&self, task: &Task) -> &TaskReading {
        static NOTHING: std::sync::LazyLock<TaskReading> =
            std::sync::LazyLock::new(TaskReading::default);
        self.readings.get(task.index).unwrap_or(&NOTHING)
    }

    /// The segments of a task, in order.
    pub(super) fn segments<'p>(&self, prose: &'p Prose, task: usize) -> &'p [Segment] {
        let range = self.segments.get(task).cloned().unwrap_or_default();
        prose.segments.get(range).unwrap_or_default()
    }

    /// The signs that a task shows.
    pub(super) fn hits<'p>(
        &self,
        prose: &'p Prose,
        task: usize,
    ) -> impl Iterator<Item = &'p Hit> + use<'p> {
        self.segments(prose, task)
            .iter()
            .flat_map(|segment| segment.sentences.clone())
            .flat_map(|sentence| prose.hits_of(sentence))
    }

    /// The first sentence of what a task is to do.
    pub(super) fn first_sentence<'p>(&self, prose: &'p Prose, task: usize) -> Option<&'p Sentence> {
        let segment = self.segments(prose, task).first()?;
        prose.sentences.get(segment.sentences.clone().next()?)
    }
}

fn segments(prose: &Prose, tasks: usize) -> Vec<Range<usize>> {
    let mut ranges = vec![0..0; tasks];
    for (index, segment) in prose.segments.iter().enumerate() {
        if let Some(range) = segment.task.and_then(|task| ranges.get_mut(task)) {
            let start = if range.end == 0 { index } else { range.start };
            *range = start..index + 1;
        }
    }
    ranges
}
