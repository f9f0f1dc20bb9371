//! A run on several machines: its shards, and the whole that is made of them.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::assert::Assert;
use serde_json::Value;

use crate::play::{PROGRAM, program};

/// Healthy ones, and an abort whose control is one of these.
const CASES: [&str; 3] = ["planning-healthy", "planning-slurm-nlp", "abort-docs-503"];

/// Plays the cases twice each, with an agent that breaks a rule.
fn run(out: &Path, args: &[&str]) -> Assert {
    let mut command = program();
    command
        .args(["run", "--repeat", "2", "--out"])
        .arg(out)
        .args(args);
    for case in CASES {
        command.args(["--case", case]);
    }
    let agent = ["--", PROGRAM, "agent", "--break", "OUT003"];
    command.args(agent).assert()
}

fn merge(shards: &[&Path], out: &Path, args: &[&str]) -> Assert {
    let mut command = program();
    command
        .arg("merge")
        .args(shards)
        .arg("--out")
        .arg(out)
        .args(args)
        .assert()
}

fn complaint(assert: Assert, code: i32) -> String {
    let assert = assert.code(code);
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

fn json(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// A report without what no two plays have in common: how long it took, and digests of what has times and ports.
pub(crate) fn comparable(out: &Path) -> (Value, String) {
    let mut report = json(&out.join("report.json"));
    report["root"] = Value::Null;
    for case in report["cases"].as_array_mut().unwrap() {
        assert_eq!(case["seal"]["state"], "sealed");
        case["seal"] = Value::Null;
        assert!(case["seconds"].as_f64().unwrap() > 0.0);
        case["seconds"] = Value::Null;
    }
    let text = fs::read_to_string(out.join("report.txt")).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("sealed, root "));
    (report, lines.collect::<Vec<_>>().join("\n"))
}

/// The outcomes of a report, and how many of them are pending.
fn pending(report: &Value) -> usize {
    let outcomes = report["cases"].as_array().unwrap().iter();
    outcomes
        .filter(|case| case["outcome"] == "control-pending")
        .count()
}

fn copy(from: &Path, to: &Path) {
    let status = std::process::Command::new("cp")
        .arg("-r")
        .arg(from)
        .arg(to)
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn shards_put_together_tell_what_one_run_tells() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    run(&at("whole"), &[]).code(1);
    let shards: Vec<PathBuf> = (1..=3)
        .map(|number| at(&format!("shard-{number}")))
        .collect();
    for (number, out) in (1..).zip(&shards) {
        run(out, &["--shard", &format!("{number}/3")]).code(1);
    }
    let reports: Vec<Value> = shards
        .iter()
        .map(|out| json(&out.join("report.json")))
        .collect();
    let sizes = reports
        .iter()
        .map(|report| report["cases"].as_array().unwrap().len());
    assert_eq!(sizes.collect::<Vec<_>>(), [2, 2, 2]);
    let waiting = reports.iter().map(pending).sum::<usize>();
    assert!(
        waiting > 0,
        "no abort is apart from its control: {reports:?}"
    );
    pending_is_told(&shards, &reports);
    let folders: Vec<&Path> = shards.iter().map(PathBuf::as_path).collect();
    merge(&folders, &at("merged"), &[]).code(1);
    assert_eq!(comparable(&at("merged")), comparable(&at("whole")));
    // What was merged is a run's folder like any other.
    let check = |folder: &Path| {
        let output = program()
            .args(["check", "--report", "json"])
            .arg(folder)
            .output()
            .unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(check(&at("merged")), json(&at("merged/report.json")));
    let mut command = program();
    let together = command
        .args(["check", "--report", "json"])
        .args(&shards)
        .output()
        .unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&together.stdout).unwrap(),
        json(&at("merged/report.json"))
    );
    merge(
        &folders,
        &at("again"),
        &["--gate", "OUT003>=0.9", "--report", "junit=/dev/null"],
    )
    .code(1);
    refusals(&folders, dir.path());
}

