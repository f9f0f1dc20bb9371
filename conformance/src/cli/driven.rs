//! Which agent is played, and how it is spoken with.

use std::ffi::OsString;
use std::str::FromStr;

use super::Failure;
use super::run::this_program;
use crate::agent::{Acp, Adapter, AgentSpec, Permissions};

/// What says which agent plays.
#[derive(Debug, clap::Args)]
pub(super) struct DrivenOptions {
    /// The agent: `reference`; `exec` for the program behind `--`, `acp` for one that speaks the Agent
    /// Client Protocol, `preset:NAME` for one that is known (`agents` lists them)
    #[arg(long, value_name = "SPEC")]
    agent: Option<AgentKind>,
    /// What an agent is answered that asks for permission, over a protocol: allow or deny; allow unless
    /// given
    #[arg(long, value_name = "ANSWER")]
    permissions: Option<Permissions>,
    /// The mode that a session of `acp` is set to, such as full-access
    #[arg(long, value_name = "MODE")]
    acp_mode: Option<String>,
    /// The method by which `acp` logs in
    #[arg(long, value_name = "METHOD")]
    acp_auth: Option<String>,
}

/// The kinds of agents.
#[derive(Debug, Clone, PartialEq, Eq)]
enum AgentKind {
    /// The built-in reference agent.
    Reference,
    /// The program behind `--`.
    Exec,
    /// The same, which speaks the Agent Client Protocol.
    Acp,
    /// A program that is known by this name.
    Preset(String),
}

impl AgentKind {
    fn word(&self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Exec => "exec",
            Self::Acp => "acp",
            Self::Preset(_) => "preset",
        }
    }
}

impl FromStr for AgentKind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "reference" => Ok(Self::Reference),
            "exec" => Ok(Self::Exec),
            "acp" => Ok(Self::Acp),
            _ => match word.strip_prefix("preset:") {
                Some(name) if !name.is_empty() => Ok(Self::Preset(name.to_owned())),
                _ => Err("there are `reference`, `exec`, `acp` and `preset:NAME`".to_owned()),
            },
        }
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

    /// The name of the preset, if one is asked for.
    pub(super) fn preset(&self) -> Option<&str> {
        match &self.agent {
            Some(AgentKind::Preset(name)) => Some(name),
            _ => None,
        }
    }

    /// Whether the program is spoken with over a protocol.
    pub(super) fn is_spoken_with(&self) -> bool {
        matches!(self.agent, Some(AgentKind::Acp))
    }

    /// The agent, whose program and arguments are `argv`.
    pub(super) fn spec(self, argv: Vec<OsString>) -> Result<AgentSpec, Failure> {
        let is_given = !argv.is_empty();
        let kind = match self.agent {
            Some(AgentKind::Reference) if is_given => {
                let problem = "--agent reference takes no program behind `--`";
                return Err(Failure::usage(problem));
            }
            Some(kind) => kind,
            None if is_given => AgentKind::Exec,
            None => AgentKind::Reference,
        };
        let is_acp = kind == AgentKind::Acp;
        let adapters = [
            ("--permissions", self.permissions.is_some()),
            ("--acp-mode", self.acp_mode.is_some()),
            ("--acp-auth", self.acp_auth.is_some()),
        ];
        if let Some((option, _)) = adapters.iter().find(|(_, given)| *given && !is_acp) {
            return Err(Failure::usage(format!("{option} needs --agent acp")));
        }
        let program = |kind: &AgentKind| {
            AgentSpec::exec(argv).ok_or_else(|| {
                let word = kind.word();
                Failure::usage(format!(
                    "--agent {word} needs a program: `-- PROGRAM [ARGUMENT]...`"
                ))
            })
        };
        match kind {
            AgentKind::Reference => Ok(AgentSpec::reference(&this_program()?)),
            AgentKind::Exec | AgentKind::Preset(_) => program(&kind),
            AgentKind::Acp => {
                let acp = Acp {
                    permissions: self.permissions.unwrap_or_default(),
                    mode: self.acp_mode,
                    login: self.acp_auth,
                };
                Ok(program(&kind)?.spoken_with("acp", Adapter::Acp(acp)))
            }
        }
    }
}
