//! What is tracked stays tracked.

use super::*;
use crate::repository::entry::Marks;
use crate::repository::index::Known;

fn index_of(workdir: &Path) -> Tracked {
    let git = Folder::open(&workdir.join(".git")).unwrap();
    tracked(&git).unwrap().unwrap()
}

fn paths(workdir: &Path) -> Vec<String> {
    index_of(workdir).into_keys().collect()
}

/// Adds a path to what is tracked.
fn track(workdir: &Path, path: &str, mode: Mode, id: Id) {
    let mut all = index_of(workdir);
    let marks = Marks::default();
    all.insert(path.to_owned(), Known { mode, id, marks });
    let entries: Vec<Entry<'_>> = all
        .iter()
        .map(|(path, known)| Entry {
            path,
            mode: known.mode,
            id: known.id,
            marks: known.marks,
        })
        .collect();
    fs::write(workdir.join(".git/index"), index::bytes(&entries)).unwrap();
}

fn blob(text: &str) -> Id {
    Id::of_blob(text.as_bytes(), text.len() as u64)
        .unwrap()
        .unwrap()
}

fn clean(workdir: &Path) {
    if let Some(status) = git(workdir, &["status", "--porcelain"]) {
        assert_eq!(status, "");
        git(workdir, &["fsck", "--strict"]);
    }
}

#[test]
fn what_is_tracked_is_committed_though_it_is_ignored() {
    let dir = project();
    commit_all(dir.path(), "First");
    track(dir.path(), "runs/1/log", Mode::File, blob("older\n"));
    track(dir.path(), "gone", Mode::File, blob("older\n"));
    assert!(matches!(
        commit_all(dir.path(), "Second"),
        Committed::Yes(_)
    ));
    let all = index_of(dir.path());
    assert_eq!(all["runs/1/log"].id, blob("left out\n"));
    assert!(!all.contains_key("gone") && !all.contains_key("keep/x.pyc"));
    clean(dir.path());
}

#[test]
fn a_large_file_that_is_tracked_stays() {
    let dir = project();
    let size = 16 * 1024 * 1024 + 1;
    for name in ["large", "other"] {
        let file = fs::File::create(dir.path().join(name)).unwrap();
        file.set_len(size).unwrap();
    }
    let file = fs::File::open(dir.path().join("large")).unwrap();
    let id = Id::of_blob(file, size).unwrap().unwrap();
    track(dir.path(), "large", Mode::File, id);
    assert!(matches!(commit_all(dir.path(), "First"), Committed::Yes(_)));
    let all = index_of(dir.path());
    assert_eq!(all["large"].id, id);
    assert!(!all.contains_key("other"));
    let object = format!("{id}");
    let object = dir
        .path()
        .join(".git/objects")
        .join(&object[..2])
        .join(&object[2..]);
    assert!(!object.exists(), "it is the repository's already");
    fs::write(dir.path().join("large"), "small\n").unwrap();
    assert!(matches!(
        commit_all(dir.path(), "Second"),
        Committed::Yes(_)
    ));
    assert_eq!(index_of(dir.path())["large"].id, blob("small\n"));
    clean_but(dir.path(), "?? other\n");
}

fn clean_but(workdir: &Path, others: &str) {
    if let Some(status) = git(workdir, &["status", "--porcelain"]) {
        assert_eq!(status, others);
    }
}

#[test]
fn repositories_within_this_one_stay_repositories() {
    let dir = project();
    for name in ["inner", "bare-begun", "a/known"] {
        let inner = dir.path().join(name);
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("x"), "x\n").unwrap();
        begin(&inner).unwrap();
    }
    let Committed::Yes(id) = commit_all(&dir.path().join("inner"), "Inner") else {
        panic!("there is something to commit");
    };
    let known = blob("some commit");
    track(dir.path(), "a/known", Mode::Repository, known);
    assert!(matches!(commit_all(dir.path(), "First"), Committed::Yes(_)));
    let all = index_of(dir.path());
    assert_eq!(all["inner"].mode, Mode::Repository);
    assert_eq!(all["inner"].id.to_string(), id);
    assert_eq!(
        (all["a/known"].mode, all["a/known"].id),
        (Mode::Repository, known)
    );
    let within = |path: &&String| {
        path.contains("inner/") || path.contains("begun") || path.contains("known/")
    };
    assert_eq!(all.keys().find(within), None);
}

#[test]
fn a_branch_that_was_packed_goes_on() {
    let dir = project();
    let Committed::Yes(first) = commit_all(dir.path(), "First") else {
        panic!("there is something to commit");
    };
    let at = |name: &str| dir.path().join(".git").join(name);
    fs::write(at("HEAD"), "ref: refs/heads/feature/x\n").unwrap();
    fs::write(
        at("packed-refs"),
        format!("# pack-refs with: peeled\n{first} refs/heads/feature/x\n"),
    )
    .unwrap();
    for message in ["Second", "Third"] {
        fs::write(dir.path().join("a.py"), message).unwrap();
        assert!(matches!(commit_all(dir.path(), message), Committed::Yes(_)));
    }
    assert!(at("refs/heads/feature/x").is_file());
    if let Some(count) = git(dir.path(), &["rev-list", "--count", "HEAD"]) {
        assert_eq!(count.trim(), "3");
    }
    // A folder that packing left behind is in nobody's way.
    fs::write(at("HEAD"), "ref: refs/heads/new\n").unwrap();
    fs::create_dir(at("refs/heads/new")).unwrap();
    assert!(matches!(commit_all(dir.path(), "Anew"), Committed::Yes(_)));
    assert!(at("refs/heads/new").is_file());
}

