//! What people and programs are told.

use std::path::Path;

use crate::play::{PROGRAM, program};

fn report(format: &str, agent: &[&str], cases: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let mut command = program();
    command
        // Not every machine has a sandbox, and what is told must be the same on all.
        .args(["run", "--no-sandbox", "--report", format, "--out"])
        .arg(dir.path().join("out"));
    for case in cases {
        command.args(["--case", case]);
    }
    if !agent.is_empty() {
        // By its name: reports cut long command lines short, and the path may be long.
        let folder = Path::new(PROGRAM).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", folder.display()));
        command
            .args(["--", "wild-conformance", "agent"])
            .args(agent);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    without_roots(&text.replace(PROGRAM, "wild-conformance"))
}

/// Evidence has ports and times of the clock, so that no two plays have the same root.
fn without_roots(text: &str) -> String {
    let is_root = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let roots = text.split([' ', '"', '\n']).filter(is_root);
    roots.fold(text.to_owned(), |text, root| text.replace(root, "ROOT"))
}

#[test]
fn a_clean_run_as_text() {
    insta::assert_snapshot!(report("text", &[], &["abort-*-503", "planning-healthy"]));
}

#[test]
fn findings_as_text() {
    let breaks = [
        "--break", "ABT004", "--break", "ABT009", "--break", "OUT003",
    ];
    let cases = ["planning-healthy", "abort-docs-503"];
    insta::assert_snapshot!(report("text", &breaks, &cases));
}

#[test]
fn every_verdict_as_text() {
    insta::assert_snapshot!(report(
        "full",
        &[],
        &["planning-healthy", "abort-server-down"]
    ));
}

#[test]
fn findings_as_json() {
    insta::assert_snapshot!(report("json", &["--break", "ABT006"], &["abort-docs-503"]));
}

#[test]
fn an_explanation() {
    let output = program().args(["explain", "abt004"]).output().unwrap();
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}
