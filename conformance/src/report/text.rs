//! Reports for people.

use std::fmt::Write as _;

use super::{Detail, groups, held};
use crate::engine::{CaseOutcome, CaseReport, RunReport};
use crate::facts::Tracing;
use crate::gate::{Gate, Severity};
use crate::rules::Rule;
use crate::verdict::{Answer, Doubt, Finding, Level, Nearest, Reference, Settled, Verdict};
use crate::visible;

use super::totals::{self, plural};

/// Where more cases have nothing to tell, they are counted and not named.
const MOST_CLEAN: usize = 20;

/// The report of a run, or of judged evidence.
pub fn run_text(report: &RunReport, detail: Detail) -> String {
    let mut text = header(report);
    let cases = || report.cases.iter();
    let is_clean =
        |case: &&CaseReport| detail == Detail::Findings && has_nothing_to_tell(case, report.gate);
    let names_clean = cases().filter(is_clean).count() <= MOST_CLEAN;
    let named = cases().filter(|case| {
        detail == Detail::Everything
            || !(groups::is_unplayed(case) && report.cases.len() > 1)
                && (names_clean || !is_clean(case))
    });
    let named: Vec<&CaseReport> = named.collect();
    let widths = named.iter().map(|case| case.name().chars().count());
    let width = widths.max().unwrap_or(0);
    for case in &named {
        if is_clean(case) {
            let (mark, name) = (mark(&case.outcome), case.name());
            let how = visible::line(&case.preflight);
            let _ = writeln!(text, "{mark} {name:width$}  {how}");
        } else {
            push_case(&mut text, case, width, detail, report.gate);
        }
    }
    groups::push(&mut text, report, !named.is_empty());
    totals::push(&mut text, report);
    held::push_walls(&mut text, report, detail);
    visible::text(&text)
}

/// Whether a case is conformant, and nothing else is to be said of it.
fn has_nothing_to_tell(case: &CaseReport, gate: Gate) -> bool {
    let is_fine = |(rule, verdict): &(&'static Rule, Verdict)| {
        gate.weigh(rule, verdict, &case.known) == Severity::Fine
    };
    let has_orphans =
        |tracing: &Tracing| !tracing.orphan_runs.is_empty() || !tracing.orphan_tasks.is_empty();
    case.outcome == CaseOutcome::Conformant
        && !case.unfinished
        && case.settled.is_empty()
        && case.notes.is_empty()
        && !case.tracing.as_ref().is_some_and(has_orphans)
        && case.verdicts.iter().all(is_fine)
}

fn header(report: &RunReport) -> String {
    let Some(first) = report.cases.first() else {
        return "no case was played\n".to_owned();
    };
    let count = report.plays(|_| true);
    format!(
        "{} {}: agent {}, {count} {}{}\n\n",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        visible::line(&first.agent),
        plural(count, "play", "plays"),
        if report.gate.strict { ", strict" } else { "" },
    )
}

pub(super) fn mark(outcome: &CaseOutcome) -> char {
    match outcome {
        CaseOutcome::Conformant => '✓',
        CaseOutcome::NonConformant => '✗',
        CaseOutcome::ControlPending(_) => '…',
        CaseOutcome::CouldNotRun(_) | CaseOutcome::HarnessError(_) | CaseOutcome::CutShort(_) => {
            '!'
        }
        CaseOutcome::NotPlayed(_) | CaseOutcome::Spared(_) => '-',
    }
}

