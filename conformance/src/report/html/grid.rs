//! Which rule stands how in which case: a row a rule, a column a case.
//!
//! Cases of which nothing is told share one column, so that hundreds of plays stay readable.

use std::collections::BTreeMap;

use super::super::groups::{self, Group, Standing};
use super::links::{Link, Links};
use super::marks::class;
use super::room::{Room, cut_to, size};
use crate::engine::{CaseReport, RunReport};
use crate::rules::Rule;
use crate::verdict::Verdict;

/// What all of it may take, in bytes.
const ROOM: usize = 900_000;

/// What the cases of which nothing is told may take of it, where they are named.
const ROOM_OF_WELL: usize = 150_000;

/// How much of what was found first is told of a rule, in characters.
const LONGEST_MESSAGE: usize = 300;

pub(super) struct Grid {
    /// The cases of which something is told.
    pub(super) columns: Vec<Link>,
    pub(super) parts: Vec<Part>,
    /// How many cases with findings there was no room for.
    pub(super) left_out: usize,
    /// How many cases were judged and have nothing to tell, and those of them that are named.
    pub(super) judged_well: usize,
    pub(super) well: Vec<Link>,
}

/// Rules under one heading.
pub(super) struct Part {
    pub(super) id: &'static str,
    pub(super) heading: &'static str,
    pub(super) rows: Vec<Row>,
}

/// A rule in all cases.
pub(super) struct Row {
    pub(super) class: &'static str,
    pub(super) code: &'static str,
    pub(super) slug: &'static str,
    pub(super) level: &'static str,
    pub(super) counts: String,
    pub(super) message: String,
    pub(super) cells: Vec<Cell>,
    /// How it stands in the cases of which nothing is told.
    pub(super) rest: String,
}

/// A rule in a case.
pub(super) struct Cell {
    pub(super) sign: Sign,
    /// Where it is told, nowhere where that is empty.
    pub(super) href: String,
}

/// How a rule may stand in a case: told by shape and word, and by colour besides.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) mark: &'static str,
    pub(super) word: &'static str,
    pub(super) means: &'static str,
    pub(super) class: &'static str,
}

const PASSED: Sign = sign("✓", "ok", "ok: kept", "good");
const UNNEEDED: Sign = sign("–", "n/a", "n/a: does not apply", "dim");
const UNSEEN: Sign = sign("·", "unseen", "unseen: nobody looked, by choice", "dim");

const fn sign(
    mark: &'static str,
    word: &'static str,
    means: &'static str,
    class: &'static str,
) -> Sign {
    Sign {
        mark,
        word,
        means,
        class,
    }
}

impl Sign {
    fn of(standing: Standing) -> Self {
        let (mark, word, means) = match standing {
            Standing::Failed => ("✗", "fails", "fails: a finding"),
            Standing::Untestable => (
                "∅",
                "untestable",
                "untestable: it applies, and cannot be told",
            ),
            Standing::Unseen => ("◌", "unseen", "unseen: nobody looked, and that counts"),
            Standing::Warning => ("▲", "warns", "warns: a finding that fails nothing"),
            Standing::Known => ("≈", "known", "known: the baseline lists it"),
            Standing::Doubt => ("?", "doubt", "doubt: nobody could be sure"),
        };
        sign(mark, word, means, class(standing))
    }

    /// How a verdict of which nothing is told stands.
    fn quiet(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Pass(_) => PASSED,
            Verdict::NotLookedAt(_) => UNSEEN,
            _ => UNNEEDED,
        }
    }
}

/// A case and how each rule stands in it, by code.
struct Column {
    /// Its place in the report.
    at: usize,
    signs: BTreeMap<&'static str, (Sign, bool)>,
}

impl Column {
    fn of(report: &RunReport, at: usize, case: &CaseReport) -> Self {
        let verdicts = case.verdicts.iter().map(|(rule, verdict)| {
            let standing = Standing::of(report.gate, rule, verdict, &case.known);
            let sign = standing.map_or_else(|| Sign::quiet(verdict), Sign::of);
            (rule.code, (sign, standing.is_some()))
        });
        Self {
            at,
            signs: verdicts.collect(),
        }
    }

    fn is_told(&self) -> bool {
        self.signs.values().any(|(_, is_told)| *is_told)
    }

    fn cell(&self, code: &str, links: &Links<'_>) -> Cell {
        match self.signs.get(code) {
            Some((sign, true)) => Cell {
                sign: *sign,
                href: links.to_rule(self.at, code),
            },
            Some((sign, false)) => Cell {
                sign: *sign,
                href: String::new(),
            },
            None => Cell {
                sign: UNNEEDED,
                href: String::new(),
            },
        }
    }
}

/// The parts of the page that have rows.
fn parts(findings: Vec<Row>, doubts: Vec<Row>) -> Vec<Part> {
    let parts = [
        ("findings", "What was found", findings),
        (
            "doubts",
            "In doubt: nobody could be sure, and these are no findings",
            doubts,
        ),
    ];
    let parts = parts.into_iter();
    parts
        .filter(|(_, _, rows)| !rows.is_empty())
        .map(|(id, heading, rows)| Part { id, heading, rows })
        .collect()
}

