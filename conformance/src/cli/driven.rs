//! Which agent is played, and how it is spoken with.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use super::Failure;
use super::args::SupervisionOptions;
use super::run::this_program;
use crate::agent::replay::Recording;
use crate::agent::{Acp, Adapter, Address, AgentSpec, Model, OpencodeHttp, Permissions};
use crate::audit::AuditMode;
use crate::evidence::{self, Evidence, LoadError};

/// The ports that an agent opens itself.
const OWN_PORTS: &str = "127.0.0.1:*";

/// What says which agent plays.
#[derive(Debug, clap::Args)]
pub(super) struct DrivenOptions {
    /// The agent: `reference`, or the program behind `--`: `exec`; `acp` when it speaks the Agent
    /// Client Protocol; `opencode-http` when it is OpenCode's server. Or `replay:PATH`, what saved
    /// evidence recorded of an agent, or the shell commands in a file, a command a line. Or `preset:NAME`, a
    /// program that is known (`agents` lists them)
    #[arg(long, value_name = "SPEC")]
    agent: Option<AgentKind>,
    /// What an agent is answered that asks for permission over a protocol: allow or deny; allow unless
    /// given
    #[arg(long, value_name = "ANSWER")]
    permissions: Option<Permissions>,
    /// The mode that a session of `acp` is set to, such as full-access
    #[arg(long, value_name = "MODE")]
    acp_mode: Option<String>,
    /// The method by which `acp` logs in
    #[arg(long, value_name = "METHOD")]
    acp_auth: Option<String>,
    /// An OpenCode server that runs already, in place of a program; it is neither confined nor observed
    #[arg(long, value_name = "URL")]
    attach: Option<Address>,
}

/// The kinds of agents.
#[derive(Debug, Clone, PartialEq, Eq)]
enum AgentKind {
    Reference,
    Exec,
    Acp,
    OpencodeHttp,
    Replay(PathBuf),
    Preset(String),
}

/// What stands before the path of a recording.
const REPLAY: &str = "replay:";

/// What stands before the name of a preset.
const PRESET: &str = "preset:";

impl AgentKind {
    const ALL: [(&str, Self); 4] = [
        ("reference", Self::Reference),
        ("exec", Self::Exec),
        ("acp", Self::Acp),
        ("opencode-http", Self::OpencodeHttp),
    ];

    fn word(&self) -> String {
        if let Self::Replay(path) = self {
            return format!("{REPLAY}{}", path.display());
        }
        if let Self::Preset(name) = self {
            return format!("{PRESET}{name}");
        }
        let mut all = Self::ALL.into_iter();
        let found = all.find(|(_, kind)| kind == self);
        found.map_or("", |(word, _)| word).to_owned()
    }
}

impl FromStr for AgentKind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if let Some(path) = word.strip_prefix(REPLAY).filter(|path| !path.is_empty()) {
            return Ok(Self::Replay(path.into()));
        }
        if let Some(name) = word.strip_prefix(PRESET).filter(|name| !name.is_empty()) {
            return Ok(Self::Preset(name.to_owned()));
        }
        let mut all = Self::ALL.into_iter();
        let found = all.find(|(own, _)| *own == word);
        found.map(|(_, kind)| kind).ok_or_else(|| {
            let words = Self::ALL.map(|(word, _)| word).join(", ");
            format!("there are {words}, {PRESET}NAME and {REPLAY}PATH")
        })
    }
}

impl DrivenOptions {
    /// Whether nothing was said of the agent.
    pub(super) fn is_unsaid(&self) -> bool {
        self.agent.is_none()
    }

    /// Whether the agent is, or would be, the built-in reference agent.
    pub(super) fn is_reference(&self) -> bool {
        matches!(self.agent, None | Some(AgentKind::Reference))
    }

    /// Whether the program is spoken with over a protocol.
    pub(super) fn is_spoken_with(&self) -> bool {
        matches!(self.agent, Some(AgentKind::Acp | AgentKind::OpencodeHttp))
    }

    /// The name of the preset, if one is asked for.
    pub(super) fn preset(&self) -> Option<&str> {
        match &self.agent {
            Some(AgentKind::Preset(name)) => Some(name),
            _ => None,
        }
    }

    /// The ids of the cases that a folder of evidence has plays of, where one is to be played again.
    pub(super) fn recorded(&self) -> Result<Option<Vec<String>>, Failure> {
        let folder = match &self.agent {
            Some(AgentKind::Replay(path)) if path.is_dir() => path,
            _ => return Ok(None),
        };
        let failed = |error: LoadError| {
            Failure::usage(format!("--agent {REPLAY}{}: {error}", folder.display()))
        };
        let mut ids = BTreeSet::new();
        for play in evidence::find(folder).map_err(failed)?.plays {
            let record = Evidence::record(&play).map_err(failed)?;
            let id = record.case.id;
            // The iterations of a case are played together.
            let whole = id
                .split_once("-iteration-")
                .map(|(whole, _)| whole.to_owned());
            ids.insert(whole.unwrap_or(id));
        }
        Ok(Some(ids.into_iter().collect()))
    }

