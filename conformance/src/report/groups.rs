//! What was found, by rule: one line for what befell many cases.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::engine::{CaseOutcome, CaseReport, RunReport};
use crate::gate::{Gate, Known, Severity};
use crate::rules::{self, Rule};
use crate::verdict::Verdict;
use crate::visible;

/// How many cases are named.
const MOST_NAMES: usize = 3;

/// What a verdict that is not fine comes to, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// It fails a case.
    Failed,
    /// The rule applies and could not be tested.
    Untestable,
    /// Nobody looked, and that counts.
    Unseen,
    /// It is told, and would fail a case if it were judged strictly.
    Warning,
    /// The baseline lists it.
    Known,
    /// Nobody could be sure.
    Doubt,
}

impl Standing {
    /// All of them, in order.
    pub(super) const ALL: [Self; 6] = [
        Self::Failed,
        Self::Untestable,
        Self::Unseen,
        Self::Warning,
        Self::Known,
        Self::Doubt,
    ];

    /// What a verdict comes to, where it is not fine.
    pub(super) fn of(gate: Gate, rule: &Rule, verdict: &Verdict, known: &Known) -> Option<Self> {
        match gate.weigh(rule, verdict, known) {
            Severity::Fine => None,
            Severity::Known => Some(Self::Known),
            Severity::Doubt => Some(Self::Doubt),
            Severity::Warning => Some(Self::Warning),
            Severity::Error => Some(match verdict {
                Verdict::Untestable(_) => Self::Untestable,
                Verdict::NotLookedAt(_) => Self::Unseen,
                _ => Self::Failed,
            }),
        }
    }

    /// As a heading.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Untestable => "could not be tested",
            Self::Unseen => "not looked at, which --strict counts as an error",
            Self::Warning => "warnings",
            Self::Known => "known, as the baseline says",
            Self::Doubt => "in doubt",
        }
    }
}

/// One rule that stands alike in some cases.
#[derive(Debug)]
pub(super) struct Group<'r> {
    pub(super) standing: Standing,
    pub(super) rule: &'static Rule,
    /// The cases with what was found in them, one at least.
    pub(super) cases: Vec<(&'r CaseReport, &'r Verdict)>,
}

impl Group<'_> {
    /// The names of its cases, most of them counted only.
    pub(super) fn names(&self) -> String {
        names(self.cases.iter().map(|(case, _)| case.name()))
    }

    /// What was found first.
    pub(super) fn message(&self) -> &str {
        self.cases
            .first()
            .map_or("", |(_, verdict)| message(verdict))
    }
}

/// What a verdict says first.
pub(super) fn message(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Pass(_) => "",
        Verdict::Fail(findings) => findings.first().map_or("", |finding| &finding.message),
        Verdict::Doubtful(doubts) => doubts.first().map_or("", |doubt| &doubt.question),
        Verdict::NotApplicable(why) | Verdict::NotLookedAt(why) | Verdict::Untestable(why) => why,
    }
}

/// All that is not fine, the worst first, then what befell most cases.
pub(super) fn of(report: &RunReport) -> Vec<Group<'_>> {
    let ranks: BTreeMap<&str, usize> = rules::all().map(|rule| rule.code).zip(0..).collect();
    let mut groups: BTreeMap<(Standing, usize), Group<'_>> = BTreeMap::new();
    for case in &report.cases {
        for (rule, verdict) in &case.verdicts {
            let Some(standing) = Standing::of(report.gate, rule, verdict, &case.known) else {
                continue;
            };
            let rank = ranks.get(rule.code).copied().unwrap_or(usize::MAX);
            let group = groups.entry((standing, rank)).or_insert_with(|| Group {
                standing,
                rule,
                cases: Vec::new(),
            });
            group.cases.push((case, verdict));
        }
    }
    let mut groups: Vec<Group<'_>> = groups.into_values().collect();
    groups.sort_by_key(|group| (group.standing, Reverse(group.cases.len())));
    groups
}

/// The word of what another shard decides, which is nothing wrong.
pub(super) const PENDING: &str = "control-pending";

/// Whether a case's turn never came.
pub(super) fn is_unplayed(case: &CaseReport) -> bool {
    matches!(
        case.outcome,
        CaseOutcome::NotPlayed(_) | CaseOutcome::Spared(_)
    )
}

/// The cases that were not judged, by outcome and reason, in the order of outcomes.
pub(super) fn unjudged(report: &RunReport) -> Vec<(&'static str, &str, Vec<&CaseReport>)> {
    let rank = |word| CaseOutcome::WORDS.iter().position(|other| *other == word);
    let mut groups: BTreeMap<_, Vec<&CaseReport>> = BTreeMap::new();
    for case in &report.cases {
        if let Some(reason) = case.outcome.reason() {
            let word = case.outcome.word();
            groups
                .entry((rank(word), word, reason))
                .or_default()
                .push(case);
        }
    }
    let groups = groups.into_iter();
    groups
        .map(|((_, word, reason), cases)| (word, reason, cases))
        .collect()
}

/// The first names, and how many more there are.
pub(super) fn names(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(MOST_NAMES);
    let told: Vec<String> = names
        .take(MOST_NAMES)
        .map(|name| visible::line(&name))
        .collect();
    let told = told.join(", ");
    match more {
        0 => told,
        _ => format!("{told} and {more} more"),
    }
}

/// All of it for people, with an empty line ahead where something stands above. Of a single case that would
/// be the same once more.
pub(super) fn push(text: &mut String, report: &RunReport, has_cases: bool) {
    if report.cases.len() == 1 {
        return;
    }
    let mut is_apart = !has_cases;
    let mut heading = |text: &mut String, words: &str| {
        if !is_apart {
            text.push('\n');
        }
        is_apart = true;
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "{words}:");
    };
    let unjudged = unjudged(report);
    if !unjudged.is_empty() {
        heading(text, "not judged");
    }
    for (word, reason, cases) in unjudged {
        let (count, names) = (cases.len(), names(cases.iter().map(|case| case.name())));
        let _ = writeln!(
            text,
            "  {word} x {count}: {}, in {names}",
            visible::line(reason)
        );
    }
    let groups = of(report);
    for standing in Standing::ALL {
        let mut own = groups
            .iter()
            .filter(|group| group.standing == standing)
            .peekable();
        if own.peek().is_some() {
            heading(text, standing.heading());
        }
        for group in own {
            let (rule, count, names) = (group.rule, group.cases.len(), group.names());
            let _ = writeln!(text, "  {} x {count}: {}, in {names}", rule.code, rule.slug);
        }
    }
}
