//! The harness in a Rust test: an agent's command line is played against cases and judged.
//!
//! ```
//! use wild_conformance::trial::Trial;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let evidence = tempfile::tempdir()?;
//! // An agent that does nothing at all; yours is `["python3", "agent.py"]`.
//! let trial = Trial::of(["true"]).keeping(evidence.path());
//! let played = trial.play("abort-docs-503")?;
//! assert!(!played.is_conformant());
//! assert!(played.violated().contains(&"PRE001"), "{}", played.text());
//! # Ok(())
//! # }
//! ```
//!
//! Where the program `wild-conformance` is at hand, [`Trial::within`] has the agent confined and its processes
//! traced by it, as `run` does; without it, rules that need to know what was executed are untestable.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::agent::{AgentSpec, Supervision};
use crate::baseline::Day;
use crate::cancel::Cancel;
use crate::case;
use crate::engine::{self, CaseOutcome, RunReport};
use crate::evidence::{Claim, ClaimError};
use crate::gate::Gate;
use crate::prompt::Prompts;
use crate::report::{Detail, run_text};
use crate::runner::{Brake, Conduct, Harness, Playlist, Setup, run_all};
use crate::selection::Selection;

/// An agent on trial.
#[derive(Debug, Clone)]
pub struct Trial {
    argv: Vec<OsString>,
    supervision: Supervision,
    gate: Gate,
    keep: Option<PathBuf>,
}

/// Why nothing was played.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The agent has no program.
    #[error("the agent's command line is empty")]
    NoAgent,
    /// There is no such case, or its file is not valid.
    #[error(transparent)]
    Case(#[from] case::SelectError),
    /// The built-in prompts are missing.
    #[error(transparent)]
    Prompt(#[from] crate::prompt::PromptError),
    /// There is no folder for the evidence, or another trial plays into it.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// There is no folder for the evidence, or no thread to play in.
    #[error("the play could not begin: {0}")]
    Io(#[from] std::io::Error),
}

/// What came of the cases that were played.
#[derive(Debug)]
pub struct Played {
    report: RunReport,
    evidence: PathBuf,
    /// Removes the evidence that nobody asked to keep.
    _scratch: Option<tempfile::TempDir>,
}

impl Trial {
    /// A trial of this command line. No shell is applied to it; relative paths to files are found from the current
    /// directory, as the agent itself starts in the case's workspace.
    pub fn of(argv: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            supervision: Supervision::default(),
            gate: Gate::default(),
            keep: None,
        }
    }

    /// Confines and traces the agent by this program, which is `wild-conformance`: an installed one, or in the
    /// tests of this workspace `env!("CARGO_BIN_EXE_wild-conformance")`.
    #[must_use]
    pub fn within(self, program: impl AsRef<Path>) -> Self {
        self.supervised(Supervision::full(program.as_ref()))
    }

    /// Holds and watches the agent so, such as with `allow_net` for the endpoint of its model.
    #[must_use]
    pub fn supervised(mut self, supervision: Supervision) -> Self {
        self.supervision = supervision;
        self
    }

    /// Judges so severely.
    #[must_use]
    pub fn judged_by(mut self, gate: Gate) -> Self {
        self.gate = gate;
        self
    }

    /// Keeps the evidence in this folder, one folder a case; otherwise it goes with [`Played`]. No two trials
    /// play into one folder at the same time: tests that run together have one each.
    #[must_use]
    pub fn keeping(mut self, folder: impl Into<PathBuf>) -> Self {
        self.keep = Some(folder.into());
        self
    }

    /// Plays the cases that `pattern` names: an id, a glob, or the path of a case file. It blocks until all are
    /// judged, and may be called from within a runtime.
    ///
    /// # Errors
    /// Fails when there is nothing to play, or nothing to play with. What goes wrong in a play is its outcome.
    pub fn play(&self, pattern: &str) -> Result<Played, TrialError> {
        let plan = Playlist::new(&case::select(&[pattern.to_owned()])?, 1);
        let (evidence, scratch) = if let Some(folder) = &self.keep {
            (folder.clone(), None)
        } else {
            let scratch = tempfile::tempdir()?;
            (scratch.path().to_owned(), Some(scratch))
        };
        let _claim = Claim::take(&evidence)?;
        let conduct = self.conduct(evidence.clone())?;
        let gate = self.gate;
        let playing = std::thread::Builder::new().spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()?;
            let judged = runtime.block_on(run_all(&plan, &conduct));
            Ok::<_, std::io::Error>(engine::conclude(judged, gate))
        })?;
        let lost = |_| std::io::Error::other("the harness panicked; please report it");
        Ok(Played {
            report: playing.join().map_err(lost)??,
            evidence,
            _scratch: scratch,
        })
    }

    fn conduct(&self, out: PathBuf) -> Result<Conduct, TrialError> {
        Ok(Conduct {
            setup: Setup {
                agent: AgentSpec::exec(self.argv.clone()).ok_or(TrialError::NoAgent)?,
                prompts: Prompts::builtin()?,
                seed: 1,
                time_limit: None,
                supervision: self.supervision.clone(),
                harness: Harness::default(),
            },
            selection: Selection::default(),
            gate: self.gate,
            adjudicator: None,
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            out,
            kept: std::sync::Arc::default(),
            cancel: Cancel::new(),
            brake: Brake::after(None),
            baseline: Arc::default(),
            today: Day::today(),
            listener: Arc::new(|_| {}),
        })
    }
}

impl Played {
    /// Whether every case was played to its end and is conformant.
    pub fn is_conformant(&self) -> bool {
        let mut cases = self.report.cases.iter();
        cases.all(|case| case.outcome == CaseOutcome::Conformant)
    }

    /// The codes of the rules that were violated in any case, sorted.
    pub fn violated(&self) -> Vec<&'static str> {
        let cases = self.report.cases.iter();
        let mut codes: Vec<_> = cases.flat_map(engine::CaseReport::violated).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// What is wrong, for people.
    pub fn text(&self) -> String {
        run_text(&self.report, Detail::Findings)
    }

    /// Everything that was found.
    pub fn report(&self) -> &RunReport {
        &self.report
    }

    /// Where the evidence is, for `wild-conformance check`.
    pub fn evidence(&self) -> &Path {
        &self.evidence
    }
}

#[cfg(test)]
mod tests {
    use super::{Trial, TrialError};

    #[test]
    fn what_cannot_be_played_is_an_error() {
        let nobody: [&str; 0] = [];
        assert!(matches!(
            Trial::of(nobody).play("abort-docs-503"),
            Err(TrialError::NoAgent)
        ));
        let unknown = Trial::of(["true"]).play("abort-doks").unwrap_err();
        assert!(unknown.to_string().contains("abort-doks"), "{unknown}");
    }

    #[tokio::test]
    async fn it_may_be_played_within_a_runtime_and_leaves_nothing_unless_asked() {
        let played = Trial::of(["true"]).play("abort-docs-503").unwrap();
        assert!(!played.is_conformant());
        let evidence = played.evidence().to_owned();
        assert!(evidence.join("abort-docs-503/evidence.json").is_file());
        drop(played);
        assert!(!evidence.exists());
    }
}
