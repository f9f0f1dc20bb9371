//! Adapters: how the harness speaks with an agent's program once it has started.
//!
//! A program that reads a prompt and prints an answer needs none. Others speak a protocol, and an
//! adapter is what speaks it: it brings the prompt, answers what the program asks, and tells an
//! [`Account`] what is said and done. The evidence is the same for all, and no rule knows the adapter.

mod account;
mod acp;
mod http;
mod incoming;
mod opencode;
mod outgoing;
mod speech;

use std::io;
use std::time::Duration;

use account::{Account, Tool};
pub use acp::Acp;
pub use http::Address;
pub(super) use http::{Http, Letter};
pub use opencode::{Model, OpencodeHttp};

use super::assignment::Assignment;
use super::launch_report::Opens;
use super::outcome::{AgentOutcome, Output};
use super::running::{Pipes, Running};
use super::streams::Streams;
use super::tree::Tree;
use super::waiting::{ending_of, impatience};
use crate::cancel::Cancel;
use crate::ending::Ending;
use crate::evidence::{LeftBehind, SandboxRecord};
use crate::usage::Usage;

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
    /// OpenCode's server, over HTTP.
    OpencodeHttp(OpencodeHttp),
}

impl Adapter {
    /// Whether the program is written to; `reads_prompt` tells whether it gets its prompt so.
    pub(super) fn takes_input(&self, reads_prompt: bool) -> bool {
        match self {
            Self::Stdio => reads_prompt,
            Self::Acp(_) => true,
            Self::OpencodeHttp(_) => false,
        }
    }

    /// The server that was started elsewhere, where this speaks with one.
    pub(super) fn elsewhere(&self) -> Option<&OpencodeHttp> {
        match self {
            Self::OpencodeHttp(server) if server.attach.is_some() => Some(server),
            _ => None,
        }
    }
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
enum Fault {
    /// The program said what the protocol does not have, or refused what every agent must do.
    Broken(String),
    /// The program closed its side while this was waited for.
    Closed(&'static str),
}

/// A conversation with one program.
trait Dialogue {
    /// Comes to the point where the prompt can be given.
    async fn open(&mut self) -> Result<(), Fault>;

    /// Brings the prompt, and tells why the agent's turn ended.
    async fn turn(&mut self) -> Result<String, Fault>;

    /// Asks the agent to end its turn, and returns when it has.
    async fn cancel(&mut self);

    /// Says that there will be nothing more, and hears what is still said. Whether the program is to
    /// end by itself now.
    async fn leave(&mut self) -> bool;

    /// What was taken down.
    fn into_account(self) -> Account;
}

/// How a conversation came to its end.
pub(super) struct Spoken {
    pub(super) ending: Ending,
    /// What the program says that it cost.
    pub(super) usage: Option<Usage>,
}

/// What a conversation is held under.
pub(super) struct Conversation<'a> {
    pub(super) task: &'a Assignment<'a>,
    pub(super) tree: Option<&'a Tree>,
    pub(super) cancel: &'a Cancel,
}

impl Conversation<'_> {
    /// Speaks with `agent`, which may still be there afterwards.
    pub(super) async fn hold(
        &self,
        adapter: &Adapter,
        agent: &mut Running,
    ) -> io::Result<(Spoken, Streams)> {
        let Pipes {
            stdin,
            stdout,
            stderr,
        } = agent.pipes()?;
        let lost = || io::Error::other("the program's pipes were lost");
        let stdout = stdout.ok_or_else(lost)?;
        let (account, told) = Account::open();
        let task = self.task;
        let streams = Streams::of_account(
            told,
            stderr,
            [&task.transcript, &task.stderr, &task.session],
        );
        let spoken = match adapter {
            Adapter::OpencodeHttp(options) => {
                let server = opencode::Server::Started(stdout, task.custody.room.clone());
                let client = opencode::Client::new(options, task, server, account);
                self.carry(client, Some(agent)).await?
            }
            // What speaks no protocol is not spoken with.
            Adapter::Stdio => return Err(lost()),
            Adapter::Acp(options) => {
                let ends = stdin.ok_or_else(lost)?;
                let client = acp::Client::new(options, task, (ends, stdout), account);
                self.carry(client, Some(agent)).await?
            }
        };
        Ok((spoken, streams))
    }

