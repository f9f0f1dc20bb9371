//! Something else in the place of the socket and the file in which scripts and shims tell of their work.

use super::{CASE, Run};

fn replaced(variable: &str, by: &str, options: &[&str]) -> (String, String) {
    let options: Vec<&str> = ["--case", CASE].iter().chain(options).copied().collect();
    let ended = Run::with(&options, &format!("L=${variable}; rm -f $L; {by}")).end();
    ended.assert_judged_and_gone();
    (ended.record()["audit"]["gaps"].to_string(), ended.report())
}

#[test]
fn a_socket_that_was_taken_away_is_a_gap_and_behind_walls_it_cannot_be() {
    for (options, is_taken) in [(&["--no-sandbox"][..], true), (&[], false)] {
        for by in ["true", "mkfifo $L", "ln -s /dev/zero $L"] {
            let (gaps, _) = replaced("WILD_WORK_SOCKET", by, options);
            assert_eq!(gaps.contains("taken away"), is_taken, "{by}: {gaps}");
        }
    }
}

#[test]
fn calls_that_cannot_be_read_are_a_gap() {
    let weak = ["--audit", "announcements"];
    let (gaps, _) = replaced("WILD_CALL_LOG", "mkfifo $L", &weak);
    assert!(gaps.contains("calls") && gaps.contains("a FIFO"), "{gaps}");
}

#[test]
fn three_gigabytes_of_them_are_read_up_to_a_bound() {
    for audit in ["ptrace", "announcements"] {
        let (_, report) = replaced("WILD_CALL_LOG", "truncate -s 3G $L", &["--audit", audit]);
        assert!(report.contains("1 non-conformant"), "{report}");
    }
}

/// Without a sandbox even the launcher's report can be replaced.
#[test]
fn what_the_launcher_told_is_not_waited_for() {
    let script = "R=$(dirname $TMPDIR)/launch.ndjson; rm -f $R; mkfifo $R";
    Run::with(&["--case", CASE, "--no-sandbox"], script)
        .end()
        .assert_judged_and_gone();
}
