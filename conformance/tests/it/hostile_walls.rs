//! Agents that try to get past the walls, a file each: as whoever runs the tests and, where that is
//! root, as an ordinary user; with all walls, and with the one in question taken away.
//!
//! What a machine does not grant is named on standard error and not tried.

#![allow(clippy::print_stderr, reason = "what is not tried is named")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use wild_conformance::agent::walls::granted;
use wild_conformance::evidence::Wall;

use crate::play::PROGRAM;

#[path = "hostile/wall_allowed.rs"]
mod allowed;
#[path = "hostile/wall_capabilities.rs"]
mod capabilities;
#[path = "hostile/wall_expectation.rs"]
mod expectation;
#[path = "hostile/wall_fallen.rs"]
mod fallen;
#[path = "hostile/wall_mount.rs"]
mod mount;
#[path = "hostile/wall_network.rs"]
mod network;
#[path = "hostile/wall_pid.rs"]
mod pid;
#[path = "hostile/wall_seccomp.rs"]
mod seccomp;
#[path = "hostile/wall_session.rs"]
mod session;

/// Somebody of no importance.
const NOBODY: &str = "65534";

/// Who starts the harness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum User {
    Own,
    Ordinary,
}

/// Whoever runs the tests and, where that is root, an ordinary user, too.
fn users() -> Vec<User> {
    let mut users = vec![User::Own];
    if !nix::unistd::geteuid().is_root() {
        return users;
    }
    let works = as_ordinary("true")
        .status()
        .is_ok_and(|status| status.success())
        && as_ordinary(PROGRAM)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success());
    if works {
        users.push(User::Ordinary);
    } else {
        eprintln!("skipped as an ordinary user: {PROGRAM} cannot be started by one");
    }
    users
}

fn as_ordinary(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"])
        .arg(program)
        .env("HOME", "/nonexistent");
    command
}

/// Whether the machine grants these walls; those that it does not are named.
fn has(walls: &[Wall]) -> bool {
    let grant = granted(Path::new(PROGRAM), &[]);
    let missing = walls.iter().find(|wall| !grant.has(**wall));
    if let Some(wall) = missing {
        let reason = grant.refusal(*wall).unwrap_or_default();
        eprintln!("skipped, because there is no wall `{wall}` here: {reason}");
    }
    missing.is_none()
}

/// A play by a hostile agent.
struct Attack<'a> {
    user: User,
    script: &'a str,
    options: Vec<String>,
    environment: Vec<(&'a str, String)>,
    folder: TempDir,
}

/// What became of it.
struct AttackOutcome {
    code: Option<i32>,
    /// What the agent printed.
    said: String,
    stderr: String,
    /// The record of its sandbox.
    held: Value,
    /// What the harness printed.
    report: String,
}

impl<'a> Attack<'a> {
    /// A script for Python, played as `user`.
    fn new(user: User, script: &'a str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let everybody = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(folder.path(), everybody).unwrap();
        Self {
            user,
            script,
            options: Vec::new(),
            environment: Vec::new(),
            folder,
        }
    }

    fn option(mut self, name: &str, value: impl Into<String>) -> Self {
        self.options.push(name.to_owned());
        self.options.push(value.into());
        self
    }

    fn without(self, walls: &[Wall]) -> Self {
        let one = |attack: Self, wall: &Wall| attack.option("--without-wall", wall.word());
        walls.iter().fold(self, one)
    }

    /// A variable of the harness's environment.
    fn env(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// The harness with everything but the agent.
    fn harness(&self) -> Command {
        let mut command = match self.user {
            User::Own => Command::new(PROGRAM),
            User::Ordinary => as_ordinary(PROGRAM),
        };
        command
            .args(["run", "--case", "planning-healthy", "--time-limit", "30"])
            .arg("--out")
            .arg(self.out())
            .args(&self.options)
            .envs(self.environment.iter().map(|(name, value)| (*name, value)));
        command
    }

    fn play(&self) -> AttackOutcome {
        let mut harness = self.harness();
        harness.args(["--", "python3", "-c", self.script]);
        self.end(&mut harness)
    }

    fn end(&self, harness: &mut Command) -> AttackOutcome {
        let output = harness.output().unwrap();
        let case = self.out().join("planning-healthy");
        let text = |name: &str| std::fs::read_to_string(case.join(name)).unwrap_or_default();
        let record: Value = serde_json::from_str(&text("evidence.json")).unwrap_or_default();
        AttackOutcome {
            code: output.status.code(),
            said: text("transcript.txt"),
            stderr: format!(
                "{}{}",
                String::from_utf8_lossy(&output.stderr),
                text("stderr.txt")
            ),
            held: record["sandbox"].clone(),
            report: String::from_utf8_lossy(&output.stdout).into_owned(),
        }
    }
}

impl AttackOutcome {
    /// Holds what the agent said against what it should have, line by line.
    #[track_caller]
    fn said(&self, expected: &[&str]) {
        let said: Vec<&str> = self.said.lines().collect();
        assert_eq!(said, expected, "{}", self.stderr);
    }

    fn stands(&self, wall: Wall) -> bool {
        let walls = self.held["walls"].as_array().unwrap();
        let own = walls.iter().find(|own| own["wall"] == wall.word()).unwrap();
        own["stands"] == true
    }
}
