//! A folder in which several runs left their evidence.

use super::{CASE, Run, check};

#[test]
fn a_run_says_which_plays_are_its_own_and_check_keeps_them_apart() {
    let ended = Run::with(&["--case", CASE, "--case", "abort-docs-503"], "").end();
    let first = ended.report();
    assert!(first.contains("abort-docs-503"), "{first}");
    let out = ended.out();
    let second = std::process::Command::new(crate::play::PROGRAM)
        .args(["run", "--case", CASE, "--out"])
        .arg(&out)
        .args(["--", "bash", "-c", super::PROBE])
        .output()
        .unwrap();
    let second = super::without_closing(&String::from_utf8(second.stdout).unwrap());
    let (code, told, note) = check(&out);
    assert_eq!((code, &told), (Some(1), &second));
    assert!(!told.contains("abort-docs-503"), "{told}");
    assert!(
        note.contains("abort-docs-503") && note.contains("earlier runs"),
        "{note}"
    );
    // The older play can still be judged by itself.
    let (_, alone, note) = check(&out.join("abort-docs-503"));
    assert!(alone.contains("abort-docs-503"), "{alone}");
    assert_eq!(note, "");
}

#[test]
fn a_play_of_the_run_that_is_missing_is_not_passed_over() {
    let ended = Run::with(&["--case", CASE, "--case", "abort-docs-503"], "").end();
    std::fs::remove_dir_all(ended.out().join("abort-docs-503")).unwrap();
    let (code, told, _) = ended.check();
    assert_eq!(code, Some(1));
    assert!(told.contains("! abort-docs-503    harness-error"), "{told}");
}

#[test]
fn names_in_the_list_lead_nowhere_else() {
    let ended = Run::of("").end();
    let list = ended.out().join("run.json");
    let text = std::fs::read_to_string(&list).unwrap();
    std::fs::write(&list, text.replace(CASE, "../elsewhere")).unwrap();
    let (code, _, complaint) = ended.check();
    assert!(
        code == Some(3) && complaint.contains("no name of a folder"),
        "{complaint}"
    );
}
