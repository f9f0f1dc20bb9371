//! Whether the agent aborted, and in which of the two modes.

use super::Facts;
use super::plan::{Checkbox, Phase, Plan};
use super::transcript::{Promise, Tag, TranscriptFacts};
use super::workspace::{TasksFile, WorkspaceFacts};
use crate::protocol::{ABORT_SUMMARY, ITERATION_ABORT_SUMMARY, SENTINEL};

/// The beginning of the sentinel, by which a misspelt one is still seen as an attempt.
const SENTINEL_STEM: &str = "ABORT_EARLY";

/// What the agent made of its preflight, read from what it left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Mode A: `tasks_path` holds the abort checklist.
    Checklist,
    /// Mode B: `tasks_path` is as it was, and the output has no plan.
    Silent,
    /// It shows signs of an abort and keeps to neither mode.
    Botched,
    /// It planned.
    Proceeded,
}

impl Reaction {
    /// Reads the reaction from the end state.
    pub fn new(workspace: &WorkspaceFacts<'_>, tasks: &Plan, transcript: &TranscriptFacts) -> Self {
        let has_plan_block = transcript.mentions(Tag::Plan);
        let is_written = workspace.tasks.is_written();
        if is_written && is_abort_checklist(workspace.tasks.text().unwrap_or_default(), tasks) {
            return Self::Checklist;
        }
        if !is_written && !has_plan_block {
            return Self::Silent;
        }
        if has_abort_words(workspace, transcript) {
            return Self::Botched;
        }
        let promises_done = transcript.promises(&Promise::Done);
        if promises_done && !looks_like_plan(workspace, tasks, transcript) {
            Self::Botched
        } else {
            Self::Proceeded
        }
    }

    /// Whether this reaction, after a preflight that passed, is an abort. Having done nothing is only
    /// an abort when the agent says so; otherwise it simply wrote no plan.
    pub(super) fn aborts_without_need(self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Checklist => true,
            Self::Silent => {
                has_abort_words(&facts.workspace, &facts.transcript)
                    || facts.transcript.promises(&Promise::Done)
            }
            // Beside a plan, only what the prompt itself calls an abort is held against the agent:
            // a summary may well speak of the preflight.
            Self::Botched | Self::Proceeded => {
                has_literal_abort(&facts.workspace, &facts.transcript)
            }
        }
    }
}

/// Whether `text`, parsed as `plan`, is the abort checklist: at least one item, every item checked,
/// and the sentinel.
pub fn is_abort_checklist(text: &str, plan: &Plan) -> bool {
    let mut boxes = plan
        .items
        .iter()
        .filter_map(|item| item.checkbox)
        .peekable();
    boxes.peek().is_some()
        && boxes.all(|checkbox| checkbox == Checkbox::Checked)
        && contains_word(text, SENTINEL)
}

/// The lines that make a text a plan: tasks that are not checked, and the headings of phases that have
/// some. Headings over checked items are no plan.
pub fn plan_signs(plan: &Plan) -> impl Iterator<Item = (usize, String)> {
    let is_left = |phase: &&Phase| {
        let has = |mark: Checkbox| {
            let tasks = plan.tasks_of(phase).iter();
            tasks.filter(|task| task.checkbox == Some(mark)).count() > 0
        };
        let is_done = has(Checkbox::Checked) && !has(Checkbox::Open) && !has(Checkbox::InProgress);
        !plan.tasks_of(phase).is_empty() && !is_done
    };
    let phases = plan
        .phases
        .iter()
        .filter(is_left)
        .map(|phase| (phase.line, format!("the phase heading \"{}\"", phase.title)));
    let open = plan
        .items
        .iter()
        .filter(|item| item.checkbox != Some(Checkbox::Checked));
    let tasks = open.filter_map(|item| Some((item.line, format!("the open task {}", item.id?))));
    phases.chain(tasks)
}

