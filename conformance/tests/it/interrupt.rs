//! Stopping a run.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, mkfifo};

use crate::play::{PROGRAM, program};

#[test]
fn ctrl_c_ends_the_agent_and_keeps_incomplete_evidence() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("started");
    mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    // The agent tells its process number once it runs, and then never ends by itself.
    let script = format!("echo $$ > {}; exec tail -f /dev/null", fifo.display());
    let out = dir.path().join("out");
    let mut harness = Command::new(PROGRAM)
        .args([
            "run",
            "--case",
            "planning-healthy",
            "--report",
            "json",
            "--out",
        ])
        .arg(&out)
        .args(["--", "bash", "-c", &script])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut agent = String::new();
    std::fs::File::open(&fifo)
        .unwrap()
        .read_to_string(&mut agent)
        .unwrap();

    kill(Pid::from_raw(harness.id().cast_signed()), Signal::SIGINT).unwrap();
    let mut report = String::new();
    harness
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut report)
        .unwrap();
    assert_eq!(harness.wait().unwrap().code(), Some(3));
    assert!(
        report.contains("harness-error") && report.contains("interrupted"),
        "{report}"
    );
    assert!(!Path::new("/proc").join(agent.trim()).exists());

    let folder = out.join("planning-healthy");
    for kept in [
        "prompt.md",
        "journal.ndjson",
        "transcript.txt",
        "workspace-after.json",
    ] {
        assert!(folder.join(kept).is_file(), "{kept}");
    }
    let check = program().arg("check").arg(&out).assert().code(3);
    let output = check.get_output();
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("incomplete"));
}
