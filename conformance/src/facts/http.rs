//! The preflight and everything else that the agent sent.

use wild_mock_server::{Change, Exchange};

use crate::case::{Case, Declared};

/// One of the five requests of the preflight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Probe {
    /// `GET /docs`
    Docs,
    /// `GET /openapi.json`
    OpenApi,
    /// `GET /prompt-skills`
    Skills,
    /// `GET /prompt-skills/wild_v2_execution_ops_protocol`
    Protocol,
    /// `GET /wild/v2/system-health`
    Health,
}

impl Probe {
    /// All probes, in the order in which the prompt lists them.
    pub const ALL: [Self; 5] = [
        Self::Docs,
        Self::OpenApi,
        Self::Skills,
        Self::Protocol,
        Self::Health,
    ];

    /// The path that is asked for.
    pub fn path(self) -> &'static str {
        match self {
            Self::Docs => "/docs",
            Self::OpenApi => "/openapi.json",
            Self::Skills => "/prompt-skills",
            Self::Protocol => "/prompt-skills/wild_v2_execution_ops_protocol",
            Self::Health => "/wild/v2/system-health",
        }
    }

    /// The probe that `exchange` is, if it is one.
    pub fn of(exchange: &Exchange) -> Option<Self> {
        let is = |probe: &Self| exchange.method == "GET" && exchange.path == probe.path();
        Self::ALL.into_iter().find(is)
    }
}

/// How the preflight ended, as the agent itself could see it: decided by the first exchange for
/// each probe, because "if any command fails, abort immediately" leaves no room for a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preflight {
    /// All five first exchanges succeeded.
    Passed,
    /// This probe's first exchange failed, before that of any other.
    Failed(Probe),
    /// No probe that was sent failed, and not all were sent.
    Incomplete,
    /// What was left could not be observed; the case declares success.
    DeclaredPassed,
    /// What was left could not be observed; the case declares failure.
    DeclaredFailed,
}

/// What the journal shows.
#[derive(Debug)]
pub struct HttpFacts<'e> {
    /// All exchanges in order of arrival.
    pub exchanges: &'e [Exchange],
    /// How the preflight ended.
    pub preflight: Preflight,
    first: [Option<&'e Exchange>; 5],
}

impl<'e> HttpFacts<'e> {
    /// Reads the journal of `case`.
    pub fn new(exchanges: &'e [Exchange], case: &Case) -> Self {
        let first = Probe::ALL.map(|probe| {
            exchanges
                .iter()
                .find(|exchange| Probe::of(exchange) == Some(probe))
        });
        Self {
            exchanges,
            preflight: preflight(&first, server_is_gone(exchanges, case), case),
            first,
        }
    }

