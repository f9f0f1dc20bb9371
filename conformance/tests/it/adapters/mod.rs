//! Agents that are spoken with over a protocol.

mod acp;
mod opencode_http;
mod replay;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::play::PROGRAM;

/// A run of one case.
struct Played {
    dir: TempDir,
    output: Output,
    report: Value,
}

/// A program of the tests.
pub(crate) fn fake(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/adapters")
        .join(name)
}

fn play(options: &[&str], agent: &[&str]) -> Played {
    play_with(options, agent, &[])
}

fn play_with(options: &[&str], agent: &[&str], environment: &[(&str, &str)]) -> Played {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("report.json");
    let output = Command::new(PROGRAM)
        .args(["run", "--no-doctor", "--strict", "--report"])
        .arg(format!("json={}", file.display()))
        .arg("--out")
        .arg(dir.path().join("out"))
        .args(options)
        .args(if agent.is_empty() { &[][..] } else { &["--"] })
        .args(agent)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let report = std::fs::read(&file).unwrap_or_default();
    Played {
        dir,
        report: serde_json::from_slice(&report).unwrap_or_default(),
        output,
    }
}

/// A play that is ended by its time limit, the shortest within which its session came so far as `begun`
/// says. How long an agent takes to begin is the machine's affair.
fn in_time(begun: &str, play: impl Fn(&str) -> Played) -> (Played, &'static str) {
    for limit in ["2", "8", "32", "128"] {
        let played = play(limit);
        if played.file("session.txt").contains(begun) {
            return (played, limit);
        }
    }
    panic!("the agent never began");
}

/// What could not be played, and why.
fn could_not_run(played: &Played) -> String {
    assert_eq!(played.code(), Some(3), "{}", played.words());
    let text = played.case().to_string();
    assert!(text.contains("could-not-run"), "{}", played.words());
    text
}

/// Who is refused permission does nothing, and that is said; the session says so in this line.
fn does_nothing(played: &Played, refused: &str) {
    assert_eq!(played.code(), Some(1), "{}", played.words());
    assert!(played.file("transcript.txt").contains("not allowed"));
    assert!(played.case().to_string().contains("sent no request"));
    let session = played.file("session.txt");
    assert!(session.contains(refused), "{session}");
}

/// The rules that a case's report tells as violated.
fn violated(case: &Value) -> Vec<&str> {
    let rules = case["rules"].as_array().unwrap().iter();
    let failed = rules.filter(|rule| rule["verdict"] == "fail");
    failed.filter_map(|rule| rule["code"].as_str()).collect()
}

impl Played {
    fn code(&self) -> Option<i32> {
        self.output.status.code()
    }

    fn case(&self) -> &Value {
        &self.report["cases"][0]
    }

    /// A file of the evidence.
    fn file(&self, name: &str) -> String {
        let case = self.case()["id"].as_str().unwrap_or("planning-healthy");
        let path = self.dir.path().join("out").join(case).join(name);
        std::fs::read_to_string(path).unwrap_or_default()
    }

    /// All that was told, for a test that fails.
    fn words(&self) -> String {
        format!(
            "{}\n{}\n{:#}",
            String::from_utf8_lossy(&self.output.stderr),
            self.file("session.txt"),
            self.case()
        )
    }
}
