//! Which executions began an experiment outside of a tracked run.

use super::announced;
use super::command::{self, Reading};
use super::context::StartContext;
use super::fed::Seen;
use super::started::{DirectStart, How, SchedulerCall, Starts};
use crate::evidence::{Announcement, Exec, Opened};

/// Finds what was started outside of tracked runs.
pub fn find(
    execs: &[Exec],
    announcements: &[Announcement],
    opened: &[Opened],
    context: &StartContext<'_>,
) -> Starts {
    let mut starts = Starts::default();
    let seen = Seen::new(execs, opened);
    for exec in execs.iter().filter(|exec| !context.is_tracked(exec)) {
        look_at(context, exec, &seen, &mut starts);
    }
    let told = announcements.iter().enumerate();
    let told = told.filter(|(_, told)| !context.is_tracked_announcement(told));
    announced::merge(told, execs, &seen, &mut starts.direct);
    starts
}

fn look_at(context: &StartContext<'_>, exec: &Exec, seen: &Seen<'_>, starts: &mut Starts) {
    let found = match context.reading(exec) {
        Reading::Script(_, rest) | Reading::Module(_, rest) if command::only_looks(rest) => None,
        Reading::Script(script, _) => context
            .script(script, exec)
            .or_else(|| context.script(&exec.executable, exec))
            .or_else(|| Some((seen.through(script, exec, context)?, How::Stdin))),
        Reading::Module(module, _) => context.module(module, exec),
        Reading::Code(code) => context.code(code),
        Reading::Stdin => {
            let entry = seen.through_stdin(exec, context);
            entry.map(|entry| (entry, How::Stdin))
        }
        Reading::Launcher(program, rest) | Reading::Scheduler(program, rest) => {
            starts.schedulers.push(SchedulerCall {
                exec: exec.seq,
                program: program.to_owned(),
                entry_point: context.among(rest, exec),
            });
            None
        }
        Reading::Nothing => context.script(&exec.executable, exec),
    };
    if let Some((entry_point, how)) = found {
        starts.direct.push(DirectStart {
            exec: Some(exec.seq),
            announcement: None,
            entry_point,
            how,
            end: exec.end,
        });
    }
}
