//! `--last-failed`: by which command what failed is played again, and that nobody else plays it.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::Failure;
use super::config::innermost;
use super::shell::exact;
use crate::agent::AgentSpec;
use crate::evidence::Plays;
use crate::secrets::Secrets;
use crate::visible;

/// What is said anew, is of the run that was, or writes what is of the whole.
const LEFT_AWAY: [&str; 10] = [
    "argv",
    "suite",
    "last_failed",
    "resume",
    "dry_run",
    "shard",
    "durations",
    "out",
    "reports",
    "write_baseline",
];

/// What a run was given, in the words that have it play again what failed.
#[derive(Debug, Clone, Default)]
pub(super) struct Again {
    options: Vec<String>,
    agent: Vec<String>,
}

impl Again {
    /// What `argv`, a command line of `program`, gives a run; nothing where it cannot be told.
    pub(super) fn of(argv: &[OsString], program: &Command) -> Option<Self> {
        let matches = program.clone().try_get_matches_from(argv).ok()?;
        let (name, given) = innermost(&matches)?;
        let own = program.find_subcommand(name)?.get_arguments();
        // Those that all subcommands have are not among its own yet.
        let all = own.chain(program.get_arguments());
        let wanted = all.filter(|arg| !LEFT_AWAY.contains(&arg.get_id().as_str()));
        let is_given = |id: &str| given.value_source(id) == Some(ValueSource::CommandLine);
        let options = wanted
            .filter(|arg| given.try_contains_id(arg.get_id().as_str()).is_ok())
            .filter(|arg| is_given(arg.get_id().as_str()))
            .map(|arg| words(arg, given))
            .collect::<Option<Vec<_>>>()?;
        let agent = given.get_raw("argv").into_iter().flatten();
        Some(Self {
            options: options.concat(),
            agent: agent.map(text).collect::<Option<_>>()?,
        })
    }

    /// The command, of a run whose evidence lies in `folder`; nothing where what is secret, or cannot be shown,
    /// stands in it.
    pub(super) fn command(&self, folder: &str) -> Option<String> {
        let program = ["wild-conformance", "run", "--last-failed", "--out"].map(str::to_owned);
        let mut words = program.to_vec();
        words.push(folder.to_owned());
        words.extend(self.options.iter().map(|word| exact(word)));
        if !self.agent.is_empty() {
            words.push("--".to_owned());
            words.extend(self.agent.iter().map(|word| exact(word)));
        }
        let line = words.join(" ");
        let is_shown = visible::line(&line) == line;
        (is_shown && Secrets::of_this_process().covered(&line) == line).then_some(line)
    }
}

/// An option as it is written, once for each of its values.
fn words(arg: &Arg, given: &ArgMatches) -> Option<Vec<String>> {
    let option = format!("--{}", arg.get_long()?);
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return Some(vec![option]);
    }
    let values = given.get_raw(arg.get_id().as_str())?;
    let word = |value: &OsStr| {
        let value = text(value)?;
        // What begins with a dash would be taken for an option.
        Some(if value.starts_with('-') {
            vec![format!("{option}={value}")]
        } else {
            vec![option.clone(), value]
        })
    };
    let all = values.map(word).collect::<Option<Vec<_>>>()?;
    Some(all.concat())
}

fn text(word: &OsStr) -> Option<String> {
    word.to_str().map(str::to_owned)
}

/// Refuses to play with `agent` what failed with another one in `out`, whose evidence it would replace.
pub(super) fn by_the_same(agent: &AgentSpec, out: &Path) -> Result<(), Failure> {
    // A folder of a version that did not tell who played is taken as it is.
    let Some(there) = Plays::read(out)?.and_then(|plays| plays.part) else {
        return Ok(());
    };
    let there = there.conditions;
    if there.driving == agent.identity() {
        return Ok(());
    }
    let (own, others) = (agent.label(), &there.agent);
    let whose = if own == others {
        format!("`{own}` with other arguments, environment or settings")
    } else {
        format!("`{others}`, and this is `{own}`")
    };
    Err(Failure::usage(format!(
        "--last-failed: what failed in {} was played by the agent {whose}, whose evidence would be replaced; give the \
         same agent again (`-- PROGRAM [ARGUMENT]...`, or --agent), or choose cases with --case and another --out",
        out.display()
    )))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::args::Args;
    use super::*;

    fn command(words: &[&str]) -> Option<String> {
        let argv = ["wild-conformance", "run"].iter().chain(words);
        let argv: Vec<OsString> = argv.map(OsString::from).collect();
        Again::of(&argv, &Args::command())?.command("out")
    }

    #[test]
    fn a_command_plays_again_what_failed_as_it_was_played() {
        let again = "wild-conformance run --last-failed --out out";
        for (given, told) in [
            (&[] as &[&str], ""),
            (
                &["--out", "out", "--suite", "smoke", "--jobs", "2"],
                " --jobs 2",
            ),
            (
                &[
                    "--strict", "--case", "a-*", "--case", "b.toml", "--", "my agent", "$KEY",
                ],
                " --case 'a-*' --case b.toml --strict -- 'my agent' '$KEY'",
            ),
            (
                &[
                    "--report",
                    "json=x",
                    "--write-baseline",
                    "k.toml",
                    "--baseline",
                    "k.toml",
                ],
                " --baseline k.toml",
            ),
            (
                &["--no-config", "--rules=r.toml"],
                " --rules r.toml --no-config",
            ),
            (
                &["--agent", "preset:pi", "--model", "m"],
                " --agent preset:pi --model m",
            ),
            (
                &["--resume", "--case=!execution-*"],
                " --case '!execution-*'",
            ),
        ] {
            assert_eq!(command(given), Some(format!("{again}{told}")), "{given:?}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_not_told() {
        assert_eq!(command(&["--", "sh", "-c", "echo \u{1b}"]), None);
    }
}
