//! `launch`: what stands between the harness and the agent's program. Not for people.

use std::io::Write;

use super::Failure;
use super::args::LaunchOptions;
use crate::agent::Order;

pub(super) fn launch(options: &LaunchOptions, out: &mut impl Write) -> Result<u8, Failure> {
    Order::carry_out(&options.argv, out)
        .map_err(|error| Failure::harness(format!("cannot launch the agent: {error}")))
}
