//! Plans judged by themselves: the command `plan`, and the corpus of plans.

use std::path::{Path, PathBuf};

use serde_json::Value;
use wild_conformance::facts::{Plan, PlanContext, Tree};
use wild_conformance::lint::{Linted, lint};

use crate::play::program;

const GOOD: &str = include_str!("plan.md");

pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/plans")
}

fn codes(source: &str, context: &PlanContext) -> Vec<String> {
    linted(source, context, None)
        .findings
        .into_iter()
        .map(|finding| {
            format!(
                "{} {}: {}",
                finding.rule.code, finding.place.line, finding.message
            )
        })
        .collect()
}

pub(crate) fn linted(source: &str, context: &PlanContext, tree: Option<&Tree>) -> Linted {
    lint(&Plan::parse(source), context, tree, "plan.md")
}

pub(crate) fn context_of(plan: &Path) -> PlanContext {
    let file = plan.with_extension("toml");
    std::fs::read_to_string(&file).map_or_else(
        |_| PlanContext::default(),
        |text| {
            PlanContext::from_toml(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        },
    )
}

fn plans_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut plans: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    plans.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    plans.sort();
    assert!(!plans.is_empty(), "no plans in {}", folder.display());
    plans
}

#[test]
fn conforming_plans_have_no_findings() {
    assert_eq!(codes(GOOD, &PlanContext::default()), [""; 0]);
    let mut wrong = Vec::new();
    for folder in [corpus(), corpus().join("tricky")] {
        for plan in plans_in(&folder) {
            let text = std::fs::read_to_string(&plan).unwrap();
            let found = codes(&text, &context_of(&plan));
            if !found.is_empty() {
                wrong.push(format!("{}: {found:#?}", plan.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "plans that are to conform are accused (code, line, message):\n{}",
        wrong.join("\n")
    );
}

#[test]
fn findings_have_code_place_and_excerpt() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("tasks.md");
    std::fs::write(
        &file,
        GOOD.replacen("- [ ] [P2-T1] Fix", "- [x] [P2-T1] Fix", 1),
    )
    .unwrap();
    let assert = program().arg("plan").arg(&file).assert().code(1);
    let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    for part in [
        "error[PLN010]",
        "tasks.md:21:1",
        "[x] [P2-T1] Fix",
        "^^^",
        "write `[ ]`",
        "1 error, 0 warnings",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let assert = program()
        .args(["plan", "--report", "json"])
        .arg(&file)
        .assert()
        .code(1);
    let report: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    let finding = report["findings"][0].as_object().unwrap();
    let keys: Vec<&str> = finding.keys().map(String::as_str).collect();
    let expected = [
        "code",
        "level",
        "message",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
    ];
    assert_eq!(keys, expected);
    assert_eq!(
        (&finding["line"], &finding["column"]),
        (&21.into(), &1.into())
    );
}

/// Text rules do not read French, so that what they look for is in doubt there.
#[test]
fn doubts_are_told_apart_and_fail_only_on_request() {
    let plan = corpus().join("tricky/french-wind.md");
    let run = |args: &[&str], code: i32| {
        let assert = program()
            .arg("plan")
            .arg(&plan)
            .arg("--context")
            .arg(plan.with_extension("toml"))
            .args(args)
            .assert()
            .code(code);
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    };
    let text = run(&[], 0);
    assert!(text.contains("doubt["), "{text}");
    assert!(text.contains("french-wind.md: no findings, "), "{text}");
    run(&["--strict"], 0);
    run(&["--doubts", "fail"], 1);
    let report: Value = serde_json::from_str(&run(&["--report", "json"], 0)).unwrap();
    assert_eq!(report["findings"], serde_json::json!([]));
    let doubt = report["doubts"][0].as_object().unwrap();
    let keys: Vec<&str> = doubt.keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "question", "nearest"]);
}

#[test]
fn flags_win_over_the_context_and_warnings_count_when_strict() {
    let dir = tempfile::tempdir().unwrap();
    let context = dir.path().join("context.json");
    std::fs::write(&context, r#"{"goal": "Something else", "grid": true}"#).unwrap();
    let goal = GOOD.lines().nth(4).unwrap();
    let run = |args: &[&str], code: i32| {
        let mut command = program();
        command
            .args(["plan", "-", "--context"])
            .arg(&context)
            .args(args);
        command.write_stdin(GOOD).assert().code(code);
    };
    run(&[], 1);
    run(&["--goal", goal, "--strict"], 0);
    let (rest, contract) = GOOD.split_at(GOOD.rfind("## Shared").unwrap());
    let moved = rest.replacen("## Goal", &format!("{contract}\n## Goal"), 1);
    for (args, code) in [(&["plan", "-"][..], 0), (&["plan", "-", "--strict"], 1)] {
        let moved = moved.clone();
        program().args(args).write_stdin(moved).assert().code(code);
    }
}

#[test]
fn what_is_no_plan_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let binary = dir.path().join("binary.md");
    std::fs::write(&binary, [0xff, 0xfe, 0x00]).unwrap();
    let context = dir.path().join("context.toml");
    std::fs::write(&context, "gaol = \"typo\"\n").unwrap();
    let (binary, context) = (binary.to_str().unwrap(), context.to_str().unwrap());
    for (args, word) in [
        (&["plan", "/nowhere/plan.md"][..], "/nowhere/plan.md"),
        (&["plan", binary], "UTF-8"),
        (&["plan", "-", "--context", context], "gaol"),
        (&["plan", "-", "--cluster", "cloud"], "cloud"),
        (&["plan", "-", "--report", "xml"], "text, json"),
    ] {
        let assert = program().args(args).write_stdin("").assert().code(2);
        let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(text.contains(word), "{args:?}: {text}");
    }
}
