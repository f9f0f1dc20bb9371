//! What a done-when asks for, so far as that can be computed.

use std::collections::BTreeMap;

use super::counts::{self, Line, RunState, WORDS, is_in};
use crate::case::DeclaredTask;
use crate::evidence::FolderSnapshot;
use crate::prose::{Kind, Prose};

/// Something that can be held against state and workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// So many runs in a state, at least.
    Runs {
        /// How many.
        count: u64,
        /// In which state.
        state: RunState,
    },
    /// A file of the workspace, or a file of that name.
    File(String),
    /// A table with so many rows, at least.
    Rows {
        /// Its file.
        file: String,
        /// How many.
        count: u64,
    },
}

/// What a case declares of a task's done-when; empty where it says nothing of it.
pub(super) fn declared(task: &DeclaredTask) -> Vec<Condition> {
    let runs = task.finished_runs.map(|count| Condition::Runs {
        count,
        state: RunState::Finished,
    });
    let files = task.files.iter().cloned().map(Condition::File);
    let tables = task.tables.iter().map(|table| Condition::Rows {
        file: table.file.clone(),
        count: table.rows,
    });
    runs.into_iter().chain(files).chain(tables).collect()
}

/// What the text of a done-when asks for without alternatives. A table that it does not name is the
/// deliverable.
pub(super) fn read(text: &str, deliverable: &str) -> Vec<Condition> {
    let prose = Prose::of_text(text);
    let counts = counts::counts(&prose);
    let mut conditions: Vec<Condition> = counts
        .iter()
        .filter(|count| !count.has_alternative && count.count > 0)
        .map(|count| Condition::Runs {
            count: count.count,
            state: count.state,
        })
        .collect();
    for sentence in &prose.sentences {
        let line = Line {
            prose: &prose,
            sentence,
        };
        if !sentence.is_question && !line.has_alternative() {
            conditions.extend(of_files(&line, text, deliverable));
        }
    }
    conditions
}

fn of_files(line: &Line<'_>, text: &str, deliverable: &str) -> Vec<Condition> {
    let mut conditions = Vec::new();
    let mut last: Option<&str> = None;
    for at in line.sentence.tokens.clone() {
        let Some(token) = line.token(at) else { break };
        if token.kind == Kind::Path {
            last = text.get(token.span.clone());
            let is_there = line
                .word(at + 1)
                .is_some_and(|word| is_in(&WORDS.exists, word));
            if is_there && line.is_affirmed(at..at + 2) {
                conditions.extend(last.and_then(plain_path).map(Condition::File));
            }
            continue;
        }
        let Some((count, next)) = line.number(at).filter(|(count, _)| *count > 0) else {
            continue;
        };
        let is_row = line.word(next).is_some_and(|word| is_in(&WORDS.row, word));
        if is_row && line.is_affirmed(at..next + 1) {
            let file = last.or(Some(deliverable)).and_then(plain_path);
            conditions.extend(file.map(|file| Condition::Rows { file, count }));
        }
    }
    conditions
}

/// A path that is one file's and no pattern, without a leading `./`.
fn plain_path(text: &str) -> Option<String> {
    let text = text.trim().trim_matches('`');
    let is_plain = !text.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || "*?[]{}<>$~|".contains(c))
        && text.contains('.');
    is_plain.then(|| text.trim_start_matches("./").to_owned())
}

/// Whether the workspace has a file. A bare name fits a file of that name anywhere, and an absolute
/// path one that it ends in.
pub fn has_file(after: &FolderSnapshot, file: &str) -> bool {
    find(after, file).is_some()
}

fn find<'s>(after: &'s FolderSnapshot, file: &str) -> Option<&'s str> {
    let same = after.0.get_key_value(file).map(|(path, _)| path.as_str());
    same.or_else(|| {
        let ends_in = |whole: &str, end: &str| {
            whole
                .strip_suffix(end)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let mut paths = after.0.keys().map(String::as_str);
        paths.find(|path| ends_in(path, file) || file.starts_with('/') && ends_in(file, path))
    })
}

/// How many rows a table has in the end, its heading aside; nothing where that is not known.
pub fn rows(after: &FolderSnapshot, texts: &BTreeMap<String, String>, file: &str) -> Option<u64> {
    let path = find(after, file)?;
    let text = texts.get(path)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let count = match extension {
        "jsonl" | "ndjson" => lines.count(),
        "csv" | "tsv" => {
            let lines: Vec<&str> = lines.filter(|line| !line.starts_with('#')).collect();
            let is_value = |cell: &str| cell.trim().trim_matches('"').parse::<f64>().is_ok();
            let is_heading = |line: &&str| !line.split([',', '\t', ';']).any(is_value);
            lines.len() - usize::from(lines.first().is_some_and(is_heading))
        }
        "md" => {
            let is_rule = |line: &str| line.bytes().all(|b| b"|-: ".contains(&b));
            let table = lines.filter(|line| line.starts_with('|') && !is_rule(line));
            table.count().saturating_sub(1)
        }
        _ => return None,
    };
    Some(count as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Entry, EntryKind};

    fn with(paths: &[&str]) -> FolderSnapshot {
        let file = || Entry {
            kind: EntryKind::File {
                size: 1,
                sha256: None,
            },
            mode: 0o644,
        };
        FolderSnapshot(
            paths
                .iter()
                .map(|path| ((*path).to_owned(), file()))
                .collect(),
        )
    }

    #[test]
    fn a_done_when_is_computed_where_it_is_plain() {
        let runs = |count| Condition::Runs {
            count,
            state: RunState::Finished,
        };
        assert_eq!(
            read("`GET /runs` shows 8 finished runs", "a.csv"),
            [runs(8)]
        );
        assert_eq!(
            read("`exp/a.csv` exists; it has 8 rows", "b.csv"),
            [
                Condition::File("exp/a.csv".into()),
                Condition::Rows {
                    file: "b.csv".into(),
                    count: 8
                }
            ]
        );
        for open in [
            "8 finished runs or a reason to stop",
            "`exp/*.csv` exist",
            "2 numbers are compared",
            "`python -m unittest` exits with 0",
            "the file says continue or replan with 2 numbers",
        ] {
            assert_eq!(read(open, "a.csv"), [], "{open}");
        }
    }

    #[test]
    fn files_are_found_by_path_by_name_and_below_the_root() {
        let after = with(&["exp/results/a.csv"]);
        for there in ["exp/results/a.csv", "a.csv", "/w/x/exp/results/a.csv"] {
            assert!(has_file(&after, there), "{there}");
        }
        assert!(!has_file(&after, "exp/a.csv") && !has_file(&after, "b/a.csv"));
    }

    #[test]
    fn rows_are_counted_without_headings() {
        let count = |name: &str, text: &str| {
            let texts = BTreeMap::from([(name.to_owned(), text.to_owned())]);
            rows(&with(&[name]), &texts, name)
        };
        assert_eq!(count("a.csv", "name,loss\na,0.1\nb,0.2\n\n"), Some(2));
        assert_eq!(count("a.csv", "a,0.1\nb,0.2\n"), Some(2));
        assert_eq!(
            count("a.md", "# T\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
            Some(1)
        );
        assert_eq!(count("a.jsonl", "{}\n{}\n"), Some(2));
        assert_eq!(count("a.png", "x"), None);
    }
}