impl Grid {
    pub(super) fn new(report: &RunReport, links: &Links<'_>) -> Self {
        let groups = groups::of(report);
        let is_doubt = |group: &&Group<'_>| group.standing == Standing::Doubt;
        let (doubts, certain): (Vec<&Group<'_>>, Vec<&Group<'_>>) =
            groups.iter().partition(is_doubt);
        let certain = first_of_each(&certain, &[]);
        let doubts = first_of_each(&doubts, &certain);

        let judged = report.cases.iter().enumerate();
        let judged = judged.filter(|(_, case)| !case.verdicts.is_empty());
        let (told, well): (Vec<Column>, Vec<Column>) = judged
            .map(|(at, case)| Column::of(report, at, case))
            .partition(Column::is_told);
        let mut room = Room::of(ROOM - ROOM_OF_WELL);
        let rows = |room: &mut Room, groups: &[&Group<'_>]| -> Vec<Row> {
            let row = |group: &&Group<'_>| row(report, group, &well, room);
            groups.iter().map(row).collect()
        };
        let mut parts = parts(rows(&mut room, &certain), rows(&mut room, &doubts));

        let codes: Vec<&str> = parts
            .iter()
            .flat_map(|part| &part.rows)
            .map(|row| row.code)
            .collect();
        let columns = told.iter().map(|column| {
            let cells: Vec<Cell> = codes.iter().map(|code| column.cell(code, links)).collect();
            (links.to(column.at), cells)
        });
        let (columns, left_out) = room.first(columns, |(link, cells)| {
            let cells = cells.iter().map(|cell| size(&cell.href, 70));
            size(&link.text, 60) + size(&link.href, 0) + cells.sum::<usize>()
        });
        let (columns, mut cells): (Vec<Link>, Vec<_>) = columns
            .into_iter()
            .map(|(link, cells)| (link, cells.into_iter()))
            .unzip();
        for row in parts.iter_mut().flat_map(|part| &mut part.rows) {
            row.cells = cells.iter_mut().filter_map(Iterator::next).collect();
        }
        let all = well.iter().map(|column| links.to(column.at));
        let named = |link: &Link| size(&link.text, 20) + size(&link.href, 0);
        Self {
            columns,
            parts,
            left_out,
            judged_well: well.len(),
            well: Room::of(ROOM_OF_WELL).first(all, named).0,
        }
    }

    /// How many columns there are with that of the rules.
    pub(super) fn width(&self) -> usize {
        1 + self.columns.len() + usize::from(self.judged_well > 0)
    }

    /// The signs that there are, the worst first.
    pub(super) fn signs(&self) -> Vec<Sign> {
        let rows = self.parts.iter().flat_map(|part| &part.rows);
        let used: Vec<Sign> = rows
            .flat_map(|row| &row.cells)
            .map(|cell| cell.sign)
            .collect();
        let all = Standing::ALL.into_iter().map(Sign::of);
        let all = all.chain([PASSED, UNNEEDED, UNSEEN]);
        all.filter(|sign| used.contains(sign)).collect()
    }
}

/// The first group of each rule, without the rules of some others.
fn first_of_each<'g, 'r>(groups: &[&'g Group<'r>], without: &[&Group<'_>]) -> Vec<&'g Group<'r>> {
    let mut firsts: Vec<&'g Group<'r>> = Vec::new();
    for group in groups {
        let is_same = |other: &Group<'_>| other.rule.code == group.rule.code;
        if !firsts.iter().any(|other| is_same(other)) && !without.iter().any(|other| is_same(other))
        {
            firsts.push(group);
        }
    }
    firsts
}

/// The row of a rule, its cells still to come.
fn row(report: &RunReport, group: &Group<'_>, well: &[Column], room: &mut Room) -> Row {
    let rule = group.rule;
    Row {
        class: class(group.standing),
        code: rule.code,
        slug: rule.slug,
        level: rule.level.word(),
        counts: counts(report, rule),
        message: room.line(&cut_to(group.message(), LONGEST_MESSAGE)),
        cells: Vec::new(),
        rest: rest(rule, well),
    }
}

/// In how many cases a rule stands how, of those that tell something of it.
fn counts(report: &RunReport, rule: &Rule) -> String {
    let verdicts = report.cases.iter().flat_map(|case| {
        let own = case
            .verdicts
            .iter()
            .filter(|(own, _)| own.code == rule.code);
        own.filter_map(|(own, verdict)| Standing::of(report.gate, own, verdict, &case.known))
    });
    let mut counts: BTreeMap<Standing, usize> = BTreeMap::new();
    for standing in verdicts {
        *counts.entry(standing).or_default() += 1;
    }
    let told: Vec<String> = counts
        .into_iter()
        .map(|(standing, count)| format!("{} x {count}", Sign::of(standing).word))
        .collect();
    told.join(", ")
}

/// How a rule stands where nothing is told.
fn rest(rule: &Rule, well: &[Column]) -> String {
    let told = [PASSED, UNNEEDED, UNSEEN].into_iter().filter_map(|sign| {
        let is_it = |column: &&Column| {
            let own = column.signs.get(rule.code);
            own.map_or(UNNEEDED, |(own, _)| *own) == sign
        };
        let count = well.iter().filter(is_it).count();
        (count > 0).then(|| format!("{} {count} {}", sign.mark, sign.word))
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The word for how something stands.
pub(super) fn word(standing: Standing) -> &'static str {
    Sign::of(standing).word
}
