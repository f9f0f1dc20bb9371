//! A play beside its control: in what the verdicts, and in what the requests differ.

use std::collections::BTreeMap;

use super::super::groups::{self, Standing};
use super::links::{Link, Links};
use super::room::{Room, cut_to, size};
use super::shown::Shown;
use crate::engine::{CaseReport, RunReport};
use crate::evidence::Evidence;
use crate::verdict::{Verdict, outcome_in_words};
use crate::visible;

/// How many requests of a play are compared.
const MOST_REQUESTS: usize = 200;

/// How much of a text is told on either side, in characters.
const LONGEST: usize = 200;

/// Two plays, side by side.
pub(super) struct Beside {
    pub(super) control: Link,
    /// What each is as a whole.
    pub(super) wholes: Vec<(&'static str, String, String)>,
    /// Verdicts of which something is told on one side at least, and how they stand on either.
    pub(super) verdicts: Vec<(&'static str, Side, Side)>,
    /// Of how many more it is.
    pub(super) verdicts_left: usize,
    /// Other verdicts that differ, by how: the words on either side, and the codes.
    pub(super) shifts: Vec<(&'static str, &'static str, String)>,
    pub(super) requests: Vec<Pair>,
    pub(super) requests_left: usize,
    /// Of how many requests at most each play has its first compared, where one has more.
    pub(super) bound: Option<usize>,
}

/// How a rule stands in one of two plays.
pub(super) struct Side {
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// Requests side by side.
pub(super) enum Pair {
    /// So many in a row are the same on both sides, with the same answers.
    Alike(usize),
    /// These stand on one side only, or have other answers.
    Differs(Option<Sent>, Option<Sent>),
}

/// A request with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) what: String,
    pub(super) outcome: String,
}

/// What a play sent, as far as it is compared, and what it left.
#[derive(Debug, Clone, Default)]
pub(super) struct Gist {
    sent: Vec<Sent>,
    requests: usize,
}

impl Gist {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let shown = Shown::of(evidence, "");
        let line = |text: &str| cut_to(&shown.line(text), LONGEST);
        let journal = evidence.journal.iter().take(MOST_REQUESTS);
        let sent = journal.map(|exchange| Sent {
            what: line(&format!("{} {}", exchange.method, exchange.path)),
            outcome: line(&outcome_in_words(exchange)),
        });
        Self {
            sent: sent.collect(),
            requests: evidence.journal.len(),
        }
    }
}

/// The place of a case's control in the report, where it was played and judged.
pub(super) fn control(report: &RunReport, case: &CaseReport) -> Option<usize> {
    let twin = case.twin.as_deref()?;
    let is_twin = |other: &CaseReport| {
        other.id == twin && other.repetition == case.repetition && !other.verdicts.is_empty()
    };
    report.cases.iter().position(is_twin)
}

/// A play and its control.
#[derive(Clone, Copy)]
pub(super) struct Compared<'r> {
    pub(super) report: &'r RunReport,
    pub(super) links: &'r Links<'r>,
    /// Their places in the report, and what they sent.
    pub(super) own: (usize, &'r Gist),
    pub(super) control: (usize, &'r Gist),
}

impl Compared<'_> {
    /// In what they differ, as far as there is room.
    pub(super) fn told(self, room: &mut Room) -> Beside {
        let (at, gist) = self.own;
        let (of_control, control_gist) = self.control;
        let cases = &self.report.cases;
        let (own, other) = (&cases[at], &cases[of_control]);
        let mut line = |text: &str| room.line(&cut_to(text, LONGEST));
        let mut whole = |name, left: &str, right: &str| (name, line(left), line(right));
        let (sent, of_other) = (gist.requests.to_string(), control_gist.requests.to_string());
        let wholes = vec![
            whole("Outcome", own.outcome.word(), other.outcome.word()),
            whole("Begins", &own.preflight, &other.preflight),
            whole("Ends", &ended(own), &ended(other)),
            whole("Requests", &sent, &of_other),
        ];
        let (told, shifts) = verdicts(self.report, own, other);
        let (verdicts, verdicts_left) = room.first(told, |(_, left, right)| {
            size(&left.text, 110) + size(&right.text, 0)
        });
        let (shifts, _) = room.first(shifts, |(_, _, codes)| codes.len() + 160);
        let pairs = pairs(&gist.sent, &control_gist.sent);
        let (requests, requests_left) = room.first(pairs, Pair::size);
        let is_long = |gist: &&Gist| gist.requests > MOST_REQUESTS;
        Beside {
            control: self.links.to(of_control),
            wholes,
            verdicts,
            verdicts_left,
            shifts,
            requests,
            requests_left,
            bound: [gist, control_gist]
                .iter()
                .any(is_long)
                .then_some(MOST_REQUESTS),
        }
    }
}

fn ended(case: &CaseReport) -> String {
    format!("the agent {}", case.ending)
}

impl Pair {
    fn size(&self) -> usize {
        let of = |sent: &Option<Sent>| {
            let texts = sent.iter().flat_map(|own| [&own.what, &own.outcome]);
            texts.map(|text| size(text, 30)).sum::<usize>()
        };
        match self {
            Self::Alike(_) => 80,
            Self::Differs(own, other) => 60 + of(own) + of(other),
        }
    }
}

type Told = Vec<(&'static str, Side, Side)>;
type Shifts = Vec<(&'static str, &'static str, String)>;

/// Verdicts that differ: those of which something is told one by one, the others by how they differ.
fn verdicts(report: &RunReport, own: &CaseReport, other: &CaseReport) -> (Told, Shifts) {
    let others: BTreeMap<&str, &Verdict> = other
        .verdicts
        .iter()
        .map(|(rule, verdict)| (rule.code, verdict))
        .collect();
    let mut told = Vec::new();
    let mut shifts: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (rule, verdict) in &own.verdicts {
        let Some(counterpart) = others.get(rule.code) else {
            continue;
        };
        let standing = Standing::of(report.gate, rule, verdict, &own.known);
        let of_other = Standing::of(report.gate, rule, counterpart, &other.known);
        if standing.is_some() || of_other.is_some() {
            let left = side(verdict, standing);
            let right = side(counterpart, of_other);
            if left.text != right.text {
                told.push((rule.code, left, right));
            }
        } else if verdict.word() != counterpart.word() {
            let how = (word(verdict), word(counterpart));
            shifts.entry(how).or_default().push(rule.code);
        }
    }
    let shifts = shifts.into_iter();
    let shifts = shifts.map(|((left, right), codes)| (left, right, codes.join(" ")));
    (told, shifts.collect())
}

fn side(verdict: &Verdict, standing: Option<Standing>) -> Side {
    let Some(standing) = standing else {
        return Side {
            class: "dim",
            text: word(verdict).to_owned(),
        };
    };
    let message = cut_to(&visible::line(groups::message(verdict)), LONGEST);
    Side {
        class: super::marks::class(standing),
        text: format!("{}: {message}", super::grid::word(standing)),
    }
}

/// A verdict of which nothing is told.
fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pass(_) => "kept",
        Verdict::NotApplicable(_) => "does not apply",
        Verdict::NotLookedAt(_) => "not looked at",
        Verdict::Fail(_) => "violated",
        Verdict::Doubtful(_) => "in doubt",
        Verdict::Untestable(_) => "untestable",
    }
}

