//! What rules about plans are decided from.

use std::path::{Path, PathBuf};

use super::{
    DirectExecution, Place, Plan, PlanContext, Reading, Span, Task, TaskReading, Tree, direct,
    resolved,
};
use crate::prose::{Topic, Zone};
use crate::verdict::{Finding, Nearest, Reference};

/// A plan with what it is held against. The same rules judge the plan of a played case and a plan
/// file by itself, so that they see nothing else.
#[derive(Debug, Clone, Copy)]
pub struct PlanFacts<'f> {
    /// The plan.
    pub plan: &'f Plan,
    /// What its tasks speak of.
    pub reading: &'f Reading,
    /// What the judge knows besides.
    pub context: &'f PlanContext,
    /// The working directory, where it is known.
    pub tree: Option<&'f Tree>,
    /// What reports call the plan's file.
    pub file: &'f str,
}

impl<'f> PlanFacts<'f> {
    /// The tasks with what they speak of, in the order of the document.
    pub fn tasks(&self) -> impl Iterator<Item = (&'f Task, &'f TaskReading)> + use<'f> {
        let reading = self.reading;
        self.plan
            .tasks()
            .map(move |task| (task, reading.task(task)))
    }

    /// A path as it is relative to the working directory, where it is known to be inside.
    pub fn relative<'p>(&self, path: &'p str) -> &'p str {
        let workdir = self.context.workdir.as_deref().unwrap_or_default();
        let inside = path
            .strip_prefix(workdir.trim_end_matches('/'))
            .and_then(|rest| rest.strip_prefix('/'));
        match inside {
            Some(inside) if !workdir.is_empty() => inside,
            _ => path,
        }
    }

    /// The absolute path that a path of the plan stands for, where that can be told.
    pub fn resolved(&self, path: &str) -> Option<PathBuf> {
        match self.context.workdir.as_deref() {
            Some(workdir) => resolved(Path::new(workdir), path),
            None if path.starts_with('/') => resolved(Path::new("/"), path),
            None => None,
        }
    }

    /// Whether a path of the plan lies in the directory of `tasks_path`, or below it.
    pub fn is_beside_plan(&self, path: &str) -> bool {
        let folder = self.context.tasks_folder();
        folder.is_some_and(|folder| {
            self.resolved(path)
                .is_some_and(|full| full.starts_with(folder))
        })
    }

    /// The numbers of runs that sentences of tasks start at once.
    pub fn starts_at_once(&self) -> impl Iterator<Item = (u32, Span)> + use<'f> {
        let reading = self.reading;
        reading
            .hits(Topic::AllAtOnce)
            .filter(move |hit| hit.is_said(Topic::AllAtOnce) && reading.zone(hit) == Zone::TaskText)
            .filter_map(move |hit| Some((reading.count_at(hit)?, reading.sentence_span(hit))))
    }

    /// The experiment scripts that the plan tells an iteration to execute itself. Where no entry points are
    /// known, scripts whose names speak of training, evaluation or a benchmark count.
    pub fn direct_executions(&self) -> Vec<DirectExecution> {
        let entry_points = self.context.entry_points.as_deref();
        direct::find(self.plan, self.reading, entry_points)
    }

    /// Points at a stretch of the plan.
    pub fn at(&self, span: &Span) -> Reference {
        let Place {
            line,
            column,
            end_line,
            end_column,
        } = self.plan.place(span);
        Reference::Place {
            path: self.file.to_owned(),
            line,
            column,
            end_line,
            end_column,
            start: span.start,
            end: span.end.max(span.start),
        }
    }

    /// Quotes a stretch of the plan as the nearest that there is to what a rule looks for.
    pub fn nearest(&self, span: &Span) -> Nearest {
        Nearest {
            text: self
                .plan
                .source()
                .get(span.clone())
                .unwrap_or_default()
                .to_owned(),
            at: self.at(span),
        }
    }

    /// Points at the first line of a task.
    pub fn at_task(&self, task: &Task) -> Reference {
        self.at(&task.first_line)
    }

    /// Points at the plan as a whole, for what is missing from it.
    pub fn whole(&self) -> Reference {
        Reference::file(self.file)
    }

    /// A finding about a stretch of the plan.
    pub fn finding(&self, message: impl Into<String>, span: &Span) -> Finding {
        Finding::new(message, vec![self.at(span)])
    }
}
