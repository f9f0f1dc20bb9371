//! Runs that the user wants to stop, once and twice.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;

use super::{PROBE, SOON, check};
use crate::play::PROGRAM;

/// A run of three plays, one at a time, whose first agent has done `work` and then waits for ever.
struct Going {
    dir: TempDir,
    harness: Child,
    agent: String,
}

impl Going {
    fn start(options: &[&str], work: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("started");
        nix::unistd::mkfifo(&fifo, Mode::S_IRWXU).unwrap();
        std::fs::create_dir(dir.path().join("tmp")).unwrap();
        let script = format!(
            "{PROBE}{work}; echo $$ > {}; trap '' TERM; tail -f /dev/null & wait; wait",
            fifo.display()
        );
        let harness = Command::new(PROGRAM)
            .args([
                "run",
                "--case",
                "abort-docs-503",
                "--repeat",
                "3",
                "--jobs",
                "1",
                "--out",
            ])
            .arg(dir.path().join("out"))
            .arg("--report")
            .arg("full")
            .args(options)
            .args(["--", "bash", "-c", &script])
            .env("TMPDIR", dir.path().join("tmp"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut agent = String::new();
        let mut started = std::fs::File::open(&fifo).unwrap();
        started.read_to_string(&mut agent).unwrap();
        Self {
            dir,
            harness,
            agent: agent.trim().to_owned(),
        }
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.harness.id().cast_signed()), signal).unwrap();
    }

    fn assert_agent_gone(&self) {
        let process = Path::new("/proc").join(&self.agent);
        let begun = Instant::now();
        // A tracer's end kills its tracees, and the system may take a moment.
        while process.join("cwd").read_link().is_ok() {
            assert!(begun.elapsed() < SOON, "the agent lives");
            std::thread::yield_now();
        }
    }
}

#[test]
fn what_was_not_played_is_told_and_what_was_cut_is_marked() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let going = Going::start(&["--no-sandbox"], "true");
        going.signal(signal);
        going.assert_agent_gone();
        let Going { dir, harness, .. } = going;
        let output = harness.wait_with_output().unwrap();
        let report = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(130), "{report}");
        assert!(report.contains("1 cut-short"), "{report}");
        assert!(
            report.contains("not played: the run was interrupted"),
            "{report}"
        );
        assert!(report.contains("no verdict on the whole"), "{report}");
        let out = dir.path().join("out");
        let list = std::fs::read_to_string(out.join("run.json")).unwrap();
        let list: Value = serde_json::from_str(&list).unwrap();
        assert_eq!(list["state"], "interrupted");
        let states = list["plays"].as_object().unwrap().values();
        let count = |word: &str| states.clone().filter(|state| **state == word).count();
        assert_eq!(count("cut_short"), 1, "{list}");
        assert_eq!(count("not_played"), 2, "{list}");
        let (code, told, complaint) = check(&out);
        assert_eq!((code, told.as_str()), (Some(3), ""));
        assert!(complaint.contains("were not played"), "{complaint}");
        assert_eq!(super::names(&dir.path().join("tmp")), [""; 0]);
    }
}

#[test]
fn a_second_signal_ends_the_program_at_once() {
    for audit in ["ptrace", "announcements"] {
        let going = Going::start(&["--no-sandbox", "--audit", audit], "true");
        // The agent ignores SIGTERM, so that an orderly end would take its grace.
        let begun = Instant::now();
        going.signal(Signal::SIGINT);
        going.signal(Signal::SIGTERM);
        let mut going = going;
        let status = going.harness.wait().unwrap();
        assert_eq!(status.code(), Some(130));
        assert!(begun.elapsed() < SOON);
        going.assert_agent_gone();
        let mut complaint = String::new();
        let mut stderr = going.harness.stderr.take().unwrap();
        stderr.read_to_string(&mut complaint).unwrap();
        assert!(complaint.contains("second signal"), "{complaint}");
    }
}

/// Looking at a workspace ends when the user wants to stop, too.
#[test]
fn a_large_workspace_does_not_make_the_harness_deaf() {
    let work = "for i in {1..100}; do truncate -s 200M f$i; done";
    let going = Going::start(&["--no-sandbox"], work);
    going.signal(Signal::SIGINT);
    let begun = Instant::now();
    let output = going.harness.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(begun.elapsed() < SOON);
}