    /// Speaks until the turn ends, the time is up, or the user wants to stop.
    async fn carry(
        &self,
        mut dialogue: impl Dialogue,
        mut agent: Option<&mut Running>,
    ) -> io::Result<Spoken> {
        let limit = self.task.time_limit;
        let mut has_begun = false;
        let turn = {
            let mut turn = std::pin::pin!(async {
                dialogue.open().await?;
                if let Some(tree) = self.tree {
                    tree.is_complete_now();
                }
                has_begun = true;
                dialogue.turn().await
            });
            tokio::select! {
                biased;
                () = self.cancel.raised() => Err(Ending::Interrupted),
                turn = &mut turn => Ok(turn),
                () = tokio::time::sleep(Duration::from_secs(limit)) => {
                    Err(Ending::TimedOut { limit })
                }
                limit = impatience(self.task) => Err(Ending::TimedOut { limit }),
                // What it had said is still to be read, and another process may hold its output open.
                () = gone(agent.as_deref_mut()) => {
                    let rest = tokio::time::timeout(GRACE, turn).await;
                    Ok(rest.unwrap_or(Err(Fault::Closed("the end of its turn"))))
                }
            }
        };
        let ending = match turn {
            Ok(Ok(stop_reason)) => Ending::TurnEnded { stop_reason },
            Ok(Err(Fault::Broken(error))) => Ending::Broken { error },
            Ok(Err(Fault::Closed(waited))) => {
                closed(has_begun, waited, agent.as_deref_mut()).await?
            }
            Err(ending) => {
                if has_begun {
                    // Whoever does not end its turn is ended with its processes.
                    let _ = tokio::time::timeout(GRACE, dialogue.cancel()).await;
                }
                ending
            }
        };
        let leave = async {
            if dialogue.leave().await {
                gone(agent).await;
            }
        };
        let _ = tokio::time::timeout(GRACE, leave).await;
        let usage = dialogue.into_account().close().await;
        Ok(Spoken { ending, usage })
    }
}

/// Lets a server work that nobody here started. There are no processes to be watched, and none to be
/// ended.
pub(super) async fn attach(
    server: &OpencodeHttp,
    task: &Assignment<'_>,
    cancel: &Cancel,
) -> io::Result<AgentOutcome> {
    let (account, told) = Account::open();
    let streams = Streams::of_account(told, None, [&task.transcript, &task.stderr, &task.session]);
    let client = opencode::Client::new(server, task, opencode::Server::Elsewhere, account);
    let conversation = Conversation {
        task,
        tree: None,
        cancel,
    };
    let spoken = conversation.carry(client, None).await?;
    let printed = streams.finish().await?;
    Ok(AgentOutcome {
        ending: spoken.ending,
        output: Output {
            transcript: printed.stdout,
            stderr: printed.stderr,
            usage: spoken.usage,
            ..Output::default()
        },
        watched: None,
        left: LeftBehind::default(),
        sandbox: SandboxRecord::default(),
        opens: Opens::Untraced,
        unfound: None,
    })
}

/// Returns when `agent` has ended, and never where there is no process.
async fn gone(agent: Option<&mut Running>) {
    match agent {
        // How it ended, or why that is not known, is asked where it matters.
        Some(agent) => drop(agent.wait().await),
        None => std::future::pending().await,
    }
}

/// A program that crashes over its work is judged; one that never came to work could not be played.
async fn closed(has_begun: bool, waited: &str, agent: Option<&mut Running>) -> io::Result<Ending> {
    let status = match agent {
        Some(agent) => tokio::time::timeout(GRACE, agent.wait()).await.ok(),
        None => None,
    };
    let error = match status {
        None => format!("the connection was closed while {waited} was waited for"),
        Some(status) => match ending_of(status?) {
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
fn in_short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST_REASON) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
