//! What an agent's program can suffer from, other than what its model does.

use crate::agent::walls::Endpoint;

/// A failure of the program or of how it was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ailment {
    /// The program, or something that it needs, is not there.
    ProgramMissing,
    /// The walls refused it a connection, or nobody answered.
    Refused,
    /// It has no key and no login.
    NotSignedIn,
    /// It put a sandbox of its own around its commands.
    InnerSandbox,
    /// It asked for permission, and nobody gave it.
    ToolsBlocked,
    /// It did nothing, for no reason that is known.
    NothingDone,
    /// It was spoken with over a protocol, and the conversation broke off.
    BrokeOff,
    /// It was still running when its time was up.
    TooSlow,
    /// It worked, and its end was a failure.
    EndedBadly,
    /// There is no final text.
    NoFinalText,
    /// Its output is JSON and is taken for text.
    JsonOutput,
    /// Its output repeats the prompt.
    EchoedPrompt,
}

impl Ailment {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::ProgramMissing,
        Self::Refused,
        Self::NotSignedIn,
        Self::InnerSandbox,
        Self::ToolsBlocked,
        Self::NothingDone,
        Self::BrokeOff,
        Self::TooSlow,
        Self::EndedBadly,
        Self::NoFinalText,
        Self::JsonOutput,
        Self::EchoedPrompt,
    ];

    /// The key by which data speaks of it.
    pub fn key(self) -> &'static str {
        match self {
            Self::ProgramMissing => "program_missing",
            Self::Refused => "connection_refused",
            Self::NotSignedIn => "not_signed_in",
            Self::InnerSandbox => "inner_sandbox",
            Self::ToolsBlocked => "tools_blocked",
            Self::NothingDone => "nothing_done",
            Self::BrokeOff => "broke_off",
            Self::TooSlow => "too_slow",
            Self::EndedBadly => "ended_badly",
            Self::NoFinalText => "no_final_text",
            Self::JsonOutput => "json_output",
            Self::EchoedPrompt => "echoed_prompt",
        }
    }

    /// Its name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::ProgramMissing => "the program is missing",
            Self::Refused => "a connection was refused",
            Self::NotSignedIn => "the program is not signed in",
            Self::InnerSandbox => {
                "the program puts a sandbox of its own around its commands, within ours"
            }
            Self::ToolsBlocked => "the program's tools are blocked by its permissions",
            Self::NothingDone => "the program did nothing",
            Self::BrokeOff => "the conversation with the program broke off",
            Self::TooSlow => "the program did not come to its end",
            Self::EndedBadly => "the program worked and its end was a failure",
            Self::NoFinalText => "there is no final text",
            Self::JsonOutput => "the output is JSON and is taken for text",
            Self::EchoedPrompt => "the output repeats the prompt",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub ailment: Ailment,
    /// What shows it.
    pub sign: String,
    /// What mends it.
    pub mend: String,
}

/// What is known of an agent beside what it did.
#[derive(Debug, Clone, Copy, Default)]
pub struct History<'a> {
    /// Its preset.
    pub preset: Option<&'a crate::preset::Preset>,
    /// Where it may connect to.
    pub allowed: &'a [Endpoint],
    /// Whether it is spoken with over a protocol.
    pub is_spoken_with: bool,
}
