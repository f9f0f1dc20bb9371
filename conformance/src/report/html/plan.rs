//! The plan of a case, with findings at their lines, and which sentence meets which demand.

use std::collections::BTreeMap;

use super::room::{Piece, Room, cut, pieces, size};
use super::shown::Shown;
use super::told::Places;
use crate::demand::State;
use crate::engine::CaseReport;
use crate::evidence::Evidence;
use crate::facts::WorkspaceFacts;
use crate::verdict::{Reference, Verdict};
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
    room: &mut Room,
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
        size(&line.text, 80 + shown.name.len()) + found
    };
    pieces(lines.collect(), room, size, |line| {
        wanted.lines.contains(&line.number)
    })
}

/// What was found in which line of the plan: a rule may find several things, and each stands where it is.
fn found(case: &CaseReport, tasks_file: &str) -> BTreeMap<usize, Vec<(&'static str, String)>> {
    let mut found: BTreeMap<usize, Vec<(&'static str, String)>> = BTreeMap::new();
    for (rule, verdict) in &case.verdicts {
        for (message, places) in remarks(verdict) {
            let lines = places.into_iter().filter_map(|place| match place {
                Reference::Place { path, line, .. }
                | Reference::File {
                    path,
                    line: Some(line),
                } => (path == tasks_file).then_some(*line),
                _ => None,
            });
            for line in lines {
                let here = found.entry(line).or_default();
                let remark = (rule.code, cut(&visible::line(message)));
                if !here.contains(&remark) {
                    here.push(remark);
                }
            }
        }
    }
    found
}

/// What was found or is in doubt, each with the places where it shows.
fn remarks(verdict: &Verdict) -> Vec<(&str, Vec<&Reference>)> {
    match verdict {
        Verdict::Fail(findings) => findings
            .iter()
            .map(|own| (own.message.as_str(), own.evidence.iter().collect()))
            .collect(),
        Verdict::Doubtful(doubts) => doubts
            .iter()
            .map(|own| {
                let nearest = own.nearest.iter().map(|nearest| &nearest.at);
                (
                    own.question.as_str(),
                    nearest.chain(&own.evidence).collect(),
                )
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The demands, and how many there was no room for.
pub(super) fn coverage(
    case: &CaseReport,
    plan: &[Piece<PlanLine>],
    name: &str,
    room: &mut Room,
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
        size(&row.asks, 180 + name.len()) + row.remark.as_deref().map_or(0, |text| size(text, 10))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::format_tests;
    use crate::verdict::Finding;

    #[test]
    fn each_finding_stands_at_its_own_lines() {
        let mut case = format_tests::report().cases.remove(0);
        let at = |line| vec![Reference::line("tasks.md", line)];
        let findings = vec![
            Finding::new("one", at(16)),
            Finding::new("other", at(23)),
            Finding::new("third", at(23)),
        ];
        let rule = crate::rules::find("PLN009").unwrap();
        case.verdicts = vec![(rule, Verdict::Fail(findings))];
        let found = found(&case, "tasks.md");
        let told = |line: usize| -> Vec<&str> {
            found[&line]
                .iter()
                .map(|(_, message)| message.as_str())
                .collect()
        };
        assert_eq!((told(16), told(23)), (vec!["one"], vec!["other", "third"]));
    }
}
