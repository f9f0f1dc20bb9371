//! What a run does after its launch, and when: profiles, chosen by commands.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::schedule::{Doings, Texts};
use crate::fault::path_matches;
use crate::imitation::{Called, Earlier, Launched, Program};
use crate::profile::RunProfile;

/// What happens to the commands of launched runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RunMode {
    /// They are not executed; the run passes through its states by a schedule.
    #[default]
    Simulated,
    /// They are executed, each in a process group of its own.
    Executed,
    /// They are executed, and the run passes through its states by a schedule: its end is told at the
    /// scheduled moment of the server's clock, with the exit code of the process, which whoever asks
    /// then waits for.
    Scheduled,
}

/// Which profile a run gets, by its command.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunProfiles(pub Vec<ProfileRule>);

/// A profile for the commands that fit a pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileRule {
    /// Pattern for the whole command; `**` stands for anything.
    pub command: String,
    /// The program that such runs pretend to be, which then says what the profile does not: everything
    /// but times and artifacts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<Arc<Program>>,
    /// The profile.
    #[serde(flatten)]
    pub profile: Arc<RunProfile>,
}

impl RunProfiles {
    /// The first profile whose pattern fits, as its program performs the command; otherwise the default,
    /// adapted to what a simple shell command says of its own duration and exit code. `earlier` tells of
    /// runs that have finished.
    pub fn resolve(&self, run: Launched<'_>, earlier: Earlier<'_>) -> Doings {
        let templates = |profile| Doings {
            profile,
            texts: Texts::Templates,
        };
        let Some(rule) = self.rule(run.command) else {
            return templates(Arc::new(adapted_to(run.command)));
        };
        let program = rule.program.as_ref();
        let performed = program.and_then(|own| own.perform(&rule.profile, run, earlier));
        performed.map_or_else(
            || templates(Arc::clone(&rule.profile)),
            |profile| Doings {
                profile: Arc::new(profile),
                texts: Texts::Final,
            },
        )
    }

    /// How a command calls the program that its run pretends to be.
    pub(super) fn called(&self, command: &str) -> Option<Called> {
        self.rule(command)?.program.as_ref()?.called(command)
    }

    fn rule(&self, command: &str) -> Option<&ProfileRule> {
        let mut rules = self.0.iter();
        rules.find(|rule| path_matches(&rule.command, command))
    }
}

/// The default profile with the duration of a command's `sleep`s, and with the exit code of its
/// `exit` or `false`. A command of such words alone reports no metrics and takes no longer.
fn adapted_to(command: &str) -> RunProfile {
    let mut profile = RunProfile::default();
    let (mut slept, mut sleeps, mut trivial) = (0.0, false, true);
    for part in command.split("&&").flat_map(|part| part.split([';', '\n'])) {
        let mut words = part.split_whitespace();
        match (words.next(), words.next()) {
            (Some("sleep"), Some(seconds)) => {
                slept += seconds
                    .parse::<f64>()
                    .ok()
                    .filter(|s| *s >= 0.0)
                    .unwrap_or(0.0);
                sleeps = true;
            }
            (Some("exit"), code) => {
                profile.exit_code = code.and_then(|code| code.parse().ok()).unwrap_or(0);
                break;
            }
            (Some("false"), _) => {
                profile.exit_code = 1;
                break;
            }
            (Some("true" | ":" | "echo") | None, _) => {}
            _ => trivial = false,
        }
    }
    if sleeps || trivial {
        profile.duration_seconds = slept;
    }
    if trivial {
        profile.metrics.clear();
        profile.log.truncate(1);
    }
    profile
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(profiles: &RunProfiles, command: &str) -> Arc<RunProfile> {
        let run = Launched {
            run_id: "r",
            command,
        };
        profiles.resolve(run, &|_, _| None).profile
    }

    #[test]
    fn simple_commands_tell_their_own_life() {
        let life = |command: &str| {
            let profile = resolve(&RunProfiles::default(), command);
            (
                profile.duration_seconds,
                profile.exit_code,
                profile.metrics.len(),
            )
        };
        assert_eq!(life("exit 3"), (0.0, 3, 0));
        assert_eq!(life("echo hi && sleep 1"), (1.0, 0, 0));
        assert_eq!(life("false"), (0.0, 1, 0));
        assert_eq!(life("sleep 60"), (60.0, 0, 0));
        assert_eq!(life("python train.py --lr 0.1"), (2.0, 0, 5));
        assert_eq!(life("cd /x && python train.py && sleep 3"), (3.0, 0, 5));
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let rule = |command: &str, duration_seconds| ProfileRule {
            command: command.to_owned(),
            program: None,
            profile: Arc::new(RunProfile {
                duration_seconds,
                ..RunProfile::default()
            }),
        };
        let profiles = RunProfiles(vec![rule("**lr 0.1**", 9.0), rule("**", 4.0)]);
        assert_eq!(
            resolve(&profiles, "cd /w/x && train --lr 0.1 --s 1").duration_seconds,
            9.0
        );
        assert_eq!(resolve(&profiles, "anything").duration_seconds, 4.0);
    }
}
