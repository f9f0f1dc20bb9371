//! A log that was exchanged for its copy, and what may be in the way of one.

use std::os::unix::fs::{FileExt as _, PermissionsExt as _, symlink};

use super::*;

fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path)
        .unwrap()
        .permissions()
        .mode()
        & 0o777
}

#[test]
fn what_was_saved_is_read_again_after_an_exchange() {
    let mut kept = Kept::new();
    let snapshot = kept.snapshot();
    kept.log.replace(&snapshot.0).unwrap();
    assert_eq!(kept.log.reread().unwrap(), snapshot.0);
    let mut exchanged = false;
    for number in 0..40 {
        kept.log.bound = 0;
        let was_copying = kept.log.copy.is_some();
        kept.step(number);
        exchanged |= was_copying && kept.log.copy.is_none();
        let (mut store, now) = (empty_store(), Timestamp::default());
        store.restore(kept.log.reread().unwrap(), now);
        assert_eq!(store.snapshot(), kept.store.snapshot(), "step {number}");
    }
    assert!(exchanged);
}

#[test]
fn a_reading_that_fails_leaves_the_log_as_it_was_and_is_owed() {
    let mut kept = Kept::new();
    for number in 0..20 {
        kept.step(number);
    }
    assert_eq!(kept.log.owed().unwrap(), None);
    let path = kept.log.path.clone();
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    file.write_all_at(b"hello", 20).unwrap();
    assert!(kept.log.reread().is_err());
    assert!(kept.log.owed().is_err());
    // What is appended stands behind all that was there.
    kept.step(20);
    file.write_all_at(&whole[20..25], 20).unwrap();
    assert!(std::fs::read(&path).unwrap().starts_with(&whole));
    assert_eq!(kept.after_a_kill(), kept.snapshot());
    assert!(kept.log.owed().unwrap().is_some());
    assert_eq!(kept.log.owed().unwrap(), None);
    // A file that somebody has cut is not taken for all that there was.
    file.set_len(whole.len() as u64 - 1).unwrap();
    assert!(kept.log.reread().is_err());
}

#[test]
fn a_log_is_bounded_where_only_skills_change() {
    let mut kept = Kept::new();
    let template = "x".repeat(100_000);
    let head = kept.log.chain.length();
    kept.change_skill("large", &template);
    let line = kept.log.chain.length() - head;
    let mut shortened = 0;
    for _ in 0..100 {
        let before = kept.log.chain.length();
        kept.change_skill("large", &template);
        let after = kept.log.chain.length();
        shortened += usize::from(after < before);
        // A copy has the skill as it was when it was begun and as it was when that ended.
        assert!(after <= bound(head + 2 * line) + line, "{after}");
    }
    assert!(shortened >= 2, "{shortened}");
    assert_eq!(kept.after_a_kill(), kept.snapshot());
}

#[test]
fn another_servers_file_in_the_place_of_a_copy_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let place = place_of(&path);
    let (mut other, _) = StateLog::open(&place).unwrap();
    other.chain.append(&[issued(5)]).unwrap();
    let theirs = std::fs::read(&place).unwrap();
    let (mut log, _) = StateLog::open(&path).unwrap();
    log.bound = 0;
    let touched = Touched {
        settings: true,
        ..Touched::default()
    };
    for _ in 0..3 {
        log.save(&empty_store(), &built_in(), Saved::Touched(&touched))
            .unwrap();
        assert!(log.copy.is_none());
    }
    let error = log.replace(&[issued(7)]).unwrap_err().to_string();
    assert!(error.contains("another server uses it"), "{error}");
    assert_eq!(std::fs::read(&place).unwrap(), theirs);
    other.chain.append(&[issued(6)]).unwrap();
    drop((other, log));
    assert_eq!(reopen(&place).last(), Some(&issued(6)));
    // Nobody uses it any more.
    let (mut log, _) = StateLog::open(&path).unwrap();
    log.replace(&[issued(7)]).unwrap();
}

#[test]
fn what_is_no_file_in_the_place_of_a_copy_stays_and_nobody_waits() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = (folder.path().join("state"), folder.path().join("target"));
    let place = place_of(&path);
    std::fs::write(&target, "theirs").unwrap();
    let fifo = |place: &Path| nix::unistd::mkfifo(place, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let link = |place: &Path| symlink(&target, place).unwrap();
    for (put, kind) in [(&fifo as &dyn Fn(&Path), "fifo"), (&link, "link")] {
        put(&place);
        let (mut log, _) = StateLog::open(&path).unwrap();
        assert!(log.replace(&[issued(1)]).is_err(), "{kind}");
        log.begin_copy(&empty_store(), &built_in());
        assert!(log.copy.is_none(), "{kind}");
        let there = std::fs::symlink_metadata(&place).unwrap();
        assert!(!there.is_file(), "{kind}");
        assert_eq!(std::fs::read(&target).unwrap(), b"theirs");
        std::fs::remove_file(&place).unwrap();
    }
    fifo(&place);
    let error = StateLog::open(&place).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("no regular file"), "{error}");
}

#[test]
fn an_exchange_keeps_permissions_and_links() {
    for (permissions, other) in [(0o600, 0o644), (0o644, 0o600)] {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        symlink(&real, &link).unwrap();
        let (log, _) = StateLog::open(&link).unwrap();
        let chosen = std::fs::Permissions::from_mode(permissions);
        std::fs::set_permissions(&real, chosen).unwrap();
        let mut kept = Kept { log, ..Kept::new() };
        kept.log.begin_copy(&kept.store, &kept.skills);
        let copy = place_of(&std::fs::canonicalize(&real).unwrap());
        assert_eq!(mode(&copy), permissions, "and not {other:o}");
        kept.log.replace(&[issued(7)]).unwrap();
        assert_eq!(mode(&real), permissions, "and not {other:o}");
        let there = std::fs::symlink_metadata(&link).unwrap();
        assert!(there.is_symlink());
        drop(kept);
        assert_eq!(reopen(&real).last(), Some(&issued(7)));
    }
}
