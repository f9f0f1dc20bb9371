//! The end of a report for people: what all cases come to.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::engine::{CaseOutcome, CaseReport, Control, RunReport};
use crate::evidence::Seal;
use crate::gate::Doubts;
use crate::selection::LeftOut;
use crate::verdict::Verdict;
use crate::visible;

/// How many cases came to what, and what holds for all of them.
pub(super) fn push(text: &mut String, report: &RunReport) {
    if report.cases.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", counts(report));
    if report.is_interrupted() {
        text.push_str("the run was interrupted, so that this is no verdict on the whole\n");
    }
    if report.is_stopped() {
        let what = match report.elsewhere.shard {
            Some(_) => "`--resume` plays the rest",
            None => "`--last-failed` plays what failed and the rest",
        };
        let _ = writeln!(text, "the run was stopped before its end; {what}");
    }
    if let Some(shard) = shard(report) {
        let _ = writeln!(text, "{shard}");
    }
    if let Some(usage) = report.usage() {
        let plays = report.plays(|case| case.usage.is_some());
        let word = plural(plays, "play", "plays");
        let _ = writeln!(text, "cost of {plays} {word}: {usage}");
    }
    push_control(text, report);
    push_apart(text, report);
    push_seal(text, report);
    for problem in &report.baseline_problems {
        let _ = writeln!(text, "baseline: {}", problem.message());
    }
}

/// Which part of a run this is, where it is one.
pub(super) fn shard(report: &RunReport) -> Option<String> {
    let (shard, shards) = report.elsewhere.shard?;
    let (own, others) = (report.plays(|_| true), report.elsewhere.plays.len());
    let all = own + others;
    let pending = match report.pending() {
        0 => String::new(),
        count => format!(
            "; {count} here {} its control there",
            plural(count, "has", "have")
        ),
    };
    Some(format!(
        "shard {shard}/{shards}: {own} of {all} {} here, {others} in other shards, and `merge` judges the \
         whole{pending}",
        plural(own, "plays is", "plays are")
    ))
}

/// What a run comes to in one line, behind what is wrong with its baseline.
pub fn summary(report: &RunReport) -> String {
    let mut text = String::new();
    for problem in &report.baseline_problems {
        let _ = writeln!(text, "baseline: {}", problem.message());
    }
    let claims = report.claims.claims.iter();
    let claims: Vec<String> = claims
        .map(|claim| format!("{} {}", claim.claim, claim.standing.word()))
        .collect();
    let gates = if claims.is_empty() {
        String::new()
    } else {
        format!("; gates: {}", claims.join(", "))
    };
    let counts = if report.cases.is_empty() {
        "no case was played".to_owned()
    } else {
        counts(report)
    };
    let _ = writeln!(text, "{counts}{gates}");
    visible::text(&text)
}

/// How many outcomes of each kind there are, and of how many plays where that is another number.
pub(super) fn counts(report: &RunReport) -> String {
    let (outcomes, plays) = (report.cases.len(), report.plays(|_| true));
    let of = if outcomes == plays {
        String::new()
    } else {
        format!(
            "{outcomes} outcomes of {plays} {}: ",
            plural(plays, "play", "plays")
        )
    };
    let mut parts = Vec::new();
    for word in CaseOutcome::WORDS {
        let cases = report.cases.iter();
        let of_word = cases.filter(|case| case.outcome.word() == word);
        // What is conformant only because of what the baseline excuses is no agent's credit.
        let (known, own): (Vec<_>, Vec<_>) = of_word
            .partition(|case| case.outcome == CaseOutcome::Conformant && !case.known.is_empty());
        for (count, word) in [(own.len(), word), (known.len(), "known")] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
    }
    of + &parts.join(", ")
}

/// What stands for all evidence, or why nothing does.
fn push_seal(text: &mut String, report: &RunReport) {
    if let Some(root) = report.root() {
        let _ = writeln!(text, "sealed, root {root}");
    }
    let is_unsealed = |case: &CaseReport| matches!(case.seal, Some(Seal::Unsealed { .. }));
    let unsealed = report.plays(is_unsealed);
    if unsealed > 0 {
        let plays = plural(unsealed, "play is", "plays are");
        let _ = writeln!(
            text,
            "{unsealed} {plays} unsealed: evidence of formats 1 and 2 has no seal"
        );
    }
}

/// What is neither right nor wrong.
fn push_apart(text: &mut String, report: &RunReport) {
    let count = |word| {
        report
            .cases
            .iter()
            .map(|case| case.count(word))
            .sum::<usize>()
    };
    let doubts = count("doubtful");
    if doubts > 0 {
        let meaning = match report.gate.doubts {
            Doubts::Pass => "told apart; `--doubts fail` counts them as findings",
            Doubts::Fail => "counted as findings",
        };
        let _ = writeln!(
            text,
            "{doubts} {}, {meaning}",
            plural(doubts, "doubt", "doubts")
        );
    }
    for why in LeftOut::ALL {
        let codes = report.left_out(why);
        if !codes.is_empty() {
            let rules = plural(codes.len(), "rule", "rules");
            let (count, words) = (codes.len(), why.words());
            let _ = writeln!(text, "{count} {rules} {words}: {}", codes.join(", "));
        }
    }
    push_unseen(text, report);
}

/// What nobody looked at, by rule.
fn push_unseen(text: &mut String, report: &RunReport) {
    let unseen: Vec<&str> = report.cases.iter().flat_map(codes_unseen).collect();
    if unseen.is_empty() {
        return;
    }
    let told = unseen
        .iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|code| {
            let plays = report.plays(|case| codes_unseen(case).any(|own| own == *code));
            format!("{code} in {plays} {}", plural(plays, "play", "plays"))
        });
    let (unseen, told) = (unseen.len(), told.collect::<Vec<String>>());
    let _ = writeln!(
        text,
        "{unseen} {} not looked at, by choice: {}; `--strict` counts that as an error",
        plural(unseen, "verdict", "verdicts"),
        told.join(", ")
    );
}

/// The rules of a case that nobody looked at.
fn codes_unseen(case: &CaseReport) -> impl Iterator<Item = &str> {
    let unseen = |(_, verdict): &&(_, Verdict)| matches!(verdict, Verdict::NotLookedAt(_));
    case.verdicts
        .iter()
        .filter(unseen)
        .map(|(rule, _)| rule.code)
}

/// What a run of nothing but aborts does not show.
fn push_control(text: &mut String, report: &RunReport) {
    let lacks = |case: &&CaseReport| case.control == Some(Control::Missing);
    let mut twins: Vec<&str> = report
        .cases
        .iter()
        .filter(lacks)
        .filter_map(|case| case.twin.as_deref())
        .collect();
    twins.sort_unstable();
    twins.dedup();
    if !twins.is_empty() {
        let twins = twins.join("`, `");
        let _ = writeln!(
            text,
            "nothing shows that this agent does not always abort; play `{twins}` in the same run"
        );
    }
}

/// The word for so many.
pub(crate) fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
