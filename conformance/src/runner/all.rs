//! Playing all cases of a run, several at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::brake::Brake;
use super::chain::{self, Said};
use super::event::{Event, Listener};
use super::playlist;
use super::resume::Part;
use super::{Kept, Play, Playlist, Setup, StartingPoint, campaign};
use crate::adjudicate::{self, Adjudicator};
use crate::aside::aside;
use crate::baseline::{Baseline, Day};
use crate::cancel::Cancel;
use crate::engine::{self, CaseOutcome, CaseReport};
use crate::evidence::{self, Evidence, LoadError};
use crate::gate::Gate;
use crate::selection::Selection;

/// How a run is carried out.
#[derive(Clone)]
pub struct Conduct {
    /// What the cases have in common.
    pub setup: Setup,
    /// Which rules the user wants judged, and which not.
    pub selection: Selection,
    /// How severely is judged.
    pub gate: Gate,
    /// Who is asked what is in doubt.
    pub adjudicator: Option<Adjudicator>,
    /// How many cases are played at the same time, at least one.
    pub jobs: usize,
    /// Where each case's evidence folder is made.
    pub out: PathBuf,
    /// What need not be played, as its evidence is there already.
    pub kept: Arc<Kept>,
    /// Raised to stop.
    pub cancel: Cancel,
    /// Says when enough has failed.
    pub brake: Brake,
    /// The findings that are known, and no failures.
    pub baseline: Arc<Baseline>,
    /// The day on which entries of it may be over.
    pub today: Day,
    /// Hears what happens.
    pub listener: Listener,
}

/// Plays and judges every play of `playlist`. The reports come in its order, and there is one for
/// each play, whatever happened.
pub async fn run_all(playlist: &Playlist, conduct: &Conduct) -> Vec<CaseReport> {
    (conduct.listener)(&Event::Started {
        plays: playlist.plays.len(),
        outcomes: playlist.plays.iter().map(Play::outcomes).sum(),
    });
    let slots = Arc::new(Semaphore::new(conduct.jobs.max(1)));
    let mut tasks = JoinSet::new();
    for (at, planned) in playlist.plays.iter().enumerate() {
        let own = planned.clone();
        let (name, conduct) = (playlist.name(planned), conduct.clone());
        let slots = Arc::clone(&slots);
        tasks.spawn(async move {
            // The semaphore is never closed; a permit is had sooner or later.
            let _slot = slots.acquire().await;
            (at, run_one(&own, &name, &conduct).await)
        });
    }
    let mut reports: Vec<Option<Vec<CaseReport>>> = playlist.plays.iter().map(|_| None).collect();
    while let Some(joined) = tasks.join_next().await {
        if let Ok((at, report)) = joined {
            reports[at] = Some(report);
        }
    }
    let lost = |play: &Play| failed(play, conduct, "the harness panicked; please report it");
    let reports = reports
        .into_iter()
        .zip(&playlist.plays)
        .flat_map(|(r, play)| r.unwrap_or_else(|| vec![lost(play)]))
        .collect();
    (conduct.listener)(&Event::Ended);
    reports
}

/// Plays all iterations of a case, until nothing is left to do.
async fn run_one(play: &Play, name: &str, conduct: &Conduct) -> Vec<CaseReport> {
    if let Some(parts) = conduct.kept.of(name) {
        return judge_again(play, name, parts, conduct).await;
    }
    let mut reports = Vec::new();
    let mut start: Option<StartingPoint> = None;
    if halted(conduct).is_none() {
        clear(play, name, conduct);
    }
    for done in 0..play.case.iterations {
        let own = chain::iteration(play, done, start.as_ref());
        let own_name = playlist::folder(play, name, done);
        let (report, left) = run_iteration(&own, (name, &own_name), start, conduct).await;
        reports.push(report);
        start = left;
        let is_campaign = play.case.is_campaign();
        let Some(left) = &mut start else {
            let last = reports.last().map(|report| &report.outcome);
            let whole = is_campaign.then(|| unfinished(play, last, conduct));
            reports.extend(whole);
            break;
        };
        let said = Said::of(&conduct.out.join(&own_name));
        let is_over = chain::is_done(&left.tasks()) || said.done && is_campaign;
        if is_over || done + 1 == play.case.iterations {
            let outcomes = (play.case.iterations - done - 1) as usize;
            if outcomes > 0 {
                (conduct.listener)(&Event::NotNeeded { outcomes });
            }
            if is_campaign {
                reports.push(judge_whole(play, name, left, done + 1, conduct).await);
            }
            break;
        }
        if let Some(why) = chain::between(left, own.case.iteration, &said) {
            let name = &own_name;
            (conduct.listener)(&Event::NotCommitted { name, why: &why });
        }
    }
    // Removing what an agent made may take long, and must not keep others waiting.
    let leftovers = conduct.setup.harness.leftovers.clone();
    let removal = move || {
        drop(start);
        leftovers.retry();
    };
    // Where there is no thread, it is dropped here and now; what that did not remove is on the list.
    let _ = aside(removal).await;
    for what in conduct.setup.harness.leftovers.take() {
        (conduct.listener)(&Event::LeftBehind { what: &what });
    }
    reports
}

