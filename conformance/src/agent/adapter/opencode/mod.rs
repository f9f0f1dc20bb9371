//! OpenCode's server, over HTTP: one that the harness starts inside the walls, or one that runs
//! already.
//!
//! The events are subscribed to before anything is asked for, so that none is missed. The answer is
//! read from the messages in the end: pieces of text in the events mix reasoning with what is said.

mod costs;
mod event;

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use hyper::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tokio::process::ChildStdout;
use tokio::task::JoinHandle;

use super::http::{Address, Http, Login, Pieces};
use super::incoming::Incoming;
use super::{Account, Dialogue, Fault, Permissions, in_short};
use crate::agent::assignment::Assignment;
use crate::agent::walls::Room;
use crate::ending::Ending;
use event::{Event, Sessions};

/// What stands before the address in what the server prints.
const LISTENING: &str = "listening on ";

/// The variables that hold the server's login.
const PASSWORD: &str = "OPENCODE_SERVER_PASSWORD";
const USER: &str = "OPENCODE_SERVER_USERNAME";

/// The login's name unless told otherwise.
const DEFAULT_USER: &str = "opencode";

/// How a server is spoken with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpencodeHttp {
    /// What becomes of permissions.
    pub permissions: Permissions,
    /// The model that works; the server's own choice where none is named.
    pub model: Option<Model>,
    /// A server that runs already, in place of a program that is started.
    pub attach: Option<Address>,
}

/// A model of a provider: `PROVIDER/MODEL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    provider: String,
    model: String,
}

impl FromStr for Model {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((provider, model)) if !provider.is_empty() && !model.is_empty() => Ok(Self {
                provider: provider.to_owned(),
                model: model.to_owned(),
            }),
            _ => Err("a model is named as PROVIDER/MODEL".to_owned()),
        }
    }
}

/// Where the server is.
pub(super) enum Server {
    /// It was started, prints its address here, and may be in a network namespace.
    Started(ChildStdout, Option<Arc<Room>>),
    /// It runs already.
    Elsewhere,
}

/// The client's side of one session.
pub(super) struct Client<'a> {
    options: &'a OpencodeHttp,
    prompt: &'a str,
    /// The query that names the workspace.
    folder: String,
    server: Option<Server>,
    account: Account,
    talk: Option<Talk>,
}

/// What is there once the server answers.
struct Talk {
    http: Http,
    events: Incoming<Pieces>,
    session: String,
    sessions: Sessions,
    /// Reads what the server prints, so that it need not wait.
    drain: Option<JoinHandle<()>>,
}

impl<'a> Client<'a> {
    /// A client that is to bring the prompt of `task`.
    pub(super) fn new(
        options: &'a OpencodeHttp,
        task: &'a Assignment<'a>,
        server: Server,
        account: Account,
    ) -> Self {
        let folder = task.workdir.to_string_lossy();
        let folder = utf8_percent_encode(&folder, NON_ALPHANUMERIC);
        Self {
            options,
            prompt: task.prompt,
            folder: format!("directory={folder}"),
            server: Some(server),
            account,
            talk: None,
        }
    }

    /// Waits until a started server tells its address.
    async fn find(&mut self) -> Result<(Http, Option<JoinHandle<()>>), Fault> {
        let lost = || Fault::Closed("the server's address");
        let (address, room, drain) = match self.server.take().ok_or_else(lost)? {
            Server::Elsewhere => (self.options.attach.clone().ok_or_else(lost)?, None, None),
            Server::Started(stdout, room) => {
                let mut lines = Incoming::new(stdout);
                let address = loop {
                    let line = lines.line().await.map_err(|error| broken(&error))?;
                    let line = line.ok_or_else(lost)?;
                    let line = in_short(&String::from_utf8_lossy(&line));
                    self.account.note(&format!("server: {line}")).await;
                    if let Some((_, address)) = line.split_once(LISTENING) {
                        let address = address.split_whitespace().next().unwrap_or_default();
                        break address.parse().map_err(|error: String| broken(&error))?;
                    }
                };
                let drain = async move { while let Ok(Some(_)) = lines.line().await {} };
                (address, room, Some(tokio::spawn(drain)))
            }
        };
        let login = std::env::var(PASSWORD).ok().map(|password| {
            let user = std::env::var(USER);
            Login::new(user.as_deref().unwrap_or(DEFAULT_USER), &password)
        });
        let http = Http {
            address,
            room,
            login,
        };
        Ok((http, drain))
    }

    /// The next event that concerns the session.
    async fn event(&mut self) -> Result<Event, Fault> {
        let talk = self.talk.as_mut().ok_or(Fault::Closed("a session"))?;
        loop {
            let line = talk.events.line().await.map_err(|error| broken(&error))?;
            let line = line.ok_or(Fault::Closed("the end of its turn"))?;
            let Some(data) = line.strip_prefix(b"data:") else {
                continue;
            };
            let event: Value = serde_json::from_slice(data).map_err(|error| {
                let text = in_short(&String::from_utf8_lossy(data));
                broken(&format!("an event that is no JSON ({error}): {text}"))
            })?;
            if let Some(event) = talk.sessions.read(&event["payload"]) {
                return Ok(event);
            }
        }
    }

