//! What a run's command makes the shell do: how often it starts an experiment, and with which
//! options.
//!
//! This is no shell. It splits words, quotes and operators as a shell does, and takes what it does
//! not understand for nothing special, so that a doubt never becomes an accusation.

use std::collections::BTreeMap;

use super::split::{Part, split};

/// A way to start an experiment several times in one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repetition {
    /// `for`, `while` or `until`.
    Loop,
    /// Several starts one after the other.
    Sequence(usize),
    /// Several starts at the same time, with `&`.
    Background(usize),
    /// `xargs`.
    Xargs,
    /// `parallel`.
    Parallel,
    /// A script of the agent's own that does one of these.
    Driver(String),
}

impl Repetition {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Loop => "in a shell loop".to_owned(),
            Self::Sequence(count) => format!("{count} times in a row"),
            Self::Background(count) => format!("{count} times in the background"),
            Self::Xargs => "through xargs".to_owned(),
            Self::Parallel => "through parallel".to_owned(),
            Self::Driver(script) => format!("through the driver script {script}"),
        }
    }
}

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
        self.starting(entry_points).count()
    }

    fn starting<'s>(
        &'s self,
        entry_points: &'s [String],
    ) -> impl Iterator<Item = &'s (Vec<String>, String)> {
        self.parts.iter().filter(|(words, _)| {
            let program = program(words);
            !LOOKING.contains(&program)
                && words
                    .iter()
                    .any(|word| entry_points.iter().any(|entry| names(word, entry)))
        })
    }

    /// How it starts an entry point more than once, if it does. `texts` are files of the agent's own.
    pub fn repetition(
        &self,
        entry_points: &[String],
        texts: &BTreeMap<String, String>,
    ) -> Option<Repetition> {
        let starting: Vec<_> = self.starting(entry_points).collect();
        let loops = |words: &[String]| is_loop(program(words));
        if !starting.is_empty() && self.parts.iter().any(|(words, _)| loops(words)) {
            return Some(Repetition::Loop);
        }
        let through = |program: &str| {
            starting
                .iter()
                .any(|(words, _)| words.iter().any(|word| base(word) == program))
        };
        if through("xargs") {
            return Some(Repetition::Xargs);
        }
        if through("parallel") {
            return Some(Repetition::Parallel);
        }
        let behind = starting
            .iter()
            .filter(|(_, operator)| operator == "&")
            .count();
        match starting.len() {
            0 | 1 => self.driver(entry_points, texts),
            count if behind > 0 => Some(Repetition::Background(count)),
            count => Some(Repetition::Sequence(count)),
        }
    }

    /// A script of the agent's own that repeats an entry point.
    fn driver(
        &self,
        entry_points: &[String],
        texts: &BTreeMap<String, String>,
    ) -> Option<Repetition> {
        let own = self.words().find_map(|word| {
            texts.iter().find(|(path, _)| {
                is_script(path)
                    && names(word, path)
                    && !entry_points.iter().any(|entry| entry == *path)
            })
        });
        let (path, text) = own?;
        let repeats = if extension(path) == Some("py") {
            python_repeats(text, entry_points)
        } else {
            Self::parse(text)
                .repetition(entry_points, &BTreeMap::new())
                .is_some()
        };
        repeats.then(|| Repetition::Driver(path.clone()))
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

/// The program that a simple command runs, keywords and assignments aside.
fn program(words: &[String]) -> &str {
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

fn is_loop(word: &str) -> bool {
    matches!(word, "for" | "while" | "until")
}

fn is_shell(word: &str) -> bool {
    matches!(base(word), "sh" | "bash" | "dash" | "zsh")
}

fn is_script(path: &str) -> bool {
    matches!(extension(path), Some("sh" | "py" | "bash"))
}

fn extension(path: &str) -> Option<&str> {
    base(path).rsplit_once('.').map(|(_, extension)| extension)
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a word names a script: its path, however long, or its module.
fn names(word: &str, entry: &str) -> bool {
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

/// A Python script that starts entry points from a loop.
fn python_repeats(text: &str, entry_points: &[String]) -> bool {
    let starts = ["subprocess", "os.system", "Popen"]
        .iter()
        .any(|call| text.contains(call));
    let loops = text.lines().any(|line| {
        let line = line.trim_start();
        line.starts_with("for ") || line.starts_with("while ")
    });
    starts && loops && entry_points.iter().any(|entry| text.contains(base(entry)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<String> {
        vec!["scripts/train.py".to_owned()]
    }

    fn repetition(command: &str) -> Option<Repetition> {
        let texts = BTreeMap::from([
            (
                "grid.sh".to_owned(),
                "for s in 1 2; do python scripts/train.py --seed $s; done".to_owned(),
            ),
            (
                "all.py".to_owned(),
                "for s in (1, 2):\n    subprocess.run(['python', 'scripts/train.py'])\n".to_owned(),
            ),
            (
                "launch.sh".to_owned(),
                "exec python scripts/train.py \"$@\"".to_owned(),
            ),
        ]);
        Command::parse(command).repetition(&entries(), &texts)
    }

    #[test]
    fn one_start_is_no_repetition() {
        for command in [
            "cd /w && python scripts/train.py --lr 0.1 > logs/a.log 2>&1",
            "cd /w && CUDA_VISIBLE_DEVICES=0 bash launch.sh --seed 1",
            "cd /w && python scripts/train.py | tee log && cat scripts/train.py",
            "bash -c 'python scripts/train.py'",
            "for f in a b; do echo $f; done",
            "mkdir -p logs; python scripts/train.py; echo done",
        ] {
            assert_eq!(repetition(command), None, "{command}");
        }
    }

    #[test]
    fn every_way_to_hide_a_grid_is_seen() {
        for (command, expected) in [
            (
                "for s in 1 2; do python scripts/train.py --seed $s; done",
                Repetition::Loop,
            ),
            (
                "python scripts/train.py --seed 1 && python scripts/train.py --seed 2",
                Repetition::Sequence(2),
            ),
            (
                "python scripts/train.py & python scripts/train.py & wait",
                Repetition::Background(2),
            ),
            (
                "seq 3 | xargs -n1 python scripts/train.py --seed",
                Repetition::Xargs,
            ),
            (
                "parallel python scripts/train.py --seed {} ::: 1 2",
                Repetition::Parallel,
            ),
            (
                "cd /w && bash grid.sh",
                Repetition::Driver("grid.sh".to_owned()),
            ),
            ("python all.py", Repetition::Driver("all.py".to_owned())),
            (
                "bash -c 'while read s; do python scripts/train.py; done < seeds.txt'",
                Repetition::Loop,
            ),
        ] {
            assert_eq!(repetition(command), Some(expected), "{command}");
        }
    }

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
            let _ = Command::parse(&text).repetition(&entries(), &BTreeMap::new());
        }
    }
}
