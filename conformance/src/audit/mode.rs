//! Which mechanism is used: what was asked for, and what the system permits.

use std::io;
use std::path::Path;
use std::process::Command;
use std::str::FromStr;

use crate::evidence::{ASKED_FOR, Mechanism, SWITCHED_OFF};

/// How an agent's processes are to be watched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AuditMode {
    /// As closely as the system permits.
    #[default]
    Auto,
    /// By tracing; where that is not permitted, the evidence says so and rules are untestable.
    Ptrace,
    /// By announcements and shims, even where tracing is permitted.
    Announcements,
    /// Not at all.
    Off,
}

/// There is no such mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no audit `{0}`; there are: auto, ptrace, announcements, off")]
pub struct UnknownMode(String);

impl FromStr for AuditMode {
    type Err = UnknownMode;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "auto" => Ok(Self::Auto),
            "ptrace" => Ok(Self::Ptrace),
            "announcements" => Ok(Self::Announcements),
            "off" => Ok(Self::Off),
            other => Err(UnknownMode(other.to_owned())),
        }
    }
}

/// The mechanism that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What observes.
    pub mechanism: Mechanism,
    /// Why not a better one.
    pub reason: Option<String>,
}

impl Decision {
    fn worse(mechanism: Mechanism, reason: impl Into<String>) -> Self {
        Self {
            mechanism,
            reason: Some(reason.into()),
        }
    }
}

/// What makes a launcher stop itself and then print its version.
pub type Trial = fn(&Path) -> io::Result<Command>;

/// Decides which mechanism observes an agent that is started through `launcher`. Whether tracing is
/// permitted is tried out with `trial`, once for each launcher.
pub async fn decide(mode: AuditMode, launcher: Option<&Path>, trial: Trial) -> Decision {
    let refused = match (mode, launcher) {
        (AuditMode::Off, _) => return Decision::worse(Mechanism::Off, SWITCHED_OFF),
        (AuditMode::Announcements, _) => {
            return Decision::worse(Mechanism::Announcements, ASKED_FOR);
        }
        (_, None) => "agents are not started through a launcher".to_owned(),
        (_, Some(launcher)) => match tried::trace(launcher, trial).await {
            Ok(()) => {
                return Decision {
                    mechanism: Mechanism::Ptrace,
                    reason: None,
                };
            }
            Err(refused) => refused,
        },
    };
    match mode {
        AuditMode::Ptrace => Decision::worse(Mechanism::Off, refused),
        _ => Decision::worse(Mechanism::Announcements, refused),
    }
}

#[cfg(not(target_os = "linux"))]
mod tried {
    use std::path::Path;

    /// Tells why tracing is not possible.
    pub(super) async fn trace(_: &Path, _: super::Trial) -> Result<(), String> {
        Err("only Linux is traced".to_owned())
    }
}

#[cfg(target_os = "linux")]
mod tried {
    use std::collections::HashMap;
    use std::path::{Path, PathBuf};
    use std::process::Stdio;

    use tokio::sync::Mutex;

    use super::Trial;
    use crate::audit::{Originals, Requests, Watched, tracer};

    static KNOWN: Mutex<Option<HashMap<PathBuf, Result<(), String>>>> = Mutex::const_new(None);

    /// Traces the launcher as it prints its version. Tells why that does not work.
    pub(super) async fn trace(launcher: &Path, trial: Trial) -> Result<(), String> {
        let mut known = KNOWN.lock().await;
        let known = known.get_or_insert_default();
        if let Some(outcome) = known.get(launcher) {
            return outcome.clone();
        }
        let outcome = attempt(launcher, trial).await;
        known.insert(launcher.to_owned(), outcome.clone());
        outcome
    }

    async fn attempt(launcher: &Path, trial: Trial) -> Result<(), String> {
        let mut command = trial(launcher).map_err(|error| error.to_string())?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = tracer::start(command, Requests::none(), Originals::default()).await;
        let traced = started.map_err(|error| format!("{}: {error}", launcher.display()))?;
        // An error means that the thread is gone, which the log then shows.
        let _ = traced.gone.await;
        let watched = Watched::take(&traced.log);
        match watched.gaps.first() {
            _ if !watched.execs.is_empty() => Ok(()),
            Some(gap) => Err(gap.clone()),
            None => Err(format!("{} is no launcher", launcher.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Trial = |program| Ok(Command::new(program));

    #[tokio::test]
    async fn without_a_launcher_nothing_is_traced() {
        let auto = decide(AuditMode::Auto, None, PLAIN).await;
        assert_eq!(auto.mechanism, Mechanism::Announcements);
        assert!(auto.reason.unwrap().contains("launcher"));
        let demanded = decide(AuditMode::Ptrace, None, PLAIN).await;
        assert_eq!(demanded.mechanism, Mechanism::Off);
    }

    #[tokio::test]
    async fn a_program_that_is_no_launcher_is_told() {
        let decision = decide(AuditMode::Auto, Some(Path::new("/bin/true")), PLAIN).await;
        assert_eq!(decision.mechanism, Mechanism::Announcements);
        assert!(decision.reason.unwrap().contains("no launcher"));
    }
}
