//! Requests, faults, runs and what the cluster carries, on one axis: the server's clock.
//!
//! Each row has a strip of the axis, and says in words what the strip shows.

use std::collections::BTreeSet;

use wild_mock_server::Exchange;

use super::axis::{Axis, Bar};
use super::lives::{Life, Load, lives};
use super::room::{Piece, Room, pieces, size};
use super::shown::Shown;
use super::told::Places;
use crate::evidence::Evidence;
use crate::verdict::outcome_in_words;

/// What happened when.
pub(super) struct Timeline {
    /// What stands above the axis, from its beginning to its end in quarters; empty where nothing happened, so that
    /// there is none.
    pub(super) ticks: Vec<String>,
    /// What the cluster is, and how many runs it carried when.
    pub(super) cluster: Option<Load>,
    pub(super) runs: Vec<Piece<Life>>,
    pub(super) requests: Vec<Piece<Request>>,
}

/// A request, and what became of it.
pub(super) struct Request {
    pub(super) seq: u64,
    /// By the server's clock.
    pub(super) at: String,
    /// Seconds since the agent's start by the wall clock, where anybody noted it.
    pub(super) wall: Option<String>,
    pub(super) what: String,
    pub(super) outcome: String,
    pub(super) is_failure: bool,
    pub(super) faults: String,
    pub(super) bar: Bar,
}

impl Timeline {
    /// Whether anybody noted when requests arrived by the wall clock.
    pub(super) fn has_wall(&self) -> bool {
        let mut shown = self.requests.iter().filter_map(Piece::shown);
        shown.any(|own| own.wall.is_some())
    }

    /// What is noted in evidence; nothing where nothing happened and no run was there.
    pub(super) fn new(
        evidence: &Evidence,
        shown: &Shown<'_>,
        wanted: &Places,
        room: &mut Room,
    ) -> Option<Self> {
        let axis = Axis::of(evidence);
        let of_request = |own: &Request| {
            let foreign = [&own.what, &own.faults, &own.outcome];
            350 + shown.name.len() + foreign.iter().map(|text| size(text, 0)).sum::<usize>()
        };
        let own = axis.unwrap_or_default();
        let all = evidence.journal.iter();
        let all = all.map(|exchange| request(evidence, exchange, shown, own));
        let cluster = Load::of(evidence, shown, own, room);
        let requests = pieces(all.collect(), room, of_request, |own| {
            wanted.requests.contains(&own.seq)
        });
        let told: BTreeSet<u64> = requests
            .iter()
            .filter_map(Piece::shown)
            .map(|own| own.seq)
            .collect();
        let lives = lives(evidence, shown, own, &told);
        if axis.is_none() && lives.is_empty() {
            return None;
        }
        Some(Self {
            ticks: axis.map(Axis::ticks).unwrap_or_default(),
            cluster,
            runs: pieces(lives, room, |life| life.size(shown), |life| life.moved),
            requests,
        })
    }
}

fn request(evidence: &Evidence, exchange: &Exchange, shown: &Shown<'_>, axis: Axis) -> Request {
    let query = exchange
        .query
        .as_deref()
        .map_or_else(String::new, |query| format!("?{query}"));
    let arrivals = evidence.arrivals.as_ref();
    let wall = arrivals.and_then(|arrivals| arrivals.get(&exchange.seq));
    let class = match (exchange.is_success(), exchange.faults.is_empty()) {
        (_, false) => "struck",
        (true, true) => "well",
        (false, true) => "ill",
    };
    Request {
        seq: exchange.seq,
        at: axis.told(exchange.received_at),
        wall: wall.map(|at| format!("{at:.2} s")),
        what: shown.line(&format!("{} {}{query}", exchange.method, exchange.path)),
        outcome: shown.line(&outcome_in_words(exchange)),
        is_failure: !exchange.is_success(),
        faults: shown.line(&exchange.faults.join(", ")),
        bar: axis.bar(
            class,
            Some(exchange.received_at),
            Some(exchange.completed_at),
        ),
    }
}
