//! The mock server over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_cmp,
    clippy::format_push_string,
    reason = "a test that cannot go on fails"
)]

mod arbitrary;
mod cli;
mod client;
mod contract;
mod control;
mod curl;
mod dashboard;
mod difference;
mod differential;
mod executed;
mod faults;
mod imitated;
mod journal;
mod lifecycle;
mod likeness;
mod limits;
mod recalled;
mod recorder;
mod refusals;
mod replay;
mod resources;
mod saved;
mod scheduled;
mod shortage;
mod transport;
mod upstream;
mod when;
