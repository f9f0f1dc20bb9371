//! Failing on demand: which requests fail, how, and when.
//!
//! A [`Fault`] says which requests it fits ([`Fault::method`], [`Fault::path`]), when it strikes
//! among them ([`When`]), and what it does ([`Action`]). `FaultPlan` is the one place that decides;
//! the module `faulting` carries out what was decided, over HTTP and on the socket below it.
//! [`kinds`] lists the ways to fail by name.

mod answer;
mod broken;
mod delay;
mod form;
mod kinds;
mod pattern;
mod plan;
mod script;
mod token;
mod when;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use answer::Answer;
pub use broken::Broken;
pub use delay::Delay;
pub use form::actions;
pub(crate) use form::nearest;
pub use kinds::{Kind, PROBES, kind, kinds};
use pattern::ANY_PATH;
pub use pattern::{literal, path_matches};
pub(crate) use plan::{Armed, Asked, Decided, FaultPlan};
pub(crate) use script::{Script, Step, Whole, script};
pub use when::{CONDITIONS, When};

/// Number of an armed fault, unique within one server.
pub type FaultId = u64;

/// A failure to be produced.
///
/// In TOML and in JSON it is one flat table: `{ method = "GET", path = "/docs", action = "reset",
/// first = 2 }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
pub struct Fault {
    /// Only this method (`GET`); any method when absent.
    pub method: Option<String>,
    /// Only paths of this pattern: `*` stands for anything within one segment, `**` for anything.
    pub path: String,
    /// What happens.
    pub action: Action,
    /// When it happens, among the requests that fit.
    pub when: When,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Answer something else than the real answer.
    Answer(Answer),
    /// Wait before going on.
    Delay(Delay),
    /// Break the connection or the answer below HTTP.
    Broken(Broken),
}

impl TryFrom<Map<String, Value>> for Fault {
    type Error = String;

    fn try_from(form: Map<String, Value>) -> Result<Self, String> {
        form::read(form)
    }
}

impl From<Fault> for Map<String, Value> {
    fn from(fault: Fault) -> Self {
        form::write(fault)
    }
}

impl From<Answer> for Action {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

impl From<Delay> for Action {
    fn from(delay: Delay) -> Self {
        Self::Delay(delay)
    }
}

impl From<Broken> for Action {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl Fault {
    /// Strikes every request.
    pub fn everywhere(action: impl Into<Action>) -> Self {
        Self {
            method: None,
            path: ANY_PATH.to_owned(),
            action: action.into(),
            when: When::default(),
        }
    }

    /// Strikes every `method` request on `path`, which may be a pattern.
    pub fn on(method: &str, path: &str, action: impl Into<Action>) -> Self {
        Self {
            method: Some(method.to_owned()),
            path: path.to_owned(),
            ..Self::everywhere(action)
        }
    }

    /// Answers `status` to every `method` request on `path`.
    pub fn status(method: &str, path: &str, status: u16) -> Self {
        Self::on(method, path, Answer::status(status))
    }

    /// Delays every `method` request on `path` by `seconds` of the server's clock.
    pub fn delay(method: &str, path: &str, seconds: f64) -> Self {
        Self::on(method, path, Delay::Fixed { seconds })
    }

    /// The whole server is down: connections are refused.
    pub fn server_down() -> Self {
        Self::everywhere(Broken::Refuse)
    }

    /// The same fault, striking at other times.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// Whether this fault takes the whole server down for as long as it is armed.
    pub fn is_server_down(&self) -> bool {
        self.down_from() == Some(1)
    }

    /// The first request that finds the port closed, for a fault that closes it.
    pub fn down_from(&self) -> Option<u64> {
        self.when.lone_from_request().filter(|_| self.closes_port())
    }

    fn closes_port(&self) -> bool {
        self.action == Action::Broken(Broken::Refuse)
            && self.method.is_none()
            && self.path == ANY_PATH
    }

    /// Says what is wrong with a fault that came from outside.
    pub fn check(&self) -> Result<(), String> {
        if let Some(method) = &self.method
            && !token::is_token(method)
        {
            return Err(format!("'{method}' is no HTTP method"));
        }
        if !self.path.starts_with(['/', '*']) {
            let path = &self.path;
            return Err(format!(
                "the path '{path}' fits no request; a path starts with '/', a pattern with '/' or '*'"
            ));
        }
        self.when.check()?;
        match &self.action {
            Action::Answer(answer) => answer.check(),
            Action::Delay(delay) => delay.check(),
            Action::Broken(broken) => broken.check(),
        }
    }

    fn fits(&self, method: &str, path: &str, has_token: bool) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && path_matches(&self.path, path)
            && self.when.admits(has_token)
    }
}
