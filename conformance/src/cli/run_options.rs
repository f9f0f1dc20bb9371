//! The options of `run`, which `submit` and `config` have, too.

use std::path::PathBuf;

use super::driver::DriverOptions;
use super::judging::JudgingOptions;
use super::prompt::PromptOptions;
use super::shard::Sharding;
use super::supervision::SupervisionOptions;
use crate::suite::Suite;

#[derive(Debug, clap::Args)]
pub(super) struct RunOptions {
    /// Play only cases whose id fits this glob, or the case in this .toml file, or those in the files of this
    /// folder; not those that fit what stands behind a `!`; repeatable
    #[arg(long = "case", value_name = "GLOB")]
    pub(super) cases: Vec<String>,
    /// Play this part of the built-in cases; full for the reference agent, core for any other, unless
    /// told otherwise
    #[arg(long, value_enum, conflicts_with = "cases")]
    pub(super) suite: Option<Suite>,
    /// Play only what failed in the last run below --out, or was not played, and its healthy twins
    #[arg(long, conflicts_with = "suite")]
    pub(super) last_failed: bool,
    /// Play nothing more once so many plays have failed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) max_failures: Option<u32>,
    /// Play nothing more once the plays have cost so much, by the program's own account
    #[arg(long, value_name = "DOLLARS", value_parser = positive)]
    pub(super) max_cost: Option<f64>,
    /// Play on when three plays in a row could not run
    #[arg(long)]
    pub(super) keep_going: bool,
    /// Do not look first whether the agent works; that is done with presets and over protocols
    #[arg(long)]
    pub(super) no_doctor: bool,
    /// Only tell what would be played, with the time limits and their sum
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Play this many cases at the same time; as many as there are processors by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) jobs: Option<u16>,
    /// Play only the I-th of N parts of the plays; auto takes both numbers from JOB_COMPLETION_INDEX and WILD_SHARDS,
    /// CI_NODE_INDEX and CI_NODE_TOTAL, or WILD_SHARD or SLURM_ARRAY_TASK_ID and WILD_SHARDS
    #[arg(long, default_value = "1/1", value_name = "I/N|auto")]
    pub(super) shard: Sharding,
    /// Share out plays by how long they took in an earlier run: its folder, or its report.json
    #[arg(long, value_name = "DIR|FILE")]
    pub(super) durations: Option<PathBuf>,
    /// Go on with the run in --out: play only what has no sealed evidence there, or could not run
    #[arg(long, conflicts_with = "last_failed")]
    pub(super) resume: bool,
    /// Play each case this many times
    #[arg(long, default_value_t = 1, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) repeat: u32,
    /// Replace the cases' time limits
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(super) time_limit: Option<u64>,
    /// Leave evidence and reports in this folder
    #[arg(long, default_value = "wild-evidence", value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Seed of the server's identifiers
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = seed)]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) judging: JudgingOptions,
    #[command(flatten, next_help_heading = "Prompts")]
    pub(super) prompts: PromptOptions,
    #[command(flatten, next_help_heading = "Walls")]
    pub(super) supervision: SupervisionOptions,
    #[command(flatten, next_help_heading = "Agent")]
    pub(super) driver: DriverOptions,
}

fn seed(text: &str) -> Result<u64, String> {
    let most = u64::MAX;
    text.parse()
        .map_err(|_| format!("a seed is a whole number from 0 to {most}"))
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("`{text}` is no sum of money"))
}
