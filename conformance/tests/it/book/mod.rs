//! The README and the book under `docs/`: their links, their commands, and the numbers that they give.
//!
//! How a page says what is to be done with its blocks is told in `step.rs`.

mod commands;
mod links;
mod numbers;
mod page;
mod server;
mod shown;
mod stage;
mod step;
