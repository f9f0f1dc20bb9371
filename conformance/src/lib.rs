//! Decides, rule by rule and with evidence, whether an agent keeps the contract of the planning
//! prompt.
//!
//! The way of a case through this crate:
//!
//! ```text
//! Case + AgentSpec --runner--> evidence on disk --load--> Evidence --> Facts --rules--> Report
//! ```
//!
//! Serving and judging share no state: the judge sees nothing but [`evidence::Evidence`], so that a
//! saved run is judged again without agent and server, and with the same verdicts.
//!
//! ```
//! use wild_conformance::{case, rules};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let rule = rules::find("ABT004").ok_or("no such rule")?;
//! assert_eq!(rule.slug, "checklist-well-formed");
//! assert!(rule.documentation().contains("ABORT_EARLY_DOCS_CHECK_FAILED"));
//!
//! let aborts = case::select(&["abort-*".to_owned()])?;
//! assert!(aborts.iter().all(|case| case.twin.as_deref() == Some("planning-healthy")));
//! # Ok(())
//! # }
//! ```

pub mod adjudicate;
pub mod agent;
mod aside;
pub mod asking;
pub mod audit;
pub mod baseline;
mod bounded;
pub mod cancel;
pub mod case;
pub mod catalog;
pub mod cli;
pub mod comparison;
pub mod demand;
pub mod doctor;
mod door;
pub mod ending;
pub mod engine;
pub mod evidence;
pub mod facts;
pub mod final_text;
pub mod format;
pub mod gate;
pub mod limits;
pub mod lint;
pub mod minimize;
pub mod model;
pub mod preset;
mod process;
mod programs;
pub mod prompt;
pub mod prose;
pub mod protocol;
mod redact;
pub mod report;
mod repository;
pub mod rules;
pub mod runner;
pub mod scratch;
mod secrets;
pub mod selection;
pub mod selftest;
pub mod statistics;
pub mod suite;
pub mod trace;
pub mod trial;
pub mod usage;
pub mod verdict;
mod visible;
