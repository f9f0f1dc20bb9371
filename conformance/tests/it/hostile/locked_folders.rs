//! Folders that their owner locked.

use std::process::Command;

use super::{CASE, Run, users};

const LOCK: &str = "for where in . $HOME $TMPDIR; do mkdir -p $where/a/b/c; echo x > $where/a/b/c/f; \
                    chmod 000 $where/a/b/c $where/a/b $where/a; done; chmod 000 $HOME $TMPDIR .";

#[test]
fn locked_folders_are_removed_all_the_same() {
    Run::of(LOCK).end().assert_judged_and_gone();
}

/// What an ordinary user locks is locked for that user, too.
#[test]
fn an_ordinary_user_has_them_removed_as_well_and_is_told_what_could_not_be_seen() {
    let script = "mkdir x; echo > x/y; chmod 000 x";
    // Root sees everything; the test above is this one for anybody else.
    for user in users().into_iter().skip(1) {
        let ended = Run::through(user, &["--case", CASE], script)
            .by_anybody()
            .end();
        ended.assert_judged_and_gone();
        let report = ended.report();
        assert!(
            report.contains("folders that could not be listed: x"),
            "{report}"
        );
    }
}

#[test]
fn what_cannot_be_removed_is_named_and_the_run_goes_on() {
    let options = ["--case", CASE, "--no-sandbox"];
    let run = Run::with(
        &options,
        "mkdir x; echo > x/stone; chattr +i x/stone && echo set",
    );
    let tmp = run.tmp.path().to_owned();
    let ended = run.end();
    if !ended.kept("transcript.txt").contains("set") {
        eprintln!("skipped: this file system or user knows no immutable files");
        return;
    }
    let complaint = ended.complaint();
    let freed = Command::new("chattr").args(["-R", "-i"]).arg(&tmp).status();
    assert!(freed.unwrap().success());
    assert_eq!(ended.code(), Some(1), "{complaint}");
    assert!(complaint.contains("cannot remove"), "{complaint}");
    assert!(complaint.contains("stone"), "{complaint}");
}
