//! What rules about plans are decided from.

use super::{Place, Plan, PlanContext, Span, Task, Tree};
use crate::verdict::{Finding, Reference};

/// A plan with what it is held against. The same rules judge the plan of a played case and a plan
/// file by itself, so that they see nothing else.
#[derive(Debug, Clone, Copy)]
pub struct PlanFacts<'f> {
    /// The plan.
    pub plan: &'f Plan,
    /// What the judge knows besides.
    pub context: &'f PlanContext,
    /// The working directory, where it is known.
    pub tree: Option<&'f Tree>,
    /// What reports call the plan's file.
    pub file: &'f str,
}

impl PlanFacts<'_> {
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
        Finding {
            message: message.into(),
            evidence: vec![self.at(span)],
        }
    }
}
