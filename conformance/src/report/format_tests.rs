//! The formats of other programs, read as these read them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::remarks_tests::with_remarks;
use super::tests::every_word;
use super::*;
use crate::engine::{self, CaseOutcome};
use crate::facts::{Plan, PlanContext};
use crate::gate::{Doubts, Gate};
use crate::lint;
use crate::verdict::{Finding, Reference, Verdict};

/// What an agent may write to leave the place where it is repeated.
pub(super) const HOSTILE: &str = "</failure>]]><x a=\"'&\"> | `code` @you\n::error::x ##[add-mask]y \u{1b}[31m\u{7}\u{202e}\u{ffff}%0A";

/// Verdicts of every word, a finding that the baseline lists, hostile texts, and cases that were not judged.
pub(super) fn report() -> RunReport {
    let mut report = every_word();
    for (case, id) in report.cases.iter_mut().zip(["a", "b"]) {
        id.clone_into(&mut case.id);
        case.folder = Some(format!("/nowhere/out/{id} b").into());
        case.seconds = Some(1.25);
    }
    let place = Reference::Place {
        path: "a b/ünd\n.md".to_owned(),
        line: 2,
        column: 3,
        end_line: 4,
        end_column: 1,
        start: 9,
        end: 30,
    };
    let finding = Finding::new(HOSTILE, vec![Reference::Journal, place]);
    let rule = |code| crate::rules::find(code).unwrap();
    report.cases[1]
        .verdicts
        .push((rule("PLN010"), Verdict::Fail(vec![finding])));
    report.cases[1]
        .verdicts
        .push((rule("PLN011"), Verdict::fail("known", Vec::new())));
    report.cases[1].known.excuse("PLN011");
    for (id, outcome) in [
        ("c", CaseOutcome::CouldNotRun(HOSTILE.to_owned())),
        ("d", CaseOutcome::NotPlayed("not played".to_owned())),
    ] {
        report.cases.push(engine::unknown(id.to_owned(), outcome));
    }
    report
}

/// What Python's own reader of XML makes of it: a list of `[name, state, type, message, text, system-out]`.
pub(super) fn read_by_python(junit: &str) -> Value {
    const PROGRAM: &str = "
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
suite, *others = root.findall('testsuite')
tests, remarks = [], []
for other in others:
    for case in other.findall('testcase'):
        own = [[child.tag, child.get('type'), child.get('message')] for child in case if child.tag != 'system-out']
        remarks.append([other.get('name'), case.get('name'), own, case.findtext('system-out')])
for case in suite.findall('testcase'):
    states = [child for child in case if child.tag in ('failure', 'error', 'skipped')]
    own = [[state.tag, state.get('type'), state.get('message'), state.text] for state in states]
    tests.append([case.get('name'), own, case.findtext('system-out'), case.get('time')])
counts = {key: int(root.get(key)) for key in ('tests', 'failures', 'errors')}
print(json.dumps({'counts': counts, 'suite': int(suite.get('skipped')), 'tests': tests, 'remarks': remarks}))
";
    let mut python = Command::new("python3")
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    python
        .stdin
        .take()
        .unwrap()
        .write_all(junit.as_bytes())
        .unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "{junit}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn junit_is_read_by_another_reader() {
    let read = read_by_python(&render(&report(), Format::Junit));
    assert_eq!(
        read["counts"],
        json!({"tests": 4, "failures": 1, "errors": 1})
    );
    assert_eq!(read["suite"], 1);
    let tests = read["tests"].as_array().unwrap();
    // A doubt and a warning fail nothing, and stand beside.
    assert_eq!((&tests[0][0], &tests[0][1]), (&json!("a"), &json!([])));
    let beside = tests[0][2].as_str().unwrap();
    for told in [
        "CAP002 within-capacity (MUST): warnings",
        "nearest: names are sorted(keys)",
    ] {
        assert!(beside.contains(told), "{beside}");
    }
    let [tag, kind, message, text] = [0, 1, 2, 3].map(|at| tests[1][1][0][at].as_str().unwrap());
    assert_eq!(
        (tag, kind, message),
        ("failure", "non-conformant", "ABT004, SEC001, PLN010")
    );
    assert!(
        text.contains("</failure>]]><x a=\"'&\"> | `code` @you␊::error::x"),
        "{text}"
    );
    assert!(text.contains("-> a b/ünd␊.md:2:3"), "{text}");
    assert!(!text.contains("PLN011"), "{text}");
    assert!(tests[1][2].as_str().unwrap().contains("PLN011"), "{read}");
    assert_eq!(tests[1][3], "1.250");
    assert_eq!(tests[2][1][0][0], "error");
    assert_eq!(tests[3][1][0][0], "skipped");
}

