//! Executing the commands of runs, each in a process group of its own.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::beneath::Folder;
use crate::jobs::{self, Jobs};
use crate::store::Errand;

/// Exit code of a run whose command could not be started.
const NOT_STARTED: i64 = 127;

/// Exit code of a run whose time was up, as that of a command which SIGKILL ends.
const KILLED: i64 = 128 + Signal::SIGKILL as i64;

/// How many commands run at a time. Those beyond wait for their turn.
const AT_A_TIME: usize = 64;

/// Settings of the server and its clients, which commands have no business with.
const TOKEN_VARIABLES: [&str; 2] = ["RESEARCH_AGENT_USER_AUTH_TOKEN", "WILD_AUTH_TOKEN"];

/// What the executor tells of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RunEvent {
    /// Its command has started.
    Started {
        /// The run.
        run_id: String,
    },
    /// Its command has ended; told once for each run.
    Ended {
        /// The run.
        run_id: String,
        /// The command's exit code, or 128 and the number of the signal that ended it.
        exit_code: i64,
    },
}

/// Who is told of events.
pub(crate) type Reporter = Arc<dyn Fn(RunEvent) + Send + Sync>;

/// How commands are started.
#[derive(Debug, Clone, Default)]
pub(crate) struct Start {
    /// A program that they are started through, with its arguments; the shell where there is none.
    pub(crate) through: Vec<OsString>,
    /// Whether that program begins a session, and with it a process group.
    pub(crate) begins_session: bool,
    /// What they inherit; all that the server has where nothing is said.
    pub(crate) environment: Option<Vec<(OsString, OsString)>>,
    /// What they find in their environment beside that.
    pub(crate) variables: Vec<(String, OsString)>,
    /// How long one may take in real time, from its launch on, before it is killed.
    pub(crate) limit: Option<Duration>,
}

/// Starts commands and ends them. Dropping it ends all of them at once.
pub(crate) struct Executor {
    report: Reporter,
    jobs: Arc<Jobs>,
    places: Arc<Semaphore>,
    /// The folder that the commands' own folders lie in.
    root: PathBuf,
    start: Arc<Start>,
}

impl Executor {
    /// An executor of runs whose folders lie in `root`. It tells `report` of what happens.
    pub(crate) fn new(report: Reporter, root: PathBuf, start: Start) -> Self {
        Self {
            report,
            jobs: Arc::default(),
            places: Arc::new(Semaphore::new(AT_A_TIME)),
            root,
            start: Arc::new(start),
        }
    }

    /// Does an errand. Must be called on a Tokio runtime; returns at once.
    pub(crate) fn handle(&self, errand: Errand) {
        match errand {
            Errand::Spawn {
                run_id,
                command,
                workdir,
                run_dir,
            } => {
                let way = Path::new(&run_dir).strip_prefix(&self.root);
                let job = Job {
                    way: way.unwrap_or(Path::new(&run_dir)).to_owned(),
                    run_dir: run_dir.into(),
                    root: self.root.clone(),
                    ends_by: self
                        .start
                        .limit
                        .and_then(|own| Instant::now().checked_add(own)),
                    start: Arc::clone(&self.start),
                    run_id,
                    command,
                    workdir,
                };
                self.jobs.expect(&job.run_id);
                let (report, jobs) = (Arc::clone(&self.report), Arc::clone(&self.jobs));
                let places = Arc::clone(&self.places);
                tokio::spawn(async move {
                    // The places are never closed, so that there is one at some time. Whoever waits for
                    // one does that in its own time: nobody waits for a run longer than that may take.
                    let place = job.in_time(places.acquire_owned()).await;
                    job.run(place.is_some(), report, jobs).await;
                });
            }
            Errand::Kill { run_id } => {
                tokio::spawn(jobs::end(Arc::clone(&self.jobs), run_id));
            }
            // No process has to do with that.
            Errand::Leave { .. } => {}
        }
    }

    /// Waits until a run's command has ended and that was told. Returns at once where there is none.
    pub(crate) async fn ended(&self, run_id: &str) {
        self.jobs.ended(run_id).await;
    }

    /// Waits until all commands have ended.
    pub(crate) async fn all_ended(&self) {
        self.jobs.all_ended().await;
    }

    /// Ends all commands and waits for them.
    pub(crate) async fn shutdown(&self) {
        self.jobs.shutdown().await;
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.jobs.signal_all(Signal::SIGKILL);
    }
}

/// A run to be executed.
struct Job {
    run_id: String,
    command: String,
    workdir: String,
    root: PathBuf,
    /// The run's folder as seen from `root`.
    way: PathBuf,
    run_dir: PathBuf,
    /// When it is killed, if ever.
    ends_by: Option<Instant>,
    start: Arc<Start>,
}

