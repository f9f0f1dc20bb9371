//! `launch`: what stands between the harness and the agent's program. Not for people.

use std::ffi::OsString;
use std::io::Write;

use super::Failure;
use crate::agent;

#[derive(Debug, clap::Args)]
pub(super) struct LaunchOptions {
    /// The program and its arguments
    #[arg(last = true)]
    pub(super) argv: Vec<OsString>,
}

pub(super) fn launch(options: &LaunchOptions, out: &mut impl Write) -> Result<u8, Failure> {
    agent::launch(&options.argv, out)
        .map_err(|error| Failure::harness(format!("cannot launch the agent: {error}")))
}
