//! What is said of a configuration that makes no command line, in the words of the file.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::file::{Config, Entry};
use crate::cli::Failure;

/// Refuses an entry, or the file where none by itself is wrong.
pub(super) fn refused(config: &Config, entry: Option<&Entry>, error: &clap::Error) -> Failure {
    let file = config.file.display();
    let problem = problem(error);
    Failure::usage(match entry {
        Some(entry) => format!("{file}:{}: `{}`: {problem}", entry.line, entry.key.name),
        None => format!("{file}: {problem}"),
    })
}

/// Refuses two entries that cannot stand beside each other; nothing where the error is another one.
pub(super) fn excluded(
    config: &Config,
    entries: &[&Entry],
    error: &clap::Error,
) -> Option<Failure> {
    if error.kind() != ErrorKind::ArgumentConflict {
        return None;
    }
    let named = |kind| match error.get(kind)? {
        ContextValue::String(option) => of(entries, option),
        ContextValue::Strings(options) => options.iter().find_map(|option| of(entries, option)),
        _ => None,
    };
    let mut both = [
        named(ContextKind::PriorArg)?,
        named(ContextKind::InvalidArg)?,
    ];
    both.sort_by_key(|entry| entry.line);
    let [first, second] = both;
    Some(Failure::usage(format!(
        "{}:{}: `{}` cannot stand beside `{}` of line {}; leave one of the two away",
        config.file.display(),
        second.line,
        second.key.name,
        first.key.name,
        first.line
    )))
}

/// The entry that stands for an option, as clap shows it: `--case <GLOB>`.
fn of<'e>(entries: &[&'e Entry], option: &str) -> Option<&'e Entry> {
    let name = option.split(' ').next()?.strip_prefix("--")?;
    let mut entries = entries.iter();
    entries.find(|entry| entry.key.option == name).copied()
}

fn problem(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    match lines.next().map(str::trim) {
        // What is lacking stands in the line below, and so do the values that are good.
        Some(second) if first.ends_with(':') => format!("{first} {second}"),
        Some(second) if second.starts_with('[') => format!("{first} {second}"),
        _ => first.to_owned(),
    }
}
