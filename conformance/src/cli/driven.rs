//! Which agent is played, and how it is spoken with.

use std::ffi::OsString;
use std::str::FromStr;

use super::Failure;
use super::args::SupervisionOptions;
use super::run::this_program;
use crate::agent::{Acp, Adapter, Address, AgentSpec, Model, OpencodeHttp, Permissions};
use crate::audit::AuditMode;

/// The ports that an agent opens itself.
const OWN_PORTS: &str = "127.0.0.1:*";

/// What says which agent plays.
#[derive(Debug, clap::Args)]
pub(super) struct DrivenOptions {
    /// The agent: `reference`, or the program behind `--`: `exec`; `acp` when it speaks the Agent
    /// Client Protocol; `opencode-http` when it is OpenCode's server. Or `preset:NAME`, a program that is
    /// known (`agents` lists them)
    #[arg(long, value_name = "SPEC")]
    agent: Option<Choice>,
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

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    Kind(AgentKind),
    Preset(String),
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word.strip_prefix("preset:") {
            Some(name) => Ok(Self::Preset(name.to_owned())),
            None => word.parse().map(Self::Kind),
        }
    }
}

/// The kinds of agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AgentKind {
    Reference,
    Exec,
    Acp,
    OpencodeHttp,
}

impl AgentKind {
    const ALL: [(&str, Self); 4] = [
        ("reference", Self::Reference),
        ("exec", Self::Exec),
        ("acp", Self::Acp),
        ("opencode-http", Self::OpencodeHttp),
    ];

    fn word(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, kind)| *kind == self)
            .map_or("", |(word, _)| word)
    }
}

impl FromStr for AgentKind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        let found = all.find(|(own, _)| *own == word);
        found.map(|(_, kind)| kind).ok_or_else(|| {
            let words = Self::ALL.map(|(word, _)| word).join(", ");
            format!("there are {words}, preset:NAME")
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
        let reference = Choice::Kind(AgentKind::Reference);
        self.agent.as_ref().is_none_or(|agent| *agent == reference)
    }

    /// Whether the program is spoken with over a protocol.
    pub(super) fn is_spoken_with(&self) -> bool {
        matches!(self.kind(), Some(AgentKind::Acp | AgentKind::OpencodeHttp))
    }

    /// The name of the preset, if one is asked for.
    pub(super) fn preset(&self) -> Option<&str> {
        match &self.agent {
            Some(Choice::Preset(name)) => Some(name),
            _ => None,
        }
    }

    fn kind(&self) -> Option<AgentKind> {
        match self.agent {
            Some(Choice::Kind(kind)) => Some(kind),
            _ => None,
        }
    }

    /// Lets `supervision` fit how the agent is spoken with.
    pub(super) fn fit(&self, supervision: &mut SupervisionOptions) -> Result<(), Failure> {
        if self.attach.is_some() {
            supervision.no_sandbox = true;
            supervision.audit = AuditMode::Off;
        } else if self.kind() == Some(AgentKind::OpencodeHttp) && !supervision.no_sandbox {
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
        let kind = match (self.kind(), argv.is_empty()) {
            (Some(kind), _) => kind,
            (None, true) => AgentKind::Reference,
            (None, false) => AgentKind::Exec,
        };
        self.are_for(kind, model.is_some())?;
        let permissions = self.permissions.unwrap_or_default();
        let word = kind.word();
        let program = AgentSpec::exec(argv);
        match (kind, program) {
            (AgentKind::Reference, None) => Ok(AgentSpec::reference(&this_program()?)),
            (AgentKind::Reference, Some(_)) => Err(Failure::usage(
                "--agent reference takes no program behind `--`",
            )),
            (AgentKind::Exec, Some(program)) => Ok(program),
            (AgentKind::Acp, Some(program)) => {
                let acp = Acp {
                    permissions,
                    mode: self.acp_mode,
                    login: self.acp_auth,
                };
                Ok(program.spoken_with(word, Adapter::Acp(acp)))
            }
            (AgentKind::OpencodeHttp, program) => {
                let server = OpencodeHttp {
                    permissions,
                    model: model.map(model_of).transpose()?,
                    attach: self.attach,
                };
                match (program, server.attach.is_some()) {
                    (Some(program), false) => {
                        Ok(program.spoken_with(word, Adapter::OpencodeHttp(server)))
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
            (AgentKind::Exec | AgentKind::Acp, None) => Err(Failure::usage(format!(
                "--agent {word} needs a program: `-- PROGRAM [ARGUMENT]...`"
            ))),
        }
    }

    /// Refuses options that mean nothing to an agent of this kind.
    fn are_for(&self, kind: AgentKind, has_model: bool) -> Result<(), Failure> {
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
            .filter(|(_, is_given, kinds)| *is_given && !kinds.contains(&kind));
        match misplaced.next() {
            None => Ok(()),
            Some((option, _, kinds)) => {
                let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
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
