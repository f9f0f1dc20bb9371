//! The command line.
//!
//! Everything is written to the two streams that the caller passes in: what was asked for to `out`,
//! everything else to `err`. Exit codes mean the same in every subcommand that judges: 0 conformant,
//! 1 non-conformant, 2 wrong usage or configuration, 3 could not run or harness error, 130 interrupted.

mod adjudicator;
mod again;
mod agent;
mod agents;
mod args;
mod baselines;
mod cases;
mod check;
mod chosen;
mod claims;
mod closing;
mod compare;
mod config;
mod destinations;
mod doctor;
mod doubts;
mod driven;
mod driver;
mod dry_run;
mod durations;
mod failure;
mod formats;
mod gate;
mod init;
mod judging;
mod launch;
mod list;
mod manner;
mod manual;
mod merge;
mod minimize;
mod misuse;
mod model;
mod new_case;
mod own_rules;
mod part;
mod plan;
mod progress;
mod prompt;
mod recorded;
mod register;
mod replay;
mod reports;
mod reproduce;
mod resume;
mod run;
mod run_options;
mod runtime;
mod selection;
mod selftest;
mod shard;
mod shell;
mod signals;
mod submit;
mod supervision;
mod trace;
mod words;
mod written;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{CommandFactory, Parser};

use crate::visible;
use args::{Args, Command};
pub use failure::Failure;

/// Runs the program with `argv`, whose first element is the program's name. Gives the exit code.
pub fn main(
    argv: impl IntoIterator<Item = OsString>,
    out: &mut impl Write,
    err: &mut (impl Write + Send),
) -> u8 {
    let argv: Vec<OsString> = argv.into_iter().collect();
    let ends_with_dashes = argv.last().is_some_and(|last| last == "--");
    let program = Args::command();
    let completed = own_rules::adopt(&argv).and_then(|()| config::completed(argv, &program));
    let completed = match completed {
        Ok(completed) => completed,
        Err(failure) => return conclude(Err(failure), out, err),
    };
    match Args::try_parse_from(&completed.argv) {
        Ok(Args { command, .. }) if ends_with_dashes && command.has_no_program() => {
            conclude(Err(Failure::usage(NO_PROGRAM)), out, err)
        }
        Ok(Args { command, .. }) => {
            conclude(dispatch(command, &completed, &program, out), out, err)
        }
        Err(error) => {
            if error.use_stderr() {
                let words = completed.argv.iter().skip(1);
                let words: Vec<String> = words
                    .map(|word| word.to_string_lossy().into_owned())
                    .collect();
                let text = misuse::told(&error, &words, &program);
                return conclude(Err(Failure::usage(text)), out, err);
            }
            let text = error.render().to_string();
            conclude(
                out.write_all(text.as_bytes())
                    .map(|()| 0)
                    .map_err(Failure::from),
                out,
                err,
            )
        }
    }
}

/// Who writes `--` means a program, and whose variable was empty must not be told of another agent.
const NO_PROGRAM: &str = "nothing stands behind `--`, where the agent's program belongs (an empty variable?); \
                          leave `--` away for the reference agent";

fn dispatch(
    command: Command,
    completed: &config::Completed,
    program: &clap::Command,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    match command {
        Command::Run(options) => {
            let again = again::Again::of(&completed.given, program);
            run::run(*options, again, out)
        }
        Command::Check(options) => check::check(&options, out),
        Command::Merge(options) => merge::merge(&options, out),
        Command::Compare(options) => compare::compare(&options, out),
        Command::Doubts(options) => doubts::doubts(&options, out),
        Command::Plan(options) => plan::plan(&options, out),
        Command::Words { sentence, all } => words::words(&sentence, all, out),
        Command::Prompt(options) => prompt::prompt(&options, out),
        Command::Cases(options) => cases::cases(&options, out),
        Command::Rules { schema: true, .. } => list::schema(out),
        Command::Rules { list, .. } => list::rules(list.report, out),
        Command::Explain { code, .. } => list::explain(&code, out),
        Command::Reproduce(options) => reproduce::reproduce(*options, out),
        Command::Minimize(options) => minimize::minimize(*options, out),
        Command::Trace(options) => trace::trace(&options, out),
        Command::Selftest(options) => selftest::selftest(&options, out),
        Command::Doctor(options) => doctor::doctor(*options, out),
        Command::Agents(options) => agents::agents(&options, out),
        Command::Model(options) => model::model(&options, out),
        Command::Submit(options) => submit::submit(*options, completed, program, out),
        Command::Config(options) => config::show(options.schema, completed, program, out),
        Command::Completions(options) => manual::completions(&options, program, out),
        Command::Man(options) => manual::man(&options, program, out),
        Command::Init(options) => init::init(&options, out),
        Command::Agent(options) => agent::agent(&options, out),
        Command::Replay => replay::replay(out),
        Command::Launch(options) => launch::launch(&options, out),
    }
}

fn conclude(result: Result<u8, Failure>, out: &mut impl Write, err: &mut impl Write) -> u8 {
    let result = result.and_then(|code| out.flush().map(|()| code).map_err(Failure::from));
    match result {
        Ok(code) => code,
        Err(failure) if failure.is_broken_pipe() => BROKEN_PIPE,
        Err(failure) => {
            // Where even this fails there is nobody left to be told.
            let _: io::Result<()> =
                writeln!(err, "{}", visible::text(&failure.to_string())).and_then(|()| err.flush());
            failure.exit_code()
        }
    }
}

/// Exit code when the reader of the output went away, as a shell reports SIGPIPE.
const BROKEN_PIPE: u8 = 141;
