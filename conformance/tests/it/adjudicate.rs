//! Doubts, and who settles them. Text rules do not read French, so that a French plan has doubts.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::play::{PROGRAM, program};

/// Answers every question with the same words of the plan.
const GOOD: &str = r#"
import json, sys
sheet = json.load(sys.stdin)
assert sheet["version"] == 1, sheet
clauses = sheet["plan"]["clauses"]
assert [c["number"] for c in clauses] == list(range(1, len(clauses) + 1))
own = next(c for c in clauses if c["zone"] == "task")
answer = lambda q: {"id": q["id"], "answer": "ANSWER", "quotation": own["text"], "clause": own["number"]}
print(json.dumps({"answers": [answer(q) for q in sheet["questions"]]}))
"#;

/// Says that all is met, as the goal shows.
const BESIDE: &str = r#"
import json, sys
sheet = json.load(sys.stdin)
goal = next(c for c in sheet["plan"]["clauses"] if c["zone"] == "goal")
answer = lambda q: {"id": q["id"], "answer": "met", "quotation": goal["text"]}
print(json.dumps({"answers": [answer(q) for q in sheet["questions"]]}))
"#;

pub(crate) fn french() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/plans/tricky/french-wind.md")
}

fn script(dir: &Path, text: &str) -> PathBuf {
    let file = dir.join("adjudicator.py");
    std::fs::write(&file, text).unwrap();
    file
}

/// `plan` on the French plan.
fn plan(args: &[&str], code: i32) -> String {
    judge(&french(), args, code)
}

fn judge(plan: &Path, args: &[&str], code: i32) -> String {
    let assert = program()
        .arg("plan")
        .arg(plan)
        .arg("--context")
        .arg(french().with_extension("toml"))
        .args(args)
        .assert()
        .code(code);
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn count(report: &Value, key: &str) -> usize {
    report[key].as_array().unwrap().len()
}

#[test]
fn an_adjudicator_settles_and_its_answers_are_kept_for_this_plan_only() {
    let dir = tempfile::tempdir().unwrap();
    let good = script(dir.path(), &GOOD.replace("ANSWER", "met"));
    let good = good.to_str().unwrap();
    let answers = dir.path().join("answers.json");
    let answers = answers.to_str().unwrap();
    let before = json_of(&plan(&["--report", "json"], 0));
    let doubts = count(&before, "doubts");
    assert!(doubts > 2);

    let asking = ["--report", "json", "--doubts", "fail", "--answers", answers];
    let asked = plan(
        &[&asking[..], &["--adjudicator", "python3", good]].concat(),
        0,
    );
    let after = json_of(&asked);
    assert_eq!(count(&after, "doubts"), 0, "{asked}");
    assert_eq!(count(&after, "settled"), doubts, "{asked}");
    assert_eq!(after["settled"][0]["by"], "adjudicator");
    assert_eq!(after["settled"][0]["quotation"]["line"], 15);
    assert_eq!(
        plan(&asking, 0),
        asked,
        "the kept answers do without the adjudicator"
    );
    let text = plan(&["--answers", answers], 0);
    assert!(text.contains("met, says the adjudicator: "), "{text}");

    let edited = dir.path().join("edited.md");
    let source = std::fs::read_to_string(french()).unwrap();
    std::fs::write(&edited, source.replace("relire pertes.csv", "revoir pertes.csv")).unwrap();
    let stale = json_of(&judge(
        &edited,
        &["--report", "json", "--answers", answers],
        0,
    ));
    assert_eq!(count(&stale, "settled"), 0);
    let note = stale["notes"][0].as_str().unwrap();
    assert!(note.contains("given for another plan"), "{note}");
}

#[test]
fn what_is_not_met_is_a_finding() {
    let dir = tempfile::tempdir().unwrap();
    let bad = script(dir.path(), &GOOD.replace("ANSWER", "not_met"));
    let text = plan(&["--adjudicator", "python3", bad.to_str().unwrap()], 1);
    assert!(text.contains("error[REF002]: "), "{text}");
    assert!(text.contains("No, says the adjudicator"), "{text}");
    assert!(text.contains("french-wind.md:15:"), "{text}");
}

#[test]
fn whoever_fails_leaves_the_doubts_and_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let beside = script(dir.path(), BESIDE);
    let beside = beside.to_str().unwrap();
    let before = json_of(&plan(&["--report", "json"], 0));
    for (words, told) in [
        (&["python3", beside][..], "among the goal"),
        (
            &["python3", "/nowhere/adjudicator.py"],
            "failed (exit status: 2)",
        ),
        (&["/nowhere/adjudicator"], "cannot be started"),
        (&["echo", "met"], "not what it should be"),
        (&["yes"], "printed more"),
    ] {
        let args = [&["--report", "json", "--adjudicator"][..], words].concat();
        let report = json_of(&plan(&args, 0));
        assert_eq!(report["doubts"], before["doubts"], "{words:?}");
        let notes = report["notes"].to_string();
        assert!(notes.contains(told), "{told}: {notes}");
    }
    let hanging = [
        "--adjudicator-timeout",
        "1",
        "--adjudicator",
        "tail",
        // A word that begins with `-` would be an option of ours.
        "--adjudicator=-f",
        "--adjudicator",
        "/dev/null",
    ];
    let text = plan(&hanging, 0);
    assert!(
        text.contains("note: the adjudicator did not end within 1 s"),
        "{text}"
    );
}

