//! What a run's command makes the shell do: what it starts, where, and with which options.
//!
//! This is no shell. It splits a text as a shell does, and takes what it does not understand for nothing
//! special, so that a doubt never becomes an accusation.
//!
//! It is our own because it was measured against the crate `brush-parser` 0.4, the grammar of bash. Of 357
//! commands such as agents write, executed by bash among programs that told how they were started, the
//! programs and their words came out right in 333 by this reader and in 328 by one on the crate (238 by
//! the reader before); of the 60 among them that neither had been made for, in 54 and 53 at first. Both
//! take four commands wrongly for repetitions; this one takes three more, which bash refuses as a whole.
//! But the crate needs twice as long for every further parenthesis that is not closed (22: 83 ms, 100: not
//! in ten seconds), 500 braces overflow a stack of 2 MiB, a command that is cut off gives it nothing, and
//! it brings 38 crates, one with assembler. This reader takes 0.7 s for the worst megabyte that was tried,
//! and 2 us for a usual command, where the crate takes 12.

use std::collections::BTreeMap;

use super::split::{Part, Simple, split};
use super::words::{base, is_aside, is_script, is_shell, looks, names, program, starts};

/// A command, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// The simple commands in order: their words, and the operator behind them.
    parts: Vec<Part>,
    /// What here-documents hand to programs, taken apart alike.
    handed: Vec<Part>,
    /// Those that are only written down.
    kept: Vec<Part>,
}

/// How deep a command is read that stands in a command.
const DEEPEST: u8 = 3;

impl Command {
    /// Takes a command apart, with those in it: in `bash -c '...'`, `eval`, substitutions, and scripts that
    /// it writes and starts.
    pub fn parse(text: &str) -> Self {
        let mut command = Self::default();
        command.read(text, 0, &mut BTreeMap::new());
        command
    }

    /// `written` are the texts of here-documents by the files in which they are.
    fn read(&mut self, text: &str, depth: u8, written: &mut BTreeMap<String, String>) {
        for simple in split(text) {
            let mut inner = simple.codes;
            inner.extend(code(&simple.words));
            inner.extend(started(&simple.words, written));
            for document in simple.documents {
                match Reader::of(&simple.words) {
                    Reader::Shell => inner.push(document),
                    Reader::Program => self.handed.extend(parts(&document)),
                    Reader::File(path) => {
                        let into = if simple.operator == "|" {
                            &mut self.handed
                        } else {
                            &mut self.kept
                        };
                        into.extend(parts(&document));
                        written.insert(path, document);
                    }
                }
            }
            self.parts.push((simple.words, simple.operator));
            for code in inner.iter().filter(|_| depth < DEEPEST) {
                self.read(code, depth + 1, written);
            }
        }
    }

