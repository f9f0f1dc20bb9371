//! Invocations of experiment scripts in a task's text, and whether the task orders them.

use super::{Task, TaskReading};
use crate::vocabulary::{Topic, Topics, folded};

/// An invocation that a task orders its iteration to carry out itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// The script, as the text names it.
    pub script: String,
}

/// Programs that run a script given to them.
const INTERPRETERS: [&str; 26] = [
    "python",
    "python3",
    "py",
    "bash",
    "sh",
    "zsh",
    "source",
    "node",
    "Rscript",
    "julia",
    "perl",
    "ruby",
    "torchrun",
    "deepspeed",
    "accelerate",
    "mpirun",
    "mpiexec",
    "horovodrun",
    "sbatch",
    "srun",
    "uv",
    "poetry",
    "conda",
    "micromamba",
    "pipenv",
    "nohup",
];

/// Modules and programs behind an interpreter that only look, with those options that do.
const LOOKING: [&str; 18] = [
    "pytest",
    "py_compile",
    "compileall",
    "unittest",
    "mypy",
    "ruff",
    "flake8",
    "pylint",
    "pip",
    "venv",
    "--help",
    "-h",
    "--version",
    "--dry-run",
    "--dryrun",
    "--check-config",
    "pyflakes",
    "--print-config",
];

/// What the names of experiment scripts speak of.
const EXPERIMENT_WORDS: [&str; 4] = ["train", "eval", "bench", "finetune"];

/// How many words behind an interpreter its script may stand.
const REACH: usize = 10;

/// Verbs that order an execution.
const ORDERS: [&str; 24] = [
    "run",
    "running",
    "execute",
    "executing",
    "launch",
    "launching",
    "start",
    "starting",
    "invoke",
    "invoking",
    "call",
    "train",
    "evaluate",
    "benchmark",
    "try",
    "reproduce",
    "measure",
    "profile",
    "submit",
    "repeat",
    "rerun",
    "smoke",
    "with",
    "via",
];

/// Verbs that order it so plainly that no other clause of the task makes a tracked run of it.
const PLAIN_ORDERS: [&str; 5] = ["run", "execute", "invoke", "try", "rerun"];

/// Words that keep an execution away from the server.
const LOCALLY: [&str; 10] = [
    " locally ",
    " directly ",
    " by hand ",
    " manually ",
    " yourself ",
    " in the shell ",
    " in the terminal ",
    " interactively ",
    " on this machine ",
    " from the command line ",
];

/// Verbs behind an invocation in a condition that is checked by carrying it out.
const OUTCOMES: [&str; 7] = [
    " exit", " succeed", " finish", " complet", " print", " return", " end",
];

impl Execution {
    /// The invocations of experiment scripts that `task` orders. Without `entry_points`, scripts
    /// whose names speak of training, evaluation or a benchmark count.
    ///
    /// In doubt an invocation is taken for the command of a run, or for a quotation.
    pub fn ordered_by(
        task: &Task,
        reading: &TaskReading,
        entry_points: Option<&[String]>,
    ) -> impl Iterator<Item = Self> {
        let is_tracked = is_tracked(reading);
        let text = task.full_text();
        // Most tasks name no such script at all, which is told at once.
        let text = if may_name_script(text, entry_points) {
            text
        } else {
            ""
        };
        let done_when = task.field("done-when").and_then(|value| text.find(value));
        let found: Vec<Self> = invocations(text, entry_points)
            .filter(|found| {
                let in_condition = done_when.is_some_and(|start| found.start >= start);
                if in_condition {
                    !is_tracked && is_outcome(text, found.end)
                } else {
                    is_ordered(text, found, is_tracked)
                }
            })
            .map(|found| Self {
                script: found.script,
            })
            .collect();
        found.into_iter()
    }
}

/// Whether a text has the name of an experiment script anywhere.
fn may_name_script(text: &str, entry_points: Option<&[String]>) -> bool {
    let stem = |entry: &String| {
        let name = entry.rsplit('/').next().unwrap_or(entry);
        name.split('.').next().unwrap_or(name).to_owned()
    };
    if let Some(known) = entry_points {
        // A package is run by its name.
        return known
            .iter()
            .any(|entry| text.contains(&stem(entry)) || entry.ends_with("__main__.py"));
    }
    let lower = text.to_lowercase();
    EXPERIMENT_WORDS.iter().any(|word| lower.contains(word))
}

