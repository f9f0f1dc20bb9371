//! What the model does: scripts, which are data, and how they are followed.
//!
//! A script has steps for planning and for later iterations. Each is one tool call, or the answer with
//! which the turn ends. Which one is due follows from how many tools have answered, and from what they
//! told: see `follow`.

mod context;
mod follow;
mod form;
mod load;
mod shipped;
mod template;

use form::{Edit, Step};
pub use load::ScriptError;
pub use shipped::shipped;

/// A script, ready to be followed.
#[derive(Debug, Clone)]
pub struct Script {
    /// Its name, or the file's.
    pub name: String,
    /// What the model does, in one line.
    pub about: String,
    /// Codes of the rules that an agent breaks that does as the model says; none where it conforms.
    pub breaks: Vec<String>,
    /// The case in which that shows.
    pub case: String,
    shells: Vec<String>,
    plan_edits: Vec<Edit>,
    planning: Vec<Step>,
    execution: Vec<Step>,
}
