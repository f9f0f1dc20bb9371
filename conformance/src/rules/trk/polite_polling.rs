//! # TRK011 polite-polling (SHOULD)
//!
//! The same read is not sent more than 10 times within a second of the wall clock.
//!
//! A server that answers polls all day starts no runs.
//!
//! Prompt: "Leave some seconds between two looks."
//!
//! Conforming: `GET /runs` every ten seconds
//!
//! Violating: `GET /runs` in a tight loop
//!
//! ```told
//! told = [
//!     "poll*|look*|request*|read* ..8 second*|often|pause|rate|sparing*",
//!     "second* ..2 between",
//!     "not: hammer|flood|busy",
//! ]
//! ```

use crate::facts::{ExecutionFacts, Facts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Reference, Verdict};
use std::collections::BTreeMap;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "TRK011",
    slug: "polite-polling",
    level: Level::Should,
    summary: "the same read is not repeated more than ten times a second",
    sources: &[Source::Journal],
    source_text: include_str!("polite_polling.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    if execution.arrivals.is_empty() {
        return Verdict::NotLookedAt(
            "the evidence is of a version that did not note when requests arrived".to_owned(),
        );
    }
    let arrivals: BTreeMap<u64, f64> = execution.arrivals.iter().copied().collect();
    let mut by_read: BTreeMap<Read<'_>, Vec<(u64, f64)>> = BTreeMap::new();
    for exchange in facts.http.exchanges.iter().filter(|e| e.method == "GET") {
        if let Some(at) = arrivals.get(&exchange.seq) {
            let reads = by_read.entry((&exchange.path, exchange.query.as_deref()));
            reads.or_default().push((exchange.seq, *at));
        }
    }
    let too_fast = by_read.into_iter().find_map(|((path, _), reads)| {
        let burst = reads
            .windows(MOST + 1)
            .find(|burst| burst[MOST].1 - burst[0].1 <= 1.0)?;
        Some((path, burst[0].0))
    });
    match too_fast {
        None => Verdict::Pass(vec![Reference::Journal]),
        Some((path, seq)) => Verdict::fail(
            format!(
                "`GET {path}` was sent more than {MOST} times within a second; wait between polls"
            ),
            facts
                .http
                .exchanges
                .iter()
                .filter(|e| e.seq == seq)
                .map(Reference::exchange)
                .collect(),
        ),
    }
}

/// Path and query of a read.
type Read<'e> = (&'e str, Option<&'e str>);

/// How many of the same read are fine within a second.
const MOST: usize = 10;
