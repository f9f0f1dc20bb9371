//! What is to be done with the blocks of a page, one after the other in one folder:
//!
//! | block | |
//! |---|---|
//! | `console` | each line behind `$ ` is a command; the lines below it are what it prints, and without any that is not held. A line that ends with `\` goes on |
//! | `console exit=N` | each command exits with N, not with 0 |
//! | `console dry` | `run` gets `--dry-run`, as playing all that is said would take too long; all else is done |
//! | `console all` | what a command plays is what it says; elsewhere a configuration in the folder above has it play one case unless it names others |
//! | `console needs=WHAT` | the machine need not have it: nothing is executed. The options of our own programs are held against them, and `make` against the Makefile |
//! | `text output` | what the command before it prints |
//! | `LANGUAGE file=NAME` | a file of this name |
//!
//! All other languages are for reading. `$ kill -INT %N` ends the N-th program that serves on this page.

use super::page::{Block, Page};

/// What a machine need not have.
pub(super) const NEEDS: [&str; 9] = [
    "agents",
    "cargo",
    "containers",
    "kubernetes",
    "make",
    "model",
    "root",
    "slurm",
    "wheel",
];

/// What is done with a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It is executed, and exits so.
    Executed(i32),
    /// So is it, but plays nothing.
    Dry,
    /// It is executed without the configuration that has it play one case.
    Whole,
    /// Its options are looked at.
    Parsed,
}

#[derive(Debug)]
pub(super) enum Step {
    /// A file is there.
    File {
        name: String,
        text: String,
    },
    Command(Command),
}

#[derive(Debug)]
pub(super) struct Command {
    pub(super) line: usize,
    pub(super) words: String,
    pub(super) how: How,
    /// What it prints, where that is shown.
    pub(super) shown: Option<String>,
}

/// The steps of a page, or what is wrong with a block.
pub(super) fn steps(page: &Page) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    for block in page.blocks() {
        let added = read(&block, &mut steps);
        added.map_err(|error| format!("{}:{}: {error}", page.name, block.line))?;
    }
    Ok(steps)
}

fn read(block: &Block, steps: &mut Vec<Step>) -> Result<(), String> {
    let mut words = block.info.split_whitespace();
    let language = words.next().ok_or("the block has no language")?;
    let marks: Vec<&str> = words.collect();
    if block.text.lines().any(|line| line.contains("```")) {
        return Err("the block is not closed where it should be".to_owned());
    }
    match (language, &marks[..]) {
        ("console", _) => steps.extend(
            commands(block, how(&marks)?)?
                .into_iter()
                .map(Step::Command),
        ),
        ("text", ["output"]) => match steps.last_mut() {
            Some(Step::Command(before)) if before.shown.is_none() => {
                before.shown = Some(block.text.clone());
            }
            _ => return Err("no command without output stands before it".to_owned()),
        },
        ("sh" | "bash" | "shell", _) => {
            return Err("commands stand in `console` behind `$ `".to_owned());
        }
        (_, []) => {}
        (_, [mark]) => {
            let name = mark
                .strip_prefix("file=")
                .ok_or(format!("nobody knows the mark `{mark}`"))?;
            steps.push(Step::File {
                name: name.to_owned(),
                text: block.text.clone(),
            });
        }
        _ => return Err(format!("nobody knows the marks {marks:?}")),
    }
    Ok(())
}

fn how(marks: &[&str]) -> Result<How, String> {
    match marks {
        [] => Ok(How::Executed(0)),
        ["dry"] => Ok(How::Dry),
        ["all"] => Ok(How::Whole),
        [mark] => match mark.split_once('=') {
            Some(("exit", code)) => code
                .parse()
                .map(How::Executed)
                .map_err(|_| format!("`{code}` is no exit code")),
            Some(("needs", what)) if NEEDS.contains(&what) => Ok(How::Parsed),
            _ => Err(format!("nobody knows the mark `{mark}`")),
        },
        _ => Err(format!("nobody knows the marks {marks:?}")),
    }
}

fn commands(block: &Block, how: How) -> Result<Vec<Command>, String> {
    let mut commands: Vec<Command> = Vec::new();
    for (at, line) in block.text.lines().enumerate() {
        let goes_on = commands
            .last_mut()
            .filter(|last| last.shown.is_none() && last.words.ends_with('\\'));
        if let Some(last) = goes_on {
            last.words.push('\n');
            last.words.push_str(line);
        } else if let Some(words) = line.strip_prefix("$ ") {
            commands.push(Command {
                line: block.line + 1 + at,
                words: words.to_owned(),
                how,
                shown: None,
            });
        } else {
            let last = commands.last_mut().ok_or("output without a command")?;
            let shown = last.shown.get_or_insert_default();
            shown.push_str(line);
            shown.push('\n');
        }
    }
    Ok(commands)
}
