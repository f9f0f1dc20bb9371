//! Looks at folders, with and without bounds.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use super::{Reach, Survey};
use crate::cancel::Cancel;
use crate::evidence::FolderSnapshot;

fn look(root: &Path, reach: Reach) -> Survey {
    let nothing = FolderSnapshot::default();
    Survey::of(root, None, &nothing, reach, &Cancel::new()).unwrap()
}

#[test]
fn entries_are_described_and_links_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("a")).unwrap();
    std::fs::write(dir.path().join("a/b.txt"), "text").unwrap();
    std::os::unix::fs::symlink("/", dir.path().join("root")).unwrap();
    let Survey {
        snapshot, blind, ..
    } = look(dir.path(), Reach::default());
    assert!(blind.is_nothing());
    assert_eq!(
        snapshot.0.keys().collect::<Vec<_>>(),
        ["a", "a/b.txt", "root"]
    );
    assert!(snapshot.is_folder("a"));
    let link = &snapshot.get("root").unwrap().kind;
    assert_eq!(link.words(), "a symbolic link to /");
}

#[test]
fn touching_is_not_changing_and_writing_is() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("f");
    let look = || look(dir.path(), Reach::default());
    std::fs::write(&file, "one").unwrap();
    let first = look();
    std::fs::write(&file, "one").unwrap();
    assert_eq!(look(), first);
    std::fs::write(&file, "two").unwrap();
    assert_ne!(look(), first);
}

#[test]
fn every_bound_is_kept_and_told() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("a/b/c")).unwrap();
    for name in ["a/1", "a/b/2", "a/b/c/3"] {
        std::fs::write(dir.path().join(name), "12345").unwrap();
    }
    let reach = Reach::default();
    let told = |reach| {
        let Survey {
            snapshot, blind, ..
        } = look(dir.path(), reach);
        (
            snapshot.0.len(),
            blind.unlisted.join(""),
            blind.unread.join(""),
        )
    };
    assert_eq!(told(reach), (6, String::new(), String::new()));
    let (count, unlisted, _) = told(Reach {
        entries: 2,
        ..reach
    });
    assert_eq!(
        (count, unlisted.as_str()),
        (2, "no more than 2 entries are listed")
    );
    let (count, unlisted, _) = told(Reach { depth: 2, ..reach });
    assert!(
        count == 3 && unlisted.contains("2 folders in each other"),
        "{unlisted}"
    );
    let (count, unlisted, _) = told(Reach { paths: 2, ..reach });
    assert!(
        count == 2 && unlisted.contains("2 bytes of paths"),
        "{unlisted}"
    );
    let (_, _, unread) = told(Reach {
        largest: 4,
        ..reach
    });
    assert_eq!(
        unread,
        "files of more than 4 bytes are not hashed: a/1, a/b/2, a/b/c/3"
    );
    let (_, _, unread) = told(Reach { bytes: 9, ..reach });
    assert_eq!(unread, "no more than 9 bytes are hashed: a/b/2, a/b/c/3");
    let (count, unlisted, _) = told(Reach {
        time: Duration::ZERO,
        ..reach
    });
    assert!(count == 0 && unlisted.contains("after 0 s"), "{unlisted}");
}

#[test]
fn what_is_known_is_looked_at_before_there_is_no_room_left() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a", "b", "z"] {
        std::fs::write(dir.path().join(name), "").unwrap();
    }
    let mut known = look(dir.path(), Reach::default()).snapshot;
    known.0.retain(|path, _| path == "z");
    let reach = Reach {
        entries: 1,
        ..Reach::default()
    };
    let survey = Survey::of(dir.path(), None, &known, reach, &Cancel::new()).unwrap();
    assert_eq!(survey.snapshot, known);
}

#[test]
fn a_folder_that_is_gone_is_empty_and_one_can_be_left_out() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(
        look(&dir.path().join("x"), Reach::default()),
        Survey::default()
    );
    std::fs::create_dir_all(dir.path().join("out/deep")).unwrap();
    std::fs::write(dir.path().join("in"), "").unwrap();
    let out = Some(OsStr::new("out"));
    let nothing = FolderSnapshot::default();
    let survey = Survey::of(dir.path(), out, &nothing, Reach::default(), &Cancel::new());
    let listed: Vec<_> = survey.unwrap().snapshot.0.into_keys().collect();
    assert_eq!(listed, ["in"]);
}
