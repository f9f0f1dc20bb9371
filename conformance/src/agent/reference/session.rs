//! The agent at work: its client, its paths, and what it was told to do wrong.

use std::path::Path;

use serde_json::Value;

use super::ReferenceError;
use super::briefing::Briefing;
use super::client::Client;
use super::mistakes::{Mistakes, Slip};
use super::pace::Pace;
use super::survey::{Cluster, Survey};

/// A prompt skill, as the server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skill {
    pub(crate) name: String,
    pub(crate) description: String,
}

/// The search for skills.
pub(super) const SEARCH: &str = "/prompt-skills/search?q=experiment&limit=5";

/// One run of the agent.
pub(super) struct Session<'a> {
    pub(super) briefing: &'a Briefing,
    pub(super) client: Client,
    mistakes: Mistakes,
    pace: Pace,
}

impl<'a> Session<'a> {
    pub(super) fn new(briefing: &'a Briefing, mistakes: Mistakes) -> Self {
        let client = Client::new(briefing.token.as_deref());
        Self {
            briefing,
            client,
            mistakes,
            pace: Pace::default(),
        }
    }

    /// Sends the probes of the prompt, in its order, until one fails. Tells which, and how.
    pub(super) fn preflight(&self) -> Option<String> {
        let probes = self.briefing.probes.iter().filter(|url| !self.skips(url));
        probes.into_iter().find_map(|url| {
            let path = url.strip_prefix(&self.briefing.server_url).unwrap_or(url);
            let failure = self
                .client
                .probe(url, self.mistakes.authorizes_probes)
                .err()?;
            Some(format!("GET {path}: {failure}"))
        })
    }

    /// Looks for skills with a real question, lists them, and reads the mandatory one.
    pub(super) fn read_skills(&self) -> Vec<Skill> {
        let listed = self.get("/prompt-skills");
        let found = self.get(SEARCH);
        self.get("/prompt-skills/wild_v2_execution_ops_protocol");
        let mut skills: Vec<Skill> = Vec::new();
        for skill in [found, listed]
            .iter()
            .flatten()
            .filter_map(Value::as_array)
            .flatten()
        {
            let text = |key: &str| Some(skill.get(key)?.as_str()?.to_owned());
            let (Some(name), Some(description)) = (text("name"), text("description")) else {
                continue;
            };
            if !skills.iter().any(|known| known.name == name) {
                skills.push(Skill { name, description });
            }
        }
        skills
    }

    /// Looks at the workspace, and asks what the runs will be executed on. A mutant that ignores a
    /// failed preflight goes by what it sees on disk alone.
    pub(super) fn survey(&self) -> Survey {
        let workdir = Path::new(&self.briefing.workdir);
        let cluster = if self.mistakes.ignores_failure {
            None
        } else {
            self.get("/cluster")
        };
        Survey::take(workdir, Cluster::read(cluster.as_ref()))
    }

    /// Sends a JSON body, as execution iterations do, and gives the answer.
    pub(super) fn post_json(&self, path: &str, body: &Value) -> Option<Value> {
        let url = format!("{}{path}", self.briefing.server_url);
        self.client.post_json(&url, body)
    }

    /// Whether this mistake is to be made.
    pub(super) fn slips(&self, slip: Slip) -> bool {
        self.mistakes.slips.contains(&slip)
    }

    /// Does by hand what a mutant is to do by hand.
    pub(super) fn misbehave(&self) -> Result<(), ReferenceError> {
        let mut commands = self.mistakes.commands.iter();
        commands.try_for_each(|command| self.shell(command))
    }

    /// Has a shell run a command in the working directory; only mutants do.
    pub(super) fn shell(&self, command: &str) -> Result<(), ReferenceError> {
        let ran = std::process::Command::new("sh")
            .args(["-c", command])
            .current_dir(&self.briefing.workdir)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status();
        // A mutant is caught by what it starts, however that ends.
        ran.map(drop).map_err(|source| ReferenceError::Write {
            what: format!("what `{command}` says"),
            source,
        })
    }

    /// Reads a JSON document, at a polite pace.
    pub(super) fn get(&self, path: &str) -> Option<Value> {
        let url = format!("{}{path}", self.briefing.server_url);
        if self.skips(&url) {
            None
        } else if self.slips(Slip::FastPolling) {
            self.client.get_json(&url)
        } else {
            self.pace.keep(&url, || self.client.get_json(&url))
        }
    }

    fn skips(&self, url: &str) -> bool {
        let path = url.strip_prefix(&self.briefing.server_url).unwrap_or(url);
        self.mistakes.skipped.contains(&path)
    }

    /// Reads something without the token, where one is demanded; only mutants do.
    pub(super) fn get_bare(&self, path: &str) {
        let url = format!("{}{path}", self.briefing.server_url);
        // A mutant is caught by what it sends, whatever the answer.
        let _ = self.client.probe(&url, false);
    }

    /// Creates something on the server; only mutants do.
    pub(super) fn post(&self, path: &str, body: &Value) {
        self.client
            .post(&format!("{}{path}", self.briefing.server_url), body);
    }

    /// The same without the token, where one is demanded.
    pub(super) fn post_bare(&self, path: &str, body: &Value) {
        self.client
            .post_bare(&format!("{}{path}", self.briefing.server_url), body);
    }

    /// Writes `tasks_path`.
    pub(super) fn write_tasks(&self, text: &str) -> Result<(), ReferenceError> {
        write(Path::new(&self.briefing.tasks_path), text)
    }

    /// Writes a file into the directory of `tasks_path`; only mutants do.
    pub(super) fn write_beside_plan(&self, name: &str, text: &str) -> Result<(), ReferenceError> {
        write(
            &Path::new(&self.briefing.tasks_path).with_file_name(name),
            text,
        )
    }

    /// Makes a folder of the workspace with those above it.
    pub(super) fn make_folder(&self, path: &str) -> Result<(), ReferenceError> {
        make(&Path::new(&self.briefing.workdir).join(path))
    }

    /// Writes a file of the workspace; in planning only mutants do.
    pub(super) fn write_in_workspace(&self, path: &str, text: &str) -> Result<(), ReferenceError> {
        write(&Path::new(&self.briefing.workdir).join(path), text)
    }
}

fn make(path: &Path) -> Result<(), ReferenceError> {
    std::fs::create_dir_all(path).map_err(|source| ReferenceError::Write {
        what: path.display().to_string(),
        source,
    })
}

fn write(path: &Path, text: &str) -> Result<(), ReferenceError> {
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(path, text))
        .map_err(|source| ReferenceError::Write {
            what: path.display().to_string(),
            source,
        })
}
