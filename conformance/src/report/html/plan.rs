//! The plan of a case, with findings at their lines, and which sentence meets which demand.

use std::collections::BTreeMap;

use super::super::groups::{self, Standing};
use super::room::{Piece, cut, pieces, size};
use super::section::Shown;
use super::told::{Places, references};
use crate::demand::State;
use crate::engine::CaseReport;
use crate::evidence::Evidence;
use crate::facts::WorkspaceFacts;
use crate::gate::Gate;
use crate::verdict::Reference;
use crate::visible;

/// A line of the plan.
pub(super) struct PlanLine {
    pub(super) number: usize,
    pub(super) text: String,
    /// Codes of the rules that something was found by here, with what was found.
    pub(super) found: Vec<(&'static str, String)>,
}

/// A demand, and where the plan meets it.
pub(super) struct Covered {
    pub(super) code: &'static str,
    pub(super) state: &'static str,
    pub(super) class: &'static str,
    pub(super) asks: String,
    /// The line with a link to it where it is shown, or a remark.
    pub(super) line: Option<(Option<String>, usize)>,
    pub(super) remark: Option<String>,
}

/// The lines of what was left at `tasks_path`.
pub(super) fn lines(
    case: &CaseReport,
    evidence: &Evidence,
    shown: &Shown<'_>,
    wanted: &Places,
    room: usize,
) -> Vec<Piece<PlanLine>> {
    let workspace = WorkspaceFacts::new(evidence);
    let mut found = found(case, workspace.tasks_file);
    let text = workspace.tasks.text().unwrap_or_default();
    let lines = text.lines().zip(1..).map(|(text, number)| PlanLine {
        number,
        text: shown.line(text),
        found: found.remove(&number).unwrap_or_default(),
    });
    let size = |line: &PlanLine| {
        let found = line
            .found
            .iter()
            .map(|(_, message)| size(message, 60))
            .sum::<usize>();
        size(&line.text, 50) + found
    };
    pieces(lines.collect(), room, size, |line| {
        wanted.lines.contains(&line.number)
    })
}

/// What was found in which line of the plan.
fn found(case: &CaseReport, tasks_file: &str) -> BTreeMap<usize, Vec<(&'static str, String)>> {
    let mut found: BTreeMap<usize, Vec<(&'static str, String)>> = BTreeMap::new();
    for (rule, verdict) in &case.verdicts {
        if Standing::of(Gate::default(), rule, verdict, &case.known).is_none() {
            continue;
        }
        for reference in references(verdict) {
            let (Reference::Place { path, line, .. }
            | Reference::File {
                path,
                line: Some(line),
            }) = reference
            else {
                continue;
            };
            let here = found.entry(*line).or_default();
            if path == tasks_file && !here.iter().any(|(code, _)| *code == rule.code) {
                here.push((rule.code, cut(&visible::line(groups::message(verdict)))));
            }
        }
    }
    found
}

/// The demands, and how many there was no room for.
pub(super) fn coverage(
    case: &CaseReport,
    plan: &[Piece<PlanLine>],
    name: &str,
    room: usize,
) -> (Vec<Covered>, usize) {
    let is_shown = |number: usize| {
        let is_it =
            |piece: &Piece<PlanLine>| matches!(piece, Piece::Shown(line) if line.number == number);
        plan.iter().any(is_it)
    };
    let rows = case
        .coverage
        .iter()
        .filter(|row| row.state != State::NotAsked)
        .map(|row| Covered {
            code: row.code,
            state: row.state.word(),
            class: match row.state {
                State::Met | State::NotAsked => "good",
                State::Doubtful => "doubt",
                State::Violated => "bad",
            },
            asks: cut(&row.asks),
            line: row.passages.first().map(|passage| {
                let href = is_shown(passage.line).then(|| format!("#{name}/line-{}", passage.line));
                (href, passage.line)
            }),
            remark: row
                .remark
                .as_deref()
                .map(|remark| cut(&visible::line(remark))),
        });
    let size = |row: &Covered| {
        size(&row.asks, 150) + row.remark.as_deref().map_or(0, |text| size(text, 10))
    };
    let mut left = 0;
    let rows = pieces(rows.collect(), room, size, |row| row.class != "good");
    let rows = rows.into_iter().filter_map(|piece| match piece {
        Piece::Shown(row) => Some(row),
        Piece::Left(count) => {
            left += count;
            None
        }
    });
    (rows.collect(), left)
}
