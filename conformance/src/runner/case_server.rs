//! The server of a case: how it is set up, and the exchanges that it saw.

use std::sync::Arc;
use std::time::Duration;

use wild_mock_server::{
    Builder, Exchange, Journal, JournalQuery, MockServer, RunMode, SkillSource,
};

use super::RunError;
use super::play_folder::PlayFolder;
use super::tasks_watch::TasksWatch;
use crate::case::Case;
use crate::evidence::Writer;
use crate::secrets::Secrets;

/// Bytes of exchanges that the server's journal holds.
const JOURNAL_LIMIT: usize = 64 * 1024 * 1024;

/// Bytes of what an agent sends that the server holds.
const STATE_LIMIT: u64 = 256 * 1024 * 1024;

/// How many exchanges are read from a journal at once.
const EXCHANGES_AT_A_TIME: usize = 64;

/// How long a server that stalls for ever really stalls: the case's clock stands still meanwhile.
const STALL_LIMIT: Duration = Duration::from_millis(300);

/// Seconds that the case's clock moves with each request, so that the same requests see the same
/// times in every run.
pub(super) const CLOCK_STEP: f64 = 0.25;

pub(super) fn server_for(
    case: &Case,
    seed: u64,
    place: &PlayFolder,
    watch: &Arc<TasksWatch>,
    writer: &mut Writer,
) -> Result<Builder, RunError> {
    let cluster = case
        .cluster
        .parse()
        .map_err(|_| RunError::Cluster(case.cluster.clone()))?;
    let observer = Arc::clone(watch);
    let mut builder = MockServer::builder()
        .seed(seed)
        .workdir(place.workdir())
        .cluster(cluster)
        .run_profiles(case.runs.clone())
        .skills(SkillSource::BuiltIn)
        .runs(RunMode::Simulated)
        .stall_limit(STALL_LIMIT)
        .journal_limit(JOURNAL_LIMIT)
        .state_limit(STATE_LIMIT)
        .journal_file(writer.journal_path())
        .journal_cover(|line| Secrets::of_this_process().cover(line))
        .observer(move |seq| observer.request_arrived(seq));
    if let Some(token) = &case.auth_token {
        builder = builder.auth_token(token);
    }
    for fault in &case.faults {
        builder = builder.fault(fault.clone());
    }
    Ok(builder)
}

/// The exchanges of a journal, read a few at a time, so that they are not in memory twice.
pub(super) fn exchanges_of(journal: &Journal) -> impl Iterator<Item = Exchange> {
    let mut last = 0;
    let next = move || {
        let exchanges = journal.query(&JournalQuery {
            after: Some(last),
            limit: Some(EXCHANGES_AT_A_TIME),
            ..JournalQuery::default()
        });
        last = exchanges.last()?.seq;
        Some(exchanges)
    };
    std::iter::from_fn(next).flatten()
}
