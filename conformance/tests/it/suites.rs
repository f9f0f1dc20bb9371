//! Suites, dry runs, runs that stop at failures, and runs of what failed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wild_conformance::case::{Case, builtin_cases};
use wild_conformance::suite::{Lists, Offer, Suite, choose, demanded, marks};

use crate::play::{PROGRAM, program};

/// The first line of the file, for those who come across it.
const HEADING: &str = "# Chosen by `make suites`; see conformance/src/suite.\n";

/// The codes of the rules that applied in the plays of `case`.
fn applied<'r>(case: &Case, report: &'r Value) -> BTreeSet<&'r str> {
    let iteration = format!("{}-iteration-", case.id);
    let plays = report["cases"].as_array().unwrap().iter().filter(|play| {
        let id = play["id"].as_str().unwrap();
        id == case.id || (case.iterations > 1 && id.starts_with(&iteration))
    });
    // What passed is listed by its code, and what does not apply not at all.
    let codes = plays.flat_map(|play| {
        let told = play["rules"].as_array().unwrap().iter();
        let told = told.map(|verdict| &verdict["code"]);
        told.chain(play["passed"].as_array().unwrap())
    });
    codes.map(|code| code.as_str().unwrap()).collect()
}

fn offers(report: &Value) -> Vec<Offer> {
    let offer = |case: Case| Offer {
        marks: marks(&case, &applied(&case, report)),
        price: case.iterations,
        twin: case.twin,
        id: case.id,
    };
    builtin_cases().unwrap().into_iter().map(offer).collect()
}

fn touched<'o>(offers: impl Iterator<Item = &'o Offer>) -> BTreeSet<String> {
    offers.flat_map(|offer| offer.marks.clone()).collect()
}

fn rewrite(offers: &[Offer]) {
    let all = touched(offers.iter());
    let smoke = choose(offers, &Suite::Smoke.wanted(&all), &BTreeSet::new());
    let core = choose(offers, &Suite::Core.wanted(&all), &smoke);
    let text = toml::to_string_pretty(&Lists { smoke, core }).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/suites.toml");
    std::fs::write(file, format!("{HEADING}{text}")).unwrap();
}

/// Holds the suites to what they promise, by the report of a run of everything.
pub(crate) fn hold(report: &Path) {
    let report = std::fs::read_to_string(report).unwrap();
    let offers = offers(&serde_json::from_str(&report).unwrap());
    if std::env::var_os("WILD_UPDATE_SUITES").is_some() {
        return rewrite(&offers);
    }
    let all = touched(offers.iter());
    let absent: Vec<String> = demanded().difference(&all).cloned().collect();
    assert!(absent.is_empty(), "no case touches {absent:?}");
    for suite in [Suite::Smoke, Suite::Core] {
        let cases = suite.cases().unwrap();
        let has = |offer: &&Offer| cases.iter().any(|case| case.id == offer.id);
        let own = touched(offers.iter().filter(has));
        let lacks: Vec<String> = suite.wanted(&all).difference(&own).cloned().collect();
        assert!(
            lacks.is_empty(),
            "{suite:?} does not touch {lacks:?}; run `make suites`"
        );
        assert!(Some(suite.price(&cases)) <= suite.most_plays(), "{suite:?}");
        let campaigns = cases.iter().filter(|case| case.is_campaign()).count();
        assert_eq!(campaigns, usize::from(suite == Suite::Core), "{suite:?}");
    }
}

/// The plays that `run --dry-run` tells, and its last line.
fn dry(args: &[&str]) -> (Vec<String>, String) {
    let dir = tempfile::tempdir().unwrap();
    let mut command = program();
    command.current_dir(dir.path()).args(["run", "--dry-run"]);
    let assert = command.args(args).assert().success();
    let left = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(left, 0, "a dry run leaves nothing");
    let text = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let last = lines.pop().unwrap();
    (lines, last)
}

fn ids(suite: Suite) -> Vec<String> {
    let cases = suite.cases().unwrap().into_iter();
    cases.map(|case| case.id).collect()
}

