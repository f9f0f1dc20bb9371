//! A state from a recording: what was seen of the real server is made again at a mock, and the
//! mock's state handed out under the real server's ids.

use serde_json::{Value, json};

use super::mirror::Mirror;
use super::told::{answer_of, told_cluster};
use super::{Question, UpstreamError};
use crate::journal::{Exchange, REPLACEMENT};
use crate::json::to_bytes;
use crate::store::Cluster;

/// Why no state could be made.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The mock does not start.
    #[error(transparent)]
    Start(#[from] crate::server::StartError),
    /// The mock does not answer.
    #[error("the mock does not answer: {0}")]
    Ask(#[from] UpstreamError),
}

/// The state, as `PUT /state` of the control API takes it: the cluster that was told last, the runs and
/// sweeps that lists and single answers have shown, and what successful requests have changed since.
pub async fn state_of(seen: &[Exchange]) -> Result<String, StateError> {
    let mut again = Again {
        mirror: Mirror::of(seen).await?,
    };
    for exchange in seen.iter().filter(|exchange| exchange.is_success()) {
        if exchange.method == "GET" {
            again.make_known(exchange).await?;
        }
        again.mirror.reflect(exchange).await?;
    }
    let mut snapshot = again.mirror.server.snapshot();
    if let Some(cluster) = told_cluster(seen).and_then(|told| Cluster::from_wire(&told)) {
        snapshot.set_cluster(&cluster);
    }
    let snapshot = String::from_utf8_lossy(&to_bytes(&snapshot)).into_owned();
    Ok(again.mirror.names.reversed().translate(&snapshot))
}

/// A mirror at which things are made that were there before.
struct Again {
    mirror: Mirror,
}

impl Again {
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
            let is_new = thing["id"]
                .as_str()
                .is_some_and(|id| !self.mirror.names.knows(id));
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
        self.mirror.names.learn(&sweep["id"], &made["id"]);
        Ok(())
    }

    async fn make_run(&mut self, run: &Value) -> Result<(), UpstreamError> {
        let mut wanted = json!({ "name": run["name"], "command": run["command"] });
        for key in ["workdir", "sweep_id", "chat_session_id"] {
            let value = run[key].as_str().filter(|text| {
                // A sweep that was never seen cannot be joined.
                key != "sweep_id" || self.mirror.names.knows(text)
            });
            if let Some(text) = value {
                wanted[key] = self.mirror.names.translate(text).into();
            }
        }
        let made = self.post("/runs", &wanted).await?;
        self.mirror.names.learn(&run["id"], &made["id"]);
        let status = json!({ "status": run["status"], "exit_code": run["exit_code"] });
        if let (Some(id), true) = (made["id"].as_str(), run["status"] != made["status"]) {
            self.post(&format!("/runs/{id}/status"), &status).await?;
        }
        Ok(())
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, UpstreamError> {
        let question = Question::json(path, body, REPLACEMENT);
        let reply = self.mirror.mock.ask(question).await?;
        Ok(serde_json::from_slice(&reply.body).unwrap_or_default())
    }
}
