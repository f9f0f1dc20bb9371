//! Links lead somewhere, every page is in the book, and what messages name is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use wild_conformance::case::builtin_cases;
use wild_conformance::rules;

use super::page::{Page, all, has_ending, root, within};
use crate::play::program;

/// The folder of the book, from the top of the repository.
const BOOK: &str = "docs/src/";

#[test]
fn every_link_leads_somewhere() {
    let pages = all();
    assert!(pages.len() > 40, "{}", pages.len());
    let places: BTreeMap<&str, BTreeSet<String>> = pages
        .iter()
        .map(|page| (page.name.as_str(), page.places()))
        .collect();
    let dead: Vec<String> = pages
        .iter()
        .flat_map(|page| page.links().into_iter().map(move |link| (page, link)))
        .filter_map(|(page, (line, link))| {
            let why = deadness(page, &link, &places)?;
            Some(format!("{}:{line}: {link}: {why}", page.name))
        })
        .collect();
    assert!(dead.is_empty(), "\n{}", dead.join("\n"));
}

/// Why a link leads nowhere, where it does.
fn deadness(page: &Page, link: &str, places: &BTreeMap<&str, BTreeSet<String>>) -> Option<String> {
    if link.starts_with("http://") || link.starts_with("https://") {
        return None;
    }
    let (path, place) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(&page.name).parent().unwrap();
    let target = match path {
        "" => page.name.clone(),
        path => match flat(&folder.join(path)) {
            Some(target) => target,
            None => return Some("it leaves the repository".to_owned()),
        },
    };
    if is_generated(&target, place) {
        return None;
    }
    if !root().join(&target).exists() {
        return Some(format!("there is no {target}"));
    }
    let is_there = place.is_empty() || places.get(target.as_str())?.contains(place);
    (!is_there).then(|| format!("{target} has no heading of that name"))
}

/// Whether the place is made when the book is built: a rule's page, or a case in the list of cases.
fn is_generated(target: &str, place: &str) -> bool {
    let rule = target.strip_prefix("docs/src/rules/");
    let rule = rule.and_then(|file| file.strip_suffix(".md"));
    let is_rule = rule.is_some_and(|code| rules::all().any(|rule| rule.code == code));
    let is_case = target == "docs/src/cases.md"
        && builtin_cases().unwrap().iter().any(|case| case.id == place);
    is_rule || is_case
}

/// The path without `.` and `..`; none when it leads out.
fn flat(path: &Path) -> Option<String> {
    let mut flat = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => flat.push(part),
            Component::ParentDir if flat.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(flat.to_str().unwrap().to_owned())
}

#[test]
fn every_page_is_in_the_book() {
    let contents = root().join("docs/src/SUMMARY.md");
    let contents = Page {
        name: "docs/src/SUMMARY.md".to_owned(),
        text: fs::read_to_string(contents).unwrap(),
    };
    let listed: Vec<String> = contents
        .links()
        .into_iter()
        .map(|(_, link)| format!("{BOOK}{link}"))
        .collect();
    let once: BTreeSet<&String> = listed.iter().collect();
    assert_eq!(once.len(), listed.len(), "a page is listed twice");
    let pages = within("docs/src", &|name| {
        has_ending(name, "md") && name != contents.name
    });
    assert_eq!(once, pages.iter().collect());
    assert!(root().join("README.md").exists());
}

/// What sources, messages and templates call by its path is there, and so is what the help names.
#[test]
fn no_page_that_is_named_is_missing() {
    let mut missing = Vec::new();
    let is_text = |name: &str| {
        ["rs", "toml", "py", "sh", "yml", "yaml", "js", "html"]
            .iter()
            .any(|ending| has_ending(name, ending))
    };
    let mut files = within("", &|name| name == "Makefile" || name == "Containerfile");
    for folder in [
        "conformance",
        "mock-server",
        "templates",
        ".github",
        "fixtures/cases",
        "fixtures/agents",
    ] {
        files.extend(within(folder, &|name| is_text(name)));
    }
    for file in files {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for page in named(&text) {
            if page.contains('/') && page.starts_with("docs/src/") && !root().join(page).exists() {
                missing.push(format!("{file} names {page}"));
            }
        }
        for former in
            ["conformance/docs", "mock-server/docs"].map(|crate_docs| format!("{crate_docs}/"))
        {
            assert!(
                !text.contains(&former),
                "{file} names {former}, which became docs/src"
            );
        }
    }
    let known: BTreeSet<String> = all()
        .iter()
        .map(|page| {
            Path::new(&page.name)
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    for text in helps() {
        for page in named(&text) {
            // A plan in an example is the user's.
            if page != "tasks.md" && !known.contains(page) && !root().join(page).exists() {
                missing.push(format!("a help text names {page}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The Markdown files that a text names.
fn named(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "._/-".contains(c)));
    words
        .filter(|word| has_ending(word, "md") && word.len() > 3)
        .collect()
}

/// The help of the program and of all that it can do.
fn helps() -> Vec<String> {
    let help = |args: &[&str]| {
        let output = program().args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let whole = help(&["--help"]);
    let (_, listed) = whole.split_once("Commands:\n").unwrap();
    let listed = listed.split("\n\n").next().unwrap();
    let commands = listed.lines().filter_map(|line| {
        let line = line.strip_prefix("  ")?;
        line.split_whitespace()
            .next()
            .filter(|_| !line.starts_with(' '))
    });
    let mut texts: Vec<String> = commands
        .filter(|command| *command != "help")
        .map(|command| help(&[command, "--help"]))
        .collect();
    assert!(texts.len() > 20, "{}", texts.len());
    texts.push(help(&["submit", "slurm", "--help"]));
    texts.push(help(&["submit", "kubernetes", "--help"]));
    texts.push(whole);
    texts
}