fn names(lines: &[String]) -> Vec<String> {
    let name = |line: &String| line.split_whitespace().next().unwrap().to_owned();
    lines.iter().map(name).collect()
}

#[test]
fn a_dry_run_tells_the_plays_of_a_suite_and_what_they_may_cost() {
    assert_eq!(names(&dry(&["--suite", "smoke"]).0), ids(Suite::Smoke));
    assert_eq!(names(&dry(&[]).0), ids(Suite::Full));
    assert_eq!(names(&dry(&["--", "my-agent"]).0), ids(Suite::Core));
    let (lines, last) = dry(&["--suite", "full", "--", "my-agent"]);
    assert_eq!(names(&lines), ids(Suite::Full));
    assert!(last.contains("the time limits come to"), "{last}");

    let (lines, last) = dry(&["--case", "execution-chain", "--time-limit", "50"]);
    assert_eq!(lines, ["execution-chain    3 x    50 s"]);
    assert_eq!(
        last,
        "1 play with up to 3 outcomes; the time limits come to 2 min 30 s"
    );
    let (lines, last) = dry(&[
        "--case",
        "planning-healthy",
        "--repeat",
        "2",
        "--time-limit",
        "7",
    ]);
    assert_eq!(lines.len(), 2);
    assert_eq!(last, "2 plays; the time limits come to 0 min 14 s");
    for args in [
        &["--suite", "core", "--case", "planning-healthy"][..],
        &["--suite", "core", "--last-failed"],
        &["--max-failures", "0"],
        &["--last-failed"],
    ] {
        program()
            .arg("run")
            .args(args)
            .args(["--out", "/nowhere"])
            .assert()
            .code(2);
    }
}

/// The exit code and the report of a run that leaves its evidence in `out`.
fn run(out: &Path, args: &[&str]) -> (i32, Value) {
    let mut command = program();
    command
        .args(["run", "--jobs", "1", "--report", "json", "--out"])
        .arg(out)
        .args(args);
    let output = command.output().unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), report)
}

fn outcomes(report: &Value) -> Vec<(&str, &str)> {
    let cases = report["cases"].as_array().unwrap().iter();
    cases
        .map(|case| {
            let word = |key: &str| case[key].as_str().unwrap();
            (word("id"), word("outcome"))
        })
        .collect()
}

/// An agent that works once there is a file of this name in its folder, and does this before. It plays without walls, which
/// would not show it the file.
fn mended_by(file: &Path, before: &str) -> String {
    format!(
        "[ -e '{}' ] && exec '{PROGRAM}' agent; {before}",
        file.display()
    )
}

#[test]
fn enough_failures_stop_a_run_and_what_is_left_is_played_next() {
    let dir = tempfile::tempdir().unwrap();
    let out: PathBuf = dir.path().join("out");
    let file = dir.path().join("mended");
    let script = mended_by(&file, "exit 7");
    let agent = ["--no-sandbox", "--", "sh", "-c", &script];
    let cases = ["abort-docs-5*", "abort-docs-reset", "planning-healthy"];
    let mut bad = vec!["--max-failures", "1"];
    bad.extend(cases.iter().flat_map(|case| ["--case", case]));
    bad.extend(agent);
    let (code, report) = run(&out, &bad);
    assert_eq!(code, 3);
    assert_eq!(report["stopped"], true);
    let told = outcomes(&report);
    let count = |word| told.iter().filter(|(_, outcome)| *outcome == word).count();
    assert_eq!(
        (count("could-not-run"), count("not-played")),
        (1, told.len() - 1)
    );
    let reason = report["cases"].to_string();
    assert!(
        reason.contains("as many as --max-failures allows"),
        "{reason}"
    );
    program().arg("check").arg(&out).assert().code(3);

    // Everything failed or was not played, and so is played again, once the agent can.
    std::fs::write(&file, "").unwrap();
    let again = [&["--last-failed"][..], &agent].concat();
    let (code, report) = run(&out, &again);
    assert_eq!(code, 0, "{report}");
    assert_eq!(outcomes(&report).len(), told.len());
    let assert = program()
        .args(["run", "--out"])
        .arg(&out)
        .args(&again)
        .assert()
        .success();
    let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    assert!(
        text.starts_with("nothing failed in the last run below"),
        "{text}"
    );

    // Of one that failed, the twin is played too, and the others are not.
    let file = out.join("report.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut report: Value = serde_json::from_str(&text).unwrap();
    for case in report["cases"].as_array_mut().unwrap() {
        if case["id"] == "abort-docs-reset" {
            case["outcome"] = "non-conformant".into();
        }
    }
    std::fs::write(&file, report.to_string()).unwrap();
    let (_, report) = run(&out, &again);
    let ids: Vec<&str> = outcomes(&report).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["abort-docs-reset", "planning-healthy"]);
}

