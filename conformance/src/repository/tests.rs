mod tracked;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::*;
use crate::cancel::Cancel;
use crate::evidence::{Reach, Survey};

fn label(message: &str) -> Label<'_> {
    Label {
        author: "Ada <ada@example.org>",
        at: 1_700_000_000,
        message,
    }
}

fn seen(workdir: &Path) -> FolderSnapshot {
    let (known, reach) = (FolderSnapshot(BTreeMap::new()), Reach::default());
    Survey::of(workdir, None, &known, reach, &Cancel::new())
        .unwrap()
        .snapshot
}

fn commit_all(workdir: &Path, message: &str) -> Committed {
    commit(workdir, &seen(workdir), &|_| true, label(message)).unwrap()
}

/// What git says; nothing on a machine without it.
fn git(workdir: &Path, args: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    let command = command.args(["-c", "safe.directory=*", "-C"]).arg(workdir);
    let output = command.args(args).output().ok()?;
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {error}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn what_stands_in_the_place_of_a_repository_is_told_and_nothing_is_not() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(commit_all(dir.path(), "a"), Committed::Nothing);
    let git = dir.path().join(".git");
    fs::write(&git, "gitdir: /nowhere\n").unwrap();
    let told = |committed| matches!(committed, Committed::No(why) if why.contains("no folder"));
    assert!(told(commit_all(dir.path(), "a")));
    fs::remove_file(&git).unwrap();
    std::os::unix::fs::symlink("/nowhere", &git).unwrap();
    assert!(told(commit_all(dir.path(), "a")));
}

fn project() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    for (name, text) in [
        ("a.py", "print(1)\n"),
        ("a/b/c.txt", "c\n"),
        ("a-b", "sorts between\n"),
        ("runs/1/log", "left out\n"),
        ("keep/x.pyc", "left out\n"),
        ("keep/runs", "no folder\n"),
        (".gitignore", "runs/\n*.pyc\n# nothing\n"),
        ("run.sh", "echo\n"),
        ("empty", ""),
    ] {
        fs::create_dir_all(at(name).parent().unwrap()).unwrap();
        fs::write(at(name), text).unwrap();
    }
    fs::set_permissions(at("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::symlink("a.py", at("link")).unwrap();
    begin(dir.path()).unwrap();
    dir
}

#[test]
fn git_reads_what_is_committed_and_finds_nothing_to_do() {
    let dir = project();
    let Committed::Yes(first) = commit_all(dir.path(), "First") else {
        panic!("there is something to commit");
    };
    assert_eq!(first, "89e1f5f028360935061348fce4dc4ba98acf9af8");
    assert_eq!(commit_all(dir.path(), "Again"), Committed::Nothing);
    fs::write(dir.path().join("a/b/c.txt"), "d\n").unwrap();
    assert!(matches!(
        commit_all(dir.path(), "Second"),
        Committed::Yes(_)
    ));
    let Some(log) = git(dir.path(), &["log", "--format=%s %an %at"]) else {
        return;
    };
    assert_eq!(log, "Second Ada 1700000000\nFirst Ada 1700000000\n");
    git(dir.path(), &["fsck", "--strict"]);
    assert_eq!(git(dir.path(), &["status", "--porcelain"]).unwrap(), "");
    let listed = git(dir.path(), &["ls-tree", "-r", "--name-only", "HEAD"]).unwrap();
    let expected = ".gitignore\na-b\na.py\na/b/c.txt\nempty\nkeep/runs\nlink\nrun.sh\n";
    assert_eq!(listed, expected);
}

#[test]
fn what_git_committed_goes_on_and_no_link_leads_out() {
    let dir = project();
    commit_all(dir.path(), "First");
    if git(dir.path(), &["pack-refs", "--all"]).is_some() {
        fs::write(dir.path().join("a.py"), "print(2)\n").unwrap();
        assert!(matches!(
            commit_all(dir.path(), "Second"),
            Committed::Yes(_)
        ));
        let count = git(dir.path(), &["rev-list", "--count", "HEAD"]).unwrap();
        assert_eq!(count.trim(), "2");
    }
    let outside = tempfile::tempdir().unwrap();
    let objects = dir.path().join(".git/objects");
    fs::remove_dir_all(&objects).unwrap();
    std::os::unix::fs::symlink(outside.path(), &objects).unwrap();
    let there = seen(dir.path());
    assert!(commit(dir.path(), &there, &|_| true, label("Out")).is_err());
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    fs::write(dir.path().join(".git/HEAD"), "ref: refs/heads/../../../x\n").unwrap();
    assert!(matches!(commit_all(dir.path(), "Odd"), Committed::No(_)));
    fs::remove_dir_all(dir.path().join(".git")).unwrap();
    assert_eq!(commit_all(dir.path(), "None"), Committed::Nothing);
}
