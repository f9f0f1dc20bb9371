//! The workspace and what lies around it, at one moment.

use std::path::PathBuf;

use super::RunError;
use super::play_folder::PlayFolder;
use crate::aside::aside;
use crate::cancel::Cancel;
use crate::evidence::{Reach, Survey, Unseen};

/// What is there.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    /// The workspace.
    pub(super) inside: Survey,
    /// The folder around it, without it.
    pub(super) around: Survey,
}

impl View {
    /// Looks at it, and first at what was there `before`. That takes a thread of its own, as it may take
    /// long.
    pub(super) async fn of(
        place: &PlayFolder,
        before: &Self,
        reach: Reach,
        cancel: &Cancel,
    ) -> Result<Self, RunError> {
        let (workdir, base): (PathBuf, PathBuf) = (place.workdir().into(), place.base().into());
        let inside = before.inside.snapshot.clone();
        let around = before.around.snapshot.clone();
        let cancel = cancel.clone();
        let looked = aside(move || {
            let inside = Survey::of(&workdir, None, &inside, reach, &cancel)?;
            let around = Survey::of(&base, workdir.file_name(), &around, reach, &cancel)?;
            Ok(Self { inside, around })
        });
        looked.await.map_err(RunError::Aside)?
    }

    /// What nobody looked at.
    pub(super) fn unseen(&self) -> Unseen {
        Unseen {
            workspace: self.inside.blind.clone(),
            surroundings: self.around.blind.clone(),
        }
    }

    /// Whether the user stopped it.
    pub(super) fn was_stopped(&self) -> bool {
        self.inside.was_stopped || self.around.was_stopped
    }
}
