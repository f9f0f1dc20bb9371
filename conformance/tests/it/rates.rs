//! Agents that do not do the same each time: rates, claims about them, and two runs against each other.

use std::path::Path;

use serde_json::Value;

use crate::play::{PROGRAM, program};

/// Plays `planning-healthy` four times with an agent that breaks OUT003 every other time.
fn play(out: &Path) {
    let turns = tempfile::tempdir().unwrap();
    let script = format!(
        "n=$(ls {turns} | wc -l); touch {turns}/$n; \
         if [ $((n % 2)) = 0 ]; then exec {PROGRAM} agent; else exec {PROGRAM} agent --break OUT003; fi",
        turns = turns.path().display()
    );
    program()
        .args(["run", "--no-sandbox", "--jobs", "1", "--repeat", "4"])
        .args(["--case", "planning-healthy", "--out"])
        .arg(out)
        .args(["--", "sh", "-c", &script])
        .assert()
        .code(1);
}

fn check(out: &Path, args: &[&str], code: i32) -> String {
    let assert = program()
        .arg("check")
        .arg(out)
        .args(args)
        .assert()
        .code(code);
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn compare(base: &Path, new: &Path, args: &[&str], code: i32) -> String {
    let mut command = program();
    command.arg("compare").arg(base).arg(new).args(args);
    let assert = command.assert().code(code);
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

#[test]
fn rates_and_what_follows_from_them() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    play(&out);
    rates(&out);
    claims(&out);
    lines(&out);
    against_itself(&out, dir.path());
}

fn rates(out: &Path) {
    let text = check(out, &[], 1);
    for part in [
        "planning-healthy  4 plays, conformant 2 of 4 (50.0 %, 15.0 to 85.0 %)",
        "pass@1 0.50, pass@2 0.83, pass@4 1.00; pass^1 0.50, pass^2 0.17, pass^4 0.00",
        "OUT003  2 of 4 (50.0 %, 15.0 to 85.0 %)",
        "kept 4 of 4 (100 %, 51.0 to 100 %)",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let report: Value = serde_json::from_str(&check(out, &["--report", "json"], 1)).unwrap();
    let rates = &report["rates"];
    let case = &rates["cases"][0];
    assert_eq!(
        case["pass_any"],
        serde_json::json!([0.5, 0.833_333, 1.0, 1.0])
    );
    assert_eq!(
        case["pass_all"],
        serde_json::json!([0.5, 0.166_667, 0.0, 0.0])
    );
    let of = |rules: &Value| -> Value {
        let rules = rules.as_array().unwrap();
        let own = rules.iter().find(|rule| rule["code"] == "OUT003");
        own.cloned().unwrap()
    };
    assert_eq!(of(&case["rules"]), of(&rates["pooled"]["rules"]));
    assert_eq!(of(&case["rules"])["violated"], 2);
}

fn claims(out: &Path) {
    for (args, code, word) in [
        (
            &["--gate", "OUT003>=0.95"][..],
            1,
            "gate OUT003>=0.95 fails: 2 of 4",
        ),
        (&["--gate", "OUT003>=0.5"], 0, "at least 6 plays, all kept"),
        (
            &["--gate", "OUT003>=0.5", "--gate-demonstrate"],
            1,
            "is inconclusive",
        ),
        (
            &["--gate", "PRE001@planning-*>=0.3", "--gate-demonstrate"],
            0,
            "holds",
        ),
        (
            &["--gate", "pass>=0.95", "--gate", "PRE001>=0.5"],
            1,
            "gate pass>=0.95 fails",
        ),
        (&["--gate", "TRK001>=0.5"], 3, "is untried"),
        (&["--gate", "PRE001@execution-*>=0.5"], 2, ""),
    ] {
        let text = check(out, args, code);
        assert!(text.contains(word), "{args:?}: {text}");
    }
    let gates = ["--gate", "OUT003>=0.95", "--report", "json"];
    let report: Value = serde_json::from_str(&check(out, &gates, 1)).unwrap();
    assert_eq!(report["gates"][0]["standing"], "fails");
    assert_eq!(report["gates"][0]["plays_needed"], 73);
    assert_eq!(report["exit_code"], 1);
}

fn lines(out: &Path) {
    let text = check(out, &["--report", "jsonl"], 1);
    let plays: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(plays.len(), 4);
    let told: Vec<&str> = plays
        .iter()
        .map(|play| play["rules"]["OUT003"].as_str().unwrap())
        .collect();
    let passed = told.iter().filter(|verdict| **verdict == "pass").count();
    assert_eq!((passed, told.contains(&"fail")), (2, true));
    assert!(plays[0]["seconds"].as_f64().unwrap() > 0.0);
    assert_eq!(plays[3]["repetition"], 4);
    let documented = include_str!("../../../docs/src/statistics.md");
    for column in plays[0].as_object().unwrap().keys() {
        assert!(documented.contains(&format!("| `{column}` |")), "{column}");
    }
}

/// Evidence and the report that was made of it are the same run.
fn against_itself(out: &Path, dir: &Path) {
    let report = out.join("report.json");
    let text = compare(out, &report, &[], 0);
    assert!(
        text.contains("0 rates are worse, and 0 rates are better"),
        "{text}"
    );
    assert!(!text.contains("note:"), "{text}");
    let same = std::fs::read_to_string(&report).unwrap();
    let mut own: Value = serde_json::from_str(&same).unwrap();
    // Four plays are too few to show anything.
    let plays = own["cases"].as_array().unwrap().clone();
    own["cases"] = plays.iter().cycle().take(12).cloned().collect();
    let many = dir.join("many.json");
    std::fs::write(&many, own.to_string()).unwrap();
    for case in own["cases"].as_array_mut().unwrap() {
        case["fingerprint"]["prompt"] = "another".into();
        let passed = case["passed"].as_array_mut().unwrap();
        let before = passed.len();
        passed.retain(|code| code != "PRE001");
        assert_eq!(passed.len() + 1, before);
        let failed = serde_json::json!({"code": "PRE001", "verdict": "fail"});
        case["rules"].as_array_mut().unwrap().push(failed);
    }
    let changed = dir.join("changed.json");
    std::fs::write(&changed, own.to_string()).unwrap();
    let text = compare(&many, &changed, &[], 1);
    for part in [
        "note: other prompts in planning-healthy",
        "PRE001  12 of 12 -> 0 of 12  -100.0 points",
        "p < 0.0001, corrected < 0.0001",
        "broken  planning-healthy  PRE001  12 of 12 -> 0 of 12",
        "2 rates are worse, and 0 rates are better",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = compare(out, &changed, &[], 1);
    assert!(text.contains("PRE001  4 of 4 -> 0 of 12"), "{text}");
    let told = compare(&many, &changed, &["--report", "json"], 1);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["marks"][0]["kind"], "prompt");
    assert_eq!(told["flips"][0]["subject"], "PRE001");
}

/// Place, seed and time are not what a prompt asks; its template is.
#[test]
fn plays_under_the_same_prompt_have_the_same_fingerprint() {
    let dir = tempfile::tempdir().unwrap();
    let prompt = dir.path().join("prompt.md");
    let own = include_str!("../../../fixtures/skills/wild_v2_planning/SKILL.md");
    std::fs::write(&prompt, own.replace("assumptions", "premises")).unwrap();
    let fingerprint = |name: &str, args: &[&str]| -> Value {
        let out = dir.path().join(name);
        program()
            .args(["run", "--no-sandbox", "--case", "planning-healthy", "--out"])
            .arg(&out)
            .args(args)
            .assert()
            .success();
        let report = std::fs::read_to_string(out.join("report.json")).unwrap();
        let report: Value = serde_json::from_str(&report).unwrap();
        report["cases"][0]["fingerprint"].clone()
    };
    let usual = fingerprint("usual", &[]);
    assert_eq!(usual, fingerprint("seed", &["--seed", "7"]));
    let other = fingerprint("own", &["--prompt", prompt.to_str().unwrap()]);
    assert_ne!(usual["prompt"], other["prompt"]);
    assert_eq!(usual["case"], other["case"]);
}
