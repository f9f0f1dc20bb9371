//! What prompts tell, and that nobody is judged by what theirs does not.

use std::path::{Path, PathBuf};

use serde_json::Value;
use wild_conformance::case::Kind;
use wild_conformance::prompt::{Prompts, Template, tellings};
use wild_conformance::rules;

use crate::play::{PROGRAM, program};

/// A template that tells to plan, and little about how.
const SPARSE: &str = "## Goal\n\n{{goal}}\n\n## Work\n\n\
    Working directory: {{workdir}}\nTasks file: {{tasks_path}}\n\n\
    Plan only; run no experiment. First check the server:\n\n\
    ```\n\
    curl -sf {{server_url}}/docs >/dev/null\n\
    curl -sf {{server_url}}/openapi.json >/dev/null\n\
    ```\n\n\
    Write the plan to {{tasks_path}}, then print the same text inside <plan> and </plan>.\n\
    It has 4 to 6 phases. You need no ablation and no reflection.\n";

fn template(folder: &Path, text: &str) -> PathBuf {
    let file = folder.join("own.md");
    std::fs::write(&file, text).unwrap();
    file
}

fn untold(template: &Template, kind: Kind) -> Vec<&'static str> {
    let tellings = tellings(template, kind).into_iter();
    let missing = tellings.filter(|telling| telling.told.is_missing());
    missing.map(|telling| telling.rule.code).collect()
}

fn json(args: &[&str], code: i32) -> Value {
    let assert = program().args(args).assert().code(code);
    serde_json::from_slice(&assert.get_output().stdout).unwrap()
}

/// The reason or the word of each verdict, by code.
fn verdict(report: &Value, code: &str) -> (String, String) {
    let rules = report["cases"][0]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["code"] == code).unwrap();
    let text = |key: &str| rule[key].as_str().unwrap_or_default().to_owned();
    (text("verdict"), text("reason"))
}

#[test]
fn the_builtin_prompts_tell_every_demand() {
    let prompts = Prompts::builtin().unwrap();
    for kind in [Kind::Planning, Kind::Execution] {
        let none: [&str; 0] = [];
        assert_eq!(untold(prompts.of(kind), kind), none);
    }
}

#[test]
fn a_terse_prompt_tells_nearly_all() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/prompts/terse-planning.md");
    let template = Template::from_file(&file, Kind::Planning).unwrap();
    assert_eq!(
        untold(&template, Kind::Planning),
        ["OUT005", "ANA004", "SEC002"],
        "a demand that is new is told by fixtures/prompts/terse-planning.md, too"
    );
}

#[test]
fn a_prompt_is_shown_demand_by_demand() {
    let dir = tempfile::tempdir().unwrap();
    let file = template(dir.path(), SPARSE).display().to_string();
    let report = json(&["prompt", &file, "--report", "json"], 0);
    let demands = report["demands"].as_array().unwrap();
    let planning = rules::all().filter(|rule| rule.scope().excludes(Kind::Planning).is_none());
    assert_eq!(demands.len(), planning.count());
    let of = |code: &str| {
        demands
            .iter()
            .find(|demand| demand["code"] == code)
            .unwrap()
    };
    assert_eq!(of("PLN004")["line"], 18);
    assert_eq!(of("PLN004")["text"], "It has 4 to 6 phases");
    assert_eq!(of("PRE001")["line"], 13);
    assert_eq!(of("OUT007")["told"], true);
    for code in [
        "PRE003", "ABT001", "LAY003", "REF001", "REF002", "ANA003", "SEC002",
    ] {
        assert_eq!(of(code)["told"], false, "{code}");
    }
    let text = program().args(["prompt", &file]).assert().success();
    let text = String::from_utf8_lossy(&text.get_output().stdout).into_owned();
    assert!(
        text.contains("told at line 18: \"It has 4 to 6 phases\""),
        "{text}"
    );
    assert!(
        text.contains("ablation-task") && text.contains("not told: "),
        "{text}"
    );
}

