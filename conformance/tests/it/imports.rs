//! Which module of a crate imports which, read from the text of its files.
//!
//! Every file is a module. What a module imports from one above it is followed through the imports of that
//! one to the file in which it stands. Test code is left out, as it may look at everything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module by the names that lead to it, none for the crate's root: `["facts", "plan"]`.
pub(crate) type Module = Vec<String>;

/// How many imports of imports are followed.
const DEEPEST: usize = 8;

/// The modules of a crate.
pub(crate) struct Crate {
    modules: BTreeMap<Module, Source>,
}

/// What a file says.
struct Source {
    code: String,
    /// What it imports, and what it calls that.
    imports: Vec<(Vec<String>, String)>,
    /// What it names without an import.
    named: Vec<Vec<String>>,
}

impl Crate {
    /// Reads the crate whose files are below `source`.
    pub(crate) fn read(source: &Path) -> Self {
        let mut texts: BTreeMap<Module, String> = BTreeMap::new();
        for file in files(source) {
            let path = module_path(source, &file);
            if !path.iter().any(|part| part.ends_with("tests")) {
                let text = std::fs::read_to_string(&file).unwrap();
                texts.entry(path).or_default().push_str(&code(&text));
            }
        }
        let modules = texts.into_iter();
        Self {
            modules: modules
                .map(|(module, code)| (module, Source::read(code)))
                .collect(),
        }
    }

    /// The modules directly below the root.
    pub(crate) fn tops(&self) -> BTreeSet<&str> {
        let names = self.modules.keys().filter_map(|module| module.first());
        names.map(String::as_str).collect()
    }

    /// Every module's code, without comments and unit tests.
    pub(crate) fn codes(&self) -> impl Iterator<Item = (&Module, &str)> {
        let modules = self.modules.iter();
        modules.map(|(module, source)| (module, source.code.as_str()))
    }

    /// Who imports whom.
    pub(crate) fn imports(&self) -> BTreeSet<(&Module, Module)> {
        let mut all = BTreeSet::new();
        for (module, source) in &self.modules {
            let imported = source.imports.iter().map(|(path, _)| path);
            for path in imported.chain(&source.named) {
                let Some((base, rest)) = self.absolute(module, path) else {
                    continue;
                };
                let found = self.resolved(base, rest, DEEPEST);
                let is_strange = path[0] == "crate" && found.is_empty();
                assert!(!is_strange, "{module:?} imports {path:?}, which is nothing");
                if found != *module {
                    all.insert((module, found));
                }
            }
        }
        all
    }

    /// Where a path begins, as seen from a module, and the rest of it; nothing of what is another crate's.
    fn absolute<'p>(&self, module: &Module, path: &'p [String]) -> Option<(Module, &'p [String])> {
        let mut base = module.clone();
        match path.first()?.as_str() {
            "crate" => Some((Module::new(), &path[1..])),
            "self" => Some((base, &path[1..])),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                base.truncate(base.len().checked_sub(ups)?);
                Some((base, &path[ups..]))
            }
            first => {
                let mut child = base.clone();
                child.push(first.to_owned());
                self.modules.contains_key(&child).then_some((base, path))
            }
        }
    }

    /// The module in which stands what `rest` names below `base`.
    fn resolved(&self, mut base: Module, mut rest: &[String], deepest: usize) -> Module {
        while let Some((first, behind)) = rest.split_first() {
            base.push(first.clone());
            if !self.modules.contains_key(&base) {
                base.pop();
                break;
            }
            rest = behind;
        }
        let (Some(name), Some(deeper)) = (rest.first(), deepest.checked_sub(1)) else {
            return base;
        };
        let imports = self.modules.get(&base).map_or(&[][..], |own| &own.imports);
        let passed_on = imports.iter().filter(|(_, own)| own == name);
        for (path, _) in passed_on {
            let Some((origin, within)) = self.absolute(&base, path) else {
                continue;
            };
            let behind = within.iter().chain(&rest[1..]).cloned();
            let behind: Vec<String> = behind.collect();
            if origin != base || behind != rest {
                return self.resolved(origin, &behind, deeper);
            }
        }
        base
    }
}

