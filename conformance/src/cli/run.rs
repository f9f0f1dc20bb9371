//! `run`: play, judge, keep, tell.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::Failure;
use super::again::{self, Again};
use super::baselines::Baselines;
use super::closing::{Closing, Done};
use super::manner::{Manner, is_drawn_upon};
use super::progress::Progress;
use super::register::Register;
use super::run_options::RunOptions;
use super::runtime::{processors, runtime};
use super::signals::raise_on_signal;
use super::supervision::supervision;
use super::{chosen, destinations, doctor, dry_run, durations, part, reports, resume};
use crate::agent::AgentSpec;
use crate::baseline::Day;
use crate::cancel::Cancel;
use crate::case::{self, Case};
use crate::doctor::PATIENCE;
use crate::engine::{self, CaseReport, RunReport};
use crate::evidence::{Claim, RunState};
use crate::gate::Gate;
use crate::preset::Preset;
use crate::runner::{Brake, Conduct, Harness, Listener, Playlist, Setup, run_all, together};

/// It is long, and stays so: the one list of what a run does in which order, where most steps need what several
/// before them gave.
pub(super) fn run(
    mut options: RunOptions,
    again: Option<Again>,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    reports::check(&options.judging.reports)?;
    let shard = options.shard.resolve(|name| std::env::var(name).ok())?;
    options.cases = case::with_files(&options.cases)?;
    let cases = chosen::cases(&options)?;
    let manner = Manner::from(options.judging.manner);
    warn(&options.cases, manner)?;
    let prompts = options.prompts.read()?;
    let own_cases = case::files_of(&options.cases)?;
    let baselines = Baselines::read(&options.judging, own_cases)?;
    let today = Day::today();
    options.driver.fit(&mut options.supervision, true)?;
    let brake = brake(&options);
    let driver = options.driver.driver()?;
    affords(options.max_cost, &driver.agent)?;
    if options.last_failed {
        again::by_the_same(&driver.agent, &options.out)?;
        if cases.is_empty() {
            let folder = options.out.display();
            writeln!(out, "nothing failed in the last run below {folder}")?;
            return Ok(0);
        }
    }
    let gate: Gate = options.judging.gate.into();
    let durations = durations::read(options.durations.as_deref())?;
    let playlist = Playlist::part(&cases, options.repeat, shard, &durations);
    let selection = options.judging.selection()?;
    let supervision = driver.held(supervision(options.supervision, &options.cases, true)?);
    apart(&cases, &options.out)?;
    reports::apart(&options.out)?;
    let judging = &options.judging;
    let baseline_to = judging.write_baseline.as_deref();
    destinations::look(&judging.reports, baseline_to, Some(&options.out))?;
    let claims = options.judging.claims.of_cases(&cases)?;
    let setup = Setup {
        agent: driver.agent,
        prompts,
        seed: options.seed,
        time_limit: options.time_limit,
        supervision,
        harness: Harness::default(),
    };
    let part = part::of(&playlist, &cases, setup.conditions(), &selection);
    let earlier = options.resume.then_some(options.out.as_path());
    if options.dry_run {
        let kept = resume::kept(&playlist, &part, earlier)?;
        return Ok(dry_run::tell(&playlist, &kept, options.time_limit, out)?);
    }
    let _claim = Claim::take(&options.out)?;
    let kept = resume::kept(&playlist, &part, earlier)?;
    reports::discard(&options.out);
    let elsewhere = part::elsewhere(&part);
    let register = Arc::new(Register::new(&playlist, part));
    let begun_at = Instant::now();
    let begun = register.write(RunState::Running, &options.out);
    let conduct = Conduct {
        setup,
        selection,
        gate,
        adjudicator: options.judging.adjudicator.adjudicator(),
        jobs: options.jobs.map_or_else(processors, usize::from),
        out: options.out.clone(),
        kept: Arc::new(kept),
        cancel: Cancel::new(),
        brake,
        baseline: Arc::clone(&baselines.given),
        today,
        listener: listener(Arc::clone(&register), gate, manner),
    };
    let visit = Visit {
        is_due: driver.wants_doctor
            && !options.no_doctor
            && conduct.kept.count() < playlist.plays.len(),
        preset: driver.preset,
    };
    let judged = play(&playlist, &conduct, &visit)?;
    let mut report = engine::conclude_part(judged, gate, elsewhere);
    let written = baselines.renew(&report, manner);
    baselines.given.apply(&mut report, today);
    claims.apply(&mut report);
    let registered = begun
        .and_then(|()| register.write(state(&report), &options.out))
        .map_err(Failure::harness);
    let closing = Closing {
        folders: std::slice::from_ref(&options.out),
        done: Done::Played,
        again,
        took: begun_at.elapsed(),
    };
    let reports = &options.judging.reports;
    let code = reports::conclude(&report, reports, &closing, manner, registered, out)?;
    written.map(|()| code)
}

