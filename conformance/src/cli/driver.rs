//! Which agent plays, as all subcommands that play take it.

use std::ffi::OsString;

use super::Failure;
use super::args::SupervisionOptions;
use super::driven::DrivenOptions;
use crate::agent::{AgentSpec, Outfit};
use crate::final_text::FinalText;

/// Options of everything that plays with an agent.
#[derive(Debug, clap::Args)]
pub(super) struct DriverOptions {
    #[command(flatten)]
    driven: DrivenOptions,
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

impl DriverOptions {
    /// Whether the built-in reference agent plays.
    pub(super) fn is_reference(&self) -> bool {
        self.argv.is_empty() && self.driven.is_reference()
    }

    /// The cases that are played again, where evidence of some was named.
    pub(super) fn recorded(&self) -> Result<Option<Vec<String>>, Failure> {
        self.driven.recorded()
    }

    /// Whether no agent was chosen at all.
    pub(super) fn is_nobody(&self) -> bool {
        self.argv.is_empty() && self.driven.is_unsaid()
    }

    /// Whether nothing stands behind `--`.
    pub(super) fn has_no_program(&self) -> bool {
        self.argv.is_empty()
    }

    /// Lets `supervision` fit how the agent is spoken with.
    pub(super) fn fit(&self, supervision: &mut SupervisionOptions) -> Result<(), Failure> {
        self.driven.fit(supervision)
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
        if self.final_text.is_some() && self.driven.is_spoken_with() {
            return Err(Failure::usage(
                "--final-text is for programs that print their answer; over a protocol it is known",
            ));
        }
        let agent = self.driven.spec(self.argv)?.wearing(outfit);
        Ok(match self.final_text {
            Some(source) => agent.telling(source),
            None => agent,
        })
    }
}
