//! The processes that are traced: what happens to each, from its birth to its end.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use nix::errno::Errno;
use nix::libc::{self, c_int};
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::sync::oneshot;

use super::connect::Connecting;
use super::inspect::Inspector;
use super::known::{Known, Process};
use super::lineage::{Lineage, relatives};
use super::log::{Log, ended_as};
use super::open::Opening;
use super::remains::Remains;
use super::waiting::Waiting;
use super::{Requests, open, sys};
use crate::evidence::ExecEnd;

/// What a process is stopped with at the end of a system call, which no signal is.
const END_OF_CALL: c_int = libc::SIGTRAP | 0x80;

pub(super) struct Tracer {
    root: Pid,
    started: Instant,
    log: Arc<Mutex<Log>>,
    requests: Requests,
    exit: Option<oneshot::Sender<ExitStatus>>,
    inspector: Inspector,
    known: Known,
    waiting: Waiting,
    connecting: Connecting,
    opening: Opening,
    remains: Remains,
    has_begun: bool,
}

impl Tracer {
    pub(super) fn new(
        root: Pid,
        log: Arc<Mutex<Log>>,
        requests: Requests,
        inspector: Inspector,
        exit: oneshot::Sender<ExitStatus>,
    ) -> Self {
        Self {
            root,
            started: Instant::now(),
            log,
            requests,
            exit: Some(exit),
            inspector,
            known: Known::new(root),
            waiting: Waiting::default(),
            connecting: Connecting::default(),
            opening: Opening::default(),
            remains: Remains::default(),
            has_begun: false,
        }
    }

    /// Traces the agent and all that descends from it, to the end of the last.
    pub(super) fn trace(&mut self) {
        self.seize();
        self.follow();
        self.remains.collect();
    }

    /// Takes hold of the agent where it has stopped itself, and lets it go on.
    fn seize(&mut self) {
        let stopped = loop {
            match sys::wait(self.root, true) {
                Err(Errno::EINTR) => {}
                outcome => break outcome,
            }
        };
        let Ok((pid, status)) = stopped else { return };
        if !libc::WIFSTOPPED(status) {
            self.ended(pid, status);
            return;
        }
        let options = Options::PTRACE_O_EXITKILL
            | Options::PTRACE_O_TRACECLONE
            | Options::PTRACE_O_TRACEEXEC
            | Options::PTRACE_O_TRACEFORK
            | Options::PTRACE_O_TRACESECCOMP
            | Options::PTRACE_O_TRACESYSGOOD
            | Options::PTRACE_O_TRACEVFORK;
        if let Err(error) = ptrace::seize(self.root, options) {
            self.gap(format!("the agent could not be traced: {error}"));
        }
        self.started = Instant::now();
        let _ = kill(self.root, Signal::SIGCONT);
    }

    /// Waits until the last process of the tree has ended.
    fn follow(&mut self) {
        loop {
            match self.next() {
                Ok((pid, status)) if libc::WIFSTOPPED(status) => self.stopped(pid, status),
                Ok((pid, status)) => self.ended(pid, status),
                Err(Errno::EINTR) => {}
                // Nobody is left.
                Err(_) => return,
            }
        }
    }

    /// What happens next, with the raw status.
    fn next(&mut self) -> Result<(Pid, c_int), Errno> {
        if let Some(heard) = self.waiting.soon()? {
            return Ok(heard);
        }
        self.let_go();
        sys::wait(Pid::from_raw(-1), false)
    }

    /// Lets those go on who are held: who was to tell of them may have been killed.
    fn let_go(&mut self) {
        for pid in self.waiting.release_all() {
            self.meet(pid, None);
            // Gone when somebody killed it meanwhile, which it will be waited for.
            let _ = sys::resume(pid, 0);
        }
    }

    fn stopped(&mut self, pid: Pid, status: c_int) {
        let signal = libc::WSTOPSIG(status);
        let mut pass_on = 0;
        match status >> 16 {
            0 if signal == END_OF_CALL => self.call_ended(pid),
            0 => pass_on = signal,
            libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => {
                self.gave_birth(pid);
            }
            libc::PTRACE_EVENT_EXEC => self.executed(pid),
            libc::PTRACE_EVENT_SECCOMP if self.call_begins(pid) => {
                // As above.
                let _ = sys::resume_to_end_of_call(pid);
                self.waiting.expect();
                return;
            }
            libc::PTRACE_EVENT_STOP if signal == libc::SIGTRAP && !self.known.has(pid) => {
                self.waiting.hold(pid);
                return;
            }
            libc::PTRACE_EVENT_STOP => {
                self.meet(pid, None);
                if sys::is_stop_signal(signal) {
                    // As above.
                    let _ = sys::listen(pid);
                    return;
                }
            }
            _ => {}
        }
        // As above.
        let _ = sys::resume(pid, pass_on);
    }

    /// Looks at the call that `pid` is about to make; tells whether its end is of interest.
    fn call_begins(&mut self, pid: Pid) -> bool {
        let info = sys::CallInfo::of(pid).ok();
        let Some((call, arguments)) = info.and_then(|info| info.filtered_call()) else {
            return false;
        };
        match libc::c_long::try_from(call) {
            Ok(libc::SYS_connect) => self.connecting.begins(pid, &arguments),
            Ok(call @ (libc::SYS_seccomp | libc::SYS_prctl)) => {
                // What else `seccomp` does is asking.
                let asks = arguments[0] > u64::from(libc::SECCOMP_SET_MODE_FILTER);
                if call == libc::SYS_prctl || !asks {
                    self.filters(pid);
                }
                false
            }
            _ if open::is_beside(call) => self.goes_beside(pid, call),
            _ => self.opening.begins(pid, call, &arguments),
        }
    }

