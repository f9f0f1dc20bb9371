//! Holds the numbers of tables against the runs that they stand for.
//!
//! A row stands for a run where a cell is its name or id, and else for the runs of a configuration, or of
//! part of one, where it has columns of the grid's parameters. A column gives a metric where its heading
//! names one. What stands for nothing that is known is not read.

use std::collections::{BTreeMap, BTreeSet};

use super::super::RunFacts;
use super::super::execution::RunReading;
use super::compare::{Held, Judge, Mismatch};
use super::known::Known;
use super::metric::{Kind, candidates, folded};
use super::number::Number;
use super::origin::{Origin, Origins};
use super::subject::Subjects;
use super::table::{self, Form, Table};
use crate::evidence::{EntryKind, Evidence};

/// Most columns of a table that are held against runs.
const MOST_COLUMNS: usize = 256;

/// Most numbers that are held against runs.
const MOST_CELLS: usize = 10_000;

/// Most characters of a row that are told of each of its cells.
const MOST_TOLD: usize = 120;

/// Most names that headings of all tables may give to metrics.
const MOST_KEYS: usize = 20_000;

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

/// What came of holding tables against runs.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// All cells of which that could be done, by file and line.
    pub(super) cells: Vec<Cell>,
    /// Why there may be others that are wrong, if so.
    pub(super) open: Option<String>,
    /// Numbers of runs or configurations of which nobody knows what they should be.
    pub(super) undecided: usize,
}

/// A file that may report what runs gave.
struct Report<'e> {
    path: &'e str,
    form: Form,
    text: &'e str,
    /// A run may have written it, and what a run wrote is no report of it.
    is_doubtful: bool,
}

impl Report<'_> {
    fn read(&self) -> (Vec<Table>, bool) {
        table::read(self.form, self.text)
    }
}

