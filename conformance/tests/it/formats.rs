//! Reports for other programs, from the command line.

use std::path::Path;

use serde_json::Value;

use crate::play::{PROGRAM, program};

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// One play that fails, told in every way at once.
#[test]
fn a_run_is_told_in_every_format_beside_the_text() {
    let dir = tempfile::tempdir().unwrap();
    let (out, summary) = (dir.path().join("out"), dir.path().join("summary.md"));
    std::fs::write(&summary, "# Of an earlier step\n").unwrap();
    let file = |format: &str| dir.path().join(format);
    let mut command = program();
    command.args([
        "run",
        "--case",
        "abort-docs-503",
        "--report",
        "github",
        "--out",
    ]);
    command.arg(&out).env("GITHUB_STEP_SUMMARY", &summary);
    for format in ["junit", "sarif", "markdown", "html"] {
        command.args(["--report", &format!("{format}={}", file(format).display())]);
    }
    let agent = ["--", PROGRAM, "agent", "--break", "ABT006"];
    let assert = command.args(agent).assert().code(1);
    let told = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    // The text comes first, and the annotations stand behind what ends it.
    let (text, annotations) = told.split_once("\n::error ").unwrap();
    assert!(
        text.contains("error       ABT006") && text.contains("\nnext: less "),
        "{told}"
    );
    assert!(
        annotations.starts_with("title=ABT006 x 1%3A abort-summary-exact::"),
        "{told}"
    );
    let log = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(
        log.starts_with("[1/1] abort-docs-503: non-conformant (ABT006), "),
        "{log}"
    );

    let sarif: Value = serde_json::from_str(&read(&file("sarif"))).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "abort-docs-503/transcript.txt"
    );
    assert!(read(&file("junit")).contains("<failure message=\"ABT006\" type=\"non-conformant\">"));
    let markdown = read(&file("markdown"));
    assert_eq!(read(&summary), format!("# Of an earlier step\n{markdown}"));
    assert!(
        markdown.starts_with("## wild-conformance: not conformant\n"),
        "{markdown}"
    );

    // A finding is followed to the line of the transcript, which the page shows; the requests are there.
    let page = read(&file("html"));
    for part in [
        "<div id=\"abort-docs-503/ABT006\">",
        "<a href=\"#abort-docs-503/transcript-3\">",
        "<li id=\"abort-docs-503/transcript-3\">",
        "<tr id=\"abort-docs-503/request-1\">",
        "GET /docs",
        "<li id=\"abort-docs-503/process-1\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page, read(&out.join("report.html")));
}

#[test]
fn a_plan_is_told_at_its_lines() {
    let dir = tempfile::tempdir().unwrap();
    let (plan, sarif) = (dir.path().join("my plan.md"), dir.path().join("plan.sarif"));
    std::fs::write(
        &plan,
        "# Tasks\n\n## Phase 1 - Measure\n\n- [ ] [P1-T1] Run it\n",
    )
    .unwrap();
    let told = |args: &[&str]| {
        let assert = program().arg("plan").arg(&plan).args(args).assert().code(1);
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    };
    let request = format!("sarif={}", sarif.display());
    let text = told(&["--report", &request]);
    assert!(
        text.contains("errors, "),
        "a file does not silence the text: {text}"
    );
    let log: Value = serde_json::from_str(&read(&sarif)).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let at_task = results.iter().find(|result| {
        let place = &result["locations"][0]["physicalLocation"];
        place["region"]["startLine"] == 5
    });
    let uri = &at_task.unwrap()["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert!(uri.as_str().unwrap().ends_with("/my%20plan.md"), "{uri}");
    let annotated = told(&["--report", "github"]);
    let annotations = annotated.strip_prefix(&text).unwrap();
    let errors = annotations
        .lines()
        .filter(|line| line.starts_with("::error file="));
    let expected = results
        .iter()
        .filter(|result| result["level"] == "error")
        .count();
    assert_eq!(errors.count(), expected, "{annotations}");
}

#[test]
fn only_one_report_that_is_no_text_has_standard_output() {
    let complaint = |formats: [&str; 2]| {
        let mut command = program();
        command.arg("check");
        for format in formats {
            command.args(["--report", format]);
        }
        let output = command.args(["--", "/nowhere"]).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    for formats in [["json", "github"], ["junit", "sarif"], ["text", "html"]] {
        let text = complaint(formats);
        assert!(text.contains("only one --report"), "{text}");
    }
    // These two go together, so that the folder is what is wrong.
    let text = complaint(["text", "github"]);
    assert!(
        text.contains("/nowhere") && !text.contains("--report"),
        "{text}"
    );
}

#[test]
fn a_dash_is_standard_output_and_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = program();
    command.current_dir(dir.path());
    command.args(["run", "--case", "abort-docs-503", "--report", "json=-"]);
    let assert = command.assert().success();
    let report: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(report["tool"]["name"], "wild-conformance");
    assert!(!dir.path().join("-").exists());
}

/// What is sealed, and what is somebody else's, is not replaced by a report.
#[test]
fn reports_replace_neither_evidence_nor_the_files_of_others() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let run = || {
        let mut command = program();
        command
            .args(["run", "--case", "abort-docs-503", "--out"])
            .arg(&out);
        command.assert()
    };
    run().success();
    for name in ["abort-docs-503/evidence.json", "run.json"] {
        let file = out.join(name);
        let before = read(&file);
        let mut command = program();
        command.arg("check").arg(&out);
        let report = format!("json={}", file.display());
        let assert = command.args(["--report", &report]).assert().code(2);
        let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(text.contains("would change the evidence in"), "{text}");
        assert_eq!(read(&file), before);
    }
    std::fs::remove_file(out.join("run.json")).unwrap();
    std::fs::write(out.join("report.txt"), "my thesis").unwrap();
    let assert = run().code(2);
    let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(text.contains("report.txt is none of our reports"), "{text}");
    assert_eq!(read(&out.join("report.txt")), "my thesis");
}

/// What comes next helps, or is not told.
#[test]
fn what_cannot_run_is_for_the_doctor() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = program();
    command.args(["run", "--case", "abort-docs-503", "--out"]);
    command
        .arg(dir.path().join("out"))
        .args(["--", "/nowhere/agent"]);
    let assert = command.assert().code(3);
    let told = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(told.contains("\nnext: wild-conformance doctor"), "{told}");
    assert!(!told.contains("--last-failed"), "{told}");
}