    /// Notes that the process of `pid` is about to get at something that nobody is told of.
    fn goes_beside(&self, pid: Pid, call: u64) -> bool {
        let exec = self.known.exec_of(pid);
        if let Some((exec, found)) = exec.zip(self.inspector.contents.beside(call)) {
            self.log().open(exec, found, false);
        }
        false
    }

    /// Notes that the process of `pid` is about to filter its system calls.
    fn filters(&mut self, pid: Pid) {
        if let Some(exec) = self.known.filters(pid) {
            self.log().filter(exec);
        }
    }

    fn call_ended(&mut self, pid: Pid) {
        let info = sys::CallInfo::of(pid).ok();
        let answer = info.and_then(|info| info.returned());
        let log = Arc::clone(&self.log);
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        if self.connecting.ends(pid, answer, &mut log.refused) {
            return;
        }
        drop(log);
        let opened = self.opening.ends(pid, answer, &mut self.inspector);
        let fed = self.inspector.fed(self.known.group(pid));
        let Some(exec) = self.known.exec_of(pid) else {
            return;
        };
        for (found, is_inherited) in [(opened, false), (fed, true)] {
            if let Some(found) = found {
                self.log().open(exec, found, is_inherited);
            }
        }
    }

    fn gave_birth(&mut self, parent: Pid) {
        let Ok(child) = ptrace::getevent(parent) else {
            return;
        };
        let child = Pid::from_raw(i32::try_from(child).unwrap_or(0));
        let parent = self.known.group(parent);
        self.meet(child, Some(parent));
        if self.waiting.release(child) {
            // As above.
            let _ = sys::resume(child, 0);
        } else {
            self.waiting.expect();
        }
    }

    /// Enters a process or thread that is not known yet. One that was seen before its parent told of it is held
    /// still for that; where nobody tells, `/proc` does.
    fn meet(&mut self, pid: Pid, parent: Option<Pid>) {
        if self.known.has(pid) {
            return;
        }
        let (group, parent) = match parent {
            Some(parent) if sys::is_thread_of(pid, parent) => (parent, parent),
            Some(parent) => (pid, parent),
            None => relatives(pid).map_or((pid, self.root), |known| (known.group, known.parent)),
        };
        if group != pid {
            self.known.enter_thread(pid, group);
            return;
        }
        let parent_process = self.known.of(parent);
        let above = parent_process.map_or(Lineage::ROOT, |process| process.node);
        let part_of = parent_process.and_then(|process| process.part_of);
        let node = {
            let mut log = self.log();
            // Until it executes a program, it is a part of what its parent executes.
            if let Some(part_of) = log.last_with_pid.get(&parent.as_raw()).copied() {
                log.last_with_pid.insert(pid.as_raw(), part_of);
            }
            log.lineage.child(above)
        };
        let process = Process {
            node,
            exec: None,
            part_of,
            is_filtered: parent_process.is_some_and(|process| process.is_filtered),
        };
        self.known.enter(pid, process);
    }

    /// Notes what `pid` has executed.
    fn executed(&mut self, pid: Pid) {
        self.meet(pid, None);
        // The other threads are gone, and the one that did it has taken the number of the first.
        self.known.is_alone(pid);
        if !self.has_begun {
            self.has_begun = true;
            self.inspector.take_as_given(pid);
        }
        let mut program = self.inspector.program(pid);
        let inherited = std::mem::take(&mut program.inherited);
        let process = self.known.of(pid);
        let is_filtered = process.is_some_and(|own| own.is_filtered);
        program.is_filtered = is_filtered;
        if program.is_setuid && !nix::unistd::geteuid().is_root() {
            let name = &program.executable;
            self.gap(format!(
                "{name} runs as its user: a traced process gains no rights"
            ));
        }
        let node = process.map_or(Lineage::ROOT, |process| process.node);
        let (requests, seconds) = (self.requests.count(), self.started.elapsed().as_secs_f64());
        let exec = {
            let mut log = self.log();
            if let Some(before) = process.and_then(|process| process.exec) {
                log.end(before, ExecEnd::Replaced);
            }
            log.last_with_pid.insert(pid.as_raw(), node);
            let exec = log.add(node, program, requests, seconds);
            for found in inherited {
                exec.inspect(|exec| log.open(*exec, found, true));
            }
            exec
        };
        let process = Process {
            node,
            exec,
            part_of: exec,
            is_filtered,
        };
        self.known.enter(pid, process);
    }

    fn ended(&mut self, pid: Pid, status: c_int) {
        self.connecting.forget(pid);
        self.opening.forget(pid);
        self.inspector.forget(pid);
        self.waiting.release(pid);
        self.let_go();
        if self.known.forget_thread(pid) {
            return;
        }
        let status = ExitStatus::from_raw(status);
        self.remains.note(pid);
        // Its parent wakes up, and is stopped by the signal that tells it.
        self.waiting.expect();
        let exec = self.known.forget(pid).and_then(|process| process.exec);
        if let Some(at) = exec {
            self.log().end(at, ended_as(status));
        }
        let exit = (pid == self.root).then(|| self.exit.take()).flatten();
        if let Some(exit) = exit {
            // Nobody listens any more when the run was given up.
            let _ = exit.send(status);
        }
    }

    fn gap(&self, what: String) {
        self.log().gaps.insert(what);
    }

    fn log(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
