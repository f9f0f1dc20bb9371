//! Two runs that are to write the same folder.

use std::io::Read;
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::Pid;

use crate::play::PROGRAM;

#[test]
fn the_second_is_refused_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("started");
    nix::unistd::mkfifo(&fifo, Mode::S_IRWXU).unwrap();
    let run = |script: String| {
        let mut command = Command::new(PROGRAM);
        command
            .args(["run", "--case", super::CASE, "--out"])
            .arg(dir.path().join("out"))
            .arg("--allow-write")
            .arg(dir.path())
            .args(["--", "bash", "-c"])
            .arg(format!("{}{script}", super::PROBE))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    };
    let script = format!("echo > {}; exec tail -f /dev/null", fifo.display());
    let first = run(script).spawn().unwrap();
    std::fs::File::open(&fifo)
        .unwrap()
        .read_to_string(&mut String::new())
        .unwrap();
    let second = run(String::new()).output().unwrap();
    let complaint = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(2), "{complaint}");
    assert!(complaint.contains("in use by another run"), "{complaint}");
    assert!(
        complaint.contains(&format!("process {}", first.id())),
        "{complaint}"
    );
    // Where the first has not ended there is no verdict.
    let (code, told, complaint) = super::check(&dir.path().join("out"));
    assert_eq!((code, told.as_str()), (Some(3), ""));
    assert!(complaint.contains("has not ended"), "{complaint}");
    // It goes on, and gives the folder free in the end, even when it is killed.
    kill(Pid::from_raw(first.id().cast_signed()), Signal::SIGKILL).unwrap();
    first.wait_with_output().unwrap();
    let third = run(String::new()).output().unwrap();
    assert_eq!(third.status.code(), Some(1));
}
