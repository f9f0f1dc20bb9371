//! What is said of a command line that is none, where clap's own words leave somebody alone.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

/// The subcommands behind whose `--` an agent's program stands.
const WITH_PROGRAM: [&str; 5] = ["run", "reproduce", "minimize", "doctor", "submit"];

/// What is said of `error`, of the words behind the program's name.
pub(super) fn told(error: &Error, words: &[String], program: &Command) -> String {
    let own = innermost(words, program);
    match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand
            if own.has_subcommands() =>
        {
            missing(own, program)
        }
        ErrorKind::UnknownArgument => {
            let text = error.render().to_string();
            let text = text.trim_end();
            match stray(error).filter(|_| has_program(words)) {
                Some(word) => {
                    format!("{text}\n\nThe agent's program stands behind `--`: -- {word} ...")
                }
                None => text.to_owned(),
            }
        }
        _ => error.render().to_string().trim_end().to_owned(),
    }
}

/// The subcommand that is asked for, or the program.
fn innermost<'p>(words: &[String], program: &'p Command) -> &'p Command {
    let mut own = program;
    for word in words {
        match own.find_subcommand(word) {
            Some(inner) => own = inner,
            None => break,
        }
    }
    own
}

fn missing(own: &Command, program: &Command) -> String {
    let names = own.get_subcommands().filter(|inner| !inner.is_hide_set());
    let names: Vec<&str> = names.map(Command::get_name).collect();
    let whole = if own.get_name() == program.get_name() {
        program.get_name().to_owned()
    } else {
        format!("{} {}", program.get_name(), own.get_name())
    };
    format!(
        "a subcommand is missing: {}\n`{whole} --help` says what each does",
        names.join(", ")
    )
}

fn has_program(words: &[String]) -> bool {
    let first = words.iter().find(|word| !word.starts_with('-'));
    first.is_some_and(|first| WITH_PROGRAM.contains(&first.as_str()))
}

/// The word that belongs nowhere, where it is no option.
fn stray(error: &Error) -> Option<&str> {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(word)) if !word.starts_with('-') => Some(word),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Args;
    use clap::CommandFactory;

    fn of(words: &[&str]) -> String {
        let program = Args::command();
        let all = ["wild-conformance"].iter().chain(words);
        let error = program.clone().try_get_matches_from(all).unwrap_err();
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        told(&error, &words, &program)
    }

    #[test]
    fn a_program_without_dashes_is_shown_where_it_belongs() {
        for words in [
            &["run", "./agent.sh"][..],
            &["run", "--suite", "smoke", "./agent.sh", "-x"],
        ] {
            let text = of(words);
            assert!(
                text.contains("stands behind `--`: -- ./agent.sh ..."),
                "{text}"
            );
        }
        for words in [&["run", "--suit", "smoke"][..], &["trace", "nonsense"]] {
            let text = of(words);
            assert!(!text.contains("stands behind"), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let text = of(&[]);
        assert!(
            text.starts_with("a subcommand is missing: run, check, "),
            "{text}"
        );
        assert!(
            !text.contains("launch") && text.contains("`wild-conformance --help`"),
            "{text}"
        );
        let text = of(&["submit"]);
        assert!(
            text.starts_with("a subcommand is missing: slurm, kubernetes"),
            "{text}"
        );
        assert!(text.contains("`wild-conformance submit --help`"), "{text}");
    }
}