impl Job {
    /// What comes of `work`, if that comes in time.
    async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        match self.ends_by {
            Some(ends_by) => tokio::time::timeout_at(ends_by, work).await.ok(),
            None => Some(work.await),
        }
    }

    async fn run(self, has_place: bool, report: Reporter, jobs: Arc<Jobs>) {
        let exit_code = match self.begin(has_place, &jobs) {
            Ok(None) => {
                let seconds = self.limit();
                let line = format!("never began: other runs took all places for {seconds} seconds");
                self.append("run.log", &line);
                KILLED
            }
            Ok(Some((child, group))) => {
                report(RunEvent::Started {
                    run_id: self.run_id.clone(),
                });
                self.note("command started");
                let code = self.wait(child, group).await;
                jobs.collected(&self.run_id);
                code
            }
            Err(error) => {
                let line = format!(
                    "the command could not be started in {}: {error}",
                    self.workdir
                );
                self.append("run.log", &line);
                NOT_STARTED
            }
        };
        self.note(&format!("command exited with code {exit_code}"));
        let done = self.create("job.done");
        if let Err(error) = done.and_then(|mut file| write!(file, "{exit_code}")) {
            tracing::warn!("run {}: job.done was not written: {error}", self.run_id);
        }
        let run_id = self.run_id.clone();
        report(RunEvent::Ended { run_id, exit_code });
        jobs.remove(&self.run_id);
    }

    /// Starts the command, unless there is no place for it or it was to end before it came to that.
    fn begin(&self, has_place: bool, jobs: &Jobs) -> io::Result<Option<(Child, Pid)>> {
        Folder::reached(&self.root)?.make_all(&self.way.join("artifacts"))?;
        self.create("command.txt")?
            .write_all(self.command.as_bytes())?;
        let log = self.create("run.log")?;
        if !Path::new(&self.workdir).is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "there is no such directory",
            ));
        }
        if !has_place {
            return Ok(None);
        }
        let started = jobs.start(&self.run_id, || {
            let child = self.shell(log)?.spawn()?;
            let id = child.id().and_then(|id| i32::try_from(id).ok());
            let group = id
                .map(Pid::from_raw)
                .ok_or_else(|| io::Error::other("it ended at once"))?;
            Ok((child, group))
        });
        started.map(Some)
    }

    fn shell(&self, log: File) -> io::Result<Command> {
        let mut words = self.start.through.iter();
        let mut shell = match words.next() {
            Some(program) => {
                let mut through = Command::new(program);
                through.args(words).arg("sh");
                through
            }
            None => Command::new("sh"),
        };
        if let Some(environment) = &self.start.environment {
            shell.env_clear();
            shell.envs(environment.iter().map(|(name, value)| (name, value)));
        }
        let variables = self.start.variables.iter();
        shell
            .arg("-c")
            .arg(&self.command)
            .current_dir(&self.workdir)
            .env("PWD", &self.workdir)
            .envs(variables.map(|(name, value)| (name, value)))
            .env("WILD_RUN_ID", &self.run_id)
            .env("WILD_RUN_DIR", &self.run_dir)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        for token in TOKEN_VARIABLES {
            shell.env_remove(token);
        }
        if !self.start.begins_session {
            shell.process_group(0);
        }
        Ok(shell)
    }

    /// Waits for a command, no longer than it may take. What it has left behind in its group ends
    /// with it.
    async fn wait(&self, mut child: Child, group: Pid) -> i64 {
        let status = if let Some(status) = self.in_time(child.wait()).await {
            status
        } else {
            jobs::send(group, Signal::SIGKILL);
            let seconds = self.limit();
            self.append("run.log", &format!("killed after {seconds} seconds"));
            child.wait().await
        };
        jobs::sweep(group);
        status.map_or(NOT_STARTED, exit_code)
    }

    /// The seconds that it may take.
    fn limit(&self) -> f64 {
        self.start.limit.unwrap_or_default().as_secs_f64()
    }

    fn create(&self, file: &str) -> io::Result<File> {
        Folder::reached(&self.root)?.create(&self.way.join(file))
    }

    fn note(&self, event: &str) {
        self.append(
            "sidecar.log",
            &format!("[sidecar] run {}: {event}", self.run_id),
        );
    }

    fn append(&self, file: &str, line: &str) {
        let outcome = Folder::reached(&self.root)
            .and_then(|root| root.append(&self.way.join(file)))
            .and_then(|mut file| writeln!(file, "{line}"));
        if let Err(error) = outcome {
            tracing::warn!("run {}: {file} was not written: {error}", self.run_id);
        }
    }
}

fn exit_code(status: ExitStatus) -> i64 {
    match (status.code(), status.signal()) {
        (Some(code), _) => i64::from(code),
        (None, Some(signal)) => 128 + i64::from(signal),
        (None, None) => NOT_STARTED,
    }
}

#[cfg(test)]
mod tests;
