//! The modules of both crates import each other in one direction: how many are caught in loops.
//!
//! A module here is a file or folder directly under `src`. Test code is left out, as it may look at
//! everything, and so are the crate's root files, which only list what there is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Which modules import which, and where.
type Imports = BTreeMap<(String, String), BTreeSet<String>>;

#[test]
fn the_judge_has_no_loops() {
    bounded(&source("conformance"), 0);
}

#[test]
fn the_server_has_no_loops() {
    bounded(&source("mock-server"), 0);
}

/// A floor of the server, as ARCHITECTURE.md tells them from the top down.
struct Floor {
    modules: Vec<String>,
    never_knows: String,
}

#[test]
fn the_server_is_built_in_the_floors_that_are_told() {
    let text = std::fs::read_to_string(source("mock-server").join("../../ARCHITECTURE.md"));
    let floors = floors(&text.unwrap());
    let (modules, imports) = imports(&source("mock-server"));
    let mut height: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, floor) in floors.iter().rev().enumerate() {
        for module in &floor.modules {
            assert!(
                modules.contains(module),
                "{module} stands on a floor and is none"
            );
            assert_eq!(
                height.insert(module, at),
                None,
                "{module} stands on two floors"
            );
        }
    }
    for module in &modules {
        let advice = "give it a place in the table \"The server's floors\" of ARCHITECTURE.md";
        assert!(
            height.contains_key(module.as_str()),
            "{module} stands on no floor: {advice}"
        );
    }
    let upward = imports
        .iter()
        .filter(|((from, to), _)| height[from.as_str()] < height[to.as_str()]);
    let upward: Vec<String> = upward
        .map(|((from, to), files)| format!("{from} -> {to}: {files:?}"))
        .collect();
    assert!(upward.is_empty(), "upward:\n{}", upward.join("\n"));
}

#[test]
fn the_servers_domain_knows_no_http() {
    let text = std::fs::read_to_string(source("mock-server").join("../../ARCHITECTURE.md"));
    let floors = floors(&text.unwrap());
    let without: Vec<&String> = floors
        .iter()
        .filter(|floor| floor.never_knows == "HTTP")
        .flat_map(|floor| &floor.modules)
        .collect();
    assert!(without.len() > 10, "{without:?}");
    let source = source("mock-server");
    for file in files(&source) {
        let path = module_path(&source, &file);
        let is_test = path.iter().any(|part| part == "tests");
        if is_test || !path.first().is_some_and(|module| without.contains(&module)) {
            continue;
        }
        let text = code(&std::fs::read_to_string(&file).unwrap());
        for http in ["axum", "http", "http_body", "hyper", "tower", "utoipa"] {
            let used = text.contains(&format!("{http}::"));
            assert!(!used, "{} uses {http}", file.display());
        }
    }
}

/// The table of the server's floors, from the top down.
fn floors(architecture: &str) -> Vec<Floor> {
    let (_, section) = architecture.split_once("## The server's floors").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let floors = rows.skip(1).map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        Floor {
            modules: cells[1]
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect(),
            never_knows: cells[2].to_owned(),
        }
    });
    floors.collect()
}

/// Fails when the number of modules in loops is not `bound`: it may only be lowered.
fn bounded(source: &Path, bound: usize) {
    let (modules, imports) = imports(source);
    let looped = looped(&modules, &imports);
    let arrows: Vec<String> = imports
        .iter()
        .filter(|((from, to), _)| looped.contains(from) && looped.contains(to))
        .map(|((from, to), files)| format!("{from} -> {to}: {files:?}"))
        .collect();
    let count = looped.len();
    let advice = if count < bound {
        "lower the bound"
    } else {
        "turn an arrow round"
    };
    assert_eq!(count, bound, "{advice}; in loops:\n{}", arrows.join("\n"));
}

/// The modules from which a way leads back to themselves.
fn looped(modules: &BTreeSet<String>, imports: &Imports) -> BTreeSet<String> {
    let reached = |start: &String| {
        let mut seen = BTreeSet::new();
        let mut ahead = vec![start];
        while let Some(module) = ahead.pop() {
            for (from, to) in imports.keys() {
                if from == module && seen.insert(to) {
                    ahead.push(to);
                }
            }
        }
        seen.contains(start)
    };
    modules.iter().filter(|m| reached(m)).cloned().collect()
}

