//! `check`: judge saved evidence again.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::Failure;
use super::adjudicator::settled;
use super::baselines::Baselines;
use super::closing::{Closing, Done};
use super::judging::JudgingOptions;
use super::manner::Manner;
use super::own_rules::other_rules;
use super::{destinations, part, reports};
use crate::adjudicate::{self, Adjudicator};
use crate::baseline::Day;
use crate::engine::{self, CaseOutcome, CaseReport};
use crate::evidence::{Evidence, find};
use crate::gate::Gate;
use crate::selection::Selection;

#[derive(Debug, clap::Args)]
pub(super) struct CheckOptions {
    /// Folders of one case's evidence, or of a whole run's
    #[arg(required = true, value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) judging: JudgingOptions,
}

/// Damaged evidence gets no verdict and is an error; beside it what is good is judged.
pub(super) fn check(options: &CheckOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let CheckOptions { folders, judging } = options;
    reports::check(&judging.reports)?;
    destinations::look(&judging.reports, judging.write_baseline.as_deref(), None)?;
    let baselines = Baselines::read(judging, Vec::new())?;
    let selection = judging.selection()?;
    let gate = judging.gate.into();
    let begun = Instant::now();
    let adjudicator = judging.adjudicator.adjudicator();
    let manner = judging.manner.into();
    let judged = judge_all(folders, &selection, gate, adjudicator.as_ref(), manner);
    let cases = settled(judged)?;
    let mut report = engine::conclude_part(cases, gate, part::elsewhere_than(folders)?);
    let written = baselines.renew(&report, manner);
    baselines.given.apply(&mut report, Day::today());
    judging.claims.judge(&mut report)?;
    let closing = Closing {
        folders,
        done: Done::Judged,
        again: None,
        took: begun.elapsed(),
    };
    reports::tell(&report, &judging.reports, &closing, manner, out)?;
    // What cannot be kept is told all the same.
    written?;
    Ok(report.exit_code())
}

pub(super) async fn judge_all(
    folders: &[PathBuf],
    selection: &Selection,
    gate: Gate,
    adjudicator: Option<&Adjudicator>,
    manner: Manner,
) -> Result<Vec<CaseReport>, Failure> {
    let mut plays = Vec::new();
    for folder in folders {
        plays.extend(plays_in(folder, manner)?);
    }
    judge_plays(plays, selection, gate, adjudicator, manner).await
}

/// Judges the evidence of each of these plays.
pub(super) async fn judge_plays(
    plays: Vec<PathBuf>,
    selection: &Selection,
    gate: Gate,
    adjudicator: Option<&Adjudicator>,
    manner: Manner,
) -> Result<Vec<CaseReport>, Failure> {
    let mut cases = Vec::new();
    let mut damaged = Vec::new();
    let mut others = BTreeSet::new();
    for case in plays {
        // The user may want to stop meanwhile.
        tokio::task::yield_now().await;
        // One at a time, so that memory does not grow with the number of cases.
        match Evidence::load(&case) {
            Ok(evidence) => {
                others.extend(other_rules(&evidence.record.own_rules));
                let judged = adjudicate::judge(&evidence, &case, selection, gate, adjudicator);
                cases.push(judged.await?);
            }
            Err(error) => damaged.push((case, error)),
        }
    }
    for note in others {
        manner.note(&note);
    }
    if cases.is_empty() && damaged.len() < 2 {
        // Of a single one there is nothing else to tell.
        return match damaged.pop() {
            Some((_, error)) => Err(error.into()),
            None => Ok(cases),
        };
    }
    let told = damaged.into_iter().map(|(folder, error)| {
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        let outcome = CaseOutcome::HarnessError(error.to_string());
        engine::unknown(name.to_string_lossy().into_owned(), outcome)
    });
    cases.extend(told);
    Ok(cases)
}

/// The plays in a folder. Those of earlier runs are told apart.
pub(super) fn plays_in(folder: &Path, manner: Manner) -> Result<Vec<PathBuf>, Failure> {
    // What is not there is a slip of the pen, and no damage.
    if !folder.exists() {
        let folder = folder.display();
        return Err(Failure::usage(format!("{folder}: there is no such folder")));
    }
    let found = find(folder)?;
    if !found.strangers.is_empty() {
        let names = found.strangers.iter().filter_map(|path| path.file_name());
        let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
        manner.note(&format!(
            "left out, because earlier runs left them in {}: {}; name a folder itself to judge it",
            folder.display(),
            names.join(", ")
        ));
    }
    Ok(found.plays)
}
