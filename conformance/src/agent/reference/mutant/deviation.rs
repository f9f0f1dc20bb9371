//! The places at which a mutant can leave the straight path.

use std::fmt;

use super::Mutant;
use crate::agent::reference::ReferenceError;
use crate::agent::reference::abort::AbortMode;
use crate::agent::reference::answer::Answer;
use crate::agent::reference::mistakes::{Mistakes, Slip};
use crate::agent::reference::session::Session;

/// Something done with the server or the workspace.
pub(super) type Deed = fn(&Session<'_>) -> Result<(), ReferenceError>;

/// One thing done differently.
pub(super) enum Deviation {
    /// Never asks for this path.
    Skip(&'static str),
    /// Does something ahead of the preflight.
    BeforePreflight(Deed),
    /// Does something between the failed preflight and the abort.
    AfterFailure(Deed),
    /// Does something after a preflight that passed, and plans then.
    AfterPreflight(Deed),
    /// Sends the probes with the token, which they are not to be sent with, so that a protected
    /// server passes them; does something, and plans then.
    Authorized(Deed),
    /// The same, and changes the answer, knowing the token.
    AuthorizedEdit(fn(&mut Answer, &str)),
    /// Plans whatever the preflight says.
    IgnoreFailure,
    /// Aborts whatever the preflight says.
    AbortAlways,
    /// Aborts in this mode.
    AbortMode(AbortMode),
    /// Changes the answer before it is written and printed.
    Edit(fn(&mut Answer)),
    /// Makes a mistake in an execution iteration.
    Slip(Slip),
    /// Has a shell run this in an execution iteration.
    Shell(&'static str),
}

impl fmt::Debug for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Skip(_) => "Skip",
            Self::BeforePreflight(_) => "BeforePreflight",
            Self::AfterFailure(_) => "AfterFailure",
            Self::AfterPreflight(_) => "AfterPreflight",
            Self::Authorized(_) => "Authorized",
            Self::AuthorizedEdit(_) => "AuthorizedEdit",
            Self::IgnoreFailure => "IgnoreFailure",
            Self::AbortAlways => "AbortAlways",
            Self::AbortMode(_) => "AbortMode",
            Self::Edit(_) => "Edit",
            Self::Slip(_) => "Slip",
            Self::Shell(_) => "Shell",
        })
    }
}

/// Everything that one agent does differently.
#[derive(Debug)]
pub(in crate::agent::reference) struct Deviations(Vec<&'static Deviation>);

impl Deviations {
    pub(in crate::agent::reference) fn new(mutants: &[&'static Mutant]) -> Self {
        Self(mutants.iter().map(|mutant| &mutant.deviation).collect())
    }

    /// What a session does otherwise by itself.
    pub(in crate::agent::reference) fn mistakes(&self) -> Mistakes {
        let mut mistakes = Mistakes::default();
        for deviation in &self.0 {
            match deviation {
                Deviation::Skip(path) => mistakes.skipped.push(path),
                Deviation::IgnoreFailure => mistakes.ignores_failure = true,
                Deviation::Authorized(_) | Deviation::AuthorizedEdit(_) => {
                    mistakes.authorizes_probes = true;
                }
                Deviation::Slip(slip) => mistakes.slips.push(*slip),
                Deviation::Shell(command) => mistakes.commands.push(command),
                _ => {}
            }
        }
        mistakes
    }

    pub(in crate::agent::reference) fn aborts_always(&self) -> bool {
        self.0
            .iter()
            .any(|deviation| matches!(deviation, Deviation::AbortAlways))
    }

    pub(in crate::agent::reference) fn abort_mode(&self) -> Option<AbortMode> {
        self.0.iter().find_map(|deviation| match deviation {
            Deviation::AbortMode(mode) => Some(*mode),
            _ => None,
        })
    }

    pub(in crate::agent::reference) fn before_preflight(
        &self,
        session: &Session<'_>,
    ) -> Result<(), ReferenceError> {
        self.0.iter().try_for_each(|deviation| match deviation {
            Deviation::BeforePreflight(deed) => deed(session),
            _ => Ok(()),
        })
    }

    pub(in crate::agent::reference) fn after_failure(
        &self,
        session: &Session<'_>,
    ) -> Result<(), ReferenceError> {
        self.0.iter().try_for_each(|deviation| match deviation {
            Deviation::AfterFailure(deed) => deed(session),
            _ => Ok(()),
        })
    }

    pub(in crate::agent::reference) fn after_preflight(
        &self,
        session: &Session<'_>,
    ) -> Result<(), ReferenceError> {
        self.0.iter().try_for_each(|deviation| match deviation {
            Deviation::AfterPreflight(deed) | Deviation::Authorized(deed) => deed(session),
            _ => Ok(()),
        })
    }

    pub(in crate::agent::reference) fn edit(&self, answer: &mut Answer, token: &str) {
        for deviation in &self.0 {
            match deviation {
                Deviation::Edit(edit) => edit(answer),
                Deviation::AuthorizedEdit(edit) => edit(answer, token),
                _ => {}
            }
        }
    }
}
