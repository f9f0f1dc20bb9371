//! The program `wild-conformance`: the command line of the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    // Not locked: progress is drawn from other threads meanwhile.
    let mut err = std::io::stderr();
    wild_conformance::cli::main(std::env::args_os(), &mut out, &mut err).into()
}
