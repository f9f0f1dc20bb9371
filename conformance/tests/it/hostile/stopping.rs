//! Stops the harness with a signal that nobody can handle.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use wild_conformance::agent::walls::granted;
use wild_conformance::evidence::Wall;

use super::{CASE, Ended, Run, users};
use crate::play::PROGRAM;

/// The harness takes the place of a shell that knows its own number, and has no terminal.
const KNOWN: [&str; 6] = [
    "setsid",
    "--wait",
    "bash",
    "-c",
    "HARNESS=$$ exec \"$@\"",
    "bash",
];

/// Stops it in the first play only.
const STOP: &str = "if [ ! -e $MARK/done ]; then touch $MARK/done; \
                    kill -STOP $HARNESS 2>/dev/null && echo stopped; fi";

fn stopped(user: &[&str], options: &[&str]) -> Ended {
    let mark = tempfile::tempdir_in("/var/tmp").unwrap();
    std::fs::set_permissions(mark.path(), Permissions::from_mode(0o777)).unwrap();
    let mark_path = mark.path().to_str().unwrap();
    let own = ["--case", CASE, "--allow-write", mark_path];
    let options: Vec<&str> = own.iter().chain(options).copied().collect();
    let words = [&KNOWN[..], user].concat();
    let mut run = Run::through(&words, &options, STOP).by_anybody();
    run.command.env("MARK", mark_path);
    let ended = run.end();
    assert!(mark.path().join("done").is_file(), "{}", ended.complaint());
    ended
}

#[test]
fn behind_the_wall_it_cannot_be_stopped() {
    if !granted(Path::new(PROGRAM), &[]).has(Wall::Pid) {
        eprintln!("skipped, because there is no wall `pid` here");
        return;
    }
    for user in users() {
        let ended = stopped(user, &[]);
        ended.assert_judged_and_gone();
        assert!(!ended.kept("transcript.txt").contains("stopped"));
    }
}

#[test]
fn without_one_wall_the_other_holds() {
    let ended = stopped(&[], &["--without-wall", "pid"]);
    if ended.record()["sandbox"]["confines_signals"] != true {
        eprintln!("skipped, because Landlock does not confine signals here");
        return;
    }
    ended.assert_judged_and_gone();
    assert!(!ended.kept("transcript.txt").contains("stopped"));
}

#[test]
fn without_walls_the_play_is_lost_and_no_other() {
    let all = users();
    let ordinary = all[all.len() - 1];
    for (user, audit) in [(all[0], "ptrace"), (ordinary, "announcements")] {
        let mark = tempfile::tempdir().unwrap();
        std::fs::set_permissions(mark.path(), Permissions::from_mode(0o777)).unwrap();
        let options = ["--case", CASE, "--no-sandbox", "--repeat", "2", "--jobs"];
        let options = [&options[..], &["1", "--audit", audit]].concat();
        let words = [&KNOWN[..], user].concat();
        let mut run = Run::through(&words, &options, STOP).by_anybody();
        run.command.env("MARK", mark.path());
        let ended = run.end();
        let report = ended.report();
        let all = format!("{report}{}", ended.complaint());
        assert!(report.contains("1 harness-error"), "{all}");
        assert!(report.contains("1 non-conformant"), "{all}");
        assert!(report.contains("somebody stopped the harness"), "{all}");
        ended.assert_gone();
    }
}
