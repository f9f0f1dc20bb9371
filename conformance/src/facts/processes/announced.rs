//! Which start an announcement belongs to.

use std::collections::{BTreeSet, HashMap};

use super::fed::Seen;
use super::started::{DirectStart, How};
use crate::evidence::{Announcement, Exec, ExecSource};

/// Starts that no announcement belongs to yet: of an entry point, and of one by a process.
#[derive(Debug, Default)]
struct Silent {
    by_entry: HashMap<String, BTreeSet<usize>>,
    by_process: HashMap<(String, u32), BTreeSet<usize>>,
}

impl Silent {
    /// Takes the first start that `said` may belong to.
    fn take(
        &mut self,
        said: &Announcement,
        process_of: impl Fn(usize) -> Option<u32>,
    ) -> Option<usize> {
        let places = match said.process {
            Some(process) => self.by_process.get(&(said.script.clone(), process)),
            None => self.by_entry.get(&said.script),
        };
        let at = *places?.first()?;
        if let Some(places) = self.by_entry.get_mut(&said.script) {
            places.remove(&at);
        }
        let process = process_of(at);
        let of_process = process.map(|process| (said.script.clone(), process));
        if let Some(places) = of_process.and_then(|key| self.by_process.get_mut(&key)) {
            places.remove(&at);
        }
        Some(at)
    }
}

/// Adds what announcements tell to the starts that they belong to, or as starts of their own. With each is
/// its position among all.
pub(super) fn merge<'a>(
    announcements: impl Iterator<Item = (usize, &'a Announcement)>,
    execs: &[Exec],
    seen: &Seen<'_>,
    direct: &mut Vec<DirectStart>,
) {
    let process_of = |start: &DirectStart| {
        let exec = seen.exec(start.exec?)?;
        (exec.source == ExecSource::Ptrace).then_some(exec.process)
    };
    let processes: Vec<Option<u32>> = direct.iter().map(process_of).collect();
    let mut silent = Silent::default();
    for (at, start) in direct.iter().enumerate() {
        let entry = start.entry_point.clone();
        if let Some(process) = processes[at] {
            let places = silent.by_process.entry((entry.clone(), process));
            places.or_default().insert(at);
        }
        silent.by_entry.entry(entry).or_default().insert(at);
    }
    let last: HashMap<u32, &Exec> = execs.iter().map(|exec| (exec.process, exec)).collect();
    for (at, said) in announcements {
        let found = silent.take(said, |start| processes.get(start).copied().flatten());
        if let Some(start) = found.and_then(|start| direct.get_mut(start)) {
            start.announcement = Some(at);
            continue;
        }
        let exec = said.process.and_then(|process| last.get(&process));
        direct.push(DirectStart {
            exec: exec.map(|exec| exec.seq),
            announcement: Some(at),
            entry_point: said.script.clone(),
            how: How::Announced,
            end: exec.and_then(|exec| exec.end),
        });
    }
}