#[test]
fn what_a_prompt_does_not_tell_is_not_judged_unless_selected() {
    let dir = tempfile::tempdir().unwrap();
    let file = template(dir.path(), SPARSE).display().to_string();
    let out = dir.path().join("out").display().to_string();
    let case = [
        "run",
        "--case",
        "planning-healthy",
        "--report",
        "full-json",
        "--out",
        &out,
    ];
    let agent = [
        "--", PROGRAM, "agent", "--break", "ANA001", "--break", "PLN004",
    ];
    let with = |options: &[&str], code| json(&[&case[..], options, &agent[..]].concat(), code);

    let report = with(&["--prompt", &file, "--ignore", "PLN004"], 0);
    let (word, reason) = verdict(&report, "ANA001");
    assert_eq!(word, "not_applicable");
    assert!(
        reason.starts_with("the given prompt does not tell it; "),
        "{reason}"
    );
    assert_eq!(verdict(&report, "PLN004").1, "ignored, as --ignore says");
    assert_eq!(report["cases"][0]["ignored"], serde_json::json!(["PLN004"]));

    // Saved evidence remembers what was told, and the choice can be another.
    let folder = dir
        .path()
        .join("out/planning-healthy")
        .display()
        .to_string();
    let check = |options: &[&str], code| {
        json(
            &[&["check", &folder, "--report", "full-json"][..], options].concat(),
            code,
        )
    };
    assert_eq!(check(&["--ignore", "PLN004"], 0), report);
    assert_eq!(verdict(&check(&[], 1), "PLN004").0, "fail");
    let selected = check(&["--select", "ANA", "--ignore", "PLN004,ANA004"], 1);
    assert_eq!(verdict(&selected, "ANA001").0, "fail");
    assert_eq!(verdict(&selected, "ANA004").1, "ignored, as --ignore says");

    // The built-in prompts tell everything.
    let builtin = with(&[], 1);
    assert_eq!(verdict(&builtin, "ANA001").0, "fail");
    assert_eq!(builtin["cases"][0]["untold"], serde_json::json!([]));
}

#[test]
fn a_plan_is_judged_by_the_prompt_that_it_was_written_under() {
    let dir = tempfile::tempdir().unwrap();
    let file = template(dir.path(), SPARSE).display().to_string();
    let plan = dir.path().join("tasks.md");
    std::fs::write(
        &plan,
        "# Tasks\n\n## Phase 1 - A\n\n- [ ] [P1-T1] Read the code\n",
    )
    .unwrap();
    let plan = plan.display().to_string();
    let codes = |options: &[&str]| -> Vec<String> {
        let report = json(
            &[&["plan", &plan, "--report", "json"][..], options].concat(),
            1,
        );
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .map(|f| f["code"].as_str().unwrap().to_owned())
            .collect()
    };
    let has = |codes: &[String], code: &str| codes.iter().any(|own| own == code);
    let bare = codes(&[]);
    assert!(has(&bare, "PLN004") && has(&bare, "REF001"), "{bare:?}");
    let own = codes(&["--prompt", &file]);
    assert!(has(&own, "PLN004") && !has(&own, "REF001"), "{own:?}");
    let chosen = codes(&["--prompt", &file, "--select", "REF", "--ignore", "PLN00"]);
    assert!(
        !has(&chosen, "PLN004") && has(&chosen, "REF001"),
        "{chosen:?}"
    );
}

#[test]
fn a_template_with_a_slip_is_refused_and_one_without_an_address_warned_of() {
    let dir = tempfile::tempdir().unwrap();
    let file = template(dir.path(), "{{goal}}\n{{sesion_id}}\n")
        .display()
        .to_string();
    for args in [["prompt", &file].as_slice(), &["run", "--prompt", &file]] {
        let assert = program().args(args).assert().code(2);
        let told = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        let slip = "line 2: {{sesion_id}}; did you mean {{session_id}}?";
        assert!(told.contains(slip), "{told}");
    }
    let file = template(dir.path(), "Plan {{goal}} in {{tasks_path}}.")
        .display()
        .to_string();
    let out = dir.path().join("out").display().to_string();
    let run = [
        "run",
        "--case",
        "planning-healthy",
        "--prompt",
        &file,
        "--out",
        &out,
    ];
    let told = program().args(run).assert().get_output().stderr.clone();
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(
        told.contains("warning: ") && told.contains("{{server_url}}"),
        "{told}"
    );
    assert!(!told.contains("{{tasks_path}}"), "{told}");
    let report = json(&["prompt", &file, "--report", "json"], 0);
    assert_eq!(report["warnings"].as_array().unwrap().len(), 1);
}

#[test]
fn rules_that_do_not_exist_cannot_be_chosen() {
    for (args, told) in [
        (["check", "x", "--select", "LAX001"], "did you mean LAY001?"),
        (
            ["check", "x", "--ignore", ""],
            "there is no rule or family ``",
        ),
    ] {
        let assert = program().args(args).assert().code(2);
        let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(stderr.contains(told), "{stderr}");
    }
    let both = ["check", "x", "--select", "REF", "--ignore", "ref"];
    program().args(both).assert().code(2);
}
