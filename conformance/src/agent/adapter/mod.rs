//! Adapters: how the harness speaks with an agent's program once it has started.
//!
//! A program that reads a prompt and prints an answer needs none. Others speak a protocol, and an
//! adapter is a file that speaks it: it brings the prompt, answers what the program asks, and tells an
//! [`Account`] what is said and done. The evidence is the same for all, and no rule knows the adapter.

mod account;
pub(super) mod acp;
mod incoming;

use std::io;
use std::time::Duration;

pub(super) use account::{Account, Accounts};
pub use acp::Acp;

use super::running::Running;
use crate::cancel::Cancel;
use crate::ending::Ending;

/// How long a program may take for each step of its end: for ending its turn when it is asked to, and
/// for ending itself when its input is closed.
const GRACE: Duration = Duration::from_secs(3);

/// Longest reason that is kept, in characters.
const LONGEST_REASON: usize = 400;

/// How the harness speaks with an agent's program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Adapter {
    /// The prompt on standard input or in the arguments, the answer on standard output.
    #[default]
    Stdio,
    /// The Agent Client Protocol on standard input and output.
    Acp(Acp),
}

/// What becomes of the permissions that a program asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Permissions {
    /// They are given.
    #[default]
    Allow,
    /// They are not.
    Deny,
}

impl std::str::FromStr for Permissions {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "allow" => Ok(Self::Allow),
            "deny" => Ok(Self::Deny),
            _ => Err("permissions are `allow` or `deny`".to_owned()),
        }
    }
}

/// Why a conversation went no further. It is the adapter's own finding, and says nothing about what
/// the agent did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The program said what the protocol does not have, or refused what every agent must do.
    Broken(String),
    /// The program closed its side while this was waited for.
    Closed(&'static str),
}

/// A conversation with one program.
pub(super) trait Dialogue {
    /// Brings the prompt, and tells why the agent's turn ended.
    async fn turn(&mut self) -> Result<String, Fault>;

    /// Whether the agent has been given its prompt.
    fn has_begun(&self) -> bool;

    /// Asks the agent to end its turn, and returns when it has.
    async fn cancel(&mut self);

    /// Says that there will be nothing more, and hears what is still said.
    async fn leave(&mut self);
}

/// Speaks with `agent` until its turn ends, its time is up, or `cancel` is raised. The program may
/// still be there when this returns.
pub(super) async fn converse(
    dialogue: &mut impl Dialogue,
    agent: &mut Running,
    limit: u64,
    cancel: &Cancel,
) -> io::Result<Ending> {
    let turn = {
        let mut turn = std::pin::pin!(dialogue.turn());
        tokio::select! {
            biased;
            () = cancel.raised() => Err(Ending::Interrupted),
            turn = &mut turn => Ok(turn),
            () = tokio::time::sleep(Duration::from_secs(limit)) => Err(Ending::TimedOut { limit }),
            // What it had said is still to be read, and another process may hold its output open.
            _ = agent.wait() => Ok(match tokio::time::timeout(GRACE, turn).await {
                Ok(turn) => turn,
                Err(_) => Err(Fault::Closed("the end of its turn")),
            }),
        }
    };
    let ending = match turn {
        Ok(Ok(stop_reason)) => Ending::TurnEnded { stop_reason },
        Ok(Err(Fault::Broken(error))) => Ending::Broken { error },
        Ok(Err(Fault::Closed(waited))) => closed(dialogue.has_begun(), waited, agent).await?,
        Err(ending) => {
            if dialogue.has_begun() {
                // Whoever does not end its turn is ended with its processes.
                let _ = tokio::time::timeout(GRACE, dialogue.cancel()).await;
            }
            ending
        }
    };
    let leave = async { tokio::join!(dialogue.leave(), agent.wait()) };
    let _ = tokio::time::timeout(GRACE, leave).await;
    Ok(ending)
}

/// A program that crashes over its work is judged; one that never came to work could not be played.
async fn closed(has_begun: bool, waited: &str, agent: &mut Running) -> io::Result<Ending> {
    let error = match tokio::time::timeout(GRACE, agent.wait()).await {
        Err(_) => format!("the program closed its output while {waited} was waited for"),
        Ok(status) => match super::exec::ending_of(status?) {
            Ending::Exited { code: 0 } => {
                format!("the program ended while {waited} was waited for")
            }
            ending if has_begun => return Ok(ending),
            ending => format!("the program {ending} while {waited} was waited for"),
        },
    };
    Ok(Ending::Broken { error })
}

/// `text` without line ends, and not longer than a reason may be.
pub(super) fn in_short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST_REASON) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
