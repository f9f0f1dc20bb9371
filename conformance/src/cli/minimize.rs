//! `minimize`: the smallest set of a case's faults with which an agent still fails.

use std::io::Write;
use std::path::PathBuf;

use toml::{Table, Value};
use wild_mock_server::Fault;

use super::Failure;
use super::driver::DriverOptions;
use super::gate::GateOptions;
use super::prompt::PromptOptions;
use super::runtime::runtime;
use super::selection::SelectionOptions;
use super::signals::raise_on_signal;
use super::supervision::{SupervisionOptions, supervision};
use crate::cancel::Cancel;
use crate::case::{self, Case};
use crate::engine::{self, CaseOutcome};
use crate::evidence::Evidence;
use crate::gate::Gate;
use crate::minimize::minimize as shrink;
use crate::runner::{Harness, Play, Setup, run_case};
use crate::selection::Selection;

/// Options of `minimize`.
#[derive(Debug, clap::Args)]
pub(super) struct MinimizeOptions {
    /// The case: its id or its .toml file
    #[arg(value_name = "CASE")]
    case: String,
    /// Write the smaller case to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Seed of the server's identifiers
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    #[command(flatten)]
    selection: SelectionOptions,
    #[command(flatten)]
    gate: GateOptions,
    #[command(flatten)]
    prompts: PromptOptions,
    #[command(flatten)]
    supervision: SupervisionOptions,
    #[command(flatten)]
    driver: DriverOptions,
}

/// All that can be refused is refused here, in order, before anything is played.
pub(super) fn minimize(mut options: MinimizeOptions, out: &mut impl Write) -> Result<u8, Failure> {
    options.driver.fit(&mut options.supervision, true)?;
    let case = case_with_faults(&options.case)?;
    if options.driver.is_nobody() {
        let message = "no agent was given that fails; give its program: `-- PROGRAM [ARGUMENT]...`";
        return Err(Failure::usage(message));
    }
    let driver = options.driver.driver()?;
    let supervision = supervision(
        options.supervision,
        std::slice::from_ref(&options.case),
        true,
    )?;
    let bench = Bench {
        setup: Setup {
            supervision: driver.held(supervision),
            agent: driver.agent,
            prompts: options.prompts.read()?,
            seed: options.seed,
            time_limit: None,
            harness: Harness::default(),
        },
        case,
        selection: options.selection.read()?,
        gate: options.gate.into(),
        folder: tempfile::tempdir()
            .map_err(|error| Failure::harness(format!("cannot make a folder: {error}")))?,
        cancel: Cancel::new(),
    };
    let searched = runtime()?.block_on(bench.search());
    if bench.cancel.is_raised() {
        let message = "interrupted: the smallest set of faults was not found";
        return Err(Failure::interrupted(message));
    }
    let (smaller, trials, violated) = searched?;
    let text = case_file(&bench.case, &smaller)?;
    match &options.out {
        None => out.write_all(text.as_bytes())?,
        Some(file) => std::fs::write(file, text).map_err(|error| {
            Failure::harness(format!("cannot write {}: {error}", file.display()))
        })?,
    }
    let mut err = std::io::stderr().lock();
    // A terminal that is gone is no reason to fail.
    let _ = writeln!(
        err,
        "{} of {} faults are enough for {}; {} plays",
        smaller.len(),
        bench.case.faults.len(),
        violated.join(", "),
        trials + 1,
    );
    Ok(0)
}

/// The one case of this name or file, which has something to leave out.
fn case_with_faults(name: &str) -> Result<Case, Failure> {
    let mut cases = case::select(&[name.to_owned()])?;
    let (Some(case), true) = (cases.pop(), cases.is_empty()) else {
        let message = format!("`{name}` fits several cases; give the id of one");
        return Err(Failure::usage(message));
    };
    if case.faults.is_empty() {
        let message = format!(
            "the case `{}` has no faults to leave out; give one that has, such as abort-docs-503",
            case.id
        );
        return Err(Failure::usage(message));
    }
    Ok(case)
}

/// Where the agent is tried.
struct Bench {
    setup: Setup,
    case: Case,
    selection: Selection,
    gate: Gate,
    folder: tempfile::TempDir,
    cancel: Cancel,
}

impl Bench {
    /// The smallest set of faults with which the same rules are violated, how many plays that took
    /// beyond the first one, and the rules.
    async fn search(&self) -> Result<(Vec<Fault>, usize, Vec<&'static str>), Failure> {
        raise_on_signal(self.cancel.clone())?;
        let wanted = self.violated(&self.case.faults).await?;
        if wanted.is_empty() {
            return Err(Failure::usage(format!(
                "the agent violates no rule in `{}`, so that there is nothing to find",
                self.case.id
            )));
        }
        let mut failure = None;
        let failed = std::cell::RefCell::new(&mut failure);
        let found = shrink(self.case.faults.clone(), |faults: Vec<Fault>| {
            let (wanted, failed) = (&wanted, &failed);
            async move {
                match self.violated(&faults).await {
                    Ok(violated) => wanted.iter().all(|code| violated.contains(code)),
                    Err(error) => {
                        **failed.borrow_mut() = Some(error);
                        false
                    }
                }
            }
        })
        .await;
        match failure {
            Some(error) => Err(error),
            None => Ok((found.kept, found.trials, wanted)),
        }
    }

    /// The rules that the agent violates with these faults alone.
    async fn violated(&self, faults: &[Fault]) -> Result<Vec<&'static str>, Failure> {
        let mut case = self.case.clone();
        case.faults = faults.to_vec();
        let play = Play {
            case,
            repetition: 1,
        };
        let folder = self.folder.path().join("play");
        run_case(&play, &self.setup, &folder, &self.cancel).await?;
        let report = engine::judge(&Evidence::load(&folder)?, &self.selection, self.gate);
        if let CaseOutcome::CouldNotRun(reason) = &report.outcome {
            // What mends it, or what was said last, comes first.
            let notes = report.notes.iter().take(1);
            let notes = notes.map(|note| format!("\n{note}"));
            return Err(Failure::harness(format!(
                "`{}` could not run, so that nothing was found out: {reason}{}",
                self.case.id,
                notes.collect::<String>()
            )));
        }
        Ok(report.failing(self.gate))
    }
}

/// A case file with fewer faults.
fn case_file(case: &Case, faults: &[Fault]) -> Result<String, Failure> {
    let told =
        |error: &dyn std::fmt::Display| Failure::harness(format!("cannot tell the case: {error}"));
    let mut smaller = case.clone();
    smaller.id = format!("{}-minimal", case.id);
    smaller.faults = faults.to_vec();
    let mut table = Table::try_from(&smaller).map_err(|error| told(&error))?;
    // What a plan file says need not be repeated.
    if smaller.plan.is_some() {
        table.remove("placeholder");
    }
    table.retain(|_, value| !matches!(value, Value::Array(list) if list.is_empty()));
    toml::to_string(&table).map_err(|error| told(&error))
}
