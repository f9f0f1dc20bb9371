//! What the agent says of its runs, in the summary, the plan and the iteration log.

use std::collections::BTreeSet;

use super::super::{Plan, Tag, TaskId, TranscriptFacts};
use super::counts::{self, RunState, WORDS};
use super::runs::Runs;
use crate::evidence::Evidence;
use crate::prose::Prose;
use crate::verdict::Reference;

/// Something that is said of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub at: Reference,
    /// What they say.
    pub said: Said,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// So many runs are, or were, in a state.
    Count(u64, RunState),
    /// This run is, or was, in a state.
    Run(String, RunState),
}

/// Shortest name of a run that is looked for in texts.
const SHORTEST_NAME: usize = 4;

/// How many words may stand between a run's name and its state.
const REACH: usize = 4;

/// All claims, in order.
pub(super) fn claims(
    evidence: &Evidence,
    transcript: &TranscriptFacts,
    before: &Plan,
    after: &Plan,
    runs: &Runs<'_>,
) -> Vec<Claim> {
    let names = Names::of(runs);
    let mut claims = Vec::new();
    for block in transcript.blocks(Tag::Summary) {
        for (index, line) in block.text.lines().enumerate() {
            let line_number = (block.line + index).min(block.end_line);
            let at = Reference::Transcript {
                line: line_number,
                end_line: line_number,
            };
            names.read(line, &at, &mut claims);
        }
    }
    let record = &evidence.record;
    for (line, text) in added_to_plan(before, after) {
        let at = Reference::line(&record.tasks_file, line);
        names.read(&text, &at, &mut claims);
    }
    if let Some(path) = log_path(evidence)
        && let Some(text) = evidence.files.get(path)
    {
        let before = record.case.log_before();
        let old: BTreeSet<&str> = before.lines().collect();
        for (index, line) in text.lines().enumerate() {
            if !old.contains(line) {
                names.read(line, &Reference::line(path, index + 1), &mut claims);
            }
        }
    }
    claims
}

/// Where the iteration log lies, relative to the workspace.
fn log_path(evidence: &Evidence) -> Option<&str> {
    let variables = &evidence.record.variables;
    let path = variables.get("log_path")?;
    let inside = path.strip_prefix(variables.get("workdir")?.as_str())?;
    Some(inside.trim_start_matches('/'))
}

/// What a plan says that it did not say before, by lines. Of a task's own line only what was appended
/// to it is the agent's word: the rest is what the task asks for.
fn added_to_plan(before: &Plan, after: &Plan) -> Vec<(usize, String)> {
    let old: BTreeSet<&str> = before.source().lines().map(unmarked).collect();
    let is_known = |line: &str| old.contains(unmarked(line));
    let mut added = Vec::new();
    for (index, line) in after.source().lines().enumerate() {
        if line.trim().is_empty() || is_known(line) {
            continue;
        }
        let bare = unmarked(line);
        let had = old.iter().filter(|old| !old.is_empty());
        let longest = had
            .filter(|old| bare.starts_with(**old))
            .max_by_key(|old| old.len());
        match longest {
            Some(longest) => added.push((index + 1, bare[longest.len()..].to_owned())),
            None if is_task_line(bare) => {}
            None => added.push((index + 1, line.to_owned())),
        }
    }
    added
}

/// A line without the box in front of it.
fn unmarked(line: &str) -> &str {
    let text = line.trim_start().trim_start_matches(['-', '*', '+', ' ']);
    let boxed = text.strip_prefix('[').and_then(|rest| {
        let (mark, behind) = rest.split_once(']')?;
        (mark.chars().count() <= 1).then_some(behind)
    });
    boxed.unwrap_or(text).trim()
}

fn is_task_line(bare: &str) -> bool {
    let label = bare.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    label.is_some_and(|(id, _)| TaskId::read(id.trim()).is_some())
}

/// The runs by what texts may call them.
struct Names {
    /// Name or id, and the run's id.
    all: Vec<(String, String)>,
}

impl Names {
    fn of(runs: &Runs<'_>) -> Self {
        let is_single = |name: &str| runs.all.iter().filter(|run| run.name == name).count() == 1;
        let mut all: Vec<(String, String)> = Vec::new();
        for run in &runs.all {
            all.push((run.id.clone(), run.id.clone()));
            if run.name.len() >= SHORTEST_NAME && is_single(&run.name) {
                all.push((run.name.clone(), run.id.clone()));
            }
        }
        Self { all }
    }

