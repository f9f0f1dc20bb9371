//! What is told of one case: its verdicts, and what of its evidence shows them.

use std::collections::BTreeSet;

use askama::Template;

use super::super::groups::Standing;
use super::super::{duration, text};
use super::observed::{self, Exec, Line, Request, Run};
use super::overview::{Link, class};
use super::plan::{self, Covered, PlanLine};
use super::room::{Piece, cut};
use super::told::{Places, Told, entries, wanted};
use crate::engine::{CaseReport, Control, Outcome, RunReport};
use crate::evidence::Evidence;
use crate::redact;
use crate::verdict::Verdict;
use crate::visible;

#[derive(Template)]
#[template(path = "section.html")]
pub(super) struct Section {
    name: String,
    title: String,
    text: String,
    /// What the filter looks through.
    words: String,
    class: &'static str,
    mark: char,
    outcome: &'static str,
    is_open: bool,
    reason: Option<String>,
    how: Vec<String>,
    control: Option<(Link, &'static str)>,
    notes: Vec<String>,
    verdicts: Vec<Told>,
    passed: Vec<&'static str>,
    counts: String,
    tasks_file: String,
    plan: Vec<Piece<PlanLine>>,
    coverage: Vec<Covered>,
    coverage_left: usize,
    requests: Vec<Piece<Request>>,
    capacity: Option<String>,
    runs: Vec<Piece<Run>>,
    execs: Vec<Piece<Exec>>,
    transcript: Vec<Piece<Line>>,
    changes: Vec<Piece<String>>,
}

/// Makes texts of evidence fit to be shown: without the case's token, and with what steers made visible.
pub(super) struct Shown<'a> {
    token: &'a str,
}

impl Shown<'_> {
    pub(super) fn line(&self, text: &str) -> String {
        cut(&visible::line(&redact::masked(text.to_owned(), self.token)))
    }
}

impl Section {
    pub(super) fn new(
        report: &RunReport,
        names: &[String],
        at: usize,
        evidence: Option<&Evidence>,
        room: usize,
    ) -> Self {
        let case = &report.cases[at];
        let name = names.get(at).cloned().unwrap_or_default();
        let tasks_file = evidence.map_or("", |evidence| evidence.record.tasks_file.as_str());
        let standing = |rule, verdict| Standing::of(report.gate, rule, verdict, &case.known);
        let told = case.verdicts.iter().map(|(rule, verdict)| (*rule, verdict));
        let told: Vec<_> = told
            .filter_map(|(rule, verdict)| Some((standing(rule, verdict)?, rule, verdict)))
            .collect();
        let wanted = wanted(told.iter().map(|(_, _, verdict)| *verdict), tasks_file);
        let mut section = Self {
            title: cut(&visible::line(&case.title)),
            text: visible::line(&case.name()),
            words: words(case, told.iter().map(|(_, rule, _)| rule.code)),
            class: class_of(&case.outcome),
            mark: text::mark(&case.outcome),
            outcome: case.outcome.word(),
            is_open: report.cases.len() == 1,
            reason: case
                .outcome
                .reason()
                .map(|reason| cut(&visible::line(reason))),
            how: how(case),
            control: control(report, names, case),
            notes: case
                .notes
                .iter()
                .map(|note| cut(&visible::line(note)))
                .collect(),
            verdicts: Vec::new(),
            passed: passed(case),
            counts: text::tally(case, super::super::Detail::Everything),
            tasks_file: visible::line(tasks_file),
            plan: Vec::new(),
            coverage: Vec::new(),
            coverage_left: 0,
            requests: Vec::new(),
            capacity: None,
            runs: Vec::new(),
            execs: Vec::new(),
            transcript: Vec::new(),
            changes: Vec::new(),
            name,
        };
        if let Some(evidence) = evidence {
            section.observe(case, evidence, &wanted, room);
        }
        let shown = section.shown();
        let mut left = room / 3;
        for (standing, rule, verdict) in told {
            let (entries, left_out) =
                entries(verdict, &section.name, tasks_file, &shown, &mut left);
            section.verdicts.push(Told {
                code: rule.code,
                slug: rule.slug,
                level: case.known.level(rule).word(),
                class: class(standing),
                standing: standing.heading(),
                entries,
                left_out,
            });
        }
        section
    }

