//! Which runs a row of a table stands for.

use std::collections::{BTreeMap, BTreeSet};

use super::super::RunFacts;
use super::super::execution::RunReading;
use super::metric::folded;
use crate::case::GridAxis;

/// Headings of columns that name runs.
const RUN_COLUMNS: [&str; 4] = ["run", "run_id", "run_name", "run_ids"];

/// Headings under which a number may be the name of a run, too.
const NAME_COLUMNS: [&str; 2] = ["id", "name"];

/// Most runs, and words of their commands, that are gone through to find what rows stand for.
const MOST_LOOKS: usize = 5_000_000;

/// What a row stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) told: String,
    /// Places in the list of runs.
    pub(super) runs: Vec<usize>,
}

/// The columns of a table that tell what a row stands for.
pub(super) struct Columns {
    /// Those of the grid's parameters, each with the place of its axis.
    axes: Vec<(usize, usize)>,
    /// Whether numbers may be names, by column.
    may_be_name: Vec<bool>,
    run: Option<usize>,
    /// Whether a parameter has several columns.
    is_ambiguous: bool,
}

/// The runs of a campaign, and how to find them.
pub(super) struct Subjects<'f> {
    grid: &'f [GridAxis],
    runs: &'f [RunFacts<'f>],
    readings: &'f [RunReading<'f>],
    /// By ids and names.
    called: BTreeMap<&'f str, Vec<usize>>,
    /// By an axis and its value.
    having: BTreeMap<(usize, String), Vec<usize>>,
    /// Whether runs leave an axis open, by its place.
    left_open: BTreeMap<usize, bool>,
    looks: usize,
}

