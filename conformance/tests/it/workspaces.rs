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
