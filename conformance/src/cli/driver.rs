//! Which agent plays, as all subcommands that play take it.

use std::ffi::OsString;
use std::str::FromStr;

use super::Failure;
use super::run::this_program;
use crate::agent::{AgentSpec, Outfit};
use crate::final_text::FinalText;

/// Options of everything that plays with an agent.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct DriverOptions {
    /// The agent: `reference`, or `exec` for the program behind `--`
    #[arg(long, value_name = "SPEC")]
    pub(super) agent: Option<AgentChoice>,
    /// Where the agent's answer is, if it is not all of its standard output: stdout, last-message,
    /// json:POINTER, jsonl:FILTER:POINTER, file:PATH or file+json:PATH:POINTER
    #[arg(long, value_name = "SOURCE")]
    final_text: Option<FinalText>,
    /// Let the agent inherit only this variable of the environment, beside PATH, locale, TERM, TZ, USER,
    /// LOGNAME and SHELL; NAME* is a beginning; repeatable
    #[arg(long = "env", value_name = "KEEP")]
    env: Vec<String>,
    /// The agent's program and arguments. The prompt is given on stdin, or in place of {prompt} or
    /// {prompt_file} in an argument; {home}, {tmp} and {workdir} are folders of the case
    #[arg(last = true, value_name = "AGENT ARGV")]
    argv: Vec<OsString>,
}

/// The kinds of agents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AgentChoice {
    /// The built-in reference agent.
    Reference,
    /// The program behind `--`.
    Exec,
}

impl FromStr for AgentChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "reference" => Ok(Self::Reference),
            "exec" => Ok(Self::Exec),
            _ => Err(format!(
                "there is no agent `{text}`; there are: reference, exec"
            )),
        }
    }
}

impl DriverOptions {
    /// Whether the built-in reference agent plays.
    pub(super) fn is_reference(&self) -> bool {
        self.argv.is_empty() && matches!(self.agent, None | Some(AgentChoice::Reference))
    }

    /// Whether no agent was chosen at all.
    pub(super) fn is_nobody(&self) -> bool {
        self.argv.is_empty() && self.agent.is_none()
    }

    /// Whether nothing stands behind `--`.
    pub(super) fn has_no_program(&self) -> bool {
        self.argv.is_empty()
    }

    /// The agent.
    pub(super) fn driver(self) -> Result<AgentSpec, Failure> {
        if self.argv.first().is_some_and(|program| program.is_empty()) {
            return Err(Failure::usage(
                "the program behind `--` is an empty string (an empty variable?)",
            ));
        }
        let outfit = Outfit {
            keep: (!self.env.is_empty()).then_some(self.env),
            ..Outfit::default()
        };
        let agent = chosen(self.agent, self.argv)?.wearing(outfit);
        Ok(match self.final_text {
            Some(source) => agent.telling(source),
            None => agent,
        })
    }
}

fn chosen(choice: Option<AgentChoice>, argv: Vec<OsString>) -> Result<AgentSpec, Failure> {
    match (choice, AgentSpec::exec(argv)) {
        (None | Some(AgentChoice::Exec), Some(agent)) => Ok(agent),
        (Some(AgentChoice::Exec), None) => Err(Failure::usage(
            "--agent exec needs a program: `-- PROGRAM [ARGUMENT]...`",
        )),
        (Some(AgentChoice::Reference), Some(_)) => Err(Failure::usage(
            "--agent reference takes no program behind `--`",
        )),
        (None | Some(AgentChoice::Reference), None) => Ok(AgentSpec::reference(&this_program()?)),
    }
}
