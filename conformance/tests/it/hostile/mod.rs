//! Agents that try to stop the harness, to make it err, or to leave something behind. Whatever they do,
//! the play ends, and says what happened.

#![allow(clippy::print_stderr, reason = "what is not tried is named")]

use std::ffi::OsStr;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::play::PROGRAM;

mod canary;
mod closed_pipes;
mod deep_folders;
mod escape_sequences;
mod full_disk;
mod huge_files;
mod interruptions;
mod locked_folders;
mod lowered_limits;
mod many_entries;
mod replaced_evidence;
mod replaced_logs;
mod replaced_tasks;
mod reused_folder;
mod session_files;
mod shared_memory;
mod stopping;
mod token_leaks;
mod two_runs;

/// The case that hostile agents play.
const CASE: &str = "planning-healthy";

/// Makes an agent's play one that is judged.
const PROBE: &str = "curl -sf $WILD_SERVER_URL/docs > /dev/null; ";

/// What a harness that always answers needs at most for any of these agents on a busy machine, in
/// seconds.
const SOON: Duration = Duration::from_mins(1);

/// A run with folders of its own.
struct Run {
    dir: TempDir,
    tmp: TempDir,
    command: Command,
}

/// A run that has ended.
struct Ended {
    dir: TempDir,
    tmp: TempDir,
    output: Output,
    took: Duration,
}

impl Run {
    /// An agent in bash, after its first probe.
    fn of(script: &str) -> Self {
        Self::with(&["--case", CASE], script)
    }

    /// The same with options of the harness.
    fn with(options: &[&str], script: &str) -> Self {
        Self::through(&[], options, script)
    }

    /// The same with words before the harness's own.
    fn through(words: &[&str], options: &[&str], script: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let tmp = tempfile::tempdir().unwrap();
        let mut argv = words.iter().map(OsStr::new).chain([OsStr::new(PROGRAM)]);
        let mut command = Command::new(argv.next().unwrap());
        command
            .args(argv)
            .arg("run")
            .arg("--out")
            .arg(dir.path().join("out"))
            .args(options)
            .args(["--", "bash", "-c"])
            .arg(format!("{PROBE}{script}"))
            .env("TMPDIR", tmp.path())
            .stdin(Stdio::null());
        Self { dir, tmp, command }
    }

    /// With folders that everybody may write to, and no home.
    fn by_anybody(mut self) -> Self {
        for path in [self.dir.path(), self.tmp.path()] {
            std::fs::set_permissions(path, Permissions::from_mode(0o777)).unwrap();
        }
        self.command.env("HOME", "/");
        self
    }

    /// With its temporary folders in memory, where many files are made and removed soon.
    fn in_memory(mut self) -> Self {
        let mut memory = tempfile::Builder::new();
        self.tmp = memory.prefix("wild-test-").tempdir_in("/dev/shm").unwrap();
        self.command.env("TMPDIR", self.tmp.path());
        self
    }

    /// Waits for its end, which comes soon.
    fn end(mut self) -> Ended {
        let begun = Instant::now();
        let output = self.command.output().unwrap();
        let ended = Ended {
            dir: self.dir,
            tmp: self.tmp,
            output,
            took: begun.elapsed(),
        };
        assert!(ended.took < SOON, "it took {:?}", ended.took);
        ended
    }
}

impl Ended {
    fn code(&self) -> Option<i32> {
        self.output.status.code()
    }

    fn report(&self) -> String {
        without_closing(&String::from_utf8_lossy(&self.output.stdout))
    }

    fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    /// A file of the evidence.
    fn kept(&self, name: &str) -> String {
        std::fs::read_to_string(self.out().join(CASE).join(name)).unwrap()
    }

    fn record(&self) -> Value {
        serde_json::from_str(&self.kept("evidence.json")).unwrap()
    }

    /// What an entry of the workspace was in the end.
    fn entry(&self, path: &str) -> Value {
        let after: Value = serde_json::from_str(&self.kept("workspace-after.json")).unwrap();
        after[path].clone()
    }

    /// Fails when the play was not judged, or left a temporary folder.
    #[track_caller]
    fn assert_judged_and_gone(&self) {
        let (report, complaint) = (self.report(), self.complaint());
        assert_eq!(self.code(), Some(1), "{report}\n{complaint}");
        assert!(report.contains("1 non-conformant"), "{report}");
        self.assert_gone();
    }

    #[track_caller]
    fn assert_gone(&self) {
        assert_eq!(names(self.tmp.path()), [""; 0]);
    }

    /// Judges the evidence again; the exit code, and what is told.
    fn check(&self) -> (Option<i32>, String, String) {
        check(&self.out())
    }
}

fn check(folder: &Path) -> (Option<i32>, String, String) {
    let begun = Instant::now();
    let output = Command::new(PROGRAM).arg("check").arg(folder).output();
    let output = output.unwrap();
    assert!(begun.elapsed() < SOON);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        without_closing(&text(&output.stdout)),
        text(&output.stderr),
    )
}

/// What is told of the evidence, without how long that took and what to do next, which differ.
fn without_closing(text: &str) -> String {
    let verdicts = text.split_inclusive('\n');
    verdicts
        .take_while(|line| !line.starts_with("evidence: "))
        .collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Whether these tests may do what only a privileged user can.
fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Whoever runs the tests and, where that is root, an ordinary user, too: words that start a program so.
fn users() -> Vec<&'static [&'static str]> {
    const NOBODY: &[&str] = &[
        "setpriv",
        "--reuid",
        "65534",
        "--regid",
        "65534",
        "--clear-groups",
    ];
    let mut users: Vec<&[&str]> = vec![&[]];
    if is_root() {
        let version = Command::new(NOBODY[0])
            .args(&NOBODY[1..])
            .args([PROGRAM, "--version"])
            .output();
        if version.is_ok_and(|version| version.status.success()) {
            users.push(NOBODY);
        } else {
            eprintln!("skipped as an ordinary user: {PROGRAM} is out of reach of one");
        }
    }
    users
}
