//! `wild-conformance.toml`: what is in force where the command line does not say otherwise.
//!
//! A configuration is put into the words of a command line, so that it is checked as these are. Each key
//! stands for an option ([`keys::KEYS`]); what the command line says itself is left away from the file.

mod file;
mod key;
mod keys;
mod refusal;
mod schema;
mod show;
mod submitted;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::Failure;
use file::{Config, Entry};
use keys::Kind;
use refusal::{excluded, refused};
pub(super) use schema::schema;
pub(super) use show::show;

/// The subcommands that have a configuration. Programs that the harness starts itself have none.
const CONFIGURED: [&str; 13] = [
    "run",
    "check",
    "merge",
    "compare",
    "plan",
    "doctor",
    "reproduce",
    "minimize",
    "config",
    "doubts",
    "rules",
    "explain",
    "submit",
];

/// The subcommands whose `--report` takes the formats of the configuration.
const REPORTING: [&str; 6] = ["run", "check", "merge", "config", "slurm", "kubernetes"];

/// A command line with what a configuration adds to it.
#[derive(Debug)]
pub(super) struct Completed {
    /// The whole command line.
    pub(super) argv: Vec<OsString>,
    /// What was given of it.
    pub(super) given: Vec<OsString>,
    /// What was added, and from where.
    added: Vec<Added>,
    /// What the file says for the subcommands of `submit`.
    elsewhere: Vec<Entry>,
    /// The configuration file, where there is one.
    file: Option<PathBuf>,
}

#[derive(Debug)]
struct Added {
    option: &'static str,
    line: usize,
}

impl Completed {
    fn plain(argv: Vec<OsString>) -> Self {
        Self {
            given: argv.clone(),
            argv,
            added: Vec::new(),
            elsewhere: Vec::new(),
            file: None,
        }
    }
}

/// Adds to `argv`, of `program`, what the configuration says and it does not. What is no command line is told
/// by whoever reads it next.
pub(super) fn completed(argv: Vec<OsString>, program: &Command) -> Result<Completed, Failure> {
    let Some(matches) = configured(&argv, program) else {
        return Ok(Completed::plain(argv));
    };
    let Some((name, own)) = innermost(&matches) else {
        return Ok(Completed::plain(argv));
    };
    let file = match matches.get_one::<PathBuf>("config") {
        _ if matches.get_flag("no_config") => None,
        Some(file) => Some(file.clone()),
        None => file::found()?,
    };
    let Some(path) = file else {
        return Ok(Completed::plain(argv));
    };
    let config = Config::read(&path)?;
    let applies = |entry: &&Entry| applies(entry, name, own, program);
    let mut entries: Vec<&Entry> = config.entries.iter().filter(applies).collect();
    let there: Vec<&str> = entries.iter().map(|entry| entry.key.option).collect();
    entries.retain(|entry| {
        let is_there = |other| there.contains(&other) || is_given(own, &keys::id(other));
        entry.key.only_with.is_none_or(is_there)
    });
    for entry in &entries {
        alone(&argv, entry, &config, program)?;
    }
    let all = with(&argv, &entries);
    let parse = |argv: &[OsString]| program.clone().try_get_matches_from(argv);
    if let Err(error) = parse(&all) {
        if let Some(failure) = excluded(&config, &entries, &error) {
            return Err(failure);
        }
        let lacks = |entry: &&&Entry| parse(&with(&argv, &[**entry])).is_err();
        return Err(refused(
            &config,
            entries.iter().find(lacks).copied(),
            &error,
        ));
    }
    let added = entries
        .iter()
        .map(|entry| Added {
            option: entry.key.option,
            line: entry.line,
        })
        .collect();
    let elsewhere = |entry: &Entry| entry.key.subcommand().is_some();
    Ok(Completed {
        argv: all,
        given: argv,
        added,
        elsewhere: config.entries.into_iter().filter(elsewhere).collect(),
        file: Some(path),
    })
}

/// Whether a subcommand has a configuration.
pub(super) fn is_configured(subcommand: Option<&OsStr>) -> bool {
    subcommand.is_some_and(|own| CONFIGURED.iter().any(|name| own == *name))
}

