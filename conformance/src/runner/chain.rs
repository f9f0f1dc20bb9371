//! Several iterations over one workspace and one server's state, each judged by itself.

use std::path::Path;

use super::{Play, RunError, Setup, Staged, StartingPoint};
use crate::bounded;
use crate::cancel::Cancel;
use crate::case::Kind;
use crate::evidence::{Iterations, output_files};
use crate::facts::{Promise, Tag, TranscriptFacts};

/// Largest output that is looked through for what it promises, in bytes.
const LARGEST_OUTPUT: u64 = 64 * 1024 * 1024;

/// Longest summary that goes to the iteration log, in characters.
const LONGEST_NOTE: usize = 400;

/// Seconds of the case's clock that go by when an agent waits.
const WAIT: f64 = 60.0;

/// The iterations of `play`: the play itself where there is one only. `before` is what the iteration
/// ahead of number `done` + 1 left.
pub(super) fn iteration(play: &Play, done: u32, before: Option<&StartingPoint>) -> Play {
    let mut play = play.clone();
    let case = &mut play.case;
    if let Some(iterations) = Iterations::of(case) {
        case.id = iterations.name(&case.id, done);
        case.iteration = if case.is_campaign() {
            done
        } else {
            case.iteration + done
        };
    }
    if case.is_campaign() {
        case.kind = if done == 0 {
            Kind::Planning
        } else {
            Kind::Execution
        };
        // It is the campaign's, and no single task's.
        if done > 0 {
            case.grid.clear();
        }
    }
    if let Some(before) = before {
        case.placeholder = before.tasks();
        case.log = before.log();
        case.plan = None;
    }
    play
}

/// Plays one iteration, from where the one before left off, if there was one.
pub(super) async fn play_from(
    start: Option<StartingPoint>,
    play: &Play,
    setup: &Setup,
    folder: &Path,
    cancel: &Cancel,
) -> Result<StartingPoint, RunError> {
    let mut staged = match start {
        Some(start) => Staged::set_up_from(start, play, setup, folder, None).await?,
        None => Staged::set_up(play, setup, folder, None).await?,
    };
    staged.perform(setup, cancel).await?;
    staged.conclude(cancel).await
}

/// What an agent said when its iteration ended.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Whether it promised DONE.
    pub(super) done: bool,
    waiting: bool,
    summary: String,
}

impl Said {
    /// Reads it from the evidence in `folder`; nothing where there is none.
    pub(super) fn of(folder: &Path) -> Self {
        let [prompt, transcript] = output_files(folder).map(|file| {
            let text = bounded::read_text(&file, LARGEST_OUTPUT);
            text.unwrap_or_default()
        });
        let facts = TranscriptFacts::new(&transcript, &prompt);
        let summary = facts
            .last(Tag::Summary)
            .map_or("", |block| block.text.trim());
        let words: Vec<&str> = summary.split_whitespace().collect();
        Self {
            done: facts.promises(&Promise::Done),
            waiting: facts.promises(&Promise::Waiting),
            summary: words.join(" ").chars().take(LONGEST_NOTE).collect(),
        }
    }
}

/// Does what the harness does between two iterations: the log, time for an agent that waits, and the
/// commit. Says why that could not be made.
pub(super) fn between(start: &mut StartingPoint, iteration: u32, said: &Said) -> Option<String> {
    if said.waiting {
        start.wait(WAIT);
    }
    let noted = start.note(&format!("- {iteration}: {}\n", said.summary));
    let committed = start.commit(iteration);
    noted.err().map(|error| error.to_string()).or(committed)
}

/// Whether a tasks file leaves nothing to do.
pub(super) fn is_done(tasks: &str) -> bool {
    !tasks.contains("- [ ]") && !tasks.contains("- [/]")
}
