//! Reports for programs: one JSON document each.

use std::path::Path;

use serde::Serialize;
use serde_json::{Value, json};

use super::Detail;
use super::rates;
use crate::engine::{CaseReport, RunReport};
use crate::evidence::{RulesFile, SandboxRecord};
use crate::format::REPORT;
use crate::rules::{self, Rule};
use crate::selection::LeftOut;
use crate::verdict::{Doubt, Finding, Level, Nearest, Reference, Settled, Settlement, Verdict};
use crate::visible;

/// The list of rules: `{code, slug, level, family, summary}` each.
pub fn rules_json() -> String {
    let list: Vec<Value> = rules::all()
        .map(|rule| Value::Object(rule_fields(rule)))
        .collect();
    pretty(&list)
}

/// A run, or judged evidence. It has no paths of the machine, and no times but those that evidence tells, so that
/// the same evidence gives the same bytes.
///
/// `rules` has what carries something: what failed, is in doubt, was settled, could not be tested or was not
/// looked at. What passed is listed by its code in `passed`, and what does not apply is counted. With
/// [`Detail::Everything`] each rule is in `rules`, and `coverage` tells which sentence of the plan meets
/// which demand.
pub fn run_json(report: &RunReport, detail: Detail) -> String {
    let seed = report.cases.first().map(|case| case.seed);
    let mut document = json!({
        "format": REPORT.newest,
        "detail": match detail {
            Detail::Findings => "findings",
            Detail::Everything => "everything",
        },
        "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "seed": seed,
        "strict": report.gate.strict,
        "doubts": report.gate.doubts.word(),
        "exit_code": report.exit_code(),
        "root": report.root(),
        "baseline_problems": report.baseline_problems,
        "cases": report.cases.iter().map(|case| case_json(case, detail)).collect::<Vec<_>>(),
    });
    for (key, value) in [
        ("rates", rates::json(report)),
        ("gates", rates::claims_json(report)),
    ] {
        if value
            .as_array()
            .map_or(!value.is_null(), |list| !list.is_empty())
        {
            document[key] = value;
        }
    }
    if let Some(baseline) = &report.baseline {
        document["baseline"] = json!(baseline);
    }
    if let Some(book) = rules::own() {
        document["rules_files"] = files_json(&book.told());
    }
    if let Some(usage) = report.usage() {
        document["usage"] = json!(usage);
    }
    if let Some((shard, shards)) = report.elsewhere.shard {
        let (plays, elsewhere) = (report.plays(|_| true), report.elsewhere.plays.len());
        document["shard"] = json!({
            "index": shard, "count": shards, "plays": plays, "elsewhere": elsewhere, "pending": report.pending(),
        });
    }
    // Evidence of an interrupted run is not judged again, so that only runs tell this.
    if report.is_interrupted() {
        document["interrupted"] = true.into();
    }
    if report.is_stopped() {
        document["stopped"] = true.into();
    }
    pretty(&document)
}

fn case_json(case: &CaseReport, detail: Detail) -> Value {
    let passed = case
        .verdicts
        .iter()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Pass(_)));
    let is_told = |(rule, verdict): &&(&'static Rule, Verdict)| {
        let is_quiet = matches!(verdict, Verdict::Pass(_) | Verdict::NotApplicable(_));
        detail == Detail::Everything || !is_quiet || case.settled(rule.code).is_some()
    };
    let mut value = json!({
        "id": case.id,
        "title": case.title,
        "repetition": case.repetition,
        "agent": case.agent,
        "recorded_by": case.recorded_by,
        "outcome": case.outcome.word(),
        "reason": case.outcome.reason(),
        "ending": case.ending,
        "preflight": case.preflight,
        "control": case.control.map(|control| json!({"case": case.twin, "state": control})),
        "tracing": case.tracing,
        "known": *case.known,
        "untold": case.left_out(LeftOut::Untold),
        "ignored": case.left_out(LeftOut::Ignored),
        "notes": case.notes,
        "seal": case.seal,
        "fingerprint": case.fingerprint,
        "seconds": case.seconds.map(rates::rounded),
        "counts": counts_json(case),
        "passed": passed.map(|(rule, _)| rule.code).collect::<Vec<_>>(),
        "rules": case.verdicts.iter()
            .filter(is_told)
            .map(|(rule, verdict)| verdict_json(case, rule, verdict))
            .collect::<Vec<_>>(),
    });
    if detail == Detail::Everything {
        value["coverage"] = super::coverage::places_json(&case.coverage);
    }
    if !case.known.levels().is_empty() {
        let levels = case.known.levels().iter();
        let levels = levels.map(|(code, level)| ((*code).to_owned(), json!(level)));
        value["levels"] = Value::Object(levels.collect());
    }
    if let Some(usage) = case.usage {
        value["usage"] = json!(usage);
    }
    // Where nothing was put up there is nothing to tell.
    let held = case.sandbox.as_ref().filter(|held| !held.walls.is_empty());
    if let (Some(held), Some(fields)) = (held, value.as_object_mut()) {
        fields.insert("sandbox".to_owned(), sandbox_json(held));
    }
    value
}

