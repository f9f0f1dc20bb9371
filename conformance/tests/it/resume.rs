//! A run that was killed goes on where it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::play::{PROGRAM, program};
use crate::shards::comparable;

/// One of them has three iterations.
const CASES: [&str; 3] = ["abort-docs-503", "execution-chain", "planning-healthy"];

fn command(out: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(["run", "--jobs", "1", "--out"])
        .arg(out)
        .args(args);
    for case in CASES {
        command.args(["--case", case]);
    }
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Starts a run and kills it once `file` is there.
fn kill_at(out: &Path, args: &[&str], file: &str) {
    let mut run = command(out, args).spawn().unwrap();
    while !out.join(file).exists() {
        assert_eq!(
            run.try_wait().unwrap(),
            None,
            "it ended before there was {file}"
        );
        std::thread::yield_now();
    }
    run.kill().unwrap();
    run.wait().unwrap();
}

fn resume(out: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = command(out, &[&["--resume"], args].concat())
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// When plays of a single iteration got their seals.
fn sealed(out: &Path) -> Vec<(PathBuf, SystemTime)> {
    let plays = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let single = plays.filter(|play| !play.to_string_lossy().contains("-iteration-"));
    let seals = single.map(|play| play.join("seal.json"));
    let there =
        seals.filter_map(|seal| Some((seal.clone(), fs::metadata(seal).ok()?.modified().unwrap())));
    there.collect()
}

#[test]
fn what_was_killed_goes_on_and_tells_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, out) = (dir.path().join("whole"), dir.path().join("out"));
    assert!(command(&whole, &[]).status().unwrap().success());
    // Plays begin in no certain order, and each kill is in the middle of a case of several iterations.
    kill_at(&out, &[], "execution-chain-iteration-2/prompt.md");
    let kept = sealed(&out);
    kill_at(&out, &["--resume"], "execution-chain-iteration-3/prompt.md");
    program().arg("check").arg(&out).assert().code(3);
    let (code, told) = resume(&out, &[]);
    assert!(
        code == Some(0) && told.contains(" of 3 plays have their evidence already"),
        "{told}"
    );
    for (file, at) in kept {
        assert_eq!(
            fs::metadata(&file).unwrap().modified().unwrap(),
            at,
            "{}",
            file.display()
        );
    }
    assert_eq!(comparable(&out), comparable(&whole));
    // Nothing is left to do, whatever an earlier version of a play says.
    let (code, told) = resume(&out, &[]);
    assert!(
        code == Some(0) && told.contains("note: 3 of 3 plays"),
        "{told}"
    );
    assert_eq!(comparable(&out), comparable(&whole));
    kept_is_told(&out);
    of_another_run(&out);
}

/// A dry run tells what would be played of a run that is gone on with, and plays and removes nothing.
fn kept_is_told(out: &Path) {
    let dry = |args: &[&str]| {
        let mut command = command(out, &[&["--dry-run", "--time-limit", "9"], args].concat());
        let output = command.stdout(Stdio::piped()).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    // Under another time limit it is another run.
    assert_eq!(dry(&["--resume"]), (Some(2), String::new()));
    let (_, text) = dry(&[]);
    assert!(!text.contains("kept"), "{text}");
    assert!(text.contains("3 plays with up to 5 outcomes; "), "{text}");
    let dry = || {
        let mut command = command(out, &["--dry-run", "--resume"]);
        let output = command.stdout(Stdio::piped()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let (text, report) = (dry(), out.join("report.json"));
    assert_eq!(text.matches(" kept\n").count(), 3, "{text}");
    assert!(
        text.ends_with("\n0 plays, and 3 kept; the time limits come to 0 min 0 s\n"),
        "{text}"
    );
    // What has no evidence of all its iterations would be played.
    let seal = out.join("execution-chain-iteration-2/seal.json");
    let moved = out.join("seal");
    fs::rename(&seal, &moved).unwrap();
    let text = dry();
    fs::rename(&moved, &seal).unwrap();
    assert!(
        text.contains("\nexecution-chain     3 x   900 s\n"),
        "{text}"
    );
    assert!(
        text.contains("\n1 play with up to 3 outcomes, and 2 kept; "),
        "{text}"
    );
    assert!(report.is_file());
}

/// Evidence of an agent that was never there says nothing, and is not gone on with.
#[test]
fn what_could_not_run_is_played_again() {
    let dir = tempfile::tempdir().unwrap();
    let (out, agent) = (dir.path().join("out"), dir.path().join("agent"));
    let play_in = |room: &str, text: &str, resume: &[&str]| {
        fs::write(&agent, text).unwrap();
        let mut run = Command::new(PROGRAM);
        run.args(["run", "--case", "planning-healthy", "--no-doctor", "--out"])
            .arg(&out)
            .args(resume)
            // The script starts it, wherever it lies.
            .args(["--allow-read", PROGRAM, "--", "sh"])
            .arg(&agent)
            .env("TMPDIR", room);
        let output = run.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), told)
    };
    let room = std::env::temp_dir();
    let play = |text: &str, resume: &[&str]| play_in(room.to_str().unwrap(), text, resume);
    let (code, told) = play("exit 9\n", &[]);
    assert_eq!(code, Some(3), "{told}");
    assert!(out.join("planning-healthy/seal.json").is_file());
    let works = format!("exec '{PROGRAM}' agent\n");
    let (code, told) = play(&works, &["--resume"]);
    assert!(code == Some(0) && told.contains("note: 0 of 1"), "{told}");
    let (code, told) = play("exit 9\n", &["--resume"]);
    assert!(code == Some(0) && told.contains("note: 1 of 1"), "{told}");
    // Where the harness fails, what lay there before does not stand for what was to be played.
    let (code, told) = play_in("/nonexistent", &works, &[]);
    assert_eq!(code, Some(3), "{told}");
    let (code, told) = play(&works, &["--resume"]);
    assert!(code == Some(0) && told.contains("note: 0 of 1"), "{told}");
}

/// A folder of another run is not gone on with.
fn of_another_run(out: &Path) {
    for (args, part) in [
        (&["--seed", "2"][..], "seed 1 and seed 2"),
        (&["--time-limit", "9"], "one of 9 s"),
        (&["--ignore", "PLN"], "rules by --ignore PLN"),
        (
            &["--case", "planning-slurm-nlp"],
            "`planning-slurm-nlp` is in one of them only",
        ),
        (&["--shard", "1/2"], "1 and 2 shards"),
    ] {
        let (code, told) = resume(out, args);
        assert_eq!(code, Some(2), "{told}");
        assert!(
            told.contains("is another run") && told.contains(part),
            "{told}"
        );
    }
    let other = ["--", PROGRAM, "agent", "--break", "OUT003"];
    let mut run = Command::new(PROGRAM);
    run.args(["run", "--resume", "--out"]).arg(out).args(other);
    let output = run.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("agent `reference` and agent `"), "{told}");
    // What was sealed under other conditions is played again, wherever it lies.
    let file = out.join("run.json");
    fs::remove_file(file).unwrap();
    let (code, told) = resume(out, &["--seed", "2"]);
    assert!(
        code == Some(0) && told.contains("note: 0 of 3 plays"),
        "{told}"
    );
}