/// What is told is what plays again; who leaves the agent away would have another one replace the evidence.
#[test]
fn what_failed_is_played_again_by_the_same_agent() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let fails = format!("exec '{PROGRAM}' agent --break ABT006");
    let script = mended_by(&dir.path().join("mended"), &fails);
    let mut command = program();
    command.current_dir(dir.path());
    command.args(["run", "--case", "abort-docs-503", "--time-limit", "90"]);
    command.args(["--no-sandbox", "--out", "out", "--", "sh", "-c", &script]);
    let assert = command.assert().code(1);
    let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    let begin = "wild-conformance run --last-failed --out out \
                 --case abort-docs-503 --time-limit 90 --no-sandbox -- sh -c '";
    let at = text.find(begin).unwrap_or_else(|| panic!("{text}"));
    let line = text[at..].lines().next().unwrap();

    let kept = |out: &Path| std::fs::read(out.join("abort-docs-503/seal.json")).unwrap();
    let before = kept(&out);
    for args in [
        &["--last-failed"][..],
        &["--last-failed", "--dry-run"],
        &["--last-failed", "--", "sh", "-c", "exit 7"],
        &["--resume", "--case", "abort-docs-503"],
    ] {
        let mut command = program();
        command
            .current_dir(dir.path())
            .args(["run", "--out", "out"]);
        let assert = command.args(args).assert().code(2);
        let error = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(error.contains("agent `sh -c ["), "{args:?}: {error}");
        assert_eq!(kept(&out), before);
    }

    std::fs::write(dir.path().join("mended"), "").unwrap();
    let line = line.replacen("wild-conformance", &format!("'{PROGRAM}'"), 1);
    let mut shell = std::process::Command::new("sh");
    let output = shell
        .args(["-c", &line])
        .current_dir(dir.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("1 conformant"), "{line}: {text}");
}

/// A campaign that is spared is not interrupted, and its whole is not either.
#[test]
fn a_campaign_that_is_spared_interrupts_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let cases = ["--case", "abort-docs-503", "--case", "campaign-tiny-lm"];
    let rest = ["--max-failures", "1", "--", "false"];
    let (code, report) = run(&dir.path().join("out"), &[&cases[..], &rest].concat());
    assert_ne!(code, 130, "{report}");
    assert_eq!(report.get("interrupted"), None);
    assert_eq!(report["stopped"], true);
}

/// What the baseline excuses is no failure while it is played, either.
#[test]
fn known_findings_are_no_failures_of_which_there_may_be_enough() {
    let dir = tempfile::tempdir().unwrap();
    let (agent, known) = (
        program().get_program().to_owned(),
        dir.path().join("known.toml"),
    );
    let agent = agent.to_str().unwrap();
    std::fs::write(
        &known,
        "[[known]]\ncase = '*'\nrule = 'ABT006'\nreason = 'so'\n",
    )
    .unwrap();
    let args = [
        "--case",
        "abort-docs-503",
        "--repeat",
        "2",
        "--max-failures",
        "1",
        "--baseline",
        known.to_str().unwrap(),
        "--",
        agent,
        "agent",
        "--break",
        "ABT006",
    ];
    let (code, report) = run(&dir.path().join("out"), &args);
    assert_eq!(code, 0, "{report}");
    assert_eq!(outcomes(&report), [("abort-docs-503", "conformant"); 2]);
}