    /// Acts on an event; tells why the turn ended, if it did.
    async fn follow(&mut self, event: Event) -> Result<Option<String>, Fault> {
        match event {
            Event::Idle => return self.conclude().await.map(Some),
            Event::Failed { name, message } => {
                self.account
                    .note(&format!("error: {name}: {message}"))
                    .await;
                return match name.as_str() {
                    // That is how far the agent came, and no failure of what carries it.
                    "MessageOutputLengthError" => Ok(Some("max_tokens".to_owned())),
                    "MessageAbortedError" => Ok(Some("cancelled".to_owned())),
                    _ => Err(broken(&format!("the server gave up: {name}: {message}"))),
                };
            }
            Event::Retrying(message) => self.account.note(&format!("retry: {message}")).await,
            Event::Said { message, text } => self.account.say(Some(&message), &text).await,
            Event::Thought(text) => self.account.think(&text).await,
            Event::Tool(call) => self.account.tool(&event::tool(&call)).await,
            Event::Permission { id, what } => {
                let (reply, words) = match self.options.permissions {
                    Permissions::Allow => ("once", "allowed"),
                    Permissions::Deny => ("reject", "refused"),
                };
                self.account
                    .note(&format!("permission: {what}: {words}"))
                    .await;
                let path = format!("/permission/{id}/reply?{}", self.folder);
                self.tell(&path, &json!({ "reply": reply })).await?;
            }
            Event::Question(id) => {
                self.account.note("question: nobody answers").await;
                let path = format!("/question/{id}/reject?{}", self.folder);
                self.tell(&path, &json!({})).await?;
            }
        }
        Ok(None)
    }

    async fn tell(&self, path: &str, body: &Value) -> Result<(), Fault> {
        let talk = self.talk.as_ref().ok_or(Fault::Closed("a session"))?;
        let answer = talk.http.ask(Method::POST, path, Some(body)).await;
        answer.map(drop).map_err(|error| broken(&error))
    }

    /// Takes the answer from the last message; tells why the agent stopped there.
    async fn conclude(&mut self) -> Result<String, Fault> {
        let talk = self.talk.as_ref().ok_or(Fault::Closed("a session"))?;
        let path = format!("/session/{}/message?{}", talk.session, self.folder);
        let all = talk.http.ask(Method::GET, &path, None).await;
        let all: Value = parsed(&all.map_err(|error| broken(&error))?)?;
        let (text, reason) = event::last_message(&all);
        let reason = match reason.as_deref() {
            None | Some("stop") => Ending::END_TURN.to_owned(),
            Some("length") => "max_tokens".to_owned(),
            Some(other) => in_short(other),
        };
        self.account.answer(&text);
        self.account.note(&format!("turn ended: {reason}")).await;
        Ok(reason)
    }
}

impl Dialogue for Client<'_> {
    async fn open(&mut self) -> Result<(), Fault> {
        let (http, drain) = self.find().await?;
        let events = http.listen("/global/event").await;
        let mut events = Incoming::new(events.map_err(|error| broken(&error))?);
        // The first event says that the subscription stands.
        let first = events.line().await.map_err(|error| broken(&error))?;
        first.ok_or(Fault::Closed("the first event"))?;
        let path = format!("/session?{}", self.folder);
        let made = http.ask(Method::POST, &path, Some(&json!({}))).await;
        let made = parsed(&made.map_err(|error| broken(&error))?)?;
        let Some(session) = made["id"].as_str().filter(|id| event::is_id(id)) else {
            return Err(broken("the server made a session without an id"));
        };
        self.account.note(&format!("-> session {session}")).await;
        self.talk = Some(Talk {
            http,
            events,
            session: session.to_owned(),
            sessions: Sessions::of(session),
            drain,
        });
        Ok(())
    }

    async fn turn(&mut self) -> Result<String, Fault> {
        let session = self.talk.as_ref().map(|talk| talk.session.clone());
        let session = session.ok_or(Fault::Closed("a session"))?;
        let mut prompt = json!({"parts": [{"type": "text", "text": self.prompt}]});
        if let Some(Model { provider, model }) = &self.options.model {
            prompt["model"] = json!({"providerID": provider, "modelID": model});
        }
        self.account.note("-> prompt").await;
        let path = format!("/session/{session}/prompt_async?{}", self.folder);
        self.tell(&path, &prompt).await?;
        loop {
            let event = self.event().await?;
            if let Some(reason) = self.follow(event).await? {
                return Ok(reason);
            }
        }
    }

    async fn cancel(&mut self) {
        let Some(session) = self.talk.as_ref().map(|talk| talk.session.clone()) else {
            return;
        };
        self.account.note("-> abort").await;
        let path = format!("/session/{session}/abort?{}", self.folder);
        // What fails here is ended with its processes, or is not ours to end.
        if self.tell(&path, &json!({})).await.is_err() {
            return;
        }
        while let Ok(event) = self.event().await {
            if !matches!(self.follow(event).await, Ok(None)) {
                return;
            }
        }
    }

    async fn leave(&mut self) -> bool {
        // A server stays until it is ended.
        false
    }

    fn into_account(mut self) -> Account {
        if let Some(talk) = self.talk {
            if let Some(usage) = talk.sessions.cost() {
                self.account.costs(usage);
            }
            if let Some(drain) = talk.drain {
                drain.abort();
            }
        }
        self.account
    }
}

fn broken(error: &(impl Display + ?Sized)) -> Fault {
    Fault::Broken(in_short(&error.to_string()))
}

fn parsed(bytes: &[u8]) -> Result<Value, Fault> {
    serde_json::from_slice(bytes).map_err(|error| {
        let text = in_short(&String::from_utf8_lossy(bytes));
        broken(&format!(
            "the server answered what is no JSON ({error}): {text}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_a_providers() {
        let model: Model = "local/qwen/3".parse().unwrap();
        assert_eq!(
            (model.provider.as_str(), model.model.as_str()),
            ("local", "qwen/3")
        );
        assert!("qwen".parse::<Model>().is_err() && "/a".parse::<Model>().is_err());
    }
}
