//! `run`: play, judge, keep, tell.

use std::io::{IsTerminal, Write};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::Failure;
use super::args::{AgentKind, RunOptions, SupervisionOptions};
use super::progress::Progress;
use super::register::Register;
use super::reports;
use super::signals::raise_on_signal;
use crate::agent::{AgentSpec, Supervision};
use crate::cancel::Cancel;
use crate::case;
use crate::engine::{self, CaseReport};
use crate::evidence::{Claim, RunState};
use crate::runner::{Conduct, Harness, Listener, Plan, Setup, run_all};

pub(super) fn run(options: RunOptions, out: &mut impl Write) -> Result<u8, Failure> {
    reports::check(&options.reports)?;
    let cases = case::select(&options.cases)?;
    for warning in case::warnings_of(&options.cases)? {
        writeln!(std::io::stderr().lock(), "warning: {warning}")?;
    }
    let prompts = options.prompts.read()?;
    let baseline = reports::baseline(options.baseline.as_deref())?;
    let agent = agent(options.agent, options.argv)?;
    let gate = options.gate.into();
    let plan = Plan::new(&cases, options.repeat, options.shard);
    let selection = options.selection.read()?;
    let supervision = supervision(options.supervision)?;
    let _claim = Claim::take(&options.out)?;
    reports::discard(&options.out);
    let register = Arc::new(Register::new(&plan));
    let begun = register.write(RunState::Running, &options.out);
    let conduct = Conduct {
        setup: Setup {
            agent,
            prompts,
            seed: options.seed,
            time_limit: options.time_limit,
            supervision,
            harness: Harness::default(),
        },
        selection,
        gate,
        adjudicator: options.adjudicator.adjudicator(),
        jobs: options.jobs.map_or_else(processors, usize::from),
        out: options.out.clone(),
        cancel: Cancel::new(),
        listener: listener(Arc::clone(&register)),
    };
    let judged = play(&plan, &conduct)?;
    let mut report = engine::conclude(judged, gate);
    baseline.apply(&mut report);
    let state = if report.is_interrupted() {
        RunState::Interrupted
    } else {
        RunState::Ended
    };
    let kept = begun
        .and_then(|()| register.write(state, &options.out))
        .map_err(Failure::harness)
        .and_then(|()| reports::keep(&report, &options.out));
    // What cannot be kept is told all the same.
    reports::tell(&report, &options.reports, out)?;
    match kept {
        Err(failure) if report.exit_code() == 0 => Err(failure),
        Err(failure) => {
            // A terminal that is gone is no reason to say something else.
            let _ = writeln!(std::io::stderr().lock(), "{failure}");
            Ok(report.exit_code())
        }
        Ok(()) => Ok(report.exit_code()),
    }
}

/// Shows progress, and keeps the register.
fn listener(register: Arc<Register>) -> Listener {
    let progress = Progress::new(std::io::stderr().is_terminal());
    Arc::new(move |event| {
        register.hear(event);
        progress.show(event, &mut std::io::stderr().lock());
    })
}

pub(super) fn supervision(options: SupervisionOptions) -> Result<Supervision, Failure> {
    for folder in &options.allow_write {
        if !folder.exists() {
            let folder = folder.display();
            return Err(Failure::usage(format!(
                "--allow-write {folder}: it does not exist"
            )));
        }
    }
    Ok(Supervision {
        launcher: Some(this_program()?),
        audit: options.audit,
        sandbox: !options.no_sandbox,
        allow_ports: options.allow_net.iter().map(|end| end.port).collect(),
        allow_write: options.allow_write,
    })
}

/// Tries whether so many threads can be had. A runtime that cannot have them panics.
fn try_threads(count: usize) -> std::io::Result<()> {
    let gate = Arc::new(Mutex::new(()));
    let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
    let wait = |_| {
        let gate = Arc::clone(&gate);
        std::thread::Builder::new().spawn(move || drop(gate.lock()))
    };
    let threads: std::io::Result<Vec<_>> = (0..count).map(wait).collect();
    drop(closed);
    for thread in threads? {
        // It does nothing that could fail.
        let _ = thread.join();
    }
    Ok(())
}

/// How many processors there are.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// This program, which also plays the reference agent and launches others.
pub(super) fn this_program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|error| {
        Failure::harness(format!(
            "cannot find this program to start agents with: {error}"
        ))
    })
}

pub(super) fn agent(
    kind: Option<AgentKind>,
    argv: Vec<std::ffi::OsString>,
) -> Result<AgentSpec, Failure> {
    match (kind, AgentSpec::exec(argv)) {
        (None | Some(AgentKind::Exec), Some(agent)) => Ok(agent),
        (Some(AgentKind::Exec), None) => Err(Failure::usage(
            "--agent exec needs a program: `-- PROGRAM [ARGUMENT]...`",
        )),
        (Some(AgentKind::Reference), Some(_)) => Err(Failure::usage(
            "--agent reference takes no program behind `--`",
        )),
        (None | Some(AgentKind::Reference), None) => Ok(AgentSpec::reference(&this_program()?)),
    }
}

fn play(plan: &Plan, conduct: &Conduct) -> Result<Vec<CaseReport>, Failure> {
    runtime()?.block_on(async {
        raise_on_signal(conduct.cancel.clone())?;
        Ok(run_all(plan, conduct).await)
    })
}

/// What plays cases.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let hindered = |error| Failure::harness(format!("cannot start the threads of a run: {error}"));
    try_threads(processors() + 1).map_err(hindered)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::harness(format!("cannot start the runtime: {error}")))
}