fn push_case(text: &mut String, case: &CaseReport, width: usize, detail: Detail, gate: Gate) {
    let mark = mark(&case.outcome);
    let (name, word) = (case.name(), case.outcome.word());
    let mut how = visible::line(&case.preflight);
    if !case.verdicts.is_empty() {
        let _ = write!(how, "; {}", tally(case, detail));
    }
    // Writing to a String cannot fail, here and below.
    let _ = match detail {
        Detail::Everything => writeln!(text, "{mark} {name:width$}  {word:14}  {how}"),
        Detail::Findings => {
            let title = visible::line(&case.title);
            let line = format!("{mark} {name:width$}  {word:14}  {title}");
            writeln!(text, "{}\n    {how}", line.trim_end())
        }
    };
    if let Some(reason) = case.outcome.reason() {
        let _ = writeln!(text, "    {reason}");
    }
    for note in &case.notes {
        let _ = writeln!(text, "    note: {}", visible::line(note));
    }
    if let Some(usage) = &case.usage {
        let _ = writeln!(text, "    cost: {usage}");
    }
    held::push_refused(text, case, detail);
    if let Some(tracing) = &case.tracing {
        push_tracing(text, tracing, detail);
    }
    let weighed = case.verdicts.iter().map(|(rule, verdict)| {
        let severity = gate.weigh(rule, verdict, &case.known);
        (*rule, verdict, severity)
    });
    let shown = weighed.filter(|(rule, _, severity)| {
        let is_settled = case.settled(rule.code).is_some();
        detail == Detail::Everything || *severity > Severity::Fine || is_settled
    });
    // Doubts stand apart, behind what is certain; where all is told, what nobody has to act upon is last.
    let mut shown: Vec<_> = shown.collect();
    shown.sort_by_key(|(_, verdict, severity)| match detail {
        Detail::Everything => rank(verdict, *severity),
        Detail::Findings => u8::from(matches!(verdict, Verdict::Doubtful(_))),
    });
    for (rule, verdict, severity) in shown {
        push_verdict(text, rule, case.known.level(rule), verdict, severity);
        if let Some(settled) = case.settled(rule.code) {
            push_settled(text, settled);
        }
    }
    if detail == Detail::Everything && !case.coverage.is_empty() {
        text.push_str("    which sentence of the plan meets which demand:\n");
        for line in super::coverage::coverage_text(&case.coverage).lines() {
            let _ = writeln!(text, "      {line}");
        }
    }
}

/// Where a verdict stands among all of a case: the less it has to be acted upon, the further behind.
fn rank(verdict: &Verdict, severity: Severity) -> u8 {
    match (verdict, severity) {
        (Verdict::Fail(_), Severity::Error) => 0,
        (Verdict::Fail(_), Severity::Warning) => 1,
        (Verdict::Doubtful(_), _) => 2,
        (Verdict::Fail(_), _) => 3,
        (Verdict::Untestable(_), _) => 4,
        (Verdict::NotLookedAt(_), _) => 5,
        (Verdict::Pass(_), _) => 6,
        (Verdict::NotApplicable(_), _) => 7,
    }
}

/// From tasks to runs, and what is left over on either side.
fn push_tracing(text: &mut String, tracing: &Tracing, detail: Detail) {
    for traced in tracing
        .tasks
        .iter()
        .filter(|_| detail == Detail::Everything)
    {
        let (sweeps, runs) = (traced.sweeps.join(", "), traced.runs.join(", "));
        let (sweeps, runs) = (visible::line(&sweeps), visible::line(&runs));
        let _ = writeln!(
            text,
            "    trace: {} -> sweep {sweeps} -> {runs}",
            traced.task
        );
    }
    for run in &tracing.orphan_runs {
        let _ = writeln!(
            text,
            "    trace: no task asks for run {}",
            visible::line(run)
        );
    }
    for task in &tracing.orphan_tasks {
        let _ = writeln!(text, "    trace: task {task} asks for runs and has none");
    }
}

/// [`Verdict::WORDS`] behind a number.
const LABELS: [&str; 6] = [
    "passed",
    "failed",
    "doubtful",
    "not looked at",
    "untestable",
    "not applicable",
];

pub(super) fn tally(case: &CaseReport, detail: Detail) -> String {
    let parts: Vec<String> = Verdict::WORDS
        .into_iter()
        .zip(LABELS)
        .filter(|(word, _)| detail == Detail::Everything || *word != "not_applicable")
        .map(|(word, label)| (case.count(word), label))
        .filter(|(count, _)| *count > 0)
        .map(|(count, label)| format!("{count} {label}"))
        .collect();
    parts.join(", ")
}

