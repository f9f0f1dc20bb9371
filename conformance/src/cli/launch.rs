//! `launch`: what stands between the harness and the agent's program. Not for people.

use super::Failure;
use super::args::LaunchOptions;
use crate::agent::LaunchOrder;

pub(super) fn launch(options: LaunchOptions) -> Result<u8, Failure> {
    let order = LaunchOrder {
        report: options.report,
        stop: options.stop,
        sandbox: options.sandbox,
        writable: options.write,
        ports: options.ports,
        forbidden: options.forbidden.unwrap_or_default(),
        argv: options.argv,
    };
    order
        .carry_out()
        .map_err(|error| Failure::harness(format!("cannot launch the agent: {error}")))
}
