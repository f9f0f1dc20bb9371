//! The words of the command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, Subcommand, ValueEnum};

use super::driver::DriverOptions;
use super::judging::JudgingOptions;
use super::own_rules::OwnRules;
use super::prompt::{PromptCommand, PromptOptions};
use super::shard::Sharding;
use crate::agent::reference::AbortMode;
use crate::agent::walls::Endpoint;
use crate::audit::AuditMode;
use crate::evidence::Wall;
use crate::report::Format;
use crate::suite::Suite;

/// Drives an agent through the planning contract and tells, rule by rule, whether it kept it.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, after_help = AFTER)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Take what the command line does not say from this file; without it from wild-conformance.toml in
    /// the working directory, or in the nearest folder above it
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Configuration"
    )]
    pub(super) config: Option<PathBuf>,
    /// Take nothing from a configuration file
    #[arg(
        long,
        global = true,
        conflicts_with = "config",
        help_heading = "Configuration"
    )]
    pub(super) no_config: bool,
}

/// What stands below the help.
const AFTER: &str = "\
EXIT CODES:
    0    conformant
    1    non-conformant, a gate that fails, or a baseline entry that excuses nothing
    2    wrong usage or configuration
    3    could not run, or harness error
    130  interrupted

EXAMPLES:
    wild-conformance run --suite smoke -- my-agent --headless
    wild-conformance run --case 'abort-*' --repeat 10 --gate 'pass>=0.9' -- my-agent
    wild-conformance check wild-evidence --report json=report.json
    wild-conformance run --shard 2/3 --out shard-2 -- my-agent
    wild-conformance merge shard-1 shard-2 shard-3 --out merged
    wild-conformance compare before/report.json wild-evidence
    wild-conformance plan tasks.md --goal 'Compare two schedules'";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Play cases with an agent, judge them and keep the evidence
    Run(Box<RunOptions>),
    /// Judge saved evidence again
    Check(CheckOptions),
    /// Put the shards of a run together, and judge it as a whole
    Merge(Box<super::merge::MergeOptions>),
    /// Compare two runs, case by case and rule by rule, with intervals and exact tests
    Compare(super::compare::CompareOptions),
    /// Show what is in doubt in saved evidence, and take a person's answers
    Doubts(super::doubts::DoubtsOptions),
    /// Judge one plan file by itself
    Plan(Box<super::plan::PlanOptions>),
    /// List the built-in cases, or check case files
    Cases(CasesOptions),
    /// List the rules
    Rules {
        #[command(flatten)]
        list: ListOptions,
        /// Print the JSON Schema of files for --rules instead
        #[arg(long)]
        schema: bool,
        #[command(flatten)]
        own: OwnRules,
    },
    /// Show how a sentence is read: its tokens, the signs in it, and what a denial reaches
    Words {
        /// The text
        sentence: String,
        /// Show also the words of which nothing follows by themselves
        #[arg(long)]
        all: bool,
    },
    /// Show which demands a prompt template tells, and where
    Prompt(PromptCommand),
    /// Explain a rule
    Explain {
        /// Code or slug of the rule, for example ABT004
        code: String,
        #[command(flatten)]
        own: OwnRules,
    },
    /// Serve a case exactly as it is judged, for somebody at a shell or for one agent, and judge it
    Reproduce(Box<super::reproduce::ReproduceOptions>),
    /// Find the smallest set of a case's faults with which an agent still fails
    Minimize(Box<super::minimize::MinimizeOptions>),
    /// Print which sentence of the prompt leads to which rules, cases and mutants
    Trace(super::trace::TraceOptions),
    /// Play the reference agent and every mutant of it, and print the kill matrix
    Selftest(SelftestOptions),
    /// Let an agent play one healthy case, and tell what keeps it from working and what mends that
    Doctor(Box<super::doctor::DoctorOptions>),
    /// List the agent programs that are known, or show what starting one comes to
    Agents(super::agents::AgentsOptions),
    /// Serve a scripted model, to try agent programs offline
    Model(super::model::ModelOptions),
    /// Write a run in shards as jobs of a cluster, and submit them
    Submit(Box<super::submit::SubmitOptions>),
    /// Print what is in force, from wild-conformance.toml and the options of `run`, and from where
    Config(Box<super::config::ConfigOptions>),
    /// Write a configuration, a first case and a CI workflow to begin with
    Init(super::init::InitOptions),
    /// Print what a shell reads to complete words
    Completions(super::manual::CompletionsOptions),
    /// Print a page of the manual
    Man(super::manual::ManOptions),
    /// Be the built-in reference agent: prompt on stdin, answer on stdout
    Agent(AgentOptions),
    /// Play again the recording on standard input; the harness starts it
    #[command(hide = true)]
    Replay,
    /// Become an agent's program, confined and ready to be traced; the harness starts it
    #[command(hide = true)]
    Launch(LaunchOptions),
}

