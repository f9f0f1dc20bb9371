//! Holds the numbers of tables against the runs that they stand for.
//!
//! A row stands for a run where a cell is its name or id, and else for the runs of a configuration, or of
//! part of one, where it has columns of the grid's parameters. A column gives a metric where its heading
//! names one. What stands for nothing that is known is not read.

use std::collections::BTreeSet;

use super::super::execution::fits;
use super::super::{Command, RunFacts};
use super::compare::Held;
use super::known::{Results, folded, named};
use super::number::Number;
use super::table::{self, Table};
use crate::case::GridAxis;
use crate::evidence::Evidence;

/// Words beside a metric's name in a heading, and what they make of several values.
const KINDS: [(&str, Kind); 17] = [
    ("mean", Kind::Mean),
    ("avg", Kind::Mean),
    ("average", Kind::Mean),
    ("final", Kind::Mean),
    ("last", Kind::Mean),
    ("score", Kind::Mean),
    ("over", Kind::Mean),
    ("seeds", Kind::Mean),
    ("median", Kind::Any),
    ("min", Kind::Any),
    ("max", Kind::Any),
    ("best", Kind::Any),
    ("worst", Kind::Any),
    ("std", Kind::Spread),
    ("sd", Kind::Spread),
    ("stdev", Kind::Spread),
    ("ci", Kind::Spread),
];

/// Headings of columns that name runs.
const RUN_COLUMNS: [&str; 4] = ["run", "run_id", "run_name", "run_ids"];

/// What a column gives of several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Their mean.
    Mean,
    /// One of them, or what lies between two.
    Any,
    /// How far they lie apart, which is not held against anything.
    Spread,
}

/// A number of a table that stands for runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The table's file.
    pub path: String,
    /// The line of the row.
    pub line: usize,
    /// What the row stands for, the metric, and the number as it is written.
    pub told: String,
    /// What is wrong with it, if anything.
    pub wrong: Option<Mismatch>,
}

/// Why a number is not that of the runs that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// There is no such run.
    NoRun,
    /// The run failed, and the row does not say so.
    Failed,
    /// It is that of some of the runs only.
    Picked {
        /// Those.
        of: Vec<String>,
        /// What all of them give.
        all: String,
        /// How many there are.
        count: usize,
    },
    /// The runs say something else.
    Other {
        /// What.
        is: String,
    },
}

/// What a row stands for.
pub(super) struct Subject {
    told: String,
    /// Places in the list of runs.
    pub(super) runs: Vec<usize>,
}