    /// The first exchange for `probe`.
    pub fn first(&self, probe: Probe) -> Option<&'e Exchange> {
        self.first[probe as usize]
    }

    /// A `HEAD` for the path of `probe`, which is another request than the probe.
    pub fn head_in_place_of(&self, probe: Probe) -> Option<&'e Exchange> {
        let is = |exchange: &&Exchange| exchange.method == "HEAD" && exchange.path == probe.path();
        self.exchanges.iter().find(is)
    }

    /// The probes whose first answer was no plain one and yet a success for `curl -sf`: a redirect, an
    /// empty answer, or one that a fault of the case had a hand in. They come in order of arrival.
    pub fn odd_successes(&self) -> Vec<(Probe, &'e Exchange)> {
        let is_odd = |exchange: &Exchange| {
            exchange.is_success() && (exchange.status() != Some(200) || !exchange.faults.is_empty())
        };
        let first = |probe| Some((probe, self.first(probe).filter(|first| is_odd(first))?));
        let mut odd: Vec<_> = Probe::ALL.into_iter().filter_map(first).collect();
        odd.sort_by_key(|(_, exchange)| exchange.seq);
        odd
    }

    /// The exchange whose answer ended the preflight: the first that failed or, when none did, the
    /// last of those that were sent. `None` when there was no probe at all.
    pub fn last_required(&self) -> Option<&'e Exchange> {
        match self.preflight {
            Preflight::Failed(probe) => self.first(probe),
            _ => self
                .first
                .iter()
                .copied()
                .flatten()
                .max_by_key(|exchange| exchange.seq),
        }
    }

    /// Whether the preflight failed.
    pub fn failed(&self) -> bool {
        matches!(
            self.preflight,
            Preflight::Failed(_) | Preflight::DeclaredFailed
        )
    }

    /// Whether the preflight is only declared: not all of it could be observed.
    pub fn is_declared(&self) -> bool {
        matches!(
            self.preflight,
            Preflight::DeclaredFailed | Preflight::DeclaredPassed
        )
    }

    /// The requests that were sent after the agent had the answer to `earlier`.
    ///
    /// The case's clock moves with each request. One that arrived at the very moment at which
    /// `earlier` was answered was on its way together with it.
    pub fn after(&self, earlier: &'e Exchange) -> impl Iterator<Item = &'e Exchange> {
        self.exchanges.iter().filter(move |exchange| {
            exchange.seq > earlier.seq && exchange.received_at > earlier.completed_at
        })
    }

    /// The requests that were sent before `later` was answered.
    pub fn before_answer_of(&self, later: &'e Exchange) -> impl Iterator<Item = &'e Exchange> {
        self.exchanges.iter().filter(move |exchange| {
            exchange.seq < later.seq
                || (exchange.seq > later.seq && exchange.received_at < later.completed_at)
        })
    }
}

fn preflight(first: &[Option<&Exchange>; 5], is_gone: bool, case: &Case) -> Preflight {
    let sent = || {
        Probe::ALL
            .into_iter()
            .zip(first)
            .filter_map(|(probe, e)| Some((probe, (*e)?)))
    };
    let failed = sent()
        .filter(|(_, exchange)| !exchange.is_success())
        .min_by_key(|(_, e)| e.seq);
    if let Some((probe, _)) = failed {
        return Preflight::Failed(probe);
    }
    if sent().count() == Probe::ALL.len() {
        return Preflight::Passed;
    }
    match case.expect.preflight {
        Some(Declared::Passed) if is_gone => Preflight::DeclaredPassed,
        Some(Declared::Failed) if is_gone => Preflight::DeclaredFailed,
        _ => Preflight::Incomplete,
    }
}

/// Whether further requests would not have been observed, because the server was gone by then.
fn server_is_gone(exchanges: &[Exchange], case: &Case) -> bool {
    let seen = exchanges.last().map_or(0, |exchange| exchange.seq);
    case.server_gone_from().is_some_and(|from| from <= seen + 1)
}

/// Whether a request of this method asks the server to change something.
pub(super) fn is_changing(method: &str) -> bool {
    matches!(method, "POST" | "PUT" | "PATCH" | "DELETE")
}

impl HttpFacts<'_> {
    /// Whether `exchange` asked the server to change something.
    pub fn asks_for_change(exchange: &Exchange) -> bool {
        is_changing(&exchange.method)
    }

    /// Whether `exchange` created, started or changed a run or a sweep. What a run's own schedule
    /// did while the exchange was handled is not the agent's doing.
    pub fn touched_runs(exchange: &Exchange) -> bool {
        exchange.effects.iter().any(|effect| match effect.change {
            Change::RunCreated { .. }
            | Change::RunEdited { .. }
            | Change::RunAttached { .. }
            | Change::MetricsAppended { .. }
            | Change::SweepCreated { .. }
            | Change::SweepEdited { .. } => true,
            Change::RunStatus { by_itself, .. } => !by_itself,
            Change::AlertCreated { .. }
            | Change::AlertResolved { .. }
            | Change::ClusterChanged { .. }
            | Change::SkillChanged { .. }
            | Change::SessionChanged { .. }
            | Change::WildModeSet { .. } => false,
        })
    }
}
