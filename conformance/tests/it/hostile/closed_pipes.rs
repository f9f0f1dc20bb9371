//! Pipes that nobody reads any more.

use std::process::{Command, Stdio};

use super::{Run, check};

#[test]
fn an_agent_that_closes_its_streams_is_judged() {
    let ended = Run::of("exec 0<&- 1>&- 2>&-; sleep 0.1").end();
    ended.assert_judged_and_gone();
}

/// The evidence and the reports beside it are there although nobody hears of them.
#[test]
fn a_reader_that_goes_away_costs_nothing_but_what_it_would_have_read() {
    let mut run = Run::of("");
    let mut harness = run
        .command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(harness.stdout.take());
    drop(harness.stderr.take());
    assert_eq!(harness.wait().unwrap().code(), Some(141));
    let out = run.dir.path().join("out");
    let report = std::fs::read_to_string(out.join("report.txt")).unwrap();
    assert!(report.contains("1 non-conformant"), "{report}");
    assert_eq!(check(&out).0, Some(1));
}

#[test]
fn a_harness_without_any_streams_does_its_work() {
    let run = Run::of("");
    let words: Vec<_> = run.command.get_args().collect();
    let status = Command::new("bash")
        .args(["-c", "exec \"$0\" \"$@\" <&- >&- 2>&-"])
        .arg(run.command.get_program())
        .args(words)
        .env("TMPDIR", run.tmp.path())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    assert_eq!(check(&run.dir.path().join("out")).0, Some(1));
}
