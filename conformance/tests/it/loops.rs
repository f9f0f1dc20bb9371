//! The modules of both crates import each other in one direction, and stand on the floors of which
//! ARCHITECTURE.md tells.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::imports::Crate;

/// What is imported within one folder: from one file or folder in it to another, with the files in which.
type Arrows = BTreeMap<(String, String), BTreeSet<String>>;

#[test]
fn the_judge_has_no_loops() {
    let told = looped_arrows("conformance");
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn the_server_has_no_loops() {
    let told = looped_arrows("mock-server");
    assert!(told.is_empty(), "{told:#?}");
}

/// By which imports the modules of a crate come back to themselves, in any folder.
fn looped_arrows(package: &str) -> Vec<String> {
    let mut told = Vec::new();
    for (folder, arrows) in arrows(&Crate::read(&source(package))) {
        let looped = looped(&arrows);
        let within = |name: &String| looped.contains(name);
        for ((from, to), files) in arrows.iter().filter(|((a, b), _)| within(a) && within(b)) {
            told.push(format!("{folder}: {from} -> {to}: {files:?}"));
        }
    }
    told
}

/// What is imported within each folder. What stands above or below the importing module is no arrow: a
/// folder's `mod.rs` is made of what is in it.
fn arrows(read: &Crate) -> BTreeMap<String, Arrows> {
    let mut folders: BTreeMap<String, Arrows> = BTreeMap::new();
    for (from, to) in read.imports() {
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let (Some(own), Some(other)) = (from.get(shared), to.get(shared)) else {
            continue;
        };
        let arrows = folders.entry(from[..shared].join("/")).or_default();
        let files = arrows.entry((own.clone(), other.clone())).or_default();
        files.insert(format!("{} -> {}", from.join("/"), to.join("/")));
    }
    folders
}

/// The modules from which a way leads back to themselves.
fn looped(arrows: &Arrows) -> BTreeSet<String> {
    let reached = |start: &String| {
        let mut seen = BTreeSet::new();
        let mut ahead = vec![start];
        while let Some(module) = ahead.pop() {
            for (from, to) in arrows.keys() {
                if from == module && seen.insert(to) {
                    ahead.push(to);
                }
            }
        }
        seen.contains(start)
    };
    let modules = arrows.keys().map(|(from, _)| from);
    modules.filter(|module| reached(module)).cloned().collect()
}

/// A floor of a crate, as ARCHITECTURE.md tells them from the top down.
struct Floor {
    modules: Vec<String>,
    never_knows: String,
}

/// What is in backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The table of a crate's floors, from the top down.
fn floors(heading: &str) -> Vec<Floor> {
    let text = std::fs::read_to_string(source("conformance").join("../../ARCHITECTURE.md"));
    let text = text.unwrap();
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let floors = rows.skip(1).map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        Floor {
            modules: quoted(cells[1]).map(str::to_owned).collect(),
            never_knows: cells[2].to_owned(),
        }
    });
    floors.collect()
}

#[test]
fn the_judge_is_built_in_the_floors_that_are_told() {
    stands("conformance", "The judge's floors");
}

#[test]
fn the_server_is_built_in_the_floors_that_are_told() {
    stands("mock-server", "The server's floors");
}

/// Every module stands on one floor, imports nothing from above, and knows nothing of what its floor never
/// knows: modules and other crates in backticks.
fn stands(package: &str, heading: &str) {
    let (read, floors) = (Crate::read(&source(package)), floors(heading));
    let mut height: BTreeMap<&str, (usize, &Floor)> = BTreeMap::new();
    for (at, floor) in floors.iter().rev().enumerate() {
        for module in &floor.modules {
            let is_there = read.tops().contains(module.as_str());
            assert!(is_there, "{module} stands on a floor and is none");
            let before = height.insert(module, (at, floor));
            assert!(before.is_none(), "{module} stands on two floors");
        }
    }
    for module in read.tops() {
        let advice = format!("give it a place in the table \"{heading}\" of ARCHITECTURE.md");
        assert!(
            height.contains_key(module),
            "{module} stands on no floor: {advice}"
        );
    }
    let all = arrows(&read).remove("").unwrap_or_default();
    for ((from, to), files) in &all {
        let ((own, floor), (other, _)) = (height[from.as_str()], height[to.as_str()]);
        assert!(
            own >= other,
            "{from} imports {to}, which stands above: {files:?}"
        );
        let is_kept_from = quoted(&floor.never_knows).any(|name| name == to);
        assert!(!is_kept_from, "{from} never knows {to}: {files:?}");
    }
    for (module, code) in read.codes() {
        let floor = module.first().map(|top| height[top.as_str()].1);
        let never_knows = floor
            .into_iter()
            .flat_map(|floor| quoted(&floor.never_knows));
        for name in never_knows {
            assert!(
                !names(code, name),
                "{} never knows {name}",
                module.join("/")
            );
        }
    }
}

/// Whether code names something of this crate, or of this module of the standard library.
fn names(code: &str, krate: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let path = format!("{krate}::");
    code.match_indices(&path)
        .any(|(at, _)| !code[..at].ends_with(is_word))
}

#[test]
fn what_the_servers_domain_never_knows_is_http() {
    let floors = floors("The server's floors");
    let without = floors
        .iter()
        .filter(|floor| floor.never_knows.contains("HTTP"));
    let modules: usize = without.clone().map(|floor| floor.modules.len()).sum();
    assert!(modules > 10, "{modules}");
    for floor in without {
        let kept_from: Vec<&str> = quoted(&floor.never_knows).collect();
        let all = ["axum", "http", "http_body", "hyper", "tower", "utoipa"];
        assert_eq!(kept_from, all, "{:?}", floor.modules);
    }
}

fn source(package: &str) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.with_file_name(package).join("src")
}

#[test]
fn a_loop_is_all_modules_on_a_way_back_to_themselves() {
    let arrows = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")];
    let arrows: Arrows = arrows
        .into_iter()
        .map(|(from, to)| ((from.to_owned(), to.to_owned()), BTreeSet::new()))
        .collect();
    let found: Vec<String> = looped(&arrows).into_iter().collect();
    assert_eq!(found, ["a", "b", "c"]);
}
