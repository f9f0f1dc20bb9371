//! What stands at the head of the page: what all cases come to.

use super::super::groups::{self, Group, PENDING, Standing};
use super::super::totals::{counts, shard};
use super::super::{duration, text};
use super::section::{class_of, words};
use crate::engine::{CaseReport, Outcome, RunReport};
use crate::visible;

/// How many cases of a rule are linked.
const MOST_LINKS: usize = 40;

/// How many of the slowest are named.
const MOST_SLOW: usize = 5;

pub(super) struct Overview {
    pub(super) agent: String,
    pub(super) counts: String,
    pub(super) is_strict: bool,
    pub(super) root: Option<String>,
    pub(super) cost: Option<String>,
    pub(super) shard: Option<String>,
    pub(super) unjudged: Vec<Unjudged>,
    /// What failed, and what only is to be known, by rule.
    pub(super) rules: Vec<RuleRow>,
    pub(super) doubts: Vec<RuleRow>,
    pub(super) slowest: Vec<(Link, String)>,
    pub(super) cases: Vec<CaseRow>,
    pub(super) baseline: Vec<String>,
    /// How many cases have no section.
    pub(super) without_section: usize,
}

/// Where something leads, nowhere where that is empty, and what it is called.
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
}

/// Cases that were not judged for the same reason.
pub(super) struct Unjudged {
    pub(super) word: &'static str,
    pub(super) class: &'static str,
    pub(super) reason: String,
    pub(super) cases: Vec<Link>,
    pub(super) more: usize,
}

/// A rule and the cases in which it stands alike.
pub(super) struct RuleRow {
    pub(super) class: &'static str,
    pub(super) standing: &'static str,
    pub(super) code: &'static str,
    pub(super) slug: &'static str,
    pub(super) level: &'static str,
    pub(super) count: usize,
    pub(super) message: String,
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
    pub(super) fn new(report: &RunReport, names: &[String], told: &[usize]) -> Self {
        let groups = groups::of(report);
        let (doubts, rules): (Vec<&Group<'_>>, Vec<&Group<'_>>) = groups
            .iter()
            .partition(|group| group.standing == Standing::Doubt);
        let rows = |groups: Vec<&Group<'_>>| {
            let rows = groups
                .into_iter()
                .map(|group| rule_row(report, names, group));
            rows.collect()
        };
        Self {
            agent: report
                .cases
                .first()
                .map_or_else(String::new, |case| visible::line(&case.agent)),
            counts: counts(report),
            is_strict: report.gate.strict,
            root: report.root(),
            cost: report.usage().map(|usage| usage.to_string()),
            shard: shard(report),
            unjudged: unjudged(report, names),
            rules: rows(rules),
            doubts: rows(doubts),
            slowest: slowest(report, names),
            cases: report
                .cases
                .iter()
                .zip(names)
                .map(|(case, name)| case_row(report, case, name))
                .collect(),
            baseline: report
                .baseline_problems
                .iter()
                .map(|problem| visible::line(&problem.message()))
                .collect(),
            without_section: report.cases.len() - told.len(),
        }
    }
}

impl Overview {
    /// The outcomes that there are, which the filter chooses from.
    pub(super) fn outcomes(&self) -> Vec<&'static str> {
        let has = |word: &&str| self.cases.iter().any(|row| row.outcome == *word);
        Outcome::WORDS.into_iter().filter(has).collect()
    }
}

/// The link to a case, or to a rule in it.
fn link(report: &RunReport, names: &[String], case: &CaseReport, code: Option<&str>) -> Link {
    let at = report
        .cases
        .iter()
        .position(|other| std::ptr::eq(other, case));
    let name = at.and_then(|at| names.get(at)).map_or("", String::as_str);
    Link {
        href: match code {
            _ if name.is_empty() => String::new(),
            Some(code) => format!("#{name}/{code}"),
            None => format!("#{name}"),
        },
        text: visible::line(&case.name()),
    }
}

fn rule_row(report: &RunReport, names: &[String], group: &Group<'_>) -> RuleRow {
    let code = Some(group.rule.code);
    let cases = group.cases.iter().take(MOST_LINKS);
    RuleRow {
        class: class(group.standing),
        standing: group.standing.heading(),
        code: group.rule.code,
        slug: group.rule.slug,
        level: group.rule.level.word(),
        count: group.cases.len(),
        message: super::room::cut(&visible::line(group.message())),
        cases: cases
            .map(|(case, _)| link(report, names, case, code))
            .collect(),
        more: group.cases.len().saturating_sub(MOST_LINKS),
    }
}

/// How something that stands like this is shown.
pub(super) fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Failed | Standing::Untestable | Standing::Unseen => "bad",
        Standing::Warning => "warn",
        Standing::Known => "known",
        Standing::Doubt => "doubt",
    }
}

fn unjudged(report: &RunReport, names: &[String]) -> Vec<Unjudged> {
    let groups = groups::unjudged(report).into_iter();
    let groups = groups.map(|(word, reason, cases)| Unjudged {
        word,
        class: if word == PENDING { "dim" } else { "bad" },
        reason: super::room::cut(&visible::line(reason)),
        more: cases.len().saturating_sub(MOST_LINKS),
        cases: cases
            .into_iter()
            .take(MOST_LINKS)
            .map(|case| link(report, names, case, None))
            .collect(),
    });
    groups.collect()
}

fn slowest(report: &RunReport, names: &[String]) -> Vec<(Link, String)> {
    let timed = report
        .cases
        .iter()
        .filter_map(|case| Some((case, case.seconds?)));
    let mut timed: Vec<(&CaseReport, f64)> = timed.collect();
    timed.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let timed = timed.into_iter().take(MOST_SLOW);
    let told = timed.map(|(case, seconds)| (link(report, names, case, None), duration(seconds)));
    told.collect()
}

fn case_row(report: &RunReport, case: &CaseReport, name: &str) -> CaseRow {
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
        link: Link {
            href: if name.is_empty() {
                String::new()
            } else {
                format!("#{name}")
            },
            text: visible::line(&case.name()),
        },
        mark: text::mark(&case.outcome),
        outcome: case.outcome.word(),
        title: visible::line(&case.title),
        codes: codes.join(" "),
        took: case.seconds.map(duration).unwrap_or_default(),
    }
}
