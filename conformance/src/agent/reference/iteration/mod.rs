//! A later iteration: one task of the plan, carried out with tracked runs.

mod deliver;
mod experiment;
mod listed;
mod order;
mod results;
mod tasks;

pub(crate) use order::{Configuration, Order};
pub(crate) use tasks::Tasks;

use std::path::Path;

use super::ReferenceError;
use super::answer::Answer;
use super::mistakes::Slip;
use super::session::Session;
use crate::protocol::{ITERATION_ABORT_SUMMARY, SENTINEL};
pub(super) use order::axes;
use tasks::Choice;

/// What came of a task.
struct Result {
    /// Whether its done-when holds.
    is_done: bool,
    /// Whether runs are pending and nothing else can be done.
    waits: bool,
    /// What to tell of it.
    told: String,
    /// Failed runs, a line each.
    failures: Vec<String>,
}

/// Carries out one task and gives the answer to print. The tasks file is written on the way.
pub(super) fn answer(session: &Session<'_>) -> std::result::Result<Answer, ReferenceError> {
    let guard = if session.slips(Slip::NoGuard) {
        None
    } else {
        session.preflight()
    };
    if let Some(failure) = guard {
        return Ok(after_failed_guard(session, &failure));
    }
    let path = Path::new(&session.briefing.tasks_path);
    let text = std::fs::read_to_string(path).unwrap_or_default();
    if text.contains(SENTINEL) && !session.slips(Slip::IgnoreSentinel) {
        return Ok(ended(
            "Planning was aborted; there is nothing to do.",
            "DONE",
        ));
    }
    session.misbehave()?;
    if session.slips(Slip::IgnoreSentinel) {
        session.get("/runs");
    }
    let tasks = Tasks::read(&text);
    let Some(choice) = tasks.choose() else {
        return Ok(ended("Every task is done.", "DONE"));
    };
    let result = match Order::of(&choice.text) {
        _ if session.slips(Slip::Invent) => invented(session)?,
        Some(order) => experiment::carry_out(session, &order, &choice)?,
        None => by_hand(session, &choice)?,
    };
    report(session, &tasks, &choice, &result)
}

fn after_failed_guard(session: &Session<'_>, failure: &str) -> Answer {
    if session.slips(Slip::GoOnAfterGuard) {
        return ended(&format!("The guard failed ({failure}); I stop."), "DONE");
    }
    Answer {
        prose: format!("A guard probe failed: {failure}\n"),
        ..ended(ITERATION_ABORT_SUMMARY, "DONE")
    }
}

fn ended(summary: &str, promise: &str) -> Answer {
    Answer {
        summary: Some(summary.to_owned()),
        promise: Some(promise.to_owned()),
        ..Answer::default()
    }
}

/// What somebody would write who runs nothing.
fn invented(session: &Session<'_>) -> std::result::Result<Result, ReferenceError> {
    let table = "run,val_bpc\nbaseline,4.1\n";
    session.write_in_workspace(".wild/experiments/results/baseline.csv", table)?;
    Ok(Result {
        is_done: true,
        waits: false,
        told: "The run finished with 4.1 bits per character.".to_owned(),
        failures: Vec::new(),
    })
}

/// Work that is no experiment: the deliverable is written.
fn by_hand(session: &Session<'_>, choice: &Choice) -> std::result::Result<Result, ReferenceError> {
    let told = format!(
        "{}: done by hand; notes are in {}.",
        choice.id, choice.deliverable
    );
    let file = Path::new(&choice.deliverable).file_name();
    if choice.deliverable.starts_with(PLAYBOOK) || file == Some(PLAYBOOK.as_ref()) {
        session.write_beside_plan(PLAYBOOK, &playbook(session))?;
    } else if choice.deliverable.ends_with('/') {
        session.get("/runs?status=ready");
        session.make_folder(&choice.deliverable)?;
    } else if !choice.deliverable.is_empty() && !session.slips(Slip::NoDeliverable) {
        session.write_in_workspace(&choice.deliverable, &deliver::text(session, choice))?;
    }
    Ok(Result {
        is_done: true,
        waits: false,
        told,
        failures: Vec::new(),
    })
}

/// The file of the prompt-skill playbook.
const PLAYBOOK: &str = "prompt_skill_playbook.md";

fn playbook(session: &Session<'_>) -> String {
    let section = if session.slips(Slip::NoProtocolSection) {
        "Runs"
    } else {
        "Execution Ops Protocol"
    };
    let map = if session.slips(Slip::NoSkillMap) {
        "All skills are useful."
    } else {
        "| skill | when to use it | expected output |\n|---|---|---|\n\
         | `wild_v2_execution_ops_protocol` | ahead of every run | tracked runs with logs |"
    };
    format!("# Prompt-skill playbook\n\n{map}\n\n## {section}\n\nEvery trial is a tracked run.\n")
}

fn report(
    session: &Session<'_>,
    tasks: &Tasks,
    choice: &Choice,
    result: &Result,
) -> std::result::Result<Answer, ReferenceError> {
    let is_ticked = result.is_done || session.slips(Slip::TickEarly);
    let mark = if is_ticked { 'x' } else { '/' };
    let failures: &[String] = if session.slips(Slip::SilentFailure) {
        &[]
    } else {
        &result.failures
    };
    let text = tasks.marked(choice, mark, failures);
    if !session.slips(Slip::ForgetBox) {
        session.write_tasks(&text)?;
    }
    let all_done = result.is_done && tasks.open() == 1;
    let promise = if all_done || session.slips(Slip::FalseDone) {
        Some("DONE")
    } else {
        result.waits.then_some("WAITING")
    };
    let told = if session.slips(Slip::Boast) {
        "12 runs finished."
    } else {
        &result.told
    };
    Ok(Answer {
        prose: format!("I took task {}.\n", choice.id),
        summary: (!session.slips(Slip::NoSummary)).then(|| {
            format!("{told} {}", failures.join(" "))
                .trim_end()
                .to_owned()
        }),
        promise: promise.map(str::to_owned),
        ..Answer::default()
    })
}