fn imports(source: &Path) -> (BTreeSet<String>, Imports) {
    let mut imports = Imports::new();
    let mut modules = BTreeSet::new();
    for file in files(source) {
        let path = module_path(source, &file);
        let Some(module) = path.first() else { continue };
        modules.insert(module.clone());
        if path.iter().any(|part| part == "tests") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for name in named(&code(&text), path.len()) {
            if name != *module {
                let files = imports.entry((module.clone(), name)).or_default();
                files.insert(path.join("/"));
            }
        }
    }
    let strange = imports.keys().find(|(_, to)| !modules.contains(to));
    assert_eq!(strange, None, "what is imported is no module of the crate");
    (modules, imports)
}

/// The names behind `crate::`, or behind as many `super::` as lead to the root from a file that is
/// `depth` modules below it.
fn named(code: &str, depth: usize) -> BTreeSet<String> {
    let root = "super::".repeat(depth);
    let from_root = code
        .match_indices("crate::")
        .map(|(at, word)| at + word.len());
    let from_file = code.match_indices(&root).filter_map(|(at, word)| {
        let is_whole = !code[..at].ends_with("super::") && !code[..at].ends_with(is_word);
        is_whole.then_some(at + word.len())
    });
    let behind = from_root.chain(from_file);
    behind.flat_map(|at| firsts(&code[at..])).collect()
}

/// The first names of what may be a list in braces.
fn firsts(text: &str) -> Vec<String> {
    let Some(list) = text.strip_prefix('{') else {
        let name = first(text);
        // More of `super::` leads out of the crate, so that it is an inline module's.
        return name.filter(|name| name != "super").into_iter().collect();
    };
    let mut depth = 0;
    let inner: String = list
        .chars()
        .take_while(|c| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth >= 0
        })
        .collect();
    let mut depth = 0;
    let parts = inner.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    parts.filter_map(|part| first(part.trim_start())).collect()
}

fn first(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| is_word(*c)).collect();
    (!name.is_empty()).then_some(name)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '#'
}

/// The text without comments, unit tests and the paths of visibilities.
fn code(text: &str) -> String {
    let text = match text.find("#[cfg(test)]\nmod tests {") {
        Some(at) => &text[..at],
        None => text,
    };
    let lines = text.lines().map(|line| match line.find("//") {
        Some(at) => &line[..at],
        None => line,
    });
    let code = lines.collect::<Vec<_>>().join("\n");
    code.replace("(in crate::", "(in ")
}

/// The modules that lead to a file, none for the crate's roots: `["facts", "plan"]`.
fn module_path(source: &Path, file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(source).unwrap().with_extension("");
    let parts = relative
        .iter()
        .map(|part| part.to_str().unwrap().to_owned());
    let mut parts: Vec<String> = parts.collect();
    let is_root = parts.len() == 1 && ["lib", "main"].contains(&parts[0].as_str());
    if is_root || parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn source(package: &str) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.with_file_name(package).join("src")
}

#[test]
fn imports_are_read_in_all_their_forms() {
    let names = |text: &str, depth| named(&code(text), depth).into_iter().collect::<Vec<_>>();
    assert_eq!(names("use crate::a::{B, c::D};", 1), ["a"]);
    assert_eq!(names("use crate::{a, b::{C, D}, e};", 3), ["a", "b", "e"]);
    assert_eq!(names("use super::{a, b::C};", 1), ["a", "b"]);
    assert_eq!(names("use super::super::a::B;", 2), ["a"]);
    assert_eq!(names("use super::super::a::B;", 3), [""; 0]);
    assert_eq!(
        names("pub(in crate::rules) static X: a::B = crate::b::C;", 1),
        ["b"]
    );
    assert_eq!(
        names("// crate::a\nuse std::fmt; /// [`crate::b`]", 1),
        [""; 0]
    );
    assert_eq!(
        names("#[cfg(test)]\nmod tests {\n use crate::a; }", 1),
        [""; 0]
    );
}

#[test]
fn a_loop_is_all_modules_on_a_way_back_to_themselves() {
    let arrows = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")];
    let imports: Imports = arrows
        .into_iter()
        .map(|(from, to)| ((from.to_owned(), to.to_owned()), BTreeSet::new()))
        .collect();
    let modules = ["a", "b", "c", "d", "e"].map(str::to_owned).into();
    let found: Vec<String> = looped(&modules, &imports).into_iter().collect();
    assert_eq!(found, ["a", "b", "c"]);
}
