//! The Markdown files that people read, and what is in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The top of the repository.
pub(super) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().unwrap()
}

/// A Markdown file.
#[derive(Debug)]
pub(super) struct Page {
    /// Its path from the top of the repository.
    pub(super) name: String,
    pub(super) text: String,
}

/// A fenced block.
#[derive(Debug)]
pub(super) struct Block {
    /// The line of its fence.
    pub(super) line: usize,
    /// What stands behind the opening fence.
    pub(super) info: String,
    pub(super) text: String,
}

/// The README and the pages of the book.
pub(super) fn book() -> Vec<Page> {
    let mut names = vec!["README.md".to_owned()];
    names.extend(within("docs/src", &|name| has_ending(name, "md")));
    read(names)
}

/// All that people read: the book, what lies at the top, and the READMEs of folders. What lies deeper below
/// `fixtures` and in the examples is material of tests.
pub(super) fn all() -> Vec<Page> {
    let mut names = within("", &|name| !name.contains('/') && has_ending(name, "md"));
    for folder in ["docs/src", "conformance", "mock-server", "fixtures"] {
        names.extend(within(folder, &|name| {
            let is_readme = name.ends_with("/README.md")
                && (folder != "fixtures" || name.split('/').count() == 3);
            is_readme || (folder == "docs/src" && has_ending(name, "md"))
        }));
    }
    read(names)
}

fn read(mut names: Vec<String>) -> Vec<Page> {
    names.sort();
    let pages = names.into_iter().map(|name| {
        let text = fs::read_to_string(root().join(&name)).unwrap();
        Page { name, text }
    });
    pages.collect()
}

pub(super) fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|own| own == ending)
}

/// The files below a folder of the repository that are wanted, by their paths from its top. At the top no
/// folder is entered.
pub(super) fn within(folder: &str, is_wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            if path.is_dir() {
                let is_ours = !["target", "node_modules", ".git"]
                    .iter()
                    .any(|other| path.ends_with(other));
                if is_ours && !folder.is_empty() {
                    folders.push(path);
                }
            } else if is_wanted(&name) {
                found.push(name);
            }
        }
    }
    found
}

impl Page {
    fn events(&self) -> impl Iterator<Item = (Event<'_>, std::ops::Range<usize>)> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES).into_offset_iter()
    }

    fn line(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }

    /// The fenced blocks in their order.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut is_inside = false;
        for (event, place) in self.events() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    is_inside = true;
                    blocks.push(Block {
                        line: self.line(place.start),
                        info: info.into_string(),
                        text: String::new(),
                    });
                }
                Event::End(TagEnd::CodeBlock) => is_inside = false,
                Event::Text(text) if is_inside => blocks.last_mut().unwrap().text.push_str(&text),
                _ => {}
            }
        }
        blocks
    }

    /// Where the links and pictures lead, with the lines on which they stand.
    pub(super) fn links(&self) -> Vec<(usize, String)> {
        let links = self.events().filter_map(|(event, place)| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some((self.line(place.start), dest_url.into_string()))
            }
            _ => None,
        });
        links.collect()
    }

    /// The places that a link can lead to: headings, as GitHub and mdbook name them.
    pub(super) fn places(&self) -> BTreeSet<String> {
        let mut places = BTreeSet::new();
        let mut heading: Option<String> = None;
        for (event, _) in self.events() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    places.extend(heading.take().map(|text| place_of(&text)));
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        places
    }
}

fn place_of(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    let lower: String = kept.flat_map(char::to_lowercase).collect();
    lower.replace(' ', "-")
}
