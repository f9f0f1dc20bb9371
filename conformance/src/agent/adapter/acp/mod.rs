//! The Agent Client Protocol, version 1: JSON-RPC, a message a line, on the program's standard input
//! and output. The harness is the client.
//!
//! It offers neither files nor terminals: an agent works with its own tools, inside its walls. Only
//! what is needed of the protocol is modelled, and what is not known is passed over: programs are
//! ahead of any schema, and a kind of update that nobody has heard of is no reason to give up.

mod message;
mod update;

use std::path::Path;

use serde_json::{Value, json};
use tokio::process::{ChildStdin, ChildStdout};

use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::{Account, Dialogue, Fault, Permissions, in_short};
use crate::agent::assignment::Assignment;
use message::{Incident, Message};

/// The version that is spoken.
const VERSION: u64 = 1;

/// JSON-RPC's number for a method that is not offered.
const NOT_OFFERED: i64 = -32601;

/// The protocol's number for a login that is missing.
const LOGIN_REQUIRED: i64 = -32000;

/// How an agent is spoken to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acp {
    /// What becomes of permissions.
    pub permissions: Permissions,
    /// The mode that the session is set to.
    pub mode: Option<String>,
    /// The method by which the harness is to log in.
    pub login: Option<String>,
}

/// The client's side of one session.
pub(super) struct Client<'a> {
    options: &'a Acp,
    prompt: &'a str,
    workdir: &'a Path,
    incoming: Incoming<ChildStdout>,
    outgoing: Outgoing,
    account: Account,
    last_id: u64,
    /// By which methods the program lets clients log in.
    logins: String,
    session: Option<String>,
    /// The number of the prompt's request, while it is not answered.
    prompted: Option<u64>,
    is_cancelled: bool,
}

impl<'a> Client<'a> {
    /// A client that is to bring the prompt of `task`.
    pub(super) fn new(
        options: &'a Acp,
        task: &'a Assignment<'a>,
        (stdin, stdout): (ChildStdin, ChildStdout),
        account: Account,
    ) -> Self {
        Self {
            options,
            prompt: task.prompt,
            workdir: task.workdir,
            incoming: Incoming::new(stdout),
            outgoing: Outgoing::start(stdin),
            account,
            last_id: 0,
            logins: String::new(),
            session: None,
            prompted: None,
            is_cancelled: false,
        }
    }

    async fn greet(&mut self) -> Result<(), Fault> {
        let hello = json!({
            "protocolVersion": VERSION,
            "clientCapabilities": {
                "fs": {"readTextFile": false, "writeTextFile": false},
                "terminal": false,
            },
            "clientInfo": {
                "name": env!("CARGO_PKG_NAME"),
                "title": "conformance harness",
                "version": env!("CARGO_PKG_VERSION"),
            },
        });
        let reply = self.ask("initialize", hello).await?;
        let version = &reply["protocolVersion"];
        if version.as_u64() != Some(VERSION) {
            return Err(Fault::Broken(format!(
                "the program speaks version {} of the protocol, and this harness speaks version {VERSION}",
                in_short(&version.to_string())
            )));
        }
        self.logins = logins(&reply);
        if let Some(method) = self.options.login.clone() {
            let login = json!({ "methodId": method });
            self.ask("authenticate", login).await?;
        }
        let folder = json!({"cwd": self.workdir.to_string_lossy(), "mcpServers": []});
        let session = self.ask("session/new", folder).await?;
        let id = session["sessionId"]
            .as_str()
            .ok_or_else(|| Fault::Broken("the reply to session/new has no sessionId".to_owned()))?;
        self.session = Some(id.to_owned());
        if let Some(mode) = self.options.mode.clone() {
            let mode = json!({"sessionId": self.session, "modeId": mode});
            self.ask("session/set_mode", mode).await?;
        }
        Ok(())
    }

    async fn ask(&mut self, method: &'static str, params: Value) -> Result<Value, Fault> {
        let id = self.send_request(method, &params).await;
        self.answer_to(id, method).await
    }

    async fn send_request(&mut self, method: &'static str, params: &Value) -> u64 {
        self.last_id += 1;
        let id = self.last_id;
        self.account.note(&format!("-> {method}")).await;
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.outgoing.send(&request).await;
        id
    }

    /// Hears the program until it answers request `id`.
    async fn answer_to(&mut self, id: u64, method: &'static str) -> Result<Value, Fault> {
        loop {
            match self.hear(method).await? {
                Message::Reply { id: own, result } if own.as_u64() == Some(id) => {
                    return match result {
                        Ok(result) => Ok(result),
                        Err(incident) => Err(self.refusal(method, &incident).await),
                    };
                }
                // It answers what nobody asked; that binds nobody.
                Message::Reply { .. } => {}
                Message::Request { id, method, params } => {
                    self.serve(&id, &method, &params).await;
                }
                Message::Notification { method, params } => {
                    self.notice(&method, &params).await;
                }
            }
        }
    }

