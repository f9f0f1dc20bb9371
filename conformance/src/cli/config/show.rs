//! `config`: what is in force, and from where.

use std::io::Write;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::keys::{KEYS, Key, Kind};
use super::{Completed, schema};
use crate::cli::Failure;

/// Prints each key with its value as a configuration file would have it, and where the value is from.
pub(in crate::cli) fn show(
    wants_schema: bool,
    completed: &Completed,
    program: &Command,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    if wants_schema {
        writeln!(out, "{:#}", schema())?;
        return Ok(0);
    }
    match &completed.file {
        Some(file) => writeln!(out, "# {}", file.display())?,
        None => writeln!(out, "# there is no wild-conformance.toml here or above")?,
    }
    let matches = program
        .clone()
        .try_get_matches_from(&completed.argv)
        .map_err(|error| Failure::usage(error.to_string()))?;
    let Some((_, own)) = matches.subcommand() else {
        return Ok(0);
    };
    for key in KEYS {
        let line = match value(key, own) {
            Some(value) => format!("{} = {value}", key.name),
            None => format!("# {} is not set", key.name),
        };
        writeln!(out, "{line:48}  # {}", source(key, own, completed))?;
    }
    for elsewhere in &completed.elsewhere {
        let line = format!("{} = {}", elsewhere.key.name, elsewhere.told);
        writeln!(out, "{line:48}  # {}", at(elsewhere.line, completed))?;
    }
    Ok(0)
}

/// The value as a file would have it; nothing where there is none.
fn value(key: &Key, matches: &ArgMatches) -> Option<String> {
    let given = matches.try_get_raw(&key.id()).ok()?;
    let texts: Vec<String> = match given {
        Some(raw) => raw
            .map(|value| value.to_string_lossy().into_owned())
            .collect(),
        None => key.usual.into_iter().map(str::to_owned).collect(),
    };
    let first = texts.first()?;
    let quoted = |text: &String| toml::Value::String(text.clone()).to_string();
    Some(match key.kind {
        Kind::Whole | Kind::Number | Kind::Switch => first.clone(),
        Kind::Unless => (first == "false").to_string(),
        Kind::Text | Kind::Word(_) | Kind::Path => quoted(first),
        Kind::Texts | Kind::Paths | Kind::Cases | Kind::Reports | Kind::Program | Kind::Helper => {
            let all: Vec<String> = texts.iter().map(quoted).collect();
            format!("[{}]", all.join(", "))
        }
    })
}

fn source(key: &Key, matches: &ArgMatches, completed: &Completed) -> String {
    let added = completed
        .added
        .iter()
        .find(|added| added.option == key.option);
    if let Some(added) = added {
        return at(added.line, completed);
    }
    match matches.value_source(&key.id()) {
        Some(ValueSource::CommandLine) => "command line",
        Some(ValueSource::EnvVariable) => "environment",
        _ => "default",
    }
    .to_owned()
}

/// A place in the configuration file.
fn at(line: usize, completed: &Completed) -> String {
    let name = completed
        .file
        .as_deref()
        .and_then(std::path::Path::file_name);
    let name = name.map(|name| name.to_string_lossy().into_owned());
    format!("{}:{line}", name.unwrap_or_default())
}
