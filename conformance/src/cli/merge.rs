//! `merge`: the shards of a run, judged as the whole that they are.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::Failure;
use super::adjudicator::settled;
use super::baselines::Baselines;
use super::check::judge_plays;
use super::closing::{Closing, Done};
use super::judging::JudgingOptions;
use super::{destinations, reports};
use crate::adjudicate::beside;
use crate::baseline::Day;
use crate::door;
use crate::engine;
use crate::evidence::{Claim, Plays, RunState, Shards, ShardsError, WriteError, find};
use crate::selection::Selection;

/// Largest file of answers that is copied, in bytes.
const LARGEST_ANSWERS: u64 = 64 * 1024 * 1024;

/// Options of `merge`.
#[derive(Debug, clap::Args)]
pub(super) struct MergeOptions {
    /// The folders that `run --shard` left, of all shards of a run
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Put evidence and reports of the whole in this folder
    #[arg(long, required = true, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    judging: JudgingOptions,
}

/// Copies what was played, and judges it as a run would have done that had played it all.
pub(super) fn merge(options: &MergeOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let judging = &options.judging;
    reports::check(&judging.reports)?;
    let baselines = Baselines::read(judging, Vec::new())?;
    let selection = judging.selection()?;
    let gate = judging.gate.into();
    let begun = Instant::now();
    apart(&options.folders, &options.out)?;
    reports::apart(&options.out)?;
    let baseline_to = judging.write_baseline.as_deref();
    destinations::look(&judging.reports, baseline_to, Some(&options.out))?;
    let shards = Shards::gather(&options.folders)?;
    same_rules(&shards, &selection)?;
    // Nothing is copied for what cannot be told.
    let claims = judging.claims.of_ids(shards.ids())?;
    let damage = shards.damage();
    if !damage.is_empty() {
        return Err(Failure::harness(format!(
            "nothing was merged:\n{}",
            damage.trim_end()
        )));
    }
    let _claim = Claim::take(&options.out)?;
    reports::discard(&options.out);
    put_together(&shards, &options.out)?;
    let plays = find(&options.out)?.plays;
    let adjudicator = judging.adjudicator.adjudicator();
    let manner = judging.manner.into();
    let judged = judge_plays(plays, &selection, gate, adjudicator.as_ref(), manner);
    let cases = settled(judged)?;
    let mut report = engine::conclude(cases, gate);
    let written = baselines.renew(&report, manner);
    baselines.given.apply(&mut report, Day::today());
    claims.apply(&mut report);
    let closing = Closing {
        folders: std::slice::from_ref(&options.out),
        done: Done::Merged,
        again: None,
        took: begun.elapsed(),
    };
    let code = reports::conclude(&report, &judging.reports, &closing, manner, Ok(()), out)?;
    written.map(|()| code)
}

/// Refuses to write where shards lie: what is copied would replace what it is copied from.
fn apart(folders: &[PathBuf], out: &Path) -> Result<(), Failure> {
    let real = |path: &Path| {
        let absolute = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        path.canonicalize().unwrap_or_else(|_| absolute())
    };
    let out_there = real(out);
    match folders.iter().find(|folder| real(folder) == out_there) {
        Some(folder) => Err(Failure::usage(format!(
            "{} is a shard's own folder; give another --out",
            folder.display()
        ))),
        None => Ok(()),
    }
}

/// Refuses to judge by other rules than the shards were.
fn same_rules(shards: &Shards, selection: &Selection) -> Result<(), Failure> {
    let theirs = shards.part().map_or("", |part| part.rules.as_str());
    let ours = selection.to_string();
    if theirs == ours {
        return Ok(());
    }
    let told = |rules: &str| match rules {
        "" => "without --select, --ignore and --level".to_owned(),
        rules => format!("with {rules}"),
    };
    Err(Failure::usage(format!(
        "the shards were judged {}, and this merge is {}: give it the same, and judge the merged folder otherwise with \
         `check`",
        told(theirs),
        told(&ours)
    )))
}

/// Puts evidence and answers of all shards in one folder.
fn put_together(shards: &Shards, out: &Path) -> Result<(), Failure> {
    let Some(mut whole) = shards.whole() else {
        return Ok(());
    };
    // Whoever is killed in between leaves nothing that looks like a whole.
    whole.state = RunState::Running;
    register(&whole, out)?;
    shards.copy(out)?;
    for (folder, name) in shards.folders() {
        copy_answers(&beside(&folder), &beside(&out.join(name)))?;
    }
    whole.state = RunState::Ended;
    register(&whole, out)
}

/// Writes which plays there are.
fn register(plays: &Plays, out: &Path) -> Result<(), Failure> {
    let written = plays.write(out);
    written.map_err(|error| {
        Failure::harness(format!("cannot write {}/run.json: {error}", out.display()))
    })
}

/// Copies the answers to the doubts of a play, where there are any.
fn copy_answers(from: &Path, to: &Path) -> Result<(), Failure> {
    // They were given for evidence that is replaced.
    let _ = std::fs::remove_file(to);
    let answers = match door::read_regular(from, LARGEST_ANSWERS) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => Err(error),
        Ok(None) => Err(std::io::Error::other("it is too large")),
        Ok(Some(answers)) => Ok(answers),
    };
    let made = to.parent().map_or(Ok(()), std::fs::create_dir_all);
    let copied = answers.and_then(|answers| made.and_then(|()| std::fs::write(to, answers)));
    copied.map_err(|error| {
        Failure::harness(format!(
            "cannot copy the answers {}: {error}",
            from.display()
        ))
    })
}

impl From<ShardsError> for Failure {
    fn from(error: ShardsError) -> Self {
        match error {
            ShardsError::Load(error) => error.into(),
            // Nothing is wrong with the command line: its agent could not be played.
            ShardsError::Stopped { .. } => Self::harness(error.to_string()),
            error => Self::usage(error.to_string()),
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::harness(error.to_string())
    }
}
