//! The journal: every exchange, in the order in which requests arrived.
//!
//! While serving, an exchange is kept as the parts that the server has anyway; it becomes an
//! [`Exchange`] only when somebody reads it. The memory that the journal takes is bounded: the
//! oldest exchanges are dropped first, and [`Journal::dropped`] says how many were.

mod earlier;
mod exchange;
mod file;
mod raw;
mod secrets;

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

pub use earlier::JournalFileError;
pub use exchange::{
    Body, Change, DropReason, Effect, Exchange, ExchangeOutcome, JOURNAL_FORMAT, Seq, TokenState,
};
pub(crate) use file::Cover;
pub use file::JournalFile;
pub(crate) use raw::{REDACTED, RawBody, RawExchange, RawHeaders, RawOutcome, TOKEN_HEADER};
pub(crate) use secrets::{REPLACEMENT, Secrets};

use crate::fault::path_matches;
use crate::locks;

/// Bytes of a body that are kept.
pub const MAX_BODY: usize = 64 * 1024;

/// Memory that a journal takes at most, unless told otherwise.
pub const DEFAULT_LIMIT: usize = 32 * 1024 * 1024;

/// The exchanges of one server.
#[derive(Debug)]
pub struct Journal {
    next: AtomicU64,
    limit: usize,
    kept: Mutex<Kept>,
    file: Option<JournalFile>,
    /// What must not be told, of a recorder.
    secrets: Option<Arc<Secrets>>,
    /// Wakes whoever watches when an exchange has ended.
    ended: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    /// Finished exchanges in order of their numbers.
    exchanges: VecDeque<Box<RawExchange>>,
    size: usize,
    dropped: u64,
}

/// Which exchanges to show.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JournalQuery {
    /// Only exchanges with a greater number.
    pub after: Option<Seq>,
    /// Only this method.
    pub method: Option<String>,
    /// Only paths of this pattern (`*` within a segment, `**` anything).
    pub path: Option<String>,
    /// Only this status.
    pub status: Option<u16>,
    /// At most this many, the oldest first.
    pub limit: Option<usize>,
}

impl Journal {
    /// An empty journal that keeps up to `limit` bytes, and writes to a file as well if given one.
    pub fn new(limit: usize, file: Option<JournalFile>) -> Self {
        Self {
            next: AtomicU64::new(0),
            limit,
            kept: Mutex::default(),
            file,
            secrets: None,
            ended: Notify::new(),
        }
    }

    /// Has tokens replaced in what is told.
    pub(crate) fn hiding(self, secrets: Option<Arc<Secrets>>) -> Self {
        Self { secrets, ..self }
    }

    /// Replaces tokens that are known by now.
    pub fn hide(&self, exchange: &mut Exchange) {
        if let Some(secrets) = &self.secrets {
            secrets.hide(exchange);
        }
    }

    /// Numbers a new exchange.
    pub(crate) fn open(&self) -> Seq {
        self.next.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Files a finished exchange.
    pub(crate) fn close(&self, exchange: Box<RawExchange>) {
        if let Some(file) = &self.file {
            file.write(exchange.clone());
        }
        let size = exchange.size();
        let mut kept = self.lock();
        kept.size += size;
        // Exchanges finish nearly in order, so the place is found from the end.
        let behind = kept
            .exchanges
            .iter()
            .rev()
            .take_while(|e| e.seq > exchange.seq)
            .count();
        let at = kept.exchanges.len() - behind;
        kept.exchanges.insert(at, exchange);
        // Freed when nobody waits for the lock any more.
        let mut oldest = Vec::new();
        while kept.size > self.limit && kept.exchanges.len() > 1 {
            let Some(exchange) = kept.exchanges.pop_front() else {
                break;
            };
            kept.size -= exchange.size();
            kept.dropped += 1;
            oldest.push(exchange);
        }
        drop(kept);
        self.ended.notify_waiters();
    }

    /// Resolves when an exchange ends after this was called.
    pub(crate) fn ended(&self) -> Notified<'_> {
        self.ended.notified()
    }

