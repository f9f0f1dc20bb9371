//! Tests of the harness as its users meet it: the program, its evidence and its judgement.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at what should not be"
)]

mod adjudicate;
mod adjudicator_openai;
mod audit;
mod cli;
mod containment;
mod coverage;
mod defects;
#[cfg(feature = "walls")]
mod disguised;
mod disguises;
mod doubts;
mod evidence;
mod foreign_agents;
mod hostile;
#[cfg(target_os = "linux")]
mod hostile_walls;
mod interrupt;
mod left;
mod literate;
mod literate_execution;
mod literate_fixture;
mod literate_http;
mod literate_processes;
mod literate_told;
mod loops;
mod matrix;
mod own;
mod plans;
mod play;
mod prompts;
mod proof;
mod reports;
mod reproduce;
mod strangers;
mod suites;