/// Requests side by side, so that as many as possible stand beside the same.
fn pairs(own: &[Sent], other: &[Sent]) -> Vec<Pair> {
    // How many requests the rest of either side has in common.
    let mut common = vec![vec![0_usize; other.len() + 1]; own.len() + 1];
    for (at, left) in own.iter().enumerate().rev() {
        for (beside, right) in other.iter().enumerate().rev() {
            common[at][beside] = if left.what == right.what {
                common[at + 1][beside + 1] + 1
            } else {
                common[at + 1][beside].max(common[at][beside + 1])
            };
        }
    }
    let (mut at, mut beside) = (0, 0);
    let mut pairs: Vec<Pair> = Vec::new();
    while at < own.len() || beside < other.len() {
        let (left, right) = (own.get(at), other.get(beside));
        let (left, right) = match (left, right) {
            (Some(left), Some(right)) if left.what == right.what => (Some(left), Some(right)),
            (Some(left), Some(_)) if common[at + 1][beside] >= common[at][beside + 1] => {
                (Some(left), None)
            }
            (_, Some(right)) => (None, Some(right)),
            (left, None) => (left, None),
        };
        at += usize::from(left.is_some());
        beside += usize::from(right.is_some());
        match (left == right, pairs.last_mut()) {
            (true, Some(Pair::Alike(count))) => *count += 1,
            (true, _) => pairs.push(Pair::Alike(1)),
            (false, _) => pairs.push(Pair::Differs(left.cloned(), right.cloned())),
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(requests: &[(&str, &str)]) -> Vec<Sent> {
        let all = requests.iter().map(|(what, outcome)| Sent {
            what: (*what).to_owned(),
            outcome: (*outcome).to_owned(),
        });
        all.collect()
    }

    /// In short: `=N` for so many alike, `<` and `>` for what stands on one side only, `!` for other answers.
    fn told(own: &[(&str, &str)], other: &[(&str, &str)]) -> String {
        let pairs = pairs(&sent(own), &sent(other));
        let words = pairs.iter().map(|pair| match pair {
            Pair::Alike(count) => format!("={count}"),
            Pair::Differs(Some(left), None) => format!("<{}", left.what),
            Pair::Differs(None, Some(right)) => format!(">{}", right.what),
            Pair::Differs(left, _) => format!("!{}", left.as_ref().unwrap().what),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_same_requests_stand_beside_each_other() {
        let (docs, health) = (("docs", "200"), ("health", "200"));
        assert_eq!(told(&[docs, health], &[docs, health]), "=2");
        assert_eq!(told(&[("docs", "503")], &[docs, health]), "!docs >health");
        assert_eq!(told(&[health], &[docs, health, docs]), ">docs =1 >docs");
        assert_eq!(
            told(&[docs, ("other", "200"), health], &[docs, health]),
            "=1 <other =1"
        );
        assert_eq!(told(&[], &[docs]), ">docs");
        assert_eq!(told(&[docs], &[]), "<docs");
    }
}