#[test]
fn what_only_git_can_do_is_left_to_it() {
    let dir = project();
    let begins = |why: &str| match commit_all(dir.path(), "First") {
        Committed::No(told) => assert!(told.starts_with(why), "{told}"),
        other => panic!("{other:?}"),
    };
    fs::write(
        dir.path().join("a/.gitattributes"),
        "*.bin filter=lfs -text\n",
    )
    .unwrap();
    begins("a/.gitattributes has contents changed");
    fs::write(dir.path().join("a/.gitattributes"), "* text=auto\n").unwrap();
    fs::write(dir.path().join(".gitignore"), "a\n".repeat(1001)).unwrap();
    begins("its .gitignore files have more than 1000 lines");
    fs::write(dir.path().join(".gitignore"), "?".repeat(1025)).unwrap();
    begins(".gitignore has a line of more than 1024 bytes");
    fs::write(dir.path().join(".gitignore"), "# a\n\n".repeat(1001)).unwrap();
    fs::write(dir.path().join(".git/MERGE_HEAD"), "").unwrap();
    begins("MERGE_HEAD tells that something is not finished");
    fs::remove_file(dir.path().join(".git/MERGE_HEAD")).unwrap();
    fs::write(dir.path().join(".git/info/exclude"), "*.pyc\n").unwrap_err();
    fs::create_dir(dir.path().join(".git/info")).unwrap();
    fs::write(dir.path().join(".git/info/exclude"), "*.pyc\n").unwrap();
    track(dir.path(), "a.py", Mode::File, blob("older\n"));
    track(dir.path(), "link/x", Mode::File, blob("older\n"));
    assert!(matches!(commit_all(dir.path(), "First"), Committed::Yes(_)));
    let all = paths(dir.path());
    assert!(all.contains(&"runs/1/log".to_owned()) && !all.contains(&"keep/x.pyc".to_owned()));
    assert!(!all.contains(&"link/x".to_owned()), "a link stands there");
    clean(dir.path());
}

#[test]
fn marks_and_forms_of_the_index_are_understood() {
    let dir = project();
    commit_all(dir.path(), "First");
    let whole = fs::read(dir.path().join(".git/index")).unwrap();
    for cut in 0..whole.len() - 20 {
        assert!(index::read(&whole[..cut]).is_err(), "{cut}");
    }
    let args = [
        "update-index",
        "--index-version",
        "4",
        "--skip-worktree",
        "a.py",
    ];
    if git(dir.path(), &args).is_none() {
        return;
    }
    git(
        dir.path(),
        &["update-index", "--assume-unchanged", "run.sh"],
    );
    fs::remove_file(dir.path().join("a.py")).unwrap();
    fs::write(dir.path().join("run.sh"), "other\n").unwrap();
    fs::write(dir.path().join("a-b"), "other\n").unwrap();
    assert!(matches!(
        commit_all(dir.path(), "Second"),
        Committed::Yes(_)
    ));
    let marked = git(dir.path(), &["ls-files", "-v", "a.py", "run.sh", "a-b"]).unwrap();
    assert_eq!(marked, "H a-b\nS a.py\nh run.sh\n");
    clean(dir.path());
    assert_eq!(git(dir.path(), &["show", "HEAD:run.sh"]).unwrap(), "echo\n");
    let mut unmerged = fs::read(dir.path().join(".git/index")).unwrap();
    unmerged[12 + 60] |= 0x10;
    fs::write(dir.path().join(".git/index"), unmerged).unwrap();
    let why = "a merge is not finished".to_owned();
    assert_eq!(commit_all(dir.path(), "Third"), Committed::No(why));
}

/// In version 4 an entry takes over the beginning of the path before it.
#[test]
fn paths_that_are_told_with_few_bytes_have_a_bound_all_the_same() {
    let index_of = |path: &str, count: u32| {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend_from_slice(&4_u32.to_be_bytes());
        bytes.extend_from_slice(&count.to_be_bytes());
        for at in 0..count {
            bytes.extend_from_slice(&[0; 24]);
            bytes.extend_from_slice(&0o100_644_u32.to_be_bytes());
            bytes.extend_from_slice(&[0; 12 + 20 + 2]);
            bytes.push(0);
            bytes.extend_from_slice(if at == 0 { path.as_bytes() } else { b"" });
            bytes.push(0);
        }
        bytes.extend_from_slice(&[0; 20]);
        index::read(&bytes)
    };
    let too_long = Err("the paths of its index are too long");
    assert!(index_of(&"a".repeat(4096), 100).is_ok());
    assert_eq!(index_of(&"a".repeat(4097), 1).map(drop), too_long);
    assert_eq!(index_of(&"a".repeat(4096), 20_000).map(drop), too_long);
}

proptest::proptest! {
    #[test]
    fn no_index_is_too_much(version in 2_u32..5, rest in proptest::collection::vec(0_u8..255, 0..400)) {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend_from_slice(&version.to_be_bytes());
        bytes.extend_from_slice(&3_u32.to_be_bytes());
        bytes.extend_from_slice(&rest);
        let _ = index::read(&bytes);
    }
}
