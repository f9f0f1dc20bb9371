//! Stopping a run.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, mkfifo};
use tempfile::TempDir;

use crate::containment::alive;
use crate::play::{PROGRAM, program};

/// A run whose agent has sent one request and will never end by itself.
struct Run {
    dir: TempDir,
    harness: Child,
    /// How the agent calls itself: its number is its own namespace's.
    agent: String,
}

impl Run {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("started");
        mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let agent = format!("interrupted-{}", dir.path().display());
        // The agent opens this once it is under way; reading it waits for that.
        let script = format!(
            "curl -sf $WILD_SERVER_URL/docs >/dev/null; : > {}; exec -a {agent} tail -f /dev/null",
            fifo.display()
        );
        let harness = Command::new(PROGRAM)
            .args([
                "run",
                "--case",
                "planning-healthy",
                "--report",
                "json",
                "--out",
            ])
            .arg(dir.path().join("out"))
            .arg("--allow-write")
            .arg(dir.path())
            .args(["--", "bash", "-c", &script])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::fs::read(&fifo).unwrap();
        Self {
            dir,
            harness,
            agent,
        }
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.harness.id().cast_signed()), signal).unwrap();
    }

    /// The exit code and what was printed.
    fn wait(&mut self) -> (Option<i32>, String) {
        let mut printed = String::new();
        self.harness
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut printed)
            .unwrap();
        (self.harness.wait().unwrap().code(), printed)
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("out/planning-healthy")
    }

    fn assert_not_judged(&self) {
        let check = program().arg("check").arg(self.folder()).assert().code(3);
        let output = check.get_output();
        assert!(output.stdout.is_empty(), "there must be no verdict");
        assert!(String::from_utf8_lossy(&output.stderr).contains("incomplete"));
    }
}

#[test]
fn a_polite_signal_ends_the_agent_and_keeps_incomplete_evidence() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut run = Run::start();
        run.signal(signal);
        let (code, report) = run.wait();
        assert_eq!(code, Some(130), "{signal}");
        assert!(
            report.contains("cut-short") && report.contains("interrupted"),
            "{report}"
        );
        assert_eq!(alive(&run.agent), [""; 0]);
        for kept in [
            "prompt.md",
            "transcript.txt",
            "workspace-after.json",
            "state.json",
        ] {
            assert!(run.folder().join(kept).is_file(), "{kept}");
        }
        let journal = std::fs::read_to_string(run.folder().join("journal.ndjson")).unwrap();
        assert!(journal.contains("/docs"), "{journal}");
        run.assert_not_judged();
    }
}

#[test]
fn evidence_of_a_killed_run_is_kept_and_not_judged() {
    let mut run = Run::start();
    run.signal(Signal::SIGKILL);
    run.harness.wait().unwrap();
    // The kernel ends what was traced, in its own time.
    while !alive(&run.agent).is_empty() {
        std::thread::yield_now();
    }
    run.assert_not_judged();
}
