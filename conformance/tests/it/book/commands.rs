//! Every command of the README and the book is executed, or is held against the programs' options.

use std::sync::Mutex;
use std::thread;

use super::page::{Page, book, root};
use super::shown::is_shown;
use super::stage::{Outcome, Stage};
use super::step::{Command, How, Step, steps};
use crate::play::PROGRAM;

/// So many pages are tried at the same time.
const PAGES: usize = 4;

#[test]
fn every_command_of_the_book_does_what_it_says() {
    let mock = std::path::Path::new(PROGRAM).with_file_name("wild-mock");
    assert!(
        mock.exists(),
        "{} is missing: cargo build -p wild-mock-server",
        mock.display()
    );
    let only = std::env::var("BOOK_PAGE").unwrap_or_default();
    let pages = book().into_iter().filter(|page| page.name.contains(&only));
    let (pages, wrong, count) = (
        Mutex::new(pages.collect::<Vec<_>>()),
        Mutex::new(Vec::new()),
        Mutex::new(0),
    );
    thread::scope(|scope| {
        for _ in 0..PAGES {
            scope.spawn(|| {
                while let Some(page) = { pages.lock().unwrap().pop() } {
                    let (tried, found) = try_page(&page);
                    *count.lock().unwrap() += tried;
                    wrong.lock().unwrap().extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
    let count = count.into_inner().unwrap();
    assert!(
        count > 80 || !only.is_empty(),
        "only {count} commands were found"
    );
}

/// How many commands a page has, and what is wrong with them.
fn try_page(page: &Page) -> (usize, Vec<String>) {
    let steps = match steps(page) {
        Ok(steps) => steps,
        Err(error) => return (0, vec![error]),
    };
    let mut stage = Stage::of(page);
    let (mut count, mut wrong) = (0, Vec::new());
    for step in steps {
        match step {
            Step::File { name, text } => stage.write(&name, &text),
            Step::Command(command) => {
                count += 1;
                if let Err(why) = try_command(&command, &mut stage) {
                    wrong.push(format!(
                        "{}:{}: $ {}\n{why}",
                        page.name, command.line, command.words
                    ));
                }
            }
        }
    }
    (count, wrong)
}

fn try_command(command: &Command, stage: &mut Stage) -> Result<(), String> {
    let (words, code) = match command.how {
        How::Executed(code) => (command.words.clone(), code),
        How::Whole => (command.words.clone(), 0),
        How::Dry => (command.words.replacen(" run ", " run --dry-run ", 1), 0),
        How::Parsed => match asked(&command.words)? {
            Some(words) => (words, 0),
            None => return Ok(()),
        },
    };
    stage.limit(command.how != How::Whole);
    let outcome = stage.execute(&words);
    let Outcome { out, err, .. } = &outcome;
    if outcome.code != code {
        return Err(format!(
            "exits with {}, not with {code}:\n{out}{err}",
            outcome.code
        ));
    }
    let shown = match &command.shown {
        Some(shown) if matches!(command.how, How::Executed(_) | How::Whole) => shown,
        _ => return Ok(()),
    };
    let both = format!("{err}{out}");
    if [out, err, &both]
        .iter()
        .any(|printed| is_shown(shown, printed))
    {
        return Ok(());
    }
    Err(format!("shown is\n{shown}--- printed is\n{both}"))
}

/// What asks one of our programs whether it knows these options: help, which it gives once it has read all that
/// stands before it. None where the command is somebody else's.
fn asked(words: &str) -> Result<Option<String>, String> {
    if let Some(target) = words.strip_prefix("make ") {
        let makefile = std::fs::read_to_string(root().join("Makefile")).unwrap();
        let target = target.split_whitespace().next().unwrap();
        let is_there = makefile
            .lines()
            .any(|line| line.starts_with(&format!("{target}:")));
        return if is_there {
            Ok(None)
        } else {
            Err("the Makefile has no such target".to_owned())
        };
    }
    let is_ours = ["wild-conformance ", "wild-mock "]
        .iter()
        .any(|own| words.starts_with(own));
    let own = words.split(" # ").next().unwrap().trim_end();
    let asked = match own.split_once(" -- ") {
        Some((options, _)) => format!("{options} --help"),
        None => format!("{own} --help"),
    };
    Ok(is_ours.then_some(asked))
}

#[test]
fn options_that_there_are_not_are_noticed() {
    let page = Page {
        name: "x.md".to_owned(),
        text: String::new(),
    };
    let mut stage = Stage::of(&page);
    for (words, code) in [
        ("wild-conformance submit slurm --shards 8 -- my-agent", 0),
        (
            "wild-conformance submit slurm --shard-count 8 -- my-agent",
            2,
        ),
        (
            "wild-conformance run --agent preset:codex --time-limit soon",
            2,
        ),
        ("wild-conformance swim", 2),
    ] {
        let asked = asked(words).unwrap().unwrap();
        assert_eq!(stage.execute(&asked).code, code, "{asked}");
    }
    assert!(asked("make nothing-of-the-kind").is_err());
    assert_eq!(asked("make run").unwrap(), None);
}
