//! How a run's command starts an experiment more than once, if it does.
//!
//! What is not understood repeats nothing: a doubt never becomes an accusation.

use std::collections::{BTreeMap, BTreeSet};

use super::python;
use super::shell::Command;
use super::split::KEYWORDS;
use super::words::{base, extension, is_script, looks, names, program, starts};

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
        let mut branches = Branches::default();
        let mut scripts: BTreeSet<&str> = BTreeSet::new();
        for (words, operator) in command.parts() {
            if matches!(program(words), "for" | "while" | "until") {
                loops += 1;
            }
            scripts.extend(variable_of(words, entry_points));
            branches.begin(words, &mut found.count);
            blocks.extend(opened(words));
            let calls = |name: &str| words.iter().any(|word| base(word) == name);
            let is_filled_in = |word: &String| scripts.contains(filled_in(word));
            let is_start = starts(words, entry_points)
                || starters.iter().any(|name| calls(name))
                || !looks(program(words)) && words.iter().any(is_filled_in);
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
            branches.end(operator, &mut found.count);
        }
        found
    }
}

/// The branches that are open: how many starts stood before each, and most starts in one of its arms. Of
/// several arms one is taken.
#[derive(Default)]
struct Branches(Vec<(usize, usize)>);

impl Branches {
    fn begin(&mut self, words: &[String], count: &mut usize) {
        let mut before = words.iter().map(String::as_str);
        let first = before.clone().next();
        if matches!(first, Some("else" | "elif")) {
            self.next_arm(count);
        }
        if matches!(first, Some("fi" | "esac"))
            && let Some((_, most)) = self.0.pop()
        {
            *count = most.max(*count);
        }
        let is_keyword = |word: &&str| KEYWORDS.contains(word);
        if before
            .by_ref()
            .take_while(is_keyword)
            .any(|word| word == "if")
            || program(words) == "case"
        {
            self.0.push((*count, *count));
        }
    }

    fn end(&mut self, operator: &str, count: &mut usize) {
        if operator == ";;" {
            self.next_arm(count);
        }
    }

    fn next_arm(&mut self, count: &mut usize) {
        if let Some((before, most)) = self.0.last_mut() {
            *most = (*most).max(*count);
            *count = *before;
        }
    }
}

/// The variable of a `for` that stands for an entry point, among others.
fn variable_of<'w>(words: &'w [String], entry_points: &[String]) -> Option<&'w str> {
    let at = words.iter().position(|word| word == "for")?;
    let is_named = |word: &String| entry_points.iter().any(|entry| names(word, entry));
    let is_loop = program(words) == "for" && words[at..].iter().any(is_named);
    words.get(at + 1).map(String::as_str).filter(|_| is_loop)
}

/// The variable that a word is nothing but.
fn filled_in(word: &str) -> &str {
    let name = word.strip_prefix('$').unwrap_or_default();
    name.trim_start_matches('{').trim_end_matches('}')
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
    let mut words = command.parts().iter().flat_map(|(words, _)| words);
    let own = words.find_map(|word| {
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
            "if [ -f a ]; then python scripts/train.py --resume; elif b; then python scripts/train.py; else python scripts/train.py --new; fi",
            "case $1 in a) python scripts/train.py ;; *) python scripts/train.py --b\n;; esac",
            "for f in a.md scripts/train.py; do echo $f; cat \"$f\"; done; python scripts/train.py",
            "cat > notes.md <<'E'\nfor s in 1 2; do python scripts/train.py; done\nE\npython scripts/train.py",
            "# python scripts/train.py\npython scripts/train.py # python scripts/train.py",
            "git add scripts/train.py && ruff check scripts/train.py && python scripts/train.py",
            "echo \"bash grid.sh\" > todo.txt; cat <<E\nbash grid.sh\nE",
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
                "(python scripts/train.py) & (python scripts/train.py) & wait",
                Repetition::Background(2),
            ),
            (
                "if a; then python scripts/train.py; fi; python scripts/train.py",
                Repetition::Sequence(2),
            ),
            (
                "for f in scripts/train.py b.py; do python \"$f\"; done",
                Repetition::Loop,
            ),
            (
                "cat > run.sh <<'E'\nfor s in 1 2; do python scripts/train.py; done\nE\nbash run.sh",
                Repetition::Loop,
            ),
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
