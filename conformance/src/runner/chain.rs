//! Several iterations over one workspace and one server's state, each judged by itself.

use std::path::Path;

use super::{Ground, Play, RunError, Setup, Staged};
use crate::cancel::Cancel;

/// The iterations of `play`: the play itself where there is one only. `tasks` is what `tasks_path`
/// holds when iteration number `done` + 1 begins.
pub(super) fn iteration(play: &Play, done: u32, tasks: Option<String>) -> Play {
    let mut play = play.clone();
    if play.case.iterations > 1 {
        play.case.id = format!("{}-iteration-{}", play.case.id, done + 1);
        play.case.iteration += done;
    }
    if let Some(tasks) = tasks {
        play.case.placeholder = tasks;
        play.case.plan = None;
    }
    play
}

/// The name of the folder with the evidence of iteration number `done` + 1 of what is called `name`.
pub(super) fn folder(play: &Play, name: &str, done: u32) -> String {
    match play.case.iterations {
        1 => name.to_owned(),
        _ => format!("{name}-iteration-{}", done + 1),
    }
}

/// Plays one iteration, on the ground that the one before left, if there was one.
pub(super) async fn play_on(
    ground: Option<Ground>,
    play: &Play,
    setup: &Setup,
    folder: &Path,
    cancel: &Cancel,
) -> Result<Ground, RunError> {
    let mut staged = match ground {
        Some(ground) => Staged::set_up_on(ground, play, setup, folder, None).await?,
        None => Staged::set_up(play, setup, folder, None).await?,
    };
    staged.perform(setup, cancel).await?;
    staged.conclude(cancel).await
}

/// Whether a tasks file leaves nothing to do.
pub(super) fn is_done(tasks: &str) -> bool {
    !tasks.contains("- [ ]") && !tasks.contains("- [/]")
}
