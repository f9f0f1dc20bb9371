//! Carrying out what [`crate::fault`] decides: what a fault does to a request and to its answer, over HTTP
//! (`answers.rs`) or on the bare socket (`socket.rs`). Whoever asks the server goes on with what is said here.

mod answers;
mod socket;

use axum::response::Response;

pub(crate) use socket::{Cut, play};

use crate::app::Shared;
use crate::exchange::{Open, ReadRequest};
use crate::fault::{Action, Asked, Broken, Decided};
use crate::journal::TokenState;
use crate::locks::read;
use answers::Change;

/// What becomes of a request.
pub(crate) enum Fate {
    /// It is answered.
    Answered(Response),
    /// What goes over the socket is not this answer but what the fault makes of it.
    Broken(Broken, Response),
}

/// What a fault does to a request.
pub(crate) enum Deed {
    /// Nothing any more: it was delayed.
    None,
    /// The fault answers.
    Instead(Response),
    /// The server answers, and the fault changes that.
    Changed(Change),
    /// The request, which is another one now, is asked by whoever asks.
    Elsewhere,
    /// The connection breaks, over the server's answer where that is wanted.
    Broken(Broken),
}

/// Asks the armed faults; `None` when there are none. What strikes is told to the journal.
pub(crate) fn decide(app: &Shared, open: &mut Open) -> Option<Decided> {
    let plan = read(&app.faults);
    if plan.is_empty() {
        return None;
    }
    let path = std::sync::Arc::clone(&open.arrival.path);
    let exchange = open.exchange();
    let mut decided = plan.decide(&Asked {
        method: &exchange.method,
        path: &path,
        seq: exchange.seq,
        now: exchange.received_at,
        has_token: exchange.token != TokenState::Absent,
    });
    exchange.faults = std::mem::take(&mut decided.labels);
    Some(decided)
}

/// Delays a request as was decided, and tells what else happens to it.
pub(crate) async fn carry_out(app: &Shared, decided: Decided, request: &mut ReadRequest) -> Deed {
    app.clock.pass(decided.delay, app.limits.stall).await;
    let Some(armed) = decided.armed else {
        return Deed::None;
    };
    match armed.action() {
        Action::Answer(answer) => answers::deed(answer, &armed, request),
        Action::Broken(broken) => Deed::Broken(broken.clone()),
        // Delays have been waited for, and change nothing else.
        Action::Delay(_) => Deed::None,
    }
}
