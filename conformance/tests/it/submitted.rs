//! A run that is given to a cluster.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assert_cmd::assert::Assert;
use tempfile::TempDir;

use crate::play::program;

/// A folder with an sbatch that numbers jobs from 41.
fn cluster() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let sbatch = dir.path().join("sbatch");
    let text = "#!/bin/sh\ncat >/dev/null\ncd \"${0%/*}\"\necho x >>count\necho $((40 + $(wc -l <count)))\n";
    fs::write(&sbatch, text).unwrap();
    fs::set_permissions(&sbatch, fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

fn submit(cluster: &Path, args: &[&str]) -> Assert {
    let path = format!("{}:/usr/bin:/bin", cluster.display());
    let mut command = program();
    command.current_dir(cluster).env("PATH", path);
    command.args(["submit", "slurm", "--no-config", "--suite", "smoke"]);
    command.args(args).assert()
}

fn told(assert: &Assert) -> (String, String) {
    let output = assert.get_output();
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    (out.into_owned(), err.into_owned())
}

/// Nothing of the first one lies there before a shard has begun but its mark.
#[test]
fn a_folder_is_submitted_to_once() {
    let cluster = cluster();
    let cluster = cluster.path();
    let run = |args: &[&str]| submit(cluster, &[&["--run"], args].concat());
    let (out, _) = told(&run(&["--out-dir", "jobs"]).success());
    assert!(out.contains("array job 41, then merge job 42"), "{out}");
    let script = fs::read(cluster.join("jobs/array.sbatch")).unwrap();
    let (_, err) = told(&run(&["--out-dir", "jobs", "--cpus", "2"]).code(2));
    for part in [
        "--out wild-evidence: jobs 41 42 were submitted there on ",
        " UTC, ",
        "`scancel 41 42`",
        "`rm wild-evidence/submitted`",
    ] {
        assert!(err.contains(part), "{err}");
    }
    // What was submitted is what lies there.
    assert_eq!(fs::read(cluster.join("jobs/array.sbatch")).unwrap(), script);
    run(&["--out", "another"]).success();
    fs::remove_file(cluster.join("wild-evidence/submitted")).unwrap();
    let (out, _) = told(&run(&[]).success());
    assert!(out.contains("array job 45"), "{out}");
}

#[test]
fn scripts_that_take_the_place_of_others_are_told() {
    let cluster = cluster();
    let write = || told(&submit(cluster.path(), &["--out-dir", "jobs"]).success()).0;
    let (first, second) = (write(), write());
    assert_eq!(first.matches("wrote ").count(), 3, "{first}");
    assert_eq!(second.matches("replaced ").count(), 3, "{second}");
}

#[test]
fn what_no_cluster_takes_is_refused_with_what_it_takes() {
    for (args, part) in [
        (&["slurm", "--time", "00:30"][..], "Slurm counts by minutes"),
        (&["slurm", "--time", "2h"], "HOURS:MINUTES:SECONDS"),
        (&["kubernetes", "--cpus", "two"], "such as 2, 0.5 or 500m"),
        (&["kubernetes", "--mem", "8g"], "such as 512Mi or 4Gi"),
        (&["kubernetes", "--storage", "10GB"], "such as 512Mi or 4Gi"),
        (
            &["kubernetes", "--limit", "nvidia.com/gpu=.5"],
            "a whole number",
        ),
        (
            &["kubernetes", "--limit", "gpu=1"],
            "such as nvidia.com/gpu",
        ),
        (&["kubernetes", "--secret", "my_keys"], "small letters"),
        (&["kubernetes", "--claim", "Data"], "small letters"),
        (&["kubernetes", "--service-account", "a b"], "small letters"),
        (&["kubernetes", "--storage-class", "a..b"], "small letters"),
        (&["kubernetes", "--namespace", "lab.eu"], "small letters"),
        (&["kubernetes", "--name", "Wild"], "50 characters"),
    ] {
        let mut command = program();
        command.arg("submit").args(args).args(["--no-config"]);
        let (out, err) = told(&command.assert().code(2));
        assert!(out.is_empty() && err.contains(part), "{args:?}: {err}");
    }
}
