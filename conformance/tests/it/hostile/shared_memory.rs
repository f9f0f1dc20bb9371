//! Files in the machine's shared memory, which no folder of the play holds.

use std::path::{Path, PathBuf};

use wild_conformance::agent::walls::granted;
use wild_conformance::evidence::Wall;

use super::{CASE, Ended, Run};
use crate::play::PROGRAM;

/// Leaves a file and a folder there, and tells where.
fn left_by(test: &str, options: &[&str]) -> (Ended, [PathBuf; 2]) {
    let name = format!("wild-left-{test}-{}", std::process::id());
    let script = format!(
        "cd /dev/shm && echo x > {name} && mkdir {name}-d && echo x > {name}-d/x && echo made"
    );
    let options: Vec<&str> = ["--case", CASE].iter().chain(options).copied().collect();
    let ended = Run::with(&options, &script).end();
    ended.assert_judged_and_gone();
    assert!(ended.kept("transcript.txt").contains("made"));
    let at = |name: String| Path::new("/dev/shm").join(name);
    (ended, [at(name.clone()), at(format!("{name}-d"))])
}

#[test]
fn nothing_stays_where_it_is_the_agents_own() {
    if !granted(Path::new(PROGRAM), &[]).has(Wall::Mount) {
        eprintln!("skipped, because there is no wall `mount` here");
        return;
    }
    let (ended, paths) = left_by("own", &[]);
    let complaint = ended.complaint();
    for path in paths {
        assert!(!path.exists());
        assert!(!complaint.contains(path.to_str().unwrap()), "{complaint}");
    }
}

/// Others may have put it there, so that it stays.
#[test]
fn what_stays_where_it_is_everybodys_is_named() {
    for (test, options) in [
        ("wall", &["--without-wall", "mount"][..]),
        ("none", &["--no-sandbox"]),
    ] {
        let (ended, [file, folder]) = left_by(test, options);
        let complaint = ended.complaint();
        std::fs::remove_file(&file).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        for path in [file, folder] {
            let told = format!("{} appeared while an agent ran", path.display());
            assert!(complaint.contains(&told), "{complaint}");
        }
    }
}
