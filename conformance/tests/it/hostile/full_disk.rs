//! A disk on which there is no room for the evidence.

use std::path::Path;
use std::process::Command;

use super::{CASE, PROBE, is_root};
use crate::play::PROGRAM;

/// A small file system of its own; unmounted when dropped.
struct Small(tempfile::TempDir);

impl Small {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=400k", "wild-test"])
            .arg(dir.path())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(dir))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

#[test]
fn the_play_that_finds_no_room_is_a_harness_error_and_the_others_are_judged() {
    let Some(disk) = is_root().then(Small::mount).flatten() else {
        eprintln!("skipped: nothing can be mounted here");
        return;
    };
    let report = disk.path().join("outside.json");
    // The first play by name fills the disk, and its evidence makes room again when the next begins.
    let script = format!("{PROBE} case $WILD_SESSION_ID in *) head -c 2000000 /dev/urandom;; esac");
    let output = Command::new(PROGRAM)
        .args([
            "run",
            "--case",
            CASE,
            "--case",
            "abort-docs-503",
            "--jobs",
            "1",
            "--out",
        ])
        .arg(disk.path().join("out"))
        .args(["--", "bash", "-c", &script])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}{complaint}");
    assert!(told.contains("2 harness-error"), "{told}");
    assert!(told.contains("No space left on device"), "{told}");
    assert!(!report.exists());
    // A verdict on what is left there would be none.
    let (code, verdict, _) = super::check(&disk.path().join("out"));
    assert_eq!((code, verdict.as_str()), (Some(3), ""));
}
