//! How a run's command starts an experiment more than once, if it does.
//!
//! What is not understood repeats nothing: a doubt never becomes an accusation.

use std::collections::{BTreeMap, BTreeSet};

use super::python;
use super::shell::{Command, base, extension, is_script, names, program, starts};

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
    /// How `command` starts an entry point more than once, if it does. `texts` are files of the
    /// agent's own.
    pub fn of(
        command: &Command,
        entry_points: &[String],
        texts: &BTreeMap<String, String>,
    ) -> Option<Self> {
        let starts = Starts::of(command, entry_points);
        match starts.count {
            _ if starts.is_looped => Some(Self::Loop),
            _ if starts.through.contains("xargs") => Some(Self::Xargs),
            _ if starts.through.contains("parallel") => Some(Self::Parallel),
            0 | 1 => driver(command, entry_points, texts),
            count if starts.is_background => Some(Self::Background(count)),
            count => Some(Self::Sequence(count)),
        }
    }

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

/// The starts of entry points in a command. What a function starts is started where that is called.
#[derive(Default)]
struct Starts {
    count: usize,
    is_looped: bool,
    is_background: bool,
    /// `xargs` and `parallel`, where they start one.
    through: BTreeSet<&'static str>,
}

impl Starts {
    fn of(command: &Command, entry_points: &[String]) -> Self {
        let mut found = Self::default();
        let mut starters: BTreeSet<&str> = BTreeSet::new();
        let mut loops = 0_usize;
        let mut blocks: Vec<Block<'_>> = Vec::new();
        for (words, operator) in command.parts() {
            if matches!(program(words), "for" | "while" | "until") {
                loops += 1;
            }
            blocks.extend(opened(words));
            let calls = |name: &str| words.iter().any(|word| base(word) == name);
            let is_start = starts(words, entry_points) || starters.iter().any(|name| calls(name));
            let function = blocks.iter().rev().find_map(|block| match block {
                Block::Function(name) => Some(*name),
                Block::Group => None,
            });
            match function {
                Some(name) if is_start => {
                    // The loop of a function's body repeats whatever calls it.
                    found.is_looped |= loops > 0;
                    starters.insert(name);
                }
                None if is_start => {
                    found.count += 1;
                    found.is_looped |= loops > 0;
                    found.is_background |= operator == "&";
                    let through = ["xargs", "parallel"].into_iter();
                    found.through.extend(through.filter(|name| calls(name)));
                }
                _ => {}
            }
            match words.first().map(String::as_str) {
                Some("done") => loops = loops.saturating_sub(1),
                Some("}") => drop(blocks.pop()),
                _ => {}
            }
        }
        found
    }
}

/// What stands in braces.
enum Block<'w> {
    /// The body of this function.
    Function(&'w str),
    /// Commands that are no function's.
    Group,
}

/// The block that a simple command opens.
fn opened(words: &[String]) -> Option<Block<'_>> {
    let words: Vec<&str> = words.iter().map(String::as_str).take(3).collect();
    match words[..] {
        ["function", name, ..] => Some(Block::Function(name.trim_end_matches("()"))),
        [name, "()", "{"] => Some(Block::Function(name)),
        [name, "{", ..] if name.ends_with("()") => {
            Some(Block::Function(name.trim_end_matches("()")))
        }
        ["{", ..] => Some(Block::Group),
        _ => None,
    }
}

/// A script of the agent's own that repeats an entry point.
fn driver(
    command: &Command,
    entry_points: &[String],
    texts: &BTreeMap<String, String>,
) -> Option<Repetition> {
    let own = command.words().find_map(|word| {
        texts.iter().find(|(path, _)| {
            is_script(path) && names(word, path) && !entry_points.iter().any(|entry| entry == *path)
        })
    });
    let (path, text) = own?;
    let repeats = if extension(path) == Some("py") {
        python::repeats(text, entry_points)
    } else {
        Repetition::of(&Command::parse(text), entry_points, &BTreeMap::new()).is_some()
    };
    repeats.then(|| Repetition::Driver(path.clone()))
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
            (
                "tidy.sh".to_owned(),
                "python scripts/train.py > log\nwhile read line; do\n  echo \"$line\"\ndone < log\n"
                    .to_owned(),
            ),
            (
                "called.sh".to_owned(),
                "train() {\n  python scripts/train.py --seed $1\n}\nfor s in 1 2; do train $s; done\n"
                    .to_owned(),
            ),
            (
                "once.sh".to_owned(),
                "train() {\n  python scripts/train.py --seed $1\n}\ntrain 1\n".to_owned(),
            ),
            (
                "edit.py".to_owned(),
                "import subprocess\nsubprocess.run(['python', 'scripts/train.py'])\nfor line in open('log'):\n    print(line.strip())\n".to_owned(),
            ),
        ]);
        Repetition::of(&Command::parse(command), &entries(), &texts)
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
            "for f in a b; do rm -f $f; done; python scripts/train.py",
            "bash tidy.sh",
            "bash once.sh",
            "python edit.py",
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
            ("bash called.sh", Repetition::Driver("called.sh".to_owned())),
            ("python all.py", Repetition::Driver("all.py".to_owned())),
            (
                "bash -c 'while read s; do python scripts/train.py; done < seeds.txt'",
                Repetition::Loop,
            ),
        ] {
            assert_eq!(repetition(command), Some(expected), "{command}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_much(text in "\\PC*") {
            let _ = Repetition::of(&Command::parse(&text), &entries(), &BTreeMap::new());
            let _ = python::repeats(&text, &entries());
        }
    }
}
