//! `plan --coverage` and `plan --why`: which sentence meets a demand, and what tipped it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::play::program;

/// The line of the plan below that says where output goes.
const CAPTURE: &str = "redirects stdout and stderr to files under `.wild/experiments/logs/`";

fn fixture(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/plans")
        .join(file)
}

/// Exit code, output and errors of `plan` on the plan with its line on output replaced.
fn told(capture: &str, args: &[&str]) -> (i32, String, String) {
    let dir = tempfile::tempdir().unwrap();
    let plan = dir.path().join("tasks.md");
    let source = std::fs::read_to_string(fixture("slurm-nlp-tabs.md")).unwrap();
    assert!(source.contains(CAPTURE));
    std::fs::write(&plan, source.replace(CAPTURE, capture)).unwrap();
    let mut command = program();
    command.arg("plan").arg(plan).args(args);
    command.arg("--context").arg(fixture("slurm-nlp-tabs.toml"));
    let output = command.output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn row<'t>(table: &'t str, code: &str) -> &'t str {
    let mut lines = table.lines();
    lines
        .find(|line| line.starts_with(code))
        .unwrap_or_else(|| panic!("no {code} in {table}"))
}

#[test]
fn the_table_has_the_sentence_that_meets_each_demand() {
    let (exit_code, table, _) = told(CAPTURE, &["--coverage"]);
    assert_eq!(exit_code, 0);
    assert_eq!(
        row(&table, "LAY003"),
        "LAY003  met        32: P2-T2     redirects stdout and stderr to files under \
         `.wild/experiments/logs/"
    );
    assert_eq!(
        row(&table, "FLW008"),
        "FLW008  not asked                the cluster is no local machine with several GPUs"
    );
    assert!(row(&table, "REF001").contains("44: P3-T3     Midpoint reflection"));
    assert!(table.lines().all(|line| line.chars().count() <= 100));
    assert_eq!(
        table.lines().last(),
        Some("35 demands: 32 met, 0 doubtful, 0 violated, 3 not asked")
    );

    let (exit_code, table, _) = told("keeps quiet", &["--coverage", "--ignore", "FLW001"]);
    assert_eq!(exit_code, 1);
    assert!(
        row(&table, "LAY003")
            .starts_with("LAY003  violated                 no task captures stdout")
    );
    assert_eq!(
        row(&table, "FLW001"),
        "FLW001  not asked                ignored, as --ignore says"
    );
}

#[test]
fn programs_get_the_table_beside_the_findings() {
    let denied = "stdout and stderr are not captured";
    let (exit_code, report, _) = told(denied, &["--coverage", "--report", "json"]);
    assert_eq!(exit_code, 1);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["findings"][0]["code"], "LAY003");
    let rows = report["coverage"].as_array().unwrap();
    let of = |code: &str| rows.iter().find(|row| row["code"] == code).unwrap();
    let capture = of("LAY003");
    assert_eq!(capture["state"], "violated");
    assert_eq!(capture["remark"], report["findings"][0]["message"]);
    let sentence = &capture["sentences"][0];
    assert_eq!(sentence["text"], denied);
    assert_eq!(sentence["line"], 32);
    assert_eq!(sentence["zone"], "task detail");
    assert_eq!(sentence["task"], "P2-T2");
    assert_eq!(of("FLW008")["state"], "not_asked");

    let (_, report, _) = told(denied, &["--report", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report.get("coverage"), None);
}

#[test]
fn why_tells_what_was_found_and_what_tipped_it() {
    let (exit_code, why, _) = told(
        "stdout and stderr are not captured",
        &["--why", "output-capture-task"],
    );
    assert_eq!(exit_code, 1);
    let expected =
        "LAY003 output-capture-task (MUST): stdout and stderr of runs are captured to files

looked for:
  capture: stdout and stderr of runs go to files

found:
  32: P2-T2 (task detail): \"stdout and stderr are not captured\"
    capture (weak, denied): \"stdout\"
    capture (weak, denied): \"stderr\"
    capture (weak, denied): \"captured\"
    capture (strong, denied): \"stdout and stderr\"

violated: no task captures stdout and stderr to files; plan it, for example in the launcher
  32: P2-T2: \"stdout and stderr are not captured\"

counted:
  it is denied: line 32: P2-T2
  comes near to it and is denied: line 32: P2-T2

tipped by: it is denied, and nowhere affirmed
";
    assert_eq!(why, expected);

    let (_, table, _) = told("looks at stderr", &["--coverage"]);
    let (_, why, _) = told("looks at stderr", &["--why", "lay003"]);
    let (_, both, _) = told("looks at stderr", &["--why", "lay003", "--coverage"]);
    assert_eq!(both, format!("{why}\n{table}"));

    let (exit_code, why, _) = told("looks at stderr", &["--why", "lay003"]);
    assert_eq!(exit_code, 0);
    assert!(why.contains("\ndoubtful: Will both stdout and stderr of every run"));
    assert!(why.ends_with("tipped by: sentences come near to it, and none says it plainly\n"));
}

#[test]
fn what_cannot_be_told_is_a_usage_error() {
    let (exit_code, _, error) = told(CAPTURE, &["--why", "LAY03"]);
    assert_eq!(exit_code, 2);
    assert!(error.contains("there is no rule `LAY03`; did you mean LAY003"));
    let (exit_code, _, error) = told(CAPTURE, &["--why", "PRE001"]);
    assert_eq!(exit_code, 2);
    assert!(error.contains("PRE001 is not decided from a plan alone"));
    let (exit_code, _, error) = told(CAPTURE, &["--why", "LAY003", "--report", "json"]);
    assert_eq!(exit_code, 2);
    assert!(error.contains("only one --report or --why can go to standard output"));
}
