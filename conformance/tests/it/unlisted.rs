//! Files that would lie there and count for nothing: modules that nobody lists, embedded folders of which a new
//! file builds nothing anew.

use std::path::{Path, PathBuf};

use crate::imports::files;

fn package(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

#[test]
fn every_file_of_code_is_listed_as_a_module() {
    let mut wrong = Vec::new();
    for name in ["mock-server", "conformance"] {
        for folder in ["src", "tests/it"] {
            let folder = package(name).join(folder);
            let all = files(&folder);
            let texts: String = all.iter().map(|file| read(file)).collect();
            for file in all.iter().filter(|file| !is_root(&folder, file)) {
                let (stem, listers) = listing(file, &folder);
                let listed: String = listers.iter().map(|lister| read(lister)).collect();
                let ways = [format!("mod {stem};"), format!("mod r#{stem};")];
                let is_listed = ways.iter().any(|way| listed.contains(way));
                if !is_listed && !texts.contains(&format!("/{stem}.rs\"]")) {
                    wrong.push(file.strip_prefix(&folder).unwrap().display().to_string());
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "no `mod` lists these files (those of hostile/wall_*.rs stand in hostile_walls.rs):\n{}",
        wrong.join("\n")
    );
}

fn is_root(folder: &Path, file: &Path) -> bool {
    ["lib.rs", "main.rs"]
        .iter()
        .any(|root| folder.join(root) == file)
}

/// What a module is called, and the files that may list it.
fn listing(file: &Path, source: &Path) -> (String, [PathBuf; 2]) {
    let is_folder = file.ends_with("mod.rs");
    let named = if is_folder {
        file.parent().unwrap()
    } else {
        file
    };
    let stem = named.file_stem().unwrap().to_str().unwrap().to_owned();
    let parent = named.parent().unwrap();
    let listers = if parent == source {
        [source.join("lib.rs"), source.join("main.rs")]
    } else {
        [parent.join("mod.rs"), parent.with_extension("rs")]
    };
    (stem, listers)
}

/// The macro itself sees changes of the files that it found when it was last expanded.
#[test]
fn a_new_file_of_an_embedded_folder_builds_the_program_anew() {
    const EMBEDDED: &str = "include_dir!(\"$CARGO_MANIFEST_DIR/../fixtures/";
    let build = read(&package("conformance").join("build.rs"));
    let source = package("conformance").join("src");
    let texts: Vec<String> = files(&source).iter().map(|file| read(file)).collect();
    let embedded = texts
        .iter()
        .flat_map(|text| text.split(EMBEDDED).skip(1))
        .map(|rest| rest.split('"').next().unwrap());
    let missing: Vec<&str> = embedded
        .filter(|folder| !build.contains(&format!("\"{folder}\"")))
        .collect();
    assert_eq!(missing, [""; 0], "conformance/build.rs does not name them");
}
