//! # OUT003 plan-block-matches-file (MUST)
//!
//! The last `<plan>` of the output and `tasks_path` hold the same text. Line endings and blank space
//! at the two ends don't count.
//!
//! Two plans that differ mean that people review one and the next iteration executes the other.
//!
//! Prompt: "There is exactly one `<plan>` block, and it equals the file."
//!
//! Conforming: the file's text is printed as it is.
//!
//! Violating: the file is changed after it was printed, or printed in short.
//!
//! ```told
//! told = [
//!     "same|identical|unchanged|verbatim|equal|equals|exactly|copy ..4 markdown|file|content*|text|plan",
//!     "file|content*|markdown|plan ..4 same|identical|unchanged|verbatim|equal|equals",
//!     "equals ..2 file",
//!     "full|whole|complete|entire ..2 tasks|file|content*|markdown",
//! ]
//! under = ["output*|print*|emit*|block", "text: <plan>"]
//! ```

use crate::facts::{Facts, Source, Tag, TasksFile};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "OUT003",
    slug: "plan-block-matches-file",
    level: Level::Must,
    summary: "the printed plan is the one in tasks_path",
    sources: &[Source::Journal, Source::Workspace, Source::Transcript],
    source_text: include_str!("plan_block_matches_file.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_planning(facts) {
        return verdict;
    }
    let Some(block) = facts.transcript.last(Tag::Plan) else {
        return Verdict::not_applicable("the output has no <plan>, see OUT002");
    };
    let written = match &facts.workspace.tasks {
        TasksFile::Written(text) if !text.trim().is_empty() => text,
        _ => return Verdict::not_applicable("tasks_path holds no plan, see OUT001"),
    };
    let path = facts.workspace.tasks_file;
    match first_difference(written, &block.text) {
        None => Verdict::Pass(vec![
            Reference::file(path),
            Reference::Transcript {
                line: block.line,
                end_line: block.end_line,
            },
        ]),
        Some((file_line, block_line)) => {
            let line = block.line + block_line;
            Verdict::fail(
                "the printed plan differs from tasks_path, first at these lines",
                vec![
                    Reference::line(path, file_line),
                    Reference::Transcript {
                        line,
                        end_line: line,
                    },
                ],
            )
        }
    }
}

/// The first lines that differ: in the file counted from 1, in the block from its opening tag.
fn first_difference(file: &str, block: &str) -> Option<(usize, usize)> {
    let (file, file_skipped) = without_blank_ends(file);
    let (block, block_skipped) = without_blank_ends(block);
    let (mut of_file, mut of_block) = (file.lines(), block.lines());
    let mut at = 0;
    loop {
        match (of_file.next(), of_block.next()) {
            (None, None) => return None,
            (a, b) if a != b => return Some((file_skipped + at + 1, block_skipped + at)),
            _ => at += 1,
        }
    }
}

/// The text without blank space at its ends, and how many lines were cut off at its beginning.
fn without_blank_ends(text: &str) -> (&str, usize) {
    let is_blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let trimmed = text.trim_start_matches(is_blank);
    let skipped = text[..text.len() - trimmed.len()].matches('\n').count();
    (trimmed.trim_end(), skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_line_endings_do_not_count() {
        assert_eq!(
            first_difference("\u{feff}\n# Tasks\r\na\r\n", "\n# Tasks\na\n\n"),
            None
        );
        assert_eq!(
            first_difference("# Tasks\na\nb", "\n# Tasks\na\nc"),
            Some((3, 3))
        );
        assert_eq!(first_difference("a\nb", "a"), Some((2, 1)));
    }
}
