//! Executing the commands of runs, each in a process group of its own.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::locks::lock;
use crate::store::Errand;

/// How long a group may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(2);

/// Exit code of a run whose command could not be started.
const NOT_STARTED: i64 = 127;

/// The server's own settings, which commands have no business with.
const TOKEN_VARIABLE: &str = "RESEARCH_AGENT_USER_AUTH_TOKEN";

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

/// Starts commands and ends them. Dropping it ends all of them at once.
pub(crate) struct Executor {
    report: Reporter,
    groups: Arc<Groups>,
    variables: Arc<[(String, OsString)]>,
}

/// The process groups that are alive, by run.
#[derive(Debug)]
struct Groups {
    alive: Mutex<HashMap<String, Pid>>,
    /// How many there are, for those who wait for the last.
    count: watch::Sender<usize>,
}

impl Groups {
    fn add(&self, run_id: &str, group: Pid) {
        let mut alive = lock(&self.alive);
        alive.insert(run_id.to_owned(), group);
        self.count.send_replace(alive.len());
    }

    fn remove(&self, run_id: &str) {
        let mut alive = lock(&self.alive);
        alive.remove(run_id);
        self.count.send_replace(alive.len());
    }

    fn get(&self, run_id: &str) -> Option<Pid> {
        lock(&self.alive).get(run_id).copied()
    }

    fn signal_all(&self, signal: Signal) {
        lock(&self.alive)
            .values()
            .for_each(|group| send(*group, signal));
    }
}

/// Signals a group; one that is gone needs no signal.
fn send(group: Pid, signal: Signal) {
    let _ = killpg(group, signal);
}

impl Executor {
    /// An executor that tells `report` of what happens. Commands find `variables` in their
    /// environment.
    pub(crate) fn new(report: Reporter, variables: Vec<(String, OsString)>) -> Self {
        let groups = Groups {
            alive: Mutex::default(),
            count: watch::Sender::new(0),
        };
        Self {
            report,
            groups: Arc::new(groups),
            variables: variables.into(),
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
                let job = Job {
                    run_id,
                    command,
                    workdir,
                    run_dir: run_dir.into(),
                    variables: Arc::clone(&self.variables),
                };
                let (report, groups) = (Arc::clone(&self.report), Arc::clone(&self.groups));
                tokio::spawn(job.run(report, groups));
            }
            Errand::Kill { run_id } => {
                if let Some(group) = self.groups.get(&run_id) {
                    tokio::spawn(end(Arc::clone(&self.groups), run_id, group));
                }
            }
        }
    }

    /// Ends all commands and waits for them.
    pub(crate) async fn shutdown(&self) {
        self.groups.signal_all(Signal::SIGTERM);
        if tokio::time::timeout(GRACE / 4, self.all_ended())
            .await
            .is_err()
        {
            self.groups.signal_all(Signal::SIGKILL);
            let _ = tokio::time::timeout(GRACE, self.all_ended()).await;
        }
    }

    async fn all_ended(&self) {
        // An error means that the sender is gone, which `self` owns.
        let _ = self
            .groups
            .count
            .subscribe()
            .wait_for(|count| *count == 0)
            .await;
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.groups.signal_all(Signal::SIGKILL);
    }
}

/// Asks a group to end, and makes it end when it does not.
async fn end(groups: Arc<Groups>, run_id: String, group: Pid) {
    send(group, Signal::SIGTERM);
    let mut count = groups.count.subscribe();
    let gone = async {
        while groups.get(&run_id) == Some(group) {
            if count.changed().await.is_err() {
                return;
            }
        }
    };
    if tokio::time::timeout(GRACE, gone).await.is_err() {
        send(group, Signal::SIGKILL);
    }
}

/// A run to be executed.
struct Job {
    run_id: String,
    command: String,
    workdir: String,
    run_dir: PathBuf,
    variables: Arc<[(String, OsString)]>,
}

impl Job {
    async fn run(self, report: Reporter, groups: Arc<Groups>) {
        let exit_code = match self.start() {
            Ok((child, group)) => {
                groups.add(&self.run_id, group);
                report(RunEvent::Started {
                    run_id: self.run_id.clone(),
                });
                self.note(&format!("command started in process group {group}"));
                let code = wait(child, group).await;
                groups.remove(&self.run_id);
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
        if let Err(error) = fs::write(self.run_dir.join("job.done"), exit_code.to_string()) {
            tracing::warn!("run {}: job.done was not written: {error}", self.run_id);
        }
        report(RunEvent::Ended {
            run_id: self.run_id,
            exit_code,
        });
    }

    fn start(&self) -> io::Result<(Child, Pid)> {
        fs::create_dir_all(self.run_dir.join("artifacts"))?;
        fs::write(self.run_dir.join("command.txt"), &self.command)?;
        let log = File::create(self.run_dir.join("run.log"))?;
        if !Path::new(&self.workdir).is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "there is no such directory",
            ));
        }
        let child = Command::new("sh")
            .arg("-c")
            .arg(&self.command)
            .current_dir(&self.workdir)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("WILD_RUN_ID", &self.run_id)
            .env("WILD_RUN_DIR", &self.run_dir)
            .env_remove(TOKEN_VARIABLE)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        let group = id
            .map(Pid::from_raw)
            .ok_or_else(|| io::Error::other("it ended at once"))?;
        Ok((child, group))
    }

    fn note(&self, event: &str) {
        self.append(
            "sidecar.log",
            &format!("[sidecar] run {}: {event}", self.run_id),
        );
    }

    fn append(&self, file: &str, line: &str) {
        let path = self.run_dir.join(file);
        let outcome = fs::create_dir_all(&self.run_dir)
            .and_then(|()| OpenOptions::new().create(true).append(true).open(&path))
            .and_then(|mut file| writeln!(file, "{line}"));
        if let Err(error) = outcome {
            tracing::warn!("{}: {error}", path.display());
        }
    }
}

/// Waits for a command. What it has left behind in its group ends with it.
async fn wait(mut child: Child, group: Pid) -> i64 {
    let status = child.wait().await;
    send(group, Signal::SIGKILL);
    status.map_or(NOT_STARTED, exit_code)
}

fn exit_code(status: ExitStatus) -> i64 {
    match (status.code(), status.signal()) {
        (Some(code), _) => i64::from(code),
        (None, Some(signal)) => 128 + i64::from(signal),
        (None, None) => NOT_STARTED,
    }
}
