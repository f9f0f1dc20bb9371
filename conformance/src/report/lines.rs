//! JSON lines: a play each, for notebooks. The columns are told in `docs/src/statistics.md`.

use serde_json::{Map, Value, json};

use super::rates::rounded;
use crate::engine::{CaseReport, RunReport};
use crate::visible;

/// One line a play, in the order of the report.
pub(super) fn text(report: &RunReport) -> String {
    let lines = report.cases.iter().map(|case| format!("{}\n", line(case)));
    visible::json(&lines.collect::<String>())
}

fn line(case: &CaseReport) -> Value {
    let verdicts = case.verdicts.iter();
    let rules: Map<String, Value> = verdicts
        .map(|(rule, verdict)| (rule.code.to_owned(), verdict.word().into()))
        .collect();
    let usage = case.usage;
    json!({
        "case": case.id,
        "repetition": case.repetition,
        "agent": case.agent,
        "outcome": case.outcome.word(),
        "reason": case.outcome.reason(),
        "preflight": case.preflight,
        "seconds": case.seconds.map(rounded),
        "input_tokens": usage.map(|usage| usage.input_tokens),
        "output_tokens": usage.map(|usage| usage.output_tokens),
        "dollars": usage.and_then(|usage| usage.dollars),
        "rules": rules,
    })
}