    /// Adds what was observed.
    fn observe(&mut self, case: &CaseReport, evidence: &Evidence, wanted: &Places, room: usize) {
        let token = evidence
            .record
            .case
            .auth_token
            .as_deref()
            .unwrap_or_default();
        let shown = Shown { token };
        self.plan = plan::lines(case, evidence, &shown, wanted, room / 4);
        (self.coverage, self.coverage_left) =
            plan::coverage(case, &self.plan, &self.name, room / 10);
        self.requests = observed::requests(evidence, &shown, wanted, room / 6);
        self.capacity = observed::capacity(evidence);
        self.runs = observed::runs(evidence, &shown, room / 20);
        self.execs = observed::execs(evidence, &shown, wanted, room / 20);
        self.transcript = observed::transcript(evidence, &shown, wanted, room / 20);
        self.changes = observed::changes(evidence, &shown, room / 40);
    }
}

impl Section {
    /// What of the evidence is shown, so that a place can lead to it.
    fn shown(&self) -> Places {
        fn of<T, K: Ord>(pieces: &[Piece<T>], key: impl Fn(&T) -> K) -> BTreeSet<K> {
            let shown = pieces.iter().filter_map(|piece| match piece {
                Piece::Shown(item) => Some(key(item)),
                Piece::Left(_) => None,
            });
            shown.collect()
        }
        Places {
            requests: of(&self.requests, |request| request.seq),
            execs: of(&self.execs, |exec| exec.seq),
            lines: of(&self.plan, |line| line.number),
            transcript: of(&self.transcript, |line| line.number),
        }
    }
}

/// What is looked through for a case: its name, its title, and codes of rules.
pub(super) fn words<'c>(case: &CaseReport, codes: impl Iterator<Item = &'c str>) -> String {
    let codes: Vec<&str> = codes.collect();
    let words = format!("{} {} {}", case.name(), case.title, codes.join(" "));
    cut(&visible::line(&words.to_lowercase()))
}

/// How an outcome is shown.
pub(super) fn class_of(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Conformant => "good",
        Outcome::NonConformant => "bad",
        Outcome::ControlPending(_) | Outcome::NotPlayed(_) | Outcome::Spared(_) => "dim",
        Outcome::CouldNotRun(_) | Outcome::HarnessError(_) | Outcome::CutShort(_) => "warn",
    }
}

/// How it went, in a few words each.
fn how(case: &CaseReport) -> Vec<String> {
    let mut how = vec![cut(&visible::line(&case.preflight))];
    if !case.ending.is_empty() {
        how.push(format!("the agent {}", cut(&visible::line(&case.ending))));
    }
    how.extend(
        case.seconds
            .map(|seconds| format!("it took {}", duration(seconds))),
    );
    how.extend(case.usage.map(|usage| format!("it cost {usage}")));
    let root = case.seal.as_ref().and_then(|seal| seal.root());
    how.extend(root.map(|root| format!("sealed, root {root}")));
    how
}

/// The healthy twin, and what it says.
fn control(
    report: &RunReport,
    names: &[String],
    case: &CaseReport,
) -> Option<(Link, &'static str)> {
    let said = match case.control? {
        Control::Proceeded => "there the same agent went to work",
        Control::Failed => {
            "there the same agent did not go to work, so that an abort does not count"
        }
        Control::Other => "it was not played; in another case the agent went to work",
        Control::Missing => "it was not played, and nothing shows that the agent ever goes to work",
        Control::Pending => "another shard tells whether the agent goes to work; `merge` decides",
    };
    let twin = case.twin.as_deref()?;
    let is_twin = |other: &CaseReport| other.id == twin && other.repetition == case.repetition;
    let at = report.cases.iter().position(is_twin);
    let name = at.and_then(|at| names.get(at));
    let name = name.filter(|name| !name.is_empty());
    let href = name.map(|name| format!("#{name}"));
    let link = Link {
        href: href.unwrap_or_default(),
        text: visible::line(twin),
    };
    Some((link, said))
}

fn passed(case: &CaseReport) -> Vec<&'static str> {
    let passed = case
        .verdicts
        .iter()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Pass(_)));
    passed.map(|(rule, _)| rule.code).collect()
}
