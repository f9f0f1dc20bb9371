//! All processes of an agent, and ending them.
//!
//! An agent's children may leave its process group, start a session of their own or lose their
//! parent. They are still found: a process belongs to the agent when its group is the agent's, when
//! an ancestor is the agent, or when its environment carries the tag that the agent was started
//! with. Runs that a case's server executes are found by a tag of their own. The harness declares itself the
//! reaper of orphans, so that those can also be collected.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use tokio::time::Instant;

#[cfg(target_os = "linux")]
use crate::audit::left;
use crate::cancel::Cancel;
use crate::evidence::LeftBehind;
use crate::process::{self, Process};

/// Environment variable that marks the processes of one agent, or of one case's runs.
pub(crate) const TAG_VARIABLE: &str = "WILD_PROCESS_TAG";

/// How often it is looked at what is left behind: all processes of the machine are gone through for that.
const LOOK: Duration = Duration::from_millis(50);

/// Once what is left behind is the same for so long, it is what it will be.
const STILL: Duration = Duration::from_millis(500);

/// How often a dying tree is looked at.
const POLL: Duration = Duration::from_millis(10);

/// How long the system may take to remove processes after SIGKILL.
const AFTER_KILL: Duration = Duration::from_secs(5);

/// Most processes that are described when the agent has ended.
#[cfg(target_os = "linux")]
const MOST_LEFT: usize = 1000;

/// The processes of one agent.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The process that was started as the agent; none where only the tag tells.
    root: Option<Pid>,
    tag: String,
    /// Every process that was ever seen in the tree. A dead one shows neither its environment nor
    /// its ancestors any more, and is still to be collected.
    seen: Mutex<BTreeSet<Pid>>,
    /// The process groups that were ever seen in the tree. What was born and died between two looks,
    /// and was left to the harness by its dead parent, is only known by its group.
    groups: Mutex<BTreeSet<Pid>>,
    /// What was there before the agent was given its prompt: the program itself, and what it needs.
    own: Mutex<BTreeSet<Pid>>,
    /// Whether a tracer collects the processes. Waiting for one of its tracees would take from it
    /// what the kernel has to tell.
    is_traced: bool,
}

