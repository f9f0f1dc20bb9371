//! `selftest`: the kill matrix.

use std::io::Write;

use super::Failure;
use super::formats::ListFormat;
use super::runtime::{processors, runtime, this_program};
use super::signals::raise_on_signal;
use crate::cancel::Cancel;
use crate::selftest::{self, SelftestError};

#[derive(Debug, clap::Args)]
pub(super) struct SelftestOptions {
    /// The matrix's format
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) report: ListFormat,
    /// Play this many agents at the same time; twice the number of processors by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) jobs: Option<u16>,
}

pub(super) fn selftest(options: &SelftestOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let program = this_program()?;
    let jobs = options.jobs.map_or_else(default_jobs, usize::from);
    let cancel = Cancel::new();
    let matrix = runtime()?.block_on(async {
        raise_on_signal(cancel.clone())?;
        selftest::run(&program, jobs, &cancel)
            .await
            .map_err(Failure::from)
    })?;
    if cancel.is_raised() {
        let message = "interrupted: not everything was played, so that there is no matrix";
        return Err(Failure::interrupted(message));
    }
    match options.report {
        ListFormat::Text => out.write_all(selftest::text(&matrix).as_bytes())?,
        ListFormat::Json => writeln!(out, "{:#}", selftest::json(&matrix))?,
    }
    Ok(u8::from(!matrix.is_sound()))
}

/// Twice as many agents as processors: most of an agent's time goes by in waiting for an answer.
fn default_jobs() -> usize {
    processors() * 2
}

impl From<SelftestError> for Failure {
    fn from(error: SelftestError) -> Self {
        Self::harness(error.to_string())
    }
}
