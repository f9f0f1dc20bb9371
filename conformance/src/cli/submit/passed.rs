//! The words of a run that is carried out elsewhere.

use std::ffi::{OsStr, OsString};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::cli::Failure;

/// What is said anew for each shard.
const OWN: [&str; 4] = ["out", "shard", "resume", "argv"];

/// What makes no sense of a run in shards, and why.
const REFUSED: [(&str, &str); 6] = [
    ("shard", "each job of the array gets its own"),
    (
        "resume",
        "each job goes on where an earlier one stopped anyway",
    ),
    ("dry_run", "`run --dry-run` tells what would be played"),
    (
        "last_failed",
        "jobs have folders of their own; choose the cases with --case",
    ),
    ("max_failures", STOPS),
    ("max_cost", STOPS),
];

/// Why nothing may end a shard early.
const STOPS: &str = "each shard would count by itself, and one that stops early leaves the merge without a verdict; leave \
                     it away, in the configuration, too (--no-config reads none)";

/// What is said of the whole, and nothing of a part: it is for the job that merges.
const OF_THE_WHOLE: [&str; 4] = ["reports", "gates", "gate_demonstrate", "write_baseline"];

/// What was given, in the words of command lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Passed {
    /// Options of the run.
    pub(super) run: Vec<String>,
    /// Options of the merge.
    pub(super) merge: Vec<String>,
    /// The agent's program and its arguments.
    pub(super) agent: Vec<String>,
    /// Whether it says how many plays go on at the same time.
    pub(super) has_jobs: bool,
    /// Whether it says where evidence goes.
    pub(super) has_out: bool,
}

impl Passed {
    /// What `given`, to a subcommand of `program` that has the options of `run`, says.
    pub(super) fn of(given: &ArgMatches, program: &Command) -> Result<Self, Failure> {
        let find = |name| program.find_subcommand(name);
        let is_given = |id: &str| given.value_source(id) == Some(ValueSource::CommandLine);
        let mut passed = Self::default();
        for arg in find("run").into_iter().flat_map(Command::get_arguments) {
            let id = arg.get_id().as_str();
            let is_known = given.try_contains_id(id).is_ok();
            if !is_known || !is_given(id) {
                continue;
            }
            if let Some((_, why)) = REFUSED.iter().find(|(own, _)| *own == id) {
                let option = arg.get_long().unwrap_or(id);
                return Err(Failure::usage(format!(
                    "--{option} cannot be submitted: {why}"
                )));
            }
            let words = words(arg, given)?;
            if !OWN.contains(&id) && !OF_THE_WHOLE.contains(&id) {
                passed.run.extend(words.iter().cloned());
            }
            let mut merges = find("merge").into_iter().flat_map(Command::get_arguments);
            if !OWN.contains(&id) && merges.any(|own| own.get_id() == arg.get_id()) {
                passed.merge.extend(words);
            }
        }
        if is_given("argv") {
            let all = given.get_raw("argv").into_iter().flatten();
            passed.agent = all.map(text).collect::<Result<_, _>>()?;
        }
        passed.has_jobs = is_given("jobs");
        passed.has_out = is_given("out");
        Ok(passed)
    }
}

/// An option as it is written, once for each of its values.
fn words(arg: &Arg, given: &ArgMatches) -> Result<Vec<String>, Failure> {
    let Some(option) = arg.get_long() else {
        return Ok(Vec::new());
    };
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return Ok(vec![format!("--{option}")]);
    }
    let values = given.get_raw(arg.get_id().as_str()).into_iter().flatten();
    let word = |value: &OsStr| Ok(format!("--{option}={}", text(value)?));
    values.map(word).collect()
}

fn text(word: &OsStr) -> Result<String, Failure> {
    OsString::from(word).into_string().map_err(|word| {
        Failure::usage(format!(
            "`{}` is no UTF-8, and a job is a text",
            word.to_string_lossy()
        ))
    })
}