/// `level` is what the rule weighs in this case.
fn push_verdict(
    text: &mut String,
    rule: &Rule,
    level: Level,
    verdict: &Verdict,
    severity: Severity,
) {
    let label = match (verdict, severity) {
        (Verdict::Pass(_), _) => "pass",
        (Verdict::NotApplicable(_), _) => "n/a",
        (Verdict::NotLookedAt(_), _) => "unseen",
        (Verdict::Untestable(_), _) => "untestable",
        (Verdict::Fail(_) | Verdict::Doubtful(_), Severity::Known) => "known",
        (Verdict::Doubtful(_), _) => "doubt",
        (Verdict::Fail(_), Severity::Warning) => "warning",
        (Verdict::Fail(_), _) => "error",
    };
    let _ = writeln!(
        text,
        "    {label:10}  {} {} ({})",
        rule.code,
        rule.slug,
        level.word()
    );
    match verdict {
        Verdict::Pass(evidence) => push_references(text, evidence),
        Verdict::Fail(findings) => push_findings(text, level, findings),
        Verdict::Doubtful(doubts) => doubts.iter().for_each(|doubt| push_doubt(text, doubt)),
        Verdict::NotApplicable(reason)
        | Verdict::NotLookedAt(reason)
        | Verdict::Untestable(reason) => {
            let _ = writeln!(text, "{INDENT}{}", visible::line(reason));
        }
    }
}

/// Aligns details with the codes above them.
const INDENT: &str = "                ";

/// What several findings in a row have in common, sentence or place, is told once.
fn push_findings(text: &mut String, of_rule: Level, findings: &[Finding]) {
    let said = |finding: &Finding| (finding.message.clone(), finding.level(of_rule));
    for (at, finding) in findings.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| findings.get(at));
        if before.is_none_or(|before| said(before) != said(finding)) {
            push_finding(text, of_rule, finding);
        }
        let next = findings.get(at + 1);
        if next.is_none_or(|next| next.evidence != finding.evidence) {
            push_references(text, &finding.evidence);
        }
    }
}

fn push_finding(text: &mut String, of_rule: Level, finding: &Finding) {
    let level = finding.level(of_rule);
    let milder = if level < of_rule {
        format!(" (a {} here)", level.word())
    } else {
        String::new()
    };
    let _ = writeln!(text, "{INDENT}{}{milder}", visible::line(&finding.message));
}

fn push_doubt(text: &mut String, doubt: &Doubt) {
    let _ = writeln!(text, "{INDENT}{}", visible::line(&doubt.question));
    if let Some(Nearest { text: nearest, at }) = &doubt.nearest {
        let _ = writeln!(
            text,
            "{INDENT}nearest: {}",
            visible::line(&nearest.replace('\n', " "))
        );
        push_references(text, std::slice::from_ref(at));
    }
    push_references(text, &doubt.evidence);
}

/// Who settled what, and what is still in doubt beside it. What is not met is told as a finding.
fn push_settled(text: &mut String, settled: &Settled) {
    let told = settled.settlements.iter();
    for settlement in told.filter(|settlement| settlement.answer != Answer::NotMet) {
        let (answer, by) = (settlement.answer.words(), settlement.by.word());
        let _ = writeln!(
            text,
            "{INDENT}{answer}, says the {by}: {}",
            settlement.question
        );
        if let Some(quotation) = &settlement.quotation {
            let _ = writeln!(text, "{INDENT}quoted: {}", visible::line(&quotation.text));
            push_references(text, std::slice::from_ref(&quotation.at));
        }
    }
    for doubt in &settled.open {
        let _ = writeln!(text, "{INDENT}still in doubt:");
        push_doubt(text, doubt);
    }
}

fn push_references(text: &mut String, references: &[Reference]) {
    for reference in references {
        let _ = writeln!(text, "{INDENT}-> {}", visible::line(&reference.to_string()));
    }
}
