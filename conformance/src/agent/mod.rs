//! Agents: programs that are given a prompt and left alone with it.
//!
//! Every agent is a program of its own, the built-in reference agent included: it is started as a
//! subprocess and judged by nothing but what it does.

mod adapter;
mod answer;
mod assignment;
mod capture;
mod command;
mod exec;
mod fence;
mod fill;
mod identity;
mod launch;
mod launch_report;
mod order;
mod outcome;
mod outfit;
mod places;
mod question;
pub mod reference;
pub mod replay;
mod running;
mod sentry;
mod spec;
mod streams;
mod supervision;
mod tree;
mod unfound;
mod waiting;
pub mod walls;

pub use adapter::{Acp, Adapter, Address, Model, OpencodeHttp, Permissions};
pub use assignment::Assignment;
pub(crate) use command::scratch_home;
pub use exec::run;
pub(crate) use fill::{fill, placeholders};
pub use launch::launch;
pub use launch_report::Opens;
pub use order::Order;
pub use outcome::{AgentOutcome, Output};
pub use outfit::{Login, Outfit};
pub(crate) use question::question;
pub(crate) use sentry::Sentry;
pub use spec::AgentSpec;
pub(crate) use supervision::path_with;
pub use supervision::{Custody, Supervision};
pub(crate) use tree::{TAG_VARIABLE, Tree, next_tag};
