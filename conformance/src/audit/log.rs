//! What a tracer noted, and how it becomes evidence.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use super::connect::Refused;
use super::contents::Found;
use super::inspect::Program;
use super::lineage::{Lineage, Node};
use crate::evidence::{Exec, ExecEnd, ExecSource, Opened, Stream};

/// Most executions that are kept.
pub(crate) const MOST_EXECS: usize = 200_000;

/// Most bytes of all executions together, roughly.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// Most openings that are kept.
const MOST_OPENED: usize = 10_000;

/// What is said where there were more.
const NOT_KEPT: &str = "not every opening of an experiment's file was kept";

/// An execution as it was noted.
#[derive(Debug)]
struct Noted {
    node: Node,
    /// A leaf below the process, which tells the execution's place among the process's children.
    leaf: Node,
    program: Program,
    requests: u64,
    seconds: f64,
    end: Option<ExecEnd>,
}

/// What was observed so far.
#[derive(Debug)]
pub(crate) struct Log {
    pub(super) lineage: Lineage,
    noted: Vec<Noted>,
    bytes: usize,
    pub(super) dropped: u64,
    pub(super) gaps: BTreeSet<String>,
    pub(super) refused: Refused,
    /// What was opened by which execution, in order, and each once.
    opened: Vec<(usize, Found, bool)>,
    known: HashSet<(usize, Found, bool)>,
    /// The last process that had this id.
    pub(super) last_with_pid: HashMap<i32, Node>,
}

impl Log {
    pub(super) fn new() -> Self {
        Self {
            lineage: Lineage::new(),
            noted: Vec::new(),
            bytes: 0,
            dropped: 0,
            gaps: BTreeSet::new(),
            refused: Refused::default(),
            opened: Vec::new(),
            known: HashSet::new(),
            last_with_pid: HashMap::new(),
        }
    }

    /// Notes an execution; gives its position, unless there is no room for it.
    pub(super) fn add(
        &mut self,
        node: Node,
        program: Program,
        requests: u64,
        seconds: f64,
    ) -> Option<usize> {
        let size = size_of(&program);
        if self.noted.len() >= MOST_EXECS || self.bytes + size > MOST_BYTES {
            self.dropped += 1;
            return None;
        }
        self.bytes += size;
        let leaf = self.lineage.child(node);
        self.noted.push(Noted {
            node,
            leaf,
            program,
            requests,
            seconds,
            end: None,
        });
        Some(self.noted.len() - 1)
    }

    /// Notes what an execution opened, or was given open.
    pub(super) fn open(&mut self, exec: usize, found: Found, is_inherited: bool) {
        if self.opened.len() >= MOST_OPENED {
            self.gaps.insert(NOT_KEPT.to_owned());
            return;
        }
        let opened = (exec, found, is_inherited);
        if self.known.insert(opened.clone()) {
            self.opened.push(opened);
        }
    }

    /// Notes that an execution filters its system calls.
    pub(super) fn filter(&mut self, at: usize) {
        if let Some(noted) = self.noted.get_mut(at) {
            noted.program.is_filtered = true;
        }
    }

    /// Notes how an execution ended.
    pub(super) fn end(&mut self, at: usize, end: ExecEnd) {
        if let Some(noted) = self.noted.get_mut(at) {
            noted.end = Some(end);
        }
    }

    /// What was observed, in its final order.
    pub(crate) fn conclude(&mut self) -> Concluded {
        let nodes: Vec<Node> = self.noted.iter().map(|noted| noted.node).collect();
        let numbers = self.lineage.number(&nodes);
        let noted = std::mem::take(&mut self.noted);
        let mut noted: Vec<(usize, Noted)> = noted.into_iter().enumerate().collect();
        let ranks = self.lineage.ranks();
        noted.sort_by_key(|(_, noted)| (noted.requests, ranks.get(noted.leaf.index()).copied()));
        let mut pipes = Pipes::default();
        let mut places = HashMap::new();
        let execs: Vec<Exec> = noted
            .into_iter()
            .zip(1..)
            .map(|((at, noted), seq)| {
                let numbered = numbers.get(&noted.node).copied().unwrap_or_default();
                places.insert(at, (seq, numbered.0));
                exec(noted, seq, numbered, &mut pipes)
            })
            .collect();
        let opened = std::mem::take(&mut self.opened).into_iter();
        let opened = opened.filter_map(|(at, found, inherited)| {
            let (exec, process) = *places.get(&at)?;
            Some(opened_by(exec, process, found, inherited))
        });
        let mut opened: Vec<Opened> = opened.collect();
        opened.sort_by_key(|opened| opened.exec);
        let pids = &self.last_with_pid;
        let known = pids.iter().filter_map(|(pid, node)| {
            let (number, _) = numbers.get(node)?;
            Some((*pid, *number))
        });
        Concluded {
            execs,
            opened,
            pids: known.collect(),
        }
    }
}

/// How a process has ended.
pub(super) fn ended_as(status: ExitStatus) -> ExecEnd {
    match (status.code(), status.signal()) {
        (Some(code), _) => ExecEnd::Exited(code),
        (None, signal) => ExecEnd::Signalled(signal.unwrap_or_default()),
    }
}

/// What was observed, in its final order.
pub(crate) struct Concluded {
    pub(crate) execs: Vec<Exec>,
    pub(crate) opened: Vec<Opened>,
    /// The number of the process that last had a given id.
    pub(crate) pids: BTreeMap<i32, u32>,
}

fn opened_by(exec: u64, process: u32, found: Found, inherited: bool) -> Opened {
    Opened {
        exec,
        process,
        file: found.file,
        of: found.likeness.of,
        form: found.likeness.form,
        announces: found.likeness.announces,
        inherited,
    }
}

fn exec(noted: Noted, seq: u64, numbered: (u32, Option<u32>), pipes: &mut Pipes) -> Exec {
    let Program {
        executable,
        argv,
        argv_omitted,
        cwd,
        environment,
        streams: [stdin, stdout],
        files,
        copies,
        pipes: named,
        text,
        is_filtered,
        is_setuid: _,
        inherited: _,
    } = noted.program;
    Exec {
        seq,
        source: ExecSource::Ptrace,
        process: numbered.0,
        parent: numbered.1,
        executable,
        argv,
        argv_omitted,
        cwd,
        environment,
        stdin: pipes.stream(stdin),
        stdout: pipes.stream(stdout),
        files,
        copies,
        pipes: named
            .into_iter()
            .map(|(argument, link)| (argument, pipes.stream(link)))
            .collect(),
        program: text,
        filtered: is_filtered,
        requests: noted.requests,
        end: noted.end,
        wall_clock: noted.seconds,
    }
}

fn size_of(program: &Program) -> usize {
    const OVERHEAD: usize = 256;
    let argv: usize = program.argv.iter().map(String::len).sum();
    let maps = program.environment.iter().chain(&program.files);
    let maps: usize = maps.map(|(key, value)| key.len() + value.len()).sum();
    let text = program.text.as_ref().map_or(0, String::len);
    OVERHEAD + text + argv + maps + program.executable.len() + program.cwd.len()
}

/// Numbers for pipes, whose own numbers differ from run to run.
#[derive(Debug, Default)]
struct Pipes(HashMap<String, u32>);

impl Pipes {
    fn stream(&mut self, link: String) -> Stream {
        if link.starts_with("pipe:") || link.starts_with("socket:") {
            let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX) + 1;
            return Stream::Pipe(*self.0.entry(link).or_insert(next));
        }
        if link.starts_with('/') && !link.starts_with("/dev/") {
            return Stream::File(link);
        }
        Stream::Other
    }
}