/// Tells what is odd about the cases of these names.
fn warn(cases: &[String], manner: Manner) -> Result<(), Failure> {
    let warnings = case::warnings_of(cases)?;
    for warning in warnings.iter().filter(|_| !manner.is_quiet) {
        writeln!(std::io::stderr().lock(), "warning: {warning}")?;
    }
    Ok(())
}

/// What stops the run before its end.
fn brake(options: &RunOptions) -> Brake {
    let most = options.max_failures.map(|most| most as usize);
    Brake::after(most)
        .keep_going(options.keep_going)
        .within(options.max_cost)
}

/// Refuses a limit in money for an agent of which nobody learns what it costs.
fn affords(most: Option<f64>, agent: &AgentSpec) -> Result<(), Failure> {
    if most.is_none() || agent.may_tell_money() {
        return Ok(());
    }
    Err(Failure::usage(
        "--max-cost needs a program that tells what a play costs in money: a preset of which `agents` says so, or one \
         that is spoken with by ACP or HTTP",
    ))
}

/// How far a run came.
fn state(report: &RunReport) -> RunState {
    if report.is_interrupted() {
        RunState::Interrupted
    } else if report.is_stopped() {
        RunState::Stopped
    } else {
        RunState::Ended
    }
}

/// Refuses evidence within a folder of the user's: the next play would get a copy of it.
fn apart(cases: &[Case], out: &Path) -> Result<(), Failure> {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let out = out.canonicalize().unwrap_or_else(|_| absolute(out));
    let own = cases.iter().filter(|case| case.has_own_workspace());
    match own
        .map(|case| &case.workspace)
        .find(|folder| out.starts_with(folder))
    {
        Some(folder) => Err(Failure::usage(format!(
            "{} lies in the workspace {folder}, of which each play gets a copy; give another --out",
            out.display()
        ))),
        None => Ok(()),
    }
}

/// Keeps the register, and shows progress.
fn listener(register: Arc<Register>, gate: Gate, manner: Manner) -> Listener {
    if manner.is_quiet {
        return Arc::new(move |event| register.hear(event));
    }
    let progress = Progress::new(is_drawn_upon(&std::io::stderr()), gate);
    together(vec![
        Arc::new(move |event| register.hear(event)),
        Arc::new(move |event| progress.show(event, &mut std::io::stderr().lock())),
    ])
}

/// The doctor's visit before a run.
struct Visit {
    is_due: bool,
    preset: Option<Preset>,
}

/// Plays everything, where the agent is to be examined after it was.
fn play(playlist: &Playlist, conduct: &Conduct, visit: &Visit) -> Result<Vec<CaseReport>, Failure> {
    runtime()?.block_on(async {
        raise_on_signal(conduct.cancel.clone())?;
        if visit.is_due {
            examine(conduct, visit.preset.as_ref()).await?;
        }
        Ok(run_all(playlist, conduct).await)
    })
}

/// Lets nothing be played with an agent that cannot play.
async fn examine(conduct: &Conduct, preset: Option<&Preset>) -> Result<(), Failure> {
    let mut setup = conduct.setup.clone();
    setup.supervision.patience = Some(PATIENCE);
    let folder = conduct.out.join("doctor");
    let checkup = match doctor::examined(&setup, preset, &folder, &conduct.cancel).await {
        Ok(checkup) => checkup,
        // Nothing is played then, and that is told play by play.
        Err(_) if conduct.cancel.is_raised() => return Ok(()),
        Err(failure) => return Err(failure),
    };
    conduct.brake.pay(checkup.evidence.record.usage);
    if !checkup.findings.is_empty() {
        // A terminal that is gone is no reason to fail.
        let _ = doctor::tell(setup.agent.label(), &checkup, &mut std::io::stderr().lock());
        let found = doctor::in_a_line(&checkup.findings);
        let reason =
            format!("not played: the doctor found that {found}; --no-doctor plays all the same");
        conduct.brake.pull(reason);
    }
    Ok(())
}
