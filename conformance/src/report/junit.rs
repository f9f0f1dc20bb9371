//! JUnit's XML, which most CI systems show: a test a play.

use std::fmt::Write as _;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::groups::{self, Standing};
use super::remarks::{self, Remark, Subject, Weight};
use crate::engine::{CaseOutcome, CaseReport, RunReport};
use crate::gate::Gate;
use crate::verdict::{Doubt, Finding, Reference, Verdict};
use crate::visible;

/// The report of a run, or of judged evidence: what is not conformant failed, what could not run or be judged
/// is an error, and what was not played, or is pending in a shard, was skipped. What is known and what is in doubt
/// stands in `system-out`. Gates and problems of the baseline have suites of their own.
pub(super) fn run(report: &RunReport) -> String {
    let mut junit = Report::new(env!("CARGO_PKG_NAME"));
    let agent = report
        .cases
        .first()
        .map_or("no agent", |case| case.agent.as_str());
    let mut suite = TestSuite::new(visible::line(agent));
    suite.add_test_cases(report.cases.iter().map(|case| test(case, report.gate)));
    let times = report.cases.iter().filter_map(time);
    if let Some(all) = times.reduce(Duration::saturating_add) {
        suite.set_time(all);
        junit.set_time(all);
    }
    junit.add_test_suite(suite);
    for subject in [Subject::Gate, Subject::Baseline] {
        let remarks = remarks::on(report, subject);
        if !remarks.is_empty() {
            let mut suite = TestSuite::new(subject.word());
            suite.add_test_cases(remarks.iter().map(of_remark));
            junit.add_test_suite(suite);
        }
    }
    // It is written to memory, which does not fail.
    junit.to_string().unwrap_or_else(|error| error.to_string())
}

/// What is said of the run as a whole, as a test of its own.
fn of_remark(remark: &Remark) -> TestCase {
    let message = visible::line(&remark.message);
    let mut status = match remark.weight {
        Weight::Fine | Weight::Open => TestCaseStatus::success(),
        Weight::Fails => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Weight::Unjudged => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    let is_well = matches!(remark.weight, Weight::Fine | Weight::Open);
    if !is_well {
        status.set_type(remark.subject.word());
        status.set_message(message.clone());
    }
    let mut test = TestCase::new(visible::line(&remark.about), status);
    test.set_classname(format!(
        "{}.{}",
        env!("CARGO_PKG_NAME"),
        remark.subject.word()
    ));
    if is_well {
        test.set_system_out(message);
    }
    test
}

/// How long the agent ran.
fn time(case: &CaseReport) -> Option<Duration> {
    Duration::try_from_secs_f64(case.seconds?).ok()
}

fn test(case: &CaseReport, gate: Gate) -> TestCase {
    let mut test = TestCase::new(visible::line(&case.name()), status(case, gate));
    test.set_classname(env!("CARGO_PKG_NAME"));
    if let Some(time) = time(case) {
        test.set_time(time);
    }
    for (name, value) in [
        ("title", &case.title),
        ("preflight", &case.preflight),
        ("ending", &case.ending),
    ] {
        if !value.is_empty() {
            test.add_property(Property::new(name, visible::line(value)));
        }
    }
    if let Some(usage) = &case.usage {
        test.add_property(Property::new("cost", usage.to_string()));
    }
    let beside = told(case, gate, |standing| !fails(standing));
    if !beside.is_empty() {
        test.set_system_out(beside);
    }
    test
}

fn status(case: &CaseReport, gate: Gate) -> TestCaseStatus {
    let (mut status, message, kind) = match &case.outcome {
        CaseOutcome::Conformant => return TestCaseStatus::success(),
        CaseOutcome::NonConformant => {
            let failing: Vec<&str> = case
                .verdicts
                .iter()
                .filter(|(rule, verdict)| {
                    Standing::of(gate, rule, verdict, &case.known).is_some_and(fails)
                })
                .map(|(rule, _)| rule.code)
                .collect();
            let status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            (status, failing.join(", "), "non-conformant")
        }
        CaseOutcome::ControlPending(reason) => (
            TestCaseStatus::skipped(),
            reason.clone(),
            case.outcome.word(),
        ),
        CaseOutcome::NotPlayed(reason) | CaseOutcome::Spared(reason) => {
            (TestCaseStatus::skipped(), reason.clone(), "not-played")
        }
        CaseOutcome::CouldNotRun(reason)
        | CaseOutcome::HarnessError(reason)
        | CaseOutcome::CutShort(reason) => {
            let status = TestCaseStatus::non_success(NonSuccessKind::Error);
            (status, reason.clone(), case.outcome.word())
        }
    };
    status.set_type(kind).set_message(visible::line(&message));
    let mut told = told(case, gate, fails);
    for note in &case.notes {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(told, "note: {}", visible::line(note));
    }
    if !told.is_empty() {
        status.set_description(told);
    }
    status
}

fn fails(standing: Standing) -> bool {
    matches!(
        standing,
        Standing::Failed | Standing::Untestable | Standing::Unseen
    )
}

/// What stands like this in a case, with its evidence.
fn told(case: &CaseReport, gate: Gate, wanted: fn(Standing) -> bool) -> String {
    let mut text = String::new();
    for (rule, verdict) in &case.verdicts {
        let standing = Standing::of(gate, rule, verdict, &case.known);
        let Some(standing) = standing.filter(|standing| wanted(*standing)) else {
            continue;
        };
        let (code, slug) = (rule.code, rule.slug);
        let _ = writeln!(
            text,
            "{code} {slug} ({}): {}",
            case.known.level(rule).word(),
            standing.heading()
        );
        match verdict {
            Verdict::Fail(findings) => findings.iter().for_each(|f| push_finding(&mut text, f)),
            Verdict::Doubtful(doubts) => doubts.iter().for_each(|d| push_doubt(&mut text, d)),
            _ => push(&mut text, groups::message(verdict), &[]),
        }
    }
    text
}

fn push_finding(text: &mut String, finding: &Finding) {
    push(text, &finding.message, &finding.evidence);
}

fn push_doubt(text: &mut String, doubt: &Doubt) {
    push(text, &doubt.question, &doubt.evidence);
    if let Some(nearest) = &doubt.nearest {
        let _ = writeln!(text, "  nearest: {}", visible::line(&nearest.text));
        push_references(text, std::slice::from_ref(&nearest.at));
    }
}

fn push(text: &mut String, message: &str, evidence: &[Reference]) {
    let _ = writeln!(text, "  {}", visible::line(message));
    push_references(text, evidence);
}

fn push_references(text: &mut String, references: &[Reference]) {
    for reference in references {
        let _ = writeln!(text, "  -> {}", visible::line(&reference.to_string()));
    }
}
