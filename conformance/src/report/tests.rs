use serde_json::{Value, json};

use super::*;
use crate::case;
use crate::engine::{self, CaseReport};
use crate::gate::{Doubts, Gate};
use crate::rules;
use crate::verdict::{Doubt, Finding, Nearest, Reference, Verdict};

const DOUBTS_FAIL: Gate = Gate {
    strict: false,
    doubts: Doubts::Fail,
};

/// A case with these verdicts, weighed.
fn case(verdicts: Vec<(&str, Verdict)>, gate: Gate) -> CaseReport {
    let case = case::select(&["planning-healthy".to_owned()]).unwrap();
    let mut report = engine::unjudged(
        &case[0],
        1,
        "an agent",
        1,
        engine::CaseOutcome::HarnessError(String::new()),
    );
    let rule = |code| rules::find(code).unwrap();
    let verdicts = verdicts.into_iter();
    report.verdicts = verdicts.map(|(code, v)| (rule(code), v)).collect();
    report.outcome = engine::weigh(&report.verdicts, &crate::gate::Known::default(), gate);
    report
}

fn doubtful() -> Verdict {
    Verdict::Doubtful(vec![Doubt {
        question: "is `sorted(keys)` a name?".to_owned(),
        nearest: Some(Nearest {
            text: "names are sorted(keys)".to_owned(),
            at: Reference::Place {
                path: "tasks.md".to_owned(),
                line: 7,
                column: 3,
                end_line: 7,
                end_column: 25,
                start: 90,
                end: 112,
            },
        }),
        evidence: Vec::new(),
    }])
}

fn mild() -> Verdict {
    let finding = Finding::new("queued anyway", vec![Reference::Journal]);
    Verdict::Fail(vec![finding.at_most(crate::verdict::Level::Should)])
}

fn report(gate: Gate) -> RunReport {
    let unseen = Verdict::NotLookedAt("switched off".to_owned());
    let verdicts = vec![
        ("LAY002", doubtful()),
        ("INI003", unseen),
        ("CAP002", mild()),
        ("PLN001", Verdict::Pass(vec![Reference::Journal])),
    ];
    RunReport {
        gate,
        cases: vec![case(verdicts, gate)],
        baseline: None,
        elsewhere: crate::engine::Elsewhere::default(),
        baseline_problems: Vec::new(),
        claims: crate::engine::Judgement::default(),
    }
}

/// A report with a verdict of every word, and several kinds of places.
pub(super) fn every_word() -> RunReport {
    let mut report = report(Gate::default());
    let places = vec![
        Reference::line("tasks.md", 4),
        Reference::Exchange {
            seq: 2,
            request: "GET /docs".to_owned(),
            outcome: "503".to_owned(),
        },
        Reference::Transcript {
            line: 3,
            end_line: 5,
        },
    ];
    let verdicts = [
        ("ABT004", Verdict::fail("an item is not checked", places)),
        ("OUT001", Verdict::not_applicable("no plan was due")),
        (
            "SEC001",
            Verdict::Untestable("the journal is cut".to_owned()),
        ),
    ];
    report.cases.push(case(verdicts.to_vec(), Gate::default()));
    report
}

#[test]
fn all_verdicts_as_text() {
    insta::assert_snapshot!(run_text(&every_word(), Detail::Everything));
}

#[test]
fn all_verdicts_for_programs() {
    let report: Value = serde_json::from_str(&run_json(&every_word(), Detail::Everything)).unwrap();
    insta::assert_json_snapshot!(report["cases"][1]["rules"]);
}

#[test]
fn doubts_stand_behind_what_is_certain_with_question_and_nearest_sentence() {
    let text = run_text(&report(Gate::default()), Detail::Findings);
    assert!(
        text.contains("1 passed, 1 failed, 1 doubtful, 1 not looked at"),
        "{text}"
    );
    let shown = [
        "    warning     CAP002 within-capacity (MUST)",
        "                queued anyway (a SHOULD here)",
        "                -> the journal",
        "    doubt       LAY002 run-naming-task (MUST)",
        "                is `sorted(keys)` a name?",
        "                nearest: names are sorted(keys)",
        "                -> tasks.md:7:3",
    ];
    assert!(text.contains(&shown.join("\n")), "{text}");
    assert!(text.contains("1 doubt, told apart"), "{text}");
    let unseen = "1 verdict not looked at, by choice: INI003 in 1 play;";
    assert!(text.contains(unseen), "{text}");
    let text = run_text(&report(DOUBTS_FAIL), Detail::Findings);
    assert!(text.contains("1 doubt, counted as findings"), "{text}");
}

