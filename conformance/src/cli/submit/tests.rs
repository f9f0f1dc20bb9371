//! What is written, as texts.

mod configured;

use std::ffi::OsString;
use std::path::Path;

use clap::{CommandFactory, Parser};

use super::jobs::{self, Place};
use super::passed::Passed;
use super::{SubmitCommand, manifest};
use crate::cli::Failure;
use crate::cli::args::{Args, Command};
use crate::cli::config;

mod carried_out;

/// What is parsed of a command line, and what of it is passed on.
fn parsed(words: &[&str]) -> (SubmitCommand, Result<Passed, Failure>) {
    let all = || ["wild-conformance", "submit"].iter().chain(words);
    let matches = Args::command().try_get_matches_from(all()).unwrap();
    let passed = Passed::of(config::innermost(&matches).unwrap().1, &Args::command());
    let args = Args::try_parse_from(all()).unwrap();
    let Command::Submit(options) = args.command else {
        panic!("{:?}", args.command);
    };
    (options.command, passed)
}

fn place(out: &str) -> Place {
    Place {
        here: "/home/me/my project".to_owned(),
        out: out.to_owned(),
        program: "/opt/wild-conformance".to_owned(),
    }
}

/// Both scripts of `submit slurm`.
fn slurm(words: &[&str], out: &str) -> Result<(String, String), Failure> {
    let (SubmitCommand::Slurm(options), passed) = parsed(words) else {
        panic!("{words:?}");
    };
    let (passed, place) = (passed?, place(out));
    Ok((
        jobs::array(&options.slurm, &passed, &place)?,
        jobs::merge(&options.slurm, &passed, &place)?,
    ))
}

/// The file of `submit kubernetes`.
fn kubernetes(words: &[&str]) -> String {
    let (SubmitCommand::Kubernetes(options), passed) = parsed(words) else {
        panic!("{words:?}");
    };
    let image = options.kubernetes.image.clone().unwrap();
    manifest::write(
        &options.kubernetes,
        &image,
        "wild-evidence",
        &passed.unwrap(),
    )
}

/// Holds that a shell takes it for a script.
fn assert_is_script(text: &str) {
    let output = std::process::Command::new("bash")
        .args(["-n", "-c", text])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.is_empty(), "{told}\n{text}");
}

const AGENT: [&str; 5] = ["--", "my-agent", "it's", "$HOME", "{prompt}"];

#[test]
fn an_array_job_and_its_merge() {
    let options = [
        "slurm",
        "--shards",
        "3",
        "--at-once",
        "2",
        "--partition",
        "gpu",
        "--account",
        "lab",
        "--gres",
        "gpu:1",
        "--time",
        "01:00:00",
        "--cpus",
        "2",
        "--mem",
        "8G",
        "--requeue",
        "--sbatch-arg=--comment=a \"b\"",
        "--suite",
        "smoke",
        "--repeat",
        "3",
        "--env",
        "A_*",
    ];
    let words: Vec<&str> = options.into_iter().chain(AGENT).collect();
    let (array, merge) = slurm(&words, "/data/100%/it's").unwrap();
    assert_is_script(&array);
    assert_is_script(&merge);
    insta::assert_snapshot!("array", array);
    insta::assert_snapshot!("merge", merge);
}

#[test]
fn an_array_job_on_scratch_in_an_image() {
    let options = [
        "slurm",
        "--scratch",
        "$SLURM_TMPDIR/a b",
        "--image",
        "my agent.sif",
        "--image-arg=--nv",
        "--setup",
        "module load apptainer",
        "--jobs",
        "7",
        "--case",
        "abort-*",
    ];
    let words: Vec<&str> = options.into_iter().chain(AGENT).collect();
    let (array, _) = slurm(&words, "/data/out").unwrap();
    assert_is_script(&array);
    insta::assert_snapshot!("scratch", array);
}

#[test]
fn what_no_job_can_have_is_refused() {
    for (words, out, told) in [
        (
            ["slurm", "--shard", "1/2"],
            "/o",
            "--shard cannot be submitted",
        ),
        (["slurm", "--dry-run", "--strict"], "/o", "--dry-run cannot"),
        (
            ["slurm", "--last-failed", "--strict"],
            "/o",
            "--last-failed cannot",
        ),
        (
            ["slurm", "--max-failures", "3"],
            "/o",
            "--max-failures cannot",
        ),
        (["slurm", "--max-cost", "3"], "/o", "without a verdict"),
        (["slurm", "--partition", "a\nb"], "/o", "control character"),
        (["slurm", "--sbatch-arg", "x"], "/o", "begins with `-`"),
        (["slurm", "--image", "x"], "/o:ro", "has a colon"),
        (["slurm", "--jobs", "1"], "/o\\", "backslash"),
    ] {
        let error = slurm(&words, out).unwrap_err();
        assert!(error.to_string().contains(told), "{words:?}: {error}");
        assert_eq!(error.exit_code(), 2);
    }
}