    async fn hear(&mut self, waited: &'static str) -> Result<Message, Fault> {
        loop {
            let line = match self.incoming.line().await {
                Ok(Some(line)) => line,
                Ok(None) => return Err(Fault::Closed(waited)),
                Err(error) => return Err(Fault::Broken(format!("the program sent {error}"))),
            };
            if line.trim_ascii().is_empty() {
                continue;
            }
            return match Message::read(&line) {
                Ok(message) => Ok(message),
                Err(problem) => {
                    let text = in_short(&String::from_utf8_lossy(&line));
                    self.account.note(&format!("not understood: {text}")).await;
                    Err(Fault::Broken(format!(
                        "while {waited} was waited for, the program printed what is no message of \
                         the protocol ({problem}): {text}"
                    )))
                }
            };
        }
    }

    async fn refusal(&mut self, method: &str, incident: &Incident) -> Fault {
        let words = in_short(&incident.to_string());
        self.account.note(&format!("refused: {words}")).await;
        Fault::Broken(if incident.code == LOGIN_REQUIRED {
            let methods = match self.logins.as_str() {
                "" => String::new(),
                logins => format!(" ({logins})"),
            };
            format!(
                "the program wants a login: --acp-auth METHOD{methods}, or its key in the environment; \
                 it refused {method}: {words}"
            )
        } else {
            format!("the program refused {method}: {words}")
        })
    }

    /// Answers a request of the program's.
    async fn serve(&mut self, id: &Value, method: &str, params: &Value) {
        let answer = if method == "session/request_permission" {
            let choice = update::permission(params, self.options.permissions, self.is_cancelled);
            if let Some(tool) = params.get("toolCall") {
                self.account.tool(&update::tool(tool)).await;
            }
            self.account
                .note(&format!("permission: {}", choice.words))
                .await;
            json!({"jsonrpc": "2.0", "id": id, "result": {"outcome": choice.outcome}})
        } else {
            let name = in_short(method);
            self.account.note(&format!("not offered: {name}")).await;
            let error = json!({"code": NOT_OFFERED, "message": "Method not found"});
            json!({"jsonrpc": "2.0", "id": id, "error": error})
        };
        self.outgoing.send(&answer).await;
    }

    async fn notice(&mut self, method: &str, params: &Value) {
        if method == "session/update" {
            update::take_down(&mut self.account, &params["update"]).await;
        }
    }
}

/// The names of the methods by which a client can log in.
fn logins(hello: &Value) -> String {
    let methods = hello["authMethods"].as_array().into_iter().flatten();
    let names: Vec<&str> = methods.filter_map(|method| method["id"].as_str()).collect();
    in_short(&names.join(", "))
}

impl Dialogue for Client<'_> {
    async fn open(&mut self) -> Result<(), Fault> {
        self.greet().await
    }

    async fn turn(&mut self) -> Result<String, Fault> {
        let prompt = json!({
            "sessionId": self.session,
            "prompt": [{"type": "text", "text": self.prompt}],
        });
        let id = self.send_request("session/prompt", &prompt).await;
        self.prompted = Some(id);
        let reply = self.answer_to(id, "session/prompt").await?;
        self.prompted = None;
        update::count(&mut self.account, &reply["usage"]);
        let reason = reply["stopReason"].as_str().ok_or_else(|| {
            Fault::Broken("the reply to session/prompt has no stopReason".to_owned())
        })?;
        let reason = in_short(reason);
        self.account.note(&format!("turn ended: {reason}")).await;
        Ok(reason)
    }

    async fn cancel(&mut self) {
        self.is_cancelled = true;
        let Some(id) = self.prompted else {
            return;
        };
        self.account.note("-> session/cancel").await;
        let cancel = json!({
            "jsonrpc": "2.0",
            "method": "session/cancel",
            "params": {"sessionId": self.session},
        });
        self.outgoing.send(&cancel).await;
        if let Ok(reply) = self.answer_to(id, "session/prompt").await {
            let reason = in_short(reply["stopReason"].as_str().unwrap_or_default());
            self.account.note(&format!("turn ended: {reason}")).await;
        }
    }

    async fn leave(&mut self) -> bool {
        self.outgoing.close();
        // What is said after the turn is no part of it. It is read, so that nobody waits for a reader.
        while let Ok(Some(_)) = self.incoming.line().await {}
        true
    }

    fn into_account(self) -> Account {
        self.account
    }
}
