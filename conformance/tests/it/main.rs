//! Tests of the harness as its users meet it: the program, its evidence and its judgement.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at what should not be"
)]

mod adapters;
mod adjudicate;
mod adjudicator_openai;
mod audit;
mod book;
mod campaigns;
mod cli;
mod config;
mod containment;
mod coverage;
mod defects;
#[cfg(feature = "walls")]
mod disguised;
#[cfg(feature = "walls")]
mod disguised_ways;
mod disguises;
mod doctor;
mod doubts;
mod driver;
mod evidence;
mod foreign_agents;
mod formats;
mod hostile;
#[cfg(target_os = "linux")]
mod hostile_walls;
mod imports;
mod interrupt;
mod jobs;
mod left;
mod literate;
mod literate_execution;
mod literate_fixture;
mod literate_http;
mod literate_processes;
mod literate_tables;
mod literate_told;
mod literate_workspace;
mod loops;
mod matrix;
mod misuse;
mod model;
mod model_client;
mod model_dialects;
mod own;
mod own_rules;
mod page;
mod plans;
mod play;
mod played;
mod presets;
mod prompts;
mod proof;
mod rates;
mod release;
mod reports;
mod reproduce;
mod resume;
mod runs;
mod saved;
mod saved_reports;
mod shards;
mod strangers;
mod submitted;
mod suites;
mod unlisted;
mod words;
mod workspaces;
