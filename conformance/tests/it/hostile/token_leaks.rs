//! The server's token where nobody keeps what is written, and an end that no rule of later iterations judges.

use super::Run;
use crate::play::PROGRAM;

const OPTIONS: [&str; 3] = ["--no-config", "--case", "execution-token"];

#[test]
fn a_token_in_large_files_odd_bytes_names_and_links_is_found() {
    let script = format!(
        "{PROGRAM} agent; cd \"$WILD_WORKDIR\" || exit; \
         {{ head -c 1100000 /dev/zero | tr '\\0' a; echo $WILD_AUTH_TOKEN; }} > large; \
         printf '\\377%s' $WILD_AUTH_TOKEN > odd; \
         mkdir name-$WILD_AUTH_TOKEN; touch name-$WILD_AUTH_TOKEN/inner; \
         ln -s /nowhere/$WILD_AUTH_TOKEN link; head -c 2000000 /dev/zero > other"
    );
    let report = Run::with(&OPTIONS, &script).end().report();
    for told in [
        "large contains the server's token",
        "odd contains the server's token",
        "the name name-(the token) contains the server's token",
        "the target of the link link contains the server's token",
    ] {
        assert!(report.contains(told), "{told}: {report}");
    }
    for untold in ["inner", "other"] {
        assert!(!report.contains(untold), "{untold}: {report}");
    }
}

#[test]
fn a_file_that_is_too_large_to_be_searched_makes_the_rule_untestable() {
    let script = format!("{PROGRAM} agent; truncate -s 300M \"$WILD_WORKDIR/huge\"");
    let report = Run::with(&OPTIONS, &script).end().report();
    assert!(
        report.contains("nobody searched huge for the token"),
        "{report}"
    );
}

#[test]
fn a_failure_in_a_later_iteration_is_told_and_fails_nothing() {
    let options = ["--no-config", "--case", "execution-baseline"];
    let ended = Run::with(&options, &format!("{PROGRAM} agent; exit 42")).end();
    assert_eq!(ended.code(), Some(0), "{}", ended.report());
    let told = "the agent exited with code 42; that is judged in planning only (OUT007)";
    assert!(ended.report().contains(told), "{}", ended.report());
}