/// Whether anything in the task speaks of the server carrying its commands out.
fn is_tracked(reading: &TaskReading) -> bool {
    let names_api = reading
        .endpoints
        .iter()
        .any(|e| e.path.starts_with("/runs") || e.path.starts_with("/sweeps"));
    names_api || reading.text.has(Topic::Tracked)
}

/// An interpreter with an experiment script.
struct Invocation {
    script: String,
    start: usize,
    end: usize,
}

fn invocations(text: &str, entry_points: Option<&[String]>) -> impl Iterator<Item = Invocation> {
    let words = words(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, word)) = words.get(at).copied() {
        at += 1;
        let is_own = word.starts_with("./") && is_entry_point(word, entry_points);
        let behind = &words[at..words.len().min(at + REACH)];
        let script = if is_own {
            Some((0, word))
        } else if is_interpreter(word) {
            script_of(behind, entry_points)
        } else {
            None
        };
        let Some((offset, script)) = script else {
            continue;
        };
        let rest = &words[at..words.len().min(at + offset + REACH)];
        if rest.iter().any(|(_, word)| LOOKING.contains(word)) {
            continue;
        }
        found.push(Invocation {
            script: script.to_owned(),
            start,
            end: rest
                .get(offset)
                .map_or(start + word.len(), |(at, word)| at + word.len()),
        });
        at += offset;
    }
    found.into_iter()
}

/// The words of a text without quotes and punctuation, with their places.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let is_separator = |c: char| c.is_whitespace() || "`\"'()[]{},;".contains(c);
    text.split(is_separator)
        .filter_map(|word| {
            let start = at;
            at += word.len()
                + text[at + word.len()..]
                    .chars()
                    .next()
                    .map_or(0, char::len_utf8);
            let word = word.trim_end_matches(['.', ':', '!', '?']);
            (!word.is_empty()).then_some((start, word))
        })
        .collect()
}

fn is_interpreter(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    INTERPRETERS.contains(&name) || (stem == "python" && name.len() > stem.len())
}

/// The first experiment script among the words behind an interpreter, up to the command's end.
fn script_of<'t>(
    behind: &[(usize, &'t str)],
    entry_points: Option<&[String]>,
) -> Option<(usize, &'t str)> {
    behind
        .iter()
        .take_while(|(_, word)| !["|", "&&", "||", ">", ">>", "2>&1", "-"].contains(word))
        .enumerate()
        .map(|(offset, (_, word))| (offset, *word))
        .find(|(_, word)| is_entry_point(word, entry_points))
}

fn is_entry_point(word: &str, entry_points: Option<&[String]>) -> bool {
    let path = word.trim_start_matches("./");
    match entry_points {
        Some(known) => known.iter().any(|entry| is_same(path, entry)),
        None => looks_like_experiment(path),
    }
}

/// Whether a word names this script: by its path, its file name, or as a module.
fn is_same(word: &str, entry: &str) -> bool {
    let ends_with = |long: &str, short: &str| {
        long == short
            || long
                .strip_suffix(short)
                .is_some_and(|rest| rest.ends_with('/'))
    };
    let as_module = format!("{}.py", word.replace('.', "/"));
    ends_with(word, entry)
        || (word.contains('.') && ends_with(entry, word))
        || as_module == *entry
        || (word.contains('.') && ends_with(entry, &as_module))
        || entry == format!("{}/__main__.py", word.replace('.', "/"))
}

fn looks_like_experiment(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    ["py", "sh", "sbatch", "jl", "r"].contains(&extension)
        && EXPERIMENT_WORDS.iter().any(|word| stem.contains(word))
}

/// Whether what stands around an invocation orders the iteration to carry it out.
fn is_ordered(text: &str, invocation: &Invocation, is_tracked: bool) -> bool {
    let clause = clause(text, invocation.start, invocation.end);
    let before = &text[clause.start..invocation.start];
    let around = Topics::of(&text[clause.clone()]);
    if around.has(Topic::Tracked) || Topics::of(before).has(Topic::Negation) {
        return false;
    }
    let words = folded(before);
    let words: Vec<&str> = words.split_whitespace().collect();
    let last = &words[words.len().saturating_sub(3)..];
    if is_tracked {
        let is_local = LOCALLY
            .iter()
            .any(|word| folded(&text[clause.clone()]).contains(word));
        let is_plain = last.iter().any(|word| PLAIN_ORDERS.contains(word)) && !is_of_runs(&words);
        return is_local || is_plain;
    }
    let is_bare = words.is_empty()
        || before.trim_end().ends_with([':', '`'])
            && before.trim_end_matches(['`', ' ']).ends_with(':');
    is_bare || words.iter().any(|word| ORDERS.contains(word))
}

/// Whether what runs the command is a run: `each run executes ...`.
fn is_of_runs(words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| ["runs", "each", "every", "they", "them", "it", "job", "jobs"].contains(word))
}