    /// All words, those of here-documents last.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().chain(self.documents());
        parts.flat_map(|(words, _)| words.iter().map(String::as_str))
    }

    /// What here-documents hold, as if it were commands.
    pub(in crate::facts) fn documents(&self) -> impl Iterator<Item = &Part> {
        self.handed.iter().chain(&self.kept)
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
        self.parts
            .iter()
            .chain(&self.handed)
            .any(|(words, operator)| {
                let program = program(words);
                let is_fed = operator == "|" && !self.only_looks_after(words);
                let is_code = program.starts_with("python")
                    && words.iter().any(|word| word.contains(base(entry)));
                let is_named = words.iter().any(|word| names(word, entry));
                let looks = looks(program);
                (is_named || is_code) && (!looks || is_fed)
            })
    }

    /// Whether everything that `words` are piped into, directly or not, does nothing but look.
    fn only_looks_after(&self, words: &[String]) -> bool {
        let behind = self.parts.iter().skip_while(|(own, _)| own != words);
        let mut is_piped = true;
        behind.skip(1).all(|(words, operator)| {
            let looks = !is_piped || looks(program(words));
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

/// The code that a shell or `eval` is given.
fn code(words: &[String]) -> Option<String> {
    if program(words) == "eval" {
        let at = words.iter().position(|word| word == "eval")?;
        return Some(words[at + 1..].join(" "));
    }
    let takes_code =
        |word: &String| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
    let at = words
        .iter()
        .position(|word| takes_code(word) || word == "<<<")?;
    let is_of_shell = words[..at].iter().any(|word| is_shell(word));
    words.get(at + 1).filter(|_| is_of_shell).cloned()
}

/// The text of a script that was written before, and is started.
fn started(words: &[String], written: &mut BTreeMap<String, String>) -> Option<String> {
    let program = words.iter().find(|word| !is_aside(word))?;
    let is_sourced = is_shell(program) || matches!(program.as_str(), "source" | ".");
    let named = words.iter().filter(|word| is_sourced || *word == program);
    let mut named = named.map(|word| word.trim_start_matches("./"));
    named.find_map(|path| written.remove(path))
}

/// Who reads a here-document.
enum Reader {
    Shell,
    Program,
    File(String),
}

impl Reader {
    fn of(words: &[String]) -> Self {
        let program = program(words);
        if is_shell(program) && !words.iter().any(|word| is_script(word)) {
            return Self::Shell;
        }
        let bare = |path: &str| Self::File(path.trim_start_matches("./").to_owned());
        let mut words = words.iter().map(String::as_str);
        match program {
            "tee" => {
                let mut files = words.skip_while(|word| *word != "tee").skip(1);
                let file = files.find(|word| !word.starts_with('-'));
                bare(file.unwrap_or_default())
            }
            "cat" => {
                let into = words.find_map(|word| word.strip_prefix('>').map(|path| (word, path)));
                match into {
                    Some((">" | ">>", _)) => bare(words.next().unwrap_or_default()),
                    Some((_, path)) => bare(path.trim_start_matches(['>', '|'])),
                    None => bare(""),
                }
            }
            _ => Self::Program,
        }
    }
}

fn parts(text: &str) -> impl Iterator<Item = Part> {
    let part = |simple: Simple| (simple.words, simple.operator);
    split(text).into_iter().map(part)
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

    #[test]
    fn commands_within_a_command_are_read() {
        let entries = ["scripts/train.py".to_owned()];
        let starts = |text: &str| Command::parse(text).starts_of(&entries);
        for (text, expected) in [
            ("bash -c 'cd a && sh -c \"python scripts/train.py\"'", 1),
            ("eval \"python scripts/train.py --seed 0\"", 1),
            ("best=$(python scripts/train.py | tail -1)", 1),
            ("bash <<'E'\npython scripts/train.py\nE", 1),
            ("bash <<< 'python scripts/train.py'", 1),
            (
                "cat > run.sh <<E\npython scripts/train.py\nE\nchmod +x run.sh; ./run.sh",
                1,
            ),
            ("tee a.sh <<E\npython scripts/train.py\nE\nbash a.sh", 1),
            ("cat > run.sh <<E\npython scripts/train.py\nE\n", 0),
            (
                "cat > notes.md <<E\npython scripts/train.py; (it's\nE\ncat notes.md",
                0,
            ),
            ("# python scripts/train.py", 0),
            (
                "git add scripts/train.py; echo $(wc -l scripts/train.py)",
                0,
            ),
            ("while grep -q x scripts/train.py; do sleep 1; done", 0),
        ] {
            assert_eq!(starts(text), expected, "{text}");
        }
    }

    #[test]
    fn a_word_is_a_module_where_one_is_asked_for() {
        let starts = |text: &str| Command::parse(text).starts_of(&["train.py".to_owned()]);
        assert_eq!(starts("python -m train && torchrun --module train"), 2);
        assert_eq!(starts("make train && pip install -e train"), 0);
    }

    #[test]
    fn here_documents_are_words_behind_all_others() {
        let command = Command::parse("cat > c <<E\nlr=1 seed=2\nE\npython t.py --lr 3");
        assert_eq!(
            (command.option("lr"), command.option("seed")),
            (Some("3"), Some("2"))
        );
        let may = |text: &str| Command::parse(text).may_start("a/train.py");
        assert!(may("python - <<E\nrun a/train.py\nE"));
        assert!(may("cat <<E | bash\npython a/train.py\nE"));
        assert!(!may("cat > notes.md <<E\npython a/train.py\nE"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_much(text in "\\PC*") {
            let command = Command::parse(&text);
            let _ = (command.starts_in(), command.option("seed"));
        }
    }
}
