//! Something else in the place of the files in which scripts and shims tell of their work.

use super::{CASE, Run};

fn replaced(variable: &str, by: &str, options: &[&str]) -> (String, String) {
    let options: Vec<&str> = ["--case", CASE].iter().chain(options).copied().collect();
    let ended = Run::with(&options, &format!("L=${variable}; rm -f $L; {by}")).end();
    ended.assert_judged_and_gone();
    (ended.record()["audit"]["gaps"].to_string(), ended.report())
}

#[test]
fn announcements_that_cannot_be_read_are_a_gap() {
    for (by, told) in [
        ("mkfifo $L", "a FIFO"),
        ("ln -s /dev/zero $L", "a symbolic link"),
        ("mkdir $L", "a folder"),
    ] {
        let (gaps, _) = replaced("WILD_WORK_LOG", by, &[]);
        assert!(
            gaps.contains("announcements") && gaps.contains(told),
            "{by}: {gaps}"
        );
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
        for variable in ["WILD_WORK_LOG", "WILD_CALL_LOG"] {
            let (_, report) = replaced(variable, "truncate -s 3G $L", &["--audit", audit]);
            assert!(report.contains("1 non-conformant"), "{report}");
        }
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
