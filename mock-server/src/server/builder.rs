//! How a server is to be. How it starts is [`start`]'s.

mod start;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use start::StartError;

use crate::app::{Limits, Observer};
use crate::clock::Clock;
use crate::execute::Start;
use crate::fault::Fault;
use crate::journal::{Cover, DEFAULT_LIMIT, Secrets, Seq};
use crate::passing::{Passing, Upstream};
use crate::skills::SkillSource;
use crate::store::{ClusterProfile, DEFAULT_STATE_LIMIT, RunMode, RunProfiles};

/// How a server is to be. Every setting has a default that suits a test.
#[derive(Clone)]
pub struct Builder {
    listen: SocketAddr,
    seed: u64,
    clock: Clock,
    token: Option<String>,
    workdir: PathBuf,
    cluster: ClusterProfile,
    skills: SkillSource,
    runs: RunMode,
    profiles: RunProfiles,
    faults: Vec<Fault>,
    journal_limit: usize,
    journal_file: Option<PathBuf>,
    journal_cover: Option<Cover>,
    state_file: Option<PathBuf>,
    state_limit: u64,
    observer: Option<Observer>,
    start: Start,
    limits: Limits,
    upstream: Option<Passing>,
    secrets: Option<Arc<Secrets>>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            seed: 0,
            clock: Clock::real(),
            token: None,
            workdir: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
            cluster: ClusterProfile::default(),
            skills: SkillSource::BuiltIn,
            runs: RunMode::Simulated,
            profiles: RunProfiles::default(),
            faults: Vec::new(),
            journal_limit: DEFAULT_LIMIT,
            journal_file: None,
            journal_cover: None,
            state_file: None,
            state_limit: DEFAULT_STATE_LIMIT,
            observer: None,
            upstream: None,
            secrets: None,
            start: Start::default(),
            limits: Limits {
                body: 16 * 1024 * 1024,
                head_timeout: Duration::from_secs(30),
                body_timeout: Duration::from_secs(30),
                stall: Duration::from_secs(30),
            },
        }
    }
}

impl Builder {
    /// Where to listen; 127.0.0.1 on a free port by default.
    #[must_use]
    pub fn listen(mut self, addr: SocketAddr) -> Self {
        self.listen = addr;
        self
    }

    /// Seed of the ids; 0 by default.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The clock; the machine's by default.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The token that protected paths need; none by default. An empty one means none.
    #[must_use]
    pub fn auth_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into()).filter(|token| !token.is_empty());
        self
    }

    /// The working directory that the server reports; the process's by default.
    #[must_use]
    pub fn workdir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.workdir = dir.into();
        self
    }

    /// The cluster that detection finds; unknown by default.
    #[must_use]
    pub fn cluster(mut self, cluster: ClusterProfile) -> Self {
        self.cluster = cluster;
        self
    }

    /// Where the skills come from; the built-in set by default.
    #[must_use]
    pub fn skills(mut self, source: SkillSource) -> Self {
        self.skills = source;
        self
    }

    /// Whether commands are executed; simulated by default.
    #[must_use]
    pub fn runs(mut self, mode: RunMode) -> Self {
        self.runs = mode;
        self
    }

    /// What simulated runs do, by their commands.
    #[must_use]
    pub fn run_profiles(mut self, profiles: RunProfiles) -> Self {
        self.profiles = profiles;
        self
    }

    /// Arms a fault from the start.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Memory for the journal, in bytes; 32 MiB by default.
    #[must_use]
    pub fn journal_limit(mut self, bytes: usize) -> Self {
        self.journal_limit = bytes;
        self
    }

    /// Writes every exchange to a file as well, behind those that it has from servers before.
    #[must_use]
    pub fn journal_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal_file = Some(path.into());
        self
    }

    /// Changes each line of that file before it is written, such as by covering what identifies somebody.
    /// What the journal has in memory stays as it is.
    #[must_use]
    pub fn journal_cover(mut self, cover: fn(&mut [u8])) -> Self {
        self.journal_cover = Some(cover);
        self
    }

    /// Keeps the state in a file over restarts.
    #[must_use]
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Bytes that are held at most of what clients send, as memory: runs, sweeps, alerts, metrics, sessions and
    /// skills; 1 GiB by default. What is beyond is refused with 507.
    #[must_use]
    pub fn state_limit(mut self, bytes: u64) -> Self {
        self.state_limit = bytes;
        self
    }

    /// Largest body that is read, in bytes; 16 MiB by default.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.limits.body = bytes;
        self
    }

    /// How long a request's head and its body may take; 30 seconds each by default.
    #[must_use]
    pub fn timeouts(mut self, head: Duration, body: Duration) -> Self {
        self.limits.head_timeout = head;
        self.limits.body_timeout = body;
        self
    }

    /// How long a fault may keep a client waiting, in real time, where the clock does not say: a
    /// stall for ever, a manual clock that nobody moves, a client that does not read. 30 seconds by
    /// default.
    #[must_use]
    pub fn stall_limit(mut self, limit: Duration) -> Self {
        self.limits.stall = limit;
        self
    }

    /// Passes requests for paths that the mock does not know on to a real server.
    #[must_use]
    pub fn upstream(mut self, upstream: Upstream) -> Self {
        self.upstream = Some(Passing {
            upstream,
            everything: false,
        });
        self
    }

    /// Answers nothing itself and passes all requests on to a real server: the journal records it.
    #[must_use]
    pub fn record(mut self, upstream: Upstream) -> Self {
        self.upstream = Some(Passing {
            upstream,
            everything: true,
        });
        self.secrets.get_or_insert_default();
        self
    }

    /// A token that a recorder must not tell, beside those that clients send.
    #[must_use]
    pub fn secret(mut self, token: &str) -> Self {
        if !token.is_empty() {
            self.secrets.get_or_insert_default().learn(token);
        }
        self
    }

    /// Calls `observe` with the number of each request when its head has arrived, before it is
    /// handled.
    #[must_use]
    pub fn observer(mut self, observe: impl Fn(Seq) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observe));
        self
    }

    /// What the commands of executed runs inherit. Without this it is all that the server itself has, but
    /// for its tokens.
    #[must_use]
    pub fn run_environment(
        mut self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        self.start.environment = Some(variables.into_iter().collect());
        self
    }

    /// Sets an environment variable for the commands of executed runs.
    #[must_use]
    pub fn run_variable(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        self.start.variables.push((name.into(), value.into()));
        self
    }

    /// Starts the commands of executed runs through another program, whose arguments end where those of
    /// `sh` begin. `begins_session` tells whether it begins a session, and with it a process group.
    #[must_use]
    pub fn run_through(mut self, argv: Vec<OsString>, begins_session: bool) -> Self {
        self.start.through = argv;
        self.start.begins_session = begins_session;
        self
    }

    /// Kills the commands of executed runs that take longer than this in real time, counted from their
    /// launch: those that get no turn by then never begin.
    #[must_use]
    pub fn run_limit(mut self, limit: Duration) -> Self {
        self.start.limit = Some(limit);
        self
    }
}
