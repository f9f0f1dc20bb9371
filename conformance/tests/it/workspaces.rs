//! The built-in workspaces are projects whose scripts work: they write what they are said to write, the same
//! every time, and fail as programs fail.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A command of a workspace, and what it must write.
struct Job {
    workspace: &'static str,
    command: &'static str,
    writes: &'static [&'static str],
}

const fn job(
    workspace: &'static str,
    command: &'static str,
    writes: &'static [&'static str],
) -> Job {
    Job {
        workspace,
        command,
        writes,
    }
}

/// Those of one workspace come in the order in which they need each other.
const JOBS: [Job; 13] = [
    job(
        "tiny-lm",
        "python3 scripts/train.py --seed 1 --out out > train.log",
        &["out/metrics.json", "train.log"],
    ),
    job(
        "tiny-lm",
        "python3 scripts/benchmark.py out > runs.csv",
        &["runs.csv"],
    ),
    job(
        "tiny-lm",
        "python3 scripts/benchmark.py > base.csv",
        &["base.csv"],
    ),
    job(
        "slurm-nlp",
        "python3 scripts/train.py --config configs/logreg.json --out out",
        &["out/model.json", "out/metrics.json"],
    ),
    job(
        "slurm-nlp",
        "python3 scripts/evaluate.py --run out --out out",
        &["out/eval.json"],
    ),
    job(
        "vision-exp",
        "python3 scripts/train.py --model perceptron --out out",
        &["out/weights.json", "out/metrics.json"],
    ),
    job(
        "vision-exp",
        "python3 scripts/evaluate.py --run out --out out",
        &["out/eval.json"],
    ),
    job(
        "tabular-conda",
        "python3 scripts/fit.py --out out",
        &["out/model.json", "out/cv.json"],
    ),
    job(
        "tabular-conda",
        "python3 scripts/evaluate.py --model out/model.json --out out",
        &["out/holdout.json", "out/scores.csv"],
    ),
    job(
        "legacy-setup",
        "python3 -m legacy.train --out out && python3 -m legacy.report --run out --out out",
        &[
            "out/fit.json",
            "out/backtest.json",
            "out/forecast.csv",
            "out/report.txt",
        ],
    ),
    job(
        "bench-db",
        "python3 bench/run_bench.py --out out > bench.log",
        &["out/bench.json", "bench.log"],
    ),
    job(
        "rl-grid",
        "python3 train_agent.py --out out",
        &["out/q.json", "out/returns.csv", "out/summary.json"],
    ),
    job(
        "rl-grid",
        "python3 scripts/rollout.py --run out --out out",
        &["out/rollout.json"],
    ),
];

fn fixture(workspace: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/workspaces")
        .join(workspace)
}

/// A copy to work in.
fn copy(workspace: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let copied = Command::new("cp")
        .arg("-R")
        .arg(fixture(workspace).join("."))
        .arg(dir.path())
        .status();
    assert!(copied.unwrap().success());
    dir
}

fn shell(at: &Path, command: &str) -> Output {
    Command::new("sh")
        .args(["-c", command])
        .current_dir(at)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONPATH", "")
        .output()
        .unwrap()
}

#[test]
fn scripts_write_what_they_are_said_to_and_the_same_twice() {
    let mut workspaces: Vec<&str> = JOBS.iter().map(|job| job.workspace).collect();
    workspaces.dedup();
    for workspace in workspaces {
        let places = [copy(workspace), copy(workspace)];
        for job in JOBS.iter().filter(|job| job.workspace == workspace) {
            for place in &places {
                let output = shell(place.path(), job.command);
                assert!(
                    output.status.success(),
                    "{workspace}: {} {output:?}",
                    job.command
                );
            }
            for file in job.writes {
                let read = |at: usize| fs::read(places[at].path().join(file));
                let [first, second] = [0, 1].map(read);
                let first = first.unwrap_or_else(|error| panic!("{workspace} {file}: {error}"));
                assert!(!first.is_empty(), "{workspace}: {file} is empty");
                assert_eq!(first, second.unwrap(), "{workspace}: {file}");
            }
        }
    }
}

#[test]
fn scripts_fail_as_programs_fail() {
    for (workspace, command, code, told) in [
        ("tiny-lm", "python3 scripts/train.py", 2, "required: --out"),
        (
            "tiny-lm",
            "python3 scripts/train.py --lr 30 --out out",
            1,
            "Diverged: training loss",
        ),
        (
            "tiny-lm",
            "python3 scripts/train.py --config configs/none.json --out out",
            1,
            "FileNotFoundError",
        ),
        (
            "slurm-nlp",
            "python3 scripts/evaluate.py",
            2,
            "required: --run",
        ),
        (
            "slurm-nlp",
            "python3 scripts/evaluate.py --run out",
            1,
            "FileNotFoundError",
        ),
        (
            "vision-exp",
            "python3 scripts/train.py --blur-prob 2",
            2,
            "not between 0 and 1",
        ),
        (
            "vision-exp",
            "python3 scripts/evaluate.py --run out",
            1,
            "FileNotFoundError",
        ),
        (
            "rl-grid",
            "python3 scripts/rollout.py --run out",
            1,
            "FileNotFoundError",
        ),
        (
            "legacy-setup",
            "python3 -m legacy.report --run out",
            1,
            "FileNotFoundError",
        ),
        (
            "bench-db",
            "python3 bench/run_bench.py --store none",
            2,
            "invalid choice",
        ),
    ] {
        let place = copy(workspace);
        let output = shell(place.path(), command);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{workspace}: {command} {said}"
        );
        assert!(said.contains(told), "{workspace}: {command} {said}");
        let is_trace = said.contains("Traceback (most recent call last)");
        assert_eq!(is_trace, code == 1, "{workspace}: {command} {said}");
    }
}

/// All files below a folder.
fn files(folder: PathBuf) -> Vec<PathBuf> {
    let (mut found, mut pending) = (Vec::new(), vec![folder]);
    while let Some(at) = pending.pop() {
        match fs::read_dir(&at) {
            Ok(entries) => pending.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => found.push(at),
        }
    }
    found
}

/// What the ticked tasks of built-in plans left is what the scripts leave today.
#[test]
fn pasts_are_those_of_the_scripts() {
    for past in fs::read_dir(fixture("").with_file_name("pasts")).unwrap() {
        let past = past.unwrap().path();
        let place = copy(past.file_name().unwrap().to_str().unwrap());
        fs::create_dir_all(place.path().join(".wild/experiments/logs")).unwrap();
        let told = fs::read_to_string(past.join("past.toml")).unwrap();
        let told: toml::Table = told.parse().unwrap();
        for task in told["task"].as_array().unwrap() {
            let runs = task.get("runs").and_then(toml::Value::as_table);
            for run in runs.into_iter().flat_map(toml::Table::values) {
                // Ahead of it stands where it runs and on which device.
                let command = run["command"].as_str().unwrap();
                let (_, script) = command.split_once("python ").unwrap();
                shell(place.path(), &format!("python3 {script}"));
            }
            let folder = past.join(task["id"].as_str().unwrap());
            let is_of_run = |path: &Path| {
                let places = [".wild/experiments/outputs", ".wild/experiments/logs"];
                places.iter().any(|place| path.starts_with(place))
            };
            for file in files(folder.clone()) {
                let name = file.strip_prefix(&folder).unwrap();
                let is_stale = || fs::read(place.path().join(name)).ok() != fs::read(&file).ok();
                assert!(
                    !is_of_run(name) || !is_stale(),
                    "{} is not what the workspace's script leaves: run `make pasts`",
                    file.display()
                );
            }
        }
    }
}
