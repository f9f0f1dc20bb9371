//! A fake *wild server*: the HTTP API under which autonomous research agents plan, run and track
//! their experiments, offline, deterministic, and able to fail on demand.
//!
//! The server answers as the real one does, down to its error bodies, keeps a journal of every
//! exchange, and can be told to fail. A test starts one on a free port; it stops when it is
//! dropped, and hundreds can live in one process.
//!
//! ```
//! use wild_mock_server::{Clock, Fault, MockServer, SCENARIO_EPOCH};
//! # use std::io::{Read, Write};
//! # fn get(addr: std::net::SocketAddr, path: &str) -> String {
//! #     let mut stream = std::net::TcpStream::connect(addr).unwrap();
//! #     write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
//! #     let mut answer = String::new();
//! #     stream.read_to_string(&mut answer).unwrap();
//! #     answer
//! # }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::builder()
//!     .seed(7)
//!     .clock(Clock::stepped(SCENARIO_EPOCH, 0.25))
//!     .cluster("local_gpu:4".parse()?)
//!     .start()
//!     .await?;
//! let addr = server.addr();
//!
//! // Any HTTP client will do.
//! let answer = tokio::task::spawn_blocking(move || get(addr, "/wild/v2/system-health")).await?;
//! assert!(answer.starts_with("HTTP/1.1 200"));
//!
//! // Fail on demand, and see in the journal what happened.
//! server.arm(Fault::status("GET", "/docs", 503)).await;
//! tokio::task::spawn_blocking(move || get(addr, "/docs")).await?;
//! let exchanges = server.journal().exchanges();
//! assert_eq!(exchanges[1].path, "/docs");
//! assert_eq!(exchanges[1].status(), Some(503));
//! assert!(!exchanges[1].is_success());
//!
//! server.reset().await?;
//! assert!(server.journal().exchanges().is_empty());
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod acceptor;
mod app;
mod auth;
pub mod beneath;
pub mod cases;
pub mod clock;
mod connection;
pub mod control;
mod cors;
mod dashboard;
mod doors;
mod error;
mod exchange;
mod execute;
mod extract;
pub mod fault;
mod faulting;
mod fill;
pub mod ids;
pub mod imitation;
mod jobs;
pub mod journal;
pub mod json;
mod leave;
mod locks;
pub mod openapi;
mod pages;
mod passing;
mod persist;
mod pipeline;
mod plain;
pub mod profile;
mod python_text;
mod redirect;
mod routes;
mod routing;
pub mod scenario;
mod schema;
mod server;
pub mod skills;
mod state;
pub mod store;
mod target;
pub mod upstream;
mod validate;
pub mod version;

pub use clock::{Clock, ClockMode, SCENARIO_EPOCH, Timestamp};
pub use control::ControlServer;
pub use fault::{Action, Answer, Broken, Delay, Fault, FaultId, When};
pub use journal::{
    Body, Change, DropReason, Effect, Exchange, ExchangeOutcome, Journal, JournalQuery, Seq,
    TokenState,
};
pub use persist::{SaveError, StateError};
pub use profile::RunProfile;
pub use server::{Builder, MockServer, StartError};
pub use skills::SkillSource;
pub use store::{ClusterKind, ClusterProfile, RunMode, RunProfiles, StateSnapshot};
pub use upstream::Upstream;
