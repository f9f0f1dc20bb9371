//! The mock server over real sockets.

mod arbitrary;
mod cli;
mod client;
mod contract;
mod control;
mod executed;
mod faults;
mod journal;
mod lifecycle;
mod limits;