/// Holds all tables of the workspace against `runs`.
pub(super) fn check(evidence: &Evidence, runs: &[RunFacts<'_>]) -> Checked {
    let record = &evidence.record;
    let workdir = record.variables.get("workdir").map_or("", String::as_str);
    let readings: Vec<RunReading<'_>> = runs.iter().map(RunReading::of).collect();
    let origins = Origins::of(runs, &readings, workdir);
    let of_file = |path: &str| {
        let form = Form::of(path).filter(|_| *path != record.tasks_file)?;
        let origin = origins.of_file(path);
        (!matches!(origin, Origin::Run(_))).then_some((form, origin == Origin::Doubtful))
    };
    let files = evidence.files.iter();
    let reports: Vec<Report<'_>> = files
        .filter_map(|(path, text)| {
            let (form, is_doubtful) = of_file(path)?;
            Some(Report {
                path,
                form,
                text,
                is_doubtful,
            })
        })
        .collect();
    let mut checked = Checked::default();
    let wanted = checked.wanted(&reports);
    let known = Known::read(evidence, runs, &origins, &wanted);
    let judge = Judge::new(&record.case.grid, runs, &readings, &known.results);
    let keys = known.results.iter().flat_map(|results| results.keys());
    let mut desk = Desk {
        keys: keys.map(String::as_str).collect(),
        subjects: Subjects::of(&record.case.grid, runs, &readings),
        judge,
        checked,
        looked_at: 0,
    };
    for report in &reports {
        desk.report(report);
    }
    let mut checked = desk.checked;
    let unkept = unkept(evidence).find(|path| of_file(path).is_some());
    if let Some(path) = unkept.filter(|_| known.is_anything) {
        checked.leave_open(format!(
            "{path} was changed, and the evidence does not hold its text"
        ));
    }
    checked
}

/// The files that were changed and of which there is no text.
fn unkept(evidence: &Evidence) -> impl Iterator<Item = &str> {
    let is_unkept = |(path, entry): &(&String, &crate::evidence::Entry)| {
        let old = evidence.before.get(path);
        matches!(entry.kind, EntryKind::File { .. })
            && old.is_none_or(|old| old.kind != entry.kind)
            && !evidence.files.contains_key(*path)
    };
    let all = evidence.after.0.iter().filter(is_unkept);
    all.map(|(path, _)| path.as_str())
}

impl Checked {
    /// The first reason is told.
    fn leave_open(&mut self, why: String) {
        self.open.get_or_insert(why);
    }

    /// The names of all metrics that headings may name.
    fn wanted(&mut self, reports: &[Report<'_>]) -> BTreeSet<String> {
        let mut wanted = BTreeSet::new();
        for report in reports {
            let (tables, _) = report.read();
            for heading in tables.iter().flat_map(|table| &table.heading) {
                let heading = folded(heading);
                let names = candidates(&heading).into_iter();
                wanted.extend(names.map(|(key, _)| key.to_owned()));
                if wanted.len() > MOST_KEYS {
                    self.leave_open(format!("tables have more than {MOST_KEYS} headings"));
                    return wanted;
                }
            }
        }
        wanted
    }
}

/// Where tables are held against runs.
struct Desk<'f> {
    /// All metrics that runs gave.
    keys: BTreeSet<&'f str>,
    subjects: Subjects<'f>,
    judge: Judge<'f>,
    checked: Checked,
    /// How many numbers were held against runs.
    looked_at: usize,
}

impl<'f> Desk<'f> {
    fn report(&mut self, report: &Report<'_>) {
        let (tables, is_cut) = report.read();
        for table in &tables {
            let heading: Vec<String> = table.heading.iter().map(|cell| folded(cell)).collect();
            let mut metrics = self.metrics(&heading);
            if metrics.len() > MOST_COLUMNS {
                metrics.truncate(MOST_COLUMNS);
                let why = format!(
                    "a table of {} has more than {MOST_COLUMNS} columns",
                    report.path
                );
                self.checked.leave_open(why);
            }
            if is_cut && !metrics.is_empty() {
                let why = format!("{} has more lines than are read", report.path);
                self.checked.leave_open(why);
            }
            if !metrics.is_empty() {
                self.rows(report, table, &heading, &metrics);
            }
        }
    }

    fn rows(
        &mut self,
        report: &Report<'_>,
        table: &Table,
        heading: &[String],
        metrics: &[(usize, &str, Kind)],
    ) {
        let columns = self.subjects.columns(heading);
        for (line, row) in &table.rows {
            if self.subjects.is_exhausted() || self.looked_at >= MOST_CELLS {
                let why = format!("tables hold more than {MOST_CELLS} numbers, or too many values");
                self.checked.leave_open(why);
                return;
            }
            let Some(subject) = self.subjects.find(&columns, row) else {
                continue;
            };
            for (at, key, kind) in metrics {
                let Some(number) = Number::read(&row[*at]) else {
                    continue;
                };
                self.looked_at += 1;
                let wrong = match self.judge.compare(&subject, row, key, *kind, number) {
                    Held::Right => None,
                    Held::Wrong(_) if report.is_doubtful => {
                        let why = format!("a run may have written {} itself", report.path);
                        self.checked.leave_open(why);
                        continue;
                    }
                    Held::Wrong(mismatch) => Some(mismatch),
                    Held::Open => {
                        self.checked.undecided += 1;
                        continue;
                    }
                };
                self.checked.cells.push(Cell {
                    path: report.path.to_owned(),
                    line: *line,
                    told: format!("{}: {key} {}", short(&subject.told), short(row[*at].trim())),
                    wrong,
                });
            }
        }
    }

    /// The columns that give metrics. Of several with the same heading, nobody knows which does.
    fn metrics(&self, heading: &[String]) -> Vec<(usize, &'f str, Kind)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for name in heading {
            *counts.entry(name).or_default() += 1;
        }
        let columns = heading.iter().enumerate();
        columns
            .filter(|(_, name)| counts.get(name.as_str()) == Some(&1))
            .filter_map(|(at, name)| self.metric(name).map(|(key, kind)| (at, key, kind)))
            .filter(|(_, _, kind)| *kind != Kind::Spread)
            .collect()
    }

    /// The metric that a heading names, the longest one, and what it gives of it.
    fn metric(&self, heading: &str) -> Option<(&'f str, Kind)> {
        if self.subjects.is_axis(heading) {
            return None;
        }
        let mut found = candidates(heading).into_iter();
        found.find_map(|(key, kind)| Some((*self.keys.get(key)?, kind)))
    }
}

fn short(text: &str) -> String {
    text.chars().take(MOST_TOLD).collect()
}
