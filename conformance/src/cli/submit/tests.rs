//! What is written, as texts.

mod carried_out;

use std::ffi::OsString;

use clap::{CommandFactory, Parser};

use super::jobs::{self, Place};
use super::passed::Passed;
use super::{SubmitCommand, manifest};
use crate::cli::Failure;
use crate::cli::args::{Args, Command};
use crate::cli::config;

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

/// What a configuration adds to the words behind `submit`.
fn added(text: &str, words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wild-conformance.toml");
    std::fs::write(&file, text).unwrap();
    let head = ["wild-conformance", "submit"].map(OsString::from);
    let config = [OsString::from("--config"), file.into()];
    let argv = head.into_iter().chain(words.iter().map(OsString::from));
    let all = config::completed(argv.chain(config).collect(), &Args::command())
        .unwrap()
        .argv;
    let texts = all.into_iter().map(|word| word.into_string().unwrap());
    let own: Vec<_> = texts.skip(2 + words.len() + 2).collect();
    own.join(" ")
}

#[test]
fn a_configuration_has_a_table_for_each() {
    let text = "repeat = 2\n[submit.slurm]\npartition = \"gpu\"\nsetup = [\"a\", \"b\"]\nrequeue = true\n\
                [submit.kubernetes]\nimage = \"x\"\n[agent]\ncommand = [\"mine\"]\n";
    let completed = |words: &[&str]| added(text, words);
    assert_eq!(
        completed(&["slurm"]),
        "--repeat=2 --partition=gpu --setup=a --setup=b --requeue -- mine"
    );
    assert_eq!(
        completed(&["slurm", "--partition=cpu", "--repeat=1"]),
        "--setup=a --setup=b --requeue -- mine"
    );
    assert_eq!(completed(&["kubernetes"]), "--repeat=2 --image=x -- mine");
}

/// What a file says of a claim that is made, or of an image, is of no use with one that is there, or with none.
#[test]
fn a_configuration_gives_way_to_what_excludes_it() {
    let text = "[submit.slurm]\nimage_args = [\"--nv\"]\n[submit.kubernetes]\nstorage = \"5Gi\"\n\
                storage_class = \"fast\"\n";
    for (words, told) in [
        (&["slurm"][..], ""),
        (&["slurm", "--image", "x"], "--image-arg=--nv"),
        (&["kubernetes", "--claim", "x"], ""),
        (&["kubernetes"], "--storage=5Gi --storage-class=fast"),
    ] {
        assert_eq!(added(text, words), told, "{words:?}");
    }
    let claim = "[submit.kubernetes]\nclaim = \"x\"\n";
    assert_eq!(added(claim, &["kubernetes", "--storage=1Gi"]), "");
    assert_eq!(added(claim, &["kubernetes"]), "--claim=x");
}
