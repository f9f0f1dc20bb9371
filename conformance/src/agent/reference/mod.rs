//! The built-in agent: an honest HTTP client and file writer that follows the planning prompt.
//!
//! It knows nothing but the prompt on its standard input: addresses, paths, goal and probes are read
//! from there. It is the measure by which the rules are tested: it keeps all of them, and each
//! [`Mutant`] of it breaks one on purpose.

mod abort;
mod answer;
mod briefing;
mod client;
mod iteration;
mod mistakes;
mod mutant;
mod outline;
mod pace;
mod plan;
mod session;
mod survey;

use std::io::Write;

pub use abort::AbortMode;
pub(crate) use briefing::Briefing;
pub use briefing::BriefingError;
pub(crate) use iteration::{Configuration, Order, Tasks};
pub use mutant::{Mutant, all_mutants, find_mutant, mutant_name};
pub(crate) use plan::markdown as plan;
pub(crate) use session::Skill;
pub(crate) use survey::{Cluster, Survey};

use answer::Answer;
use mutant::Deviations;
use session::Session;

/// How the reference agent is to behave.
#[derive(Debug, Clone, Default)]
pub struct Behaviour {
    /// How it aborts.
    pub abort_mode: AbortMode,
    /// What it does wrong on purpose.
    pub mutants: Vec<&'static Mutant>,
}

/// Why the agent could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// The prompt lacks what the agent needs.
    #[error(transparent)]
    Briefing(#[from] BriefingError),
    /// A file could not be written, or the answer not be printed.
    #[error("cannot write {what}: {source}")]
    Write {
        /// What was to be written.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Follows `prompt` and prints the answer to `output`. Gives the exit code to end with.
///
/// # Errors
/// Fails when the prompt lacks an address or a path, or something cannot be written.
pub fn perform(
    prompt: &str,
    behaviour: &Behaviour,
    output: &mut impl Write,
) -> Result<u8, ReferenceError> {
    let briefing = Briefing::read(prompt)?;
    let deviations = Deviations::new(&behaviour.mutants);
    let mistakes = deviations.mistakes();
    let ignores_failure = mistakes.ignores_failure;
    let session = Session::new(&briefing, mistakes);
    if briefing.is_execution {
        let mut answer = iteration::answer(&session)?;
        deviations.edit(&mut answer, briefing.token.as_deref().unwrap_or_default());
        deliver(&session, &answer, output)?;
        return Ok(answer.exit_code);
    }
    deviations.before_preflight(&session)?;
    let failure = session.preflight();
    let abort_mode = deviations.abort_mode().unwrap_or(behaviour.abort_mode);
    let mut answer = match failure {
        Some(failure) if !ignores_failure => {
            deviations.after_failure(&session)?;
            abort::answer(abort_mode, &failure)
        }
        None if deviations.aborts_always() => abort::answer(abort_mode, "no probe"),
        // An agent that ignores a failed preflight does not look around either: what it asks for
        // later would be another offence.
        Some(_) => plan::answer(&briefing, &session.survey(), &[]),
        None => {
            deviations.after_preflight(&session)?;
            plan::answer(&briefing, &session.survey(), &session.read_skills())
        }
    };
    deviations.edit(&mut answer, briefing.token.as_deref().unwrap_or_default());
    deliver(&session, &answer, output)?;
    Ok(answer.exit_code)
}

fn deliver(
    session: &Session<'_>,
    answer: &Answer,
    output: &mut impl Write,
) -> Result<(), ReferenceError> {
    if let Some(text) = &answer.tasks_file {
        session.write_tasks(text)?;
    }
    output
        .write_all(answer.transcript().as_bytes())
        .and_then(|()| output.flush())
        .map_err(|source| ReferenceError::Write {
            what: "the answer".to_owned(),
            source,
        })
}
