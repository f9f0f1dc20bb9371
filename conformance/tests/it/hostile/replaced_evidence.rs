//! Evidence in which files were replaced before it is judged again.

use std::fs::File;
use std::os::unix::fs::symlink;
use std::path::Path;

use nix::sys::stat::Mode;
use wild_conformance::evidence::{REPORT_JSON, REPORT_TEXT};

use super::{CASE, Run, check};

/// What an agent complains of is for people, as is what was told of its play; nobody reads it.
const UNREAD: [&str; 3] = ["stderr.txt", REPORT_JSON, REPORT_TEXT];

/// What `check` says where `replace` has been at a file of the evidence.
fn refusal(folder: &Path, name: &str, replace: impl FnOnce(&Path)) -> String {
    // Beside the folder: what lies in it and is not sealed would be told first.
    let (file, aside) = (folder.join(name), folder.with_extension("aside"));
    std::fs::rename(&file, &aside).unwrap();
    replace(&file);
    let (code, told, complaint) = check(folder);
    assert_eq!((code, told.as_str()), (Some(3), ""), "{name}: {complaint}");
    std::fs::remove_file(&file).unwrap();
    std::fs::rename(&aside, &file).unwrap();
    complaint
}

#[test]
fn only_regular_files_are_read_and_no_more_than_was_written() {
    let ended = Run::of("").end();
    let folder = ended.out().join(CASE);
    let all: Vec<String> = super::names(&folder)
        .into_iter()
        .filter(|name| folder.join(name).is_file() && !UNREAD.contains(&name.as_str()))
        .collect();
    assert!(all.len() > 10, "{all:?}");
    for name in &all {
        let told = refusal(&folder, name, |file| {
            nix::unistd::mkfifo(file, Mode::S_IRWXU).unwrap();
        });
        assert!(told.contains("a FIFO") && told.contains(name), "{told}");
        let told = refusal(&folder, name, |file| {
            symlink("/dev/zero", file).unwrap();
        });
        assert!(
            told.contains("a symbolic link") && told.contains(name),
            "{told}"
        );
        let told = refusal(&folder, name, |file| {
            File::create(file).unwrap().set_len(3 << 30).unwrap();
        });
        assert!(told.contains("bytes") && told.contains(name), "{told}");
    }
    assert_eq!(check(&folder).0, Some(1));
}

/// The list of plays, and the answers to doubts.
#[test]
fn what_lies_beside_evidence_is_read_with_the_same_care() {
    let ended = Run::of("").end();
    let answers = ended.out().join("adjudications");
    std::fs::create_dir(&answers).unwrap();
    nix::unistd::mkfifo(&answers.join(format!("{CASE}.json")), Mode::S_IRWXU).unwrap();
    let (code, _, complaint) = ended.check();
    assert!(
        code == Some(3) && complaint.contains("a FIFO"),
        "{complaint}"
    );
    std::fs::remove_dir_all(&answers).unwrap();
    std::fs::remove_file(ended.out().join("run.json")).unwrap();
    nix::unistd::mkfifo(&ended.out().join("run.json"), Mode::S_IRWXU).unwrap();
    let (code, _, complaint) = ended.check();
    assert!(
        code == Some(3) && complaint.contains("a FIFO"),
        "{complaint}"
    );
}