impl Command {
    /// Whether a program could stand behind `--`, and none does.
    pub(super) fn has_no_program(&self) -> bool {
        match self {
            Self::Run(options) => options.driver.has_no_program(),
            Self::Reproduce(options) => options.has_no_program(),
            Self::Doctor(options) => options.has_no_program(),
            Self::Submit(options) => options.has_no_program(),
            _ => false,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct RunOptions {
    /// Play only cases whose id fits this glob, or the case in this .toml file; not those that fit what
    /// stands behind a `!`; repeatable
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
    #[command(flatten)]
    pub(super) judging: JudgingOptions,
    #[command(flatten, next_help_heading = "Prompts")]
    pub(super) prompts: PromptOptions,
    /// Leave evidence and reports in this folder
    #[arg(long, default_value = "wild-evidence", value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Seed of the server's identifiers
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(super) seed: u64,
    #[command(flatten, next_help_heading = "Walls")]
    pub(super) supervision: SupervisionOptions,
    #[command(flatten, next_help_heading = "Agent")]
    pub(super) driver: DriverOptions,
}

#[derive(Debug, clap::Args)]
pub(super) struct SupervisionOptions {
    /// How to watch the agent's processes: auto, ptrace, announcements or off; auto unless given
    #[arg(long, value_name = "HOW")]
    pub(super) audit: Option<AuditMode>,
    /// Let the agent write anywhere and connect to anything
    #[arg(long)]
    pub(super) no_sandbox: bool,
    /// Let the agent connect there, too; 127.0.0.1:* are the ports that it opens itself; repeatable
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "no_sandbox")]
    pub(super) allow_net: Vec<Endpoint>,
    /// Let the agent write in this folder, too; repeatable
    #[arg(long, value_name = "DIR", conflicts_with = "no_sandbox")]
    pub(super) allow_write: Vec<PathBuf>,
    /// Let the agent find this file or folder of /tmp, /run or /dev/shm; repeatable
    #[arg(long, value_name = "PATH", conflicts_with = "no_sandbox")]
    pub(super) allow_read: Vec<PathBuf>,
    /// Do without this wall: session, user, network, ipc, pid, mount, landlock, capabilities or
    /// seccomp; repeatable
    #[arg(long, value_name = "WALL", conflicts_with = "no_sandbox")]
    pub(super) without_wall: Vec<Wall>,
}

#[derive(Debug, clap::Args)]
pub(super) struct CheckOptions {
    /// Folders of one case's evidence, or of a whole run's
    #[arg(required = true, value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) judging: JudgingOptions,
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct CasesOptions {
    #[command(subcommand)]
    pub(super) command: Option<CasesCommand>,
    #[command(flatten)]
    pub(super) list: ListOptions,
    /// Check cases instead: the built-in ones, or those of these files and folders
    #[arg(long)]
    pub(super) check: bool,
    /// Print the JSON Schema of case files instead
    #[arg(long, conflicts_with = "check")]
    pub(super) schema: bool,
    /// List only cases whose ids fit one of these globs and none behind a `!`; for --check, case files, or
    /// folders with some
    #[arg(value_name = "GLOB|FILE|DIR", conflicts_with = "schema")]
    pub(super) paths: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum CasesCommand {
    /// Write a commented case file over a folder of your own
    New {
        /// The folder, which is looked at and stays as it is
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// The case file, which must not lie in the folder; the folder's name with .toml, in the current
        /// directory, unless given
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct ListOptions {
    /// The list's format
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) report: ListFormat,
}

/// Formats of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// One entry a line
    Text,
    /// One JSON document
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct SelftestOptions {
    /// The matrix's format
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) report: ListFormat,
    /// Play this many agents at the same time; twice the number of processors by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) jobs: Option<u16>,
}

#[derive(Debug, clap::Args)]
pub(super) struct AgentOptions {
    /// Break this rule on purpose; CODE/2 is the rule's second mutant; repeatable
    #[arg(long = "break", value_name = "CODE")]
    pub(super) breaks: Vec<String>,
    /// How to abort: `checklist` or `silent`
    #[arg(long, default_value = "checklist", value_name = "MODE")]
    pub(super) abort_mode: AbortMode,
}

#[derive(Debug, clap::Args)]
pub(super) struct LaunchOptions {
    /// The program and its arguments
    #[arg(last = true)]
    pub(super) argv: Vec<OsString>,
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("`{text}` is no sum of money"))
}

/// A format and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReportRequest<F = Format> {
    pub(super) format: F,
    /// Standard output when absent.
    pub(super) file: Option<PathBuf>,
}

impl<F: FromStr<Err = String>> FromStr for ReportRequest<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("there is no file name behind `=`".to_owned()),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        Ok(Self {
            format: format.parse()?,
            file,
        })
    }
}
