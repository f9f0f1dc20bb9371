//! What `wild-mock` tells where it cannot do what it is asked to: each cause once, in a line, with the exit code that
//! is documented.

use std::net::TcpListener;

use crate::cli::{Serving, run};

/// Exit code and the line that tells why.
fn refused(args: &[&str]) -> (i32, String) {
    let output = run(args);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.starts_with("error: ") && told.lines().count() == 1,
        "{told}"
    );
    (output.status.code().unwrap(), told)
}

fn is_told_once(told: &str, cause: &str) {
    assert_eq!(told.matches(cause).count(), 1, "{told}");
}

#[test]
fn what_the_system_refuses_could_not_be_done() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let (code, told) = refused(&["serve", "--listen", &addr]);
    assert_eq!(code, 3, "{told}");
    is_told_once(&told, "Address already in use");
    let (code, told) = refused(&["serve", "--listen", "127.0.0.1:0", "--control", &addr]);
    assert_eq!(code, 3, "{told}");
    is_told_once(&told, "Address already in use");
}

#[test]
fn a_state_that_another_server_uses_could_not_be_used() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let state = state.to_str().unwrap();
    let _first = Serving::start(&["--state", state]);
    let (code, told) = refused(&["serve", "--listen", "127.0.0.1:0", "--state", state]);
    assert_eq!(code, 3, "{told}");
    assert!(told.contains("in use by another server"), "{told}");
}

#[test]
fn what_is_named_and_is_not_there_is_wrong_usage() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("no/such/file");
    let missing = missing.to_str().unwrap();
    let not_a_journal = dir.path().join("case.toml");
    std::fs::write(&not_a_journal, "id = 'x'\n").unwrap();
    let not_a_journal = not_a_journal.to_str().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let upstream = ["diff", "--upstream", "http://127.0.0.1:9"];
    for (command, option, file, cause) in [
        (&serve[..], "--journal", missing, "No such file"),
        (&serve, "--state", missing, "No such file"),
        (&serve, "--skills", missing, "No such file"),
        (&upstream, "--journal", missing, "No such file"),
        (&upstream, "--journal", not_a_journal, "line 1 column 1"),
    ] {
        let (code, told) = refused(&[command, &[option, file]].concat());
        assert_eq!(code, 2, "{told}");
        is_told_once(&told, cause);
        assert!(told.contains(file), "{told}");
    }
}