/// What waits is told wherever it is judged, and fails nothing.
fn pending_is_told(shards: &[PathBuf], reports: &[Value]) {
    let of = |report: &&Value| pending(report) > 0;
    let at = reports.iter().position(|report| of(&report)).unwrap();
    let report = &reports[at];
    assert_eq!(report["shard"]["count"], 3);
    assert_eq!(
        report["shard"]["pending"].as_u64().unwrap() as usize,
        pending(report)
    );
    let case = report["cases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["outcome"] == "control-pending")
        .unwrap();
    assert_eq!(case["control"]["state"], "pending");
    assert_eq!(case["counts"]["fail"], 0);
    for (format, part) in [
        ("text", "control-pending"),
        ("text", "its control there"),
        ("text", "/3: 2 of 6 plays are here, 4 in other shards"),
        ("junit", "control-pending"),
        ("sarif", "control-pending"),
        ("markdown", "control-pending"),
        ("html", "control-pending"),
        ("jsonl", "control-pending"),
        ("github", "::notice title=control-pending"),
    ] {
        let output = program()
            .args(["check", "--report", format])
            .arg(&shards[at])
            .output()
            .unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.contains(part), "{format}: {told}");
    }
    let folder = shards[at].join(format!("abort-docs-503.{}", case["repetition"]));
    assert_eq!(json(&folder.join("report.json"))["exit_code"], 0);
}

/// What is not exactly the shards of one run is not merged.
fn refusals(shards: &[&Path], dir: &Path) {
    let out = dir.join("refused");
    let [one, two, three] = shards else {
        panic!("three shards");
    };
    let told = complaint(merge(&[one, three], &out, &[]), 2);
    assert!(told.contains("no shard 2/3"), "{told}");
    let told = complaint(merge(&[one, two, one, three], &out, &[]), 2);
    assert!(told.contains("both shard 1/3"), "{told}");
    let told = complaint(merge(shards, two, &[]), 2);
    assert!(told.contains("a shard's own folder"), "{told}");
    let told = complaint(merge(shards, &out, &["--ignore", "OUT003"]), 2);
    assert!(told.contains("with --ignore OUT003"), "{told}");
    let told = complaint(merge(shards, &out, &["--gate", "OUT003@nowhere-*>=0.9"]), 2);
    assert!(told.contains("fits no case") && !out.exists(), "{told}");
    let told = complaint(merge(&[one, two, dir], &out, &[]), 2);
    assert!(told.contains("is no shard of a run"), "{told}");
    let nowhere = dir.join("nowhere");
    let told = complaint(merge(&[one, &nowhere, three], &out, &[]), 2);
    for part in [
        &format!("there is no folder {}", nowhere.display()),
        "shard 2/3 is missing",
        "`run --shard I/N --resume --out DIR`",
    ] {
        assert!(told.contains(part) && !out.exists(), "{told}");
    }
    let mut some = program();
    some.arg("check").args([one, three]);
    let told = complaint(some.assert(), 2);
    assert!(told.contains("have not all shards of their run"), "{told}");
    // What failed of a shard is not played in its place.
    let mut again = program();
    again.args(["run", "--last-failed", "--out"]).arg(two);
    let told = complaint(again.assert(), 2);
    assert!(told.contains("is shard 2/3 of a run: --resume"), "{told}");
    // Somebody else's shard, one that was not played to its end, and one that was changed.
    let other = dir.join("other");
    copy(three, &other);
    let file = other.join("run.json");
    let text = fs::read_to_string(&file).unwrap();
    for (from, to, part) in [
        ("\"shards\": 3", "\"shards\": 4", "3 and 4 shards"),
        ("\"seed\": 1", "\"seed\": 2", "seed 1 and seed 2"),
        ("\"version\": \"", "\"version\": \"9", "version"),
        (
            "\"rules\": \"\"",
            "\"rules\": \"--ignore PLN\"",
            "rules by --ignore PLN",
        ),
        ("\"prompts\": \"", "\"prompts\": \"0", "other prompts"),
        (
            "\"driving\": \"",
            "\"driving\": \"0",
            "with other arguments, environment or settings",
        ),
        (
            "\"state\": \"ended\"",
            "\"state\": \"running\"",
            "has not ended, or was killed",
        ),
    ] {
        assert!(text.contains(from), "{from}: {text}");
        fs::write(&file, text.replacen(from, to, 1)).unwrap();
        let told = complaint(merge(&[one, two, &other], &out, &[]), 2);
        assert!(told.contains(part), "{part}: {told}");
    }
    let stopped = text.replacen("\"state\": \"ended\"", "\"state\": \"stopped\"", 1);
    fs::write(&file, stopped).unwrap();
    let told = complaint(merge(&[one, two, &other], &out, &[]), 3);
    assert!(told.contains("was stopped before its end"), "{told}");
    fs::write(&file, &text).unwrap();
    let is_play = |path: &PathBuf| path.join("seal.json").is_file();
    let play = fs::read_dir(&other)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(is_play)
        .unwrap();
    fs::write(play.join("transcript.txt"), "nothing").unwrap();
    let told = complaint(merge(&[one, two, &other], &out, &[]), 3);
    assert!(
        told.contains("shard 3/3: the evidence is damaged") && !out.join("report.json").exists(),
        "{told}"
    );
    // What another play left where the harness failed.
    fs::remove_dir_all(&play).unwrap();
    let mut plays = json(&file);
    let name = play.file_name().unwrap().to_str().unwrap();
    plays["plays"][name] = "failed".into();
    fs::write(&file, plays.to_string()).unwrap();
    let of_another = fs::read_dir(one)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(is_play)
        .unwrap();
    copy(&of_another, &play);
    let told = complaint(merge(&[one, two, &other], &out, &[]), 3);
    assert!(
        told.contains("is of a play that is not the shard's"),
        "{told}"
    );
}