impl<'f> Subjects<'f> {
    pub(super) fn of(
        grid: &'f [GridAxis],
        runs: &'f [RunFacts<'f>],
        readings: &'f [RunReading<'f>],
    ) -> Self {
        let mut called: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, run) in runs.iter().enumerate() {
            called.entry(&run.id).or_default().push(at);
            if run.name != run.id {
                called.entry(&run.name).or_default().push(at);
            }
        }
        called.remove("");
        Self {
            grid,
            runs,
            readings,
            called,
            having: BTreeMap::new(),
            left_open: BTreeMap::new(),
            looks: MOST_LOOKS,
        }
    }

    /// Whether a folded heading is a parameter of the grid.
    pub(super) fn is_axis(&self, heading: &str) -> bool {
        self.grid.iter().any(|axis| folded(&axis.name) == heading)
    }

    /// The columns of a table with this folded heading.
    pub(super) fn columns(&self, heading: &[String]) -> Columns {
        let place = |name: &String| self.grid.iter().position(|own| folded(&own.name) == *name);
        let is_run = |name: &str| RUN_COLUMNS.contains(&name);
        let is_name = |name: &String| is_run(name) || NAME_COLUMNS.contains(&name.as_str());
        let names = heading.iter().enumerate();
        let axes: Vec<(usize, usize)> = names
            .filter_map(|(at, name)| Some((at, place(name)?)))
            .collect();
        let distinct: BTreeSet<usize> = axes.iter().map(|(_, axis)| *axis).collect();
        Columns {
            is_ambiguous: distinct.len() < axes.len(),
            axes,
            may_be_name: heading.iter().map(is_name).collect(),
            run: heading.iter().position(|name| is_run(name)),
        }
    }

    /// What a row stands for, if that can be told.
    pub(super) fn find(&mut self, columns: &Columns, row: &[String]) -> Option<Subject> {
        if let Some(named) = self.named(columns, row) {
            // Of what names several runs, nobody knows which of them a number is of.
            let [at] = named[..] else {
                return None;
            };
            let run = &self.runs[at];
            return Some(Subject {
                told: format!("the run {} ({})", run.name, run.id),
                runs: named,
            });
        }
        if columns.is_ambiguous || self.is_exhausted() {
            return None;
        }
        let values = columns.axes.iter();
        let values: Vec<(usize, &str)> = values
            .map(|(at, axis)| (*axis, row[*at].trim()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if values.is_empty() {
            return unknown(columns.run.map(|at| row[at].trim())?);
        }
        self.look_at(values.len() * self.runs.len())?;
        let mut fitting: Vec<usize> = (0..self.runs.len()).collect();
        for (axis, value) in &values {
            let having = self.having(*axis, value)?;
            fitting.retain(|run| having.binary_search(run).is_ok());
        }
        if fitting.is_empty() && !self.is_missed(&values)? {
            return None;
        }
        let shown = |(axis, value): &(usize, &str)| format!("{}={value}", self.grid[*axis].name);
        let shown: Vec<String> = values.iter().map(shown).collect();
        Some(Subject {
            told: shown.join(" "),
            runs: fitting,
        })
    }

    /// Whether what no run has is certainly of the grid, and no run may be it by what it does not say.
    fn is_missed(&mut self, values: &[(usize, &str)]) -> Option<bool> {
        for (axis, value) in values {
            let is_known = self.grid[*axis].values.iter().any(|known| known == value);
            if !is_known || self.is_left_open(*axis)? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Whether a run says nothing of an axis, so that it has whatever its script takes.
    fn is_left_open(&mut self, axis: usize) -> Option<bool> {
        if let Some(known) = self.left_open.get(&axis) {
            return Some(*known);
        }
        self.look_at(self.words() * self.grid[axis].values.len())?;
        let own = &self.grid[axis];
        let says = |run: &RunReading<'_>| {
            let mut values = own.values.iter();
            run.command().option(&own.name).is_some()
                || values.any(|value| run.has(&own.name, value))
        };
        let is_open = !self.readings.iter().all(says);
        self.left_open.insert(axis, is_open);
        Some(is_open)
    }

    /// How many words all runs have.
    fn words(&self) -> usize {
        self.readings.iter().map(|run| 1 + run.size()).sum()
    }

    /// Whether rows were passed over because there was too much to go through.
    pub(super) fn is_exhausted(&self) -> bool {
        self.looks == 0
    }

    /// The runs that all cells which name any have in common.
    fn named(&mut self, columns: &Columns, row: &[String]) -> Option<Vec<usize>> {
        let mut common: Option<Vec<usize>> = None;
        for (at, cell) in row.iter().map(|cell| cell.trim()).enumerate() {
            if !columns.may_be_name[at] && cell.parse::<f64>().is_ok() {
                continue;
            }
            let size = self.called.get(cell).map_or(0, Vec::len);
            self.look_at(size)?;
            let Some(called) = self.called.get(cell) else {
                continue;
            };
            match &mut common {
                Some(common) => common.retain(|run| called.binary_search(run).is_ok()),
                None => common = Some(called.clone()),
            }
        }
        common
    }

    /// Counts what is gone through; none where that is too much.
    fn look_at(&mut self, count: usize) -> Option<()> {
        self.looks = self.looks.saturating_sub(count);
        (self.looks > 0).then_some(())
    }

    /// The runs with a value of an axis; none where it would take too long to find them.
    fn having(&mut self, axis: usize, value: &str) -> Option<&[usize]> {
        let key = (axis, value.to_owned());
        if !self.having.contains_key(&key) {
            self.look_at(self.words())?;
            let name = &self.grid[axis].name;
            let fits = |at: &usize| self.readings[*at].has(name, value);
            let fitting = (0..self.runs.len()).filter(fits).collect();
            self.having.insert(key.clone(), fitting);
        }
        self.having.get(&key).map(Vec::as_slice)
    }
}

/// A cell that can be nothing but the id of a run, of which there is none.
fn unknown(cell: &str) -> Option<Subject> {
    let is_id = cell.len() >= 8 && cell.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| Subject {
        told: format!("`{cell}`"),
        runs: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: &str, name: &str, command: &str) -> RunFacts<'static> {
        RunFacts {
            id: id.to_owned(),
            name: name.to_owned(),
            command: command.to_owned(),
            ..RunFacts::default()
        }
    }

    #[test]
    fn a_row_stands_for_one_run_or_for_a_configuration() {
        let runs = [
            run("r1", "a", "t.py --lr 0.1 --seed 1"),
            run("r2", "b", "t.py --lr 0.1 --seed 2"),
            run("r3", "2", "t.py --lr 0.2 --seed 1"),
            run("r4", "a", "t.py --lr 0.2 --seed 2"),
        ];
        let grid = ["lr", "seed"].map(|name| GridAxis {
            name: name.to_owned(),
            values: ["0.1", "0.2", "1", "2"].map(str::to_owned).to_vec(),
        });
        let readings: Vec<RunReading<'_>> = runs.iter().map(RunReading::of).collect();
        let mut subjects = Subjects::of(&grid, &runs, &readings);
        let mut find = |heading: &str, row: &str| {
            let cut = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
            let columns = subjects.columns(&cut(heading));
            subjects.find(&columns, &cut(row)).map(|found| found.runs)
        };
        assert_eq!(find("what,lr", "b,0.2"), Some(vec![1]));
        assert_eq!(find("what,id", "a,r4"), Some(vec![3]));
        assert_eq!(find("best,next", "b,r3"), None, "several runs");
        assert_eq!(find("run,lr", "a,0.1"), None, "several of this name");
        assert_eq!(find("lr,seed", "0.1,2"), Some(vec![1]));
        assert_eq!(find("run,x", "2,0"), Some(vec![2]));
        assert_eq!(find("lr,x", "1e-1,0"), Some(vec![0, 1]));
        assert_eq!(find("lr,x", "0.7,0"), None);
        assert_eq!(find("run,x", "0badc0ffee,0"), Some(vec![]));
        assert_eq!(find("lr,lr", "0.1,0.2"), None, "two columns");
        assert_eq!(find("lr,seed", "1,1"), Some(vec![]));
    }

    #[test]
    fn a_run_that_leaves_a_parameter_open_may_be_the_missing_one() {
        let told = run("r1", "a", "t.py --lr 0.5");
        let silent = run("r2", "b", "t.py");
        let grid = [GridAxis {
            name: "lr".to_owned(),
            values: vec!["0.5".to_owned(), "0.7".to_owned()],
        }];
        for (runs, expected) in [
            (vec![told.clone()], Some(vec![])),
            (vec![told, silent], None),
        ] {
            let readings: Vec<RunReading<'_>> = runs.iter().map(RunReading::of).collect();
            let mut subjects = Subjects::of(&grid, &runs, &readings);
            let columns = subjects.columns(&["lr".to_owned()]);
            let found = subjects.find(&columns, &["0.7".to_owned()]);
            assert_eq!(found.map(|found| found.runs), expected);
        }
    }

    #[test]
    fn what_takes_too_long_stands_for_nothing() {
        let runs: Vec<RunFacts<'_>> = (0..200).map(|_| run("r", "a", "t.py")).collect();
        let readings: Vec<RunReading<'_>> = runs.iter().map(RunReading::of).collect();
        let mut subjects = Subjects::of(&[], &runs, &readings);
        subjects.looks = 100_000;
        let columns = subjects.columns(&vec!["run".to_owned(); 100]);
        let row = vec!["a".to_owned(); 100];
        let mut find = |row: &[String]| {
            let found = subjects.find(&columns, row);
            (found.is_some(), subjects.is_exhausted())
        };
        let no_run = vec!["0badc0ffee".to_owned(); 100];
        assert_eq!(find(&no_run), (true, false));
        assert!((0..100).any(|_| find(&row) == (false, true)));
        assert_eq!(find(&no_run), (false, true));
    }
}
