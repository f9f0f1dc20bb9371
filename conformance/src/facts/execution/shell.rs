//! What a run's command makes the shell do: what it starts, where, and with which options.
//!
//! This is no shell. It splits words, quotes and operators as a shell does, and takes what it does
//! not understand for nothing special, so that a doubt never becomes an accusation.

use super::split::{Part, split};
use crate::programs::SHELLS_OF_RUNS;

/// A command, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// The simple commands in order: their words, and the operator behind them.
    parts: Vec<Part>,
}

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

/// Words that begin the body of a loop or a branch.
const KEYWORDS: [&str; 6] = ["do", "then", "else", "{", "(", "time"];

impl Command {
    /// Takes a command apart, those within `bash -c '...'` included.
    pub fn parse(text: &str) -> Self {
        let mut command = Self::default();
        command.read(text, 0);
        command
    }

    fn read(&mut self, text: &str, depth: u8) {
        for (words, operator) in split(text) {
            let inner = words
                .iter()
                .position(|word| {
                    word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
                })
                .filter(|at| words[..*at].iter().any(|word| is_shell(word)))
                .and_then(|at| words.get(at + 1).cloned());
            self.parts.push((words, operator));
            if let Some(inner) = inner.filter(|_| depth < 3) {
                self.read(&inner, depth + 1);
            }
        }
    }

    /// All words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.parts
            .iter()
            .flat_map(|(words, _)| words.iter().map(String::as_str))
    }

    /// The directory that the command changes to first, if that is what it does first.
    pub fn starts_in(&self) -> Option<&str> {
        let (words, _) = self.parts.first()?;
        match words.as_slice() {
            [cd, folder] if cd == "cd" => Some(folder),
            _ => None,
        }
    }

    /// How often it starts an entry point.
    pub fn starts_of(&self, entry_points: &[String]) -> usize {
        let parts = self.parts.iter();
        parts
            .filter(|(words, _)| starts(words, entry_points))
            .count()
    }

    /// Whether it may start `entry`: by a word of its own, by code that names it, or out of a pipe. Only
    /// what looks at a file, and feeds nobody, certainly does not.
    pub fn may_start(&self, entry: &str) -> bool {
        self.parts.iter().any(|(words, operator)| {
            let program = program(words);
            let is_fed = operator == "|" && !self.only_looks_after(words);
            let is_code = program.starts_with("python")
                && words.iter().any(|word| word.contains(base(entry)));
            let is_named = words.iter().any(|word| names(word, entry));
            let looks = LOOKING.contains(&program) || READING.contains(&program);
            (is_named || is_code) && (!looks || is_fed)
        })
    }

    /// Whether everything that `words` are piped into, directly or not, does nothing but look.
    fn only_looks_after(&self, words: &[String]) -> bool {
        let behind = self.parts.iter().skip_while(|(own, _)| own != words);
        let mut is_piped = true;
        behind.skip(1).all(|(words, operator)| {
            let looks =
                !is_piped || LOOKING.contains(&program(words)) || READING.contains(&program(words));
            is_piped &= operator == "|";
            looks
        })
    }

    /// The simple commands in order.
    pub(in crate::facts) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The value of an option, however it is written: `--lr 0.1`, `--lr=0.1`, `lr=0.1`.
    pub fn option(&self, name: &str) -> Option<&str> {
        let words: Vec<&str> = self.words().collect();
        let wanted = option_name(name);
        words.iter().enumerate().find_map(|(at, word)| {
            if let Some((key, value)) = word.split_once('=') {
                return (option_name(key) == wanted).then_some(value);
            }
            let is_it = word.starts_with('-') && option_name(word) == wanted;
            is_it.then(|| words.get(at + 1).copied()).flatten()
        })
    }
}

fn option_name(text: &str) -> String {
    text.trim_start_matches('-')
        .replace('_', "-")
        .to_lowercase()
}

/// Whether a simple command starts an entry point.
pub(super) fn starts(words: &[String], entry_points: &[String]) -> bool {
    let is_named = |word: &String| entry_points.iter().any(|entry| names(word, entry));
    !LOOKING.contains(&program(words)) && words.iter().any(is_named)
}

/// The program that a simple command runs, keywords and assignments aside.
pub(super) fn program(words: &[String]) -> &str {
    words
        .iter()
        .map(String::as_str)
        .find(|word| !KEYWORDS.contains(word) && !is_assignment(word))
        .map_or("", base)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

fn is_shell(word: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_the_directory_are_read() {
        let command =
            Command::parse("cd /w && CUDA_VISIBLE_DEVICES=0,1 python t.py --lr=0.1 --batch_size 4");
        assert_eq!(command.starts_in(), Some("/w"));
        assert_eq!(
            (command.option("lr"), command.option("batch-size")),
            (Some("0.1"), Some("4"))
        );
        assert_eq!(command.option("seed"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_much(text in "\\PC*") {
            let command = Command::parse(&text);
            let _ = (command.starts_in(), command.option("seed"));
        }
    }
}
