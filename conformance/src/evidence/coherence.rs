//! Whether the parts of evidence say the same. Where they do not, somebody changed one of them.

use std::collections::BTreeMap;

use serde_json::Value;
use wild_mock_server::Change;

use super::file_name;
use super::play_record::digest_of;
use super::{EntryKind, Evidence};

/// The first part that another one contradicts, and how.
pub(super) fn contradiction(evidence: &Evidence) -> Option<(&'static str, String)> {
    let journal = journal(evidence).map(|problem| (file_name::JOURNAL, problem));
    let processes = || processes(evidence).map(|problem| (file_name::PROCESSES, problem));
    let opened = || opened(evidence).map(|problem| (file_name::OPENED, problem));
    let state = || state(evidence).map(|problem| (file_name::STATE, problem));
    let files = || files(evidence).map(|problem| (file_name::AFTER, problem));
    journal
        .or_else(processes)
        .or_else(opened)
        .or_else(state)
        .or_else(files)
}

fn journal(evidence: &Evidence) -> Option<String> {
    let numbers = evidence.journal.iter().map(|exchange| exchange.seq);
    // What a journal drops for want of room leaves gaps, and says so.
    unordered(numbers, evidence.record.journal_dropped > 0)
}

fn processes(evidence: &Evidence) -> Option<String> {
    let processes = evidence.processes.as_ref()?;
    unordered(processes.execs.iter().map(|exec| exec.seq), false)
}

/// Whatever was opened was opened by something that was executed.
fn opened(evidence: &Evidence) -> Option<String> {
    let processes = evidence.processes.as_ref()?;
    let last = processes.execs.last().map_or(0, |exec| exec.seq);
    let is_known = |exec: u64| (1..=last).contains(&exec);
    let mut lines = processes.opened.iter().zip(1..);
    let (opened, line) = lines.find(|(opened, _)| !is_known(opened.exec))?;
    Some(format!(
        "line {line}: there is no execution number {}",
        opened.exec
    ))
}

/// What is wrong with numbers that count from 1.
fn unordered(numbers: impl Iterator<Item = u64>, has_gaps: bool) -> Option<String> {
    let mut last = 0;
    for (line, number) in numbers.enumerate() {
        let line = line + 1;
        if number <= last {
            return Some(format!("line {line}: number {number} comes behind {last}"));
        }
        if number != last + 1 && !has_gaps {
            return Some(format!(
                "line {line}: number {number} comes behind {last}, and what is between is missing"
            ));
        }
        last = number;
    }
    None
}

/// The state in the end is what the state before and all changes since make of it.
fn state(evidence: &Evidence) -> Option<String> {
    // Earlier versions kept no state before, and a journal that dropped something no whole story.
    if evidence.record.journal_dropped > 0 || !evidence.state_before.is_array() {
        return None;
    }
    let mut told = statuses(&evidence.state_before);
    for (_, effect) in evidence.effects() {
        let (run, status) = match &effect.change {
            Change::RunCreated { run, status, .. } => (run, status),
            Change::RunStatus { run, to, .. } => (run, to),
            _ => continue,
        };
        told.insert(run, status);
    }
    let found = statuses(&evidence.state);
    let other = told
        .iter()
        .find(|(run, status)| found.get(*run) != Some(*status));
    if let Some((run, status)) = other {
        let is = found.get(run).copied().unwrap_or("not there");
        return Some(format!("run {run} is {is}, and {status} by the journal"));
    }
    let unknown = found.keys().find(|run| !told.contains_key(*run));
    unknown.map(|run| format!("run {run} is there, and the journal does not say how it came to be"))
}

fn statuses(state: &Value) -> BTreeMap<&str, &str> {
    let records = state.as_array().into_iter().flatten();
    records
        .filter_map(|record| {
            let run = record.get("run")?;
            Some((run.get("id")?.as_str()?, run.get("status")?.as_str()?))
        })
        .collect()
}

/// What is kept of files is what the workspace held.
fn files(evidence: &Evidence) -> Option<String> {
    evidence.files.iter().find_map(|(path, text)| {
        let Some(entry) = evidence.after.get(path) else {
            return Some(format!("{path} is kept, and was not in the workspace"));
        };
        let EntryKind::File {
            sha256: Some(digest),
            ..
        } = &entry.kind
        else {
            return None;
        };
        let is_same = *digest == digest_of(text.as_bytes()).sha256;
        (!is_same && !evidence.record.covered.contains(path))
            .then(|| format!("{path} is kept with another content than the workspace had"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_from_one_without_gaps_and_doubles() {
        let wrong = |numbers: &[u64], has_gaps| unordered(numbers.iter().copied(), has_gaps);
        assert_eq!(wrong(&[1, 2, 3], false), None);
        assert_eq!(wrong(&[4, 6], true), None);
        for (numbers, has_gaps) in [
            (&[2, 3][..], false),
            (&[1, 3], false),
            (&[1, 1], false),
            (&[1, 2, 2], true),
            (&[2, 1], true),
        ] {
            assert!(wrong(numbers, has_gaps).is_some(), "{numbers:?}");
        }
    }
}
