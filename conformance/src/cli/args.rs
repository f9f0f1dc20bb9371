//! The words of the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::agent::AgentOptions;
use super::cases::CasesOptions;
use super::check::CheckOptions;
use super::formats::ListOptions;
use super::launch::LaunchOptions;
use super::own_rules::OwnRules;
use super::prompt::PromptCommand;
use super::run_options::RunOptions;
use super::selftest::SelftestOptions;

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
    Config(Box<ConfigOptions>),
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
pub(super) struct ConfigOptions {
    /// Print the JSON Schema of configuration files instead
    #[arg(long)]
    pub(super) schema: bool,
    #[command(flatten)]
    _run: RunOptions,
}
