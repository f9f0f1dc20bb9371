//! Limits on the harness, set by an agent or by whoever started it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use super::{CASE, Ended, Run, users};

/// Lowers a limit of the harness, which is an ancestor of the agent, for the first play only.
fn meddle(limit: &str) -> String {
    format!(
        "M=$MARK/done; if [ ! -e $M ]; then touch $M; \
           P=$PPID; while [ \"$(tr '\\0' ' ' < /proc/$P/cmdline | cut -d' ' -f2)\" != run ]; do \
             P=$(awk '/^PPid/ {{ print $2 }}' /proc/$P/status); [ -n \"$P\" ] || exit; done; \
           prlimit --pid $P {limit} && echo lowered; sleep 1; fi"
    )
}

fn meddled(user: &[&str], limit: &str) -> Ended {
    let mark = tempfile::tempdir().unwrap();
    std::fs::set_permissions(mark.path(), Permissions::from_mode(0o777)).unwrap();
    let options = [
        "--case",
        CASE,
        "--repeat",
        "3",
        "--jobs",
        "1",
        "--no-sandbox",
    ];
    let mut run = Run::through(user, &options, &meddle(limit)).by_anybody();
    run.command.env("MARK", mark.path());
    run.end()
}

#[test]
fn the_play_in_which_an_agent_lowers_them_is_lost_and_no_other() {
    for (limit, name) in [
        ("--nofile=0:", "open files"),
        ("--fsize=0:", "the size of files"),
    ] {
        let ended = meddled(&[], limit);
        let report = ended.report();
        let all = format!("{limit}: {report}{}", ended.complaint());
        assert!(report.contains("1 harness-error"), "{all}");
        assert!(report.contains("2 non-conformant"), "{all}");
        let told = format!("somebody lowered the harness's limit on {name} to 0");
        assert!(report.contains(&told), "{all}");
        ended.assert_gone();
    }
}

/// Only a privileged harness can raise a hard limit again; any other tells why it can do nothing more.
#[test]
fn a_limit_that_cannot_be_restored_is_told() {
    for user in users() {
        let ended = meddled(user, "--nofile=0");
        let (report, complaint) = (ended.report(), ended.complaint());
        assert!(report.contains("limit on open files to 0"), "{report}");
        let is_restored = report.contains("it was restored");
        assert!(user.is_empty() || !is_restored, "{report}");
        if is_restored {
            assert!(report.contains("2 non-conformant"), "{report}");
            ended.assert_gone();
        } else {
            assert_eq!(ended.code(), Some(3), "{report}");
            // Each of the two plays tells it, and what sums them up.
            assert_eq!(report.matches("Too many open files").count(), 3, "{report}");
            assert!(report.contains("harness-error x 2: "), "{report}");
            assert!(complaint.contains("cannot remove"), "{complaint}");
        }
    }
}

/// A file that grows beyond the limit is an error, and not the end of the harness.
#[test]
fn a_limit_on_the_size_of_files_costs_the_plays_that_meet_it() {
    let options = ["--case", CASE, "--case", "abort-docs-503", "--jobs", "1"];
    let talk = "yes | head -c 3000000; mkdir x";
    let ended = Run::through(&["prlimit", "--fsize=2000000"], &options, talk).end();
    let report = ended.report();
    assert_eq!(ended.code(), Some(3), "{report}{}", ended.complaint());
    assert!(report.contains("2 harness-error"), "{report}");
    assert!(
        report.contains("could not be kept: File too large"),
        "{report}"
    );
    assert!(ended.out().join("report.json").is_file());
    let record = ended.record().to_string();
    assert!(
        record.contains("incomplete") && record.contains("File too large"),
        "{record}"
    );
    ended.assert_gone();
    // What an agent writes itself is cut off by the same limit, as anywhere else.
}

#[test]
fn without_enough_files_to_open_the_cause_is_told() {
    let options = ["--case", CASE, "--jobs", "1"];
    for count in [12, 16, 20, 24, 28, 32] {
        let limit = format!("--nofile={count}");
        let ended = Run::through(&["prlimit", &limit], &options, "true").end();
        let all = format!("{}{}", ended.report(), ended.complaint());
        let is_told = ended.code() == Some(3) && all.contains("Too many open files");
        // Where there are enough of them, the agent is judged.
        assert!(is_told || ended.code() == Some(1), "{count}: {all}");
        let left = super::names(ended.tmp.path());
        assert!(
            left.iter().all(|name| all.contains(name)),
            "{left:?}: {all}"
        );
    }
}