/// The files of rules that a configuration names: this one, or the one that is found.
pub(super) fn files_of_rules(config: Option<PathBuf>) -> Result<Vec<PathBuf>, Failure> {
    let Some(file) = config.map_or_else(file::found, |file| Ok(Some(file)))? else {
        return Ok(Vec::new());
    };
    let config = Config::read(&file)?;
    let entries = config.entries.iter();
    let files = entries.filter(|entry| entry.key.option == "rules");
    let words = files.flat_map(|entry| &entry.words);
    let values = words.filter_map(|word| word.as_bytes().strip_prefix(b"--rules="));
    let paths = values.map(|value| PathBuf::from(OsStr::from_bytes(value)));
    Ok(paths.collect())
}

/// The subcommand that is asked for, where it has some of its own that of these, and what it is given.
pub(super) fn innermost(matches: &ArgMatches) -> Option<(&str, &ArgMatches)> {
    let (name, own) = matches.subcommand()?;
    Some(innermost(own).unwrap_or((name, own)))
}

/// What can be given to a subcommand that [`innermost`] finds.
fn command_of<'p>(name: &str, program: &'p Command) -> Option<&'p Command> {
    let submit = program.find_subcommand("submit");
    let inner = submit.and_then(|submit| submit.find_subcommand(name));
    inner.or_else(|| program.find_subcommand(name))
}

/// What is on a command line that can have a configuration. Nothing behind a last `--` is an error of its own.
fn configured(argv: &[OsString], program: &Command) -> Option<ArgMatches> {
    let name = |word: &OsString| CONFIGURED.iter().any(|name| word == name);
    if !argv.iter().any(name) || argv.last().is_some_and(|last| last == "--") {
        return None;
    }
    let matches = program.clone().try_get_matches_from(argv).ok()?;
    let is_configured = CONFIGURED.contains(&matches.subcommand_name()?);
    is_configured.then_some(matches)
}

/// Whether a subcommand has the option of an entry, and nothing on the command line takes its place.
fn applies(entry: &Entry, subcommand: &str, matches: &ArgMatches, program: &Command) -> bool {
    let key = entry.key;
    if key.subcommand().is_some_and(|own| own != subcommand) {
        return false;
    }
    let has_option = command_of(subcommand, program).is_some_and(|own| {
        let mut all = own.get_arguments();
        all.any(|arg| arg.get_id() == key.id().as_str())
    });
    if !has_option || (key.option == "report" && !REPORTING.contains(&subcommand)) {
        return false;
    }
    // An agent that is named is another one, with which the rest of the table has nothing to do.
    let is_named = is_given(matches, "argv") || is_given(matches, "agent");
    if key.table() == "agent" && is_named {
        return false;
    }
    let options = key.yields_to.iter().copied().chain([key.option]);
    let mut ids = options.map(keys::id);
    !ids.any(|id| is_given(matches, &id))
}

fn is_given(matches: &ArgMatches, id: &str) -> bool {
    let is_known = matches.try_contains_id(id).is_ok();
    is_known && matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// Refuses an entry that by itself makes no command line.
fn alone(
    argv: &[OsString],
    entry: &Entry,
    config: &Config,
    program: &Command,
) -> Result<(), Failure> {
    match program.clone().try_get_matches_from(with(argv, &[entry])) {
        // What it needs beside it may be in the file, too.
        Err(error) if error.kind() != clap::error::ErrorKind::MissingRequiredArgument => {
            Err(refused(config, Some(entry), &error))
        }
        _ => Ok(()),
    }
}

/// `argv` with the words of these entries: options ahead of `--`, the agent's program behind it.
fn with(argv: &[OsString], entries: &[&Entry]) -> Vec<OsString> {
    let end = argv.iter().position(|word| word == "--");
    let (ahead, behind) = argv.split_at(end.unwrap_or(argv.len()));
    let mut all = ahead.to_vec();
    let (programs, options): (Vec<&Entry>, Vec<&Entry>) = entries
        .iter()
        .partition(|entry| entry.key.kind == Kind::Program);
    all.extend(options.iter().flat_map(|entry| entry.words.iter().cloned()));
    if let Some(program) = programs.first().filter(|program| !program.words.is_empty()) {
        all.push("--".into());
        all.extend(program.words.iter().cloned());
    }
    all.extend_from_slice(behind);
    all
}
