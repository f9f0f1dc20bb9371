//! `agent`: the built-in reference agent as a program.

use std::io::{Read, Write};

use super::Failure;
use crate::agent::reference::{AbortMode, Behaviour, Mutant, ReferenceError, find_mutant, perform};

#[derive(Debug, clap::Args)]
pub(super) struct AgentOptions {
    /// Break this rule on purpose; CODE/2 is the rule's second mutant; repeatable
    #[arg(long = "break", value_name = "CODE")]
    pub(super) breaks: Vec<String>,
    /// How to abort: `checklist` or `silent`
    #[arg(long, default_value = "checklist", value_name = "MODE")]
    pub(super) abort_mode: AbortMode,
}

/// Longest prompt that is read, in bytes.
const LONGEST_PROMPT: u64 = 16 * 1024 * 1024;

pub(super) fn agent(options: &AgentOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let mutants = options
        .breaks
        .iter()
        .map(|code| mutant(code))
        .collect::<Result<_, _>>()?;
    let behaviour = Behaviour {
        abort_mode: options.abort_mode,
        mutants,
    };
    let mut prompt = String::new();
    std::io::stdin()
        .lock()
        .take(LONGEST_PROMPT)
        .read_to_string(&mut prompt)
        .map_err(|error| Failure::usage(format!("cannot read the prompt from stdin: {error}")))?;
    perform(&prompt, &behaviour, out).map_err(|error| match error {
        ReferenceError::Briefing(_) => Failure::usage(error.to_string()),
        ReferenceError::Write { .. } => Failure::harness(error.to_string()),
    })
}

fn mutant(code: &str) -> Result<&'static Mutant, Failure> {
    find_mutant(code).ok_or_else(|| {
        Failure::usage(format!(
            "there is no mutant for `{code}`; `wild-conformance rules` lists the codes"
        ))
    })
}
