//! A plan's Markdown under a model that rules can ask.
//!
//! Parsing is total: whatever the text is, there is a [`Plan`], in linear time. What is odd shows as
//! a missing id, field or number, and the rules say what that means.

mod parse;
mod task;

pub use task::{Checkbox, Task, TaskId};

/// A Markdown document, seen as a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Phase headings in order.
    pub phases: Vec<Phase>,
    /// List items of every depth, in order.
    pub items: Vec<Item>,
    /// The items that carry a task id.
    pub tasks: Vec<Task>,
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
    /// Bytes of the source.
    pub span: std::ops::Range<usize>,
}

/// A phase, as its heading states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// The whole heading.
    pub title: String,
    /// The number that it states, if any.
    pub number: Option<u32>,
    /// Line, counted from 1.
    pub line: usize,
}

/// A list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// 1 for an item of an outermost list.
    pub depth: usize,
    /// Its box, if it has one.
    pub checkbox: Option<Checkbox>,
    /// Its own text as in the source, without marker, box and nested lists.
    pub text: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Which of [`Plan::phases`] it stands in.
    pub phase: Option<usize>,
}

impl Plan {
    /// Parses any text.
    pub fn parse(source: &str) -> Self {
        parse::parse(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAN: &str = "\
# Tasks

## Goal

Win.

## Phase 1 - Look
- [ ] [P1-T1] Read `a|b` | deliverable: notes.md | done-when: it lists 3 files | depends: P1-T2
  - a detail
- [/] [P1-T2] Run
  it | deliverable: x
## Phase 2: Do
* [X] [P2-T1] Done
";

    #[test]
    fn headings_phases_and_tasks_are_found() {
        let plan = Plan::parse(PLAN);
        assert_eq!(plan.headings.len(), 4);
        let numbers: Vec<_> = plan.phases.iter().map(|p| (p.number, p.line)).collect();
        assert_eq!(numbers, [(Some(1), 7), (Some(2), 12)]);
        let tasks: Vec<_> = plan
            .tasks
            .iter()
            .map(|t| (t.id.to_string(), t.checkbox, t.phase))
            .collect();
        assert_eq!(
            tasks,
            [
                ("P1-T1".to_owned(), Some(Checkbox::Open), Some(0)),
                ("P1-T2".to_owned(), Some(Checkbox::InProgress), Some(0)),
                ("P2-T1".to_owned(), Some(Checkbox::Checked), Some(1)),
            ]
        );
    }

    #[test]
    fn fields_are_split_at_bars_outside_code() {
        let plan = Plan::parse(PLAN);
        let task = &plan.tasks[0];
        assert_eq!(task.text, "Read `a|b`");
        assert_eq!(task.field("deliverable"), Some("notes.md"));
        assert_eq!(task.field("done-when"), Some("it lists 3 files"));
        assert_eq!(task.field("depends"), Some("P1-T2"));
        assert_eq!(plan.tasks[1].text, "Run it");
    }

    #[test]
    fn fenced_code_is_no_plan() {
        let plan = Plan::parse("```\n## Phase 1 - x\n- [ ] [P1-T1] y\n```\n");
        assert!(plan.tasks.is_empty() && plan.phases.is_empty());
    }

    #[test]
    fn line_endings_and_a_mark_at_the_start_make_no_difference() {
        let windows = format!("\u{feff}{}", PLAN.replace('\n', "\r\n"));
        assert_eq!(Plan::parse(&windows).tasks, Plan::parse(PLAN).tasks);
    }

    proptest! {
        #[test]
        fn any_text_has_a_plan(text in r"([#\-*+ \[\]xPT0-9|`<>\n\r\t]|\PC){0,200}") {
            Plan::parse(&text);
        }
    }
}
