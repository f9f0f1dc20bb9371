//! SARIF 2.1.0, the format of static analysers: a result a finding, at its lines where it has some.
//!
//! A finding that the baseline lists is suppressed, a doubt is of the kind `review`. Columns count characters.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::groups::{self, PENDING, Standing};
use super::remarks::{self, Remark, Subject, Weight};
use crate::engine::{CaseReport, RunReport};
use crate::facts::Place;
use crate::gate::{Gate, Severity};
use crate::lint::Linted;
use crate::rules::{self, Rule};
use crate::verdict::{Doubt, Finding, Level, Reference, Verdict};

/// Where the format is told.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What paths in evidence are relative to: the folder that holds the folders of the plays.
const EVIDENCE: &str = "EVIDENCE";

/// What needs no escape in a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A run, or judged evidence. Cases that were not judged, gates and problems of the baseline are notifications.
pub(super) fn run(report: &RunReport) -> String {
    let mut log = Log::default();
    let mut results = Vec::new();
    for case in &report.cases {
        for (rule, verdict) in &case.verdicts {
            let Some(standing) = Standing::of(report.gate, rule, verdict, &case.known) else {
                continue;
            };
            let own = of_verdict(case, report.gate, rule, verdict);
            results.extend(
                own.into_iter()
                    .map(|result| log.result(rule, standing, result)),
            );
        }
    }
    let unjudged = groups::unjudged(report)
        .into_iter()
        .flat_map(|(word, reason, cases)| {
            let told = cases.into_iter().map(move |case| {
                json!({
                    "level": if word == PENDING { "note" } else { "error" },
                    "message": {"text": format!("{word}: {reason}")},
                    "locations": [{"logicalLocations": [logical(case)]}],
                })
            });
            told.collect::<Vec<_>>()
        });
    let unjudged: Vec<Value> = unjudged.collect();
    let is_whole = unjudged.len() == report.pending();
    let gates = remarks::on(report, Subject::Gate);
    let gates = gates.iter().map(notification);
    let notifications: Vec<Value> = gates.chain(unjudged).collect();
    let mut invocation = json!({
        "executionSuccessful": is_whole,
        "exitCode": report.exit_code(),
        "toolExecutionNotifications": notifications,
    });
    let entries = remarks::on(report, Subject::Baseline);
    let entries: Vec<Value> = entries.iter().map(notification).collect();
    if !entries.is_empty() {
        invocation["toolConfigurationNotifications"] = entries.into();
    }
    log.told(&results, Some(invocation))
}

/// What is said of the run as a whole.
fn notification(remark: &Remark) -> Value {
    let level = match remark.weight {
        Weight::Fine => "none",
        Weight::Open => "note",
        Weight::Fails | Weight::Unjudged => "error",
    };
    let word = remark.subject.word();
    json!({
        "descriptor": {"id": word},
        "level": level,
        "message": {"text": format!("{word} {}: {}", remark.about, remark.message)},
    })
}

/// A plan, whose file is called `file`.
pub fn plan(linted: &Linted, file: &str, gate: Gate) -> String {
    let mut log = Log::default();
    let artifact = json!({"uri": uri_of_file(file)});
    let at = |place: Option<Place>| {
        let mut location = json!({"artifactLocation": artifact});
        if let Some(place) = place {
            location["region"] = region(place);
        }
        json!({"physicalLocation": location})
    };
    let mut results = Vec::new();
    for finding in &linted.findings {
        let standing = standing_of(gate.of_level(finding.level));
        let related: Vec<Value> = finding
            .places
            .iter()
            .skip(1)
            .map(|place| at(Some(*place)))
            .collect();
        let mut result = json!({
            "message": {"text": finding.message},
            "locations": [at(finding.places.first().copied())],
        });
        if !related.is_empty() {
            result["relatedLocations"] = related.into();
        }
        results.push(log.result(finding.rule, standing, result));
    }
    for doubt in &linted.doubts {
        let standing = standing_of(gate.of_doubt(linted.known.level(doubt.rule)));
        let place = doubt.nearest.as_ref().map(|nearest| nearest.place);
        let result = json!({"message": {"text": doubt.question}, "locations": [at(place)]});
        results.push(log.result(doubt.rule, standing, result));
    }
    log.told(&results, None)
}

fn standing_of(severity: Severity) -> Standing {
    match severity {
        Severity::Error => Standing::Failed,
        Severity::Doubt => Standing::Doubt,
        Severity::Known => Standing::Known,
        Severity::Warning | Severity::Fine => Standing::Warning,
    }
}

/// The rules that results name, in the order in which they are first named.
#[derive(Default)]
struct Log {
    rules: Vec<&'static Rule>,
    places: BTreeMap<&'static str, usize>,
}