#[test]
fn a_limit_below_what_is_requested_is_refused() {
    for (limit, told) in [
        ("cpu=0.5", Some("below --cpus 1")),
        ("memory=1G", Some("below --mem 2Gi")),
        ("cpu=2", None),
        ("nvidia.com/gpu=1", None),
    ] {
        let (SubmitCommand::Kubernetes(options), _) =
            parsed(&["kubernetes", "--image", "x", "--limit", limit])
        else {
            panic!("{limit}");
        };
        let refused = options
            .kubernetes
            .check()
            .err()
            .map(|error| error.to_string());
        match told {
            Some(told) => assert!(refused.unwrap().contains(told), "{limit}"),
            None => assert_eq!(refused, None, "{limit}"),
        }
    }
}

#[test]
fn an_indexed_job_and_one_that_merges() {
    let options = [
        "kubernetes",
        "--image",
        "registry.example.com/agent:1",
        "--shards",
        "3",
        "--at-once",
        "2",
        "--time",
        "600",
        "--limit",
        "nvidia.com/gpu=1",
        "--secret",
        "keys",
        "--suite",
        "smoke",
    ];
    let words: Vec<&str> = options.into_iter().chain(AGENT).collect();
    insta::assert_snapshot!("kubernetes", kubernetes(&words));
}

/// What the standard `restricted` asks for is there, and nothing that it refuses.
#[test]
fn the_restricted_form() {
    let text = kubernetes(&[
        "kubernetes",
        "--image",
        "x",
        "--restricted",
        "--claim",
        "data",
    ]);
    for asked in [
        "runAsNonRoot: true",
        "type: RuntimeDefault",
        "allowPrivilegeEscalation: false",
        "- ALL",
        "claimName: data",
    ] {
        assert_eq!(text.matches(asked).count(), 2, "{asked}");
    }
    for refused in [
        "Unconfined\n",
        "procMount",
        "hostUsers",
        "PersistentVolumeClaim\n",
    ] {
        let body = text.split_once("---").unwrap().1;
        assert!(!body.contains(refused), "{refused}");
    }
    let full = kubernetes(&["kubernetes", "--image", "x"]);
    let (_, merge) = full.rsplit_once("---").unwrap();
    assert!(full.contains("procMount: Unmasked") && !merge.contains("Unmasked"));
}

/// In a container's words Kubernetes puts variables for `$(NAME)`, and one sign for two.
#[test]
fn kubernetes_expands_nothing_of_what_was_given() {
    let text = kubernetes(&[
        "kubernetes",
        "--image",
        "x",
        "--",
        "a",
        "$(HOME)",
        "$$",
        "$HOME",
    ]);
    for written in ["\"$$(HOME)\"", "\"$$$\"", "\"$HOME\""] {
        assert!(
            text.contains(&format!("- {written}\n")),
            "{written}\n{text}"
        );
    }
}

/// Carries a script of a pod out with a program that ends with this code; the script's own.
fn ends(script: &str, name: &str, code: i32, out: &Path) -> i32 {
    let script = format!("program() {{ return {code}; }}\n{script}");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-uc", &script, name]).arg(out).arg("program");
    let variables = [
        "JOB_COMPLETION_INDEX",
        "WILD_ATTEMPT",
        "WILD_RETRIES",
        "WILD_WAIT",
    ];
    shell.envs(variables.map(|name| (name, "0")));
    let status = shell.env("WILD_SHARDS", "1").status().unwrap();
    status.code().unwrap()
}

/// A merge waits for what another pod goes on with, and after one without a verdict not for what is done.
#[test]
fn what_is_done_is_marked_until_there_is_a_verdict() {
    let dir = tempfile::tempdir().unwrap();
    let mark = dir.path().join("ended/0");
    for (code, told, is_marked) in [
        (0, 0, true),
        (130, 130, false),
        (1, 0, true),
        (2, 2, true),
        (3, 3, true),
    ] {
        let own = ends(include_str!("shard.sh"), "shard", code, dir.path());
        assert_eq!((own, mark.exists()), (told, is_marked), "{code}");
    }
    for (code, is_marked) in [(2, true), (3, true), (1, false)] {
        let own = ends(include_str!("merge.sh"), "merge", code, dir.path());
        assert_eq!((own, mark.exists()), (code, is_marked));
    }
}
