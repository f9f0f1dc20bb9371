//! Rules of a team's own, `--rules FILE`: they are there before anything else on the command line is read, as it
//! may name them.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::{Failure, config};
use crate::demand::own::{OwnError, OwnFile};
use crate::evidence::RulesFile;
use crate::report::plural;
use crate::rules::{self, OwnBook};

/// Most files of rules.
const MOST_FILES: usize = 16;

/// The option, of everything that takes codes of rules.
#[derive(Debug, clap::Args)]
pub(super) struct OwnRules {
    /// Judge plans by the demands in this file, too, which have codes of their own; repeatable
    #[arg(id = "rules", long = "rules", value_name = "FILE")]
    _files: Vec<PathBuf>,
}

/// Adds the rules that `argv` names, or else its configuration, to those of this process.
pub(super) fn adopt(argv: &[OsString]) -> Result<(), Failure> {
    let end = argv.iter().position(|word| word == "--");
    let words = argv.get(1..end.unwrap_or(argv.len())).unwrap_or_default();
    let is_help = |word: &OsString| {
        ["-h", "--help", "-V", "--version"]
            .iter()
            .any(|own| word == own)
    };
    let takes = config::is_configured(subcommand(words));
    if !takes || words.iter().any(is_help) {
        return Ok(());
    }
    let mut files = given(words, "--rules");
    if files.is_empty() && !words.iter().any(|word| word == "--no-config") {
        files = config::files_of_rules(given(words, "--config").pop())?;
    }
    if files.is_empty() {
        return Ok(());
    }
    if files.len() > MOST_FILES {
        let problem = format!("--rules names more than {MOST_FILES} files; put some together");
        return Err(Failure::usage(problem));
    }
    let read: Result<Vec<OwnFile>, OwnError> =
        files.iter().map(|file| OwnFile::read(file)).collect();
    if rules::adopt(OwnBook::new(read?)?) {
        Ok(())
    } else {
        Err(Failure::harness(
            "this process has rules of somebody's own already",
        ))
    }
}

/// What is to be told of rules by which plays were judged when they were played, where they are not those by which
/// they are judged now.
pub(super) fn other_rules(then: &[RulesFile]) -> Vec<String> {
    let now = rules::own().map_or_else(Vec::new, OwnBook::told);
    differences(then, &now)
}

fn differences(then: &[RulesFile], now: &[RulesFile]) -> Vec<String> {
    let told = then.iter().filter_map(|file| {
        if now.iter().any(|own| own.sha256 == file.sha256) {
            return None;
        }
        let is_asked = |code: &&String| now.iter().any(|own| own.codes.contains(code));
        let (asked, lost): (Vec<&String>, Vec<&String>) = file.codes.iter().partition(is_asked);
        let gone = lost.len();
        let (name, asked, lost) = (&file.file, joined(&asked), joined(&lost));
        Some(if lost.is_empty() {
            format!("{asked} may say something else than when it was played: {name} has changed")
        } else {
            format!(
                "what was played was judged by {name} as well, which is not given now, so that {lost} {} not asked; \
                 give it: --rules {name}",
                plural(gone, "is", "are")
            )
        })
    });
    told.collect()
}

fn joined(codes: &[&String]) -> String {
    let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    codes.join(", ")
}

/// The first word that is no option.
fn subcommand(words: &[OsString]) -> Option<&OsStr> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--config" {
            words.next();
        } else if !word.as_bytes().starts_with(b"-") {
            return Some(word);
        }
    }
    None
}

/// The values of an option, `--option VALUE` or `--option=VALUE`.
fn given(words: &[OsString], option: &str) -> Vec<PathBuf> {
    let mut values = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let behind = word.as_bytes().strip_prefix(option.as_bytes());
        match behind {
            Some([]) => values.extend(words.next().map(PathBuf::from)),
            Some([b'=', value @ ..]) => values.push(PathBuf::from(OsStr::from_bytes(value))),
            _ => {}
        }
    }
    values
}

impl From<OwnError> for Failure {
    fn from(error: OwnError) -> Self {
        Self::usage(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn what_is_given_is_read_in_both_forms() {
        let all = words("run --rules a.toml --rules=b.toml --rulesx=c --case x --rules");
        let files = given(&all, "--rules");
        assert_eq!(files, [PathBuf::from("a.toml"), PathBuf::from("b.toml")]);
    }

    #[test]
    fn rules_that_are_not_those_of_the_play_are_told() {
        let file = |sha256: &str, codes: &[&str]| RulesFile {
            file: "team.toml".to_owned(),
            sha256: sha256.to_owned(),
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        };
        let then = [file("a", &["TEAM001", "TEAM002"])];
        assert!(differences(&then, &then).is_empty());
        assert!(differences(&[], &then).is_empty());
        let told = |now: &[RulesFile]| differences(&then, now).join("; ");
        assert!(told(&[]).contains("TEAM001, TEAM002 are not asked"));
        let less = told(&[file("b", &["TEAM002"])]);
        assert!(
            less.contains(" TEAM001 is not asked; give it: --rules team.toml"),
            "{less}"
        );
        let other = told(&[file("b", &["TEAM001", "TEAM002", "TEAM003"])]);
        assert!(other.ends_with("team.toml has changed"), "{other}");
    }

    #[test]
    fn the_subcommand_is_the_first_word_that_is_no_option() {
        for (text, wanted) in [
            ("run --case plan", Some("run")),
            ("--config check.toml plan x", Some("plan")),
            ("--config=check.toml plan x", Some("plan")),
            ("--no-config", None),
        ] {
            assert_eq!(subcommand(&words(text)), wanted.map(OsStr::new), "{text}");
        }
    }
}
