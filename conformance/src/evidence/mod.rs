//! What was observed while a case was played, and its home on disk.
//!
//! A case's evidence is one directory of readable files:
//!
//! | file | content |
//! |---|---|
//! | `evidence.json` | the [`PlayRecord`]: format version, case, seed, prompt variables, what a prompt of the user's own does not tell, how the agent ended, completeness |
//! | `seal.json` | size and SHA-256 of every other file but the reports; its own SHA-256 is the root, which stands for all |
//! | `prompt.md` | what the agent was told |
//! | `journal.ndjson` | one HTTP exchange a line |
//! | `transcript.txt`, `stderr.txt` | what the agent printed; where its final text is told apart, that is the transcript |
//! | `stdout.txt` | what it printed, where that is not its final text |
//! | `session.txt` | what was said and done over a protocol, where one is spoken |
//! | `workspace-before.json`, `workspace-after.json` | every entry with kind, size, mode and hash |
//! | `outside-before.json`, `outside-after.json` | the same for the folder around the workspace |
//! | `loose-effects.json` | what the server's schedule changed after the last exchange |
//! | `processes.ndjson` | one executed program a line, where processes were watched |
//! | `announcements.ndjson` | one experiment that announced itself a line |
//! | `opened.ndjson` | one file of an experiment that a process opened a line, where that was observed |
//! | `files/` | the contents of text files that the agent created or changed |
//! | `state-before.json`, `state.json` | the server's state before the agent came, and in the end |
//! | `arrivals.json` | when each request arrived, in seconds by the wall clock |
//!
//! `report.json` and `report.txt` beside them are no evidence: they tell what was judged, are not sealed, and
//! nobody here reads them.
//!
//! A whole campaign has such a folder, too, beside those of its iterations: the workspace before the first
//! and after the last, and the state in the end, without requests and processes, which stand there.
//!
//! Beside the folders of its plays a run keeps `run.json`, which names those that are its own.
//!
//! The judge reads nothing else, so that [`Evidence::load`] and a rule's verdict need neither the
//! agent nor the server.

mod claim;
mod coherence;
mod conditions;
mod copy;
mod earlier;
mod file_name;
mod find;
mod folder_snapshot;
mod iterations;
mod load;
mod opened;
mod part;
mod play_record;
mod plays;
mod processes;
mod reading;
mod sandbox;
mod seal;
mod shards;
mod shards_error;
mod survey;
mod walls;
mod writer;

use std::collections::BTreeMap;

use serde_json::Value;
use wild_mock_server::{Effect, Exchange, Seq};

pub use claim::{Claim, ClaimError};
pub use conditions::{Conditions, short_digest};
pub use earlier::discard;
pub use find::{Found, find};
pub use folder_snapshot::{
    Blind, Entry, EntryKind, FolderSnapshot, SnapshotError, Special, Unseen,
};
pub use iterations::{ITERATION, Iterations, iteration_of};
pub(crate) use load::output_files;
pub use load::record_file;
pub use opened::{ANNOUNCER, Form, Opened};
pub use part::{MOST_SHARDS, Part, Share};
pub(crate) use play_record::WATCHED_SINCE;
pub(crate) use play_record::hex;
pub use play_record::{
    Captured, Completeness, Digest, FinalTextRecord, OwnPrompt, PlayRecord, RulesFile, TasksChange,
    Timings, TokenSearch, digest_of, digest_of_file,
};
pub use plays::{PlayState, Plays, RunState};
pub use processes::{
    ASKED_FOR, Announcement, AuditRecord, BY_HAND, Exec, ExecEnd, ExecSource, LeftBehind, Leftover,
    Mechanism, Processes, SWITCHED_OFF, Stream,
};
pub use reading::LoadError;
pub use sandbox::{SandboxRecord, SandboxState};
pub use seal::{REPORT_JSON, REPORT_TEXT, Seal};
pub use shards::Shards;
pub use shards_error::ShardsError;
pub use survey::{Reach, Survey};
pub use walls::{NOT_STARTED, Refusal, Standing, TAKEN_AWAY, Wall};
pub use writer::{WriteError, Writer};

/// Everything that is known about one played case.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What was played and how it ended.
    pub record: PlayRecord,
    /// The prompt as rendered.
    pub prompt: String,
    /// The exchanges that the server saw, in order of arrival.
    pub journal: Vec<Exchange>,
    /// The agent's final text, which is what it printed to standard output unless it was told apart.
    pub transcript: String,
    /// The end of what it printed to standard error.
    pub complaint: String,
    /// What the folder is called.
    pub name: String,
    /// The workspace before the agent started.
    pub before: FolderSnapshot,
    /// The workspace after the agent and all its processes had ended.
    pub after: FolderSnapshot,
    /// Contents of created and changed text files, by their path in the workspace.
    pub files: BTreeMap<String, String>,
    /// The server's final state.
    pub state: Value,
    /// The server's state before the agent came; null where evidence does not have it.
    pub state_before: Value,
    /// When requests arrived, in seconds by the wall clock; absent where nobody noted it.
    pub arrivals: Option<BTreeMap<Seq, f64>>,
    /// What lay around the workspace; absent in evidence of versions that did not look.
    pub outside: Option<Outside>,
    /// Changes that the server made after the last exchange, by itself.
    pub loose_effects: Vec<Effect>,
    /// What the agent's processes executed; absent where nobody looked. [`PlayRecord::audit`] tells how
    /// much of it could be seen.
    pub processes: Option<Processes>,
    /// Whether it is sealed.
    pub seal: Seal,
}

impl Evidence {
    /// What changed on the server, in order: each change with the exchange during which it happened, and those after
    /// the last one.
    pub fn effects(&self) -> impl Iterator<Item = (Option<Seq>, &Effect)> {
        let exchanges = self.journal.iter();
        let during =
            exchanges.flat_map(|own| own.effects.iter().map(|effect| (Some(own.seq), effect)));
        during.chain(self.loose_effects.iter().map(|effect| (None, effect)))
    }
}

/// The folder around the workspace, without the workspace.
#[derive(Debug, Clone, PartialEq)]
pub struct Outside {
    /// Before the agent started.
    pub before: FolderSnapshot,
    /// After it had ended.
    pub after: FolderSnapshot,
}
