//! ARCHITECTURE.md tells where the words live; that is held against the code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::imports::Crate;

/// What declares a name.
const DECLARING: [&str; 7] = ["const", "enum", "fn", "static", "struct", "trait", "type"];

/// Folders and modules of which the map tells together.
#[derive(Default)]
struct Room {
    /// What they are called below `src`.
    names: Vec<String>,
    /// Modules in them.
    files: Vec<String>,
    /// Words that they say much.
    said: Vec<String>,
    /// Names that they declare.
    declared: Vec<String>,
    /// How often each word stands there, and is declared there.
    counts: BTreeMap<String, (usize, usize)>,
}

#[test]
fn words_live_where_the_map_says() {
    let mut wrong = Vec::new();
    for package in ["mock-server", "conformance"] {
        let source = root().join(package).join("src");
        let mut rooms = rooms(package);
        for (module, code) in Crate::read(&source).codes() {
            match owner(&rooms, &module.join("/")) {
                Some(at) => rooms[at].read(code),
                None if module.is_empty() || module == &["main"] => {}
                None => wrong.push(format!("{package}: {module:?} is not in the list")),
            }
        }
        wrong.extend(rooms.iter().flat_map(|room| room.wrong(&rooms, &source)));
    }
    assert!(
        wrong.is_empty(),
        "\"Where the words live\" in ARCHITECTURE.md:\n{}",
        wrong.join("\n")
    );
}

impl Room {
    /// What an entry of the list tells: `names`: what about. Files `...`. Words `...`. Declares `...`.
    fn told(entry: &str) -> Self {
        let (mut room, mut aside) = (Self::default(), Vec::new());
        let mut list = &mut room.names;
        for (at, part) in entry.split('`').enumerate() {
            match part.split_whitespace().last() {
                _ if at % 2 == 1 => list.push(part.to_owned()),
                Some("Files") => list = &mut room.files,
                Some("Words") => list = &mut room.said,
                Some("Declares") => list = &mut room.declared,
                _ if part.starts_with(':') => list = &mut aside,
                _ => {}
            }
        }
        room
    }

    fn read(&mut self, code: &str) {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = code.split(|c: char| !is_part(c));
        let mut before = "";
        for word in words.filter(|word| !word.is_empty()) {
            let (said, declared) = self.counts.entry(word.to_owned()).or_default();
            *said += 1;
            *declared += usize::from(DECLARING.contains(&before));
            before = word;
        }
    }

    /// How often a word is said, and declared.
    fn counts(&self, word: &str) -> (usize, usize) {
        self.counts.get(word).copied().unwrap_or_default()
    }

    /// What is wrong with what is told of it, among `rooms`.
    fn wrong(&self, rooms: &[Self], source: &Path) -> Vec<String> {
        let own = self.names.join(", ");
        let is_missing = |file: &&String| {
            let mut folders = self.names.iter().map(|name| source.join(name).join(file));
            let is_file = |path: PathBuf| path.with_extension("rs").exists() || path.is_dir();
            !folders.any(is_file)
        };
        let missing = self.files.iter().filter(is_missing);
        let undeclared = self.declared.iter().filter(|name| self.counts(name).1 == 0);
        // Who moves a line need not mend the map at once.
        let is_elsewhere = |word: &&String| {
            let most = rooms.iter().map(|room| room.counts(word).0).max();
            let said = self.counts(word).0;
            said == 0 || most > Some(2 * said)
        };
        let elsewhere = self.said.iter().filter(is_elsewhere);
        let missing = missing.map(|file| format!("{own}: there is no file `{file}`"));
        let undeclared = undeclared.map(|name| format!("{own}: `{name}` is not declared there"));
        let elsewhere = elsewhere.map(|word| format!("{own}: `{word}` is said elsewhere"));
        missing.chain(undeclared).chain(elsewhere).collect()
    }
}

/// The room with the longest name that a module stands in.
fn owner(rooms: &[Room], module: &str) -> Option<usize> {
    let is_in = |name: &&String| {
        let below = module.strip_prefix(name.as_str());
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let longest = |room: &Room| room.names.iter().filter(is_in).map(String::len).max();
    let found = rooms.iter().enumerate();
    let found = found.filter_map(|(at, room)| Some((longest(room)?, at)));
    found.max().map(|(_, at)| at)
}

/// The rooms of a crate.
fn rooms(package: &str) -> Vec<Room> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, section) = text.split_once("\n## Where the words live\n").unwrap();
    let (_, list) = section.split_once(&format!("\n### {package}\n")).unwrap();
    let list = list.split("\n#").next().unwrap();
    list.split("\n- ").skip(1).map(Room::told).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
