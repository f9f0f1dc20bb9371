//! The prompts as an agent gets them, and what they tell it to do.
//!
//! The texts are the mock server's own skills `wild_v2_planning` and `wild_v2_iteration`, so that what
//! the server serves and what the harness judges can't drift apart; `--prompt FILE` and
//! `--iteration-prompt FILE` replace them. All are templates with the placeholders of
//! [`variables::NAMES`].
//!
//! Nobody is judged by what they were not told. So a user's own template is read, and the rules whose
//! demands it does not tell are not asked: [`tellings`] goes by the signs that each rule's own file has.

mod block;
mod given;
mod page;
mod placeholder;
mod sentence;
mod sign;
mod table;
mod template;
mod told;
pub mod variables;

use std::borrow::Cow;
use std::path::Path;

use crate::case::{Case, Kind};

pub use placeholder::Unknown;
pub use sentence::told_by;
pub use template::Template;
pub use told::{Telling, Told, tellings};
pub use variables::{SessionValues, Variables};

/// Id of the skill whose text is the planning prompt.
const PLANNING_SKILL: &str = "wild_v2_planning";

/// Id of the skill whose text is the prompt of later iterations.
const ITERATION_SKILL: &str = "wild_v2_iteration";

/// Why there is no prompt.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// The mock server ships no such prompt.
    #[error("the mock server ships no skill `{0}`; this build is incomplete")]
    NoBuiltin(&'static str),
    /// The user's template could not be read.
    #[error("cannot read the prompt template {file}: {source}")]
    Read {
        /// Its path.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The user's template is too long.
    #[error(
        "the prompt template {file} has more than {most} bytes, which is too long for a prompt"
    )]
    TooLarge {
        /// Its path.
        file: String,
        /// How many bytes it may have.
        most: u64,
    },
    /// The user's template has placeholders that nothing is put in place of.
    #[error(
        "the prompt template {file} has unknown placeholders:\n{}\nknown are: {}",
        listed(unknown),
        variables::NAMES.join(", ")
    )]
    Placeholders {
        /// Its path.
        file: String,
        /// All of them, in order.
        unknown: Vec<Unknown>,
    },
}

fn listed(unknown: &[Unknown]) -> String {
    let lines: Vec<String> = unknown.iter().map(|one| format!("  {one}")).collect();
    lines.join("\n")
}

/// The prompts of a run, by the kind of case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompts {
    /// For planning cases.
    pub planning: Template,
    /// For execution cases.
    pub execution: Template,
}

impl Prompts {
    /// The built-in prompts.
    ///
    /// # Errors
    /// Fails when the mock server was built without them.
    pub fn builtin() -> Result<Self, PromptError> {
        Ok(Self {
            planning: Template::builtin(PLANNING_SKILL)?,
            execution: Template::builtin(ITERATION_SKILL)?,
        })
    }

    /// The prompt for a kind of case.
    pub fn of(&self, kind: Kind) -> &Template {
        match kind {
            // A campaign begins with planning.
            Kind::Planning | Kind::Campaign => &self.planning,
            Kind::Execution => &self.execution,
        }
    }

    /// The prompt for a case: its own template, where it names one.
    ///
    /// # Errors
    /// Fails when its template is not valid any more.
    pub fn for_case(&self, case: &Case) -> Result<Cow<'_, Template>, PromptError> {
        match &case.prompt {
            Some(file) => Template::from_file(Path::new(file), case.kind).map(Cow::Owned),
            None => Ok(Cow::Borrowed(self.of(case.kind))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::builtin_cases;

    #[test]
    fn the_builtin_prompts_leave_no_placeholder() {
        let variables = Variables::new(&builtin_cases().unwrap()[0], SessionValues::SOME);
        let prompts = Prompts::builtin().unwrap();
        for kind in [Kind::Planning, Kind::Execution] {
            let prompt = prompts.of(kind).render(&variables);
            assert!(!prompt.contains("{{"), "{prompt}");
            assert!(prompts.of(kind).own().is_none());
            assert!(prompts.of(kind).warnings().is_empty());
        }
        let prompt = prompts.planning.render(&variables);
        assert!(prompt.contains("curl -sf http://127.0.0.1:9/docs"));
    }
}
