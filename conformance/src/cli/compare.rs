//! `compare`: two runs, case by case and rule by rule.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::adjudicator::settled;
use super::check::judge_all;
use super::formats::ListFormat;
use super::gate::GateOptions;
use super::manner::{Manner, MannerOptions};
use super::part::elsewhere_than;
use super::selection::{LevelOptions, SelectionOptions};
use super::{Failure, baselines};
use crate::baseline::Day;
use crate::bounded;
use crate::comparison::{self, Side, SideError};
use crate::engine;
use crate::report::{Detail, comparison_json, comparison_summary, comparison_text, run_json};

/// Largest report that is read, in bytes.
const LARGEST: u64 = 512 * 1024 * 1024;

#[derive(Debug, clap::Args)]
pub(super) struct CompareOptions {
    /// The run before: a folder of evidence, which is judged again, or a report.json
    #[arg(value_name = "BASE")]
    base: PathBuf,
    /// The run now: the same
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// The comparison's format
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    report: ListFormat,
    #[command(flatten)]
    selection: SelectionOptions,
    #[command(flatten)]
    levels: LevelOptions,
    /// Excuse the findings that this file lists, of evidence that is judged again; a report.json stays as it is
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    gate: GateOptions,
    #[command(flatten)]
    manner: MannerOptions,
}

/// Something that is worse and not by chance is exit code 1.
pub(super) fn compare(options: &CompareOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let manner = Manner::from(options.manner);
    let base = side(&options.base, options)?;
    let new = side(&options.new, options)?;
    let compared =
        comparison::compare(&base, &new).map_err(|error| Failure::usage(error.to_string()))?;
    let text = match options.report {
        ListFormat::Text if manner.is_quiet => comparison_summary(&compared),
        ListFormat::Text => manner.painted(comparison_text(&compared)),
        ListFormat::Json => comparison_json(&compared),
    };
    out.write_all(text.as_bytes())?;
    Ok(compared.exit_code())
}

fn side(path: &Path, options: &CompareOptions) -> Result<Side, Failure> {
    let text = if path.is_dir() {
        let selection = options.levels.within(options.selection.read()?);
        let gate = options.gate.into();
        let folders = [path.to_owned()];
        let manner = options.manner.into();
        let cases = settled(judge_all(&folders, &selection, gate, None, manner))?;
        let elsewhere = elsewhere_than(&folders)?;
        let mut report = engine::conclude_part(cases, gate, elsewhere);
        baselines::of_file(options.baseline.as_deref())?.apply(&mut report, Day::today());
        run_json(&report, Detail::Findings)
    } else {
        bounded::read_text(path, LARGEST).map_err(|error| {
            Failure::usage(format!(
                "cannot read the run {}: {error}; give a folder of evidence, or a report.json",
                path.display()
            ))
        })?
    };
    let told = |error: SideError| Failure::usage(format!("{}: {error}", path.display()));
    Side::read(&text).map_err(told)
}