/// Notes what a play cost. One that could not run may have cost nothing.
fn pay(report: &CaseReport, conduct: &Conduct) {
    if !matches!(report.outcome, CaseOutcome::CouldNotRun(_)) || report.usage.is_some() {
        conduct.brake.pay(report.usage);
    }
}

/// Judges a play called `own` whose evidence is there already. How it went says nothing of how the agent fares now, so
/// that however much failed before, a run that goes on comes to its end.
async fn judge_again(play: &Play, own: &str, parts: &[Part], conduct: &Conduct) -> Vec<CaseReport> {
    let mut reports = Vec::new();
    for part in parts {
        let name = &part.name;
        if conduct.cancel.is_raised() {
            let outcome = CaseOutcome::NotPlayed("not judged: the run was interrupted".to_owned());
            reports.push(unjudged(&part.play, conduct, outcome));
            continue;
        }
        (conduct.listener)(&Event::CaseStarted { name });
        let begun = Instant::now();
        let report = judge(&part.play, &conduct.out.join(name), conduct).await;
        tell(name, &report, begun, conduct);
        // A campaign's costs stand with its iterations.
        if !(play.case.is_campaign() && name == own) {
            pay(&report, conduct);
        }
        reports.push(report);
    }
    let outcomes = play.outcomes() - parts.len();
    if outcomes > 0 {
        (conduct.listener)(&Event::NotNeeded { outcomes });
    }
    reports
}

/// Removes what an earlier run left of the play: a run that is killed leaves no iteration beside one that it did not go
/// on from, and one that fails before the agent is started nothing that looks like what was played.
fn clear(play: &Play, name: &str, conduct: &Conduct) {
    let all = (0..play.case.iterations).map(|done| playlist::folder(play, name, done));
    let whole = play.case.is_campaign().then(|| name.to_owned());
    for folder in all.chain(whole) {
        // What cannot be removed cannot be replaced either, which is told when its turn comes.
        let _ = evidence::discard(&conduct.out.join(folder));
    }
}

/// Judges a campaign as a whole.
async fn judge_whole(
    play: &Play,
    name: &str,
    start: &StartingPoint,
    played: u32,
    conduct: &Conduct,
) -> CaseReport {
    (conduct.listener)(&Event::CaseStarted { name });
    let begun = Instant::now();
    let folder = conduct.out.join(name);
    let _ = std::fs::remove_file(adjudicate::beside(&folder));
    let last = conduct.out.join(playlist::folder(play, name, played - 1));
    let report = match campaign::write(play, start, played, &last, &folder) {
        Ok(()) => judge(play, &folder, conduct).await,
        Err(error) => failed(play, conduct, &error.to_string()),
    };
    note((name, name), &report, begun, conduct);
    report
}

/// Has the brake and the listener know what came just now of part of a play, as which the two names tell it.
fn note((play, part): (&str, &str), report: &CaseReport, begun: Instant, conduct: &Conduct) {
    let outcome = tell(part, report, begun, conduct);
    conduct.brake.note(play, &outcome);
}

