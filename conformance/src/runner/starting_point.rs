//! What an iteration starts from: nothing, or what the one before left.

use wild_mock_server::{SCENARIO_EPOCH, Timestamp};

use super::bygone;
use super::changed::LARGEST_PLAN;
use super::held::Held;
use super::play_folder::PlayFolder;
use super::{Play, RunError, Setup, prelude};
use crate::evidence::FolderSnapshot;
use crate::repository::{self, Committed, Label};

/// What an iteration starts from, and what it leaves to the next. The workspace is removed when it is
/// dropped.
pub struct StartingPoint {
    pub(super) place: PlayFolder,
    pub(super) state: Option<wild_mock_server::StateSnapshot>,
    pub(super) now: Timestamp,
    pub(super) held: Held,
    /// The workspace before the first iteration.
    pub(super) origin: Option<FolderSnapshot>,
    /// The workspace as the last iteration left it.
    pub(super) left: FolderSnapshot,
}

impl StartingPoint {
    /// What `tasks_path` holds now.
    pub fn tasks(&self) -> String {
        let file = self.place.tasks_file();
        self.place.text(file, LARGEST_PLAN).unwrap_or_default()
    }

    /// What the iteration log holds now.
    pub(super) fn log(&self) -> String {
        let text = self.place.text(self.place.log_file(), LARGEST_PLAN);
        text.unwrap_or_default()
    }

    /// Lets `seconds` of the case's clock go by.
    pub(super) fn wait(&mut self, seconds: f64) {
        self.now = self.now.plus_secs(seconds);
    }

    /// Adds to the iteration log.
    ///
    /// # Errors
    /// Fails when the log cannot be written.
    pub(super) fn note(&self, lines: &str) -> std::io::Result<()> {
        self.place.replace_log(&format!("{}{lines}", self.log()))
    }

    /// Commits what the iteration of this number left, if the workspace is a git repository. Says why
    /// that could not be done.
    pub fn commit(&self, iteration: u32) -> Option<String> {
        let message = bygone::message(iteration);
        let label = Label {
            author: bygone::COMMITTER,
            at: self.now.as_micros() / 1_000_000,
            message: &message,
        };
        match repository::commit(self.place.workdir(), &self.left, &|_| true, label) {
            Ok(Committed::No(why)) => Some(why),
            Ok(Committed::Yes(_) | Committed::Nothing) => None,
            Err(error) => Some(error.to_string()),
        }
    }

    pub(super) async fn fresh(
        play: &Play,
        setup: &Setup,
        is_alone: bool,
    ) -> Result<Self, RunError> {
        let place = PlayFolder::lay_out(
            &play.case,
            setup.seed,
            play.repetition,
            &setup.harness.leftovers,
        )?;
        place.furnish(setup.agent.outfit())?;
        let state = prelude::played(&play.case, setup.seed, &place).await?;
        Ok(Self {
            place,
            state,
            now: SCENARIO_EPOCH,
            held: Held::prepare(&setup.supervision, is_alone).await,
            origin: None,
            left: FolderSnapshot::default(),
        })
    }
}
