//! A log is read again whole, and what is wrong with it is told.

use proptest::prelude::*;

use super::*;

#[test]
fn what_was_appended_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state");
    let (mut log, records) = StateLog::open(&path).unwrap();
    assert!(records.is_empty());
    log.chain.append(&[issued(1), issued(2)]).unwrap();
    drop(log);
    assert_eq!(reopen(&path), [StateRecord::HEAD, issued(1), issued(2)]);
}

#[test]
fn a_cut_loses_whole_records_of_the_end_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state");
    let (mut log, _) = StateLog::open(&path).unwrap();
    log.chain
        .append(&[issued(1), issued(22), issued(333)])
        .unwrap();
    drop(log);
    let whole = std::fs::read(&path).unwrap();
    let all = reopen(&path);
    for cut in 0..whole.len() {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let ends = whole[..cut].split(|byte| *byte == b'\n').count() - 1;
        assert_eq!(reopen(&path), all[..ends], "cut at {cut}");
        // What is appended next stands on a line of its own.
        let (mut log, _) = StateLog::open(&path).unwrap();
        log.chain.append(&[issued(4)]).unwrap();
        drop(log);
        assert_eq!(reopen(&path).last(), Some(&issued(4)));
    }
}

#[test]
fn damage_in_the_middle_is_told_and_nothing_is_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state");
    let (mut log, _) = StateLog::open(&path).unwrap();
    log.chain.append(&[issued(1), issued(2)]).unwrap();
    drop(log);
    let whole = std::fs::read(&path).unwrap();
    for at in 0..whole.len() - 1 {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(&path, &damaged).unwrap();
        let error = StateLog::open(&path).map(|_| ()).unwrap_err();
        assert!(
            matches!(error, StateError::Damaged { .. }),
            "byte {at}: {error}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), damaged);
    }
    std::fs::write(&path, "hello\n").unwrap();
    let error = StateLog::open(&path).map(|_| ()).unwrap_err().to_string();
    assert!(
        error.contains("line 1") && error.contains("move it away"),
        "{error}"
    );
}

#[test]
fn a_line_that_is_missing_twice_there_or_elsewhere_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state");
    let (mut log, _) = StateLog::open(&path).unwrap();
    log.chain.append(&[issued(1), issued(2)]).unwrap();
    log.chain.append(&[issued(1), issued(3)]).unwrap();
    drop(log);
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let swapped = [lines[0], lines[2], lines[1], lines[3], lines[4]].concat();
    let doubled = [lines[0], lines[1], lines[1], lines[2]].concat();
    let missing = (0..lines.len() - 1).map(|at| {
        let rest = lines.iter().enumerate().filter(|(other, _)| *other != at);
        rest.map(|(_, line)| *line).collect::<String>()
    });
    for damaged in missing.chain([swapped, doubled]) {
        std::fs::write(&path, &damaged).unwrap();
        let error = StateLog::open(&path).map(|_| ()).unwrap_err();
        assert!(matches!(error, StateError::Damaged { .. }), "{damaged}");
    }
    std::fs::write(&path, &text).unwrap();
    let (mut log, records) = StateLog::open(&path).unwrap();
    assert_eq!(log.reread().unwrap(), records);
    log.chain.append(&[issued(4)]).unwrap();
    drop(log);
    assert_eq!(reopen(&path).len(), 6);
}

#[test]
fn two_servers_never_share_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state");
    let (mut log, _) = StateLog::open(&path).unwrap();
    let in_use = |path: &Path| matches!(StateLog::open(path), Err(StateError::InUse { .. }));
    assert!(in_use(&path));
    log.replace(&[issued(7)]).unwrap();
    assert!(in_use(&path));
    log.chain.append(&[issued(8)]).unwrap();
    drop(log);
    assert_eq!(reopen(&path), [StateRecord::HEAD, issued(7), issued(8)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_content_panics(content in proptest::collection::vec(any::<u8>(), 0..200)) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state");
        std::fs::write(&path, content).unwrap();
        let _ = StateLog::open(&path);
    }
}
