//! What stands at the head of the page: what all cases come to.

use super::super::groups::{self, PENDING, Standing};
use super::super::rates;
use super::super::remarks::{self, Remark, Subject, Weight};
use super::super::totals::{counts, shard};
use super::super::{duration, text};
use super::grid::Grid;
use super::links::{Link, Links};
use super::marks::{class_of, words};
use super::room::{Room, cut, cut_to, size};
use crate::engine::{CaseOutcome, CaseReport, RunReport};
use crate::visible;

/// What the table of cases may take, in bytes.
const ROOM_OF_CASES: usize = 900_000;

/// What all else may take that is told of what was not judged, claimed and known.
const ROOM_OF_REMARKS: usize = 300_000;

/// How many cases of a reason are linked.
const MOST_LINKS: usize = 40;

/// How many of the slowest are named.
const MOST_SLOW: usize = 5;

/// Longest title in the table of cases, in characters.
const LONGEST_TITLE: usize = 200;

pub(super) struct Overview {
    pub(super) agent: String,
    pub(super) counts: String,
    pub(super) is_strict: bool,
    pub(super) root: Option<String>,
    pub(super) cost: Option<String>,
    pub(super) shard: Option<String>,
    pub(super) unjudged: Vec<Unjudged>,
    pub(super) grid: Grid,
    pub(super) slowest: Vec<(Link, String)>,
    pub(super) cases: Vec<CaseRow>,
    /// What came of the gates, and what they mean; empty where there are none.
    pub(super) gates: Told,
    pub(super) manner: &'static str,
    pub(super) baseline: Told,
    /// How many cases have neither a row nor a section.
    pub(super) left_out: usize,
    pub(super) count: usize,
}

/// What is said of the run as a whole on one subject.
pub(super) struct Told {
    pub(super) said: Vec<Said>,
    /// How much more is said, for which there is no room.
    pub(super) more: usize,
}

/// Something that is said of the run as a whole.
pub(super) struct Said {
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) about: String,
    pub(super) message: String,
}

impl Told {
    fn on(report: &RunReport, subject: Subject, room: &mut Room) -> Self {
        let all = remarks::on(report, subject);
        let (said, more) = room.first(all.iter().map(Said::of), |said| {
            size(&said.about, 150) + size(&said.message, 0)
        });
        Self { said, more }
    }
}

impl Said {
    fn of(remark: &Remark) -> Self {
        let (class, word) = match remark.weight {
            Weight::Fine => ("good", "✓ holds"),
            Weight::Open => ("warn", "? open"),
            Weight::Fails => ("bad", "✗ fails"),
            Weight::Unjudged => ("bad", "! not judged"),
        };
        Self {
            class,
            word,
            about: cut(&visible::line(&remark.about)),
            message: cut(&visible::line(&remark.message)),
        }
    }
}

/// Cases that were not judged for the same reason.
pub(super) struct Unjudged {
    pub(super) word: &'static str,
    pub(super) class: &'static str,
    pub(super) reason: String,
    pub(super) cases: Vec<Link>,
    pub(super) more: usize,
}

pub(super) struct CaseRow {
    pub(super) link: Link,
    pub(super) mark: char,
    pub(super) outcome: &'static str,
    pub(super) title: String,
    pub(super) codes: String,
    pub(super) words: String,
    pub(super) class: &'static str,
    pub(super) took: String,
}

impl Overview {
    /// `told` are the places of the cases that have a section.
    pub(super) fn new(report: &RunReport, links: &Links<'_>, told: &[usize]) -> Self {
        let mut remarks = Room::of(ROOM_OF_REMARKS);
        let mut rows = Room::of(ROOM_OF_CASES);
        let all = told.iter().map(|at| case_row(report, links, *at));
        let (cases, _) = rows.first(all, |row| {
            let twice = [&row.link.text, &row.link.href, &row.words, &row.title];
            let foreign = twice.iter().map(|text| size(text, 0)).sum::<usize>();
            foreign + row.codes.len() + 200
        });
        Self {
            agent: report
                .cases
                .first()
                .map_or_else(String::new, |case| remarks.line(&case.agent)),
            counts: counts(report),
            is_strict: report.gate.strict,
            root: report.root(),
            cost: report.usage().map(|usage| usage.to_string()),
            shard: shard(report),
            gates: Told::on(report, Subject::Gate, &mut remarks),
            manner: rates::manner(&report.claims),
            baseline: Told::on(report, Subject::Baseline, &mut remarks),
            unjudged: unjudged(report, links, &mut remarks),
            grid: Grid::new(report, links),
            slowest: slowest(report, links),
            left_out: report.cases.len() - cases.len(),
            count: report.cases.len(),
            cases,
        }
    }

    /// The outcomes that there are, which the filter chooses from.
    pub(super) fn outcomes(&self) -> Vec<&'static str> {
        let has = |word: &&str| self.cases.iter().any(|row| row.outcome == *word);
        CaseOutcome::WORDS.into_iter().filter(has).collect()
    }
}

fn unjudged(report: &RunReport, links: &Links<'_>, room: &mut Room) -> Vec<Unjudged> {
    let groups = groups::unjudged(report).into_iter();
    let groups = groups.map(|(word, reason, cases)| {
        let reason = room.line(reason);
        let all = cases.iter().take(MOST_LINKS);
        let all = all.map(|case| links.to_case(case));
        let (told, _) = room.first(all, |link| size(&link.text, 30) + size(&link.href, 0));
        Unjudged {
            word,
            class: if word == PENDING { "dim" } else { "bad" },
            reason,
            more: cases.len() - told.len(),
            cases: told,
        }
    });
    let groups: Vec<Unjudged> = groups.collect();
    // What there was no room for at all is among the counts.
    groups
        .into_iter()
        .filter(|group| !group.cases.is_empty())
        .collect()
}

fn slowest(report: &RunReport, links: &Links<'_>) -> Vec<(Link, String)> {
    let timed = report
        .cases
        .iter()
        .filter_map(|case| Some((case, case.seconds?)));
    let mut timed: Vec<(&CaseReport, f64)> = timed.collect();
    timed.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let timed = timed.into_iter().take(MOST_SLOW);
    let told = timed.map(|(case, seconds)| (links.to_case(case), duration(seconds)));
    told.collect()
}

fn case_row(report: &RunReport, links: &Links<'_>, at: usize) -> CaseRow {
    let case = &report.cases[at];
    let standing = |rule, verdict| Standing::of(report.gate, rule, verdict, &case.known);
    let codes = case.verdicts.iter().filter_map(|(rule, verdict)| {
        let standing = standing(*rule, verdict)?;
        (standing != Standing::Doubt && standing != Standing::Known).then_some(rule.code)
    });
    let codes: Vec<&str> = codes.collect();
    let told = case
        .verdicts
        .iter()
        .filter_map(|(rule, verdict)| standing(rule, verdict).map(|_| rule.code));
    CaseRow {
        words: words(case, told),
        class: class_of(&case.outcome),
        link: links.to(at),
        mark: text::mark(&case.outcome),
        outcome: case.outcome.word(),
        title: cut_to(&visible::line(&case.title), LONGEST_TITLE),
        codes: codes.join(" "),
        took: case.seconds.map(duration).unwrap_or_default(),
    }
}
