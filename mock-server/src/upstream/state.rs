//! A state from a recording: what was seen of the real server is made again at a mock, and the
//! mock's state handed out under the real server's ids.

use serde_json::{Value, json};

use super::case::answer_of;
use super::diff::question;
use super::ids::Names;
use super::{Question, Upstream, UpstreamError};
use crate::clock::Clock;
use crate::journal::{Exchange, TokenState};
use crate::server::MockServer;

/// Why no state could be made.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The mock does not start.
    #[error(transparent)]
    Start(#[from] crate::builder::StartError),
    /// The mock does not answer.
    #[error("the mock does not answer: {0}")]
    Ask(#[from] UpstreamError),
}

/// The state, as `PUT /state` of the control API takes it: the runs and sweeps that lists and single
/// answers have shown, and what successful requests have changed since.
pub async fn state_of(seen: &[Exchange]) -> Result<String, StateError> {
    let clock = Clock::manual(
        seen.first()
            .map(|first| first.received_at)
            .unwrap_or_default(),
    );
    let server = MockServer::builder().clock(clock.clone()).start().await?;
    let mut again = Again {
        mock: (&server).into(),
        names: Names::default(),
    };
    for exchange in seen.iter().filter(|exchange| exchange.is_success()) {
        clock.set(exchange.received_at);
        if exchange.method == "GET" {
            again.make_known(exchange).await?;
        } else {
            again.replay(exchange).await?;
        }
    }
    let snapshot = serde_json::to_string(&server.snapshot()).unwrap_or_default();
    Ok(again.names.reversed().translate(&snapshot))
}

/// A mock at which things are made again; its names are those for the real server's ids.
struct Again {
    mock: Upstream,
    names: Names,
}

impl Again {
    /// Does again what has changed the real server's state.
    async fn replay(&mut self, exchange: &Exchange) -> Result<(), UpstreamError> {
        let bare = Exchange {
            token: TokenState::Absent,
            ..exchange.clone()
        };
        let Some(question) = question(&bare, None, &self.names) else {
            return Ok(());
        };
        let reply = self.mock.ask(question).await?;
        if let (Some(told), Ok(said)) = (answer_of(exchange), serde_json::from_slice(&reply.body)) {
            self.names.learn(&told, &said);
        }
        Ok(())
    }

    /// Makes the sweeps and runs that an answer shows and that are not known yet.
    async fn make_known(&mut self, exchange: &Exchange) -> Result<(), UpstreamError> {
        let Some(answer) = answer_of(exchange) else {
            return Ok(());
        };
        let things = match &answer {
            // Lists are newest first.
            Value::Array(items) => items.iter().rev().collect(),
            other => vec![other],
        };
        for thing in things {
            let is_new = thing["id"].as_str().is_some_and(|id| !self.names.knows(id));
            if is_new && exchange.path.starts_with("/sweeps") {
                self.make_sweep(thing).await?;
            } else if is_new && exchange.path.starts_with("/runs") && thing["command"].is_string() {
                self.make_run(thing).await?;
            }
        }
        Ok(())
    }

    async fn make_sweep(&mut self, sweep: &Value) -> Result<(), UpstreamError> {
        let wanted = json!({
            "name": sweep["name"],
            "goal": sweep["goal"].as_str().unwrap_or_default(),
            "chat_session_id": sweep["chat_session_id"],
        });
        let made = self.post("/sweeps/wild", &wanted).await?;
        self.names.learn(&sweep["id"], &made["id"]);
        Ok(())
    }

    async fn make_run(&mut self, run: &Value) -> Result<(), UpstreamError> {
        let mut wanted = json!({ "name": run["name"], "command": run["command"] });
        for key in ["workdir", "sweep_id", "chat_session_id"] {
            let value = run[key].as_str().filter(|text| {
                // A sweep that was never seen cannot be joined.
                key != "sweep_id" || self.names.knows(text)
            });
            if let Some(text) = value {
                wanted[key] = self.names.translate(text).into();
            }
        }
        let made = self.post("/runs", &wanted).await?;
        self.names.learn(&run["id"], &made["id"]);
        let status = json!({ "status": run["status"], "exit_code": run["exit_code"] });
        if let (Some(id), true) = (made["id"].as_str(), run["status"] != made["status"]) {
            self.post(&format!("/runs/{id}/status"), &status).await?;
        }
        Ok(())
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, UpstreamError> {
        let reply = self.mock.ask(Question::json(path, body)).await?;
        Ok(serde_json::from_slice(&reply.body).unwrap_or_default())
    }
}
