//! `trace`: from the prompt's demands to rules, cases and mutants.

use std::io::Write;

use clap::ValueEnum;

use super::Failure;
use crate::trace::{self, TraceError};

#[derive(Debug, clap::Args)]
pub(super) struct TraceOptions {
    /// The table's format
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    report: TraceFormat,
}

/// Formats of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TraceFormat {
    /// A block a demand
    Text,
    /// A Markdown table
    Markdown,
    /// One JSON document
    Json,
}

pub(super) fn trace(options: &TraceOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let rows = trace::table()?;
    match options.report {
        TraceFormat::Text => out.write_all(trace::text(&rows).as_bytes())?,
        TraceFormat::Markdown => out.write_all(trace::markdown(&rows).as_bytes())?,
        TraceFormat::Json => writeln!(out, "{:#}", trace::json(&rows))?,
    }
    Ok(0)
}

impl From<TraceError> for Failure {
    fn from(error: TraceError) -> Self {
        Self::harness(error.to_string())
    }
}