/// Plays an agent that hands in the French plan without a preflight. Its doubts are doubts all the
/// same.
fn run(out: &Path, args: &[&str]) {
    let agent = format!(
        "mkdir -p $(dirname $WILD_TASKS_PATH); cp {0} $WILD_TASKS_PATH; echo '<plan>'; cat {0}; echo '</plan>'",
        french().display()
    );
    program()
        .args(["run", "--case", "planning-healthy", "--out"])
        .arg(out)
        .args(args)
        .args(["--", "bash", "-c", &agent])
        .assert()
        .code(1);
}

fn check(folder: &Path, format: &str) -> String {
    let mut command = program();
    command.arg("check").arg(folder).args(["--report", format]);
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

fn rule<'r>(report: &'r Value, code: &str) -> &'r Value {
    let mut rules = report["cases"][0]["rules"].as_array().unwrap().iter();
    rules.find(|rule| rule["code"] == code).unwrap()
}

#[test]
fn a_run_keeps_answers_beside_the_evidence_and_check_asks_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let good = script(dir.path(), &GOOD.replace("ANSWER", "met"));
    run(&out, &["--adjudicator", "python3", good.to_str().unwrap()]);
    std::fs::remove_file(good).unwrap();

    let played = std::fs::read_to_string(out.join("report.json")).unwrap();
    let report = json_of(&played);
    let settled = &rule(&report, "REF002")["settled"][0];
    assert_eq!(settled["by"], "adjudicator", "{settled}");
    assert_eq!(rule(&report, "REF002")["verdict"], "pass");
    assert_eq!(check(&out, "json"), played);
    assert_eq!(check(&out.join("planning-healthy"), "json"), played);
    let text = check(&out, "text");
    assert!(
        text.contains("met, says the adjudicator: Is one of the tasks"),
        "{text}"
    );

    let kept = out.join("adjudications/planning-healthy.json");
    let answers = std::fs::read_to_string(&kept).unwrap();
    std::fs::write(&kept, answers.replace("\"digest\": \"", "\"digest\": \"0")).unwrap();
    let report = json_of(&check(&out, "json"));
    assert_eq!(rule(&report, "REF002")["verdict"], "doubtful");
    let notes = report["cases"][0]["notes"].to_string();
    assert!(notes.contains("given for another plan"), "{notes}");

    std::fs::write(&kept, "met").unwrap();
    program().arg("check").arg(&out).assert().code(3);
    run(&out, &[]);
    assert!(
        !kept.exists(),
        "answers go with the evidence that they were given for"
    );
}

#[test]
fn check_asks_where_it_is_told_to() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let bad = script(dir.path(), &GOOD.replace("ANSWER", "not_met"));
    run(&out, &[]);
    program()
        .arg("check")
        .arg(&out)
        .args(["--adjudicator", "python3", bad.to_str().unwrap()])
        .assert()
        .code(1);
    let report = json_of(&check(&out, "json"));
    assert_eq!(rule(&report, "REF002")["verdict"], "fail");
    assert_eq!(rule(&report, "REF002")["settled"][0]["answer"], "not_met");
}

fn doubts(out: &Path, args: &[&str], input: &str) -> String {
    let mut command = program();
    command.arg("doubts").arg(out).args(args);
    let assert = command.write_stdin(input.to_owned()).assert().success();
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

#[test]
fn people_answer_and_their_answers_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    run(&out, &[]);
    let listed = json_of(&doubts(&out, &["--report", "json"], ""));
    let listed = listed["doubts"].as_array().unwrap();
    let silent = doubts(&out, &[], "");
    for doubt in listed {
        assert!(
            silent.contains(doubt["question"].as_str().unwrap()),
            "{silent}"
        );
    }
    assert!(
        silent.contains("standard input has no more answers"),
        "{silent}"
    );
    assert!(!out.join("adjudications").exists());

    let at = |code: &str| {
        listed
            .iter()
            .position(|doubt| doubt["code"] == code)
            .unwrap()
    };
    let mut lines = vec!["skip".to_owned(); listed.len()];
    let clause = &listed[at("LAY003")]["nearest"]["clause"];
    lines[at("LAY003")] = format!("met {clause}");
    lines[at("REF001")] = "met Bilan de mi-parcours".to_owned();
    // The first does not count, the second takes its place.
    lines[at("REF002")] = "met Bilan à la fin\nnot met".to_owned();
    lines[at("ANA003")] = "unsure".to_owned();
    let told = doubts(&out, &[], &format!("{}\n", lines.join("\n")));
    assert!(told.contains("that does not count"), "{told}");
    let left = format!("4 answered, {} left in doubt", listed.len() - 4);
    assert!(told.contains(&left), "{told}");

    let report = json_of(&check(&out, "json"));
    for (code, verdict, answer) in [
        ("LAY003", "pass", "met"),
        ("REF001", "pass", "met"),
        ("REF002", "fail", "not_met"),
        ("ANA003", "doubtful", "unsure"),
    ] {
        let rule = rule(&report, code);
        assert_eq!(rule["verdict"], verdict, "{code}");
        let settled = (&rule["settled"][0]["answer"], &rule["settled"][0]["by"]);
        assert_eq!(settled, (&json!(answer), &json!("person")), "{code}");
    }
    let now = json_of(&doubts(&out, &["--report", "json"], ""));
    assert_eq!(count(&now, "doubts"), listed.len() - 3, "unsure stays open");
}

#[test]
fn a_plan_that_nobody_doubts_asks_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let marker = dir.path().join("asked");
    program()
        .args([
            "run",
            "--case",
            "abort-docs-503",
            "--case",
            "planning-healthy",
            "--out",
        ])
        .arg(&out)
        .args(["--adjudicator", "touch"])
        .arg(&marker)
        .args(["--", PROGRAM, "agent"])
        .assert()
        .success();
    assert!(!marker.exists());
    let told = doubts(&out, &[], "");
    assert!(told.contains("nothing is in doubt"), "{told}");
}