/// Has the listener know what came of a play, with regard to what is known, and gives it. The report itself is weighed
/// anew when all are there, as saved evidence is.
fn tell(name: &str, report: &CaseReport, begun: Instant, conduct: &Conduct) -> CaseOutcome {
    let mut told = report.clone();
    (conduct.baseline).excuse(&mut told, conduct.gate, conduct.today);
    (conduct.listener)(&Event::CaseJudged {
        name,
        report: &told,
        took: begun.elapsed(),
    });
    told.outcome
}

/// Why nothing is played any more, if so.
fn halted(conduct: &Conduct) -> Option<CaseOutcome> {
    if conduct.cancel.is_raised() {
        let reason = "not played: the run was interrupted";
        return Some(CaseOutcome::NotPlayed(reason.to_owned()));
    }
    conduct.brake.reason().map(CaseOutcome::Spared)
}

/// The report of a campaign that came to no end, for the reason for which its last iteration did not.
fn unfinished(play: &Play, last: Option<&CaseOutcome>, conduct: &Conduct) -> CaseReport {
    let reason = "not judged as a whole: an iteration has no evidence".to_owned();
    let outcome = match last {
        Some(CaseOutcome::Spared(why)) => CaseOutcome::Spared(why.clone()),
        Some(CaseOutcome::HarnessError(_)) => CaseOutcome::HarnessError(reason),
        _ => CaseOutcome::NotPlayed(reason),
    };
    unjudged(play, conduct, outcome)
}

/// Plays and judges one iteration; `names` are the play's and its own.
async fn run_iteration(
    play: &Play,
    names: (&str, &str),
    start: Option<StartingPoint>,
    conduct: &Conduct,
) -> (CaseReport, Option<StartingPoint>) {
    let (_, name) = names;
    if let Some(outcome) = halted(conduct) {
        (conduct.listener)(&Event::Halted { name });
        return (unjudged(play, conduct, outcome), None);
    }
    (conduct.listener)(&Event::CaseStarted { name });
    let begun = Instant::now();
    let folder = conduct.out.join(name);
    // They were given for evidence that is gone.
    let _ = std::fs::remove_file(adjudicate::beside(&folder));
    let played = chain::play_from(start, play, &conduct.setup, &folder, &conduct.cancel).await;
    let (report, start) = match played {
        Ok(start) => (judge(play, &folder, conduct).await, Some(start)),
        Err(error) => (failed(play, conduct, &error.to_string()), None),
    };
    note(names, &report, begun, conduct);
    pay(&report, conduct);
    (report, start)
}

/// What was saved is what is judged, so that judging it again gives the same verdicts.
async fn judge(play: &Play, folder: &Path, conduct: &Conduct) -> CaseReport {
    let evidence = match Evidence::load(folder) {
        Ok(evidence) => evidence,
        Err(LoadError::Incomplete { reason, .. }) if conduct.cancel.is_raised() => {
            let outcome = CaseOutcome::CutShort(format!("cut short: {reason}"));
            return unjudged(play, conduct, outcome);
        }
        Err(error) => return failed(play, conduct, &error.to_string()),
    };
    let asked = conduct.adjudicator.as_ref();
    let (selection, gate) = (&conduct.selection, conduct.gate);
    let settled = tokio::select! {
        settled = adjudicate::judge(&evidence, folder, selection, gate, asked) => settled,
        () = conduct.cancel.raised() => {
            let mut report = engine::judge(&evidence, selection, gate);
            report.folder = Some(folder.to_owned());
            let note = "interrupted: nobody was asked what is in doubt";
            report.notes.extend(asked.map(|_| note.to_owned()));
            Ok(report)
        }
    };
    settled.unwrap_or_else(|error| failed(play, conduct, &error.to_string()))
}

fn failed(play: &Play, conduct: &Conduct, error: &str) -> CaseReport {
    unjudged(play, conduct, CaseOutcome::HarnessError(error.to_owned()))
}

fn unjudged(play: &Play, conduct: &Conduct, outcome: CaseOutcome) -> CaseReport {
    let setup = &conduct.setup;
    let agent = setup.agent.label();
    engine::unjudged(&play.case, play.repetition, agent, setup.seed, outcome)
}

#[cfg(test)]
mod tests;
