//! A plan's Markdown under a model that rules can ask.
//!
//! Parsing is total: whatever the text is, there is a [`Plan`], in linear time. What is odd shows as
//! a missing id, field or number, and the rules say what that means. Every part knows its bytes in
//! the source; [`Plan::place`] turns them into lines and columns for people.
//!
//! ```
//! use wild_conformance::facts::Plan;
//!
//! let plan = Plan::parse(
//!     "# Tasks\n## Phase 1 - Look\n- [ ] [P1-T1] Read | deliverable: a.md | done-when: 3 lines\n",
//! );
//! let task = plan.tasks().next().unwrap();
//! assert_eq!(task.id().unwrap().to_string(), "P1-T1");
//! assert_eq!(task.deliverable().unwrap().value, "a.md");
//! assert_eq!(plan.phase_of(task).number, Some(1));
//! ```

mod by_task;
mod code_blocks;
mod context;
mod depend;
mod direct;
mod facts;
mod fields;
mod gates;
mod lexis;
mod notes;
mod parse;
mod part;
mod paths;
mod placeholder;
mod prose;
mod reading;
mod section;
mod shape;
mod sightings;
mod slurm;
mod task;
mod task_reading;
mod tree;

use std::collections::BTreeMap;

pub use context::{Grid, PlanContext, Slurm};
pub use direct::DirectExecution;
pub use facts::PlanFacts;
pub use gates::{GateKind, ReflectionGate};
pub use part::Part;
pub use paths::resolved;
pub use reading::Reading;
pub use section::{Section, SectionKind};
pub use slurm::SlurmOption;
pub use task::{Checkbox, Dependency, Field, Label, Task, TaskId};
pub use task_reading::TaskReading;
pub use tree::Tree;

/// Bytes of the source, from the first to behind the last.
pub type Span = std::ops::Range<usize>;

/// A Markdown document, seen as a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Headings in order, those in lists and quotations left out.
    pub headings: Vec<Heading>,
    /// Sections in order.
    pub sections: Vec<Section>,
    /// Phases in order.
    pub phases: Vec<Phase>,
    /// List items of every depth, in order.
    pub items: Vec<Item>,
    source: String,
    line_starts: Vec<usize>,
    /// Characters ahead of every [`NOTED_EVERY`]th byte.
    character_counts: Vec<usize>,
    tasks: Vec<Task>,
    by_id: BTreeMap<TaskId, usize>,
    blocks: Vec<section::Block>,
    /// Code spans and blocks, sorted.
    code: Vec<Span>,
    /// HTML comments and front matter, sorted.
    comments: Vec<Span>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text as in the source, without the marker.
    pub text: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Bytes of the source, without the line's end.
    pub span: Span,
}

/// A phase, as its heading states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// The whole heading.
    pub title: String,
    /// The number that it states, if any.
    pub number: Option<u32>,
    /// The name behind number and separator, where the heading has that form.
    pub name: Option<String>,
    /// What stands between number and name.
    pub separator: Option<char>,
    /// Whether the heading is `## Phase N - Name`, whatever the number.
    pub is_well_formed: bool,
    /// Line, counted from 1.
    pub line: usize,
    /// Bytes of the heading.
    pub heading: Span,
    /// Bytes of heading and all that belongs to it.
    pub span: Span,
    /// Its tasks, as indices into the plan's tasks.
    pub tasks: std::ops::Range<usize>,
}

/// A list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// 1 for an item of an outermost list.
    pub depth: usize,
    /// Its box, if it has one.
    pub checkbox: Option<Checkbox>,
    /// Whether its marker is a number and no bullet.
    pub is_numbered: bool,
    /// Whether it stands in a quotation.
    pub is_quoted: bool,
    /// Its own text as in the source, without marker, box and nested lists.
    pub text: String,
    /// The id that its text starts with, if any.
    pub id: Option<TaskId>,
    /// Line, counted from 1.
    pub line: usize,
    /// Bytes of the whole item.
    pub span: Span,
    /// Bytes from behind marker and box to the end of the item.
    pub text_span: Span,
    /// Bytes of its own text, without nested lists and code blocks.
    own: Vec<Span>,
}

/// A stretch of the source as people count: lines and columns from 1, columns in characters. The
/// end is behind the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column of the end.
    pub end_column: usize,
}

/// How many bytes there are between counts of characters.
const NOTED_EVERY: usize = 256;

impl Plan {
    /// Parses any text.
    pub fn parse(source: &str) -> Self {
        parse::parse(source)
    }

    /// The text that was parsed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The tasks, in the order of the document.
    pub fn tasks(&self) -> std::slice::Iter<'_, Task> {
        self.tasks.iter()
    }

    /// The phase that a task of this plan stands in.
    pub fn phase_of(&self, task: &Task) -> &Phase {
        &self.phases[task.phase]
    }

    /// The tasks of a phase of this plan.
    pub fn tasks_of(&self, phase: &Phase) -> &[Task] {
        &self.tasks[phase.tasks.clone()]
    }

    /// Line, counted from 1, in which the byte `at` stands.
    pub fn line_of(&self, at: usize) -> usize {
        1 + self.line_starts.partition_point(|start| *start <= at)
    }

    /// Lines and columns of a span.
    ///
    /// ```
    /// let plan = wild_conformance::facts::Plan::parse("# Tasks\n\nä b\n");
    /// let place = plan.place(&(12..13));
    /// assert_eq!((place.line, place.column, place.end_column), (3, 3, 4));
    /// ```
    pub fn place(&self, span: &Span) -> Place {
        let (line, column) = self.line_column(span.start);
        let (end_line, end_column) = self.line_column(span.end.max(span.start));
        Place {
            line,
            column,
            end_line,
            end_column,
        }
    }

    fn line_column(&self, at: usize) -> (usize, usize) {
        let line = self.line_of(at);
        let start = line
            .checked_sub(2)
            .and_then(|index| self.line_starts.get(index))
            .copied()
            .unwrap_or(0);
        let mark = usize::from(start == 0 && at > 0 && self.source.starts_with('\u{feff}'));
        let before = self.characters(at).saturating_sub(self.characters(start));
        (line, before.saturating_sub(mark) + 1)
    }

    /// How many characters stand ahead of the byte `at`. The count goes on from the last one that was
    /// noted down, so that many findings in one long line do not each count all of it.
    fn characters(&self, at: usize) -> usize {
        let at = at.min(self.source.len());
        let noted = at / NOTED_EVERY;
        let bytes = &self.source.as_bytes()[noted * NOTED_EVERY..at];
        self.character_counts.get(noted).copied().unwrap_or(0) + lexis::characters(bytes)
    }

    /// Whether the byte `at` stands in code.
    pub fn is_code(&self, at: usize) -> bool {
        lexis::covers(&self.code, at)
    }

    /// Whether the byte `at` stands in an HTML comment or front matter.
    pub fn is_comment(&self, at: usize) -> bool {
        lexis::covers(&self.comments, at)
    }
}

#[cfg(test)]
mod tests;