impl Log {
    fn result(&mut self, rule: &Rule, standing: Standing, mut result: Value) -> Value {
        // Every rule that has a verdict is in the catalogue.
        let index = rules::find(rule.code).map(|rule| {
            *self.places.entry(rule.code).or_insert_with(|| {
                self.rules.push(rule);
                self.rules.len() - 1
            })
        });
        let (kind, level) = match standing {
            Standing::Failed | Standing::Unseen | Standing::Untestable => ("fail", "error"),
            Standing::Known => ("fail", level(rule.level)),
            Standing::Warning => ("fail", "warning"),
            Standing::Doubt => ("review", "none"),
        };
        result["ruleId"] = rule.code.into();
        result["ruleIndex"] = index.into();
        result["kind"] = kind.into();
        result["level"] = level.into();
        if standing == Standing::Known {
            let known = json!({"kind": "external", "status": "accepted", "justification": "the baseline lists it"});
            result["suppressions"] = json!([known]);
        }
        result
    }

    fn told(&self, results: &[Value], invocation: Option<Value>) -> String {
        let rules: Vec<Value> = self.rules.iter().map(|rule| descriptor(rule)).collect();
        let mut run = json!({
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        });
        if let Some(invocation) = invocation {
            run["invocations"] = json!([invocation]);
            let about = "The folder that holds the folders of the plays";
            run["originalUriBaseIds"] = json!({EVIDENCE: {"description": {"text": about}}});
        }
        super::json::pretty(&json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}))
    }
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": rule.slug,
        "shortDescription": {"text": rule.summary},
        "help": {"text": format!("`{}` says more", rule.explained_by())},
        "defaultConfiguration": {"level": level(rule.level)},
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "error",
        Level::Should => "warning",
    }
}

/// Message and places of what a verdict tells, without the rule.
fn of_verdict(case: &CaseReport, gate: Gate, rule: &Rule, verdict: &Verdict) -> Vec<Value> {
    match verdict {
        Verdict::Fail(findings) => findings
            .iter()
            .map(|finding| of_finding(case, gate, rule, finding))
            .collect(),
        Verdict::Doubtful(doubts) => doubts.iter().map(|doubt| of_doubt(case, doubt)).collect(),
        _ => vec![at(case, groups::message(verdict), &[])],
    }
}

fn of_finding(case: &CaseReport, gate: Gate, rule: &Rule, finding: &Finding) -> Value {
    let of_rule = case.known.level(rule);
    let milder = match gate.of_level(finding.level(of_rule)) {
        Severity::Warning if of_rule == Level::Must => " (a SHOULD here)",
        _ => "",
    };
    at(
        case,
        &format!("{}{milder}", finding.message),
        &finding.evidence,
    )
}

fn of_doubt(case: &CaseReport, doubt: &Doubt) -> Value {
    let nearest = doubt.nearest.iter().map(|nearest| nearest.at.clone());
    let evidence: Vec<Reference> = nearest.chain(doubt.evidence.iter().cloned()).collect();
    at(case, &doubt.question, &evidence)
}

/// A result in a case: at the first place in a file that its evidence has, with all else beside it.
fn at(case: &CaseReport, message: &str, evidence: &[Reference]) -> Value {
    let first = evidence
        .iter()
        .find_map(|reference| physical(case, reference));
    let mut location = json!({"logicalLocations": [logical(case)]});
    if let Some(first) = first {
        location["physicalLocation"] = first;
    }
    let related = evidence.iter().map(|reference| {
        let mut place = json!({"message": {"text": reference.to_string()}});
        if let Some(physical) = physical(case, reference) {
            place["physicalLocation"] = physical;
        }
        place
    });
    let related: Vec<Value> = related.collect();
    let mut result = json!({"message": {"text": message}, "locations": [location]});
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

fn logical(case: &CaseReport) -> Value {
    json!({"name": case.name(), "kind": "case"})
}

/// Where in the evidence's files a reference is, if it is there.
fn physical(case: &CaseReport, reference: &Reference) -> Option<Value> {
    let folder = case.folder.as_deref()?.file_name()?.to_string_lossy();
    let (path, region) = match reference {
        Reference::Place {
            path,
            line,
            column,
            end_line,
            end_column,
            ..
        } => {
            let place = Place {
                line: *line,
                column: *column,
                end_line: *end_line,
                end_column: *end_column,
            };
            (format!("{folder}/files/{path}"), region(place))
        }
        Reference::Transcript { line, end_line } => {
            let lines = json!({"startLine": line, "endLine": end_line});
            (format!("{folder}/transcript.txt"), lines)
        }
        _ => return None,
    };
    let artifact = json!({"uri": uri(&path), "uriBaseId": EVIDENCE});
    Some(json!({"artifactLocation": artifact, "region": region}))
}

fn region(place: Place) -> Value {
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

fn uri(path: &str) -> String {
    utf8_percent_encode(path, PLAIN).to_string()
}

/// A file as the command line names it.
fn uri_of_file(file: &str) -> String {
    if file.starts_with('/') {
        format!("file://{}", uri(file))
    } else {
        uri(file.trim_start_matches("./"))
    }
}
