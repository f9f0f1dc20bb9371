//! The processes and threads of a tree that are alive.

use std::collections::HashMap;

use nix::unistd::Pid;

use super::lineage::{Lineage, Node};

/// A process that is alive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Process {
    pub(super) node: Node,
    /// The program that it has executed itself: its position in the log.
    pub(super) exec: Option<usize>,
    /// That, or the one that it is a part of since it was forked.
    pub(super) part_of: Option<usize>,
    /// Whether the agent filters its system calls, which whatever descends from it inherits.
    pub(super) is_filtered: bool,
}

/// All that are known.
#[derive(Debug)]
pub(super) struct Known {
    processes: HashMap<Pid, Process>,
    /// Threads other than the first of a process, with their process.
    threads: HashMap<Pid, Pid>,
}

impl Known {
    /// The agent alone.
    pub(super) fn new(root: Pid) -> Self {
        let process = Process {
            node: Lineage::ROOT,
            exec: None,
            part_of: None,
            is_filtered: false,
        };
        Self {
            processes: HashMap::from([(root, process)]),
            threads: HashMap::new(),
        }
    }

    /// Whether that is a process or thread of the tree.
    pub(super) fn has(&self, pid: Pid) -> bool {
        self.processes.contains_key(&pid) || self.threads.contains_key(&pid)
    }

    /// The number of the process that `pid` is, or is a thread of.
    pub(super) fn group(&self, pid: Pid) -> Pid {
        self.threads.get(&pid).copied().unwrap_or(pid)
    }

    /// The process that `pid` is, or is a thread of.
    pub(super) fn of(&self, pid: Pid) -> Option<Process> {
        self.processes.get(&self.group(pid)).copied()
    }

    /// The execution that `pid` is a part of.
    pub(super) fn exec_of(&self, pid: Pid) -> Option<usize> {
        self.of(pid)?.part_of
    }

    /// Enters a process, or what it has become.
    pub(super) fn enter(&mut self, pid: Pid, process: Process) {
        self.processes.insert(pid, process);
    }

    /// Enters a thread of `group`.
    pub(super) fn enter_thread(&mut self, pid: Pid, group: Pid) {
        self.threads.insert(pid, group);
    }

    /// Forgets all threads of a process but the one that has taken the number of the first.
    pub(super) fn is_alone(&mut self, pid: Pid) {
        self.threads.retain(|_, group| *group != pid);
    }

    /// Notes that the process of `pid` filters its system calls; gives the execution that it is a part of.
    pub(super) fn filters(&mut self, pid: Pid) -> Option<usize> {
        let group = self.group(pid);
        let process = self.processes.get_mut(&group)?;
        process.is_filtered = true;
        process.part_of
    }

    /// Forgets who has ended; tells whether it was a thread.
    pub(super) fn forget_thread(&mut self, pid: Pid) -> bool {
        self.threads.remove(&pid).is_some()
    }

    /// Forgets a process that has ended.
    pub(super) fn forget(&mut self, pid: Pid) -> Option<Process> {
        self.processes.remove(&pid)
    }
}
