//! What the words of a simple command say: which program it runs, and what that starts or looks at.

use super::split::KEYWORDS;
use crate::programs::SHELLS_OF_RUNS;

/// Programs whose arguments they do not execute.
const LOOKING: [&str; 12] = [
    "cat", "echo", "grep", "ls", "cp", "test", "[", "head", "tail", "sed", "mkdir", "wc",
];

/// Further programs that only look at what their arguments name, or keep it.
const READING: [&str; 12] = [
    "git",
    "diff",
    "less",
    "more",
    "vim",
    "vi",
    "nano",
    "sha256sum",
    "stat",
    "ruff",
    "black",
    "cmp",
];

/// Whether a simple command starts an entry point.
pub(super) fn starts(words: &[String], entry_points: &[String]) -> bool {
    let is_loop = |word: &String| matches!(word.as_str(), "while" | "until");
    let program = match program(words) {
        // They hold words, and what is started stands in their bodies.
        "for" | "case" | "select" => return false,
        "while" | "until" => words.split(is_loop).nth(1).map_or("", program),
        program => program,
    };
    if looks(program) {
        return false;
    }
    let mut before = "";
    words.iter().any(|word| {
        let before = std::mem::replace(&mut before, word);
        let asks_for_module = before == "--module"
            || before.starts_with('-') && !before.starts_with("--") && before.ends_with('m');
        // `make train` is not about the module of that name.
        let may_name = asks_for_module || word.contains(['.', '/']);
        may_name && entry_points.iter().any(|entry| names(word, entry))
    })
}

/// Whether a program only looks at what its arguments name.
pub(super) fn looks(program: &str) -> bool {
    LOOKING.contains(&program) || READING.contains(&program)
}

/// The program that a simple command runs, keywords and assignments aside.
pub(super) fn program(words: &[String]) -> &str {
    words
        .iter()
        .map(String::as_str)
        .find(|word| !is_aside(word))
        .map_or("", base)
}

/// Whether a word stands ahead of the program: a keyword, or an assignment.
pub(super) fn is_aside(word: &str) -> bool {
    KEYWORDS.contains(&word) || is_assignment(word)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

pub(super) fn is_shell(word: &str) -> bool {
    SHELLS_OF_RUNS.contains(&base(word))
}

pub(super) fn is_script(path: &str) -> bool {
    matches!(extension(path), Some("sh" | "py" | "bash"))
}

pub(super) fn extension(path: &str) -> Option<&str> {
    base(path).rsplit_once('.').map(|(_, extension)| extension)
}

pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a word names a script: its path, however long, or its module.
pub(super) fn names(word: &str, entry: &str) -> bool {
    let word = word.trim_start_matches("./");
    let ends = |long: &str, short: &str| {
        long == short
            || long
                .strip_suffix(short)
                .is_some_and(|rest| rest.ends_with('/'))
    };
    let module = format!("{}.py", word.replace('.', "/"));
    ends(word, entry)
        || module == entry
        || (word.contains('.') && !word.contains('=') && base(entry) == word)
}