impl Source {
    fn read(code: String) -> Self {
        let (mut imports, mut named) = (Vec::new(), Vec::new());
        let words = words(&code);
        let mut at = 0;
        while let Some(word) = words.get(at) {
            // Behind a bound, `use<'a>` imports nothing.
            if *word == "use" && words.get(at + 1) != Some(&"<") {
                at = tree(&words, at + 1, &[], &mut imports);
                continue;
            }
            let mut path = vec![name(word)];
            let begins = is_name(word) && (at == 0 || words[at - 1] != "::");
            while begins
                && words.get(at + 1) == Some(&"::")
                && words.get(at + 2).is_some_and(|word| is_name(word))
            {
                path.push(name(words[at + 2]));
                at += 2;
            }
            if path.len() > 1 {
                named.push(path);
            }
            at += 1;
        }
        Self {
            code,
            imports,
            named,
        }
    }
}

/// Reads what is imported from `at` on, below `ahead`. Gives the place behind it.
fn tree(
    words: &[&str],
    mut at: usize,
    ahead: &[String],
    imports: &mut Vec<(Vec<String>, String)>,
) -> usize {
    let mut path = ahead.to_vec();
    let mut called = None;
    while let Some(word) = words.get(at) {
        at += 1;
        match *word {
            "::" => {}
            "{" => {
                while words.get(at).is_some_and(|word| *word != "}") {
                    // Behind each there is a comma or the end of the list.
                    at = tree(words, at, &path, imports).max(at + 1);
                    at += usize::from(words.get(at) == Some(&","));
                }
                return at + 1;
            }
            "as" => called = words.get(at).map(|word| name(word)),
            "," | "}" | ";" => {
                at -= 1;
                break;
            }
            _ if called.is_some() => {}
            word => path.push(name(word)),
        }
    }
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    if let Some(last) = path.last().cloned() {
        imports.push((path, called.unwrap_or(last)));
    }
    at
}

/// Names, `::`, and every other sign by itself.
fn words(code: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if is_part(first) {
            rest.find(|c| !is_part(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        words.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    words
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '#'
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn name(word: &str) -> String {
    word.trim_start_matches("r#").to_owned()
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

/// The modules that lead to a file, none for the crate's roots.
fn module_path(source: &Path, file: &Path) -> Module {
    let relative = file.strip_prefix(source).unwrap().with_extension("");
    let parts = relative.iter().map(|part| name(part.to_str().unwrap()));
    let mut parts: Module = parts.collect();
    let is_root = parts.len() == 1 && ["lib", "main"].contains(&parts[0].as_str());
    if is_root || parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The files of Rust below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
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

#[test]
fn imports_are_read_in_all_their_forms() {
    let read = |text: &str| {
        let source = Source::read(code(text));
        let imported = source.imports.iter().map(|(path, called)| {
            let path = path.join("::");
            if path.ends_with(called) {
                path
            } else {
                format!("{path} as {called}")
            }
        });
        let named = source.named.iter().map(|path| path.join("::"));
        imported.chain(named).collect::<Vec<_>>()
    };
    for (text, expected) in [
        (
            "use crate::a::{B, c::D};",
            &["crate::a::B", "crate::a::c::D"][..],
        ),
        (
            "use super::{a, b::{self, C}, e};",
            &["super::a", "super::b", "super::b::C", "super::e"],
        ),
        ("use a::B as C; let x = D;", &["a::B as C"]),
        ("pub use r#ref::X;", &["ref::X"]),
        ("fn f() -> impl X + use<'_> { use a::B; c }", &["a::B"]),
        (
            "pub(in crate::rules) static X: a::B = crate::b::C;",
            &["a::B", "crate::b::C"],
        ),
        ("// crate::a\nuse std::fmt; /// [`crate::b`]", &["std::fmt"]),
        ("#[cfg(test)]\nmod tests {\n use crate::a; }", &[]),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn imports_of_imports_are_followed_to_where_things_stand() {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod a;\nmod b;");
    write("a/mod.rs", "mod c;\npub use c::Thing;\nfn f() { c::g() }");
    write("a/c.rs", "pub struct Thing;");
    write("b.rs", "use crate::a::Thing as Other;\nuse std::fmt;");
    let read = Crate::read(folder.path());
    let imports: Vec<String> = read
        .imports()
        .iter()
        .map(|(from, to)| format!("{} -> {}", from.join("/"), to.join("/")))
        .collect();
    assert_eq!(imports, ["a -> a/c", "b -> a/c"]);
    assert_eq!(read.tops(), ["a", "b"].into());
}