    /// Lets `supervision` fit how the agent is spoken with.
    pub(super) fn fit(&self, supervision: &mut SupervisionOptions) -> Result<(), Failure> {
        if self.attach.is_some() {
            supervision.no_sandbox = true;
            supervision.audit = AuditMode::Off;
        } else if matches!(self.agent, Some(AgentKind::OpencodeHttp)) && !supervision.no_sandbox {
            let own = OWN_PORTS
                .parse()
                .map_err(|error| Failure::usage(format!("--allow-net {OWN_PORTS}: {error}")))?;
            if !supervision.allow_net.contains(&own) {
                supervision.allow_net.push(own);
            }
        }
        Ok(())
    }

    /// The agent, whose program and arguments are `argv`, with this model.
    pub(super) fn spec(
        self,
        argv: Vec<OsString>,
        model: Option<&str>,
    ) -> Result<AgentSpec, Failure> {
        let kind = match (&self.agent, argv.is_empty()) {
            (Some(kind), _) => kind.clone(),
            (None, true) => AgentKind::Reference,
            (None, false) => AgentKind::Exec,
        };
        self.are_for(&kind, model.is_some())?;
        let permissions = self.permissions.unwrap_or_default();
        let word = kind.word();
        let program = AgentSpec::exec(argv);
        match (kind, program) {
            (AgentKind::Reference, None) => Ok(AgentSpec::reference(&this_program()?)),
            (AgentKind::Reference, Some(_)) => Err(Failure::usage(
                "--agent reference takes no program behind `--`",
            )),
            (AgentKind::Exec | AgentKind::Preset(_), Some(program)) => Ok(program),
            (AgentKind::Acp, Some(program)) => {
                let acp = Acp {
                    permissions,
                    mode: self.acp_mode,
                    login: self.acp_auth,
                };
                Ok(program.spoken_with(&word, Adapter::Acp(acp)))
            }
            (AgentKind::OpencodeHttp, program) => {
                let server = OpencodeHttp {
                    permissions,
                    model: model.map(model_of).transpose()?,
                    attach: self.attach,
                };
                match (program, server.attach.is_some()) {
                    (Some(program), false) => {
                        Ok(program.spoken_with(&word, Adapter::OpencodeHttp(server)))
                    }
                    (None, true) => Ok(AgentSpec::attached(server)),
                    (Some(_), true) => Err(Failure::usage(
                        "--attach speaks with a server that runs already and takes no program",
                    )),
                    (None, false) => Err(Failure::usage(
                        "--agent opencode-http needs a server: `-- opencode serve`, or --attach URL",
                    )),
                }
            }
            (AgentKind::Replay(path), None) => {
                let recording = Recording::read(&path)
                    .map_err(|error| Failure::usage(format!("--agent {word}: {error}")))?;
                Ok(AgentSpec::replay(&this_program()?, &word, recording))
            }
            (AgentKind::Replay(_), Some(_)) => Err(Failure::usage(
                "--agent replay takes no program behind `--`",
            )),
            (AgentKind::Exec | AgentKind::Acp | AgentKind::Preset(_), None) => Err(Failure::usage(
                format!("--agent {word} needs a program: `-- PROGRAM [ARGUMENT]...`"),
            )),
        }
    }

    /// Refuses options that mean nothing to an agent of this kind.
    fn are_for(&self, kind: &AgentKind, has_model: bool) -> Result<(), Failure> {
        use AgentKind::{Acp, OpencodeHttp};
        let options: [(&str, bool, &[AgentKind]); 5] = [
            (
                "--permissions",
                self.permissions.is_some(),
                &[Acp, OpencodeHttp],
            ),
            ("--acp-mode", self.acp_mode.is_some(), &[Acp]),
            ("--acp-auth", self.acp_auth.is_some(), &[Acp]),
            ("--model", has_model, &[OpencodeHttp]),
            ("--attach", self.attach.is_some(), &[OpencodeHttp]),
        ];
        let mut misplaced = options
            .iter()
            .filter(|(_, is_given, kinds)| *is_given && !kinds.contains(kind));
        match misplaced.next() {
            None => Ok(()),
            Some((option, _, kinds)) => {
                let words: Vec<String> = kinds.iter().map(AgentKind::word).collect();
                Err(Failure::usage(format!(
                    "{option} needs --agent {}",
                    words.join(" or ")
                )))
            }
        }
    }
}

/// The model of OpenCode's server.
fn model_of(text: &str) -> Result<Model, Failure> {
    let wrong = |problem| Failure::usage(format!("--model {text}: {problem}"));
    text.parse().map_err(wrong)
}
