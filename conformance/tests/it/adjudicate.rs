//! Doubts, and who settles them. Text rules do not read French, so that a French plan has doubts.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

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

pub(crate) fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

pub(crate) fn count(report: &Value, key: &str) -> usize {
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

    let absent = json_of(&plan(&["--report", "json", "--answers", answers], 0));
    assert_eq!(absent["doubts"], before["doubts"]);
    let note = absent["notes"][0].as_str().unwrap();
    assert!(note.contains("there are no answers"), "{note}");

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
    std::fs::write(
        &edited,
        source.replace("relire pertes.csv", "revoir pertes.csv"),
    )
    .unwrap();
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
fn of_rules_that_are_left_out_nobody_is_asked() {
    let dir = tempfile::tempdir().unwrap();
    let good = script(dir.path(), &GOOD.replace("ANSWER", "met"));
    let asking = ["--report", "json", "--adjudicator", "python3"];
    let asking = [&asking[..], &[good.to_str().unwrap()]].concat();
    let about_reflection = |report: &Value| {
        let settled = report["settled"].as_array().unwrap().iter();
        let codes = settled.filter_map(|settled| settled["code"].as_str());
        codes.filter(|code| code.starts_with("REF")).count()
    };
    let all = json_of(&plan(&asking, 0));
    assert!(about_reflection(&all) > 0, "{all}");
    let some = json_of(&plan(&[&asking[..], &["--ignore", "REF"]].concat(), 0));
    assert_eq!(about_reflection(&some), 0, "{some}");
    let left = count(&all, "settled") - about_reflection(&all);
    assert_eq!(count(&some, "settled"), left, "{some}");
    assert_eq!(count(&some, "notes"), 0, "{some}");
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

/// Ctrl-C ends an adjudicator that does not, and what was played is judged all the same.
#[test]
fn an_interrupted_run_does_not_wait_for_the_adjudicator() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("asked");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    // It holds the fifo open as long as it lives.
    let ask = format!(
        "exec 3>{}; echo asked >&3; exec tail -f /dev/null",
        fifo.display()
    );
    let mut harness = std::process::Command::new(PROGRAM)
        .args(["run", "--case", "planning-healthy", "--report", "json"])
        .arg("--out")
        .arg(dir.path().join("out"))
        .args(["--adjudicator-timeout", "3600", "--adjudicator", "bash"])
        .args(["--adjudicator=-c", "--adjudicator", &ask])
        .args(["--", "bash", "-c", &agent()])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut fifo = BufReader::new(std::fs::File::open(&fifo).unwrap());
    let mut asked = String::new();
    fifo.read_line(&mut asked).unwrap();
    let number = nix::unistd::Pid::from_raw(harness.id().cast_signed());
    nix::sys::signal::kill(number, nix::sys::signal::Signal::SIGINT).unwrap();
    let mut told = String::new();
    let mut stdout = harness.stdout.take().unwrap();
    stdout.read_to_string(&mut told).unwrap();
    assert_eq!(harness.wait().unwrap().code(), Some(1));
    let report = json_of(&told);
    assert_eq!(rule(&report, "REF002")["verdict"], "doubtful");
    let notes = report["cases"][0]["notes"].to_string();
    assert!(notes.contains("nobody was asked"), "{notes}");
    assert_eq!(fifo.read_to_string(&mut asked).unwrap(), 0);
}

/// Plays an agent that hands in the French plan without a preflight. Its doubts are doubts all the
/// same.
pub(crate) fn run(out: &Path, args: &[&str]) {
    program()
        .args(["run", "--case", "planning-healthy", "--out"])
        .arg(out)
        .args(args)
        .args(["--", "bash", "-c", &agent()])
        .assert()
        .code(1);
}

fn agent() -> String {
    format!(
        "mkdir -p $(dirname $WILD_TASKS_PATH); cp {0} $WILD_TASKS_PATH; echo '<plan>'; cat {0}; echo '</plan>'",
        french().display()
    )
}

pub(crate) fn check(folder: &Path, format: &str) -> String {
    let mut command = program();
    command.arg("check").arg(folder).args(["--report", format]);
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

pub(crate) fn rule<'r>(report: &'r Value, code: &str) -> &'r Value {
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
