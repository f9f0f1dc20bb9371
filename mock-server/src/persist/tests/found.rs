//! What was never a log is read, where it was exported, or left as it is.

use super::*;
use crate::json::to_bytes;

fn refused(path: &Path, content: &[u8]) -> String {
    std::fs::write(path, content).unwrap();
    let error = StateLog::open(path).map(|_| ()).unwrap_err();
    assert_eq!(std::fs::read(path).unwrap(), content, "{error}");
    error.to_string()
}

#[test]
fn an_exported_state_is_read_and_kept_as_a_log() {
    let mut kept = Kept::new();
    for number in 0..40 {
        kept.step(number);
    }
    kept.change_skill("mine", "t");
    let exported = to_bytes(&kept.snapshot());
    let spread: serde_json::Value = serde_json::from_slice(&exported).unwrap();
    let spread = serde_json::to_vec_pretty(&spread).unwrap();
    let path = kept.folder.path().join("exported");
    for text in [&exported[..], &spread] {
        std::fs::write(&path, text).unwrap();
        let (mut log, records) = StateLog::open(&path).unwrap();
        assert!(to_bytes(&StateSnapshot(records)) == exported);
        log.chain.append(&[issued(99)]).unwrap();
        drop(log);
        let mut again = reopen(&path);
        assert_eq!(again.pop(), Some(issued(99)));
        assert!(to_bytes(&StateSnapshot(again)) == exported);
    }
}

#[test]
fn what_was_never_a_log_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mine");
    let torn = b"71309a33 {\"version\":1} and more";
    for content in [
        b"Some notes, without an end of line".as_slice(),
        b"{\"a\":1}",
        b"7 apples",
        b"\xff\x00\x80 no text at all",
        b" ",
        torn,
    ] {
        let told = refused(&path, content);
        for part in [
            "/mine is no state file",
            "it is left as it is",
            "move it away",
        ] {
            assert!(told.contains(part), "{told}");
        }
    }
}

#[test]
fn what_begins_like_an_exported_state_and_is_none_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mine");
    for (content, why) in [
        ("[section]\nkey = 1\n", "(char 1)"),
        ("[]", "does not tell its version"),
        ("[1, 2]\n", "begins like an exported one"),
        (r#"[{"issued": {"ids": 1, "panes": 0}}]"#, "its version"),
        (r#"[{"version": 1}, {"unheard_of": 1}]"#, "unheard_of"),
        (r#"[{"version": 1}, {"issued": {"ids""#, "(char "),
    ] {
        let told = refused(&path, content.as_bytes());
        assert!(
            told.contains("is no state file") && told.contains(why),
            "{told}"
        );
    }
    let told = refused(&path, br#"[{"version": 2}, {"unheard_of": 1}]"#);
    assert!(
        told.contains("it has format 2") && told.contains("give another file"),
        "{told}"
    );
}
