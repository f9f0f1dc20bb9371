//! How evidence is judged, as all subcommands take it that judge some.

use std::path::PathBuf;

use super::Failure;
use super::adjudicator::AdjudicatorOptions;
use super::claims::ClaimOptions;
use super::formats::ReportRequest;
use super::gate::GateOptions;
use super::manner::MannerOptions;
use super::selection::{LevelOptions, SelectionOptions};
use crate::report::Format;
use crate::selection::Selection;

/// Options of everything that judges evidence.
#[derive(Debug, clap::Args)]
pub(super) struct JudgingOptions {
    #[command(flatten, next_help_heading = "Judging")]
    pub(super) selection: SelectionOptions,
    #[command(flatten, next_help_heading = "Judging")]
    pub(super) levels: LevelOptions,
    #[command(flatten, next_help_heading = "Judging")]
    pub(super) gate: GateOptions,
    #[command(flatten, next_help_heading = "Judging")]
    pub(super) claims: ClaimOptions,
    /// Excuse the findings that this file lists by case and rule
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Write what was found to this file, beside the entries of --baseline that still excuse something
    #[arg(long, value_name = "FILE")]
    pub(super) write_baseline: Option<PathBuf>,
    #[arg(long = "report", value_name = "FORMAT[=FILE]", help = about_reports())]
    pub(super) reports: Vec<ReportRequest>,
    #[command(flatten)]
    pub(super) manner: MannerOptions,
    #[command(flatten, next_help_heading = "Doubts")]
    pub(super) adjudicator: AdjudicatorOptions,
}

/// What `--report` is for, with the formats that there are.
fn about_reports() -> String {
    let words = Format::words().collect::<Vec<_>>().join(", ");
    format!(
        "Tell the report in this format ({words}), to stdout in place of the text, or to a file beside it; repeatable"
    )
}

impl JudgingOptions {
    /// The rules that are asked, with their levels.
    pub(super) fn selection(&self) -> Result<Selection, Failure> {
        Ok(self.levels.within(self.selection.read()?))
    }
}