/// Files of rules by their names, without the paths of the machine.
fn files_json(files: &[RulesFile]) -> Value {
    let told = files.iter().map(|file| {
        let path = Path::new(&file.file);
        let name = path.file_name().unwrap_or(path.as_os_str());
        json!({"file": name.to_string_lossy(), "sha256": file.sha256, "codes": file.codes})
    });
    told.collect()
}

/// What held the agent, without the paths of the machine.
fn sandbox_json(sandbox: &SandboxRecord) -> Value {
    json!({
        "state": sandbox.state,
        "walls": sandbox.walls,
        "open": sandbox.open,
        "refused": sandbox.refused,
    })
}

/// How many verdicts there are of each word.
fn counts_json(case: &CaseReport) -> Value {
    let counts = Verdict::WORDS.map(|word| (word.to_owned(), json!(case.count(word))));
    Value::Object(counts.into_iter().collect())
}

fn rule_fields(rule: &Rule) -> serde_json::Map<String, Value> {
    let mut fields = serde_json::Map::new();
    for (key, value) in [
        ("code", rule.code),
        ("slug", rule.slug),
        ("level", rule.level.word()),
        ("family", rule.family()),
        ("summary", rule.summary),
    ] {
        fields.insert(key.to_owned(), value.into());
    }
    fields
}

fn verdict_json(case: &CaseReport, rule: &Rule, verdict: &Verdict) -> Value {
    let (level, settled) = (case.known.level(rule), case.settled(rule.code));
    let mut fields = rule_fields(rule);
    fields.insert("level".to_owned(), level.word().into());
    fields.shift_remove("summary");
    fields.insert("verdict".to_owned(), verdict.word().into());
    let (key, value) = match verdict {
        Verdict::Pass(evidence) => ("evidence", json!(evidence)),
        Verdict::Fail(findings) => (
            "findings",
            findings.iter().map(|f| finding_json(level, f)).collect(),
        ),
        Verdict::Doubtful(doubts) => ("doubts", doubts.iter().map(doubt_json).collect()),
        Verdict::NotApplicable(reason) | Verdict::NotLookedAt(reason) => ("reason", json!(reason)),
        Verdict::Untestable(missing) => ("missing", json!(missing)),
    };
    fields.insert(key.to_owned(), value);
    if let Some(settled) = settled {
        let settlements = settled.settlements.iter().map(settlement_json);
        fields.insert("settled".to_owned(), settlements.collect());
        if !settled.open.is_empty() {
            let open = settled.open.iter().map(doubt_json).collect();
            fields.insert("doubts".to_owned(), open);
        }
    }
    Value::Object(fields)
}

/// `{question, answer, by, quotation}`, the quotation with its place or null.
fn settlement_json(settlement: &Settlement) -> Value {
    let quotation = settlement.quotation.as_ref();
    json!({
        "question": settlement.question,
        "answer": settlement.answer,
        "by": settlement.by,
        "quotation": quotation.map(|quotation| text_at(&quotation.at, &quotation.text)),
    })
}

fn finding_json(of_rule: Level, finding: &Finding) -> Value {
    json!({
        "level": finding.level(of_rule),
        "message": finding.message,
        "evidence": finding.evidence,
    })
}

fn doubt_json(doubt: &Doubt) -> Value {
    json!({
        "question": doubt.question,
        "nearest": doubt.nearest.as_ref().map(nearest_json),
        "evidence": doubt.evidence,
    })
}

fn nearest_json(nearest: &Nearest) -> Value {
    text_at(&nearest.at, &nearest.text)
}

/// The place with the text that stands there.
fn text_at(at: &Reference, text: &str) -> Value {
    let mut place = json!(at);
    if let Some(fields) = place.as_object_mut() {
        fields.shift_remove("source");
        fields.insert("text".to_owned(), json!(text));
    }
    place
}

/// Values made of strings, numbers and lists always have a JSON form, so that the text is never the
/// error's.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_else(|error| error.to_string());
    text.push('\n');
    visible::json(&text)
}

/// The answers to a rule's doubts, each with the rule's code.
pub(super) fn settled_json(settled: &Settled) -> Vec<Value> {
    let with_code = |settlement| {
        let mut value = settlement_json(settlement);
        if let Some(fields) = value.as_object_mut() {
            fields.shift_insert(0, "code".to_owned(), settled.code.into());
        }
        value
    };
    settled.settlements.iter().map(with_code).collect()
}