    /// All finished exchanges that are still kept, in order of their numbers.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.query(&JournalQuery::default())
    }

    /// The exchanges that a query asks for.
    pub fn query(&self, query: &JournalQuery) -> Vec<Exchange> {
        let chosen: Vec<Box<RawExchange>> = {
            let kept = self.lock();
            let after = query.after.unwrap_or(0);
            let start = kept
                .exchanges
                .partition_point(|exchange| exchange.seq <= after);
            kept.exchanges
                .range(start..)
                .filter(|exchange| query.wants(exchange))
                .take(query.limit.unwrap_or(usize::MAX))
                .cloned()
                .collect()
        };
        self.read(&chosen)
    }

    /// Exchanges as they are told.
    fn read(&self, chosen: &[Box<RawExchange>]) -> Vec<Exchange> {
        let mut told: Vec<Exchange> = chosen.iter().map(|exchange| exchange.read()).collect();
        for exchange in &mut told {
            self.hide(exchange);
        }
        told
    }

    /// The numbers of the newest finished exchanges, at most `count`, and those of them that are not among
    /// `known`, in order of their numbers.
    pub(crate) fn newest(
        &self,
        count: usize,
        known: &BTreeSet<Seq>,
    ) -> (BTreeSet<Seq>, Vec<Exchange>) {
        let (seqs, unknown): (_, Vec<Box<RawExchange>>) = {
            let kept = self.lock();
            let start = kept.exchanges.len().saturating_sub(count);
            let newest = kept.exchanges.range(start..);
            let unknown = newest.clone().filter(|own| !known.contains(&own.seq));
            let unknown = unknown.cloned().collect();
            (newest.map(|own| own.seq).collect(), unknown)
        };
        (seqs, self.read(&unknown))
    }

    /// How many requests were seen, finished or not.
    pub fn seen(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// How many exchanges were dropped because the journal was full.
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    /// Forgets all exchanges; numbers go on.
    pub fn clear(&self) {
        *self.lock() = Kept::default();
    }

    /// Waits until everything is in the file, if there is one.
    pub fn flush(&self) {
        if let Some(file) = &self.file {
            file.flush();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        locks::lock(&self.kept)
    }
}

impl JournalQuery {
    fn wants(&self, exchange: &RawExchange) -> bool {
        self.method
            .as_deref()
            .is_none_or(|m| m.eq_ignore_ascii_case(&exchange.method))
            && self
                .path
                .as_deref()
                .is_none_or(|pattern| path_matches(pattern, &exchange.path))
            && self
                .status
                .is_none_or(|status| exchange.status() == Some(status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(seq: Seq, path: &str) -> Box<RawExchange> {
        Box::new(RawExchange {
            seq,
            path: path.into(),
            ..RawExchange::default()
        })
    }

    #[test]
    fn exchanges_are_kept_in_order_of_their_numbers() {
        let journal = Journal::new(DEFAULT_LIMIT, None);
        for seq in [2, 1, 4, 3] {
            journal.close(exchange(seq, "/runs"));
        }
        let seqs: Vec<Seq> = journal.exchanges().iter().map(|e| e.seq).collect();
        assert_eq!(seqs, [1, 2, 3, 4]);
    }

    #[test]
    fn a_full_journal_drops_the_oldest_and_says_so() {
        let journal = Journal::new(exchange(1, "/runs").size() * 3, None);
        (1..=5).for_each(|seq| journal.close(exchange(seq, "/runs")));
        let seqs: Vec<Seq> = journal.exchanges().iter().map(|e| e.seq).collect();
        assert_eq!(
            (seqs.as_slice(), journal.dropped()),
            ([3, 4, 5].as_slice(), 2)
        );
    }

    #[test]
    fn queries_filter() {
        let journal = Journal::new(DEFAULT_LIMIT, None);
        journal.close(exchange(1, "/runs"));
        journal.close(exchange(2, "/runs/x/logs"));
        journal.close(exchange(3, "/docs"));
        let seqs = |query: JournalQuery| -> Vec<Seq> {
            journal.query(&query).iter().map(|e| e.seq).collect()
        };
        let path = Some("/runs**".to_owned());
        assert_eq!(
            seqs(JournalQuery {
                path,
                ..Default::default()
            }),
            [1, 2]
        );
        assert_eq!(
            seqs(JournalQuery {
                after: Some(1),
                ..Default::default()
            }),
            [2, 3]
        );
        assert_eq!(
            seqs(JournalQuery {
                limit: Some(1),
                ..Default::default()
            }),
            [1]
        );
        assert!(
            seqs(JournalQuery {
                method: Some("post".into()),
                ..Default::default()
            })
            .is_empty()
        );
    }
}