    fn read(&self, line: &str, at: &Reference, claims: &mut Vec<Claim>) {
        let prose = Prose::of_text(line);
        let counts = counts::counts(&prose).into_iter();
        claims.extend(
            counts
                .filter(|count| !count.has_alternative)
                .map(|count| Claim {
                    text: line[count.span.clone()].to_owned(),
                    at: at.clone(),
                    said: Said::Count(count.count, count.state),
                }),
        );
        claims.extend(self.of_single_runs(line).map(|(text, run, state)| Claim {
            text,
            at: at.clone(),
            said: Said::Run(run, state),
        }));
    }

    /// A name with a state right behind it: `lr0.01-s1 failed`, `d04ba4a2b36a: finished`.
    fn of_single_runs(&self, line: &str) -> impl Iterator<Item = (String, String, RunState)> {
        self.all.iter().filter_map(|(name, id)| {
            let (start, end) = occurrence(line, name)?;
            let ahead = line[..start].to_lowercase();
            if words(&ahead).any(|word| WORDS.opens(word)) {
                return None;
            }
            // What another run's name follows is said of that one.
            let behind = line[end..].to_lowercase();
            let mut skipped = words(&behind).take(REACH + 1).skip_while(|word| {
                WORDS.is_between(word)
                    || self.all.iter().any(|(name, own)| own == id && name == word)
            });
            let state = WORDS.state(skipped.next()?)?;
            Some((line[start..].trim().to_owned(), id.clone(), state))
        })
    }
}

/// Where a name stands by itself, the first time.
fn occurrence(line: &str, name: &str) -> Option<(usize, usize)> {
    let is_part = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    line.match_indices(name).find_map(|(start, _)| {
        let end = start + name.len();
        let before = line[..start].chars().next_back().is_some_and(is_part);
        let mut behind = line[end..].chars();
        let next = behind.next();
        let ends_sentence = next == Some('.') && !behind.next().is_some_and(is_part);
        (!before && (ends_sentence || !next.is_some_and(is_part))).then_some((start, end))
    })
}

/// The words of a text up to the end of its sentence.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "()`*|:,;\"'=".contains(c))
        .filter(|word| !word.is_empty())
        .map(|word| word.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_runs(line: &str) -> Vec<(String, RunState)> {
        let called = |name: &str, id: &str| (name.to_owned(), id.to_owned());
        let names = Names {
            all: vec![
                called("d04ba4a2b36a", "d04ba4a2b36a"),
                called("lr0.01-s1", "d04ba4a2b36a"),
            ],
        };
        names
            .of_single_runs(line)
            .map(|(_, run, state)| (run, state))
            .collect()
    }

    #[test]
    fn a_state_right_behind_a_run_is_said_of_it() {
        for line in [
            "lr0.01-s1 failed",
            "lr0.01-s1 (`d04ba4a2b36a`) has failed: loss is nan",
            "| lr0.01-s1 | failed | 1 |",
        ] {
            let said = of_runs(line);
            assert!(
                said.iter().all(|(_, state)| *state == RunState::Failed) && !said.is_empty(),
                "{line}: {said:?}"
            );
        }
        for line in [
            "lr0.01-s10 failed",
            "lr0.01-s1 has not failed",
            "if lr0.01-s1 failed, start it again",
            "lr0.01-s1, lr0.01-s2 failed",
            "logs/lr0.01-s1.log failed",
        ] {
            assert_eq!(of_runs(line), [], "{line}");
        }
    }

    #[test]
    fn of_a_task_only_what_was_appended_is_the_agents_word() {
        let added = |before: &str, after: &str| {
            added_to_plan(&Plan::parse(before), &Plan::parse(after))
                .into_iter()
                .map(|(_, text)| text)
                .collect::<Vec<_>>()
        };
        let task = "- [ ] [P1-T1] Run | done-when: 8 finished runs";
        assert!(added(task, "- [x] [P1-T1] Run | done-when: 8 finished runs").is_empty());
        assert!(added(task, "- [x] [P1-T1] Run all | done-when: 8 finished runs").is_empty());
        assert_eq!(
            added(
                task,
                "- [x] [P1-T1] Run | done-when: 8 finished runs | 7 runs finished\n  - ok"
            ),
            [" | 7 runs finished", "  - ok"]
        );
    }
}
