//! What was observed while a case was played: processes, output, files.

use std::collections::BTreeMap;

use serde_json::Value;

use super::room::{Piece, Room, pieces, size};
use super::shown::Shown;
use super::told::Places;
use crate::evidence::{Evidence, ExecEnd};
use crate::facts::WorkspaceFacts;

/// An executed program.
pub(super) struct Exec {
    pub(super) seq: u64,
    /// How deep in the tree it stands.
    pub(super) depth: usize,
    pub(super) command: String,
    pub(super) end: String,
}

/// A line of what was printed.
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) text: String,
}

/// Deeper processes are shown no deeper than that.
const DEEPEST: usize = 8;

/// The entries of this kind in the server's state.
fn of_state<'e>(evidence: &'e Evidence, kind: &'e str) -> impl Iterator<Item = &'e Value> {
    let entries = evidence.state.as_array().into_iter().flatten();
    entries.filter_map(move |entry| entry.get(kind))
}

/// What the cluster has.
pub(super) fn cluster(evidence: &Evidence) -> Option<String> {
    let cluster = of_state(evidence, "settings").find_map(|settings| settings.get("cluster"))?;
    let (kind, count) = (cluster.get("type")?.as_str()?, cluster.get("gpu_count"));
    Some(match count.and_then(Value::as_u64) {
        Some(count) => format!(
            "{kind}, {count} {}",
            if count == 1 { "GPU" } else { "GPUs" }
        ),
        None => kind.to_owned(),
    })
}

/// The executed programs as a tree: each behind what started it.
pub(super) fn execs(
    evidence: &Evidence,
    shown: &Shown<'_>,
    wanted: &Places,
    room: &mut Room,
) -> Vec<Piece<Exec>> {
    let execs = evidence
        .processes
        .as_ref()
        .map_or(&[][..], |processes| &processes.execs);
    let mut of_process: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, exec) in execs.iter().enumerate() {
        of_process.entry(exec.process).or_default().push(at);
    }
    let parent = |process: u32| {
        of_process
            .get(&process)
            .and_then(|own| execs[own[0]].parent)
    };
    let mut children: BTreeMap<Option<u32>, Vec<u32>> = BTreeMap::new();
    for process in of_process.keys() {
        let known =
            parent(*process).filter(|parent| of_process.contains_key(parent) && parent < process);
        children.entry(known).or_default().push(*process);
    }
    let mut ordered = Vec::new();
    let roots = children.get(&None).into_iter().flatten();
    let mut pending: Vec<(u32, usize)> = roots.rev().map(|process| (*process, 0)).collect();
    while let Some((process, depth)) = pending.pop() {
        let own = of_process.get(&process).into_iter().flatten();
        ordered.extend(own.map(|at| (&execs[*at], depth)));
        let below = children.get(&Some(process)).into_iter().flatten().rev();
        pending.extend(below.map(|child| (*child, depth + 1)));
    }
    let rows = ordered.into_iter().map(|(exec, depth)| Exec {
        seq: exec.seq,
        depth: depth.min(DEEPEST),
        command: shown.line(&exec.argv.join(" ")),
        end: exec.end.map_or_else(String::new, end),
    });
    let size = |exec: &Exec| size(&exec.command, 130 + shown.name.len());
    pieces(rows.collect(), room, size, |exec| {
        wanted.execs.contains(&exec.seq)
    })
}

fn end(end: ExecEnd) -> String {
    match end {
        ExecEnd::Exited(0) => String::new(),
        ExecEnd::Exited(code) => format!("exited with code {code}"),
        ExecEnd::Signalled(signal) => format!("ended by signal {signal}"),
        ExecEnd::Replaced => "executed another program".to_owned(),
    }
}

/// What the agent printed.
pub(super) fn transcript(
    evidence: &Evidence,
    shown: &Shown<'_>,
    wanted: &Places,
    room: &mut Room,
) -> Vec<Piece<Line>> {
    let lines = evidence
        .transcript
        .lines()
        .zip(1..)
        .map(|(text, number)| Line {
            number,
            text: shown.line(text),
        });
    let size = |line: &Line| size(&line.text, 80 + shown.name.len());
    pieces(lines.collect(), room, size, |line| {
        wanted.transcript.contains(&line.number)
    })
}

/// What the agent created, changed and removed.
pub(super) fn changes(
    evidence: &Evidence,
    shown: &Shown<'_>,
    room: &mut Room,
) -> Vec<Piece<String>> {
    let workspace = WorkspaceFacts::new(evidence);
    let around = workspace
        .outside
        .iter()
        .map(|change| (change, " around the workspace"));
    let all = workspace
        .changes
        .iter()
        .map(|change| (change, ""))
        .chain(around);
    let told = all.map(|(change, place)| format!("{}{place}: {}", change.kind.word(), change.path));
    let told: Vec<String> = told.map(|line| shown.line(&line)).collect();
    pieces(told, room, |line| size(line, 10), |_| false)
}