#[test]
fn programs_get_the_words_counts_and_places() {
    let report: Value =
        serde_json::from_str(&run_json(&report(Gate::default()), Detail::Everything)).unwrap();
    assert_eq!(report["doubts"], "pass");
    let case = &report["cases"][0];
    assert_eq!(
        case["counts"],
        json!({"pass": 1, "fail": 1, "doubtful": 1, "not_looked_at": 1, "untestable": 0,
               "not_applicable": 0})
    );
    let rules = case["rules"].as_array().unwrap();
    let words: Vec<&Value> = rules.iter().map(|rule| &rule["verdict"]).collect();
    assert_eq!(words, ["doubtful", "not_looked_at", "fail", "pass"]);
    let doubt = &rules[0]["doubts"][0];
    assert_eq!(doubt["question"], "is `sorted(keys)` a name?");
    assert_eq!(
        doubt["nearest"],
        json!({"path": "tasks.md", "line": 7, "column": 3, "end_line": 7, "end_column": 25,
               "start": 90, "end": 112, "text": "names are sorted(keys)"})
    );
    assert_eq!(rules[1]["reason"], "switched off");
    assert_eq!(rules[2]["findings"][0]["level"], "SHOULD");
}

#[test]
fn the_exit_code_follows_the_gate() {
    assert_eq!(report(Gate::default()).exit_code(), 0);
    assert_eq!(report(DOUBTS_FAIL).exit_code(), 1);
    assert_eq!(report(Gate::STRICT).exit_code(), 1);
    let only_doubt = |gate| RunReport {
        gate,
        cases: vec![case(vec![("LAY002", doubtful())], gate)],
        baseline: None,
        elsewhere: crate::engine::Elsewhere::default(),
        baseline_problems: Vec::new(),
        claims: crate::engine::Judgement::default(),
    };
    assert_eq!(only_doubt(Gate::STRICT).exit_code(), 0);
    assert_eq!(only_doubt(DOUBTS_FAIL).exit_code(), 1);
}

#[test]
fn what_fails_is_what_counts_and_can_be_excused() {
    let case = |gate| report(gate).cases.remove(0).failing(gate);
    assert_eq!(case(Gate::default()), [""; 0]);
    assert_eq!(case(DOUBTS_FAIL), ["LAY002"]);
    assert_eq!(case(Gate::STRICT), ["CAP002"]);
}

/// Cases with these verdicts, called `NAME-0` and so on.
fn many(name: &str, count: usize, verdicts: &[(&str, Verdict)]) -> Vec<CaseReport> {
    let numbered = (0..count).map(|number| CaseReport {
        id: format!("{name}-{number}"),
        ..case(verdicts.to_vec(), Gate::default())
    });
    numbered.collect()
}

#[test]
fn what_befell_many_is_told_by_rule_and_what_is_well_is_counted() {
    let found = |code| (code, Verdict::fail("it is wrong", Vec::new()));
    let passed = ("PLN001", Verdict::Pass(vec![Reference::Journal]));
    let unneeded = ("OUT001", Verdict::not_applicable("no plan was due"));
    let mut cases = many("well", 30, &[passed, unneeded]);
    cases[7].unfinished = true;
    cases.extend(many("ill", 5, &[found("PRE005"), ("LAY002", doubtful())]));
    cases.extend(many("known", 1, &[found("PLN011")]));
    for known in cases.iter_mut().filter(|case| case.id == "known-0") {
        known.known.excuse("PLN011");
        known.outcome = engine::CaseOutcome::Conformant;
    }
    let spared = engine::CaseOutcome::Spared("enough had failed".to_owned());
    cases.extend((0..4).map(|number| engine::unknown(format!("late-{number}"), spared.clone())));
    let report = RunReport {
        gate: Gate::default(),
        cases,
        baseline: None,
        elsewhere: crate::engine::Elsewhere::default(),
        baseline_problems: Vec::new(),
        claims: engine::Judgement::default(),
    };
    let text = run_text(&report, Detail::Findings);
    let expected = "
not judged:
  not-played x 4: enough had failed, in late-0, late-1, late-2 and 1 more
failed:
  PRE005 x 5: health-probed, in ill-0, ill-1, ill-2 and 2 more
known, as the baseline says:
  PLN011 x 1: deliverable-is-path, in known-0
in doubt:
  LAY002 x 5: run-naming-task, in ill-0, ill-1, ill-2 and 2 more

30 conformant, 1 known, 5 non-conformant, 4 not-played
";
    assert!(text.contains(expected), "{text}");
    let told = |start: &str| text.lines().filter(|line| line.contains(start)).count();
    // Of those that are well one is told, a campaign that did not come to its end.
    assert_eq!(told("✓ well-"), 1, "{text}");
    assert!(text.contains("✓ well-7"), "{text}");
    assert_eq!((told("✗ ill-"), told("- late-")), (5, 0), "{text}");
    assert!(!text.contains("OUT001"), "{text}");
}
