//! A mock that is asked what a real server was asked, in the same order: what it answers otherwise did
//! not come from the requests.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::{Answer, differences};
use super::diff::question;
use super::ids::Names;
use super::told::{answer_of, cluster_of};
use super::{Upstream, UpstreamError};
use crate::auth;
use crate::clock::Clock;
use crate::journal::{Exchange, REPLACEMENT, TOKEN_HEADER, TokenState};
use crate::server::MockServer;
use crate::server::StartError;

/// What a mirror is asked with where the real server was asked with a token that it refused.
const REFUSED: &str = "refused-token";

/// Its ids must be nobody else's: a recorded mock has those of the seeds that people give.
const SEED: u64 = 0x6d69_7272_6f72;

/// A mock, and what it calls the real server's ids.
pub(super) struct Mirror {
    pub(super) server: MockServer,
    pub(super) mock: Upstream,
    pub(super) names: Names,
    clock: Clock,
    tokens: Tokens,
}

/// What became of a request at the mirror.
pub(super) enum Reflection {
    /// It has the same status; what else differs is told.
    Alike(Vec<String>),
    /// It has another status, which is told.
    Other(String),
    /// It cannot be asked.
    Unasked,
}

impl Mirror {
    /// A mock with the cluster, working directory and demand for a token that were seen.
    pub(super) async fn of(seen: &[Exchange]) -> Result<Self, StartError> {
        let tokens = Tokens::of(seen);
        let first = seen.first().map(|first| first.received_at);
        let clock = Clock::manual(first.unwrap_or_default());
        let mut builder = MockServer::builder().clock(clock.clone()).seed(SEED);
        if let Some(cluster) = cluster_of(seen) {
            builder = builder.cluster(cluster);
        }
        if let Some(workdir) = workdir_of(seen) {
            builder = builder.workdir(workdir);
        }
        if tokens.demanded {
            builder = builder.auth_token(REPLACEMENT);
        }
        let server = builder.start().await?;
        Ok(Self {
            mock: (&server).into(),
            server,
            names: Names::default(),
            clock,
            tokens,
        })
    }

    /// Asks again. A request that failed at the real server changes nothing here unless it fails alike.
    pub(super) async fn reflect(
        &mut self,
        exchange: &Exchange,
    ) -> Result<Reflection, UpstreamError> {
        let endless = exchange.path.ends_with("/stream");
        let kept_whole = !exchange.body.truncated && exchange.body.base64.is_none();
        let token = self.tokens.for_mirror(exchange);
        let question = question(exchange, Some(token), &self.names);
        let (Some(question), Some(status), false, true) =
            (question, exchange.status(), endless, kept_whole)
        else {
            return Ok(Reflection::Unasked);
        };
        self.clock.set(exchange.received_at);
        let before = (!exchange.is_success()).then(|| self.server.snapshot());
        let reply = self.mock.ask(question).await?;
        if reply.status.as_u16() != status {
            if let Some(before) = before {
                // Nothing is saved, so that nothing can fail.
                let _ = self.server.restore(before);
            }
            let (here, there) = (reply.status.as_u16(), status);
            return Ok(Reflection::Other(format!(
                "status: mock {here}, upstream {there}"
            )));
        }
        if let (Some(told), Ok(said)) = (answer_of(exchange), serde_json::from_slice(&reply.body)) {
            self.names.learn(&told, &said);
        }
        let here = Answer::read(&reply, &self.names.reversed());
        let there = Answer::recorded(exchange, &self.names.own());
        let found = differences(Some(&here), there.as_ref(), &[]).into_iter();
        let told =
            found.map(|(place, here, there)| format!("{place}: mock {here}, upstream {there}"));
        Ok(Reflection::Alike(told.collect()))
    }
}

/// What was seen of tokens. The journal tells them apart without telling them.
pub(super) struct Tokens {
    /// Whether the server wants one.
    pub(super) demanded: bool,
    /// Those that never opened anything.
    refused: BTreeSet<String>,
}

impl Tokens {
    pub(super) fn of(seen: &[Exchange]) -> Self {
        let mut opened: BTreeMap<&str, bool> = BTreeMap::new();
        let (mut refused_any, mut sent_any, mut open_to_all) = (false, false, false);
        for exchange in seen
            .iter()
            .filter(|exchange| auth::is_protected(&exchange.path))
        {
            let Some(status) = exchange.status() else {
                continue;
            };
            refused_any |= status == 401;
            match label(exchange) {
                Some(label) => {
                    sent_any = true;
                    *opened.entry(label).or_default() |= status != 401;
                }
                None => open_to_all |= status < 400 && exchange.method != "OPTIONS",
            }
        }
        let never = opened.into_iter().filter(|(_, opened)| !opened);
        Self {
            demanded: refused_any || (sent_any && !open_to_all),
            refused: never.map(|(label, _)| label.to_owned()).collect(),
        }
    }

    fn for_mirror(&self, exchange: &Exchange) -> &'static str {
        match label(exchange) {
            Some(label) if self.refused.contains(label) => REFUSED,
            _ => REPLACEMENT,
        }
    }
}

/// What the journal calls the token of a request.
fn label(exchange: &Exchange) -> Option<&str> {
    let sent = exchange.token != TokenState::Absent;
    sent.then(|| exchange.header(TOKEN_HEADER)).flatten()
}

fn workdir_of(seen: &[Exchange]) -> Option<String> {
    let page = |exchange: &&Exchange| matches!(exchange.path.as_str(), "/" | "/health");
    let told = seen.iter().filter(page).find_map(answer_of)?;
    told["workdir"].as_str().map(str::to_owned)
}
