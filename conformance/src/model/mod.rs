//! A scripted model: an endpoint that stands in for a language model, so that agent programs can be
//! tried offline.
//!
//! It keeps nothing between requests. What it answers follows from the request alone: the prompt in it
//! says what is to be done, the number of tool results says how far the agent has come, and their text
//! says what became of it. [`script`] decides what comes next, `dialect` reads and writes the four wire
//! formats, and `server` puts both behind a socket.
//!
//! ```text
//! request --dialect--> Talk --script--> Turn --dialect--> answer, plain or as a stream of events
//! ```

mod dialect;
mod facts;
mod filler;
mod reader;
pub mod script;
mod server;
mod talk;
mod toolbox;

pub use dialect::Dialect;
pub use script::{Script, ScriptError, shipped};
pub use server::{Played, serve};
pub use talk::Refusal;