/// All cells that could be held against runs, by file and line.
pub(super) fn cells(evidence: &Evidence, runs: &[RunFacts<'_>], known: &[Results]) -> Vec<Cell> {
    let record = &evidence.record;
    let workdir = record.variables.get("workdir").map_or("", String::as_str);
    let commands: Vec<Command> = runs
        .iter()
        .map(|run| Command::parse(&run.command))
        .collect();
    let of_runs: BTreeSet<&str> = commands
        .iter()
        .flat_map(|command| named(command, workdir))
        .collect();
    // What a run wrote is no report of it, whoever wrote the folder's name into the command.
    let is_raw = |path: &str| {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        folders.chain([path]).any(|own| of_runs.contains(own))
    };
    let judge = Judge {
        grid: &record.case.grid,
        runs,
        known,
        keys: known
            .iter()
            .flat_map(|results| results.keys().map(String::as_str))
            .collect(),
    };
    let is_report = |path: &&String| *path != &record.tasks_file && !is_raw(path);
    let files = evidence.files.iter().filter(|(path, _)| is_report(path));
    files
        .flat_map(|(path, text)| {
            let tables = table::read(path, text);
            tables
                .iter()
                .flat_map(|table| judge.table(path, table))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// What tables are held against.
pub(super) struct Judge<'f> {
    pub(super) grid: &'f [GridAxis],
    pub(super) runs: &'f [RunFacts<'f>],
    pub(super) known: &'f [Results],
    keys: BTreeSet<&'f str>,
}

impl Judge<'_> {
    fn table(&self, path: &str, table: &Table) -> Vec<Cell> {
        let heading: Vec<String> = table.heading.iter().map(|cell| folded(cell)).collect();
        let metrics: Vec<(usize, &str, Kind)> = heading
            .iter()
            .enumerate()
            .filter_map(|(at, name)| self.metric(name).map(|(key, kind)| (at, key, kind)))
            .filter(|(_, _, kind)| *kind != Kind::Spread)
            .collect();
        let mut cells = Vec::new();
        for (line, row) in &table.rows {
            let Some(subject) = self.subject(&heading, row) else {
                continue;
            };
            for (at, key, kind) in &metrics {
                let Some(number) = Number::read(&row[*at]) else {
                    continue;
                };
                let wrong = match self.compare(&subject, row, key, *kind, number) {
                    Held::Right => None,
                    Held::Wrong(mismatch) => Some(mismatch),
                    Held::Open => continue,
                };
                cells.push(Cell {
                    path: path.to_owned(),
                    line: *line,
                    told: format!("{}: {key} {}", subject.told, row[*at].trim()),
                    wrong,
                });
            }
        }
        cells
    }

    /// The metric that a heading names, the longest one, and what it gives of it.
    fn metric(&self, heading: &str) -> Option<(&str, Kind)> {
        let is_axis = |name: &str| self.grid.iter().any(|axis| folded(&axis.name) == name);
        if is_axis(heading) {
            return None;
        }
        let words: Vec<&str> = heading.split('_').collect();
        let rest = |key: &str| {
            let own: Vec<&str> = key.split('_').collect();
            let at = words.windows(own.len()).position(|window| window == own)?;
            let rest = words[..at].iter().chain(&words[at + own.len()..]);
            let kinds = rest.map(|word| {
                let mut kinds = KINDS.iter();
                kinds
                    .find(|(known, _)| known == word)
                    .map(|(_, kind)| *kind)
            });
            let kinds: Option<Vec<Kind>> = kinds.collect();
            let kinds = kinds?;
            Some(if kinds.contains(&Kind::Spread) {
                Kind::Spread
            } else if kinds.contains(&Kind::Any) {
                Kind::Any
            } else {
                Kind::Mean
            })
        };
        let fitting = self.keys.iter().filter_map(|key| Some((*key, rest(key)?)));
        fitting.max_by_key(|(key, _)| key.len())
    }

    fn subject(&self, heading: &[String], row: &[String]) -> Option<Subject> {
        let is_run = |cell: &str, run: &RunFacts<'_>| {
            let cell = cell.trim();
            !cell.is_empty() && (cell == run.id || cell == run.name)
        };
        let named: Vec<usize> = (0..self.runs.len())
            .filter(|at| row.iter().any(|cell| is_run(cell, &self.runs[*at])))
            .collect();
        if !named.is_empty() {
            let run = &self.runs[named[0]];
            return Some(Subject {
                told: format!("the run {} ({})", run.name, run.id),
                runs: named,
            });
        }
        let values: Vec<(&str, &str)> = heading
            .iter()
            .zip(row)
            .filter(|(_, cell)| !cell.trim().is_empty())
            .filter_map(|(name, cell)| {
                let axis = self.grid.iter().find(|axis| folded(&axis.name) == *name)?;
                Some((axis.name.as_str(), cell.trim()))
            })
            .collect();
        if !values.is_empty() {
            let fitting = (0..self.runs.len()).filter(|at| fits(&self.runs[*at], &values));
            let fitting: Vec<usize> = fitting.collect();
            // Of what is none of the grid's values, nobody knows what it stands for.
            if fitting.is_empty()
                && !values
                    .iter()
                    .all(|(name, value)| self.is_known(name, value))
            {
                return None;
            }
            let shown: Vec<String> = values.iter().map(|(k, v)| format!("{k}={v}")).collect();
            return Some(Subject {
                told: shown.join(" "),
                runs: fitting,
            });
        }
        let column = heading
            .iter()
            .position(|name| RUN_COLUMNS.contains(&name.as_str()))?;
        let cell = row[column].trim();
        let is_id = cell.len() >= 8 && cell.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then(|| Subject {
            told: format!("`{cell}`"),
            runs: Vec::new(),
        })
    }

    /// Whether the grid has this value.
    fn is_known(&self, name: &str, value: &str) -> bool {
        let mut axes = self.grid.iter().filter(|axis| axis.name == name);
        axes.any(|axis| axis.values.iter().any(|known| known == value))
    }
}