#[test]
fn plays_are_shared_out_by_how_long_they_took() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("report.json");
    // Of four, one takes as long as the three others.
    let case =
        |id: &str, seconds: f64| serde_json::json!({"id": id, "repetition": 1, "seconds": seconds});
    let ids = [
        "abort-docs-503",
        "planning-healthy",
        "planning-slurm-nlp",
        "abort-openapi-503",
    ];
    let cases: Vec<Value> = ids
        .iter()
        .zip([30.0, 10.0, 10.0, 10.0])
        .map(|(id, s)| case(id, s))
        .collect();
    fs::write(&file, serde_json::json!({"cases": cases}).to_string()).unwrap();
    let planned = |shard: &str| {
        let mut command = program();
        command
            .args(["run", "--dry-run", "--durations"])
            .arg(&file)
            .args(["--shard", shard]);
        for id in ids {
            command.args(["--case", id]);
        }
        let output = command.output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(planned("1/2").contains("abort-docs-503") && planned("1/2").contains("1 play;"));
    assert!(planned("2/2").contains("3 plays;"), "{}", planned("2/2"));
    fs::write(&file, "{\"cases\": []}").unwrap();
    let mut command = program();
    let told = complaint(
        command
            .args(["run", "--dry-run", "--durations"])
            .arg(&file)
            .assert(),
        2,
    );
    assert!(told.contains("does not tell how long"), "{told}");
}

#[test]
fn who_does_not_say_of_how_many_is_told_what_to_set() {
    let mut command = program();
    command
        .args(["run", "--dry-run", "--shard", "auto"])
        .env("JOB_COMPLETION_INDEX", "0")
        .env_remove("WILD_SHARDS");
    let told = complaint(command.assert(), 2);
    assert!(told.contains("set WILD_SHARDS"), "{told}");
}
