//! Which agent is played, and how it is spoken with.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use super::Failure;
use super::recorded::{self, REPLAY};
use super::runtime::this_program;
use super::supervision::SupervisionOptions;
use crate::agent::replay::Recording;
use crate::agent::{Acp, Adapter, Address, AgentSpec, Model, OpencodeHttp, Permissions};
use crate::audit::AuditMode;

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
        match &self.agent {
            Some(AgentKind::Replay(path)) if path.is_dir() => recorded::cases(path).map(Some),
            _ => Ok(None),
        }
    }

    /// Whether the agent is a server that runs already.
    pub(super) fn is_attached(&self) -> bool {
        self.attach.is_some()
    }

    /// Lets `supervision` fit how the agent is spoken with. Without `is_alone` the case's server is to be
    /// reached from outside the walls, too.
    pub(super) fn fit(
        &self,
        supervision: &mut SupervisionOptions,
        is_alone: bool,
    ) -> Result<(), Failure> {
        if self.is_attached() {
            return unheld(supervision);
        }
        if self.agent != Some(AgentKind::OpencodeHttp) || supervision.no_sandbox {
            return Ok(());
        }
        if !is_alone {
            return Err(Failure::usage(
                "--agent opencode-http opens ports of its own within the walls, and here the case's server is \
                 to be reached from outside of them: let it play without walls (--no-sandbox), or have a \
                 server of yours play (--attach URL)",
            ));
        }
        let own = OWN_PORTS
            .parse()
            .map_err(|error| Failure::usage(format!("--allow-net {OWN_PORTS}: {error}")))?;
        if !supervision.allow_net.contains(&own) {
            supervision.allow_net.push(own);
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

/// Nobody holds or observes what was started elsewhere, and who asks for it is not to think so.
fn unheld(supervision: &mut SupervisionOptions) -> Result<(), Failure> {
    let is_watched = |mode: AuditMode| mode != AuditMode::Off;
    let asked = [
        ("--audit", supervision.audit.is_some_and(is_watched)),
        ("--allow-net", !supervision.allow_net.is_empty()),
        ("--allow-write", !supervision.allow_write.is_empty()),
        ("--allow-read", !supervision.allow_read.is_empty()),
        ("--without-wall", !supervision.without_wall.is_empty()),
    ];
    if let Some((option, _)) = asked.iter().find(|(_, is_given)| *is_given) {
        return Err(not_attached(option));
    }
    supervision.no_sandbox = true;
    supervision.audit = Some(AuditMode::Off);
    Ok(())
}

/// An option that can do nothing with a server of the user's.
pub(super) fn not_attached(option: &str) -> Failure {
    Failure::usage(format!(
        "{option} does nothing with --attach: that server was started elsewhere, and is neither confined nor \
         observed"
    ))
}

/// The model of OpenCode's server.
fn model_of(text: &str) -> Result<Model, Failure> {
    let wrong = |problem| Failure::usage(format!("--model {text}: {problem}"));
    text.parse().map_err(wrong)
}
