//! Whether experiments could announce themselves to the end.

use std::collections::HashSet;

use super::announcing::{LOOKING, changed, is_in_place, is_without_channel, without_channel};
use super::command::{self, Reading};
use super::context::StartContext;
use super::opened::unheard;
use super::started::Starts;
use crate::audit::{speaks_of, speaks_of_announcing};
use crate::evidence::{Evidence, Exec};

/// How they were silenced, in words. Scripts of the user's own have nothing to say from the start.
pub(super) fn silenced(
    evidence: &Evidence,
    context: &StartContext<'_>,
    starts: &Starts,
) -> Option<String> {
    if evidence.record.case.has_own_workspace() {
        return None;
    }
    let audit = evidence.record.audit.as_ref();
    if audit.is_some_and(|audit| audit.opens) {
        // Who did not even open an experiment has run none.
        let all = evidence.processes.iter().flat_map(|own| &own.opened);
        let experiments = all.filter(|opened| opened.may_be_run());
        let opened: HashSet<u64> = experiments.map(|opened| opened.exec).collect();
        let may_run = |exec: &Exec| opened.contains(&exec.seq);
        return unheard(evidence, context, starts).or_else(|| meddled(evidence, context, &may_run));
    }
    changed(evidence)
        .or_else(|| taken(evidence))
        .or_else(|| unread(evidence))
        .or_else(|| meddled(evidence, context, &|_| true))
}

/// An interpreter was started without the variable that names the socket, where there is no other way
/// to find it.
fn taken(evidence: &Evidence) -> Option<String> {
    if is_in_place(evidence) {
        return None;
    }
    let exec = python(evidence).find(|(exec, reading)| {
        let looks = match reading {
            Reading::Module(module, _) => LOOKING.contains(module),
            Reading::Nothing => true,
            _ => false,
        };
        !looks && is_without_channel(exec)
    });
    exec.map(|(exec, _)| without_channel(exec))
}

/// Of an interpreter's arguments, those were not kept that tell what it runs.
fn unread(evidence: &Evidence) -> Option<String> {
    let mut cut = python(evidence).filter(|(exec, _)| exec.argv_omitted > 0);
    let (exec, _) = cut.find(|(_, reading)| *reading == Reading::Stdin)?;
    Some(format!(
        "{} arguments of process #{} were not kept",
        exec.argv_omitted, exec.seq
    ))
}

/// A program speaks of an entry point and of what that announces itself by, and may put something else
/// in the place of the latter.
fn meddled(
    evidence: &Evidence,
    context: &StartContext<'_>,
    may_run: &dyn Fn(&Exec) -> bool,
) -> Option<String> {
    let named = python(evidence).filter(|(exec, _)| may_run(exec));
    let named = named.into_iter().find_map(|(exec, reading)| {
        let program = match reading {
            Reading::Code(code) => Some(code),
            Reading::Script(_, rest) if command::only_looks(rest) => None,
            Reading::Script(..) | Reading::Stdin => exec.program.as_deref(),
            _ => None,
        };
        let program = program.filter(|program| speaks_of_announcing(program))?;
        let mut entries = context.entry_points.iter();
        entries
            .find(|entry| speaks_of(program, entry))
            .map(|entry| (exec, entry))
    });
    let (exec, entry) = named?;
    Some(format!(
        "the program of process #{} speaks of {entry} and of what that announces itself by",
        exec.seq
    ))
}

/// Executions of Python, with what they run.
fn python(evidence: &Evidence) -> impl Iterator<Item = (&Exec, Reading<'_>)> {
    let execs = evidence
        .processes
        .iter()
        .flat_map(|processes| &processes.execs);
    let of_python = execs.filter(|exec| command::is_interpreter(command::name(&exec.executable)));
    of_python.map(|exec| (exec, command::read(&exec.executable, &exec.argv, false)))
}
