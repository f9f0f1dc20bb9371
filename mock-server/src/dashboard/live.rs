//! The stream of events that the page listens to.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde_json::{Value, json};

use super::overview::{overview, told};
use crate::journal::Seq;
use crate::server::MockServer;

/// How many exchanges a page shows, the newest.
const WINDOW: usize = 500;

/// How often somebody who watches is told, at most.
const PACE: Duration = Duration::from_millis(200);

/// How often the server is looked at when nobody asks it anything: runs go on by themselves.
const IDLE: Duration = Duration::from_secs(1);

pub(super) async fn live(
    State(server): State<Arc<MockServer>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watcher = Watcher {
        server,
        shown: BTreeSet::new(),
        overview: String::new(),
    };
    let events = unfold(watcher, async |mut watcher| {
        let event = watcher.next().await;
        Some((Ok(event), watcher))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// What one page knows already.
struct Watcher {
    server: Arc<MockServer>,
    /// The exchanges that it shows; they do not end in order of their numbers.
    shown: BTreeSet<Seq>,
    overview: String,
}

impl Watcher {
    /// Waits for something that the page does not know.
    async fn next(&mut self) -> Event {
        loop {
            // Made before looking, so that what happens meanwhile is not missed.
            let server = Arc::clone(&self.server);
            let ended = server.journal().ended();
            if let Some(event) = self.exchanges().or_else(|| self.overview()) {
                return event;
            }
            let _ = tokio::time::timeout(IDLE, ended).await;
            tokio::time::sleep(PACE).await;
        }
    }

    fn exchanges(&mut self) -> Option<Event> {
        let (shown, added) = self.server.journal().newest(WINDOW, &self.shown);
        if shown == self.shown {
            return None;
        }
        let added: Vec<Value> = added.iter().map(told).collect();
        let data = json!({ "shown": shown, "added": added });
        self.shown = shown;
        Some(event("exchanges", &data.to_string()))
    }

    fn overview(&mut self) -> Option<Event> {
        let now = overview(&self.server);
        if now == self.overview {
            return None;
        }
        self.overview = now;
        Some(event("overview", &self.overview))
    }
}

/// JSON has no line ends outside of strings, and none within, as an event's data must not.
fn event(name: &str, data: &str) -> Event {
    Event::default().event(name).data(data)
}
