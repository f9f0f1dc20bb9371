//! From settings to a running server.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, RwLock, Weak};

use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::Builder;
use crate::app::{App, Shared};
use crate::connection;
use crate::doors::Doors;
use crate::execute::{Executor, RunEvent};
use crate::fault::FaultPlan;
use crate::journal::{Journal, JournalFile, JournalFileError};
use crate::persist::{SaveError, Saved, StateError, StateLog, restore_skills};
use crate::server::MockServer;
use crate::skills::{SkillSet, SkillsError};
use crate::state::State;
use crate::store::{RunMode, StateRecord, Store, StoreConfig, Touched};

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}: {source}")]
    Bind {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The skills cannot be read.
    #[error(transparent)]
    Skills(#[from] SkillsError),
    /// The journal file cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalFileError),
    /// The state file cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// What was restored could not be saved.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// A fault makes no sense.
    #[error("a fault makes no sense: {0}")]
    Fault(String),
    /// The token cannot be sent in a header.
    #[error("the auth token must be visible ASCII characters without blank space around them")]
    Token,
}

impl Builder {
    /// Starts the server on the current Tokio runtime.
    pub async fn start(self) -> Result<MockServer, StartError> {
        let addr = self.listen;
        let listener =
            connection::listen(addr).map_err(|source| StartError::Bind { addr, source })?;
        self.serve(listener).await
    }

    /// Starts the server on a socket that listens already, wherever that was made, such as in another
    /// network namespace. The socket stays the server's when a fault closes the port; it must have been
    /// bound by the port's number for that, because the system takes back a port that it has chosen.
    pub async fn start_on(self, listener: std::net::TcpListener) -> Result<MockServer, StartError> {
        let addr = self.listen;
        let bind = |source| StartError::Bind { addr, source };
        listener.set_nonblocking(true).map_err(bind)?;
        let listener = TcpListener::from_std(listener).map_err(bind)?;
        self.serve(listener).await
    }

    async fn serve(self, listener: TcpListener) -> Result<MockServer, StartError> {
        let visible = |token: &String| token.bytes().all(|byte| (0x21..0x7f).contains(&byte));
        if !self.token.as_ref().is_none_or(visible) {
            return Err(StartError::Token);
        }
        let mut faults = FaultPlan::new(self.seed);
        for fault in &self.faults {
            fault.check().map_err(StartError::Fault)?;
            faults.arm(fault.clone(), self.clock.now());
        }
        let addr = self.listen;
        let bind = |source| StartError::Bind { addr, source };
        let addr = listener.local_addr().map_err(bind)?;
        let (orders, received) = mpsc::unbounded_channel();
        let app = self.build(faults, Doors::new(&orders))?;
        tokio::spawn(connection::accept(app.clone(), listener, addr, received));
        let server = MockServer::new(app, addr, orders);
        server.sync_port().await;
        Ok(server)
    }

    fn build(self, faults: FaultPlan, doors: Doors) -> Result<Shared, StartError> {
        let config = StoreConfig {
            seed: self.seed,
            workdir: self.workdir.to_string_lossy().into_owned(),
            profiles: self.profiles,
            mode: self.runs,
            cluster: self.cluster,
            limit: self.state_limit,
        };
        let now = self.clock.now();
        let mut skills = SkillSet::load(self.skills)?;
        let mut store = Store::new(config, now);
        let log = match &self.state_file {
            Some(path) => Some(open_state(path, &mut store, &mut skills, now)?),
            None => None,
        };
        let file = self
            .journal_file
            .as_deref()
            .map(|path| JournalFile::open(path, self.secrets.clone(), self.journal_cover))
            .transpose()?;
        let executed = self.runs != RunMode::Simulated;
        let root = self.workdir;
        Ok(Arc::new_cyclic(|app: &Weak<App>| App {
            clock: self.clock,
            journal: Journal::new(self.journal_limit, file).hiding(self.secrets.clone()),
            faults: RwLock::new(faults),
            token: self.token,
            limits: self.limits,
            observer: self.observer,
            executor: executed.then(|| Executor::new(reporter(app.clone()), root, self.start)),
            doors,
            upstream: self.upstream,
            secrets: self.secrets,
            state: Mutex::new(State { store, skills, log }),
            loose: Mutex::default(),
        }))
    }
}

fn open_state(
    path: &std::path::Path,
    store: &mut Store,
    skills: &mut SkillSet,
    now: crate::clock::Timestamp,
) -> Result<StateLog, StartError> {
    let (mut log, records) = StateLog::open(path)?;
    let records_settings = records
        .iter()
        .any(|record| matches!(record, StateRecord::Settings(_)));
    restore_skills(skills, &records);
    store.room_mut().set_skills(skills.held_of_all());
    store.restore(records, now);
    if store.is_executed() {
        store.fail_orphans(now);
    }
    if !records_settings {
        // What was detected at the start belongs to the state, so that it can be gone back to.
        let settings = Touched {
            settings: true,
            ..Touched::default()
        };
        log.save(store, skills, Saved::Touched(&settings))
            .map_err(SaveError::from)?;
    }
    log.shorten(store, skills);
    Ok(log)
}

/// Tells the store what the executor's processes do.
fn reporter(app: Weak<App>) -> Arc<dyn Fn(RunEvent) + Send + Sync> {
    Arc::new(move |event| {
        let Some(app) = app.upgrade() else { return };
        match event {
            RunEvent::Started { run_id } if !app.is_scheduled(&run_id) => {
                app.unasked(|store, now| store.executed_started(&run_id, now));
            }
            RunEvent::Ended { run_id, exit_code } if !app.process_ended(&run_id, exit_code) => {
                app.unasked(|store, now| store.executed_ended(&run_id, exit_code, now));
            }
            RunEvent::Started { .. } | RunEvent::Ended { .. } => {}
        }
    })
}
