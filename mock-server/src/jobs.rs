//! The commands that are executed, by their runs.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::sync::watch;

use crate::locks::lock;

/// How long a group may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(2);

/// How far a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JobState {
    /// It has not started yet.
    Expected,
    /// It is not to start any more.
    CalledOff,
    /// It runs in this process group.
    Alive(Pid),
}

/// The commands that have not ended.
#[derive(Debug)]
pub(crate) struct Jobs {
    jobs: Mutex<HashMap<String, JobState>>,
    /// How many there are, for those who wait for one.
    count: watch::Sender<usize>,
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            jobs: Mutex::default(),
            count: watch::Sender::new(0),
        }
    }
}

impl Jobs {
    /// A command is going to be started.
    pub(crate) fn expect(&self, run_id: &str) {
        let mut jobs = lock(&self.jobs);
        jobs.insert(run_id.to_owned(), JobState::Expected);
        self.count.send_replace(jobs.len());
    }

    /// Starts a command, unless it was called off.
    pub(crate) fn start<T>(
        &self,
        run_id: &str,
        start: impl FnOnce() -> io::Result<(T, Pid)>,
    ) -> io::Result<(T, Pid)> {
        let mut jobs = lock(&self.jobs);
        if jobs.get(run_id) == Some(&JobState::CalledOff) {
            return Err(io::Error::other("it was stopped before that"));
        }
        let (started, group) = start()?;
        jobs.insert(run_id.to_owned(), JobState::Alive(group));
        Ok((started, group))
    }

    /// A command's process is collected: its number may be somebody else's.
    pub(crate) fn collected(&self, run_id: &str) {
        if let Some(job) = lock(&self.jobs).get_mut(run_id) {
            *job = JobState::CalledOff;
        }
    }

    /// A command has ended, and everybody was told.
    pub(crate) fn remove(&self, run_id: &str) {
        let mut jobs = lock(&self.jobs);
        jobs.remove(run_id);
        self.count.send_replace(jobs.len());
    }

    /// Waits until a run's command has ended.
    pub(crate) async fn ended(&self, run_id: &str) {
        let mut count = self.count.subscribe();
        // Not asked within `wait_for`, which holds the channel meanwhile: `remove` holds the jobs and wants the
        // channel.
        while lock(&self.jobs).contains_key(run_id) {
            // An error means that the sender is gone, which `self` owns.
            let _ = count.changed().await;
        }
    }

    /// Waits until all have ended.
    pub(crate) async fn all_ended(&self) {
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Ends all, and waits for that.
    pub(crate) async fn shutdown(&self) {
        self.signal_all(Signal::SIGTERM);
        if tokio::time::timeout(GRACE / 4, self.all_ended())
            .await
            .is_err()
        {
            self.signal_all(Signal::SIGKILL);
            let _ = tokio::time::timeout(GRACE, self.all_ended()).await;
        }
    }

    /// Signals all groups, and calls off what has not started.
    pub(crate) fn signal_all(&self, signal: Signal) {
        for job in lock(&self.jobs).values_mut() {
            job.signal(signal);
        }
    }

    fn signal(&self, run_id: &str, signal: Signal) {
        if let Some(job) = lock(&self.jobs).get_mut(run_id) {
            job.signal(signal);
        }
    }
}

impl JobState {
    fn signal(&mut self, signal: Signal) {
        match self {
            Self::Alive(group) => send(*group, signal),
            Self::Expected | Self::CalledOff => *self = Self::CalledOff,
        }
    }
}

/// Asks a run's command to end, and makes it end when it does not.
pub(crate) async fn end(jobs: Arc<Jobs>, run_id: String) {
    jobs.signal(&run_id, Signal::SIGTERM);
    if tokio::time::timeout(GRACE, jobs.ended(&run_id))
        .await
        .is_err()
    {
        jobs.signal(&run_id, Signal::SIGKILL);
    }
}

/// Signals a group, or the process that is about to lead it. It has not been collected yet.
pub(crate) fn send(group: Pid, signal: Signal) {
    if killpg(group, signal) == Err(Errno::ESRCH) {
        let _ = kill(group, signal);
    }
}

/// Ends what a collected process has left in its group.
pub(crate) fn sweep(group: Pid) {
    let _ = killpg(group, Signal::SIGKILL);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// Who waits and who tells take their locks in the same order.
    #[test]
    fn who_waits_for_an_end_does_not_hold_up_who_tells_it() {
        let jobs = Arc::new(Jobs::default());
        let (done, is_done) = mpsc::channel();
        for name in ["a", "b", "c"] {
            let (jobs, done) = (Arc::clone(&jobs), done.clone());
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(2)
                    .build()
                    .unwrap();
                for _ in 0..2000 {
                    jobs.expect(name);
                    let waiting = Arc::clone(&jobs);
                    let waits = runtime.spawn(async move { waiting.ended(name).await });
                    jobs.remove(name);
                    runtime.block_on(waits).unwrap();
                }
                let _ = done.send(());
            });
        }
        for _ in 0..3 {
            is_done
                .recv_timeout(Duration::from_mins(1))
                .expect("they hold each other up");
        }
    }
}
