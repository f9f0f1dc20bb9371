//! `doubts`: people say what no rule could be sure of.

use std::path::Path;

use serde_json::{Value, json};

use crate::adjudicate::{check, count, json_of, rule, run};
use crate::play::{PROGRAM, program};

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
    let chosen = json_of(&doubts(&out, &["--report", "json", "--ignore", "REF"], ""));
    let is_left = |doubt: &&Value| !doubt["code"].as_str().unwrap().starts_with("REF");
    let left: Vec<&Value> = listed.iter().filter(is_left).collect();
    assert!(left.len() < listed.len());
    assert_eq!(chosen["doubts"], json!(left));

    let at = |code: &str| {
        listed
            .iter()
            .position(|doubt| doubt["code"] == code)
            .unwrap()
    };
    let mut lines = vec!["skip".to_owned(); listed.len()];
    let clause = &listed[at("LAY004")]["nearest"]["clause"];
    lines[at("LAY004")] = format!("met {clause}");
    lines[at("REF001")] = "met Bilan de mi-parcours".to_owned();
    lines[at("REF002")] = "not met".to_owned();
    // Neither counts, and the lines behind them are for the doubts behind these.
    let (misquoted, unclear) = (at("LAY002"), at("LAY003"));
    assert!(misquoted < at("REF001") && unclear < at("REF001"));
    lines[misquoted] = "met Bilan à la fin".to_owned();
    lines[unclear] = "perhaps".to_owned();
    lines[at("ANA003")] = "unsure".to_owned();
    let mut command = program();
    command.arg("doubts").arg(&out);
    let input = format!("{}\n", lines.join("\n"));
    let assert = command.write_stdin(input).assert().code(2);
    let complaint = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(complaint.contains("2 lines are no answer"), "{complaint}");
    let told = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(told.contains("that does not count"), "{told}");
    assert!(told.contains("`perhaps` is no answer"), "{told}");
    let left = format!("4 answered, {} left in doubt", listed.len() - 4);
    assert!(told.contains(&left), "{told}");

    let report = json_of(&check(&out, "json"));
    for (code, verdict, answer) in [
        ("LAY004", "pass", "met"),
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
fn where_nothing_is_in_doubt_nobody_is_asked() {
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
