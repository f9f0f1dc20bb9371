//! Random requests whose answers Python itself judges; see `tests/differential.py`.

use std::process::Command;

#[test]
fn python_agrees_with_every_answer() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential.py");
    let output = Command::new("python3")
        .args([script, "--binary", env!("CARGO_BIN_EXE_wild-mock")])
        .args(["--operations", "2000", "--seed", "12"])
        .output()
        .expect("python3 is needed");
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{failed}");
    assert!(
        said.ends_with("2000 operations, seed 12, 0 differences\n"),
        "{said}"
    );
}