fn is_outcome(text: &str, from: usize) -> bool {
    let behind: String = text[from..].chars().take(80).collect();
    let behind = folded(&behind);
    OUTCOMES.iter().any(|word| behind.contains(word))
}

/// The clause around a stretch: up to the nearest semicolon, bar, end of sentence or `then`, outside
/// of code.
fn clause(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let mut from = 0;
    let mut to = text.len();
    let mut in_code = false;
    for (at, c) in text.char_indices() {
        in_code ^= c == '`';
        let rest = &text[at..];
        let is_boundary = !in_code
            && (matches!(c, ';' | '|')
                || (c == '.' && rest[1..].starts_with([' ', '`']))
                || rest.starts_with(" then ")
                || rest.starts_with(" - "));
        if is_boundary && at < start {
            from = at + c.len_utf8();
        }
        if is_boundary && at >= end {
            to = at;
            break;
        }
    }
    from..to
}

#[cfg(test)]
mod tests {
    use super::super::{Plan, Reading};
    use super::*;

    fn ordered(task: &str) -> bool {
        let plan = Plan::parse(&format!("## Phase 1 - A\n- [ ] [P1-T1] {task}\n"));
        let reading = Reading::of(&plan);
        let task = plan.tasks().next().unwrap();
        let known = ["scripts/train.py".to_owned(), "legacy/train.py".to_owned()];
        Execution::ordered_by(task, reading.task(task), Some(&known)).count() > 0
    }

    #[test]
    fn orders_are_found_however_the_script_is_named() {
        for task in [
            "Run `python scripts/train.py --lr 0.1` and note the loss",
            "Execute python train.py three times",
            "Baseline: `python3.11 scripts/train.py`",
            "Train the model with `python -m legacy.train`",
            "`torchrun --nproc_per_node 4 scripts/train.py`",
            "Launch `sbatch --wrap 'python scripts/train.py'`",
            "Start `.venv/bin/python scripts/train.py` in the background",
            "Create the run with `POST /runs`, then run `python scripts/train.py` once more",
            "Create runs with `POST /runs`; as a check start `python scripts/train.py` locally",
            "Check it | done-when: `python scripts/train.py --epochs 1` exits with 0",
        ] {
            assert!(ordered(task), "{task}");
        }
    }

    #[test]
    fn commands_of_runs_prohibitions_and_looking_are_none() {
        for task in [
            "Create runs with `POST /runs` and the command `python scripts/train.py --lr 0.1`",
            "`POST /runs` with `{\"command\": \"cd /w && python scripts/train.py\"}`",
            "Create one run per seed with `POST /runs`; each executes `python scripts/train.py`",
            "Never run `python scripts/train.py` directly",
            "Use `POST /runs` instead of running `python scripts/train.py`",
            "Run `python scripts/train.py --help` and list the options",
            "Run `python -m py_compile scripts/train.py`",
            "Run `pytest tests` and `python tools/count.py`",
            "Read what `python scripts/train.py` prints",
            "Start tracked runs of `python scripts/train.py --seed 1`",
        ] {
            assert!(!ordered(task), "{task}");
        }
    }
}
