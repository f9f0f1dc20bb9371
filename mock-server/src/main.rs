//! `wild-mock`: the mock server from the command line.

mod cli;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser;

/// A faithful, deterministic stand-in for the wild server, able to fail on demand.
#[derive(Debug, Parser)]
#[command(name = "wild-mock", version, max_term_width = 100)]
struct Args {
    #[command(subcommand)]
    command: cli::Command,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("WILD_MOCK_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    args.command.run().unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "error: {}", cli::told(&error));
        cli::exit_code(&error)
    })
}