/// A value of [`TAG_VARIABLE`] that nobody else has.
pub(crate) fn next_tag() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(
        "{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

impl Tree {
    /// The tree below the process `root`, which leads its own process group and was started with
    /// `tag` in [`TAG_VARIABLE`].
    pub(super) fn new(root: u32, tag: String, is_traced: bool) -> Self {
        Self {
            root: Some(Pid::from_raw(root.cast_signed())),
            is_traced,
            ..Self::tagged(tag)
        }
    }

    /// All processes that were started with `tag` in [`TAG_VARIABLE`], and those below them.
    pub(crate) fn tagged(tag: String) -> Self {
        Self {
            root: None,
            tag,
            seen: Mutex::default(),
            groups: Mutex::default(),
            own: Mutex::default(),
            is_traced: false,
        }
    }

    /// Collects what is left once the tracer is gone: orphans that it had let go.
    pub(super) async fn reap_after_tracer(&mut self) {
        self.is_traced = false;
        let deadline = Instant::now() + AFTER_KILL;
        loop {
            self.members();
            self.reap();
            // On a busy machine the kernel may be late in handing the dead over.
            let remain = process::all()
                .iter()
                .any(|process| self.is_left_over(process));
            if !remain || Instant::now() >= deadline {
                return;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Makes orphaned grandchildren children of the harness. Where the system has no such thing,
    /// the tree is still ended, and its orphans are collected by the system's own reaper.
    pub(super) fn adopt_orphans() {
        #[cfg(target_os = "linux")]
        let _ = nix::sys::prctl::set_child_subreaper(true);
    }

    /// Asks all processes to end, waits `grace`, kills what is left, and collects it.
    pub(crate) async fn end(&self, grace: Duration) {
        if self.signal_all(Signal::SIGTERM) && !self.is_gone_within(grace).await {
            self.kill().await;
        }
        self.members();
        self.reap();
    }

    /// Takes what is there now for the program itself, which is not what an agent leaves behind.
    pub(super) fn is_complete_now(&self) {
        let own = self.members().into_iter().map(|process| process.pid);
        let mut known = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(own);
    }

    /// What is alive beside the process that was started as the agent. `is_inside` tells whether the
    /// agent has a process namespace of its own.
    pub(super) fn left(&self, is_inside: bool) -> LeftBehind {
        #[cfg(target_os = "linux")]
        {
            let members = self.members().into_iter();
            let own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
            let others =
                members.filter(|process| !self.is_root(process.pid) && !own.contains(&process.pid));
            let others: Vec<Process> = others.collect();
            let mut pids = others.iter().map(|process| process.pid);
            let looked_at = pids
                .by_ref()
                .filter_map(|pid| left::look_at(pid, is_inside));
            let processes = looked_at.take(MOST_LEFT).collect();
            let beyond = pids.count() as u64;
            LeftBehind { processes, beyond }
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = is_inside;
            LeftBehind::default()
        }
    }

    /// The same once nothing is alive any more or nothing changes any more, at the latest after `settle`: what was
    /// started a moment ago may not yet be the program that it is going to be.
    pub(super) async fn left_in_the_end(
        &self,
        is_inside: bool,
        settle: Duration,
        cancel: &Cancel,
    ) -> LeftBehind {
        let deadline = Instant::now() + settle;
        let mut left = self.left(is_inside);
        let mut since = Instant::now();
        while left != LeftBehind::default() && !cancel.is_raised() {
            let now = Instant::now();
            if now >= deadline || now >= since + STILL {
                break;
            }
            tokio::time::sleep(LOOK).await;
            let found = self.left(is_inside);
            if found != left {
                (left, since) = (found, Instant::now());
            }
        }
        left
    }

    async fn kill(&self) {
        let deadline = Instant::now() + AFTER_KILL;
        // A process may fork while it is looked for, hence the repetition.
        while self.signal_all(Signal::SIGKILL) && Instant::now() < deadline {
            tokio::time::sleep(POLL).await;
            self.reap();
        }
    }

    async fn is_gone_within(&self, grace: Duration) -> bool {
        let deadline = Instant::now() + grace;
        loop {
            self.reap();
            if self.members().is_empty() {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Signals every living process of the tree; tells whether there was one.
    fn signal_all(&self, signal: Signal) -> bool {
        if !cfg!(target_os = "linux") {
            // Without `/proc` the group is all that can be found.
            return self.root.is_some_and(|root| killpg(root, signal).is_ok());
        }
        let members = self.members();
        if members.is_empty() {
            return false;
        }
        // The group first: it also reaches processes that are being forked right now. The members
        // were just seen in it, so that its number cannot have gone to somebody else.
        if let Some(root) = self.root
            && members.iter().any(|process| process.group == root)
        {
            let _ = killpg(root, signal);
        }
        for process in &members {
            let _ = kill(process.pid, signal);
        }
        true
    }

    /// Collects orphans of the tree. The agent itself is collected by whoever started it.
    fn reap(&self) {
        if self.is_traced {
            return;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|&pid| {
            !self.is_root(pid)
                && matches!(
                    waitpid(pid, Some(WaitPidFlag::WNOHANG)),
                    // Still alive, or somebody else's child for the moment.
                    Ok(WaitStatus::StillAlive) | Err(nix::errno::Errno::ECHILD)
                )
        });
    }

    fn members(&self) -> Vec<Process> {
        let mut members = self.all_members();
        self.groups
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(members.iter().map(|process| process.group));
        let pids = members.iter().map(|process| process.pid);
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(pids);
        members.retain(|process| !process.is_zombie);
        members
    }

    fn all_members(&self) -> Vec<Process> {
        let processes = process::all();
        let mut inside: BTreeSet<Pid> = processes
            .iter()
            .filter(|p| {
                self.is_root(p.pid)
                    || self.is_root(p.group)
                    || self.is_left_over(p)
                    || self.is_tagged(p.pid)
            })
            .map(|p| p.pid)
            .collect();
        // Children of members are members; repeated until no generation adds any.
        loop {
            let before = inside.len();
            let children = processes
                .iter()
                .filter(|p| inside.contains(&p.parent))
                .map(|p| p.pid);
            inside.extend(children.collect::<Vec<_>>());
            if inside.len() == before {
                break;
            }
        }
        processes
            .into_iter()
            .filter(|p| inside.contains(&p.pid))
            .collect()
    }

    fn is_root(&self, pid: Pid) -> bool {
        self.root == Some(pid)
    }

    /// Whether a dead child of the harness is of a group that belongs to the tree.
    fn is_left_over(&self, process: &Process) -> bool {
        process.is_zombie
            && process.parent == nix::unistd::getpid()
            && self
                .groups
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(&process.group)
    }

    fn is_tagged(&self, pid: Pid) -> bool {
        let Ok(environment) = std::fs::read(format!("/proc/{pid}/environ")) else {
            return false;
        };
        let wanted = format!("{TAG_VARIABLE}={}", self.tag);
        environment
            .split(|byte| *byte == 0)
            .any(|entry| OsStr::from_bytes(entry) == &*wanted)
    }
}