/// Whether something that was written or printed has a plan's marks. A file whose text is not known
/// is given the benefit of the doubt.
fn looks_like_plan(
    workspace: &WorkspaceFacts<'_>,
    tasks: &Plan,
    transcript: &TranscriptFacts,
) -> bool {
    let is_plan = |plan: &Plan| plan_signs(plan).next().is_some();
    matches!(workspace.tasks, TasksFile::Unreadable(_))
        || (workspace.tasks.is_written() && is_plan(tasks))
        || transcript
            .last(Tag::Plan)
            .is_some_and(|block| is_plan(&Plan::parse(&block.text)))
}

/// Whether the agent's words say that it aborted: a sentinel, even a misspelt one, or a summary that
/// tells of a failed preflight.
fn has_abort_words(workspace: &WorkspaceFacts<'_>, transcript: &TranscriptFacts) -> bool {
    let written = if workspace.tasks.is_written() {
        workspace.tasks.text()
    } else {
        None
    };
    let marked = |text: &str| text.contains(SENTINEL_STEM);
    let summary_aborts = transcript.blocks(Tag::Summary).any(|block| {
        let words = block.text.to_lowercase();
        words.contains("planning aborted") || words.contains("preflight failed")
    });
    written.is_some_and(marked)
        || transcript
            .blocks(Tag::Plan)
            .any(|block| marked(&block.text))
        || summary_aborts
}

/// Whether the sentinel or the abort summary shows up, word for word.
fn has_literal_abort(workspace: &WorkspaceFacts<'_>, transcript: &TranscriptFacts) -> bool {
    let written = if workspace.tasks.is_written() {
        workspace.tasks.text()
    } else {
        None
    };
    written.is_some_and(|text| contains_word(text, SENTINEL))
        || transcript
            .blocks(Tag::Plan)
            .any(|block| contains_word(&block.text, SENTINEL))
        || transcript
            .blocks(Tag::Summary)
            .any(|block| block.text.trim() == ABORT_SUMMARY)
}

/// Whether what an iteration left says, word for word, that it gave up.
pub(super) fn is_aborted(tasks: &str, transcript: &TranscriptFacts) -> bool {
    let says_so = |text: &str| [ABORT_SUMMARY, ITERATION_ABORT_SUMMARY].contains(&text.trim());
    let mut plans = transcript.blocks(Tag::Plan);
    let mut summaries = transcript.blocks(Tag::Summary);
    contains_word(tasks, SENTINEL)
        || plans.any(|block| contains_word(&block.text, SENTINEL))
        || summaries.any(|block| says_so(&block.text))
}

/// Whether `word` stands in `text` and not as a part of a longer word.
fn contains_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_checklist(text: &str) -> bool {
        is_abort_checklist(text, &Plan::parse(text))
    }

    #[test]
    fn a_checklist_needs_items_checks_and_the_sentinel() {
        assert!(is_checklist(
            "# Tasks\n\n- [x] docs failed\n* [X] stop\n\nABORT_EARLY_DOCS_CHECK_FAILED\n"
        ));
        assert!(!is_checklist(
            "- [x] a\n- [ ] b\nABORT_EARLY_DOCS_CHECK_FAILED"
        ));
        assert!(!is_checklist(
            "- [x] a\n- [/] b ABORT_EARLY_DOCS_CHECK_FAILED"
        ));
        assert!(!is_checklist("- [x] a\n\nABORT_EARLY_DOCS_CHECK_FAILURE"));
        assert!(!is_checklist("- [x] a\n\nABORT_EARLY_DOCS_CHECK_FAILED_X"));
        assert!(!is_checklist("ABORT_EARLY_DOCS_CHECK_FAILED"));
    }

    #[test]
    fn plain_bullets_beside_the_checklist_are_notes() {
        assert!(is_checklist(
            "- [x] stop ABORT_EARLY_DOCS_CHECK_FAILED\n  - GET /docs gave 503\n"
        ));
    }
}