/// The official schema, whose descriptions were left out.
pub(super) fn assert_is_sarif(text: &str) -> Value {
    const SCHEMA: &str = include_str!("../../../fixtures/schemas/sarif-2.1.0.json");
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let log: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&log)
        .map(|e| format!("{}: {e}", e.instance_path))
        .collect();
    assert_eq!(errors, [""; 0], "{text}");
    assert!(!validator.is_valid(&json!({"version": "2.1.0"})));
    log
}

#[test]
fn a_run_as_sarif_fits_the_schema() {
    let log = assert_is_sarif(&render(&report(), Format::Sarif));
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let named =
        |result: &Value| rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"].clone();
    assert!(
        results
            .iter()
            .all(|result| named(result) == result["ruleId"])
    );
    let of = |code: &str| {
        results
            .iter()
            .find(|result| result["ruleId"] == code)
            .unwrap()
    };
    let word = |code: &str| (of(code)["kind"].clone(), of(code)["level"].clone());
    assert_eq!(word("LAY002"), (json!("review"), json!("none")));
    assert_eq!(word("CAP002"), (json!("fail"), json!("warning")));
    assert_eq!(word("SEC001"), (json!("fail"), json!("error")));
    assert_eq!(of("PLN011")["suppressions"][0]["kind"], "external");
    let place = &of("PLN010")["locations"][0]["physicalLocation"];
    assert_eq!(
        *place,
        json!({
            "artifactLocation": {"uri": "b%20b/files/a%20b/%C3%BCnd%0A.md", "uriBaseId": "EVIDENCE"},
            "region": {"startLine": 2, "startColumn": 3, "endLine": 4, "endColumn": 1},
        })
    );
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(
        invocation["toolExecutionNotifications"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn a_plan_as_sarif_fits_the_schema_and_has_regions() {
    let source = "# Tasks\n\n## Phase 1 - Measure\n\n- [ ] [P1-T1] Run it | deliverable: results | done-when: it works\n";
    let linted = lint::lint(
        &Plan::parse(source),
        &PlanContext::default(),
        None,
        "tasks.md",
    );
    assert!(!linted.findings.is_empty());
    for (file, uri) in [
        ("my plan.md", "my%20plan.md"),
        ("/a/b.md", "file:///a/b.md"),
        ("./c.md", "c.md"),
    ] {
        let log = assert_is_sarif(&plan_sarif(&linted, file, Gate::default()));
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), linted.findings.len() + linted.doubts.len());
        for (result, finding) in results.iter().zip(&linted.findings) {
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], uri);
            if let Some(meant) = finding.places.first() {
                assert_eq!(place["region"]["startLine"], meant.line);
                assert_eq!(place["region"]["endColumn"], meant.end_column);
            }
        }
    }
    let doubts_fail = Gate {
        strict: false,
        doubts: Doubts::Fail,
    };
    assert_is_sarif(&plan_sarif(&linted, "p.md", doubts_fail));
}

/// A line a play has no room for them.
#[test]
fn every_format_but_lines_tells_gates_and_the_baseline() {
    let (with, without) = (with_remarks(false), report());
    for (word, format) in Format::ALL {
        let is_told = render(&with, format) != render(&without, format);
        assert_eq!(
            is_told,
            format != Format::Lines,
            "`{word}`: gates and problems of the baseline are told by `remarks::on`"
        );
    }
}

#[test]
fn no_format_repeats_what_steers_a_terminal() {
    for (word, format) in Format::ALL {
        let text = render(&with_remarks(false), format);
        for sign in ['\u{1b}', '\u{7}', '\u{202e}'] {
            assert!(
                !text.contains(sign),
                "`{word}` repeats {sign:?}, which `visible` shows"
            );
        }
    }
}

#[test]
fn annotations_are_one_line_a_rule_and_none_is_for_what_is_known() {
    let text = render(&report(), Format::Github);
    let kinds: Vec<&str> = text
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    // Two that were not judged, what failed and could not be tested, a warning, a doubt.
    let expected = [["::error"; 5].as_slice(), &["::warning", "::notice"]].concat();
    assert_eq!(kinds, expected, "{text}");
    assert!(!text.contains("PLN011") && !text.contains("##["), "{text}");
    assert!(text.contains("title=PLN010 x 1%3A "), "{text}");
    assert!(text.contains("%250A (in b)\n"), "{text}");
}

#[test]
fn a_summary_in_markdown_has_no_markup_of_others() {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    let text = render(&with_remarks(false), Format::Markdown);
    for event in Parser::new_ext(&text, Options::all()) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html}"),
            Event::Start(tag @ (Tag::Link { .. } | Tag::Image { .. } | Tag::Table(_))) => {
                panic!("{tag:?}")
            }
            Event::Text(words) => assert!(!words.contains("@you"), "{words}"),
            _ => {}
        }
    }
    for heading in [
        "### Not judged",
        "### Failed",
        "### Warnings",
        "### Known",
        "### In doubt",
    ] {
        assert!(text.contains(heading), "{text}");
    }
}
