//! What the agent's processes executed, and which of that began an experiment.

mod command;
mod starts;
#[cfg(test)]
mod tests;

pub use starts::{DirectStart, Ground, How, SchedulerCall, Starts, find};

use wild_mock_server::{Change, Effect};

use crate::evidence::{
    Announcement, AuditRecord, EntryKind, Evidence, Exec, Mechanism, SandboxRecord,
};

/// The processes of an agent.
#[derive(Debug)]
pub struct ProcessFacts<'e> {
    /// How they were watched.
    pub audit: Option<&'e AuditRecord>,
    /// What they were kept from.
    pub sandbox: Option<&'e SandboxRecord>,
    /// What was executed.
    pub execs: &'e [Exec],
    /// What announced itself, tracked runs included.
    pub announcements: &'e [Announcement],
    /// What was started outside of tracked runs.
    pub starts: Starts,
}

/// Content of an entry point below which many files are alike.
const SMALLEST_TELLING: u64 = 32;

impl<'e> ProcessFacts<'e> {
    /// Computes the facts.
    pub fn new(evidence: &'e Evidence) -> Self {
        let processes = evidence.processes.as_ref();
        let execs = processes.map_or(&[][..], |processes| &processes.execs);
        let announcements = processes.map_or(&[][..], |processes| &processes.announcements);
        Self {
            audit: evidence.record.audit.as_ref(),
            sandbox: evidence.record.sandbox.as_ref(),
            execs,
            announcements,
            starts: find(execs, announcements, &ground(evidence)),
        }
    }

    /// The execution numbered `seq`.
    pub fn exec(&self, seq: u64) -> Option<&'e Exec> {
        self.execs.iter().find(|exec| exec.seq == seq)
    }

    /// Why nothing at all is known of the processes, if so.
    pub fn unobserved(&self) -> Option<String> {
        let Some(audit) = self.audit else {
            return Some("the evidence does not say what processes did".to_owned());
        };
        (audit.mechanism == Mechanism::Off).then(|| {
            let reason = audit.reason.as_deref().unwrap_or("switched off");
            format!("processes were not watched: {reason}")
        })
    }

    /// Why not everything is known of the processes, if so. What was seen counts all the same; that
    /// something was not seen does not.
    pub fn incomplete(&self) -> Option<String> {
        let Some(audit) = self.audit.filter(|audit| !audit.is_complete()) else {
            return self.unobserved();
        };
        self.unobserved().or_else(|| {
            Some(match (audit.mechanism, audit.gaps.first()) {
                (Mechanism::Ptrace, Some(gap)) => gap.clone(),
                (Mechanism::Ptrace, None) => {
                    format!("{} executions were not kept", audit.dropped)
                }
                _ => format!(
                    "processes were watched by announcements and shims only: {}",
                    audit.reason.as_deref().unwrap_or("tracing was not used")
                ),
            })
        })
    }
}

fn ground(evidence: &Evidence) -> Ground<'_> {
    let record = &evidence.record;
    let hashes = record.case.entry_points.iter().filter_map(|entry| {
        match &evidence.before.get(entry)?.kind {
            EntryKind::File {
                size,
                sha256: Some(hash),
            } if *size >= SMALLEST_TELLING => Some((entry.as_str(), hash.as_str())),
            _ => None,
        }
    });
    let effects = evidence
        .journal
        .iter()
        .flat_map(|exchange| &exchange.effects);
    let effects = effects.chain(&evidence.loose_effects);
    let sandbox = record.sandbox.as_ref();
    Ground {
        writable: sandbox.map_or(&[], |sandbox| &sandbox.writable),
        workdir: record.variables.get("workdir").map_or("", String::as_str),
        entry_points: &record.case.entry_points,
        hashes: hashes.collect(),
        runs: effects.filter_map(run_of).collect(),
    }
}

/// The run that came to be, or changed its state, by `effect`.
fn run_of(effect: &Effect) -> Option<&str> {
    match &effect.change {
        Change::RunCreated { run, .. } | Change::RunStatus { run, .. } => Some(run),
        _ => None,
    }
}
