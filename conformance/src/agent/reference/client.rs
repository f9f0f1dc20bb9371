//! Talking to the server as `curl -sf` would.

use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use ureq::http::Response;
use ureq::typestate::WithBody;
use ureq::{Agent, RequestBuilder};

/// Longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 16 * 1024 * 1024;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A client for one server.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    token: Option<String>,
}

impl Client {
    /// A client that sends `token` with [`Client::get_json`] and [`Client::post`].
    pub(super) fn new(token: Option<&str>) -> Self {
        // A connection for each request, as with commands of curl. A server that closed the one of
        // the last answer then breaks no request that has nothing to do with it.
        let config = Agent::config_builder()
            .max_idle_connections(0)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .proxy(None)
            .build();
        Self {
            agent: config.into(),
            token: token.map(str::to_owned),
        }
    }

    /// What `curl -sf URL` does: a failure is no complete answer, or a status of 400 and above.
    /// The failure is told in a few words.
    /// The prompt's probes have no token; only mutants send it.
    pub(super) fn probe(&self, url: &str, with_token: bool) -> Result<(), String> {
        let mut request = self.agent.get(url);
        if let Some(token) = self.token.as_ref().filter(|_| with_token) {
            request = request.header("X-Auth-Token", token);
        }
        let answer = request.call().map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        read_body(answer)?;
        if status >= 400 {
            Err(format!("status {status}"))
        } else {
            Ok(())
        }
    }

    /// Reads a JSON document. What cannot be had is none: the agent gets by without.
    pub(super) fn get_json(&self, url: &str) -> Option<Value> {
        json_of(self.authorized(self.agent.get(url)).call().ok()?)
    }

    /// Sends a JSON body and reads the JSON answer. What cannot be had is none.
    pub(super) fn post_json(&self, url: &str, body: &Value) -> Option<Value> {
        let request = self.authorized(self.posting(url));
        json_of(request.send(body.to_string()).ok()?)
    }

    /// Sends a JSON body without the token; only mutants do.
    pub(super) fn post_bare(&self, url: &str, body: &Value) {
        // A mutant is caught by what it sends, whatever the answer.
        let _ = self.posting(url).send(body.to_string());
    }

    /// Sends a JSON body; only mutants do.
    pub(super) fn post(&self, url: &str, body: &Value) {
        // As above.
        let _ = self.authorized(self.posting(url)).send(body.to_string());
    }

    fn posting(&self, url: &str) -> RequestBuilder<WithBody> {
        let request = self.agent.post(url);
        request.header("Content-Type", "application/json")
    }

    fn authorized<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.token {
            Some(token) => request.header("X-Auth-Token", token),
            None => request,
        }
    }
}

/// The JSON of an answer that is no refusal.
fn json_of(answer: Response<ureq::Body>) -> Option<Value> {
    if answer.status().as_u16() >= 400 {
        return None;
    }
    serde_json::from_slice(&read_body(answer).ok()?).ok()
}

fn read_body(answer: Response<ureq::Body>) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    let mut reader = answer.into_body().into_reader().take(LONGEST_ANSWER);
    reader
        .read_to_end(&mut body)
        .map_err(|error| error.to_string())?;
    Ok(body)
}
