//! Experiments that were started outside of a tracked run.

use crate::facts::{Facts, Starts};
use crate::verdict::{Finding, Reference, Verdict};

/// The verdict on direct starts. What was seen counts; that nothing was seen only counts where
/// everything could be.
pub(super) fn judged(facts: &Facts<'_>, advice: &str) -> Verdict {
    let findings = findings(facts, advice);
    if !findings.is_empty() {
        return Verdict::Fail(findings);
    }
    let processes = &facts.processes;
    let unknown = processes.cut_off().or_else(|| processes.incomplete());
    unknown.unwrap_or_else(|| {
        Verdict::Pass(vec![Reference::Processes {
            count: facts.processes.execs.len(),
        }])
    })
}

fn findings(facts: &Facts<'_>, advice: &str) -> Vec<Finding> {
    let Starts { direct, schedulers } = &facts.processes.starts;
    let experiments = direct.iter().map(|start| {
        let exec = start.exec.and_then(|seq| facts.processes.exec(seq));
        let announced = start
            .announcement
            .and_then(|at| Some((at, facts.processes.announcements.get(at)?)));
        let evidence = match (exec, announced) {
            (Some(exec), _) => vec![Reference::process(exec)],
            (None, Some((at, announcement))) => vec![Reference::Announcement {
                line: at + 1,
                script: announcement.script.clone(),
            }],
            (None, None) => Vec::new(),
        };
        Finding::new(
            format!(
                "{} was started outside of a tracked run, {}; {advice}",
                start.entry_point,
                start.how.words()
            ),
            evidence,
        )
    });
    let calls = schedulers.iter().filter_map(|call| {
        let exec = facts.processes.exec(call.exec)?;
        Some(Finding::new(
            format!(
                "`{}` was called outside of a tracked run; {advice}",
                call.program
            ),
            vec![Reference::process(exec)],
        ))
    });
    // What was seen as it began is told already.
    let is_told = |entry: &str| direct.iter().any(|start| start.entry_point == entry);
    let outlived = facts.processes.outlived.iter();
    let outlived =
        outlived.filter(|outlived| outlived.has_begun && !is_told(&outlived.entry_point));
    let outlived = outlived.map(|outlived| {
        Finding::new(
            format!(
                "{} was at work outside of a tracked run when the agent had ended; {advice}",
                outlived.entry_point
            ),
            vec![Reference::Ending {
                how: format!("left `{}` behind", outlived.command),
            }],
        )
    });
    experiments.chain(calls).chain(outlived).collect()
}
