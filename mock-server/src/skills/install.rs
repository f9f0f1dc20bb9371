//! Installing a skill from a git repository on this machine.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::load::load_folder;
use super::skill::Skill;

/// How long a clone may take.
const CLONE_TIMEOUT: Duration = Duration::from_mins(1);

/// Why a skill was not installed, in the words of the wire.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InstallError {
    /// The repository could not be cloned.
    #[error("git clone failed: {0}")]
    Clone(String),
    /// The repository is no skill.
    #[error("Repository does not contain a SKILL.md file")]
    NoSkill,
}

/// The name that a URL gives, as the real server makes it: it cuts any of the characters of `.git`
/// off the end, and not that suffix alone.
pub(crate) fn name_of(url: &str) -> String {
    let url = url
        .trim_end_matches('/')
        .trim_end_matches(['.', 'g', 'i', 't']);
    url.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Clones a repository and reads the skill in it. Only this machine is reached: a mock must answer
/// alike everywhere.
pub(crate) async fn from_git(url: &str, id: &str) -> Result<Skill, InstallError> {
    if !(url.starts_with("file://") || url.starts_with('/')) {
        let message = format!("'{url}' is not on this machine, and no other is reached");
        return Err(InstallError::Clone(message));
    }
    let failed = |error: std::io::Error| InstallError::Clone(error.to_string());
    let scratch = tempfile::tempdir().map_err(failed)?;
    let folder = scratch.path().join("skill");
    let clone = Command::new("git")
        .args(["clone", "--depth", "1", "--", url])
        .arg(&folder)
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(CLONE_TIMEOUT, clone)
        .await
        .map_err(|_| InstallError::Clone("timed out".to_owned()))?
        .map_err(failed)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(InstallError::Clone(message));
    }
    load_folder(id, &folder).ok_or(InstallError::NoSkill)
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn names_are_cut_as_the_real_server_cuts_them() {
        assert_eq!(name_of("file:///x/alert_handler/"), "alert_handler");
        assert_eq!(name_of("https://host/u/my-skill.git"), "my-skill");
        assert_eq!(name_of("https://host/u/my-kit"), "my-k");
    }
}
